"""Who is away: what may wait for them leaves on their first day back, and nothing asks them anything before (4.1 Pause)."""

from __future__ import annotations

from datetime import datetime, timedelta

from db.records import Case, Person
from mailer.core.world.moments import local_day, slot_on
from mailer.core.world.scene import Scene
from mailer.core.world.who import holder
from mailer.model.classes import LetterClass
from mailer.model.program import State

# What asks somebody for something and can wait. Answers to their own mail, ends, and what a pair has to know do not wait.
CAN_WAIT = frozenset({LetterClass.CONTACT, LetterClass.SURVEY, LetterClass.REPORT, LetterClass.PROBLEM})


def here_again(scene: Scene, person: Person, at: datetime) -> datetime:
    """`at`, or the first send moment after the last day on which a person is away, where that is later."""
    if person.away_until is None or person.away_until < local_day(at, scene.zone):
        return at
    return max(at, slot_on(person.away_until + timedelta(days=1), scene.policy, scene.zone))


def when_back(scene: Scene, case: Case, state: State, at: datetime) -> datetime:
    """When a state that waits for somebody begins for them: its letter and its wait keep to their absence.

    Whoever has just written themselves is answered, away or not; and a wait with a last day of its own (R-024) begins at once.
    """
    person = holder(scene.situation, state.waits_for, case, ()) if state.waits_for else None
    asked = any(item.to == state.waits_for and scene.book.classes.get(item.letter) in CAN_WAIT for item in state.sends)
    if person is None or not asked or state.within or person.id in scene.situation.sender_ids:
        return at
    return here_again(scene, person, at)
