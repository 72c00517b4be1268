"""A letter shown inside another one: its words as they would be, without the footer and the links of a letter that has not left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailer.letters.errors import Unsendable
from mailer.letters.template import render
from mailer.model.shown import Shown
from mailer.steps.book import Book
from mailer.steps.stationery import needed, spoken


def with_samples(book: Book, facts: Mapping[str, object]) -> dict[str, object]:
    """The facts of a letter, with the words of every letter that is to be shown in it."""
    return {name: _shown(book, value) for name, value in facts.items()}


def _shown(book: Book, value: object) -> object:
    match value:
        case str() | int() | None:
            return value
        case Shown(letter=name, facts=facts):
            template = book.letters.get(name)
            if template is None:
                return f"(there is no letter {name} in templates/email)"
            read = spoken(book.notes, needed(facts, template))
            assert isinstance(read, dict)
            try:
                rendered = render(template, read, book.program.inbox)
            except Unsendable as error:
                return f"({error})"
            body = rendered.text.rpartition("\n------------\n")[0]
            lines = [line for line in body.split("\n") if not line.lstrip().startswith("<mailto:")]
            return f"{rendered.subject}\n\n" + "\n".join(lines).strip()
        case list() | tuple() | Sequence():
            return [_shown(book, item) for item in value]
        case _:
            return value
