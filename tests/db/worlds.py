"""A program of many people with half a year behind it, written straight into the tables: for speed and for counting queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from db import cases, people
from db.tables import case, event, form, letter, match

KEY = "m2m"
NOW = datetime(2027, 10, 18, 13, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class World:
    """The ids of a program's people, by what they are."""

    mwoc: int
    coordinators: tuple[int, ...]
    mentors: tuple[int, ...]
    mentees: tuple[int, ...]


def add(
    connection: Connection,
    name: str,
    role: str,
    *,
    state: str = "active",
    coordinator_id: int | None = None,
    extra: Mapping[str, object] | None = None,
) -> int:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    return people.add_person(
        connection,
        KEY,
        name=name,
        email=email,
        role=role,
        state=state,
        coordinator_id=coordinator_id,
        since=NOW.date(),
        extra=extra,
    )


def letter_row(key: str, to_id: int | None, at: datetime = NOW, **changes: object) -> Mapping[str, object]:
    """A letter's columns as `outbox.add_letters` wants them."""
    row: dict[str, object] = {
        "program": KEY,
        "key": key,
        "name": "check_in",
        "to_id": to_id,
        "to_address": "somebody@example.org",
        "case_id": None,
        "decision_id": None,
        "state": "waiting",
        "attempt": True,
        "facts": {"first_name": "Ana", "mentees": ["Mel"]},
        "template": "0" * 64,
        "sha256": "1" * 64,
        "subject": "How are you?",
        "message_id": f"{key}@example.org",
        "in_reply_to": "",
        "date": at,
        "not_before": at,
        "because": "the day has come",
    }
    return {**row, **changes}


def put(connection: Connection, key: str, *, closed: bool = False, at: datetime = NOW, program: str = KEY, **changes: Any) -> int:
    """Open or move a walk; its id."""
    values: dict[str, object] = {
        "ladder": "contact",
        "state": "attempt_1",
        "owner": "mentor",
        "about": "mentor",
        "subject_id": None,
        "match_id": None,
        "due_at": None,
        "entered_at": at,
        "data": {},
    }
    return cases.put_case(connection, program, key, {**values, **changes}, at, closed=closed)


def settle_in(connection: Connection, people_count: int, months: int = 6) -> World:
    """A program of about `people_count` people: a coordinator for 20 mentors, 2 mentees a mentor, walks and letters of past months."""
    mentor_count = people_count // 3
    mwoc = add(connection, "Wanda Orr", "mwoc")
    add(connection, "Sam Staff", "staff")
    add(connection, "Ada Admin", "admin")
    coordinators = tuple(add(connection, f"Cora Lind{number}", "coordinator") for number in range(max(1, mentor_count // 20)))
    mentors = tuple(
        add(connection, f"Ana Ruiz{number}", "mentor", coordinator_id=coordinators[number % len(coordinators)])
        for number in range(mentor_count)
    )
    mentees = tuple(add(connection, f"Mel Park{number}", "mentee") for number in range(2 * mentor_count))
    pairs = [
        {"program": KEY, "mentor_id": mentors[number // 2], "mentee_id": mentee, "state": "active", "since": NOW.date()}
        for number, mentee in enumerate(mentees)
    ]
    connection.execute(insert(match), pairs)
    for back in range(months):
        _month(connection, mentors, mentees, coordinators, back)
    return World(mwoc, coordinators, mentors, mentees)


def _month(
    connection: Connection, mentors: tuple[int, ...], mentees: tuple[int, ...], coordinators: tuple[int, ...], back: int
) -> None:
    """What a month leaves behind: a walk, two letters and a contact for each mentor, two letters for each mentee, a form row."""
    at = NOW - timedelta(days=30 * back)
    month = at.strftime("%Y-%m")
    walks = [
        {
            "program": KEY,
            "ladder": "contact",
            "key": f"contact/{mentor}/{month}",
            "state": "attempt_1" if back == 0 else "done",
            "owner": "mentor",
            "about": "mentor",
            "subject_id": mentor,
            "match_id": None,
            "due_at": at + timedelta(days=5),
            "entered_at": at,
            "opened_at": at,
            "closed_at": None if back == 0 else at + timedelta(days=9),
            "data": {"month": month},
        }
        for mentor in mentors
    ]
    connection.execute(insert(case), walks)
    connection.execute(
        insert(letter),
        [
            letter_row(f"{month}/{name}/{person}", person, at, name=name, state="sent", sent_at=at)
            for person in (*mentors, *mentees)
            for name in ("survey", "check_in")
        ],
    )
    connection.execute(
        insert(event),
        [{"program": KEY, "person_id": mentor, "kind": "contact", "on": at.date(), "at": at, "how": "mail"} for mentor in mentors],
    )
    connection.execute(
        insert(form),
        [
            {
                "program": KEY,
                "month": month,
                "coordinator_id": coordinators[number % len(coordinators)],
                "mentor_id": mentor,
                "attempted": [at.date().isoformat()],
                "contact_made": at.date(),
                "mentees": ["Mel"],
                "summary": "Goes well.",
            }
            for number, mentor in enumerate(mentors)
        ],
    )
