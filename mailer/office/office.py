"""The embedded post office: real SMTP and IMAP servers on loopback in this process, every address a mailbox kept on disk."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self
from urllib.parse import quote

from mailer.model.errors import BadSettings, Flaw
from mailer.office.folders import Folder, Folders
from mailer.office.imap import ImapSide
from mailer.office.smtp import SmtpSide, is_address
from mailer.office.stamps import stamped


class PostOffice:
    """Nothing ever leaves it: mail for any address is delivered into that address's mailbox, made when first needed.

    `inboxes` are the service's own addresses: `name+token@` is delivered to `name@` (RFC 5233). `authserv_id` is the name under
    which the office says who was authenticated (RFC 8601). `password` None: any password opens a mailbox; the office is for this
    machine only. Port 0 means a free one. Entering raises BadSettings where a port is taken.
    """

    def __init__(
        self,
        folder: Path,
        smtp_port: int = 0,
        imap_port: int = 0,
        inboxes: Iterable[str] = (),
        authserv_id: str = "office.localhost",
        password: str | None = None,
        file: str = "settings.toml",
        lines: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """`file` and `lines` ("smtp_port") say where the ports are set, for complaints."""
        self._folder = folder
        self._set_in, self._lines = file, lines
        self._asked = {"smtp": smtp_port, "imap": imap_port}
        self._inboxes = frozenset(address.lower() for address in inboxes)
        self._authserv_id = authserv_id
        self._boxes: dict[str, Folders] = {}
        self._smtp = SmtpSide(self._take, authserv_id, password)
        self._imap = ImapSide(self.folders, password)
        self.smtp_port = smtp_port
        self.imap_port = imap_port
        self.clock: Callable[[], datetime] | None = None  # when mail arrives, where another clock than the machine's counts

    async def __aenter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            self.smtp_port = await self._listen(self._smtp, "smtp")
            self.imap_port = await self._listen(self._imap, "imap")
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._close()

    async def _close(self) -> None:
        await self._imap.close()
        await self._smtp.close()

    async def _listen(self, side: SmtpSide | ImapSide, kind: str) -> int:
        port = self._asked[kind]
        try:
            return await side.open(port)
        except OSError as trouble:
            taken = trouble.errno == errno.EADDRINUSE
            what = "is taken by another program" if taken else f"cannot be opened ({trouble.strerror or trouble})"
            advice = f"stop that program, or give the post office another {kind}_port"
            raise BadSettings(
                Flaw(
                    self._set_in,
                    self._lines.get(f"{kind}_port", 0),
                    f"{kind.upper()} port {port} of the embedded post office {what}",
                    advice,
                )
            ) from trouble

    # mail

    def folders(self, address: str) -> Folders:
        """The mailboxes of an address, made on demand. Raises ValueError for what is no address."""
        key = self.mailbox_of(address)
        if key not in self._boxes:
            if not is_address(key):
                raise ValueError("not an address")
            name = quote(key, safe="@+-_.=")
            self._boxes[key] = Folders(self._folder / (f"%2E{name[1:]}" if name.startswith(".") else name))
        return self._boxes[key]

    def mailbox_of(self, address: str) -> str:
        """The address whose mailbox takes mail for `address`: itself in lower case, or our inbox without the `+token`."""
        local, at, domain = address.strip().lower().rpartition("@")
        plain = f"{local.partition('+')[0]}{at}{domain}"
        return plain if plain in self._inboxes else f"{local}{at}{domain}"

    def _take(self, rcpt: str, raw: bytes, envelope_from: str, login: str, received: str) -> None:
        mailbox = self.mailbox_of(rcpt)
        self._inbox(rcpt).deliver(
            stamped(
                raw,
                envelope_from=envelope_from,
                mailbox=mailbox,
                rcpt=rcpt,
                authserv_id=self._authserv_id,
                login=login,
                received=received,
            ),
            self.clock().timestamp() if self.clock is not None else None,
        )

    def _inbox(self, address: str) -> Folder:
        return self.folders(address).inbox

    async def deliver(self, address: str, raw: bytes) -> None:
        """Put a message into a mailbox as if it had come from outside, unauthenticated. Lines may end in LF."""
        crlf = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self._take(address, crlf, "", "", f"from outside\r\n\tby {self._authserv_id};\r\n\t{formatdate()}")

    def last_arrival(self) -> datetime | None:
        """When the newest message of all mailboxes arrived."""
        arrived = (message.stat().st_mtime for message in self._folder.glob("**/cur/*"))
        newest = max(arrived, default=None)
        return datetime.fromtimestamp(newest, UTC) if newest is not None else None

    def mailbox(self, address: str) -> list[bytes]:
        """All messages in the INBOX of an address, oldest first."""
        return [message.path.read_bytes() for message in self._inbox(address).maildir.messages.values()]
