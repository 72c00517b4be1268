"""Words with places in them, split once so that filling them is only a join."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailer.letters.placeholders import FIRST_SLOT, SLOTS

_SLOT = re.compile(SLOTS)


@dataclass(frozen=True, slots=True)
class Fillable:
    """A text whose slots are known: pieces in turn literal text and number of a value."""

    pieces: tuple[str | int, ...]

    @classmethod
    def of(cls, text: str) -> Fillable:
        pieces: list[str | int] = []
        end = 0
        for found in _SLOT.finditer(text):
            pieces += [text[end : found.start()], ord(found[0]) - FIRST_SLOT]
            end = found.end()
        return cls((*pieces, text[end:]))

    @property
    def constant(self) -> bool:
        return len(self.pieces) == 1

    def filled(self, values: Sequence[str]) -> str:
        return "".join([piece if isinstance(piece, str) else values[piece] for piece in self.pieces])
