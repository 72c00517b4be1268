"""Reads for the story of something: letters, messages, decisions and acts by whom and what they concern."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from db import rows
from db.records import Case, Event, Letter, Match, Note, Person
from db.tables import act, alias, answer, case, decision, event, fact, form, letter, match, message, note, person

_KEPT = [column for column in message.c if column.name != "raw"]
_PAGE = 100  # messages read at one go
_HEAD = 16_384  # bytes of a message in which its own Message-ID stands


def person_by_ref(connection: Connection, ref: str) -> Person | None:
    row = connection.execute(select(person).where(person.c.ref == ref.upper())).first()
    return rows.person(row) if row is not None else None


def people_by_name(connection: Connection, words: str) -> tuple[Person, ...]:
    """People of all programs with this address or this full name, in any case."""
    low = words.lower()
    found = connection.execute(
        select(person).where(or_(person.c.address == low, person.c.name.ilike(_literal(words), escape="\\")))
    )
    return tuple(rows.person(row) for row in found.all())


def _literal(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def people_by_id(connection: Connection, numbers: Iterable[int]) -> dict[int, Person]:
    found = connection.execute(select(person).where(person.c.id.in_(sorted(set(numbers)))))
    return {row.id: rows.person(row) for row in found}


def letter_by_key(connection: Connection, key: str) -> Letter | None:
    """The newest letter with this natural key, in any program."""
    row = connection.execute(select(letter).where(letter.c.key == key).order_by(letter.c.id.desc()).limit(1)).first()
    return rows.letter(row) if row is not None else None


def case_by_key(connection: Connection, key: str) -> Case | None:
    row = connection.execute(select(case).where(case.c.key == key).order_by(case.c.id.desc()).limit(1)).first()
    return rows.case(row) if row is not None else None


def pair(connection: Connection, one: Iterable[int], other: Iterable[int]) -> Match | None:
    """The newest match between two people, whichever of them is the mentor."""
    first, second = list(one), list(other)
    query = select(match).where(
        or_(
            match.c.mentor_id.in_(first) & match.c.mentee_id.in_(second),
            match.c.mentor_id.in_(second) & match.c.mentee_id.in_(first),
        )
    )
    row = connection.execute(query.order_by(match.c.id.desc()).limit(1)).first()
    return rows.match(row) if row is not None else None


def matches_of(connection: Connection, person_id: int) -> tuple[Match, ...]:
    query = select(match).where((match.c.mentor_id == person_id) | (match.c.mentee_id == person_id)).order_by(match.c.id)
    return tuple(rows.match(row) for row in connection.execute(query))


def cases_of(connection: Connection, *, person_ids: Sequence[int] = (), match_ids: Sequence[int] = ()) -> tuple[Case, ...]:
    """Walks about these people or matches, open and closed."""
    query = select(case).where(or_(case.c.subject_id.in_(person_ids), case.c.match_id.in_(match_ids))).order_by(case.c.id)
    return tuple(rows.case(row) for row in connection.execute(query))


def letters_of(
    connection: Connection, *, person_ids: Sequence[int] = (), case_ids: Sequence[int] = (), decision_ids: Sequence[int] = ()
) -> tuple[tuple[Letter, int | None], ...]:
    """Letters to these people, of these walks or decisions, each with the id of the decision that wrote it."""
    which: ColumnElement[bool] = or_(
        letter.c.to_id.in_(person_ids), letter.c.case_id.in_(case_ids), letter.c.decision_id.in_(decision_ids)
    )
    return tuple(
        (rows.letter(row), row.decision_id) for row in connection.execute(select(letter).where(which).order_by(letter.c.id))
    )


def decision_of_letter(connection: Connection, number: int) -> int | None:
    return connection.execute(select(letter.c.decision_id).where(letter.c.id == number)).scalar()


def messages_of(
    connection: Connection, *, ids: Sequence[int] = (), person_ids: Sequence[int] = (), letter_ids: Sequence[int] = ()
) -> list[dict[str, Any]]:
    """Messages by id, of these senders, or about these letters, without their bytes."""
    query = select(*_KEPT).where(
        or_(message.c.id.in_(ids), message.c.person_id.in_(person_ids), message.c.letter_id.in_(letter_ids))
    )
    return [dict(row._mapping) for row in connection.execute(query.order_by(message.c.id))]


def heads(connection: Connection) -> Iterable[tuple[int, bytes]]:
    """(id, first bytes) of every message, the newest first: a message's own Message-ID stands in no column."""
    query = select(message.c.id, message.c.raw).order_by(message.c.id.desc()).limit(_PAGE)
    page = connection.execute(query).all()
    while page:
        for row in page:
            yield row.id, bytes(row.raw)[:_HEAD]
        page = connection.execute(query.where(message.c.id < page[-1].id)).all()


