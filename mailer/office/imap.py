"""The embedded post office's IMAP side: pymap's server with our folders behind it and logins that need no preparation."""

from __future__ import annotations

import asyncio
import logging
import ssl
from argparse import Namespace
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from proxyprotocol.sock import SocketInfo
from pymap.backend.session import BaseSession
from pymap.concurrent import Subsystem
from pymap.config import BackendCapability, IMAPConfig
from pymap.exceptions import InvalidAuth, NotAllowedError
from pymap.imap import IMAPServer
from pymap.interfaces.login import IdentityInterface, LoginInterface
from pymap.token import AllTokens
from pymap.user import UserMetadata
from pysasl import SASLAuth
from pysasl.creds.server import ServerCredentials
from pysasl.hashing import Cleartext

from mailer.office import names
from mailer.office.folders import Folder, Folders, Message

_log = logging.getLogger(__name__)
_LARGEST = 50_000_000  # bytes a mail program may store at once


class _Config(IMAPConfig):
    """Loopback only, so neither TLS nor slow password hashes; everything in the one event loop."""

    def __init__(self, password: str | None) -> None:
        super().__init__(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            host="127.0.0.1",
            port=0,
            subsystem=Subsystem.for_asyncio(),
            cpu_subsystem=Subsystem.for_asyncio(),
            ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
            tls_enabled=False,
            hash_context=Cleartext(),
            invalid_user_sleep=0.0,
            reject_dnsbl=False,
            max_append_len=_LARGEST,
        )
        self.password = password

    @property
    def backend_capability(self) -> BackendCapability:
        return BackendCapability(idle=True, object_id=False, multi_append=True)

    @property
    def tls_auth(self) -> SASLAuth:
        return SASLAuth.named([b"PLAIN", b"LOGIN"])

    @property
    def greeting(self) -> bytes:
        return b"Embedded post office ready"


class _Session(BaseSession[Message]):
    def __init__(self, owner: str, config: _Config, folders: Folders) -> None:
        super().__init__(owner)
        self._config = config
        self._folders = folders

    @property
    def config(self) -> IMAPConfig:
        return self._config

    @property
    def mailbox_set(self) -> Folders:
        return self._folders


class _Identity(IdentityInterface):
    def __init__(self, name: str, login: _Login) -> None:
        super().__init__()
        self._name = name
        self._login = login

    @property
    def name(self) -> str:
        return self._name

    @property
    def roles(self) -> frozenset[str]:
        return frozenset()

    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[BaseSession[Message]]:
        yield _Session(self._name, self._login.config, self._login.open_folders(self._name))

    async def new_token(self, *, expiration: datetime | None = None) -> str | None:
        return None

    async def get(self) -> UserMetadata:
        return UserMetadata(self._login.config, self._name, password=self._login.config.password)

    async def set(self, metadata: UserMetadata) -> int | None:
        raise NotAllowedError("Logins are not kept here.")

    async def delete(self) -> None:
        raise NotAllowedError("Logins are not kept here.")


class _Login(LoginInterface):
    """User is the address; the password is the office's, or any where it has none."""

    def __init__(self, config: _Config, open_folders: Callable[[str], Folders]) -> None:
        super().__init__()
        self.config = config
        self.open_folders = open_folders

    @property
    def tokens(self) -> AllTokens:
        return AllTokens(self.config)

    async def authenticate(self, credentials: ServerCredentials) -> IdentityInterface:
        identity = _Identity(credentials.authcid, self)
        if self.config.password is not None and not credentials.verify(await identity.get()):
            raise InvalidAuth()
        try:
            self.open_folders(credentials.authcid)
        except ValueError as wrong:
            raise InvalidAuth() from wrong
        return identity

    async def authorize(self, authenticated: IdentityInterface, authzid: str) -> IdentityInterface:
        if authzid not in ("", authenticated.name):
            raise InvalidAuth()
        return authenticated


class ImapSide:
    """The listening IMAP server. `open_folders` gives an address its mailboxes, or raises ValueError for what is no address."""

    def __init__(self, open_folders: Callable[[str], Folders], password: str | None) -> None:
        names.mend()
        config = _Config(password)
        self._serve_one = IMAPServer(_Login(config, open_folders), config)
        self._sessions: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._server: asyncio.Server | None = None

    async def open(self, port: int) -> int:
        """Listen on loopback; gives the port. Raises OSError where it is taken."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", port)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._sessions[task] = writer
        try:
            await self._serve_one(reader, writer, SocketInfo.get(writer, None))
        except (ConnectionError, EOFError, asyncio.CancelledError):
            pass  # the mail program has gone, or the office closes
        except Exception:
            # pymap parses what anybody sends; one session's end must not be the service's, and its words may be private.
            _log.exception("an IMAP session of the embedded post office ended in an error")
        finally:
            del self._sessions[task]
            writer.close()

    async def close(self) -> None:
        """Stop listening and end every session."""
        if self._server is None:
            return
        self._server.close()
        for writer in list(self._sessions.values()):
            writer.transport.abort()
        if self._sessions:
            _, late = await asyncio.wait(list(self._sessions), timeout=1.0)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        await self._server.wait_closed()


__all__ = ["Folder", "ImapSide"]
