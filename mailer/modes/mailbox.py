"""A mailbox in memory: what has arrived so far, by UID; nothing is ever filed away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from mailer.model.post import Fetched, Mark


class Mailbox:
    """The inbox of a program whose months are lived in virtual time."""

    def __init__(self) -> None:
        self.kept: list[Fetched] = []

    def put(self, raw: bytes, at: datetime) -> None:
        """A message arrives; `at` is aware."""
        self.kept.append(Fetched(1, len(self.kept) + 1, raw, at, len(raw)))

    async def fetch(self, mark: Mark, limit: int) -> tuple[Mark, list[Fetched]]:
        last = mark.last_uid if mark.uidvalidity == 1 else 0
        found = self.kept[last : last + limit]
        return Mark(1, found[-1].uid if found else last), found

    async def file(self, uids: Sequence[int], folder: str) -> bool:
        return True

    async def bring_back(self, folder: str, since: date) -> int:
        return 0

    async def wait(self, seconds: float) -> bool:
        return False

    async def close(self) -> None:
        return None


class Silence(Mailbox):
    """An inbox into which nobody writes: the mark stays where the real one has left it."""

    async def fetch(self, mark: Mark, limit: int) -> tuple[Mark, list[Fetched]]:
        return mark, []
