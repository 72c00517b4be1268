"""Opens one IMAP connection: connect, TLS or STARTTLS, login; then knows what the server can do and how it names its folders."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode

from mailer.model.post import Away
from mailer.post.imap_wire import ImapWire, Lost
from mailer.post.imap_words import Answer, code, mailbox, quoted, tokens
from mailer.post.servers import ImapServer, Security


async def open_line(server: ImapServer) -> ImapLine:
    """Connect, secure, log in and open the mailbox. Raises Away; a cancelled opening leaves no connection behind."""
    loop = asyncio.get_running_loop()
    wire = ImapWire(loop, server.timeout, server.largest)
    try:
        tls = (server.tls or ssl.create_default_context()) if server.security is not Security.NONE else None
        immediate = tls if server.security is Security.TLS else None
        async with asyncio.timeout(server.timeout):
            await loop.create_connection(lambda: wire, server.host, server.port, ssl=immediate)
        line = ImapLine(wire)
        greeting = await wire.greeted()
        if greeting.upper().startswith("* BYE"):
            raise Away(f"the server refused the connection: {greeting[5:].strip()}")
        if not greeting.upper().startswith(("* OK", "* PREAUTH")):
            raise Away("this is no IMAP server")
        await line.learn()
        if server.security is Security.STARTTLS and tls is not None:
            await _secure(line, server, tls)
        if not greeting.upper().startswith("* PREAUTH"):
            await _log_in(line, server)
            await line.learn()
        await line.select(server.mailbox)
    except (Lost, OSError, ValueError, TimeoutError) as trouble:
        wire.drop("not opened")
        raise Away(_in_words(trouble)) from trouble
    except BaseException:
        wire.drop("not opened")
        raise
    return line


def _in_words(trouble: Exception) -> str:
    """What the network said, without its number."""
    if isinstance(trouble, TimeoutError) and not str(trouble):
        return "no answer in time"
    said = trouble.strerror if isinstance(trouble, OSError) and not isinstance(trouble, ssl.SSLError) else ""
    return said or str(trouble) or type(trouble).__name__


async def _secure(line: ImapLine, server: ImapServer, tls: ssl.SSLContext) -> None:
    """STARTTLS (RFC 3501 section 6.2.1); what was said before it is forgotten, for anybody can have said it."""
    if "STARTTLS" not in line.can:
        raise Away("the server does not offer STARTTLS")
    answer = await line.wire.say("STARTTLS")
    if not answer.good:
        raise Away(f"the server refused STARTTLS: {answer.text}")
    await line.wire.start_tls(tls, server.host, server.timeout)
    await line.learn()


async def _log_in(line: ImapLine, server: ImapServer) -> None:
    if server.token is not None:
        token = await server.token()
        secret = f"user={server.username}\1auth=Bearer {token}\1\1"
        answer = await _authenticate(line, "XOAUTH2", secret.encode())
    elif "AUTH=PLAIN" in line.can:
        answer = await _authenticate(line, "PLAIN", f"\0{server.username}\0{server.password}".encode())
    elif "LOGINDISABLED" in line.can:
        raise Away("the server offers no login we can use")
    else:
        answer = await line.wire.say("LOGIN", quoted(server.username), quoted(server.password))
    if not answer.good:
        raise Away(f"the server refused the login: {answer.text}")


async def _authenticate(line: ImapLine, mechanism: str, secret: bytes) -> Answer:
    """AUTHENTICATE (RFC 3501 section 6.2.2), in one step where the server allows (RFC 4959). A second question is an error told."""
    encoded = b64encode(secret)
    left = [encoded]

    def reply(question: bytes) -> bytes:
        return left.pop() if left else b""

    if "SASL-IR" in line.can:
        return await line.wire.converse("AUTHENTICATE", mechanism, left.pop().decode(), answer=reply)
    return await line.wire.converse("AUTHENTICATE", mechanism, answer=reply)


class ImapLine:
    """A connection and what is known about its server."""

    def __init__(self, wire: ImapWire) -> None:
        self.wire = wire
        self.can: frozenset[str] = frozenset()
        self.uidvalidity = 0
        self._separator = ""
        self._prefix = ""

    @property
    def usable(self) -> bool:
        return not self.wire.lost

    async def learn(self) -> None:
        """Ask anew what the server can do: it may say more after TLS and after login. Raises Lost."""
        answer = await self.wire.say("CAPABILITY")
        words = [line[0].decode("utf-8", "replace").upper().split() for line in answer.untagged]
        self.can = frozenset(word for line in words if line[1:2] == ["CAPABILITY"] for word in line[2:])

    async def select(self, name: str) -> None:
        """Open a mailbox for reading and filing. Raises Away, Lost."""
        answer = await self.wire.say("SELECT", mailbox(name))
        if not answer.good:
            raise Away(f"the server does not open the mailbox: {answer.text}")
        values = [code(line[0].decode("utf-8", "replace"), "UIDVALIDITY") for line in answer.untagged]
        numbers = [int(value) for value in values if value and value.isdigit()]
        if not numbers:
            raise Away("the mailbox has no UIDVALIDITY, so nothing in it can be told apart")
        self.uidvalidity = numbers[0]
        self.wire.arrived = False

    async def place(self, folder: str) -> str:
        """The server's own name for our `folder` (levels separated by /): its separator, its personal namespace (RFC 2342)."""
        if not self._separator:
            await self._learn_names()
        return self._prefix + folder.replace("/", self._separator)

    async def has(self, folder: str) -> bool:
        """Whether there is such a folder. Raises Lost."""
        answer = await self.wire.say("LIST", '""', mailbox(await self.place(folder)))
        return any(line[0].split()[1:2] == [b"LIST"] for line in answer.untagged)

    async def _learn_names(self) -> None:
        if "NAMESPACE" in self.can:
            for line in (await self.wire.say("NAMESPACE")).untagged:
                words = list(tokens(line))
                if words[1:4] == ["NAMESPACE", "(", "("] and isinstance(words[4], bytes) and isinstance(words[5], bytes):
                    self._prefix, self._separator = words[4].decode("ascii", "replace"), words[5].decode("ascii", "replace")
                    return
        for line in (await self.wire.say("LIST", '""', '""')).untagged:
            words = list(tokens(line))
            if len(words) > 2 and isinstance(words[-2], bytes):
                self._separator = words[-2].decode("ascii", "replace")
        self._separator = self._separator or "/"

    async def close(self) -> None:
        """Say LOGOUT, wait a little, close."""
        self.wire.leaving = True
        try:
            async with asyncio.timeout(2.0):
                await self.wire.say("LOGOUT")
        except (Lost, TimeoutError):
            pass
        self.wire.drop("closed")
        await self.wire.gone()
