"""Edits of rules and letters under a running service: taken up all together or not at all; what cannot be used is told."""

from __future__ import annotations

from collections.abc import Mapping

from db import evidence, people
from db.engine import Connection
from db.story import facts_under
from mailer.files.settings import Settings
from mailer.model.errors import Flaw
from mailer.modes.console import Console
from mailer.modes.library import read_books
from mailer.steps.desk import Desk

_BAD = "bad_edit/"


def take_up(settings: Settings, desk: Desk, console: Console) -> None:
    """Put the files as they are now in force; a bad one leaves all the old ones in force."""
    fresh, flaws = read_books(settings)
    if flaws:
        _refuse(desk, flaws)
        return
    desk.books.update(fresh)
    with desk.store.transaction() as connection:
        none_is_bad(connection)
    console.say("Edited rules and letters are in force.")


def none_is_bad(connection: Connection) -> None:
    """The files can be used now, whatever was wrong with them before."""
    for program, said in facts_under(connection, _BAD).items():
        if said:
            evidence.set_fact(connection, f"{_BAD}{program}", "")


def _refuse(desk: Desk, flaws: Mapping[str, tuple[Flaw, ...]]) -> None:
    """Say each flaw once in the log, and to the admins of the programs it belongs to."""
    now = desk.now()
    told: set[Flaw] = set()
    with desk.store.transaction() as connection:
        for key, book in desk.books.items():
            own = flaws.get(key, ())
            for flaw in own:
                if flaw not in told:
                    told.add(flaw)
                    desk.watcher.trouble(book.program, f"the edit is not taken up: {flaw}")
            said = "\n".join(str(flaw) for flaw in own)
            evidence.set_fact(connection, f"{_BAD}{key}", said)
            if not own:
                continue
            evidence.add_act(connection, key, now, "bad edit", {"flaws": said})
            for person in people.everybody(connection, key):
                if "admin" in person.roles:
                    evidence.add_note(connection, key, person.id, "bad_edit", {"flaws": said}, now)
