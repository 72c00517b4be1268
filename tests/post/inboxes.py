"""Inboxes and messages for the tests of the IMAP side."""

from __future__ import annotations

from mailer.model.post import Fetched, Mark
from mailer.post.imap import ImapInbox, ImapServer, Security

OWNER = "inbox@example.org"


def message(number: int, size: int = 0) -> bytes:
    """A message whose words look like IMAP, so that a reader that believes them is found out."""
    lines = [f"Subject: 5 * 3 = {number} * ok", "", f"* {number} FETCH (UID {number})", ")", "a1 OK done (", "{12}"]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"x" * 70 * (size // 70)


def messages(count: int, start: int = 0) -> list[bytes]:
    return [message(number) for number in range(start, start + count)]


def here(port: int, **more: object) -> ImapServer:
    """A server on this machine, without TLS, patient for five seconds."""
    settings: dict[str, object] = {"host": "localhost", "port": port, "security": Security.NONE, "username": OWNER}
    return ImapServer(**(settings | {"password": "secret", "timeout": 5.0} | more))  # type: ignore[arg-type]


async def everything(inbox: ImapInbox, mark: Mark, limit: int = 500) -> tuple[Mark, list[Fetched]]:
    """All messages after a mark, fetched in batches."""
    found: list[Fetched] = []
    while True:
        after, some = await inbox.fetch(mark, limit)
        if after == mark:
            return mark, found
        found += some
        mark = after
