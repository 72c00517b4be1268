"""Forgetting somebody: whose each row is, what goes out of it, and the texts of every other row, to be looked through.

Rows stay, with their ids, moments and states: counts and stories still tell. Which words go is decided outside (mailer.core).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, Table, Text, and_, func, or_, select, text, update

from db import evidence, people
from db.among import among
from db.engine import Store
from db.prepared import Prepared
from db.records import LetterState, MessageState
from db.tables import (
    agreement,
    alias,
    answer,
    case,
    conversation,
    decision,
    event,
    fact,
    form,
    letter,
    match,
    message,
    metadata,
    note,
    person,
    release,
)

_PAGE = 500
_NOT_LEFT = (LetterState.WAITING.value, LetterState.HELD.value)
_UNREAD = (MessageState.NEW.value, MessageState.PARKED.value)

# Whose a row is, and what goes out of it with that person.
OWN: Mapping[Table, tuple[tuple[str, ...], Mapping[str, object]]] = {
    letter: (("to_id",), {"to_address": "", "facts": {}, "subject": "", "in_reply_to": ""}),
    event: (("person_id",), {"how": ""}),
    answer: (("person_id",), {"answers": {}, "text": ""}),
    form: (("coordinator_id", "mentor_id"), {"mentees": [], "summary": "", "issues": "", "noted": []}),
    conversation: (("person_id",), {"client": "", "skill": "", "broker": ""}),
    note: (("to_id",), {"facts": {}}),
    agreement: (("person_id",), {"answer": ""}),
    case: (("subject_id",), {"data": {}}),
}
# Texts that are never somebody else's: the roster's own columns, admins' words.
_NO_TEXTS = {"person": {"name", "email", "address", "roles", "phone"}, "alias": {"address"}, "template": {"source"}}

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What an admin has asked for by mail; `told`: the kinds of matters to be settled first that the admin has heard of."""

    program: str
    person_id: int
    by_id: int
    at: str
    told: tuple[str, ...]

    def keep(self, connection: Connection, *, told: Iterable[str] = (), done: bool = False) -> None:
        """Write it down anew: told of these kinds as well, or done."""
        value = "" if done else " ".join((str(self.by_id), self.at, *sorted({*self.told, *told})))
        evidence.set_fact(connection, wish_name(self.program, self.person_id), value)


_WISHES = Prepared(select(fact.c.name, fact.c.value).where(fact.c.name.like("forget/%"), fact.c.value != "").order_by(fact.c.name))


def wish_name(program: str, person_id: int) -> str:
    """The fact that somebody is to be forgotten."""
    return f"forget/{program}/{person_id}"


def wishes(connection: Connection) -> list[Wish]:
    """Whom admins have asked by mail to be forgotten, and who is not yet."""
    found = []
    for name, value in _WISHES.rows(connection, {}):
        _, program, number = name.split("/")
        by_id, at, *told = value.split()
        found.append(Wish(program, int(number), int(by_id), at, tuple(told)))
    return found


def matches_of(connection: Connection, ids: Sequence[int]) -> list[tuple[int, str, int]]:
    """(id, state, the other one) of every match of these people."""
    found = connection.execute(
        select(match).where(or_(among(match.c.mentor_id, "ids"), among(match.c.mentee_id, "ids"))), {"ids": ids}
    )
    return [(row.id, row.state, row.mentee_id if row.mentor_id in ids else row.mentor_id) for row in found]


def counted(connection: Connection, ids: Sequence[int]) -> dict[str, int]:
    """How many rows of each table are theirs."""
    return {
        table.name: connection.execute(
            select(func.count()).select_from(table).where(_theirs(table, owners)), {"ids": ids}
        ).scalar_one()
        for table, (owners, _) in (*OWN.items(), (release, (("giver_id", "recipient_id"), {})))
    }


def messages(connection: Connection, after: int = 0) -> Iterator[Row]:
    """Every message with its bytes, by id, page by page."""
    columns = (message.c.id, message.c.program, message.c.raw, message.c.state, message.c.person_id, message.c.received_at)
    while True:
        page = connection.execute(select(*columns).where(message.c.id > after).order_by(message.c.id).limit(_PAGE)).all()
        yield from (dict(row._mapping) for row in page)
        if len(page) < _PAGE:
            return
        after = page[-1].id


@dataclass(frozen=True, slots=True)
class Brought:
    """What messages brought about: decisions with their moments, and the keys of what they opened or moved."""

    decisions: frozenset[int]
    moments: frozenset[datetime]
    keys: frozenset[str]

    def led_to(self, table: str, row: Row) -> bool:
        """Whether a row came of it: a letter, a note of the same moment, a walk."""
        match table:
            case "letter":
                return row["decision_id"] in self.decisions
            case "note":
                return row["at"] in self.moments
            case "case_":
                return row["key"] in self.keys
            case _:
                return False


def brought_about(connection: Connection, message_ids: Sequence[int]) -> Brought:
    """What was decided about these messages."""
    columns = (decision.c.id, decision.c.at, decision.c.effects)
    found = connection.execute(select(*columns).where(among(decision.c.message_id, "ids")), {"ids": message_ids}).all()
    keys = {str(effect).partition(" ")[2] for row in found for effect in row.effects if str(effect).startswith("PutCase ")}
    return Brought(frozenset(row.id for row in found), frozenset(row.at for row in found), frozenset(keys))


