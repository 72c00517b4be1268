"""Labels of a contact form's lines, however they are parted from what follows: "Mentor: Ana", "mentor – Ana", "2) Date = 3/4"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from mailer.wire.forms.headings import Column, column_of, exactly, plain

_LABEL_LIMIT = 60  # characters of a label
_AROUND = " \t*_•·-–>\"'"
_COUNTED = re.compile(r"\s{0,8}[*_>•·-]{0,3}\s{0,3}(?:\d{1,2}[.)]|#\d{1,2})\s")
# What parts a label from its value where no colon does; a heading of ours must stand in front, as sentences have dashes too.
_WEAK = re.compile(r"[^\S\n]*(?:->|→|=>|\.{3,}|…)[^\S\n]*|\s+[-–—>|]\s*|[–—]\s*|[^\S\n]*\t\s*|-\s+|;\s+|:\s*")
_MAY_BE_WEAK = re.compile(
    r"(?:^|\n)[^\w\n]{0,8}(?:\d{1,2}[.)]\s)?(?:the |name of |assigned )*m(?:entor|entr\b|enter\b|ntr\b)[^\n:=]{0,30}"
    r"(?:->|→|=>|\.\.\.|…|[-–—>|\t;]|\n)",
    re.IGNORECASE,
)
_MENTORS = ("mentor", "mentr", "menter", "mntr")
_NUMBERED_MENTOR = re.compile(r"(mentors? ?(?:s? ?name)?) (?:no |nr |number )?\d{1,2}")


class Label(NamedTuple):
    """A label at the head of a line. `weak`: no colon or equals sign parts it from its value, so one alone proves nothing."""

    text: str
    value: str
    column: Column | None
    weak: bool = False


def may_be_weak(text: str) -> bool:
    """Whether a line of a text begins with a mentor's label without a colon: a quick look that most texts end with."""
    low = text.lower()
    return any(map(low.__contains__, _MENTORS)) and _MAY_BE_WEAK.search(text) is not None


def label_of(line: str, *, weakly: bool = False) -> Label | None:
    """("Contact made", "21 March") of "Contact made: 21 March"; None where no short label stands in front.

    `weakly`: also of "Contact made - 21 March", "Contact made" alone on its line and the like, where it is our heading.
    """
    if (counted := _COUNTED.match(line)) is not None:
        line = line[counted.end() :]
    strong = _strong(line)
    if weakly and (strong is None or strong.column is None) and (weak := _weak(line)) is not None:
        return weak
    return strong


def _strong(line: str) -> Label | None:
    colon = line.find(":", 0, _LABEL_LIMIT)
    if colon <= 0:
        colon = line.find("：", 0, _LABEL_LIMIT)
    if colon <= 0:
        colon = line.find("=", 0, 30)
        if colon <= 0:
            return None
    text = line[:colon].strip(_AROUND)
    if not text or len(text.split()) > 8 or not any(letter.isalpha() for letter in text):
        return None
    value = line[colon + 1 :].strip()
    if value.startswith("//") or (colon + 1 < len(line) and line[colon + 1].isdigit() and text[-1:].isdigit()):
        return None
    if line.lstrip()[:1] == "*":
        value = value.removeprefix("**").removeprefix("*").strip()
    if value[:2] in ("- ", "– "):  # "Mentor:- Ana"
        value = value[2:].strip()
    return Label(text, value, _column(text))


def _weak(line: str) -> Label | None:
    """The label in front of the first mark behind which it is a heading of ours: "Check-in notes - good" has two."""
    head = line[: _LABEL_LIMIT + 8]
    bare = head.strip(_AROUND + ".:")
    if len(line) <= _LABEL_LIMIT and bare and (column := exactly(bare) or _numbered(bare)) is not None:
        return Label(bare, "", column, weak=True)
    first = len(head) - len(head.lstrip(_AROUND))
    for found in _WEAK.finditer(head, first + 1):
        text = head[: found.start()].strip(_AROUND)
        value = line[found.end() :].strip().strip("*_").strip()
        if value.count("|") > 1 or "\t" in value:
            return None  # a row of a table
        if text and (column := _known(text)) is not None:
            return Label(text, value, column, weak=True)
    return None


def _known(text: str) -> Column | None:
    column = exactly(text)
    if column is None and len(text.split()) <= 3 and any(mark in text.lower() for mark in ("men", "date", "contact")):
        column = column_of(text)  # a slip of the pen in a short label
    return column or _numbered(text)


def _column(text: str) -> Column | None:
    return column_of(text) or _numbered(text)


def _numbered(text: str) -> Column | None:
    """ "Mentor 1", "Mentor #2"."""
    return Column.MENTOR if text[-1:].isdigit() and _NUMBERED_MENTOR.fullmatch(plain(text)) else None


def first_column(labels: Sequence[Label | None]) -> Column:
    """The column each mentor's lines begin with: the mentor, unless every mentor stands behind another line of theirs.

    Some begin with the date. It holds only if the lines, cut there, name one mentor each and no column twice.
    """
    columns = [label.column for label in labels if label is not None and label.column is not None]
    if not columns or columns[0] is Column.MENTOR or Column.MENTOR not in columns:
        return Column.MENTOR
    pieces: list[list[Column]] = []
    for column in columns:
        if column is columns[0]:
            pieces.append([])
        pieces[-1].append(column)
    whole = all(piece.count(Column.MENTOR) == 1 and len(set(piece)) == len(piece) >= 3 for piece in pieces)
    return columns[0] if whole else Column.MENTOR
