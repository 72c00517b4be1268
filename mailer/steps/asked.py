"""What a letter that was answered asks and offers, so that its answers are read against that (R-018)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from db import people
from db.engine import Connection
from db.records import Letter
from mailer.letters.errors import Unsendable
from mailer.letters.template import render
from mailer.steps.book import Book
from mailer.wire.commands.small import small_lines, standing

_NUMBERED = re.compile(r"^(\d{1,2})\. +(.*(?:\n {3,}\S.*)*)", re.MULTILINE)
_LIST = "\\n1. "  # in a source as it is kept, which is JSON


def questions_of(book: Book, letter: Letter | None) -> tuple[str, ...]:
    """The questions in their order, as the letter has them; empty where it asks none by number."""
    template = book.letters.get(letter.name) if letter is not None else None
    if letter is None or template is None or _LIST not in book.sources.get(template.digest, ""):
        return ()
    try:
        text = render(template, {name: value for name, value in letter.facts.items() if not name.startswith("_")}, "").text
    except Unsendable:
        return ()  # the words of the letter have changed since: the quotation has to do
    found = [(int(hit[1]), " ".join(hit[2].split())) for hit in _NUMBERED.finditer(text)]
    in_order = [number for number, _ in found] == list(range(1, len(found) + 1))
    asked = tuple(question for _, question in found)
    return asked if in_order and len(asked) > 1 and sum("?" in question for question in asked) * 2 > len(asked) else ()


def offers_of(book: Book, letter: Letter | None) -> Mapping[str, tuple[str, ...]]:
    """The answers that a letter offers, each with what it says of them; empty where its template is gone."""
    template = book.letters.get(letter.name) if letter is not None else None
    return template.explained if template is not None else {}


def named_in(connection: Connection, book: Book, text: str) -> frozenset[str]:
    """Names of people of the program that a text holds in small letters behind a word; a name that is a word only with the rest."""
    lines = small_lines(text, book.rules.vocabulary)
    if not lines:
        return frozenset()
    whole = [" ".join(name.split()) for _, name, *_ in people.names(connection, book.program.key)]
    first = (name.partition(" ")[0] for name in whole)
    return standing(lines, {*whole, *(name for name in first if name.casefold() not in book.everyday)})
