"""An SMTP connection that drives a conversation: each answer goes straight to what asked for it, with no turn of the event loop.

It takes over a transport that aiosmtplib has connected, secured and logged in (`transport.set_protocol`), because aiosmtplib itself
waits for every single answer (RFC 2920 pipelining is the difference between one and four round trips a letter).

A conversation is a generator: it writes, then yields what it waits for, and is sent the next answer when that has come.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias

from mailer.post.smtp_replies import Reply, ReplyReader


class Broken(Exception):
    """The connection is of no further use: lost, silent for too long, or talking nonsense."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Wait for the next answer, `timeout` seconds at most for the whole of it."""

    timeout: float


@dataclass(frozen=True, slots=True)
class Drained:
    """Wait until all that was written has left this process, `timeout` seconds at most."""

    timeout: float


@dataclass(frozen=True, slots=True)
class Allowed:
    """Wait until this says yes; asked again at every `go_on`."""

    yes: Callable[[], bool]


Wish: TypeAlias = Answered | Drained | Allowed
Talk: TypeAlias = Generator[Wish, Reply | None, None]


class Wire(asyncio.Protocol):
    """One connection and the conversation on it."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._reader = ReplyReader()
        self._replies: deque[Reply] = deque()
        self._talk: Talk | None = None
        self._wish: Wish = Allowed(bool)
        self._timed: Wish | None = None  # the wish the deadline is for
        self._failure: BaseException | None = None
        self._deadline = 0.0
        self._tick = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._news: asyncio.Future[None] | None = None
        self._full = False
        self._lost = ""
        self._gone = self._loop.create_future()
        transport.set_protocol(self)
        # With no room in the buffer, drained means that every byte has left this process: so that a last dot written after it is
        # all that can be on its way, and a loss before it is no uncertainty. Inside TLS, high=0 would mean paused for ever.
        transport.set_write_buffer_limits(high=1, low=0)

    # what asyncio calls

    def data_received(self, data: bytes) -> None:
        if self._lost:
            return
        self._replies.extend(self._reader.feed(data))
        if self._reader.trouble:
            self._end(self._reader.trouble)
            self._transport.abort()
        self.go_on()

    def eof_received(self) -> bool:
        self._end("the server closed the connection")
        self.go_on()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(f"the connection broke: {exc}" if exc else "the server closed the connection")
        if not self._gone.done():
            self._gone.set_result(None)
        self.go_on()

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        self.go_on()

    def _end(self, why: str) -> None:
        if not self._lost:
            self._lost = why
        self._full = False

    # the conversation

    def begin(self, talk: Talk, tick: float) -> None:
        """Start a conversation; it is looked at every `tick` seconds at least, so a timeout may be late by as much."""
        self._talk, self._failure, self._tick = talk, None, tick
        self._wish = Allowed(lambda: True)
        self._watch()
        self.go_on()

    def go_on(self) -> None:
        """Take the conversation as far as it goes now."""
        talk = self._talk
        if talk is None or talk.gi_running:  # type: ignore[attr-defined]  # a write may call back while the talk runs
            return
        try:
            while True:
                wish = self._wish
                if isinstance(wish, Allowed):
                    if not wish.yes():
                        self._deadline = 0.0
                        return
                    self._wish = next(talk)
                elif self._replies and isinstance(wish, Answered):
                    self._wish = talk.send(self._replies.popleft())
                elif self._lost:
                    self._wish = talk.throw(Broken(self._lost))
                elif isinstance(wish, Drained) and not self._full:
                    self._wish = talk.send(None)
                else:
                    if self._timed is not wish:  # a trickle of bytes must not put the end off
                        self._timed = wish
                        self._deadline = self._loop.time() + wish.timeout
                    return
        except StopIteration:
            self.stop()
        except Exception as bug:  # told where the outcome is awaited, not to the event loop
            self._failure = bug
            self.stop()

    def stop(self) -> None:
        """End the conversation where it is."""
        talk, self._talk = self._talk, None
        if talk is not None:
            talk.close()
        if self._timer is not None:
            self._timer.cancel()
        self.tell()

    def tell(self) -> None:
        """Wake whoever waits in `news`."""
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def news(self) -> bool:
        """Wait until something is told or the conversation is over; gives whether it goes on. Raises what went wrong in it."""
        if self._talk is not None:
            self._news = self._loop.create_future()
            await self._news
        if self._failure is not None:
            raise self._failure
        return self._talk is not None

    def _watch(self) -> None:
        now = self._loop.time()
        if self._deadline and now >= self._deadline:
            self._end("the server was silent for too long")
            self._transport.abort()
            self.go_on()
        else:
            self._timer = self._loop.call_at(min(self._deadline or now + self._tick, now + self._tick), self._watch)

    # writing and closing

    @property
    def silent(self) -> bool:
        """Whether the connection lives and nothing unasked for has come in (a server about to close says 421 first)."""
        return not self._lost and not self._replies and not self._transport.is_closing()

    def write(self, data: bytes | memoryview) -> None:
        """Queue bytes for sending; raises Broken where the connection is gone."""
        if self._lost:
            raise Broken(self._lost)
        self._transport.write(data)

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
