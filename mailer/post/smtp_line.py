"""One SMTP connection that carries many letters: opened with aiosmtplib, spoken in groups (RFC 2920) where offered."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Generator
from typing import TypeAlias, TypeVar, cast

import aiosmtplib

from mailer.model.post import Fate, HandedOver, Outgoing
from mailer.post.servers import Security, SmtpServer
from mailer.post.smtp_fit import Offer, envelope, stuffed, unfit
from mailer.post.smtp_replies import Garbled, Reply, Step, judge
from mailer.post.smtp_wire import Allowed, Answered, Broken, Drained, Talk, Wire, Wish

_T = TypeVar("_T")
Asking: TypeAlias = Generator[Wish, Reply | None, _T]
_PIECE = 65_536  # a letter with more bytes is written piece by piece, its dot only when all of it has left


class Unreachable(Exception):
    """No letter can go now, through no fault of any letter: server away, TLS missing or unproved, login refused."""

    def __init__(self, text: str, code: int = 0) -> None:
        super().__init__(text)
        self.code = code


async def open_line(server: SmtpServer) -> Line:
    """Connect, secure and log in. Raises Unreachable; a cancelled opening leaves no connection behind."""
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.username or None,
        password=server.password if server.username and server.token is None else None,
        oauth_token_generator=server.token,
        local_hostname=server.hello_name or None,
        timeout=server.timeout,
        use_tls=server.security is Security.TLS,
        start_tls=server.security is Security.STARTTLS,
        tls_context=server.tls,
    )
    try:
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            try:
                await client.ehlo()
            except aiosmtplib.SMTPHeloError:
                await client.helo()
        transport = client.transport
        if transport is None:
            raise Unreachable("the server closed the connection after the greeting")
    except aiosmtplib.SMTPResponseException as trouble:
        client.close()
        raise Unreachable(trouble.message, trouble.code) from trouble
    except (aiosmtplib.SMTPException, OSError, ValueError, TimeoutError) as trouble:
        client.close()
        raise Unreachable(str(trouble) or type(trouble).__name__) from trouble
    except BaseException:
        client.close()
        raise
    extensions = client.esmtp_extensions
    size = extensions.get("size")
    offer = Offer(
        pipelining="pipelining" in extensions,
        eight_bit="8bitmime" in extensions,
        utf8="smtputf8" in extensions,
        size=-1 if size is None else int(size) if size.isascii() and size.isdigit() else 0,
    )
    return Line(server, Wire(cast(asyncio.Transport, transport)), offer)


class Line:
    """An open, logged in connection. After any trouble `usable` is false and the caller drops it with `close`."""

    def __init__(self, server: SmtpServer, wire: Wire, offer: Offer) -> None:
        self._server = server
        self._wire = wire
        self._offer = offer
        self._between = True  # no transaction open, nothing written that is unanswered
        self._ahead = False  # the next letter's envelope is written already
        self._dotted = False  # the current letter's last dot is written
        self._heard = False  # the server has answered something since this batch began
        self._carried = 0  # letters offered over this connection
        self._told: deque[HandedOver] = deque()  # fates known and not yet fetched
        self.halted = False  # begin no further letter
        self.trouble = ""  # what ended this connection, in words

    @property
    def usable(self) -> bool:
        """Whether another batch may begin on this connection."""
        return not self.trouble and self._between and self._wire.silent and self._room > 0

    @property
    def _alive(self) -> bool:
        return not self.trouble

    @property
    def _room(self) -> int:
        return self._server.letters_per_connection - self._carried

    async def close(self) -> None:
        """Leave with QUIT between letters, else at once: a half spoken transaction must never go on with the next letter."""
        self.part()
        await self._wire.gone()

    def part(self) -> None:
        """As close, without waiting for the end."""
        if self._between and not self.trouble:
            self._wire.part()
        else:
            self._wire.abort()

    async def carry(self, letters: deque[Outgoing]) -> AsyncGenerator[HandedOver, None]:
        """Hand over letters from the left, taking each off as its fate is known; stops early when the line cannot go on.

        A line that lay idle and is found dead takes no letter with it. PAUSED is said of one letter and ends the carrying.
        """
        lay_idle = self._carried > 0
        self.halted = False
        self._heard = False
        for _ in range(len(letters)):  # flawed letters first: they need no server
            letter = letters.popleft()
            flaw = unfit(letter, self._offer)
            if flaw is None:
                letters.append(letter)
            else:
                yield flaw
        self._told.clear()
        self._wire.begin(self._talk(letters, lay_idle), min(self._server.timeout, self._server.dot_timeout))
        try:
            going = True
            while going:
                while self._told:
                    outcome = self._told.popleft()
                    self._wire.go_on()  # the next letter may go while this one's fate is written down
                    yield outcome
                going = await self._wire.news() or bool(self._told)
        finally:
            self._wire.stop()

    def _talk(self, letters: deque[Outgoing], lay_idle: bool) -> Talk:
        while letters and self._alive and not self.halted and (self._ahead or self._room > 0):
            following = letters[1] if len(letters) > 1 and self._offer.pipelining and self._room > 1 else None
            outcome = yield from self._hand_over(letters[0], following)
            if lay_idle and not self._heard:
                return
            letters.popleft()
            if outcome.code == 421 or outcome.fate is Fate.PAUSED:  # RFC 5321 section 3.8: after 421 the server hangs up
                self.trouble = self.trouble or outcome.text
            self._told.append(outcome)
            self._wire.tell()

    def _hand_over(self, letter: Outgoing, following: Outgoing | None) -> Asking[HandedOver]:
        self._between = self._dotted = False
        if not self._ahead:
            self._carried += 1
        verdict: tuple[Fate, Reply] | None = None
        try:
            verdict, data_open = yield from self._envelope(letter)
            if verdict is None:
                if len(self._told) > 1:  # whoever listens must keep up
                    yield Allowed(lambda: len(self._told) <= 1)
                yield from self._write_letter(letter, following)
                reply = yield from self._reply(self._server.dot_timeout)
                verdict = judge(Step.DOT, reply) or Fate.UNSURE, reply
            elif not self.trouble:
                yield from self._give_up(data_open, following)
        except (Broken, Garbled) as trouble:
            self.trouble = str(trouble)
            if verdict is None:
                return HandedOver(letter.letter_id, Fate.UNSURE if self._dotted else Fate.TRY_AGAIN, text=self.trouble)
        self._between = not self._ahead
        fate, reply = verdict
        return HandedOver(letter.letter_id, fate, reply.code, reply.status, reply.text)

    def _envelope(self, letter: Outgoing) -> Asking[tuple[tuple[Fate, Reply] | None, bool]]:
        """MAIL, RCPT, DATA. Gives the verdict where there is one already, and whether the server now waits for data."""
        pipelining = self._offer.pipelining
        commands = () if self._ahead else envelope(letter, self._offer)
        if pipelining and commands:
            self._wire.write(b"".join(commands))
        self._ahead = False
        verdict: tuple[Fate, Reply] | None = None
        for number, step in enumerate((Step.MAIL, Step.RCPT, Step.DATA)):
            if not pipelining:
                self._wire.write(commands[number])
            try:
                reply = yield from self._reply(self._server.timeout)
            except Broken as trouble:
                if verdict is None:
                    raise
                self.trouble = str(trouble)
                return verdict, False
            if verdict is None:
                fate = judge(step, reply)
                verdict = None if fate is None else (fate, reply)
            elif step is Step.DATA:
                return verdict, reply.code == 354
            if verdict is not None and (not pipelining or reply.code == 421):
                return verdict, False
        return verdict, verdict is None

    def _write_letter(self, letter: Outgoing, following: Outgoing | None) -> Asking[None]:
        """The letter and its dot, then the next letter's envelope in the same breath (RFC 2920 section 3.1)."""
        body = stuffed(letter.raw)
        if len(body) > _PIECE:
            view = memoryview(body)
            for start in range(0, len(body), _PIECE):
                self._wire.write(view[start : start + _PIECE])
                yield Drained(self._server.timeout)
            body = b""
        self._dotted = True
        self._write_with(body + b".\r\n", following)

    def _give_up(self, data_open: bool, following: Outgoing | None) -> Asking[None]:
        """Leave a refused transaction: a lone dot where the server asked for data although it refused (RFC 2920 3.1), then RSET."""
        self._write_with(b".\r\nRSET\r\n" if data_open else b"RSET\r\n", following)
        if data_open:
            yield from self._reply(self._server.dot_timeout)
        if not (yield from self._reply(self._server.timeout)).good:
            raise Broken("the server refused RSET")

    def _write_with(self, data: bytes, following: Outgoing | None) -> None:
        if following is not None:
            data += b"".join(envelope(following, self._offer))
            self._ahead = True
            self._carried += 1
        self._wire.write(data)

    def _reply(self, timeout: float) -> Asking[Reply]:
        reply = yield Answered(timeout)
        assert reply is not None
        self._heard = True
        return reply
