"""A quick look by which most lines of a mail pass: what cannot hold a word of ours is not read for any."""

from __future__ import annotations

import re
from functools import lru_cache

from mailer.wire.commands.lengths import FIRST_WORDS, may_be_length
from mailer.wire.commands.phrases import GREETINGS, Phrasebook

_PLAIN_WORDS = re.compile(r"[ \t]*([A-Za-z]+)[,.;!?]*(?:\s+(?:([A-Za-z]+)[,.;!?]*(?:\s|$))?|$)")
_SHAPE_LENGTH = 200  # characters of a report of silence
_LENGTH = 60  # characters of a length of time alone


def is_quiet(line: str, book: Phrasebook) -> bool:
    """Whether a line among others surely holds no word of ours.

    It begins with a plain word that none of ours begins with, and nothing in it looks like a label, a day or a report.
    """
    begins = _PLAIN_WORDS.match(line)
    if begins is None or (first := begins[1].lower()) in _openers(book):
        return False
    if first in book.pairs and (begins[2] is None or begins[2].lower() in book.pairs[first]):
        return False
    return not (
        ":" in line
        or "-" in line
        or "–" in line
        or line[-1:].isdigit()
        or "UNDO" in line
        or "eached" in line[-12:]
        or (len(line) <= _SHAPE_LENGTH and _tells_of_silence(line))
    )


@lru_cache(maxsize=8)  # vocabularies
def _openers(book: Phrasebook) -> frozenset[str]:
    return book.heads.union(GREETINGS, FIRST_WORDS)


def may_have_shape(cores: tuple[str, ...], line: str) -> bool:
    """Whether a line may be a report of silence or a length of time alone. `cores` are its first words."""
    if not cores or len(line) > _SHAPE_LENGTH:
        return False
    return _tells_of_silence(line) or (len(line) <= _LENGTH and may_be_length(cores[0], line))


def _tells_of_silence(line: str) -> bool:
    low = line.lower()
    return "answ" in low or "repl" in low or "respo" in low
