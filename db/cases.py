"""Walks: opening, moving, closing; which are due; who should have one and has none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, exists, func, select, update

from db import rows
from db.people import has_role
from db.records import Case
from db.tables import case, match, person
from db.upsert import insert_new


def put_case(connection: Connection, program: str, key: str, values: Mapping[str, object], now: datetime, *, closed: bool) -> int:
    """Open or move the walk with this natural key; gives its id."""
    changes = {**values, "closed_at": now if closed else None}
    same = update(case).where(case.c.program == program, case.c.key == key).values(**changes).returning(case.c.id)
    number = connection.execute(same).scalar()
    if number is None:
        number = insert_new(connection, case, {"program": program, "key": key, "opened_at": now, **changes}, key=("program", "key"))
    if number is None:  # another process opened it a moment ago
        number = connection.execute(same).scalar_one()
    return int(number)


def id_of(connection: Connection, program: str, key: str) -> int | None:
    return connection.execute(select(case.c.id).where(case.c.program == program, case.c.key == key)).scalar()


def due(connection: Connection, now: datetime, limit: int = 200) -> tuple[Case, ...]:
    """Open walks whose moment has come, oldest first."""
    found = connection.execute(
        select(case)
        .where(case.c.due_at.is_not(None), case.c.due_at <= now, case.c.closed_at.is_(None))
        .order_by(case.c.due_at, case.c.id)
        .limit(limit)
    )
    return tuple(rows.case(row) for row in found)


def next_due(connection: Connection) -> datetime | None:
    """The next moment at which time moves a walk."""
    return connection.execute(select(func.min(case.c.due_at)).where(case.c.closed_at.is_(None))).scalar()


def bring_forward(
    connection: Connection, program: str, ladder: str, state: str, due_at: datetime, match_id: int | None = None
) -> None:
    """Walks that stand in a state are due at `due_at`, if they were due later; only those of one pair where it is named."""
    query = update(case).where(
        case.c.program == program,
        case.c.ladder == ladder,
        case.c.state == state,
        case.c.closed_at.is_(None),
        case.c.due_at > due_at,
    )
    if match_id is not None:
        query = query.where(case.c.match_id == match_id)
    connection.execute(query.values(due_at=due_at))


def missing(
    connection: Connection, program: str, ladder: str, opens: str, about: str = "mentor", limit: int = 200
) -> tuple[int, ...]:
    """People who should have a walk of a ladder by now and have none; (0,) where the program itself should.

    `opens` = "role": everybody who holds the role `about`, once and never again.
    """
    if opens == "begin":
        known = connection.execute(select(case.c.id).where(case.c.program == program, case.c.ladder == ladder)).first()
        return () if known is not None else (0,)
    has_walk = exists().where(
        and_(case.c.subject_id == person.c.id, case.c.ladder == ladder, case.c.program == program, case.c.closed_at.is_(None))
    )
    query = select(person.c.id).where(person.c.program == program, person.c.state == "active", ~has_walk)
    if opens == "assigned":
        query = query.where(has_role(person.c.roles, "mentor"), person.c.coordinator_id.is_not(None))
    elif opens == "approved":
        ever = exists().where(and_(case.c.ladder == ladder, case.c.subject_id == person.c.id))
        query = query.where(
            has_role(person.c.roles, "mentor"), person.c.coordinator_id.is_not(None), person.c.approved_on.is_not(None), ~ever
        )
    elif opens == "role":
        ever = exists().where(and_(case.c.ladder == ladder, case.c.subject_id == person.c.id))
        query = query.where(has_role(person.c.roles, about), ~ever)
    elif opens == "coordinates":
        other = person.alias("mentor")
        query = query.where(exists().where(and_(other.c.coordinator_id == person.c.id, other.c.state == "active")))
    else:
        return ()
    return tuple(row.id for row in connection.execute(query.order_by(person.c.id).limit(limit)))


def open_cases(connection: Connection, program: str | None = None) -> tuple[Case, ...]:
    query = select(case).where(case.c.closed_at.is_(None)).order_by(case.c.owner, case.c.due_at, case.c.id)
    if program:
        query = query.where(case.c.program == program)
    return tuple(rows.case(row) for row in connection.execute(query))


def of_person(connection: Connection, person_id: int) -> tuple[Case, ...]:
    """Every walk about a person or a match of theirs, open and closed, oldest first."""
    pairs = select(match.c.id).where((match.c.mentor_id == person_id) | (match.c.mentee_id == person_id))
    found = connection.execute(
        select(case).where((case.c.subject_id == person_id) | case.c.match_id.in_(pairs)).order_by(case.c.id)
    )
    return tuple(rows.case(row) for row in found)


def by_id(connection: Connection, number: int) -> Case | None:
    row = connection.execute(select(case).where(case.c.id == number)).first()
    return rows.case(row) if row is not None else None
