"""Letters that are late: after down time they leave once, by day and inside the caps; very late ones are asked about.

No rule can lift this (REQUIREMENTS.md 4.1 Clock): what is more than seven days late waits for its owner's SEND or DROP.
"""

from __future__ import annotations

from datetime import timedelta

from db.records import DUTIES, Letter, LetterState, Person
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import TOO_LATE, TOO_LATE_DAYS, leaving, may_write_to, note_about, reachable
from mailer.core.world.absent import here_again, waits_for_return
from mailer.core.world.moments import after_hold, in_words, local_day, month_of, opening, send_days
from mailer.core.world.scene import Scene
from mailer.core.world.who import named, reader_of
from mailer.model.classes import LetterClass
from mailer.model.decision import Decision, Effect, PutLetter, Say
from mailer.model.mail import Command

LATE = timedelta(hours=1)  # a letter that leaves later than this was held up by something
_NEVER_STALE = frozenset({LetterClass.ANSWER, LetterClass.DIGEST})  # and safety_hold, which asks for a human now


def in_doubt(scene: Scene) -> Decision:
    """What becomes of a letter that is about to leave late, to somebody away, or who may not be written to; nothing: it leaves."""
    letter = scene.situation.letter
    person = scene.person(letter.to_id) if letter is not None else None
    if letter is None or person is None:
        return Decision((), "a letter to nobody we know")
    if letter.state is LetterState.HELD and letter.perhaps_twice:
        return Decision(
            _told(scene, letter, person, "letter_unsure"), f"{letter.name}: whether it left is not known, a human is asked"
        )
    kind = scene.book.classes.get(letter.name)
    if not may_write_to(reachable(person, letter), kind):
        why = "its addressee may not be written to any more"
        told = _told(scene, letter, person, "letter_cancelled") if person.state.value != "stopped" else ()
        return Decision((PutLetter(letter.id, LetterState.CANCELLED.value, because=why), *told), why)
    if waits_for_return(scene.book, letter, person, scene.today):
        return Decision((_kept_back(scene, letter, person),), f"{letter.name}: its reader is away, and it can wait")
    if kind in _NEVER_STALE or letter.name == "safety_hold":
        return Decision((), "answers somebody; it leaves")
    if scene.now - letter.not_before > timedelta(days=TOO_LATE_DAYS):
        held = PutLetter(letter.id, LetterState.HELD.value, because=TOO_LATE)
        return Decision((held, *_told(scene, letter, person, "letter_late")), f"{letter.name}: {TOO_LATE}, a human is asked")
    at = scene.now
    if local_day(letter.not_before, scene.zone).weekday() in send_days(scene.policy):
        at = opening(letter.not_before, scene.now, scene.policy, scene.zone)
    at = max(leaving(scene, person, at, but=letter), scene.now)
    if at == scene.now:
        return Decision((), "late, and it leaves now")
    moved = PutLetter(letter.id, LetterState.WAITING.value, not_before=at, because="late: by day, inside the caps")
    return Decision((moved,), f"{letter.name}: late, it leaves at the next good moment")


def _kept_back(scene: Scene, letter: Letter, person: Person) -> PutLetter:
    """A letter nobody has seen, on its reader's first day back. A survey whose month is over by then is left out."""
    again = leaving(scene, person, here_again(scene, person, scene.now), but=letter)
    asked = local_day(letter.not_before, scene.zone)
    if scene.book.classes.get(letter.name) is LetterClass.SURVEY and month_of(local_day(again, scene.zone)) != month_of(asked):
        return PutLetter(letter.id, LetterState.CANCELLED.value, because="its reader is away until its month is over")
    return PutLetter(letter.id, LetterState.WAITING.value, not_before=again, because="its reader is away", anew=True)


def _told(scene: Scene, letter: Letter, person: Person, kind: str) -> tuple[Effect, ...]:
    reader = asked_about(scene, person)
    due = in_words(local_day(letter.not_before, scene.zone))
    return (note_about(person, reader, kind, letter.name, due),) if reader is not None else ()


def asked_about(scene: Scene, person: Person) -> Person | None:
    """Who decides about a late letter: whoever looks after its addressee; a duty about letters of their own."""
    return person if person.roles & DUTIES else reader_of(scene.situation, person)


def _waits_for(letter: Letter, word: str) -> bool:
    """Whether a letter waits for this word: SEND and DROP where it is too late, SENT and RESEND where its fate is unknown."""
    if letter.state is not LetterState.HELD:
        return False
    return letter.perhaps_twice if word in ("SENT", "RESEND") else letter.last_error == TOO_LATE


def letters_waiting(scene: Scene, reader: Person, word: str) -> tuple[Letter, ...]:
    """The letters that wait for this word, and that this person decides about."""
    found: list[Letter] = []
    for letter in scene.situation.letters:
        to = scene.person(letter.to_id)
        if to is None or not _waits_for(letter, word):
            continue
        owner = asked_about(scene, to)
        if reader.roles & {"mwoc", "staff", "admin"} or (owner is not None and owner.id == reader.id):
            found.append(letter)
    return tuple(found)


def answered(account: Transcript, person: Person, command: Command, name: str, letter: Letter | None, text: str) -> bool:
    """A word about letters that wait for it: with a name, with ALL, or in reply to the digest that asked."""
    scene = account.scene
    waiting = letters_waiting(scene, person, command.word)
    digest = letter is not None and letter.name == "digest"
    if not waiting or not (name or digest or command.word != "SEND"):
        return False
    chosen = waiting
    if name and name.strip(" .").casefold() != "all":
        meant = {item.id for item in named(tuple(scene.situation.people.values()), name)}
        chosen = tuple(item for item in waiting if item.to_id in meant)
        if not chosen:
            return False
    elif not name and len({item.to_id for item in waiting}) > 1:
        account.refuse(text, "which_late", word=command.word)
        return True
    for item in chosen:
        to = scene.person(item.to_id)
        assert to is not None
        if command.word == "SENT":
            account.does(PutLetter(item.id, LetterState.SENT.value, because="a human says that it left"))
            account.line(text, "letter_counts_as_sent", letter=Say(f"letter {item.name}"), name=to.first_name)
        elif command.word == "DROP":
            account.does(PutLetter(item.id, LetterState.CANCELLED.value, because="dropped by a human, it was too late"))
            account.line(text, "late_dropped", letter=Say(f"letter {item.name}"), name=to.first_name)
        else:
            at = leaving(scene, to, after_hold(scene.now, scene.policy, scene.zone), but=item)
            account.does(PutLetter(item.id, LetterState.WAITING.value, at, "a human wants it sent", anew=command.word == "SEND"))
            account.line(
                text, "late_sent", letter=Say(f"letter {item.name}"), name=to.first_name, date=in_words(local_day(at, scene.zone))
            )
    return True
