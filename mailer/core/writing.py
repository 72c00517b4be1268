"""Putting letters in the outbox: to exactly one person each, with the facts that person may read, inside the guards."""

from __future__ import annotations

from datetime import datetime, timedelta

from db.records import Case, LetterState, Person, PersonState
from mailer.core.facts import common_facts, letter_facts, recipients
from mailer.core.forms import ready_rows, sheet
from mailer.core.moments import after_quiet, local_day, slot_on
from mailer.core.scene import Scene
from mailer.core.who import MEMBERS, holders
from mailer.model.classes import LetterClass
from mailer.model.decision import AddNote, Effect, Enqueue, Say
from mailer.model.program import Rulebook, Sending

PARTICIPANTS = frozenset(MEMBERS)


def answers(book: Rulebook, letter: str) -> bool:
    """Whether a letter answers somebody's own mail: it reaches even who asked for no more, and no daily cap holds it."""
    return book.classes.get(letter) is LetterClass.ANSWER


def may_write_to(person: Person, kind: LetterClass | None) -> bool:
    """What no rule may lift: no letter after STOP, none to a broken address, none while a cry for help is with the staff."""
    if kind is LetterClass.ANSWER:
        return True
    if person.held_by_safety and PARTICIPANTS & person.roles:
        return False
    if person.address_broken_on is not None:
        return False
    if person.state is PersonState.INACTIVE:
        return kind is LetterClass.FAREWELL
    return person.state is not PersonState.STOPPED


def leaving(scene: Scene, person: Person, at: datetime) -> datetime:
    """When a letter due at `at` may leave: inside the daily cap, outside the recipient's night."""
    at = _within_cap(scene, person, at)
    if not person.timezone and at.astimezone(scene.zone).time() == scene.policy.clock("send.hour"):
        return at  # the admins' own hour, whatever it is
    return after_quiet(at, scene.zone_of(person))


def _within_cap(scene: Scene, person: Person, at: datetime) -> datetime:
    """The day a letter may leave without writing to a participant more than `send.per_person_day` times a day."""
    if not PARTICIPANTS & person.roles or person.roles & {"coordinator", "mwoc", "staff", "admin"}:
        return at
    cap = scene.policy.number("send.per_person_day")
    taken: dict[int, int] = {}
    for letter in scene.situation.letters:
        if letter.to_id == person.id and not answers(scene.book, letter.name) and letter.state is not LetterState.CANCELLED:
            day = local_day(letter.sent_at or letter.not_before, scene.zone).toordinal()
            taken[day] = taken.get(day, 0) + 1
    while taken.get(local_day(at, scene.zone).toordinal(), 0) >= cap:
        at = slot_on(local_day(at, scene.zone) + timedelta(days=1), scene.policy, scene.zone)
    return at


def letter_of(scene: Scene, case: Case, sending: Sending, step: int, at: datetime) -> tuple[Effect, ...]:
    """The outbox rows of one `send = {...}`: one for each person the role means."""
    if sending.to == "inbox" and scene.policy.values.get("contact_form.to", "inbox") != "inbox":
        return ()  # the admins want the form with the mwoc alone (A08)
    if sending.to == "inbox":
        facts = letter_facts(scene, case, sending.letter, None, "inbox")
        return (
            Enqueue(
                key=f"{case.key}/{step}/{case.state}/{sending.letter}/inbox",
                letter=sending.letter,
                to_id=None,
                facts=facts,
                not_before=at,
                case_key=case.key,
                sheet=_sheet(scene, case, sending.letter),
            ),
        )
    found: list[Effect] = []
    for person in recipients(scene, case, sending.to):
        if not may_write_to(person, scene.book.classes.get(sending.letter)):
            found.extend(_not_written(scene, person, sending.letter))
            continue
        found.append(
            Enqueue(
                key=f"{case.key}/{step}/{case.state}/{sending.letter}/{person.id}",
                letter=sending.letter,
                to_id=person.id,
                facts=letter_facts(scene, case, sending.letter, person, sending.to),
                not_before=leaving(scene, person, at),
                case_key=case.key,
                attempt=sending.attempt,
                thread=_thread(scene, case, person),
                sheet=_sheet(scene, case, sending.letter),
                because=f"{case.ladder}: {case.state}",
            )
        )
    return tuple(found)


def _not_written(scene: Scene, person: Person, letter: str) -> tuple[Effect, ...]:
    """What a ladder could not tell somebody is a human's to tell."""
    for duty in ("mwoc", "staff", "admin"):
        for other in holders(scene.situation, duty):
            if other.id != person.id:
                shown = {"person": {"name": person.name}, "letter": Say(f"letter {letter}")}
                return (AddNote(other.id, "letter_not_written", shown),)
    return ()


def _thread(scene: Scene, case: Case, person: Person) -> str:
    """The Message-ID of the newest letter of this walk to the same person, so that mail programs show one conversation."""
    own = [
        letter for letter in scene.situation.letters if letter.case_id == case.id and letter.to_id == person.id and letter.sent_at
    ]
    return max(own, key=lambda letter: letter.sent_at or letter.date).message_id if own else ""


def _sheet(scene: Scene, case: Case, letter: str) -> tuple[tuple[str, ...], ...]:
    if letter != "contact_form":
        return ()
    coordinator = scene.person(case.subject_id)
    month = scene.text(case, "month") or scene.month
    return sheet(ready_rows(scene, coordinator, month), scene.policy.word("contact_form.columns")) if coordinator else ()


def answer(scene: Scene, key: str, letter: str, to: Person, facts: dict[str, object], case_key: str = "") -> Enqueue:
    """A letter at once to somebody whose own mail it answers."""
    return Enqueue(
        key=key,
        letter=letter,
        to_id=to.id,
        facts={**common_facts(scene, to), **facts},
        not_before=scene.now,
        case_key=case_key,
        answers_message=scene.answers_message,
        because="answers their own mail",
    )


def said(kind: str, **facts: object) -> Say:
    return Say(kind, facts)
