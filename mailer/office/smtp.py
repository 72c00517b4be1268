"""The embedded post office's SMTP side: takes mail from the service and from people's mail programs, delivers all of it here."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from email.utils import formatdate
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

_LARGEST = 33_554_432  # bytes
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]]{1,253}")

Deliver = Callable[[str, bytes, str, str, str], None]  # recipient, raw, envelope sender, login, received


def is_address(text: str) -> bool:
    """Whether mail for `text` can be delivered here; it names a folder on disk, so it is kept plain."""
    return _ADDRESS.fullmatch(text) is not None and text.isprintable() and len(quote(text)) <= 200


class _Handler:
    """What aiosmtpd calls; the method names are its own."""

    def __init__(self, deliver: Deliver, authserv_id: str) -> None:
        self._deliver = deliver
        self._authserv_id = authserv_id

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if not is_address(address):
            return "553 5.1.3 That is not an address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        known: object = session.auth_data
        login = known.login.decode("utf-8", "replace").lower() if isinstance(known, LoginPassword) and session.authenticated else ""
        with_ = "ESMTPA" if login else "ESMTP"
        hello = re.sub(r"[^\w.:\[\]-]", "", session.host_name or "unknown")[:255]
        received = f"from {hello} (127.0.0.1)\r\n\tby {self._authserv_id} with {with_};\r\n\t{formatdate()}"
        content = envelope.original_content or b""
        try:
            for rcpt in envelope.rcpt_tos:
                self._deliver(rcpt, content, envelope.mail_from or "", login, received)
        except OSError:
            return "452 4.3.1 The disk does not take the message now"
        return "250 2.0.0 Delivered"


class SmtpSide:
    """The listening SMTP server."""

    def __init__(self, deliver: Deliver, authserv_id: str, password: str | None) -> None:
        self._handler = _Handler(deliver, authserv_id)
        self._authserv_id = authserv_id
        self._password = password
        self._server: asyncio.Server | None = None
        self._open: set[_Connection] = set()

    async def open(self, port: int) -> int:
        """Listen on loopback; gives the port. Raises OSError where it is taken."""
        # aiosmtpd warns of its own outdated attribute at every login, and names peers and commands; its errors stay.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self._server = await asyncio.get_running_loop().create_server(self._connection, "127.0.0.1", port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    def _connection(self) -> _Connection:
        return _Connection(
            self._open,
            self._handler,
            data_size_limit=_LARGEST,
            enable_SMTPUTF8=True,
            hostname=self._authserv_id,
            ident="embedded post office",
            auth_required=False,
            auth_require_tls=False,
            authenticator=self._authenticate,
            loop=asyncio.get_running_loop(),
        )

    def _authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: object) -> AuthResult:
        if not isinstance(auth_data, LoginPassword):
            return AuthResult(success=False, handled=False)
        good = self._password is None or auth_data.password == self._password.encode()
        good = good and is_address(auth_data.login.decode("utf-8", "replace"))
        return AuthResult(success=good, handled=False, auth_data=auth_data if good else None)

    async def close(self) -> None:
        """Stop listening and end every session."""
        if self._server is None:
            return
        self._server.close()
        for connection in list(self._open):
            connection.end()
        while self._open:
            await asyncio.sleep(0)
        await self._server.wait_closed()


class _Connection(SMTP):
    """aiosmtpd's session, remembered while it is open so that closing the office can end it."""

    def __init__(self, remembered: set[_Connection], handler: _Handler, **options: object) -> None:
        super().__init__(handler, **options)  # type: ignore[arg-type]
        self._remembered = remembered

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._remembered.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._remembered.discard(self)
        super().connection_lost(error)

    def end(self) -> None:
        """Drop the connection."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
        else:
            self._remembered.discard(self)
