"""Contact made, and attempts told by people: what a mail, a call or a date on a form says about somebody (4.1 Attempt, Contact)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from db.records import Case, Letter, Person
from mailer.core.ladders.walk import Moved, happened, roles_on
from mailer.core.telling.transcript import Transcript
from mailer.core.world.moments import in_words, month_of, slot
from mailer.core.world.scene import written_by
from mailer.core.world.who import named, subject_of
from mailer.model.decision import AddEvent
from mailer.model.mail import Command

EVIDENCE = frozenset({"ATTEMPT", "CONTACT"})  # words about exactly the person named
_ARGUMENTS = ("who", "mentee", "mentor", "name")


def named_in(command: Command) -> str:
    """The person a line names: in front ("Ana Ruiz: CONFIRM") or behind ("CONTACT Ana Ruiz"); "" where it names nobody."""
    return command.about or next((str(command.arguments[key]) for key in _ARGUMENTS if command.arguments.get(key)), "")


def before_its_month(case: Case, command: Command) -> bool:
    """Whether a CONTACT lies before the month a walk is about: it stays evidence, and the month's own check-in is still due."""
    on = command.arguments.get("date")
    return command.word == "CONTACT" and isinstance(on, date) and month_of(on) < str(case.data.get("month", ""))


def record_evidence(account: Transcript, person: Person, command: Command, text: str) -> None:
    """ATTEMPT and CONTACT of a coordinator: a call or a mail of their own, recorded as evidence."""
    scene = account.scene
    if not person.roles & {"coordinator", "mwoc", "staff"}:
        account.refuse(text, "not_your_word", word=command.word)
        return
    name = named_in(command)
    meant = named(tuple(item for item in scene.situation.people.values() if item.roles & {"mentor", "mentee"}), name)
    if len(meant) != 1:
        account.refuse(text, "which_person", name=name)
        return
    given = command.arguments.get("date")
    on = given if isinstance(given, date) else scene.today
    kind = "attempt" if command.word == "ATTEMPT" else "contact"
    account.does(AddEvent(meant[0].id, kind, on, str(command.arguments.get("how") or "told")))
    account.line(text, f"{kind}_recorded", date=in_words(on))


def contact(account: Transcript, person: Person, stopped: bool, letter: Letter | None = None) -> None:
    """A human mail of a known person is contact made: every walk that waits for them hears of it."""
    account.scene = replace(account.scene, words=written_by(person, letter))
    account.does(AddEvent(person.id, "contact", account.scene.today, "mail"))
    if not stopped:
        _heard(account, person, "contact")


def told_by_form(account: Transcript, mentor: Person, on: date) -> None:
    """A coordinator's form says that contact was made: whoever is being asked in that month is asked no more."""
    account.does(AddEvent(mentor.id, "contact", on, "contact form"))
    scene = account.scene
    account.scene = replace(scene, words={"date": on, "how": "contact form"})
    for case in scene.situation.cases:
        subject = subject_of(scene.situation, case)
        if subject is None or subject.id != mentor.id or before_its_month(case, Command("CONTACT", {"date": on})):
            continue
        moved = happened(account.scene, case, "contact", roles_on(scene, mentor, case), slot(scene.now, scene.policy, scene.zone))
        if isinstance(moved, Moved):
            account.does(*moved.effects)
            account.because.append(moved.because)


def _heard(account: Transcript, person: Person, event: str) -> None:
    for key in [case.key for case in account.scene.situation.cases]:
        scene = account.scene
        case = scene.case(key)  # as the walks before have left it
        if case is None:
            continue
        roles = roles_on(scene, person, case)
        moved = happened(scene, case, event, roles, slot(scene.now, scene.policy, scene.zone)) if roles else None
        if isinstance(moved, Moved):
            account.does(*moved.effects)
            account.because.append(moved.because)
