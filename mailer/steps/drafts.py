"""Letters finished when they were decided, kept in memory until they are handed over a moment later; only a short cut."""

from __future__ import annotations

from dataclasses import dataclass, field

_MOST_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Draft:
    """The bytes of a letter, their digest, and the address that answers go to."""

    raw: bytes
    sha256: str
    reply_to: str


@dataclass(slots=True)
class Drafts:
    """Bounded: what finds no room is simply finished again. Nothing depends on it, a restart begins with none."""

    _kept: dict[int, Draft] = field(default_factory=dict)
    _bytes: int = 0

    def keep(self, letter_id: int, draft: Draft) -> None:
        if self._bytes + len(draft.raw) <= _MOST_BYTES:
            self._kept[letter_id] = draft
            self._bytes += len(draft.raw)

    def take(self, letter_id: int) -> Draft | None:
        found = self._kept.pop(letter_id, None)
        if found is not None:
            self._bytes -= len(found.raw)
        return found
