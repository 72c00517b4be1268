"""Who is away: what can wait for them leaves on their first day back, and the walks that wait for them begin then (4.1 Pause)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from db.records import DUTIES, Case, Letter, Person
from mailer.core.world.moments import local_day, slot_on
from mailer.core.world.scene import Scene
from mailer.core.world.who import holder
from mailer.model.classes import LetterClass
from mailer.model.program import Rulebook, State

OWN_MAIL = "answers their own mail"  # why a letter leaves that follows what its reader has just written: away or not
_ASKS = frozenset({LetterClass.CONTACT, LetterClass.SURVEY, LetterClass.REPORT, LetterClass.PROBLEM})


def can_wait(book: Rulebook, letter: str) -> bool:
    """Whether a letter asks somebody for something that can wait: not an end, nor what has a last day of its own (R-024)."""
    if book.classes.get(letter) not in _ASKS:
        return False
    states = (state for ladder in book.ladders.values() for state in ladder.states.values() if state.within)
    return not any(sending.letter == letter for state in states for sending in state.sends)


def when_back(scene: Scene, case: Case, state: State, at: datetime) -> datetime:
    """When a state that waits for somebody begins for them: its letter and its wait keep to their absence.

    Whoever has just written themselves is answered, away or not.
    """
    person = holder(scene.situation, state.waits_for, case, ()) if state.waits_for else None
    if person is None or person.id in scene.situation.sender_ids or (later := here_again(scene, person, at)) == at:
        return at
    asked = any(item.to == state.waits_for and can_wait(scene.book, item.letter) for item in state.sends)
    return later if asked else at


def waits_for_return(book: Rulebook, letter: Letter, person: Person, today: date) -> bool:
    """Whether a letter that is about to leave goes to somebody who is away, and can wait: nobody has seen it yet.

    Those who serve the program get theirs: somebody else may read along and act (4A, boundary cases).
    """
    if person.roles & DUTIES or person.away_until is None or person.away_until < today or letter.tries or letter.perhaps_twice:
        return False
    return letter.because != OWN_MAIL and can_wait(book, letter.name)


def here_again(scene: Scene, person: Person, at: datetime) -> datetime:
    """`at`, or the first send moment after the last day on which a person is away, where that is later."""
    if person.away_until is None or person.away_until < local_day(at, scene.zone):
        return at
    return max(at, slot_on(person.away_until + timedelta(days=1), scene.policy, scene.zone))
