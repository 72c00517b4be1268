"""The part of a body that is read for words, answers and forms: within limits, and line by line only where that can matter."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailer.model.mail import Parsed
from mailer.wire.html import tables
from mailer.wire.quoting import Line, Split

TEXT_LIMIT = 40_000  # characters of own words that are read for words, answers and forms; a book is no letter
LINE_LIMIT = 4_000  # lines of the whole body, quoted ones too
HTML_LIMIT = 400_000  # characters of HTML that are looked through for tables
Tables = tuple[tuple[tuple[str, ...], ...], ...]
_QUESTION = re.compile(r"\n[> \t]{0,8}[(#]?[Qq]?\d{1,2} ?[.):|]")


@dataclass(frozen=True, slots=True)
class Body:
    """A body taken apart, clipped to the limits. `lines` are empty where no table and nothing quoted can hold an answer."""

    new_text: str
    forwarded: bool = False
    lines: tuple[Line, ...] = ()
    problems: tuple[str, ...] = field(default=())


def body_of(split: Split, asked: bool = False) -> Body:
    """What is to be read of a body. `asked`: the questions of the letter are known."""
    text = split.new_text
    problems: tuple[str, ...] = ()
    if len(text) > TEXT_LIMIT:
        end = text.rfind("\n", 0, TEXT_LIMIT)
        text = text[: end if end > 0 else TEXT_LIMIT]
        problems = (f"the message is very long: words, answers and forms were looked for in its first {TEXT_LIMIT:,} characters",)
    lines = split.lines[:LINE_LIMIT] if " | " in text or _matters(split.quoted_text[:200_000], asked) else ()
    return Body(text, split.forwarded, lines, problems)


def _matters(quoted: str, asked: bool) -> bool:
    """Whether what is quoted may hold numbered questions, or the draft of a form."""
    if "entor" in quoted:
        return True
    return "?" in quoted and (asked or _QUESTION.search("\n" + quoted) is not None)


def tables_of(parsed: Parsed) -> Tables:
    """Every table of the message's own HTML, as rows of cell texts."""
    found: list[tuple[tuple[str, ...], ...]] = []
    left = HTML_LIMIT
    for part in parsed.parts:
        if part.type != "text/html" or part.in_message or part.disposition == "attachment" or not part.text:
            continue
        html = part.text[:left]
        left -= len(html)
        if "<table" in html or "<TABLE" in html:
            found.extend(tables(html))
    return tuple(found)
