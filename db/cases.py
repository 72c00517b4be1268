"""Walks: opening, moving, closing; which are due; who should have one and has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, String, and_, bindparam, cast, exists, func, select, update

from db import rows
from db.engine import stir
from db.people import has_role
from db.prepared import Prepared
from db.records import Case
from db.tables import case, match, person
from db.upsert import change, insert_new

_ID_OF = Prepared(select(case.c.id).where(case.c.program == bindparam("program"), case.c.key == bindparam("key")))
_NAMES = tuple(column.name for column in case.c)
_STANDS = Prepared(select(case).where(case.c.program == bindparam("program"), case.c.key == bindparam("key")).with_for_update())
_BY_ID = Prepared(select(case).where(case.c.id == bindparam("id")))
_DUE = Prepared(
    select(case)
    .where(case.c.due_at.is_not(None), case.c.due_at <= bindparam("now"), case.c.closed_at.is_(None))
    .order_by(case.c.due_at, case.c.id)
    .limit(bindparam("most"))
)
_NEXT_DUE = Prepared(select(func.min(case.c.due_at)).where(case.c.closed_at.is_(None)))
_BRINGING = (
    update(case)
    .where(
        case.c.program == bindparam("of_program"),
        case.c.ladder == bindparam("of_ladder"),
        case.c.state == bindparam("of_state"),
        case.c.closed_at.is_(None),
        case.c.due_at > bindparam("new_due_at"),
    )
    .values(due_at=bindparam("new_due_at"))
)
_BRING_FORWARD = Prepared(_BRINGING)
_BRING_PAIR_FORWARD = Prepared(_BRINGING.where(case.c.match_id == bindparam("of_match")))


def put_case(connection: Connection, program: str, key: str, values: Mapping[str, object], now: datetime, *, closed: bool) -> int:
    """Open or move the walk with this natural key; gives its id."""
    if closed:
        stir(connection, str(values["ladder"]))
    wanted = {**values, "closed_at": now if closed else None}
    stands = _STANDS.first(connection, {"program": program, "key": key})
    if stands is None:
        new = {"program": program, "key": key, "opened_at": now, **wanted}
        number = insert_new(connection, case, new, key=("program", "key"))
        if number is not None:
            return number
        stands = _STANDS.first(connection, {"program": program, "key": key})  # another process opened it a moment ago
        assert stands is not None
    was = dict(zip(_NAMES, stands, strict=True))
    # Only what is another value: each column that is named costs its indexes and keys, whether it changes or not.
    changes = {name: value for name, value in wanted.items() if value != was[name]}
    if changes:
        change(connection, case, {"id": was["id"]}, changes)
    return int(was["id"])


def id_of(connection: Connection, program: str, key: str) -> int | None:
    found: int | None = _ID_OF.value(connection, {"program": program, "key": key})
    return found


def due(connection: Connection, now: datetime, limit: int = 200) -> tuple[Case, ...]:
    """Open walks whose moment has come, oldest first."""
    return tuple(rows.case(row) for row in _DUE.rows(connection, {"now": now, "most": limit}))


def next_due(connection: Connection) -> datetime | None:
    """The next moment at which time moves a walk."""
    found: datetime | None = _NEXT_DUE.value(connection, {})
    return found


def next_after(connection: Connection, after: datetime) -> datetime | None:
    """The next moment after this one at which time moves a walk."""
    found: datetime | None = connection.execute(
        select(func.min(case.c.due_at)).where(case.c.closed_at.is_(None), case.c.due_at > after)
    ).scalar()
    return found


def bring_forward(
    connection: Connection, program: str, ladder: str, state: str, due_at: datetime, match_id: int | None = None
) -> None:
    """Walks that stand in a state are due at `due_at`, if they were due later; only those of one pair where it is named."""
    known = {"of_program": program, "of_ladder": ladder, "of_state": state, "new_due_at": due_at}
    if match_id is not None:
        _BRING_PAIR_FORWARD.run(connection, {**known, "of_match": match_id})
    else:
        _BRING_FORWARD.run(connection, known)


_NOTHING = ("", "0", "false", "null")  # how databases write a mark that says no


def _mark(name: str) -> Any:
    """What is remembered about a person under a name, as text."""
    return cast(person.c.extra[name].as_string(), String)


def _says(mark: Any) -> list[ColumnElement[bool]]:
    return [mark != nothing for nothing in _NOTHING]


def missing(
    connection: Connection, program: str, ladder: str, opens: str, about: str = "mentor", version: str = "", limit: int = 200
) -> tuple[int, ...]:
    """People who should have a walk of a ladder by now and have none; (0,) where the program itself should.

    `opens` = "role": everybody who holds the role `about`, once and never again. "marked NAME": those of that role of whom
    NAME is remembered. "outdated KIND": those who agreed to another version than `version`. "matched": the mentees of active
    pairs of which one has no walk. "held": those whose cry for help is with a human.
    """
    query = _lacking(opens, about if opens.startswith(("role", "marked ", "outdated ")) else "")
    if query is None:
        return ()
    known = {"program": program, "ladder": ladder, "most": limit}
    if opens.startswith("outdated "):
        known["version"] = version
    found = query.rows(connection, known)
    if opens == "begin":
        return () if found else (0,)
    return tuple(number for (number,) in found)


@lru_cache(maxsize=64)
def _lacking(opens: str, about: str) -> Prepared | None:
    """The ids of people without the walk that ladders with this opening begin; for "begin", of the program's own walks."""
    program: BindParameter[str] = bindparam("program")
    ladder: BindParameter[str] = bindparam("ladder")
    if opens == "begin":
        return Prepared(select(case.c.id).where(case.c.program == program, case.c.ladder == ladder).limit(bindparam("most")))
    has_walk = exists().where(
        and_(case.c.subject_id == person.c.id, case.c.ladder == ladder, case.c.program == program, case.c.closed_at.is_(None))
    )
    state = "unconfirmed" if opens == "unconfirmed" else "active"
    # Whoever asks for help is looked after, taking part or not.
    whom = person.c.held_by_safety if opens == "held" else person.c.state == state
    query = select(person.c.id).where(person.c.program == program, whom, ~has_walk)
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
    elif opens.startswith("marked "):
        query = query.where(has_role(person.c.roles, about), *_says(_mark(opens.removeprefix("marked "))))
    elif opens.startswith("outdated "):
        agreed = _mark(f"{opens.removeprefix('outdated ')}_version")
        query = query.where(has_role(person.c.roles, about), agreed != "", agreed != "null", agreed != bindparam("version"))
    elif opens == "matched":
        walked = exists().where(and_(case.c.match_id == match.c.id, case.c.ladder == ladder, case.c.closed_at.is_(None)))
        lacking = exists().where(and_(match.c.mentee_id == person.c.id, match.c.state == "active", ~walked))
        query = select(person.c.id).where(person.c.program == program, lacking)
    elif opens == "coordinates":
        other = person.alias("mentor")  # named with its program, so that an index finds it: nobody is looked through for each
        led = and_(other.c.program == program, other.c.state == "active", other.c.coordinator_id == person.c.id)
        query = query.where(exists().where(led))
    elif opens not in ("unconfirmed", "held"):
        return None
    return Prepared(query.order_by(person.c.id).limit(bindparam("most")))


def stands_in(connection: Connection, program: str, ladders: Sequence[str], person_ids: Sequence[int]) -> bool:
    """Whether one of these people is who an open walk of one of these ladders is about."""
    query = select(case.c.id).where(
        case.c.program == program, case.c.ladder.in_(ladders), case.c.subject_id.in_(person_ids), case.c.closed_at.is_(None)
    )
    return connection.execute(query.limit(1)).first() is not None


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
    row = _BY_ID.first(connection, {"id": number})
    return rows.case(row) if row is not None else None
