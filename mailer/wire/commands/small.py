"""Names in small letters, as thumbs type them: "choose bruno salt" (CONTRACT.md section 7: case does not matter).

A capital is how a line shows that it names somebody; where there is none, only who knows the people can say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from mailer.model.program import Vocabulary
from mailer.wire.commands.phrases import first_cores, phrasebook, tokens_of
from mailer.wire.words import WORDS, Grammar

_WORD = re.compile(r"[\w'’-]+")
_LONGEST = 80  # characters of a line that is a word and a name rather than a sentence
_MOST = 20  # lines of a mail
_NAME_NOBODY = frozenset(
    {Grammar.BARE, Grammar.SINCE, Grammar.AWAY, Grammar.TEXT, Grammar.TAGS, Grammar.NUMBER, Grammar.LOG, Grammar.CORRECT}
    | {Grammar.ENROLL, Grammar.APPLICATION}
)


def _is_small(line: str) -> bool:
    """Whether a line has no capital but the one that a telephone puts first."""
    return " " in line and len(line) <= _LONGEST and line[1:] == line[1:].lower()


def small_lines(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The lines in small letters that begin with such a word."""
    book = phrasebook(vocabulary)
    found = []
    for line in (line.strip() for line in text.split("\n", _MOST)[:_MOST]):
        if _is_small(line) and book.may_begin(first_cores(line)):
            word = book.find(tokens_of(line))
            if word is not None and WORDS[word.word].grammar not in _NAME_NOBODY:
                found.append(line)
    return tuple(found)


def standing(lines: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    """Which of these names stand in these lines."""
    said = [f" {' '.join(_WORD.findall(line.casefold()))} " for line in lines]
    return frozenset(name for name in names if any(f" {name.casefold()} " in line for line in said))


def with_capitals(line: str, names: Collection[str]) -> str:
    """The line with these names written as names, where it is in small letters."""
    if not _is_small(line.strip()):
        return line
    found = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"\b(?:{found})\b", lambda hit: hit[0].title(), line, flags=re.IGNORECASE)
