"""Plain sentences for everything that can be part of a story: messages, decisions, letters, evidence, acts, what comes next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from db.records import Case, Disclosure, Event, Letter, LetterState, Match, Note, Person, PersonState, Release
from mailer.core.world.absent import OWN_MAIL
from mailer.model.program import Program, Rulebook, State
from mailer.modes.ladder_words import exit_in_words

_STIMULI = {
    "mail": "About this message it was decided",
    "time": "Time had passed, and it was decided",
    "walks": "A case was due to begin",
    "digest": "A summary was due",
    "late": "A letter was about to leave late, and it was decided",
    "unsure": "Whether a letter had left was not known, and it was decided",
    "refused": "The next server had refused a letter, and it was decided",
    "roster": "A roster was applied",
    "parts": "Somebody was to be forgotten, and it was decided",
    "forgetting": "An admin had asked to forget somebody, and was told how it stands",
}
_STEP = re.compile(r"(?P<ladder>\w+): (?P<from>\w+) to (?P<to>\w+) by (?P<event>.+)")
_CAUSES = {
    "time": "as time had passed",
    "contact": "as contact was made",
    "stop": "on STOP",
    "results": "as the survey results came",
    "kit": "as the survey links came",
    "blast_done": "when everybody had been written to",
    "bounce": "as a letter came back",
    "parts": "as one of the two leaves for good",
}
_EFFECTS = {
    "Enqueue": "a letter was decided",
    "PutLetter": "a letter that had not left was held, let go, put off or cancelled",
    "Withdraw": "letters that had not left were withdrawn",
    "PutCase": "the case moved",
    "PutPerson": "what we know of a person changed",
    "AddPerson": "a person was added or changed",
    "AddMatch": "a match was added",
    "PutMatch": "a match changed",
    "AddEvent": "evidence was kept",
    "PutAnswers": "answers were kept",
    "PutForm": "a row of the contact form was kept",
    "AddNote": "a line for the next summary",
    "NotesTold": "the lines of a summary were told",
    "LetterBounced": "a letter counts as not delivered",
    "BringForward": "cases were brought forward",
    "Park": "set aside for a human",
    "TakeBack": "what an earlier mail did was taken back",
    "AnswerAgain": "an earlier message is decided again",
    "AddRelease": "a signed release was recorded",
    "EndRelease": "releases were rescinded",
    "CountAnswers": "answers of an evaluation were counted, without a name",
    "NotKept": "the message is not kept",
}
_MESSAGE_STATES = {"parked": "It waits for a human", "dropped": "It was parked, and dropped", "new": "It is not decided yet"}
_ACTS = {
    "parked drop": "An operator dropped message m{message}: there is nothing to do about it.",
    "parked answer": "An operator let message m{message} be answered again.",
}
_EVENTS = {
    "contact": "contact was made",
    "attempt": "somebody tried to reach them",
    "sign_of_life": "a sign of life, not proved",
    "away": "away",
    "address_broken": "the address does not work",
    "survey_answered": "answered the survey",
    "letter_read": "a read receipt, no contact",
    "invitation_answered": "answered an invitation, no contact",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `details` are lines below it; `order` keeps cause before effect within one moment."""

    at: datetime
    kind: str  # "came", "decided", "letter", "evidence", "act"
    text: str
    details: tuple[str, ...] = ()
    order: int = 0


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next; `at` is None where nothing but a human's word moves it."""

    at: datetime | None
    text: str
    details: tuple[str, ...] = ()


