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
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def send(self, letters: Sequence[Outgoing]) -> AsyncGenerator[HandedOver, None]:
        """Hand over `letters` in order; yields the fate of each as soon as it is known, each exactly once, flawed ones first.

        Never raises for what a server does. A caller that stops early (aclose, cancellation) leaves the letters it was not told of
        unsettled: the one under way is unsure, the others were not sent; the connection is dropped. Use `contextlib.aclosing`.
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
                    async for last in line.carry(waiting):
                        settled = settled or last.fate in (Fate.SENT, Fate.REFUSED)
                        paused = last.fate is Fate.PAUSED
                        yield last
                finally:
                    await self._put_back(line)
                fruitless = 0 if settled or lay_idle else fruitless + 1
                if paused or fruitless == _FRUITLESS:
                    code, text = (last.code, last.text) if last else (0, line.trouble)
                    for letter in waiting:
                        yield HandedOver(letter.letter_id, Fate.PAUSED, code, text=text)
                    return

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

    async def _put_back(self, line: Line) -> None:
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
