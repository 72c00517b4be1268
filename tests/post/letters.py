"""Letters for the tests of the post: plain, numbered, each to its own recipient."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing

from mailer.model.post import HandedOver, Outgoing
from mailer.post.smtp import Security, SmtpPost, SmtpServer


def raw(number: int, size: int = 400) -> bytes:
    """A letter of about `size` bytes, with a line that begins with a dot."""
    head = f"From: us@example.org\r\nTo: p{number}@example.org\r\nSubject: letter {number}\r\n\r\n.first dot\r\n..second\r\n"
    return (head + ("x" * 70 + "\r\n") * max(1, (size - len(head)) // 72)).encode()


def letter(number: int, size: int = 400) -> Outgoing:
    return Outgoing(number, f"bounce+{number}@example.org", f"p{number}@example.org", raw(number, size))


def letters(count: int, size: int = 400) -> list[Outgoing]:
    return [letter(number, size) for number in range(count)]


def here(port: int, **more: object) -> SmtpServer:
    """A server on this machine, without TLS, patient for two seconds."""
    settings: dict[str, object] = {"host": "127.0.0.1", "port": port, "security": Security.NONE, "timeout": 2.0, "dot_timeout": 2.0}
    return SmtpServer(**(settings | {"hello_name": "us.example.org"} | more))  # type: ignore[arg-type]


async def sent(post: SmtpPost, batch: Sequence[Outgoing]) -> list[HandedOver]:
    """What became of a batch, in the order it was told."""
    async with aclosing(post.send(batch)) as outcomes:
        return [outcome async for outcome in outcomes]


def fates(outcomes: Sequence[HandedOver]) -> dict[int, str]:
    return {outcome.letter_id: str(outcome.fate) for outcome in outcomes}
