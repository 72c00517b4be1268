"""Rows to records: the one place that knows how a record is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CursorResult

from db.records import (
    Case,
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
)


def person(row: Any) -> Person:
    return Person(
        row.id,
        row.program,
        row.ref,
        row.name,
        row.email,
        frozenset(row.roles.split()),
        PersonState(row.state),
        row.phone,
        row.timezone,
        row.since,
        row.coordinator_id,
        row.away_until,
        row.address_broken_on,
        row.held_by_safety,
        row.approved_on,
        row.extra,
    )


def match(row: Any) -> Match:
    return Match(row.id, row.program, row.mentor_id, row.mentee_id, MatchState(row.state), row.since)


def case(row: Any) -> Case:
    return Case(
        row.id,
        row.program,
        row.ladder,
        row.key,
        row.state,
        row.owner,
        row.about,
        row.subject_id,
        row.match_id,
        row.due_at,
        row.entered_at,
        row.opened_at,
        row.closed_at,
        row.data,
    )


def letter(row: Any) -> Letter:
    return Letter(
        row.id,
        row.program,
        row.key,
        row.name,
        row.to_address,
        LetterState(row.state),
        row.message_id,
        row.date,
        row.not_before,
        row.to_id,
        row.case_id,
        row.attempt,
        row.facts,
        row.template,
        row.sha256,
        row.subject,
        row.in_reply_to,
        row.tries,
        row.sent_at,
        row.bounced_at,
        row.perhaps_twice,
        row.because,
        row.last_error,
    )


def event(row: Any) -> Event:
    return Event(row.id, row.program, row.person_id, EventKind(row.kind), row.on, row.at, row.how, row.message_id, row.letter_id)


def form(row: Any) -> FormEntry:
    return FormEntry(
        row.id,
        row.program,
        row.month,
        row.coordinator_id,
        row.mentor_id,
        tuple(date.fromisoformat(day) for day in row.attempted),
        row.contact_made,
        tuple(row.mentees),
        row.summary,
        row.issues,
        row.sent_at,
    )


def note(row: Any) -> Note:
    return Note(row.id, row.program, row.to_id, row.kind, row.facts, row.at, row.told_at)


def message(row: Any) -> JournalledMessage:
    return JournalledMessage(
        row.id,
        row.program,
        row.uidvalidity,
        row.uid,
        row.received_at,
        bytes(row.raw),
        MessageState(row.state),
        row.confirmed,
        row.person_id,
        row.letter_id,
        row.means,
        row.rule,
        row.because,
        row.tries,
    )


def new_id(result: CursorResult[Any]) -> int:
    """The id of the row an insert made."""
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])
