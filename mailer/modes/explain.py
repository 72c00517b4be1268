"""The story of one thing, gathered: what came, what was decided and why, what left, what comes next (`mentorpost why`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from db import cases, journal, outbox, releases, story
from db.engine import Connection, Store
from db.records import Case, Letter, Match, Person
from mailer.modes.explain_words import Entry, Next, Words
from mailer.wire.addresses import message_ids
from mailer.wire.parse import parse

Row = dict[str, Any]  # as db.story gives decisions and messages

_PUT = "PutCase "  # how a decision tells of a walk: "PutCase contact/12"
_SAFETY = "safety"
_MESSAGE = re.compile(r"m(\d+)")
_IN_BRACKETS = re.compile(r"<?([^<>\s]+@[^<>\s]+)>?")


class Unknown(Exception):
    """Nothing here goes by that name; a sentence for people."""


def several(ref: str, people: Iterable[Person]) -> Unknown:
    """Says that more than one person goes by that name."""
    named = ", ".join(f"{person.ref} ({person.email})" for person in people)
    return Unknown(f"several people are called {ref!r} — name one by ref: {named}")


@dataclass(frozen=True, slots=True)
class Account:
    """A story: what it is about, what happened (oldest first), what comes next."""

    about: str
    program: str
    entries: tuple[Entry, ...]
    next: tuple[Next, ...]


def explain(store: Store, ref: str, words: Words) -> Account:
    """The story of what `ref` names; raises Unknown where it names nothing.

    `ref`: a letter's number or key, a Message-ID, a message (m12), a person's ref, address or name, `mentor/mentee`, a case's key.
    """
    ref = ref.strip()
    with store.reading() as connection:
        teller = _Teller(connection, words)
        return teller.find(ref)


class _Teller:
    """Finds what a reference means and gathers everything around it."""

    def __init__(self, connection: Connection, words: Words) -> None:
        self._connection = connection
        self._words = words

    def find(self, ref: str) -> Account:
        found = self._message(ref) or self._letter(ref) or self._person(ref) or self._case(ref) or self._match(ref)
        if found is not None:
            return found
        number = self._by_own_message_id(ref)
        if number is not None:
            return self._of_message(number)
        advice = "name a letter (12), a message (m12), a person (ref or address), a pair (mentor/mentee) or a Message-ID"
        raise Unknown(f"nothing here is called {ref!r} — {advice}")

    # -------------------------------------------------------------- what a reference names

    def _message(self, ref: str) -> Account | None:
        hit = _MESSAGE.fullmatch(ref)
        if hit is None or journal.described(self._connection, int(hit[1])) is None:
            return None
        return self._of_message(int(hit[1]))

    def _letter(self, ref: str) -> Account | None:
        letter = outbox.by_id(self._connection, int(ref)) if ref.isdecimal() and len(ref) < 18 else None
        letter = letter or story.letter_by_key(self._connection, ref)
        hit = _IN_BRACKETS.fullmatch(ref)
        if letter is None and hit is not None:
            letter = outbox.by_message_id(self._connection, [hit[1]])
        return self._of_letter(letter) if letter is not None else None

    def _person(self, ref: str) -> Account | None:
        people = self._people(ref)
        if len(people) > 1 and len({person.email.casefold() for person in people}) > 1:
            raise several(ref, people)
        return self._of_people(people) if people else None

    def _people(self, ref: str) -> tuple[Person, ...]:
        person = story.person_by_ref(self._connection, ref)
        return (person,) if person is not None else story.people_by_name(self._connection, ref)

    def _case(self, ref: str) -> Account | None:
        case = story.case_by_key(self._connection, ref)
        return self._of_cases((case,), f"the case {case.key}", case.program) if case is not None else None

    def _match(self, ref: str) -> Account | None:
        left, slash, right = ref.partition("/")
        if not slash:
            return None
        one, other = self._people(left.strip()), self._people(right.strip())
        match = story.pair(self._connection, (p.id for p in one), (p.id for p in other)) if one and other else None
        return self._of_match(match) if match is not None else None

    def _by_own_message_id(self, ref: str) -> int | None:
        hit = _IN_BRACKETS.fullmatch(ref)
        if hit is None:
            return None
        wanted = hit[1].encode("utf-8", "replace")
        for number, head in story.heads(self._connection):
            if wanted in head and hit[1] in message_ids(parse(head).first("Message-ID")):
                return number
        return None

    # -------------------------------------------------------------- what belongs to it

    def _of_message(self, number: int) -> Account:
        messages = story.messages_of(self._connection, ids=(number,))
        decisions = story.decisions_of(self._connection, message_ids=(number,))
        letters = story.letters_of(self._connection, decision_ids=[item["id"] for item in decisions])
        touched = [letter.case_id for letter, _ in letters if letter.case_id is not None]
        touched += [item["case_id"] for item in decisions if item["case_id"] is not None]
        self._know(letters=[letter for letter, _ in letters], messages=messages)
        entries = [
            *(self._words.message(item, considered=True) for item in messages),
            *(self._words.decision(item) for item in decisions),
            *(self._letter_entry(letter, decision, decisions, messages) for letter, decision in letters),
            *self._acts(str(messages[0]["program"]), "message", {number}),
        ]
        open_ = self._open([*touched, *self._begun(decisions), *self._held_for(messages)])
        return self._account(f"message m{number}", str(messages[0]["program"]), entries, open_, ())

    def _of_letter(self, letter: Letter) -> Account:
        decision = story.decision_of_letter(self._connection, letter.id)
        decisions = story.decisions_of(self._connection, ids=[decision] if decision is not None else [])
        causes = [item["message_id"] for item in decisions if item["message_id"] is not None]
        messages = story.messages_of(self._connection, ids=causes, letter_ids=(letter.id,))
        answers = [item["id"] for item in messages if item["id"] not in causes]
        decisions += story.decisions_of(self._connection, message_ids=answers)
        self._know(letters=[letter], messages=messages)
        entries = [
            *(self._words.message(item, considered=True) for item in messages),
            *(self._words.decision(item) for item in decisions),
            self._letter_entry(letter, decision, decisions, messages),
            *self._acts(letter.program, "letter", {letter.id}),
        ]
        open_ = self._open([letter.case_id] if letter.case_id is not None else [])
        return self._account(self._words.letter_name(letter), letter.program, entries, open_, (letter,))

    def _of_people(self, people: tuple[Person, ...]) -> Account:
        ids = [person.id for person in people]
        matches = [match for person in people for match in story.matches_of(self._connection, person.id)]
        about = story.cases_of(self._connection, person_ids=ids, match_ids=[match.id for match in matches])
        events = story.events_of(self._connection, ids)
        letters = story.letters_of(self._connection, person_ids=ids)
        decisions, messages = self._causes(about, letters, ids, [event.message_id for event in events])
        self._know(letters=[letter for letter, _ in letters], messages=messages, cases=about, people=people)
        self._words.meet(story.people_by_id(self._connection, [n for match in matches for n in (match.mentor_id, match.mentee_id)]))
        entries = [
            *(self._words.opening(case) for case in about),
            *(self._words.message(item, considered=False) for item in messages),
            *(self._words.decision(item) for item in decisions),
            *(self._letter_entry(letter, decision, decisions, messages) for letter, decision in letters),
            *(self._words.event(event) for event in events),
            *self._consents(ids),
            *self._acts(people[0].program, "person", set(ids)),
            *self._acts(people[0].program, "message", {item["id"] for item in messages}),
        ]
        name = " and ".join(self._words.person_in_full(person) for person in people)
        pairs = [self._words.match(match) for match in matches]
        notes = self._words.notes(story.notes_of(self._connection, ids))
        open_ = tuple(case for case in about if case.closed_at is None)
        account = self._account("; ".join([name, *pairs]), people[0].program, entries, open_, tuple(one for one, _ in letters))
        return Account(account.about, account.program, account.entries, (*account.next, *notes))

    def _consents(self, ids: Sequence[int]) -> Iterator[Entry]:
        """Releases of information that concern these people, and what was told under them (the accounting of 45 CFR 164.528)."""
        signed = releases.around(self._connection, ids)
        told = releases.disclosures_of(self._connection, ids)
        pairs = [*((item.giver_id, item.recipient_id) for item in signed), *((item.giver_id, item.recipient_id) for item in told)]
        self._words.meet(story.people_by_id(self._connection, [number for pair in pairs for number in pair]))
        for release in signed:
            yield from self._words.release(release)
        for disclosure in told:
            yield self._words.disclosure(disclosure)

    def _of_match(self, match: Match) -> Account:
        pair = story.people_by_id(self._connection, (match.mentor_id, match.mentee_id))
        self._words.meet(pair)
        about = story.cases_of(self._connection, match_ids=(match.id,))
        about += tuple(case for case in story.cases_of(self._connection, person_ids=(match.mentor_id,)) if case.match_id is None)
        mentor, mentee = pair[match.mentor_id], pair[match.mentee_id]
        title = f"{self._words.match(match)}: {self._words.person_in_full(mentor)} and {self._words.person_in_full(mentee)}"
        return self._of_cases(about, title, match.program)

    def _of_cases(self, about: tuple[Case, ...], title: str, program: str) -> Account:
        letters = story.letters_of(self._connection, case_ids=[case.id for case in about])
        decisions, messages = self._causes(about, letters, [], [])
        self._know(letters=[letter for letter, _ in letters], messages=messages, cases=about)
        entries = [
            *(self._words.opening(case) for case in about),
            *(self._words.message(item, considered=False) for item in messages),
            *(self._words.decision(item) for item in decisions),
            *(self._letter_entry(letter, decision, decisions, messages) for letter, decision in letters),
        ]
        open_ = tuple(case for case in about if case.closed_at is None)
        return self._account(title, program, entries, open_, tuple(letter for letter, _ in letters))

    def _causes(
        self,
        about: tuple[Case, ...],
        letters: tuple[tuple[Letter, int | None], ...],
        people: list[int],
        further: list[int | None],
    ) -> tuple[list[Row], list[Row]]:
        """The decisions about these walks, people and letters with the messages behind them, and what those led to besides.

        A word about somebody often comes in another's mail: it is found by the letters and the evidence it brought about.
        """
        wrote = [number for _, number in letters if number is not None]
        first = story.decisions_of(self._connection, ids=wrote, case_ids=[case.id for case in about], person_ids=people)
        causes = [item["message_id"] for item in first] + further
        messages = story.messages_of(
            self._connection,
            ids=[number for number in causes if number is not None],
            person_ids=people,
            letter_ids=[letter.id for letter, _ in letters],
        )
        later = story.decisions_of(self._connection, message_ids=[item["id"] for item in messages])
        return list({item["id"]: item for item in (*first, *later)}.values()), messages

    def _know(
        self,
        *,
        letters: list[Letter],
        messages: list[Row],
        cases: tuple[Case, ...] = (),
        people: tuple[Person, ...] = (),
    ) -> None:
        """Learn the names of everybody whom the story mentions."""
        wanted = (
            {letter.to_id for letter in letters} | {case.subject_id for case in cases} | {item["person_id"] for item in messages}
        )
        self._words.meet({person.id: person for person in people})
        self._words.meet(story.people_by_id(self._connection, (number for number in wanted if isinstance(number, int))))

    def _acts(self, program: str, key: str, ids: set[int]) -> list[Entry]:
        return [self._words.act(item) for item in story.acts(self._connection, program) if item["details"].get(key) in ids]

    def _letter_entry(self, letter: Letter, decision: int | None, decisions: Sequence[Row], messages: Sequence[Row]) -> Entry:
        """A letter with the message that brought it about, where there is one."""
        cause = next((item["message_id"] for item in decisions if item["id"] == decision), None)
        return self._words.letter(letter, next((item for item in messages if item["id"] == cause), None))

    def _begun(self, decisions: Sequence[Row]) -> list[int]:
        """Walks that these decisions began or moved."""
        keys = [effect.removeprefix(_PUT) for item in decisions for effect in item["effects"] if effect.startswith(_PUT)]
        found = [story.case_by_key(self._connection, key) for key in dict.fromkeys(keys)]
        return [case.id for case in found if case is not None]

    def _held_for(self, messages: Sequence[Row]) -> list[int]:
        """Walks that began because of safety words in these messages: they begin by themselves, after the decision."""
        writers = {item["person_id"] for item in messages if item["means"] == _SAFETY and item["person_id"] is not None}
        found = story.cases_of(self._connection, person_ids=sorted(writers))
        return [case.id for case in found if self._words.opens(case) == "held"]

    def _open(self, ids: list[int]) -> tuple[Case, ...]:
        found = [cases.by_id(self._connection, number) for number in dict.fromkeys(ids)]
        return tuple(case for case in found if case is not None and case.closed_at is None)

    def _account(
        self, about: str, program: str, entries: list[Entry], open_: tuple[Case, ...], letters: tuple[Letter, ...]
    ) -> Account:
        subjects = story.people_by_id(self._connection, [case.subject_id for case in open_ if case.subject_id is not None])
        self._words.meet(subjects)
        coming = [*(self._words.coming_case(case) for case in open_), *self._words.coming_letters(letters)]
        ordered = sorted(entries, key=lambda entry: (entry.at, entry.order))
        return Account(about, program, tuple(ordered), tuple(sorted(coming, key=_when)))


def _when(coming: Next) -> tuple[bool, str]:
    return coming.at is None, coming.at.isoformat() if coming.at is not None else ""
