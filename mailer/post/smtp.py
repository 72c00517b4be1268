"""Hands letters to an SMTP server, a whole batch over one connection, and says of each letter exactly what became of it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence

from mailer.model.post import Fate, HandedOver, Outgoing
from mailer.post.servers import Security, SmtpServer, Token, refuse_plaintext
from mailer.post.smtp_line import Line, Unreachable, open_line

__all__ = ["Security", "SmtpPost", "SmtpServer", "Token"]

_FRUITLESS = 3  # connections in a row that broke before any letter was settled, after which the rest waits


class SmtpPost:
    """One server and at most one connection to it, kept between batches while it is fresh.

    Raises BadSettings at once where the server would be spoken to unprotected over a network.
    """

    def __init__(self, server: SmtpServer) -> None:
        refuse_plaintext(server, "the SMTP server")
        self._server = server
        self._line: Line | None = None
        self._carrying: Line | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def send(self, letters: Sequence[Outgoing]) -> AsyncGenerator[HandedOver, None]:
        """Hand over `letters` in order; yields the fate of each as soon as it is known, each exactly once, flawed ones first.

        Never raises for what a server does. A caller that stops early (aclose, cancellation) is not told of what is under way: the
        next two letters after the last it was told of may have been sent, and are unsure; the others were not begun. The connection
        is dropped then. Use `contextlib.aclosing`; and `halt` to stop with nothing unsure.
        """
        waiting = deque(letters)
        fruitless = 0
        async with self._turn:
            while waiting:
                lay_idle = self._line is not None and self._line.usable
                try:
                    line = await self._ready_line()
                except Unreachable as trouble:
                    for letter in waiting:
                        yield HandedOver(letter.letter_id, Fate.PAUSED, trouble.code, text=str(trouble))
                    return
                settled = paused = False
                last: HandedOver | None = None
                try:
                    self._carrying = line
                    async for last in line.carry(waiting):
                        settled = settled or last.fate in (Fate.SENT, Fate.REFUSED)
                        paused = last.fate is Fate.PAUSED
                        yield last
                finally:
                    self._carrying = None
                    self._put_back(line)
                if line.halted:
                    for letter in waiting:
                        yield HandedOver(letter.letter_id, Fate.PAUSED, text="sending was stopped")
                    return
                fruitless = 0 if settled or lay_idle else fruitless + 1
                if paused or fruitless == _FRUITLESS:
                    code, text = (last.code, last.text) if last else (0, line.trouble)
                    for letter in waiting:
                        yield HandedOver(letter.letter_id, Fate.PAUSED, code, text=text)
                    return

    def halt(self) -> None:
        """End the batch under way after the letter that is on its way; its fate is still told, those not begun come back PAUSED."""
        if self._carrying is not None:
            self._carrying.halted = True

    async def probe(self) -> str | None:
        """Connect, secure and log in once, send nothing. None: all is well; else what is wrong, in the server's words."""
        try:
            line = await open_line(self._server)
        except Unreachable as trouble:
            return f"{trouble.code} {trouble}" if trouble.code else str(trouble)
        await line.close()
        return None

    async def close(self) -> None:
        """Say goodbye to the server; the post may be used again afterwards."""
        self._calm()
        line, self._line = self._line, None
        if line is not None:
            await line.close()

    async def _ready_line(self) -> Line:
        self._calm()
        line, self._line = self._line, None
        if line is not None:
            if line.usable:
                return line
            await line.close()
        return await open_line(self._server)

    def _put_back(self, line: Line) -> None:
        if not line.usable:
            line.part()
            return
        self._line = line
        self._idle = asyncio.get_running_loop().call_later(self._server.idle_seconds, self._rest)

    def _rest(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.part()

    def _calm(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
