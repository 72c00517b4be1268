"""CONCERN: something a member tells staff in private, never to whom it is about (R-213, R-216; 4.1 Conflict of interest)."""

from __future__ import annotations

from db.records import MatchState, Person
from mailer.core.people.contact import named_in
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import answer
from mailer.core.world.who import MEMBERS, holders, named
from mailer.model.decision import Park, Say
from mailer.model.mail import Command

_READERS = ("staff", "admin", "mwoc")  # the first of these who has nothing to do with it


def concern(account: Transcript, person: Person, command: Command, text: str, journal_id: int) -> bool:
    """Tell one member of staff that there is a concern: who told it and about whom, not its words. Nothing else changes."""
    if command.word != "CONCERN":
        return False
    if not person.roles & set(MEMBERS):
        account.refuse(text, "not_your_word", word="CONCERN")
        return True
    named_here = _named(account, person, command)
    about = named_here[0] if len(named_here) == 1 else None
    reader = _reader(account, person, named_here)
    if reader is not None:
        facts: dict[str, object] = {"ref": person.ref, "kind": Say("a_concern"), "about": about.ref if about is not None else ""}
        letter = answer(account.scene, f"concern/{journal_id}/{reader.id}", "problem_to_staff", reader, facts)
        account.does(letter)
    account.does(Park("a concern: a human reads this"))
    account.line(command.word, "concern_told" if reader is not None else "concern_kept")
    account.because.append("a concern was told")
    return True


def _named(account: Transcript, person: Person, command: Command) -> tuple[Person, ...]:
    """Everybody the line may be about; a word that fits nobody belongs to the text."""
    people = tuple(item for item in account.scene.situation.people.values() if item.id != person.id)
    return named(people, named_in(command))


def _reader(account: Transcript, person: Person, about: tuple[Person, ...]) -> Person | None:
    """Somebody on duty who neither wrote it, nor is named in it, nor is matched with either."""
    situation = account.scene.situation
    concerned = {person.id, *(item.id for item in about)}
    for match in situation.matches:
        if match.state is not MatchState.ENDED and concerned & {match.mentor_id, match.mentee_id}:
            concerned |= {match.mentor_id, match.mentee_id}
    for duty in _READERS:
        for candidate in holders(situation, duty):
            if candidate.id not in concerned:
                return candidate
    return None
