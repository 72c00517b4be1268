"""The part of a body that is read for words, answers and forms: within limits, and line by line only where that can matter."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailer.model.mail import Parsed
from mailer.wire.html.read import tables
from mailer.wire.quoting.split import Split

TEXT_LIMIT = 40_000  # characters of own words that are read for words, answers and forms; a book is no letter
LINE_LIMIT = 4_000  # lines of the whole body, quoted ones too
QUOTE_LIMIT = 200_000  # characters of quoted text in which a question or a form is looked for
HTML_LIMIT = 400_000  # characters of HTML that are looked through for tables
Tables = tuple[tuple[tuple[str, ...], ...], ...]
_QUESTION = re.compile(r"\n[> \t]{0,8}[(#]?[Qq]?\d{1,2} ?[.):|]")
_MENTOR_LABEL = re.compile(r"entor[^\n:=]{0,60}[:=]")
_MENTOR_LABEL_LOUD = re.compile(r"ENTOR[^\n:=]{0,60}[:=]")


@dataclass(slots=True)
class Body:
    """A body taken apart, clipped to the limits."""

    new_text: str
    split: Split = field(repr=False)
    worth: bool = False  # a table, or something quoted, may hold an answer
    draft: bool = False  # a line labelled with the mentor stands somewhere in it
    problems: tuple[str, ...] = ()
    _told: list[tuple[str, str]] | None = field(default=None, repr=False)

    @property
    def forwarded(self) -> bool:
        """Whether another message is handed on."""
        return self.split.forwarded

    @property
    def told(self) -> list[tuple[str, str]]:
        """Text and kind of each line, in order; empty where nothing in them can hold an answer. Made when first asked for."""
        if self._told is None:
            self._told = self.split.told(LINE_LIMIT) if self.worth else []
        return self._told

    @property
    def new_below(self) -> bool:
        """Whether the author wrote anything below the first quotation or attribution."""
        kinds = self.split.kinds
        first = min([kinds.index(kind) for kind in ("quote", "attribution", "header") if kind in kinds], default=len(kinds))
        if "new" not in kinds[first:]:
            return False
        return any(kind == "new" and text for kind, text in zip(kinds[first:], self.split.body.texts[first:], strict=True))


def body_of(split: Split, asked: bool = False) -> Body:
    """What is to be read of a body. `asked`: the questions of the letter are known."""
    text = split.new_text
    problems: tuple[str, ...] = ()
    if len(text) > TEXT_LIMIT:
        end = text.rfind("\n", 0, TEXT_LIMIT)
        text = text[: end if end > 0 else TEXT_LIMIT]
        problems = (f"the message is very long: words, answers and forms were looked for in its first {TEXT_LIMIT:,} characters",)
    quoted = split.quoted_text[:QUOTE_LIMIT]
    named = "entor" in quoted or "ENTOR" in quoted
    worth = named or " | " in text or ("?" in quoted and (asked or _QUESTION.search("\n" + quoted) is not None))
    draft = worth and ((named and _names_mentor(quoted)) or (("entor" in text or "ENTOR" in text) and _names_mentor(text)))
    return Body(text, split, worth, draft, problems)


def _names_mentor(text: str) -> bool:
    return _MENTOR_LABEL.search(text) is not None or _MENTOR_LABEL_LOUD.search(text) is not None


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
