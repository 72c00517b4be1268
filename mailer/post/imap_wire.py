"""aioimaplib's protocol with its reading replaced: one buffer, no recursion, one command at a time, no waiting for the dead.

As shipped, aioimaplib 2.0 recurses once per line of a segment, looks at every line again for each new one, takes `* ` out of
texts, and leaves commands waiting when the connection is lost. Tags, commands and their check for line ends are still its own.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any

import aioimaplib

from mailer.post.imap_words import LITERAL, Answer

_LONGEST_LINE = 16_777_216  # bytes; SEARCH and ESEARCH may answer in one long line
_MARGIN = 262_144  # a literal may be this much larger than the largest message before the rest of it is thrown away


class Lost(Exception):
    """The connection is of no further use: closed, silent for too long, or not talking IMAP."""


class ImapWire(aioimaplib.IMAP4ClientProtocol):  # type: ignore[misc]  # aioimaplib has no types
    """One connection. `timeout` is the longest silence inside a command, in seconds; literals beyond `largest` bytes are cut."""

    def __init__(self, loop: asyncio.AbstractEventLoop, timeout: float, largest: int) -> None:
        super().__init__(loop)
        self.transport: Any = None
        self._timeout = timeout
        self._keep = largest + _MARGIN
        self._buffer = bytearray()
        self._scanned = 0
        self._parts: list[bytes] = []
        self._literal: bytearray | None = None
        self._missing = 0  # bytes of the literal still to come
        self._turn = asyncio.Lock()
        self._tag = b""
        self._answer = Answer()
        self._question: bytes | None = None  # what the server asked after its `+`
        self._heard = loop.time()
        self._wake: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._gone = loop.create_future()
        self.greeting = ""
        self.lost = ""  # why the connection ended, once it has
        self.leaving = False  # we have said LOGOUT, so BYE is no surprise
        self.exists = 0
        self.arrived = False  # the mailbox has grown since this was last set to False

    # what asyncio calls

    def data_received(self, d: bytes) -> None:
        if self.lost:
            return
        self._heard = self.loop.time()
        buffer = self._buffer
        buffer += d
        start = 0
        while not self.lost:
            if self._literal is not None:
                piece = min(self._missing, len(buffer) - start)
                room = self._keep - len(self._literal)
                self._literal += memoryview(buffer)[start : start + min(piece, room)] if room > 0 else b""
                start += piece
                self._missing -= piece
                if self._missing:
                    break
                self._parts.append(bytes(self._literal))
                self._literal = None
                self._scanned = 0
            end = buffer.find(b"\r\n", max(start, self._scanned))
            if end < 0:
                break
            line = bytes(buffer[start:end])
            start = end + 2
            self._parts.append(line)
            found = LITERAL.search(line) if line.endswith(b"}") else None
            if found:
                self._missing = int(found[1])
                self._literal = bytearray()
            else:
                whole, self._parts = self._parts, []
                self._take(whole)
        del buffer[:start]
        self._scanned = max(0, len(buffer) - 1)
        if len(buffer) > _LONGEST_LINE:
            self.drop("the server's answer has no end")

    def _take(self, parts: list[bytes]) -> None:
        line = parts[0]
        if not self.greeting:
            self.greeting = line.decode("utf-8", "replace")
        elif line.startswith(b"* "):
            self._notice(line)
            self._answer.untagged.append(parts)
            return
        elif line.startswith(b"+"):
            self._question = line[1:].strip()
        elif self._tag and line.startswith(self._tag):
            status, _, text = line[len(self._tag) :].decode("utf-8", "replace").partition(" ")
            self._answer.status, self._answer.text = status.upper(), text
        else:
            self.drop("the server answered a command that was not given")
        self._call()

    def _notice(self, line: bytes) -> None:
        words = line.split(b" ", 3)
        kind = words[2].upper() if len(words) >= 3 and words[1].isdigit() else words[1].upper()
        if kind == b"EXISTS":
            if int(words[1]) > self.exists:
                self.arrived = True
                self._call()
            self.exists = int(words[1])
        elif kind == b"EXPUNGE":
            self.exists = max(0, self.exists - 1)
        elif kind == b"BYE" and not self.leaving:
            self.drop("the server said goodbye: " + line[5:].strip().decode("utf-8", "replace"))

    def eof_received(self) -> bool:
        self._end("the server closed the connection")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(f"the connection broke: {exc}" if exc else "the server closed the connection")
        if not self._gone.done():
            self._gone.set_result(None)

    def _end(self, why: str) -> None:
        if not self.lost:
            self.lost = why
        self._call()

    def _call(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    # what we call

    def drop(self, why: str) -> None:
        """Give the connection up at once."""
        self._end(why)
        if self.transport is not None:
            self.transport.abort()

    async def gone(self) -> None:
        """Wait, a second at most, until the transport is closed."""
        if self.transport is not None:
            timer = self.loop.call_later(1.0, self.transport.abort)
            await asyncio.shield(self._gone)
            timer.cancel()

    async def start_tls(self, tls: ssl.SSLContext, name: str, timeout: float) -> None:
        """Go on inside TLS. What came before it is thrown away. Raises OSError (ssl.SSLError) for a bad certificate."""
        self._buffer.clear()
        self._parts, self._literal, self._scanned = [], None, 0
        self.transport = await self.loop.start_tls(self.transport, self, tls, server_hostname=name, ssl_handshake_timeout=timeout)

    async def greeted(self) -> str:
        """The server's first line. Raises Lost."""
        await self._until(lambda: bool(self.greeting))
        return self.greeting

    async def say(self, name: str, *words: str, prefix: str = "") -> Answer:
        """Give the command `name`; `prefix` is UID where its numbers are UIDs. Raises Lost; ValueError for words with line ends.

        A cancelled command ends the connection: its answer may still come, and would be taken for that of the next one.
        """
        async with self._turn:
            self._begin(name, *words, prefix=prefix)
            await self._until(lambda: bool(self._answer.status))
            return self._answer

    async def converse(self, name: str, *words: str, answer: Callable[[bytes], bytes]) -> Answer:
        """Give a command in which the server asks back (`+`); `answer` gives the line for each question. Raises Lost."""
        async with self._turn:
            self._begin(name, *words)
            while True:
                await self._until(lambda: bool(self._answer.status) or self._question is not None)
                if self._answer.status:
                    return self._answer
                question, self._question = self._question or b"", None
                self.transport.write(answer(question) + b"\r\n")

    async def idle(self, seconds: float) -> None:
        """IDLE (RFC 2177) until the mailbox grows or `seconds` have passed. Raises Lost, also where the server never ends it."""
        async with self._turn:
            self._begin("IDLE")
            await self._until(lambda: bool(self._answer.status) or self._question is not None)
            if self._answer.status:
                return
            timer = self.loop.call_later(seconds, self._call)
            until = self.loop.time() + seconds
            try:
                await self._until(lambda: self.arrived or self.loop.time() >= until, patient=True)
            finally:
                timer.cancel()
            self._heard = self.loop.time()
            self.transport.write(b"DONE\r\n")
            await self._until(lambda: bool(self._answer.status))

    def _begin(self, name: str, *words: str, prefix: str = "") -> None:
        if self.lost:
            raise Lost(self.lost)
        command = aioimaplib.Command(name, self.new_tag(), *words, prefix=prefix, loop=self.loop)
        self._tag = command.tag.encode() + b" "
        self._answer = Answer()
        self._question = None
        self._heard = self.loop.time()
        self.transport.write(f"{command}\r\n".encode())

    async def _until(self, ready: Callable[[], bool], patient: bool = False) -> None:
        """Wait for `ready`; unless `patient`, for no longer than the server keeps talking."""
        while not ready():
            if self.lost:
                raise Lost(self.lost)
            self._wake = self.loop.create_future()
            if not patient:
                self._watch()
            try:
                await self._wake
            except asyncio.CancelledError:
                self.drop("cancelled")
                raise
            finally:
                if self._timer is not None:
                    self._timer.cancel()

    def _watch(self) -> None:
        left = self._heard + self._timeout - self.loop.time()
        if left <= 0:
            self.drop(f"the server was silent for {self._timeout:g} seconds")
        else:
            self._timer = self.loop.call_later(left, self._watch)
