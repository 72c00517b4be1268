"""An SMTP server that misbehaves to order: each command takes its next act from a script, accepted letters are kept for counting."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

OFFERS = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8")
_USUAL = {
    "CONNECT": "220 chaos ready",
    "STARTTLS": "220 go ahead",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 sender ok",
    "RCPT": "250 2.1.5 recipient ok",
    "DATA": "354 go on",
    "DOT": "250 2.0.0 kept",
    "RSET": "250 2.0.0 reset",
    "NOOP": "250 2.0.0 fine",
    "QUIT": "221 2.0.0 bye",
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """One letter the server has taken, whether or not it said so."""

    sender: str
    recipient: str
    raw: bytes  # dots unstuffed


@dataclass(slots=True)
class Chaos:
    """The server's script and memory.

    An act is one of: a reply (`450 4.2.0 later`, lines separated by a vertical bar), `usual`, `delay SECONDS` (then the usual reply),
    `close` (no reply), `accept+close` (at DOT: the letter is kept, the answer is lost), `drop N` (at DATA: 354, then close after N bytes),
    `bytes TEXT` (sent as it is, no line end), `drip SECONDS` (the usual reply, one byte each SECONDS).
    """

    port: int = 0
    script: defaultdict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    always: dict[str, str] = field(default_factory=dict)  # for commands whose script has run out
    offers: tuple[str, ...] = OFFERS
    tls: ssl.SSLContext | None = None
    accepted: list[Accepted] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)  # every command line, in order; logins without their secret
    connections: int = 0
    open: int = 0

    def plan(self, **acts: str | Iterable[str]) -> Chaos:
        """Add acts to the script, by command in lower case; a single string is one act."""
        for command, given in acts.items():
            self.script[command.upper()].extend([given] if isinstance(given, str) else given)
        return self

    def copies(self, recipient: str) -> int:
        return sum(letter.recipient == recipient for letter in self.accepted)


class _Hangup(Exception):
    """The script says: close now."""


class _Session:
    def __init__(self, chaos: Chaos, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.chaos, self.reader, self.writer = chaos, reader, writer
        self.sender: str | None = None
        self.recipient: str | None = None

    async def run(self) -> None:
        await self.act("CONNECT")
        while line := await self.reader.readline():
            words = line.decode("utf-8", "replace").strip()
            verb = words.split(" ", 1)[0].upper()
            self.chaos.seen.append("AUTH" if verb == "AUTH" else words)
            await self.command(verb, words)
            if verb == "QUIT":
                return

    async def command(self, verb: str, words: str) -> None:
        match verb:
            case "EHLO":
                await self.act(verb, "|".join(["250-chaos", *(f"250-{offer}" for offer in self.chaos.offers), "250 HELP"]))
            case "STARTTLS":
                if (await self.act(verb)).startswith("220") and self.chaos.tls:
                    await self.writer.start_tls(self.chaos.tls)
            case "AUTH":
                await self.auth(words)
            case "MAIL":
                if self.sender is not None:
                    await self.say("503 5.5.1 nested MAIL command")
                elif (await self.act(verb)).startswith("250"):
                    self.sender = words[words.index("<") + 1 : words.index(">")]
            case "RCPT":
                if self.sender is None:
                    await self.say("503 5.5.1 MAIL first")
                elif (await self.act(verb)).startswith("25"):
                    self.recipient = words[words.index("<") + 1 : words.index(">")]
            case "DATA":
                await self.data()
            case "RSET":
                self.sender = self.recipient = None
                await self.act(verb)
            case _ if verb in _USUAL:
                await self.act(verb)
            case _:
                await self.say("502 5.5.2 not known")

    async def auth(self, words: str) -> None:
        if words.upper().startswith("AUTH LOGIN"):
            for prompt in (b"Username:", b"Password:")[len(words.split()) - 2 :]:
                await self.say("334 " + base64.b64encode(prompt).decode())
                await self.reader.readline()
        await self.act("AUTH")

    async def data(self) -> None:
        planned = self.chaos.script["DATA"]
        if self.recipient is None and not planned:
            await self.say("554 5.5.1 no valid recipients" if self.sender is not None else "503 5.5.1 MAIL first")
            return
        said = await self.act("DATA")
        if not said.startswith("354"):
            return
        lines = []
        while (line := await self.reader.readline()) != b".\r\n":
            if not line:
                raise _Hangup
            lines.append(line[1:] if line.startswith(b".") else line)
        if self.recipient is None:
            self.sender = None
            await self.say("554 5.5.1 no valid recipients")
            return
        accepted = Accepted(self.sender or "", self.recipient, b"".join(lines))
        self.sender = self.recipient = None
        act = self.next_act("DOT")
        if act == "accept+close" or act[:1] == "2" or act.startswith(("delay", "drip")):
            self.chaos.accepted.append(accepted)
        await self.perform(act, _USUAL["DOT"])

    def next_act(self, command: str, usual: str = "") -> str:
        planned = self.chaos.script[command]
        act = planned.popleft() if planned else self.chaos.always.get(command, "usual")
        return (usual or _USUAL[command]) if act == "usual" else act

    async def act(self, command: str, usual: str = "") -> str:
        return await self.perform(self.next_act(command, usual), usual or _USUAL[command])

    async def perform(self, act: str, usual: str) -> str:
        word, _, rest = act.partition(" ")
        match word:
            case "close" | "accept+close":
                raise _Hangup
            case "delay":
                await asyncio.sleep(float(rest))
                return await self.say(usual)
            case "drip":
                for byte in f"{usual}\r\n".encode():
                    self.writer.write(bytes([byte]))
                    await asyncio.sleep(float(rest))
                return usual
            case "bytes":
                self.writer.write(rest.encode())
                await self.writer.drain()
                return rest
            case "drop":
                await self.say("354 go on")
                await self.reader.readexactly(int(rest))
                raise _Hangup
            case _:
                return await self.say(act)

    async def say(self, text: str) -> str:
        self.writer.write(b"".join(f"{line}\r\n".encode() for line in text.split("|")))
        await self.writer.drain()
        return text.split("|")[-1]


@asynccontextmanager
async def chaos_server(
    *,
    always: Mapping[str, str] | None = None,
    offers: tuple[str, ...] = OFFERS,
    tls: ssl.SSLContext | None = None,
    implicit: bool = False,
) -> AsyncIterator[Chaos]:
    """A chaos server on a free loopback port. `tls` serves STARTTLS, or with `implicit` TLS from the first byte."""
    chaos = Chaos(always=dict(always or {}), offers=offers + (("STARTTLS",) if tls and not implicit else ()), tls=tls)
    sessions: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        sessions.add(task)
        chaos.connections += 1
        chaos.open += 1
        try:
            await _Session(chaos, reader, writer).run()
        except _Hangup:
            writer.transport.abort() if chaos.tls else writer.close()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            chaos.open -= 1
            sessions.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**20, ssl=tls if implicit else None)
    chaos.port = server.sockets[0].getsockname()[1]
    try:
        yield chaos
    finally:
        server.close()
        for task in list(sessions):
            task.cancel()
        await asyncio.gather(*sessions, return_exceptions=True)
        await server.wait_closed()