@dataclass(slots=True)
class Words:
    """Says things in the words of the programs: zones from their settings, states from their ladders. Learns people's names."""

    programs: Mapping[str, Program]
    rulebooks: Mapping[str, Rulebook]  # of those whose rules can be read
    people: dict[int, Person] = field(default_factory=dict)

    def meet(self, people: Mapping[int, Person]) -> None:
        self.people.update(people)

    def zone(self, program: str) -> ZoneInfo:
        return self.programs[program].timezone if program in self.programs else ZoneInfo("UTC")

    def local(self, program: str, at: datetime) -> datetime:
        return at.astimezone(self.zone(program))

    def when(self, program: str, at: datetime) -> str:
        return f"{self.local(program, at):%Y-%m-%d %H:%M}"

    def person(self, number: int | None) -> str:
        """ "Ana Ruiz (K7F3)"; the inbox where there is nobody."""
        known = self.people.get(number or 0)
        if known is not None and known.state is PersonState.FORGOTTEN:
            return f"{known.ref} (forgotten)"
        return f"{known.name} ({known.ref})" if known is not None else "the program's inbox" if number is None else "somebody"

    def person_in_full(self, person: Person) -> str:
        if person.state is PersonState.FORGOTTEN:
            return f"{person.ref}, forgotten"
        remarks = [
            " and ".join(sorted(person.roles)),
            str(person.state),
            f"away until {person.away_until}" if person.away_until else "",
            f"address broken since {person.address_broken_on}" if person.address_broken_on else "",
            "held by safety words" if person.held_by_safety else "",
        ]
        return f"{person.name} <{person.email}> ({person.ref}), {', '.join(remark for remark in remarks if remark)}"

    def match(self, match: Match) -> str:
        mentor, mentee = self.people.get(match.mentor_id), self.people.get(match.mentee_id)
        names = f"{mentor.name if mentor else '?'} and {mentee.name if mentee else '?'}"
        return f"match of {names}: {match.state.replace('_', ' ')}"

    # -------------------------------------------------------------- what happened

    def message(self, row: Mapping[str, Any], *, considered: bool) -> Entry:
        """A message: who, what it was taken to mean, and by which rule; with every rule that was tried where that is wanted."""
        sender = self.person(row["person_id"]) if row["person_id"] is not None else "somebody we do not know"
        about = f", about letter {row['letter_id']}" if row["letter_id"] is not None else ""
        means = f"; it means: {row['means']}" if row["means"] else ""
        rule = f" (rule {row['rule']})" if row["rule"] else ""
        details = (
            [f"{'hit ' if hit else 'miss'} {rule_}: {because}" for rule_, hit, because in row["considered"]] if considered else []
        )
        if row["state"] in _MESSAGE_STATES:  # who dropped it, and when, is told by the act
            details.append(_MESSAGE_STATES[row["state"]] + (f": {row['because']}." if row["because"] else "."))
        return Entry(row["received_at"], "came", f"Message m{row['id']} came from {sender}{about}{means}{rule}.", tuple(details), 0)

    def decision(self, row: Mapping[str, Any], *, plainly: bool = False) -> Entry:
        start = _STIMULI.get(row["stimulus"], "It was decided")
        about = f" (m{row['message_id']})" if row["message_id"] is not None else ""
        effects = tuple(self._effect(str(effect)) for effect in row["effects"])
        because = self.reasons(str(row["program"]), str(row["because"]), plainly=plainly)
        return Entry(row["at"], "decided", f"{start}{about}: {because}.", effects, 1)

    def reasons(self, program: str, because: str, *, plainly: bool = False) -> str:
        """What a decision says of itself, its steps as sentences; `plainly`: only where the matter stands now."""
        return "; ".join(self._moved(program, part, plainly=plainly) for part in because.split("; "))

    def _moved(self, program: str, because: str, *, plainly: bool = False) -> str:
        """A step of a walk as a sentence: "contact: gate to held by word:HOLD" means little to anybody."""
        step = _STEP.fullmatch(because)
        book = self.rulebooks.get(program)
        ladder = book.ladders.get(step["ladder"]) if step is not None and book is not None else None
        state = ladder.states.get(step["to"]) if step is not None and ladder is not None else None
        if step is None or state is None:
            return because
        if plainly:
            return state.says.rstrip(".")
        event = step["event"]
        cause = f"on {event.removeprefix('word:')}" if event.startswith("word:") else _CAUSES.get(event, f"by {event}")
        return f"{step['ladder']} went from {step['from']} to {step['to']} {cause}: {state.says.rstrip('.')}"

    def _effect(self, effect: str) -> str:
        kind, _, key = effect.partition(" ")
        return _EFFECTS.get(kind, kind) + (f": {key}" if key else "")

    def letter_name(self, letter: Letter) -> str:
        return f"letter {letter.id}, {letter.name}, to {self.person(letter.to_id)}"

    def letter(self, letter: Letter, cause: Mapping[str, Any] | None = None) -> Entry:
        """A letter as it stands: left, waits, is held, was refused or cancelled. `cause`: the message that brought it about."""
        name = f"Letter {letter.id}, {letter.name}, to {self.person(letter.to_id)}"
        details = [f"“{letter.subject}”"] if letter.subject else []
        if letter.because:
            details.append(f"because: {self._why(letter, cause)}")
        if letter.attempt:
            details.append("it counts as an attempt to reach them" + (" no more: it came back" if letter.bounced_at else ""))
        if letter.perhaps_twice:
            details.append("a crash left open whether it left; it was sent again as it was, and counts once")
        error = f": {letter.last_error}" if letter.last_error else ""
        match letter.state:
            case LetterState.SENT:
                back = f", and came back on {self.when(letter.program, letter.bounced_at)}" if letter.bounced_at else ""
                said = f"left{back}."
            case LetterState.WAITING:
                said = f"was decided; it leaves on {self.when(letter.program, letter.not_before)}{error}."
            case LetterState.HELD:
                said = f"is held for a human{error}."
            case LetterState.SENDING:
                said = "is being handed over."
            case LetterState.FAILED:
                said = f"was refused for good{error}."
            case LetterState.CANCELLED:
                said = f"was withdrawn{error}."
        return Entry(letter.sent_at or letter.date, "letter", f"{name}, {said}", tuple(details), 2)

    def _why(self, letter: Letter, cause: Mapping[str, Any] | None) -> str:
        """Why a letter was written; what follows at once from a message answers only its own writer."""
        if letter.because != OWN_MAIL or cause is None:
            return self._moved(letter.program, letter.because)
        number = cause["id"]
        return (
            f"it answers message m{number}" if cause["person_id"] == letter.to_id else f"message m{number} came and concerns them"
        )

    def opens(self, case: Case) -> str:
        """What the ladder of a case begins with; "" where its rules cannot be read."""
        book = self.rulebooks.get(case.program)
        ladder = book.ladders.get(case.ladder) if book is not None else None
        return ladder.opens if ladder is not None else ""

    def opening(self, case: Case) -> Entry:
        at = case.opened_at or case.entered_at or datetime.min.replace(tzinfo=UTC)
        return Entry(at, "decided", f"The case {case.key} was opened ({case.ladder}).", (), 1)

    def event(self, event: Event) -> Entry:
        what = _EVENTS.get(event.kind, event.kind)
        how = f", by {event.how}" if event.how else ""
        source = f" (m{event.message_id})" if event.message_id is not None else ""
        return Entry(event.at, "evidence", f"{self.person(event.person_id)}: {what} on {event.on}{how}{source}.", (), 1)

    def release(self, release: Release) -> tuple[Entry, ...]:
        pair = f"{self.person(release.giver_id)} for {self.person(release.recipient_id)}"
        fields = ", ".join(release.fields).replace("_", " ")
        until = f"signed on {release.signed_on}, good until {release.expires_on}"
        first = Entry(release.recorded_at, "evidence", f"A release of {pair} was recorded: {fields}; {until}.", (), 1)
        if release.rescinded_at is None:
            return (first,)
        return first, Entry(release.rescinded_at, "evidence", f"The release of {pair} was rescinded.", (), 1)

    def disclosure(self, told: Disclosure) -> Entry:
        fields = ", ".join(told.fields).replace("_", " ")
        what = f"{self.person(told.recipient_id)} was told of {self.person(told.giver_id)}: {fields} (letter {told.letter_id})."
        return Entry(told.at, "evidence", what, (), 3)

    def act(self, row: Mapping[str, Any]) -> Entry:
        said = _ACTS.get(row["what"], "An operator: {what}.")
        return Entry(row["at"], "act", said.format(**{**row["details"], "what": row["what"]}), (), 1)

    # -------------------------------------------------------------- what comes next

    def coming_case(self, case: Case) -> Next:
        """Whose turn it is in an open case, when time moves it, and the ways out."""
        book = self.rulebooks.get(case.program)
        ladder = book.ladders.get(case.ladder) if book is not None else None
        state: State | None = ladder.states.get(case.state) if ladder is not None else None
        says = state.says if state is not None else f"it stands at {case.state}."
        whom = f" ({self.person(case.subject_id)})" if case.subject_id is not None else ""
        turn = "nobody's turn" if case.owner in ("", "none") else f"the {case.owner}'s turn"
        move = f"time moves it on {self.when(case.program, case.due_at)}" if case.due_at else "only a human's word moves it"
        exits = tuple(exit_in_words(one, book.policy) for one in state.exits) if state is not None and book is not None else ()
        return Next(case.due_at, f"{case.ladder}{whom}: {says} It is {turn}; {move}.", exits)

    def coming_letters(self, letters: Iterable[Letter]) -> list[Next]:
        """Letters that have still to leave."""
        found: list[Next] = []
        for letter in letters:
            name = f"letter {letter.id}, {letter.name}, to {self.person(letter.to_id)}"
            if letter.state is LetterState.WAITING:
                found.append(Next(letter.not_before, f"{name} leaves on {self.when(letter.program, letter.not_before)}."))
            elif letter.state is LetterState.HELD:
                found.append(Next(None, f"{name} is held: mentorpost outbox release {letter.id}, or cancel {letter.id}."))
        return found

    def notes(self, notes: tuple[Note, ...]) -> tuple[Next, ...]:
        if not notes:
            return ()
        kinds = ", ".join(dict.fromkeys(note.kind.replace("_", " ") for note in notes))
        lines = "1 line waits" if len(notes) == 1 else f"{len(notes)} lines wait"
        return (Next(None, f"{lines} for the next daily summary ({kinds})."),)
