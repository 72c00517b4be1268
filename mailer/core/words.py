"""What the words people write do: first the walks they fit, then the words that stand by themselves (REQUIREMENTS.md 4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from db.records import Case, Letter, MatchState, Person, PersonState
from mailer.core import approve
from mailer.core.absence import away
from mailer.core.act import duty_note
from mailer.core.facts import own_mentors
from mailer.core.help import help_lines, status_lines, why_lines
from mailer.core.moments import in_words, slot
from mailer.core.scene import Scene
from mailer.core.transcript import Transcript
from mailer.core.walk import Moved, Refused, begin, happened, leaves_at, roles_on
from mailer.core.who import mentees_of, named
from mailer.model.decision import AddEvent, AnswerAgain, PutPerson, Withdraw
from mailer.model.mail import Command

ARGUMENTS = ("who", "mentee", "mentor", "name")


def obey(account: Transcript, person: Person, command: Command, letter: Letter | None, journal_id: int) -> None:
    """Do what one word says, or put down why it cannot be done. Never half of it."""
    text = command.text or command.word
    account.scene = replace(account.scene, words=dict(command.arguments))
    if _own_meaning(account, person, command, letter, text):
        return
    if _walks(account, person, command, letter, text):
        return
    if _opens(account, person, command, text):
        return
    if not _by_itself(account, person, command, text):
        account.refuse(text, "word_not_now", word=command.word)


def _own_meaning(account: Transcript, person: Person, command: Command, letter: Letter | None, text: str) -> bool:
    """Words that answer one certain letter, or that nothing may stand before."""
    scene = account.scene
    if command.word == "STOP":
        stop(account, person, text)
        return True
    if letter is not None and letter.key.startswith("confirm/") and command.word in ("YES", "NO", "OK", "CONFIRM"):
        if command.word == "NO":
            account.line(text, "confirmation_denied")
            account.does(*duty_note(scene, "staff", "sender_denied", {}))
        else:
            account.line(text, "confirmed_sender")
            account.does(AnswerAgain(int(letter.key.split("/")[1])))
        return True
    if letter is not None and letter.key.startswith("safety/") and command.word in ("DONE", "CONFIRM"):
        held = int(letter.key.split("/")[2])
        account.line(text, "safety_released")
        if held:
            account.does(PutPerson(held, {"held_by_safety": False}))
        return True
    if command.word in ("HELP", "STATUS", "WHY"):
        lines = {"HELP": help_lines, "STATUS": status_lines}.get(command.word)
        account.lines.extend(lines(scene, person) if lines else why_lines(scene, letter))
        return True
    return False


def stop(account: Transcript, person: Person, text: str) -> None:
    """STOP works on receipt: what waits is withdrawn, no letter of a ladder leaves any more; it is an answer, not silence."""
    scene = account.scene
    account.does(
        PutPerson(person.id, {"state": PersonState.STOPPED.value}), Withdraw(to_id=person.id, because="asked for no more letters")
    )
    account.line(text, "stopped")
    told = False
    for case in scene.situation.cases:
        roles = roles_on(scene, person, case)
        moved = happened(account.scene, case, "stop", roles, slot(scene.now, scene.policy, scene.zone)) if roles else None
        if isinstance(moved, Moved):
            account.does(*moved.effects)
            account.because.append(moved.because)
            told = True
    if not told:
        account.does(*duty_note(scene, "mwoc", "stopped_writing", {"person": {"name": person.name}}))


def _candidates(scene: Scene, person: Person, command: Command, letter: Letter | None) -> tuple[Case, ...]:
    """The open walks in which this person may write this word; the walk of the answered letter goes before all others."""
    fitting: list[Case] = []
    for case in scene.situation.cases:
        ladder = scene.ladder(case)
        if ladder is None or case.closed_at is not None or case.state not in ladder.states:
            continue
        roles = roles_on(scene, person, case)
        exits = (*ladder.states[case.state].exits, *ladder.anywhere)
        if any(exit.when == f"word:{command.word}" and (not exit.by or roles & set(exit.by)) for exit in exits):
            fitting.append(case)
    if letter is not None and letter.case_id is not None:
        own = tuple(case for case in fitting if case.id == letter.case_id)
        if own:
            return own
    return _meant(scene, tuple(fitting), command)


def _meant(scene: Scene, cases: tuple[Case, ...], command: Command) -> tuple[Case, ...]:
    """Those walks that concern the person named in the line, where one is named."""
    name = command.about or next((str(command.arguments[key]) for key in ARGUMENTS if command.arguments.get(key)), "")
    if not name:
        return cases
    found = {person.id for person in named(tuple(scene.situation.people.values()), name)}
    pairs = {match.id: {match.mentor_id, match.mentee_id} for match in scene.situation.matches}
    return tuple(
        case
        for case in cases
        if case.subject_id in found or (case.match_id is not None and pairs.get(case.match_id, set()) & found)
    )


def _walks(account: Transcript, person: Person, command: Command, letter: Letter | None, text: str) -> bool:
    scene = account.scene
    fitting = _candidates(scene, person, command, letter)
    if not fitting:
        return False
    if len(fitting) > 1:
        account.refuse(text, "which_one", word=command.word)
        return True
    case = fitting[0]
    roles = roles_on(scene, person, case)
    moved = happened(scene, case, f"word:{command.word}", roles, leaves_at(scene, roles))
    match moved:
        case Moved():
            account.does(*moved.effects)
            account.because.append(moved.because)
            account.line(text, f"word {command.word}" if command.word in TOLD else "word_done", word=command.word)
        case Refused(kind=kind):
            account.refuse(text, kind)
        case None:
            account.refuse(text, "word_not_now", word=command.word)
    return True


TOLD = frozenset({"CONFIRM", "HOLD", "REOPEN", "SEND", "SINCE", "REACHED", "NOT REACHED", "CONTACT", "NO ANSWER"})


def _opens(account: Transcript, person: Person, command: Command, text: str) -> bool:
    """A word that opens a walk about a match of the sender's (R-029): "NO ANSWER Mel"."""
    scene = account.scene
    ladder = next(
        (item for item in scene.book.ladders.values() if item.opens == f"word:{command.word}" and item.about == "match"), None
    )
    if ladder is None:
        return False
    mentors = (person,) if "mentor" in person.roles else own_mentors(scene, person)
    mentees = tuple(mentee for mentor in mentors for mentee in mentees_of(scene.situation, mentor.id))
    name = next((str(command.arguments[key]) for key in ARGUMENTS if command.arguments.get(key)), "")
    meant = named(mentees, name) if name else mentees
    if not mentees:
        account.refuse(text, "no_mentee_of_yours")
    elif len(meant) != 1:
        account.refuse(text, "which_mentee", name=name)
    else:
        _open_for(account, ladder.name, meant[0], text)
    return True


