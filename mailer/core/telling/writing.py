"""Putting letters in the outbox: to exactly one person each, with the facts that person may read, inside the guards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from db.records import DUTIES, Case, Letter, LetterState, Person, PersonState
from mailer.core.telling.facts import common_facts, letter_facts, recipients
from mailer.core.telling.forms import ready_rows, sheet
from mailer.core.world.absent import OWN_MAIL, here_again
from mailer.core.world.lookups import letters_to
from mailer.core.world.moments import QUIET_UNTIL, after_quiet, in_words, local_day, moment, send_days, slot_on
from mailer.core.world.released import consent_facts, disclosing
from mailer.core.world.scene import Scene, is_away
from mailer.core.world.who import MEMBERS, holders, reader_of
from mailer.model.classes import LetterClass
from mailer.model.decision import AddNote, Effect, Enqueue, Say
from mailer.model.program import Rulebook, Sending

PARTICIPANTS = frozenset(MEMBERS)
PER_THREAD_DAY = 2  # letters of one walk a participant gets a day at most; answers to their own mail do not count
TOO_LATE_DAYS = 7
TOO_LATE = "more than 7 days late"


def answers(book: Rulebook, letter: str) -> bool:
    """Whether a letter answers somebody's own mail: it reaches even who asked for no more, and no daily cap holds it."""
    return book.classes.get(letter) is LetterClass.ANSWER


def may_write_to(person: Person, kind: LetterClass | None) -> bool:
    """What no rule may lift: no letter after STOP, none to a broken address, none while a cry for help is with the staff."""
    if person.state is PersonState.FORGOTTEN:
        return False
    if kind is LetterClass.ANSWER:
        return True
    if person.state is PersonState.UNCONFIRMED:
        return kind is LetterClass.CONSENT
    if person.held_by_safety and PARTICIPANTS & person.roles:
        return False
    if person.address_broken_on is not None:
        return False
    if person.state is PersonState.INACTIVE:
        return kind is LetterClass.FAREWELL
    return person.state is not PersonState.STOPPED


def reachable(person: Person, letter: Letter) -> Person:
    """A person as a letter finds them: one to a new address is not stopped by the old one being broken."""
    elsewhere = letter.to_address.casefold() != person.email.casefold()
    return replace(person, address_broken_on=None) if elsewhere else person


def leaving(scene: Scene, person: Person, at: datetime, *, case_id: int | None = None, but: Letter | None = None) -> datetime:
    """When a letter due at `at` may leave: inside the daily caps, outside the recipient's night. `but` is that letter itself."""
    for _ in range(_MOST_DAYS):
        at = _by_day(scene, person, at)
        free = _within_caps(scene, person, at, case_id, but)
        if free == at:
            return at
        at = free
    return at


_MOST_DAYS = 60  # a participant with two months of full days hears no more of it from us


def _by_day(scene: Scene, person: Person, at: datetime) -> datetime:
    """Never in the night of the recipient's own zone where it is known (20:00 to 08:00), whatever hour the rules say."""
    quiet = after_quiet(at, scene.zone_of(person))
    if quiet == at or person.timezone or local_day(at, scene.zone).weekday() not in send_days(scene.policy):
        return quiet
    while local_day(quiet, scene.zone).weekday() not in send_days(
        scene.policy
    ):  # a send hour in the night: the next send day's morning
        quiet = moment(local_day(quiet, scene.zone) + timedelta(days=1), QUIET_UNTIL, scene.zone)
    return quiet


def capped(person: Person) -> bool:
    """Whether the caps hold for a person: they are for mentors and mentees, not for those whose duty it is to be written to."""
    return bool(PARTICIPANTS & person.roles) and not DUTIES & person.roles


def _within_caps(scene: Scene, person: Person, at: datetime, case_id: int | None, but: Letter | None) -> datetime:
    """The day on which a letter exceeds neither `send.per_person_day` nor the letters of one walk a day."""
    if not capped(person) or _own_mail(scene, person):
        return at  # what follows their own mail answers it
    day = local_day(at, scene.zone)
    case_id = but.case_id if but is not None else case_id
    same_day = [
        letter
        for letter in letters_to(scene.situation, person.id)
        if not answers(scene.book, letter.name)
        and letter.because != OWN_MAIL
        and letter.state is not LetterState.CANCELLED
        and (but is None or _before(letter, but))
        and _day_of(scene, letter, but) == day
    ]
    of_walk = sum(case_id is not None and letter.case_id == case_id for letter in same_day)
    if len(same_day) < scene.policy.number("send.per_person_day") and of_walk < PER_THREAD_DAY:
        return at
    return slot_on(day + timedelta(days=1), scene.policy, scene.zone)


