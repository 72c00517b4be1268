"""A letter that may not leave as it is waits for a human, who is told which and by what rule, never what it would have said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from db import evidence, people
from db.engine import Connection

_TOLD = ("admin", "staff", "clinical_coordinator", "mwoc", "trainer")


def tell(connection: Connection, program: str, kind: str, facts: Mapping[str, object], now: datetime) -> None:
    """A line in the next digest of the first holder of a duty."""
    for duty in _TOLD:
        for person in people.holding(connection, program, duty):
            evidence.add_note(connection, program, person.id, kind, facts, now)
            return


def tell_held(connection: Connection, program: str, letter: str, why: str, now: datetime, *, digests_too: bool = False) -> None:
    """A line in the next digest of the first holder of a duty.

    None for a digest that could not be written, which would only hold the next one; of one that said too much it is told.
    """
    if letter == "digest" and not digests_too:
        return
    tell(connection, program, "letter_held", {"letter": letter, "why": why}, now)
