"""Rows to records: the one place that knows how a record is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from db.records import (
    Agreement,
    Case,
    Conversation,
    Disclosure,
    Event,
    EventKind,
    FormEntry,
    JournalledMessage,
    Letter,
    LetterState,
    Match,
    MatchState,
    MessageState,
    Note,
    Person,
    PersonState,
    Release,
)

# Looked up, not called: an enum's constructor costs more than the rest of a record.
_PERSON_STATES = {item.value: item for item in PersonState}
_MATCH_STATES = {item.value: item for item in MatchState}
_LETTER_STATES = {item.value: item for item in LetterState}
_MESSAGE_STATES = {item.value: item for item in MessageState}
_EVENT_KINDS = {item.value: item for item in EventKind}

# Each takes a row of its whole table, in the order of db.tables: unpacking is four times as fast as asking for names.


def person(row: Any) -> Person:
    (number, program, ref, name, email, _, roles, state, phone, zone, since, coordinator, approved, away, broken, held, extra) = row
    return Person(
        number,
        program,
        ref,
        name,
        email,
        frozenset(roles.split()),
        _PERSON_STATES[state],
        phone,
        zone,
        since,
        coordinator,
        away,
        broken,
        held,
        approved,
        extra,
    )


def match(row: Any) -> Match:
    number, program, mentor, mentee, state, since, handed_over_on = row
    return Match(number, program, mentor, mentee, _MATCH_STATES[state], since, handed_over_on)


def case(row: Any) -> Case:
    return Case(*row)


def letter(row: Any) -> Letter:
    (number, program, key, name, to, to_address, case_id, _, state, attempt, facts, template, sha256, *rest) = row
    subject, message_id, in_reply_to, date_, not_before, tries, sent_at, bounced_at, perhaps_twice, because, last_error = rest
    return Letter(
        number,
        program,
        key,
        name,
        to_address,
        _LETTER_STATES[state],
        message_id,
        date_,
        not_before,
        to,
        case_id,
        attempt,
        facts,
        template,
        sha256,
        subject,
        in_reply_to,
        tries,
        sent_at,
        bounced_at,
        perhaps_twice,
        because,
        last_error,
    )


def letter_of_many(row: Any) -> Letter:
    """A letter read among hundreds: its facts stay the text they are kept as until somebody asks for one."""
    facts = row[10]
    return letter((*row[:10], KeptFacts(facts) if isinstance(facts, str) else facts, *row[11:]))


class KeptFacts(Mapping[str, object]):
    """A letter's facts as JSON, read when they are first asked for."""

    __slots__ = ("_read", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._read: dict[str, object] | None = None

    def _facts(self) -> dict[str, object]:
        if self._read is None:
            self._read = json.loads(self._text)
        assert self._read is not None
        return self._read

    def __getitem__(self, name: str) -> object:
        return self._facts()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts())

    def __len__(self) -> int:
        return len(self._facts())


def event(row: Any) -> Event:
    number, program, person_id, kind, on, at, how, message_id, letter_id = row
    return Event(number, program, person_id, _EVENT_KINDS[kind], on, at, how, message_id, letter_id)


def agreement(row: Any) -> Agreement:
    return Agreement(*row)


def form(row: Any) -> FormEntry:
    number, program, month, coordinator, mentor, attempted, contact_made, mentees, summary, issues, sent_at, noted = row
    days = tuple(date.fromisoformat(day) for day in attempted)
    lines = tuple((str(kind), words) for kind, words in noted)
    return FormEntry(
        number, program, month, coordinator, mentor, days, contact_made, tuple(mentees), summary, issues, sent_at, lines
    )


def conversation(row: Any) -> Conversation:
    return Conversation(*row)


def note(row: Any) -> Note:
    return Note(*row)


def release(row: Any) -> Release:
    number, program, giver, recipient, fields, *rest = row
    return Release(number, program, giver, recipient, tuple(fields), *rest)


def disclosure(row: Any) -> Disclosure:
    number, program, release_id, giver, recipient, letter_id, fields, at = row
    return Disclosure(number, program, release_id, giver, recipient, letter_id, tuple(fields), at)


def message(row: Any) -> JournalledMessage:
    number, program, validity, uid, _, received_at, raw, state, confirmed, sender, letter_id, *rest = row
    means, rule, _, because, tries, _, _ = rest
    return JournalledMessage(
        number,
        program,
        validity,
        uid,
        received_at,
        bytes(raw),
        _MESSAGE_STATES[state],
        confirmed,
        sender,
        letter_id,
        means,
        rule,
        because,
        tries,
    )
