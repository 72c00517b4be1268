"""An SMTP connection as a queue of replies: writes as many commands as the caller likes, hands out the answers in order.

It takes over a transport that aiosmtplib has connected, secured and logged in (`transport.set_protocol`), because aiosmtplib itself
waits for every single answer (RFC 2920 pipelining is the difference between one and four round trips a letter).
"""

from __future__ import annotations

import asyncio
from collections import deque

from mailer.post.smtp_replies import Reply, ReplyReader


class Broken(Exception):
    """The connection is of no further use: lost, silent for too long, or talking nonsense."""


class Wire(asyncio.Protocol):
    """One connection. Not for concurrent use: one reader, one writer, the same task."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._reader = ReplyReader()
        self._replies: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._drain: asyncio.Future[None] | None = None
        self._full = False
        self._lost: str = ""
        self._gone = self._loop.create_future()
        transport.set_protocol(self)
        # With no room in the buffer, drained() means that every byte has left this process: so that a last dot written after it is
        # the only thing that can be on its way, and a loss before it is no uncertainty.
        transport.set_write_buffer_limits(high=1, low=0)  # inside TLS, high=0 would mean paused for ever

    # what asyncio calls

    def data_received(self, data: bytes) -> None:
        if self._lost:
            return
        self._replies.extend(self._reader.feed(data))
        if self._reader.trouble:
            self._end(self._reader.trouble)
            self._transport.abort()
        if self._replies:
            self._wake(self._waiter)

    def eof_received(self) -> bool:
        self._end("the server closed the connection")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(f"the connection broke: {exc}" if exc else "the server closed the connection")
        self._wake(self._gone)

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        self._wake(self._drain)

    def _end(self, why: str) -> None:
        if not self._lost:
            self._lost = why
        self._full = False
        self._wake(self._waiter)
        self._wake(self._drain)

    @staticmethod
    def _wake(waiter: asyncio.Future[None] | None) -> None:
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    # what we call

    @property
    def silent(self) -> bool:
        """Whether the connection lives and nothing unasked for has come in (a server about to close says 421 first)."""
        return not self._lost and not self._replies and not self._transport.is_closing()

    @property
    def waiting(self) -> int:
        """Answers that have come in and are not handed out yet."""
        return len(self._replies)

    def write(self, data: bytes | memoryview) -> None:
        """Queue bytes for sending; raises Broken where the connection is gone."""
        if self._lost:
            raise Broken(self._lost)
        self._transport.write(data)

    async def drained(self, timeout: float) -> None:
        """Wait until all that was written has left this process; raises Broken after `timeout` seconds or on loss."""
        if self._full:
            self._drain = self._loop.create_future()
            await self._until(self._drain, timeout)
        if self._lost:
            raise Broken(self._lost)

    async def reply(self, timeout: float) -> Reply:
        """The next answer, within `timeout` seconds. Raises Broken, but only when all that came in before a loss is handed out."""
        while not self._replies:
            if self._lost:
                raise Broken(self._lost)
            self._waiter = self._loop.create_future()
            await self._until(self._waiter, timeout)
        return self._replies.popleft()

    async def _until(self, waiter: asyncio.Future[None], timeout: float) -> None:
        timer = self._loop.call_later(timeout, self._too_late, timeout)
        try:
            await waiter
        finally:
            timer.cancel()

    def _too_late(self, timeout: float) -> None:
        self._end(f"the server was silent for {timeout:g} seconds")
        self._transport.abort()

    def abort(self) -> None:
        """Drop the connection at once; what the server still says is not heard."""
        self._end("closed")
        self._transport.abort()

    def part(self) -> None:
        """Say QUIT and close, without waiting for an answer."""
        if not self._lost:
            self._transport.write(b"QUIT\r\n")
            self._end("closed")
        self._transport.close()

    async def gone(self, timeout: float = 1.0) -> None:
        """After part() or abort(): wait until the transport is closed, at most `timeout` seconds."""
        timer = self._loop.call_later(timeout, self._transport.abort)
        try:
            await asyncio.shield(self._gone)
        finally:
            timer.cancel()