def texts(connection: Connection) -> Iterator[tuple[Table, dict[str, Any], dict[str, Any]]]:
    """Every row of every table that has a column of words: (table, the whole row, the columns of words)."""
    for table in metadata.sorted_tables:
        columns = [column.name for column in table.c if _has_words(table, column)]
        shown = [column for column in table.c if column.name != "raw"]
        if not columns:
            continue
        found = connection.execute(select(*shown).execution_options(yield_per=_PAGE))
        for row in found:
            whole = dict(row._mapping)
            yield table, whole, {name: whole[name] for name in columns}


def _has_words(table: Table, column: Column[Any]) -> bool:
    if column.name in _NO_TEXTS.get(table.name, ()):
        return False
    return isinstance(column.type, Text | JSON) or column.name == "key"


def rewrite(connection: Connection, change: Callable[[str, Row, Row], Mapping[str, object]]) -> int:
    """Give every row the changes that `change` (name of the table, row, its words) asks for; gives how many rows changed."""
    wanted = [(table, row, found) for table, row, words in texts(connection) if (found := change(table.name, row, words))]
    for table, row, found in wanted:
        same = and_(*(column == row[column.name] for column in table.primary_key))
        # A letter's words are known again by this hash (db/remembered.py): they are others now.
        more = {"sha256": ""} if table is letter else {}
        connection.execute(update(table).where(same).values({**found, **more}))
    return len(wanted)


def erase_own(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """Empty the rows of these people: nothing waits for them any more, nothing of theirs goes on."""
    known = {"ids": ids}
    pairs = [number for number, _, _ in matches_of(connection, ids)]
    connection.execute(
        update(letter)
        .where(among(letter.c.to_id, "ids"), letter.c.state.in_(_NOT_LEFT))
        .values(state=LetterState.CANCELLED.value, last_error="its addressee is forgotten"),
        known,
    )
    connection.execute(update(note).where(among(note.c.to_id, "ids"), note.c.told_at.is_(None)).values(told_at=now), known)
    theirs = or_(among(case.c.subject_id, "ids"), case.c.match_id.in_(pairs))
    connection.execute(update(case).where(theirs, case.c.closed_at.is_(None)).values(closed_at=now, due_at=None), known)
    connection.execute(update(case).where(case.c.match_id.in_(pairs)).values(data={}))
    ended = update(release).where(or_(among(release.c.giver_id, "ids"), among(release.c.recipient_id, "ids")))
    connection.execute(ended.where(release.c.rescinded_at.is_(None)).values(rescinded_at=now), known)
    for table, (owners, values) in OWN.items():
        more = {"sha256": ""} if table is letter else {}
        connection.execute(update(table).where(_theirs(table, owners)).values({**values, **more}), known)
    people.forget(connection, ids)


def is_own(table: Table, row: Row, ids: Sequence[int]) -> bool:
    """Whether a row is emptied by `erase_own`."""
    owners, _ = OWN.get(table, ((), {}))
    return any(row[name] in ids for name in owners) or (table is person and row["id"] in ids)


def _theirs(table: Table, owners: Iterable[str]) -> Any:
    return or_(*(among(table.c[name], "ids") for name in owners))


def erase_messages(connection: Connection, ids: Sequence[int]) -> None:
    """Erase the bytes of these messages; those nobody has decided yet never will be. Copies in the inbox go with the next turn."""
    known = {"ids": ids}
    connection.execute(
        update(message)
        .where(among(message.c.id, "ids"), message.c.state.in_(_UNREAD))
        .values(state=MessageState.DROPPED.value, because="its writer is forgotten"),
        known,
    )
    connection.execute(update(message).where(among(message.c.id, "ids")).values(raw=b"", considered=[], not_kept=True), known)


def put_messages(connection: Connection, copies: Mapping[int, bytes]) -> None:
    """Keep other bytes for these messages."""
    for number, raw in copies.items():
        connection.execute(update(message).where(message.c.id == number).values(raw=raw, considered=[]))


def waits_elsewhere(connection: Connection) -> list[Row]:
    """Letters that have not left yet, to anybody: nothing of them may change under their feet."""
    states = (*_NOT_LEFT, LetterState.SENDING.value)
    shown = (letter.c.id, letter.c.name, letter.c.to_id, letter.c.case_id, letter.c.facts, letter.c.subject)
    columns = (*shown, letter.c.not_before, letter.c.state)
    return [
        dict(row._mapping) for row in connection.execute(select(*columns).where(letter.c.state.in_(states)).order_by(letter.c.id))
    ]


def waits_for(connection: Connection, number: int) -> list[datetime]:
    """When the letters to somebody leave that have not left yet; what is held is not among them."""
    states = (LetterState.WAITING.value, LetterState.SENDING.value)
    query = select(letter.c.not_before).where(letter.c.to_id == number, letter.c.state.in_(states))
    return list(connection.execute(query).scalars())


def scrub(store: Store) -> bool:
    """Make the file, or the server, give up what the rows held before; False where somebody reads just now and it has to wait."""
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM"))
        return True
    lent = store.engine.raw_connection()
    try:
        driver: Any = lent.driver_connection
        driver.execute("VACUUM")
        (busy, _, _) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:  # somebody else is writing
        return False
    finally:
        lent.close()
    return not busy


def others(connection: Connection, ids: Sequence[int]) -> tuple[list[Any], list[Any]]:
    """Everybody else of all programs, and everybody's further addresses."""
    columns = (person.c.id, person.c.program, person.c.name, person.c.address, person.c.phone)
    more = (person.c.ref, person.c.coordinator_id, person.c.state, person.c.roles, person.c.extra)
    known = connection.execute(select(*columns, *more).where(~among(person.c.id, "ids")), {"ids": ids}).all()
    return list(known), list(connection.execute(select(alias.c.person_id, alias.c.address)).all())