def _before(letter: Letter, but: Letter) -> bool:
    """Whether a letter takes its place of the day before a late one: it has left, or stands before it in the queue."""
    return letter.id != but.id and (letter.sent_at is not None or (letter.not_before, letter.id) < (but.not_before, but.id))


def _day_of(scene: Scene, letter: Letter, but: Letter | None) -> date:
    if letter.sent_at is None and but is not None and letter.state is LetterState.SENDING:
        return scene.today
    return local_day(letter.sent_at or letter.not_before, scene.zone)


def letter_of(
    scene: Scene, case: Case, sending: Sending, step: int, at: datetime, *, due: datetime | None = None
) -> tuple[Effect, ...]:
    """The outbox rows of one `send = {...}`: one for each person the role means.

    `due` is the moment planned, where that is too long ago for the letters to leave without a human's word.
    """
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
        now = answers(scene.book, sending.letter) or (sending.at_once and _own_mail(scene, person))
        leaves = scene.now if now else leaving(scene, person, at, case_id=case.id or None)
        found.extend(_noted(scene, person, sending.letter, at, leaves, due))
        found.append(
            Enqueue(
                key=f"{case.key}/{step}/{case.state}/{sending.letter}/{person.id}",
                letter=sending.letter,
                to_id=person.id,
                facts={
                    **letter_facts(scene, case, sending.letter, person, sending.to),
                    **consent_facts(scene, case, sending.letter, person, sending.to),
                    "wording": sending.wording,
                },
                not_before=leaves,
                case_key=case.key,
                hold=due is not None,
                attempt=sending.attempt,
                answers_message=scene.answers_message if sending.at_once and _own_mail(scene, person) else "",
                thread=_thread(scene, case, person),
                sheet=_sheet(scene, case, sending.letter),
                because=TOO_LATE if due is not None else OWN_MAIL if _own_mail(scene, person) else f"{case.ladder}: {case.state}",
                discloses=disclosing(scene, case) if _discloses(scene, sending.letter) else None,
            )
        )
    return tuple(found)


def _own_mail(scene: Scene, person: Person) -> bool:
    return bool(scene.answers_message) and person.id in scene.situation.sender_ids


def _discloses(scene: Scene, letter: str) -> bool:
    return scene.book.classes.get(letter) is LetterClass.DISCLOSURE


def _noted(scene: Scene, person: Person, letter: str, at: datetime, leaves: datetime, due: datetime | None) -> tuple[Effect, ...]:
    """What a human hears of a letter that waits: too late to leave unasked, or put off because the day is full."""
    if due is not None:
        reader = person if person.roles & DUTIES else reader_of(scene.situation, person)
        return (note_about(person, reader, "letter_late", letter, in_words(local_day(due, scene.zone))),) if reader else ()
    reader = reader_of(scene.situation, person) if capped(person) else None
    if reader is not None and is_away(scene, person) and here_again(scene, person, scene.now) == at:
        return (note_about(person, reader, "letter_after_return", letter, in_words(local_day(leaves, scene.zone))),)
    if reader is None or local_day(leaves, scene.zone) <= local_day(_by_day(scene, person, at), scene.zone):
        return ()
    return (note_about(person, reader, "letter_put_off", letter, in_words(local_day(leaves, scene.zone))),)


def note_about(person: Person, reader: Person, kind: str, letter: str, day: str) -> AddNote:
    """A digest line about one letter to somebody; a coordinator reads the first names of mentees (7.2)."""
    whole = "mentor" in person.roles or reader.id == person.id or "coordinator" not in reader.roles
    shown = {"name": person.name if whole else person.first_name}
    return AddNote(reader.id, kind, {"person": shown, "letter": Say(f"letter {letter}"), "date": day})


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
    own = [letter for letter in letters_to(scene.situation, person.id) if letter.case_id == case.id and letter.sent_at]
    return max(own, key=lambda letter: letter.sent_at or letter.date).message_id if own else ""


def _sheet(scene: Scene, case: Case, letter: str) -> tuple[tuple[str | Say, ...], ...]:
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
        because=OWN_MAIL,
    )


def said(kind: str, **facts: object) -> Say:
    return Say(kind, facts)
