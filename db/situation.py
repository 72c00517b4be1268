"""One person's world in one read: the bounded view a decision is made in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select

from db import evidence, rows
from db.people import by_address, everybody, has_role, matches
from db.records import Case, Event, Letter, Match, Note, Person, Situation
from db.tables import case, event, letter, match, person

REACH = timedelta(days=70)  # how far back letters and events are read
DUTIES = ("coordinator", "mwoc", "staff", "admin", "clinical_coordinator", "trainer")


def load(
    connection: Connection,
    program: str,
    now: datetime,
    *,
    focus: Iterable[int] = (),
    addresses: Iterable[str] = (),
    case_: Case | None = None,
    letter_: Letter | None = None,
    sender_ids: tuple[int, ...] = (),
    page: tuple[int, ...] = (),
    whole: bool = False,
    notes: tuple[Note, ...] = (),
) -> Situation:
    """The situation around `focus` (person ids), further `addresses` named in a mail, and the program's duties.

    `whole` reads everybody of the program (a roster, survey results); `page` are people a blast or a sweep concerns.
    """
    people: dict[int, Person] = {}
    found_matches: dict[int, Match] = {}
    wanted = {*focus, *page, *sender_ids}
    if letter_ is not None and letter_.to_id is not None:
        wanted.add(letter_.to_id)
    if case_ is not None and case_.subject_id is not None:
        wanted.add(case_.subject_id)
    if whole:
        people = {item.id: item for item in everybody(connection, program)}
        found_matches = {item.id: item for item in matches(connection, program)}
    else:
        duties = connection.execute(
            select(person).where(person.c.program == program, or_(*(has_role(person.c.roles, duty) for duty in DUTIES)))
        )
        people.update((row.id, rows.person(row)) for row in duties)
        people.update((item.id, item) for item in by_address(connection, program, addresses))
        wanted.update(item.id for item in by_address(connection, program, addresses))
        if case_ is not None and case_.match_id is not None:
            pair = connection.execute(select(match).where(match.c.id == case_.match_id)).first()
            if pair is not None:
                wanted.update((pair.mentor_id, pair.mentee_id))
        _add_people(connection, people, wanted)
        led = [number for number in wanted if number in people and "coordinator" in people[number].roles]
        own = set(wanted)
        if led:
            mentors = connection.execute(select(person).where(person.c.coordinator_id.in_(led)))
            for row in mentors:
                people[row.id] = rows.person(row)
                own.add(row.id)
        watch = [number for number in wanted if number in people and people[number].roles & {"mwoc", "staff"}]
        waiting = _watched(connection, program) if watch else []
        for item in waiting:
            own.update(number for number in (item.subject_id,) if number)
        found_matches = {
            row.id: rows.match(row) for row in _pairs(connection, own, [item.match_id for item in waiting if item.match_id])
        }
        partners = {number for item in found_matches.values() for number in (item.mentor_id, item.mentee_id)}
        _add_people(connection, people, partners | own)
        coordinators = {item.coordinator_id for item in people.values() if item.coordinator_id}
        _add_people(connection, people, coordinators)
        wanted = own | (partners if not page else set())
    cases = _cases(connection, program, wanted, list(found_matches), case_)
    people_ids = sorted(wanted | {item.subject_id for item in cases if item.subject_id} if not whole else set(people))
    led_ids = [number for number in people_ids if number in people and "coordinator" in people[number].roles]
    led_ids += [item.coordinator_id for number, item in people.items() if number in wanted and item.coordinator_id]
    month = (now - timedelta(days=62)).strftime("%Y-%m")
    about_program = case_ is not None and case_.about == "program"
    return Situation(
        program=program,
        people=people,
        matches=tuple(sorted(found_matches.values(), key=lambda item: item.id)),
        cases=cases,
        letters=_letters(connection, program, people_ids, now) if not (whole and about_program) else (),
        events=_events(connection, people_ids, now),
        forms=evidence.forms_of(connection, led_ids, month) if led_ids else (),
        notes=notes,
        sender_ids=sender_ids,
        letter=letter_,
        case=case_,
        page=page,
        loads=_loads(connection, program),
        survey=evidence.survey_of(connection, program, str(case_.data.get("month", "")))
        if about_program and case_ is not None and whole
        else {},
    )


def _add_people(connection: Connection, people: dict[int, Person], numbers: set[int]) -> None:
    lacking = sorted(number for number in numbers if number not in people)
    for start in range(0, len(lacking), 500):
        found = connection.execute(select(person).where(person.c.id.in_(lacking[start : start + 500])))
        people.update((row.id, rows.person(row)) for row in found)


def _pairs(connection: Connection, own: set[int], match_ids: list[int]) -> list[Any]:
    numbers = sorted(own)
    query = select(match).where(or_(match.c.mentor_id.in_(numbers), match.c.mentee_id.in_(numbers), match.c.id.in_(match_ids)))
    return list(connection.execute(query))


def _watched(connection: Connection, program: str) -> list[Case]:
    """Open walks whose turn is with a duty of the program."""
    query = select(case).where(case.c.program == program, case.c.closed_at.is_(None), case.c.owner.in_(("mwoc", "staff")))
    return [rows.case(row) for row in connection.execute(query.order_by(case.c.id).limit(500))]


def _cases(connection: Connection, program: str, wanted: set[int], match_ids: list[int], case_: Case | None) -> tuple[Case, ...]:
    numbers = sorted(wanted)
    query = select(case).where(
        case.c.program == program,
        case.c.closed_at.is_(None),
        or_(case.c.about == "program", case.c.subject_id.in_(numbers), case.c.match_id.in_(match_ids)),
    )
    found = {row.id: rows.case(row) for row in connection.execute(query.order_by(case.c.id))}
    if case_ is not None:
        found.setdefault(case_.id, case_)
    return tuple(found[number] for number in sorted(found))


def _letters(connection: Connection, program: str, numbers: list[int], now: datetime) -> tuple[Letter, ...]:
    query = select(letter).where(letter.c.program == program, letter.c.to_id.in_(numbers), letter.c.not_before >= now - REACH)
    return tuple(rows.letter(row) for row in connection.execute(query.order_by(letter.c.id)))


def _events(connection: Connection, numbers: list[int], now: datetime) -> tuple[Event, ...]:
    query = select(event).where(event.c.person_id.in_(numbers), event.c.at >= now - REACH)
    return tuple(rows.event(row) for row in connection.execute(query.order_by(event.c.id)))


def _loads(connection: Connection, program: str) -> dict[int, int]:
    query = (
        select(person.c.coordinator_id, func.count())
        .where(person.c.program == program, person.c.coordinator_id.is_not(None), person.c.state == "active")
        .group_by(person.c.coordinator_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def next_page(connection: Connection, program: str, after: int, limit: int = 200) -> tuple[int, ...]:
    """The next people of a program a blast may concern, by id."""
    query = select(person.c.id).where(
        person.c.program == program,
        person.c.id > after,
        or_(has_role(person.c.roles, "mentor"), has_role(person.c.roles, "mentee")),
    )
    return tuple(row.id for row in connection.execute(query.order_by(person.c.id).limit(limit)))