def decisions_of(
    connection: Connection,
    *,
    ids: Sequence[int] = (),
    case_ids: Sequence[int] = (),
    message_ids: Sequence[int] = (),
    person_ids: Sequence[int] = (),
) -> list[dict[str, Any]]:
    """Decisions by id, about walks, messages or people, oldest first."""
    query = select(decision).where(
        or_(
            decision.c.id.in_(ids),
            decision.c.case_id.in_(case_ids),
            decision.c.message_id.in_(message_ids),
            decision.c.person_id.in_(person_ids),
        )
    )
    return [dict(row._mapping) for row in connection.execute(query.order_by(decision.c.id))]


def events_of(connection: Connection, person_ids: Sequence[int]) -> tuple[Event, ...]:
    query = select(event).where(event.c.person_id.in_(person_ids)).order_by(event.c.id)
    return tuple(rows.event(row) for row in connection.execute(query))


def notes_of(connection: Connection, person_ids: Sequence[int]) -> tuple[Note, ...]:
    """Notes that wait for these people's next digest."""
    query = select(note).where(note.c.told_at.is_(None), note.c.to_id.in_(person_ids)).order_by(note.c.id)
    return tuple(rows.note(row) for row in connection.execute(query))


def acts(connection: Connection, program: str) -> list[dict[str, Any]]:
    """What operators did, oldest first."""
    found = connection.execute(select(act).where(act.c.program == program).order_by(act.c.id))
    return [dict(row._mapping) for row in found]


def facts_under(connection: Connection, prefix: str) -> dict[str, str]:
    """Facts whose names begin so, by the rest of their names."""
    query = select(fact).where(fact.c.name.startswith(prefix, autoescape=True)).order_by(fact.c.name)
    return {row.name.removeprefix(prefix): row.value for row in connection.execute(query)}


def raw_of(connection: Connection, numbers: Iterable[int]) -> dict[int, bytes]:
    """The bytes of these messages; empty where they are not kept."""
    found = connection.execute(select(message.c.id, message.c.raw).where(message.c.id.in_(sorted(set(numbers)))))
    return {row.id: bytes(row.raw) for row in found}


def answers_of(connection: Connection, person_ids: Sequence[int]) -> list[dict[str, Any]]:
    """What these people answered, oldest first."""
    found = connection.execute(select(answer).where(answer.c.person_id.in_(person_ids)).order_by(answer.c.id))
    return [dict(row._mapping) for row in found]


def forms_about(connection: Connection, mentor_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The rows of contact forms about these mentors, by month."""
    found = connection.execute(select(form).where(form.c.mentor_id.in_(mentor_ids)).order_by(form.c.month, form.c.id))
    return [dict(row._mapping) for row in found]


def aliases_of(connection: Connection, person_ids: Sequence[int]) -> tuple[str, ...]:
    """Further addresses from which their mail counts as theirs."""
    found = connection.execute(select(alias.c.address).where(alias.c.person_id.in_(person_ids)).order_by(alias.c.address))
    return tuple(found.scalars())


def begun_by(connection: Connection, program: str, keys: Iterable[str]) -> dict[str, int | None]:
    """Which message began each of these walks; None where time or a roster did."""
    wanted = {f"PutCase {key}": key for key in keys}
    query = select(decision.c.message_id, decision.c.effects).where(decision.c.program == program).order_by(decision.c.id)
    found: dict[str, int | None] = {}
    for row in connection.execute(query):
        for effect in row.effects:
            if effect in wanted:
                found.setdefault(wanted[effect], row.message_id)
    return found
