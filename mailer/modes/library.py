"""Opening what the commands need: settings, books, the database with its key, in one place and with people's errors."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from db.engine import Store, open_store
from db.marks import is_sample
from db.private import close_to_others
from db.schema import SchemaRefused, upgrade
from mailer.files.folders import from_here
from mailer.files.keys import make_key
from mailer.files.servers import Embedded
from mailer.files.settings import Settings
from mailer.files.values import Override
from mailer.model.errors import Bad, BadSettings, Flaw
from mailer.steps.book import Book
from mailer.steps.bookshelf import open_book


def open_books(settings: Settings, overrides: Mapping[str, Sequence[Override]] = MappingProxyType({})) -> dict[str, Book]:
    """Every program's book, some with policy keys set over its files; raises Bad with the flaws of all programs at once."""
    books, flaws = read_books(settings, overrides)
    if flaws:
        raise Bad(*dict.fromkeys(flaw for own in flaws.values() for flaw in own))
    return books


def read_books(
    settings: Settings, overrides: Mapping[str, Sequence[Override]] = MappingProxyType({})
) -> tuple[dict[str, Book], dict[str, tuple[Flaw, ...]]]:
    """The books of the programs whose files can be used, and what is wrong with those of the others; what they share is in each."""
    books: dict[str, Book] = {}
    flaws: dict[str, tuple[Flaw, ...]] = {}
    for program in settings.programs:
        try:
            books[program.key] = open_book(program, settings.rules, settings.templates, overrides.get(program.key, ()))
        except Bad as error:
            flaws[program.key] = error.flaws
    return books, flaws


def open_database(settings: Settings) -> Store:
    """The database of these settings, at the newest schema.

    The embedded post office has a database of its own beside its mailboxes, marked as a sample; a service with real servers
    refuses a marked one (CONTRACT.md section 9). A file that others could read is closed to them, and standard error says so.
    """
    url = database_of(settings)
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = open_store(url)
    try:
        upgrade(store)
    except SchemaRefused as refused:
        store.close()
        raise SchemaRefused(f"{database_place(settings)}: {refused}") from refused
    if url.startswith("sqlite:///"):  # and it is one of ours
        for path in close_to_others(Path(url.removeprefix("sqlite:///"))):
            print(f"{path}: other users of this machine could read it; from now on its owner alone can", file=sys.stderr)
    with store.reading() as connection:
        sample = is_sample(connection)
    if sample and not embedded(settings):
        store.close()
        what = "this database belongs to the embedded post office and holds the sample program"
        raise BadSettings(Flaw(settings.file, 0, what, "give `database` another name: sample people never reach real servers"))
    return store


def database_of(settings: Settings) -> str:
    """The URL of the database in use."""
    return f"sqlite:///{settings.mail.folder / 'sample.db'}" if isinstance(settings.mail, Embedded) else settings.database


def database_place(settings: Settings) -> str:
    """Where the database is, for complaints: the file, or for a server the settings that name it."""
    url = database_of(settings)
    return from_here(Path(url.removeprefix("sqlite:///"))) if url.startswith("sqlite:///") else settings.file


def embedded(settings: Settings) -> bool:
    """Whether the post office in this process serves the mail."""
    return isinstance(settings.mail, Embedded)


def sealing_key(settings: Settings) -> bytes:
    """The key that seals tokens; made at the first start."""
    return make_key(settings)
