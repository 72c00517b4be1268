"""A mailbox in memory: what has arrived so far, by UID; nothing is ever filed away."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from mailer.model.post import Fetched, Mark
from mailer.wire.addresses import message_ids
from mailer.wire.parse import parse, sender


class Mailbox:
    """The inbox of a program whose months are lived in virtual time."""

    def __init__(self) -> None:
        self.kept: list[Fetched] = []

        self._last = 0

    def put(self, raw: bytes, at: datetime) -> None:
        """A message arrives; `at` is aware."""
        self._last += 1
        self.kept.append(Fetched(1, self._last, raw, at, len(raw)))

    async def fetch(self, mark: Mark, limit: int) -> tuple[Mark, list[Fetched]]:
        last = mark.last_uid if mark.uidvalidity == 1 else 0
        at = bisect_right(self.kept, last, key=lambda one: one.uid)
        found = self.kept[at : at + limit]
        return Mark(1, found[-1].uid if found else last), found

    async def file(self, uids: Sequence[int], folder: str) -> bool:
        return True

    async def bring_back(self, folder: str, since: date) -> int:
        return 0

    async def erase(self, folder: str, message_ids: Iterable[str], senders: Iterable[str] = ()) -> int:
        names, addresses = {name.strip("<>") for name in message_ids}, set(senders)
        before = len(self.kept)
        self.kept = [one for one in self.kept if not _is_of(one.raw, names, addresses)] if not folder else self.kept
        return before - len(self.kept)

    async def wait(self, seconds: float) -> bool:
        return False

    async def close(self) -> None:
        return None


class Silence(Mailbox):
    """An inbox into which nobody writes: the mark stays where the real one has left it."""

    async def fetch(self, mark: Mark, limit: int) -> tuple[Mark, list[Fetched]]:
        return mark, []


def _is_of(raw: bytes, names: Collection[str], addresses: Collection[str]) -> bool:
    parsed = parse(raw)
    return sender(parsed)[1].lower() in addresses or any(name in names for name in message_ids(parsed.first("Message-ID")))
