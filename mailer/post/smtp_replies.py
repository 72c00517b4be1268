"""What an SMTP server answers, read from bytes, and what each answer means for a letter (no input or output here)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mailer.model.post import Fate

_LINE = re.compile(rb"[2-5]\d\d(?:[ -]|$)")
LONGEST_REPLY = 65_536  # bytes; a real EHLO answer has a few kilobytes
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?= |$)")  # RFC 3463 section 2
_AUTH_CODES = frozenset({454, 530, 534, 535, 538})  # RFC 4954 section 6: about our login, never about a letter
_TOO_BIG = frozenset({"5.3.4", "5.2.3"})


class Garbled(Exception):
    """The server said something that is not SMTP; which answer belongs to which command is no longer known."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One whole answer (RFC 5321 section 4.2)."""

    code: int
    text: str  # lines joined with a space, without the enhanced status code
    status: str = ""  # enhanced status code (RFC 3463), where given

    @property
    def good(self) -> bool:
        return 200 <= self.code < 300


class ReplyReader:
    """Cuts a stream of bytes into replies; keeps what is incomplete for the next piece."""

    __slots__ = ("_buffer", "_lines", "_size", "trouble")

    def __init__(self) -> None:
        self.trouble = ""  # why nothing more can be read, once that is so
        self._buffer = bytearray()
        self._lines: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[Reply]:
        """Replies completed by `data`, in order; what is not a reply, or is endless, sets `trouble` and ends the reading."""
        replies: list[Reply] = []
        buffer = self._buffer
        buffer += data
        start = 0
        while (end := buffer.find(b"\n", start)) >= 0:
            line = bytes(buffer[start:end]).rstrip(b"\r")
            start = end + 1
            if not _LINE.match(line):
                self.trouble = "the server's answer is not SMTP"
                return replies
            if line[3:4] == b"-":
                self._lines.append(line)
                self._size += len(line)
                if self._size > LONGEST_REPLY:
                    self.trouble = "the server's answer does not end"
                    return replies
            elif self._lines:
                replies.append(_joined((*self._lines, line)))
                self._lines = []
                self._size = 0
            else:
                replies.append(_single(line))
        del buffer[:start]
        if len(buffer) > LONGEST_REPLY:
            self.trouble = "the server's answer does not end"
        return replies


@lru_cache(maxsize=64)
def _single(line: bytes) -> Reply:
    """A server says the same few short things thousands of times."""
    return _joined((line,))


def _joined(lines: Sequence[bytes]) -> Reply:
    code = int(lines[-1][:3])
    texts = [line[4:].decode("utf-8", "replace").strip() for line in lines]
    found = _ENHANCED.match(texts[0])
    if found is None:
        return Reply(code, " ".join(texts).strip())
    status = found.group()
    return Reply(code, " ".join(text.removeprefix(status).strip() for text in texts), status)


class Step(StrEnum):
    """Where in handing over a letter an answer belongs."""

    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    DOT = "DOT"


def judge(step: Step, reply: Reply) -> Fate | None:
    """What `reply` at `step` makes of the letter; None: go on to the next step. Raises Garbled where the code cannot belong there.

    A refused sender is our own trouble, not the letter's, so it pauses the queue; a size that is refused is the letter's.
    552 after RCPT is to be taken as temporary (RFC 5321 section 4.5.3.1.10).
    """
    code = reply.code
    if code in _AUTH_CODES:
        return Fate.PAUSED
    if 400 <= code < 500:
        return Fate.TRY_AGAIN
    if code >= 500:
        if step is Step.MAIL and code != 552 and reply.status not in _TOO_BIG:
            return Fate.PAUSED
        if step is Step.RCPT and code == 552:
            return Fate.TRY_AGAIN
        return Fate.REFUSED
    if step is Step.DATA:
        if code != 354:
            raise Garbled("the server did not answer DATA with 354")
        return None
    if not reply.good:
        raise Garbled(f"the server answered {step} with {code}")
    return Fate.SENT if step is Step.DOT else None
