"""What the words people write do: first the walks they fit, then the words that stand by themselves (REQUIREMENTS.md 4.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from db.records import Letter, Person, PersonState
from mailer.core.ladders.act import duty_note
from mailer.core.ladders.applying import apply
from mailer.core.ladders.walk import Moved, Refused, happened, leaves_at, roles_on
from mailer.core.people import approve, enroll
from mailer.core.people.absence import away, back
from mailer.core.people.addresses import answers_question
from mailer.core.people.contact import EVIDENCE, before_its_month, named_in, record_evidence
from mailer.core.rounds import lateness
from mailer.core.rounds.showing import arm, rehearse_survey
from mailer.core.telling.facts import own_mentors
from mailer.core.telling.transcript import Transcript, answered_already
from mailer.core.words import consent_words, log_words
from mailer.core.words.candidates import called, candidates, known_in, own_walk, was_asked
from mailer.core.words.choosing import in_the_directory
from mailer.core.words.concerns import concern
from mailer.core.words.duties import by_duty, cover_offered
from mailer.core.words.forget import forget
from mailer.core.words.help import help_lines, status_lines, waits_for_a_word, why_lines
from mailer.core.words.opening import needs_name, opens, told
from mailer.core.words.plain_words import as_meant, decides_nothing
from mailer.core.words.recall import recall
from mailer.core.words.safety import looked_after
from mailer.core.words.undo import undo
from mailer.core.world.conversations import told as rows_told
from mailer.core.world.lookups import matches_with
from mailer.core.world.moments import in_words, local_day, slot
from mailer.core.world.scene import Scene, is_away, written_by
from mailer.core.world.who import MEMBERS, mentees_of
from mailer.model.counted import listed
from mailer.model.decision import AddNote, AnswerAgain, PutPerson, Withdraw
from mailer.model.mail import Command

# Where no walk takes one of these, whoever looks after the writer reads it; other words may be about that very reader.
LOOSE = frozenset(
    {"YES", "NO", "REACHED", "NOT REACHED", "SINCE", "NO ANSWER", "DONE", "NOT DONE", "RESOLVED", "NEW MENTOR", "NEW MENTEE"}
)
# Of these, one mail may ask only for one of the same person: which of two was meant nobody but the sender can say.
_EITHER = (frozenset({"CONFIRM", "REOPEN", "HOLD"}), frozenset({"YES", "NO"}), frozenset({"REACHED", "NOT REACHED"}))


def contradicting(commands: Sequence[Command]) -> tuple[Command, ...]:
    """Those words of a mail that cannot all be meant: none of them is obeyed, the sender is asked."""
    found: list[Command] = []
    for either in _EITHER:
        for about in {named_in(command) for command in commands}:
            said = [command for command in commands if command.word in either and named_in(command) == about]
            if len({command.word for command in said}) > 1:
                found += said
    return tuple(found)


def obey(account: Transcript, person: Person, command: Command, letter: Letter | None, journal_id: int, phone: str = "") -> None:
    """Do what one word says, or put down why it cannot be done. Never half of it. `phone`: a number that the mail gives."""
    text = command.text or command.word
    command = _reached(account.scene, person, as_meant(account.scene, person, command), letter)
    given = {**command.arguments, **written_by(person, letter), "named": named_in(command), "phone": phone}
    account.scene = replace(account.scene, words=given)
    on = command.arguments.get("date")
    if command.word in EVIDENCE and isinstance(on, date) and on > account.scene.today:
        account.refuse(text, "day_ahead", date=in_words(on))
        return
    if _own_meaning(account, person, command, letter, text):
        return
    if forget(account, person, command, letter, text, journal_id):
        return
    if log_words.keep(account, person, command, letter, journal_id):
        return
    if consent_words.obey(account, person, command, letter, text):
        return
    if recall(account, person, command, letter, text, journal_id):
        return
    if _walks(account, person, command, letter, text):
        return
    if opens(account, person, command, text):
        return
    if concern(account, person, command, text, journal_id) or apply(account, person, command):
        return
    if in_the_directory(account, person, command, text, journal_id):
        return
    if not _by_itself(account, person, command, text) and not by_duty(account, person, command, text):
        own = own_walk(account.scene, letter)
        moved_on = own is not None and known_in(account.scene, person, command, own, "")
        if command.word in LOOSE:
            account.loose.add(command.text)
        asked = not moved_on and command.word in ("YES", "NO") and waits_for_a_word(account.scene, person)
        account.refuse(text, "matter_moved_on" if moved_on else "read_by_nobody" if asked else "word_not_now", word=command.word)


def _reached(scene: Scene, person: Person, command: Command, letter: Letter | None) -> Command:
    """REACHED of somebody on duty is CONTACT where nobody was asked for a result, as in reply to `mentor_silent`."""
    if command.word != "REACHED" or not person.roles & {"coordinator", "mwoc", "staff"}:
        return command
    if candidates(scene, person, command, letter):
        return command
    contact = replace(command, word="CONTACT")
    return contact if candidates(scene, person, contact, letter) else command


def _own_meaning(account: Transcript, person: Person, command: Command, letter: Letter | None, text: str) -> bool:
    """Words that answer one certain letter, or that nothing may stand before."""
    scene = account.scene
    if command.word == "STOP":
        stop(account, person, text)
        return True
    if letter is not None and letter.key.startswith("confirm/") and command.word in ("YES", "NO", "OK", "RIGHT", "CONFIRM"):
        if command.word == "NO":
            account.line(text, "confirmation_denied")
            account.does(*duty_note(scene, "staff", "sender_denied", {}))
        else:
            account.line(text, "confirmed_sender")
            account.does(AnswerAgain(int(letter.key.split("/")[1])))
        return True
    if command.word == "SEND" and arm(account, person, command, text):
        return True
    if command.word == "REHEARSE SURVEY":
        rehearse_survey(account, person, text)
        return True
    if command.word in ("SEND", "DROP", "SENT", "RESEND") and lateness.answered(
        account, person, command, named_in(command), letter, text
    ):
        return True
    if named_in(command) == "ALL":  # nothing else is done to all at once
        command = replace(command, arguments={})
    if answers_question(account, person, command, letter, text):
        return True
    if command.word == "OK" and _read_by_coordinator(account, person, letter, text):
        return True
    if letter is not None and letter.key.startswith("safety/") and command.word in ("DONE", "CONFIRM"):
        held = int(letter.key.split("/")[2])
        account.line(text, "safety_released")
        if held:
            looked_after(account, person, held)
        return True
    if command.word in ("HELP", "STATUS", "WHY"):
        lines = {"HELP": help_lines, "STATUS": status_lines}.get(command.word)
        account.tell(lines(scene, person) if lines else why_lines(scene, person, letter))
        account.lead = {"STATUS": "lead status", "WHY": "lead why"}.get(command.word, "") if len(account.lines) else ""
        return True
    if command.word == "UNDO":
        number = command.arguments.get("number")
        undo(account, person, letter, number if isinstance(number, int) else None, text)
        return True
    return False


def _read_by_coordinator(account: Transcript, person: Person, letter: Letter | None, text: str) -> bool:
    """OK to a letter that went to every coordinator: the walks of their own mentors that wait for it go on (4A REVIEW)."""
    own = own_walk(account.scene, letter)
    if own is None or own.about != "program":
        return False
    moved = False
    for case in account.scene.situation.cases:
        scene = account.scene
        roles = roles_on(scene, person, case) & {"coordinator"}
        gone_on = happened(scene, case, "read", roles, leaves_at(scene, roles)) if roles else None
        if isinstance(gone_on, Moved):
            account.does(*gone_on.effects)
            account.because.append(gone_on.because)
            moved = True
    if moved:
        account.line(text, "read_by_coordinator")
    return moved


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
        now = account.scene.case(case.key)  # as the walks before have left it
        moved = happened(account.scene, now, "stop", roles, slot(scene.now, scene.policy, scene.zone)) if roles and now else None
        if isinstance(moved, Moved):
            account.does(*moved.effects)
            account.because.append(moved.because)
            told = told or any(isinstance(item, AddNote) and item.kind != "letter_not_written" for item in moved.effects)
    left = listed(mentor.name for mentor in own_mentors(scene, person))
    if left:
        account.does(*duty_note(scene, "mwoc", "coordinator_left", {"person": {"name": person.name}, "mentors": left}))
    elif not told:
        account.does(*duty_note(scene, "mwoc", "stopped_writing", {"person": {"name": person.name}}))


def _walks(account: Transcript, person: Person, command: Command, letter: Letter | None, text: str) -> bool:
    scene = account.scene
    fitting = tuple(case for case in candidates(scene, person, command, letter) if not before_its_month(case, command))
    own = own_walk(scene, letter)
    if not fitting or (own not in fitting and needs_name(scene, person, command)):
        return False
    if len(fitting) > 1:
        names = [name for case in fitting if (name := called(scene, person, case))]
        choices = [f"{name}: {text}" for name in dict.fromkeys(names)] if len(set(names)) == len(fitting) else []
        account.refuse(text, "which_one", choices, word=command.word)
        return True
    case = fitting[0]
    roles = roles_on(scene, person, case)
    moved = happened(scene, case, f"word:{command.word}", roles, leaves_at(scene, roles))
    match moved:
        case Moved():
            account.does(*moved.effects)
            account.because.append(moved.because)
            rows = rows_told(account.scene, moved.effects)
            account.tell([{"said": line, "done": said, "offered": False} for line, said in rows])
            if not rows and not answered_already(account.scene, person, moved.effects):
                sentence = moved.tell or told(command.word, by_mentee="mentee" in roles)
                now = account.scene.case(case.key)
                due = in_words(local_day(now.due_at, scene.zone)) if now is not None and now.due_at is not None else ""
                account.line(text, sentence, word=command.word, mentee="", date=due)
        case Refused(kind=kind, facts=facts):
            account.refuse(text, kind, choices=(), **{"word": command.word, **facts})
        case None:
            account.refuse(text, "word_not_now", word=command.word)
    return True


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
                if "coordinator" in person.roles and own_mentors(scene, person):
                    account.line(text, "away_from_duty", date=in_words(until))
                    account.tell(cover_offered(scene, person, command, until))
                else:
                    listed = "mentor" in person.roles and person.extra.get("listed")
                    hidden = scene.policy.word("involvement") == "directory" and listed
                    account.line(text, "away entry" if hidden else "away", date=in_words(until))
        case "ENROLL":
            enroll.enroll(account, person, arguments, text)
        case "APPROVE":
            approve.approve(account, person, arguments, text)
        case "ATTEMPT" | "CONTACT":
            record_evidence(account, person, command, text)
        case "PROBLEM" if not person.roles.isdisjoint(MEMBERS) and any(item.pair for item in scene.book.ladders.values()):
            account.does(*duty_note(scene, "staff", "needs_staff", {"person": {"name": person.name}}))
            account.line(text, "concern_told")  # of a mentee who has no mentor
        case "NEED STAFF":
            account.does(*duty_note(scene, "staff", "needs_staff", {"person": {"name": person.name}}))
            account.line(text, "staff_told")
        case "RETURN" if person.state is PersonState.STOPPED:
            _return(account, person, text)
        case "RETURN" if person.state is PersonState.ACTIVE and (is_away(scene, person) or _matched(scene, person)):
            account.does(*back(scene, person))
            account.line(text, "back")
        case "RETURN" | "NEW MENTOR" | "NEW MENTEE" | "NEED TRAINING" | "TEAM" | "PHONE ME" | "POST":
            role = "staff" if command.word in ("NEED TRAINING", "PHONE ME", "POST") else "mwoc"
            phone = str(scene.words.get("phone") or "") if command.word == "PHONE ME" else ""
            facts: Mapping[str, object] = {"person": {"name": person.name}, "word": command.word, "phone": phone}
            account.does(*duty_note(scene, role, "asks_for", dict(facts)))
            account.line(text, "passed_to_a_human", word=command.word)
        case "NOT NOW":
            account.does(*duty_note(scene, "mwoc", "asks_for", {"person": {"name": person.name}, "word": command.word}))
            account.line(text, "not_now")
        case "YES" | "NO" as word if was_asked(scene, scene.situation.letter, word):
            account.line(text, "answered_late")
        case word if decides_nothing(scene, person, word):
            account.refuse(text, "read_by_nobody", word=word)
        case "TAKE" if named_in(command):
            return False  # there is nothing to take of whom it names
        case "OK" | "YES" | "TAKE" | "RIGHT" | "DONE":
            account.line(text, "noted")
            if command.word in LOOSE:
                account.loose.add(command.text)
        case _:
            return False
    return True


def _matched(scene: Scene, person: Person) -> bool:
    """Whether nobody has to be found for somebody who is back: a mentee whose match is over waits for a person to look."""
    own = [match for match in matches_with(scene.situation, person.id) if match.mentee_id == person.id]
    return not own or any(match.state.goes_on for match in own)


def _return(account: Transcript, person: Person, text: str) -> None:
    """Who asked for no more letters takes that back; whether a mentor without mentees is active again, a human decides."""
    scene = account.scene
    monthly = scene.policy.word("involvement") == "monthly"  # elsewhere nobody is asked anything each month
    rests = monthly and "mentor" in person.roles and not mentees_of(scene.situation, person.id)
    account.does(
        PutPerson(person.id, {"state": (PersonState.INACTIVE if rests else PersonState.ACTIVE).value}),
        *duty_note(scene, "mwoc", "asks_for", {"person": {"name": person.name}, "word": "RETURN"}),
    )
    account.line(text, "passed_to_a_human", word="RETURN")
