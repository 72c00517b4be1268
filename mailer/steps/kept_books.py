"""Books are kept as they were in force, so that the past can be lived again under them (HOUSE.md laws 3 and 6)."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from zoneinfo import ZoneInfo

from db import kept_books
from db.engine import Connection
from mailer.files.values import Override
from mailer.model.program import Program
from mailer.steps.book import Book
from mailer.steps.bookshelf import open_book
from mailer.steps.desk import Desk


def keep_books(desk: Desk) -> None:
    """Keep what is in force now, where it is not kept yet."""
    fresh = {name: book for name, book in desk.books.items() if desk.kept.get(name) != book.digest}
    if not fresh:
        return
    with desk.store.transaction() as connection:
        for name, book in fresh.items():
            keep(connection, book)
            desk.kept[name] = book.digest


def keep(connection: Connection, book: Book) -> None:
    # Nothing is decided by the admin's address: it is somebody's, and is not kept with the rules.
    program = dataclasses.asdict(book.program) | {"timezone": book.program.timezone.key, "admin": "", "places": {}}
    settings = {"program": program, "policy": dict(book.rules.overrides)}
    kept_books.keep_book(connection, book.program.key, book.digest, settings, book.files)


def kept(connection: Connection, digest: str, folder: Path) -> Book | None:
    """The book of that digest, read again from its files, which are laid into an empty folder; None where it was not kept.

    Raises Bad where what was in force then is no longer understood.
    """
    found = kept_books.kept_book(connection, digest)
    if found is None:
        return None
    settings, files = found
    program, policy = settings["program"], settings["policy"]
    assert isinstance(program, dict) and isinstance(policy, dict)
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    (folder / "inbox_rules" / "common").mkdir(parents=True, exist_ok=True)
    served = Program(**{**program, "timezone": ZoneInfo(program["timezone"])})
    overrides = [Override(key, value, "policy") for key, value in policy.items()]
    return open_book(served, folder / "inbox_rules", folder / "templates" / "email", overrides)
