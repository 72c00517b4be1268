"""Everything a database remembers of its past, read at one go: messages, acts, decisions, letters, how people and pairs stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from db import rows
from db.evidence import get_fact
from db.numbers import Numbers, letter_key, person_keys
from db.records import Case, Letter, Match, MessageState, Person
from db.story import facts_under
from db.tables import act, case, decision, letter, match, message, note, person

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record. Rows are plain values by column; moments are UTC."""

    people: Mapping[int, Person]
    matches: tuple[Match, ...]
    cases: Mapping[int, Case]
    messages: tuple[Row, ...]  # without their bytes, in the order in which they came; `is_kept`: whether there are any
    acts: tuple[Row, ...]
    decisions: tuple[Row, ...]
    letters: tuple[Letter, ...]
    decided_by: Mapping[int, int]  # letter -> decision
    notes: tuple[Row, ...]
    awake: tuple[datetime, ...]  # moments at which the service was last seen alive

    def numbers(self) -> Numbers:
        """The ids of everything by its natural key."""
        found = Numbers()
        for one in self.people.values():
            found.knows("person", one.id, *person_keys(one.program, one.email.lower(), one.name))
        for pair in self.matches:
            found.knows("match", pair.id, (pair.mentor_id, pair.mentee_id))
        for written in self.letters:
            found.knows("letter", written.id, letter_key(written.program, written.key))
        return found


def read_past(connection: Connection) -> Recorded:
    """The whole record, as of one moment."""
    letters = [(rows.letter(row), row.decision_id) for row in connection.execute(select(letter).order_by(letter.c.id))]
    columns = [column for column in message.c if column.name not in ("raw", "considered")]
    is_kept = (func.length(message.c.raw) > 0).label("is_kept")
    seen = [*facts_under(connection, "contact/").values(), get_fact(connection, "sample/clock")]
    return Recorded(
        {row.id: rows.person(row) for row in connection.execute(select(person).order_by(person.c.id))},
        tuple(rows.match(row) for row in connection.execute(select(match).order_by(match.c.id))),
        {row.id: rows.case(row) for row in connection.execute(select(case).order_by(case.c.id))},
        _rows(connection, select(*columns, is_kept).order_by(message.c.id)),
        _rows(connection, select(act).order_by(act.c.at, act.c.id)),
        _rows(connection, select(decision).order_by(decision.c.id)),
        tuple(one for one, _ in letters),
        {one.id: number for one, number in letters if number is not None},
        _rows(connection, select(note).order_by(note.c.id)),
        tuple(datetime.fromisoformat(text) for text in seen if text),
    )


def _rows(connection: Connection, query: Any) -> tuple[Row, ...]:
    return tuple(dict(row._mapping) for row in connection.execute(query))


@contextmanager
def where_it_fits(connection: Connection) -> Iterator[None]:
    """What is written inside is left out as a whole where it points to somebody or something that was never there."""
    try:
        with connection.begin_nested():
            yield
    except IntegrityError:
        return


def bytes_of(connection: Connection, number: int) -> bytes:
    """What a message said; empty where it was not kept."""
    return bytes(connection.execute(select(message.c.raw).where(message.c.id == number)).scalar() or b"")


def put_message(connection: Connection, row: Row, raw: bytes, state: MessageState) -> None:
    """A recorded message comes again, with its own number; what was found out about it is found out anew."""
    given = {name: row[name] for name in ("id", "program", "uidvalidity", "uid", "fingerprint", "received_at")}
    connection.execute(insert(message).values(**given, raw=raw, state=state.value, not_kept=None if raw else True))


def put_note(connection: Connection, row: Row, at: datetime) -> None:
    """A recorded note, untold again."""
    given = {name: row[name] for name in ("program", "to_id", "kind", "facts")}
    connection.execute(insert(note).values(**given, at=at))