def _open_for(account: Transcript, ladder_name: str, mentee: Person, text: str) -> None:
    scene = account.scene
    ladder = scene.book.ladders[ladder_name]
    match = next(
        match
        for match in scene.situation.matches
        if match.mentee_id == mentee.id and match.state in (MatchState.ACTIVE, MatchState.PAUSED)
    )
    if any(case.ladder == ladder_name and case.match_id == match.id and case.closed_at is None for case in scene.situation.cases):
        account.line(text, "already_open", mentee=mentee.first_name)
        return
    key = f"{ladder_name}/{match.id}/{scene.today}"
    opened = begin(scene, ladder, key, subject=None, match_id=match.id, at=slot(scene.now, scene.policy, scene.zone))
    account.does(*opened)
    account.because.append(f"{ladder_name}: opened")
    account.line(text, "word NO ANSWER", mentee=mentee.first_name)


def _by_itself(account: Transcript, person: Person, command: Command, text: str) -> bool:
    """Words that need no walk."""
    scene = account.scene
    arguments = command.arguments
    match command.word:
        case "AWAY":
            until = arguments.get("until")
            if not isinstance(until, date):
                account.refuse(text, "away_without_day")
            elif until < scene.today:
                account.refuse(text, "day_has_gone", date=in_words(until))
            else:
                account.does(*away(scene, person, until))
                account.line(text, "away", date=in_words(until))
        case "APPROVE":
            approve.approve(account, person, arguments, text)
        case "ATTEMPT" | "CONTACT":
            _evidence(account, person, command, text)
        case "NEED STAFF":
            account.does(*duty_note(scene, "staff", "needs_staff", {"person": {"name": person.name}}))
            account.line(text, "staff_told")
        case "RETURN" | "NEW MENTOR" | "NEW MENTEE" | "NOT NOW" | "NEED TRAINING" | "TEAM":
            role = "staff" if command.word == "NEED TRAINING" else "mwoc"
            facts: Mapping[str, object] = {"person": {"name": person.name}, "word": command.word}
            account.does(*duty_note(scene, role, "asks_for", dict(facts)))
            account.line(text, "passed_to_a_human", word=command.word)
        case "OK" | "YES" | "TAKE" | "RIGHT" | "DONE":
            account.line(text, "noted")
        case _:
            return False
    return True


def _evidence(account: Transcript, person: Person, command: Command, text: str) -> None:
    """ATTEMPT and CONTACT of a coordinator: a call or a mail of their own, recorded as evidence (4.1 Attempt)."""
    scene = account.scene
    if not person.roles & {"coordinator", "mwoc", "staff"}:
        account.refuse(text, "not_your_word", word=command.word)
        return
    name = next((str(command.arguments[key]) for key in ARGUMENTS if command.arguments.get(key)), command.about)
    own = tuple(item for item in scene.situation.people.values() if item.roles & {"mentor", "mentee"})
    meant = named(own, name)
    if len(meant) != 1:
        account.refuse(text, "which_person", name=name)
        return
    given = command.arguments.get("date")
    on = given if isinstance(given, date) else scene.today
    if on > scene.today:
        account.refuse(text, "day_ahead", date=in_words(on))
        return
    kind = "attempt" if command.word == "ATTEMPT" else "contact"
    account.does(AddEvent(meant[0].id, kind, on, str(command.arguments.get("how") or "told")))
    account.line(text, f"{kind}_recorded", date=in_words(on))


def contact(account: Transcript, person: Person, stopped: bool) -> None:
    """A human mail of a known person is contact made: every walk that waits for them hears of it (4.1 Contact made)."""
    scene = account.scene
    account.does(AddEvent(person.id, "contact", scene.today, "mail"))
    if stopped:
        return
    for case in account.scene.situation.cases:
        if case.closed_at is not None:
            continue
        roles = roles_on(account.scene, person, case)
        moved = happened(account.scene, case, "contact", roles, slot(scene.now, scene.policy, scene.zone)) if roles else None
        if isinstance(moved, Moved):
            account.does(*moved.effects)
            account.because.append(moved.because)
