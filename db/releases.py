"""Releases of information, what was disclosed under them, and the counters of evaluations that belong to nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from db import rows
from db.among import among
from db.records import Disclosure, Release
from db.tables import disclosure, release, tally
from db.upsert import insert_new, insert_or_change

_AROUND = select(release).where(or_(among(release.c.giver_id, "ids"), among(release.c.recipient_id, "ids"))).order_by(release.c.id)


def add_release(connection: Connection, program: str, values: Mapping[str, object]) -> None:
    connection.execute(insert(release).values(program=program, rescinded_at=None, **values))


def rescind(connection: Connection, giver_id: int, recipient_id: int, now: datetime) -> None:
    """End every release of one person towards one other; they stay on record."""
    query = update(release).where(
        release.c.giver_id == giver_id, release.c.recipient_id == recipient_id, release.c.rescinded_at.is_(None)
    )
    connection.execute(query.values(rescinded_at=now))


def unsay(connection: Connection, giver_id: int, recipient_id: int, now: datetime) -> None:
    """Take out the newest release between two people; where something was told under it, it is rescinded instead."""
    query = select(release.c.id).where(release.c.giver_id == giver_id, release.c.recipient_id == recipient_id)
    number = connection.execute(query.order_by(release.c.id.desc()).limit(1)).scalar()
    used = select(disclosure.c.id).where(disclosure.c.release_id == number)
    if number is None or connection.execute(used).first() is None:
        connection.execute(delete(release).where(release.c.id == number))
    else:
        connection.execute(update(release).where(release.c.id == number).values(rescinded_at=now))


def around(connection: Connection, numbers: Iterable[int]) -> tuple[Release, ...]:
    """Releases given by or to these people, oldest first, rescinded and expired ones too."""
    return tuple(rows.release(row) for row in connection.execute(_AROUND, {"ids": set(numbers)}))


def good_for(
    connection: Connection, giver_id: int, recipient_id: int, fields: Sequence[str], purpose: str, day: date
) -> Release | None:
    """The newest release under which these fields may be told on this day."""
    query = select(release).where(release.c.giver_id == giver_id, release.c.recipient_id == recipient_id)
    for row in connection.execute(query.order_by(release.c.id.desc())):
        found = rows.release(row)
        if found.good_on(day) and found.purpose == purpose and set(fields) <= set(found.fields):
            return found
    return None


def account(connection: Connection, under: Release, letter_id: int, fields: Sequence[str], at: datetime) -> None:
    """List a disclosure: once for a letter and the person it tells of, however often it is handed over."""
    values = {
        "program": under.program,
        "release_id": under.id,
        "giver_id": under.giver_id,
        "recipient_id": under.recipient_id,
        "letter_id": letter_id,
        "fields": list(fields),
        "at": at,
    }
    insert_new(connection, disclosure, values, key=("letter_id", "giver_id"))


def disclosures_of(connection: Connection, person_ids: Sequence[int]) -> tuple[Disclosure, ...]:
    """What was told of these people or to them, oldest first."""
    query = select(disclosure).where(or_(disclosure.c.giver_id.in_(person_ids), disclosure.c.recipient_id.in_(person_ids)))
    return tuple(rows.disclosure(row) for row in connection.execute(query.order_by(disclosure.c.id)))


def disclosed_since(connection: Connection, program: str, since: datetime) -> tuple[Disclosure, ...]:
    """What letters of a program told under releases since then, oldest first."""
    query = select(disclosure).where(disclosure.c.program == program, disclosure.c.at >= since).order_by(disclosure.c.id)
    return tuple(rows.disclosure(row) for row in connection.execute(query))


def under_rescinded(connection: Connection, letter_id: int) -> bool:
    """Whether a letter told something under a release that was rescinded since: its token then proves nothing any more."""
    query = (
        select(release.c.id)
        .join(disclosure, disclosure.c.release_id == release.c.id)
        .where(disclosure.c.letter_id == letter_id, release.c.rescinded_at.is_not(None))
    )
    return connection.execute(query).first() is not None


def count(connection: Connection, program: str, month: str, answers: Mapping[str, int]) -> None:
    """Add answers to a month's counters."""
    for question, value in answers.items():
        values = {"program": program, "month": month, "question": question, "value": value, "answers": 1}
        key = ("program", "month", "question", "value")
        insert_or_change(connection, tally, values, key, {"answers": tally.c.answers + 1})


def tallies(connection: Connection, program: str) -> tuple[tuple[str, int, int], ...]:
    """(question, value, number of answers) over all months."""
    query = (
        select(tally.c.question, tally.c.value, func.sum(tally.c.answers))
        .where(tally.c.program == program)
        .group_by(tally.c.question, tally.c.value)
        .order_by(tally.c.question, tally.c.value)
    )
    return tuple((row[0], int(row[1]), int(row[2])) for row in connection.execute(query))
