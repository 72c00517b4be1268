"""Whom an operator means by a ref, an address or a name, and what forgetting them would do (`mentorpost forget`)."""

from __future__ import annotations

from collections.abc import Mapping

from db import story
from db.engine import Connection, Store
from db.records import Person
from mailer.modes.explain import Unknown, several
from mailer.steps.book import Book
from mailer.steps.forget_look import Plan, everywhere, look


def find(connection: Connection, ref: str) -> tuple[Person, ...]:
    """The human whom a ref, an address or a full name means, in every program. Raises Unknown where that is nobody or several."""
    ref = ref.strip()
    named = story.person_by_ref(connection, ref)
    found = (named,) if named is not None else story.people_by_name(connection, ref)
    if not found:
        raise Unknown(f"nobody here is called {ref!r} — name a person by ref, address or full name: mentorpost people")
    if len({(person.email.lower(), person.name.casefold()) for person in found}) > 1:
        raise several(ref, found)
    return everywhere(connection, found[0])


def plan(store: Store, books: Mapping[str, Book], ref: str) -> Plan:
    """Look at everything that is kept about somebody. Raises explain.Unknown."""
    with store.reading() as connection:
        return look(connection, books, find(connection, ref))
