"""The outbox: letters decided, their identity frozen, handed over later and recorded one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, text, update

from db import rows
from db.among import among, among_texts
from db.evidence import set_fact
from db.numbers import letter_numbers
from db.prepared import Prepared
from db.records import Letter, LetterState
from db.tables import decision, letter, template
from db.upsert import insert_or_replace, prepared_change

_LEAVING = (LetterState.WAITING.value, LetterState.HELD.value)
MAY_HAVE_LEFT = "it may have left before the database was restored"
_FLOOR = "letters_after"  # numbers up to this one may stand in letters that a restored database does not know
_LAST_ID = Prepared(
    text(
        "SELECT max(coalesce((SELECT max(id) FROM letter), 0), "
        f"coalesce((SELECT CAST(value AS INTEGER) FROM fact WHERE name = '{_FLOOR}'), 0))"
    )
)
_KNOWN_KEYS = Prepared(select(letter.c.key).where(letter.c.program == bindparam("program"), among_texts(letter.c.key, "keys")))
_KEPT = Prepared(select(template.c.source).where(template.c.digest == bindparam("digest")))
_IS_KEPT = Prepared(select(template.c.digest).where(template.c.digest == bindparam("digest")))
_IS_DUE = (letter.c.state == LetterState.WAITING.value, letter.c.not_before <= bindparam("now"))
_ARE_DUE = select(letter).where(*_IS_DUE).order_by(letter.c.not_before, letter.c.id).limit(bindparam("most"))
_DUE = Prepared(_ARE_DUE)
_DUE_UNLOCKED = Prepared(_ARE_DUE.with_for_update(skip_locked=True))
_CLAIMED = Prepared(
    update(letter).where(among(letter.c.id, "ids")).values(state=LetterState.SENDING.value, tries=letter.c.tries + 1)
)
_DUE_COUNT = Prepared(select(func.count()).where(*_IS_DUE))
_NEXT_DUE = Prepared(select(func.min(letter.c.not_before)).where(letter.c.state == LetterState.WAITING.value))
_HELD = Prepared(select(letter).where(letter.c.state == LetterState.HELD.value).order_by(letter.c.id))
_BY_ID = Prepared(select(letter).where(letter.c.id == bindparam("id")))
_BY_MESSAGE_ID = Prepared(select(letter).where(among_texts(letter.c.message_id, "ids")).order_by(letter.c.id.desc()).limit(1))


def next_ids(connection: Connection, program: str, keys: Sequence[str]) -> list[int]:
    """Ids for new letters, known before they are written because a Message-ID derives from its row's id."""
    count = len(keys)
    if (recorded := letter_numbers(connection, program, keys)) is not None:
        return recorded
    if connection.dialect.name == "postgresql":
        found = connection.execute(text("SELECT nextval('letter_id_seq') FROM generate_series(1, :count)"), {"count": count})
        return [int(row[0]) for row in found]
    last = int(_LAST_ID.value(connection, {}))
    return list(range(last + 1, last + 1 + count))


def leave_numbers_free(connection: Connection, count: int) -> None:
    """Give none of the next `count` numbers to a letter: a letter's token and Message-ID are its number under our seal."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT setval('letter_id_seq', nextval('letter_id_seq') + :count)"), {"count": count})
    else:
        set_fact(connection, _FLOOR, str(int(_LAST_ID.value(connection, {})) + count))


def known_keys(connection: Connection, program: str, keys: Sequence[str]) -> frozenset[str]:
    """Those of the natural keys that have a letter already: a decision made twice makes no second letter."""
    return frozenset(key for (key,) in _KNOWN_KEYS.rows(connection, {"program": program, "keys": keys}))


def add_letters(connection: Connection, values: Sequence[Mapping[str, object]]) -> None:
    for item in values:
        _adding(tuple(item)).run(connection, item)


@lru_cache(maxsize=64)
def _adding(columns: tuple[str, ...]) -> Prepared:
    return Prepared(insert(letter), columns)


def keep_template(connection: Connection, digest: str, program: str, name: str, source: str) -> None:
    """Keep every version of a letter's words that was ever used."""
    if _IS_KEPT.first(connection, {"digest": digest}) is None:
        values = {"digest": digest, "program": program, "name": name, "source": source}
        insert_or_replace(connection, template, values, ("digest",), ("source",))


def template_source(connection: Connection, digest: str) -> str | None:
    found: str | None = _KEPT.value(connection, {"digest": digest})
    return found


def withdraw(
    connection: Connection, program: str, *, case_id: int | None, to_id: int | None, names: Sequence[str], because: str
) -> int:
    """Cancel what has not left yet."""
    query = _withdrawing(case_id is not None, to_id is not None, bool(names))
    known = {"of_program": program, "of_case": case_id, "of_person": to_id, "names": list(names), "new_last_error": because}
    return query.run(connection, known)


@lru_cache(maxsize=8)
def _withdrawing(of_case: bool, of_person: bool, named: bool) -> Prepared:
    leaving = or_(*(letter.c.state == state for state in _LEAVING))
    query = update(letter).where(letter.c.program == bindparam("of_program"), leaving)
    if of_case:
        query = query.where(letter.c.case_id == bindparam("of_case"))
    if of_person:
        query = query.where(letter.c.to_id == bindparam("of_person"))
    if named:
        query = query.where(among_texts(letter.c.name, "names"))
    return Prepared(query.values(state=LetterState.CANCELLED.value, last_error=bindparam("new_last_error")))


def take_back(connection: Connection, program: str, keys: Sequence[str], message: int) -> None:
    """Cancel these letters where they have not left, and free their keys for the same step decided again."""
    waiting = update(letter).where(letter.c.program == program, letter.c.key.in_(list(keys)), letter.c.state.in_(_LEAVING))
    freed = letter.c.key + f"/undone {message}"
    connection.execute(waiting.values(state=LetterState.CANCELLED.value, last_error="taken back", key=freed))


def put_letter(
    connection: Connection, number: int, state: str, not_before: datetime | None, because: str, written: datetime | None
) -> None:
    """Hold, let go, put off or cancel a letter that has not left; `written` is its new day, where nobody has seen it."""
    changes: dict[str, object] = {"state": state, "last_error": because}
    if not_before is not None:
        changes["not_before"] = not_before
    if written is not None:
        changes["date"] = max(not_before or written, written)
    if state == LetterState.SENT.value:
        changes["sent_at"] = letter.c.not_before
    not_left = (*_LEAVING, LetterState.SENDING.value)
    connection.execute(update(letter).where(letter.c.id == number, letter.c.state.in_(not_left)).values(**changes))


def claim(connection: Connection, now: datetime, limit: int) -> tuple[Letter, ...]:
    """Take letters whose moment has come; they are marked as being handed over before the first byte leaves."""
    query = _DUE_UNLOCKED if connection.dialect.name == "postgresql" else _DUE
    found = tuple(rows.letter(row) for row in query.rows(connection, {"now": now, "most": limit}))
    if found:
        _CLAIMED.run(connection, {"ids": [item.id for item in found]})
    return found


def waiting_count(connection: Connection, now: datetime) -> int:
    """How many letters may leave now."""
    return int(_DUE_COUNT.value(connection, {"now": now}))


def settle(connection: Connection, values: Iterable[Mapping[str, Any]]) -> None:
    """Record what became of letters, in this order: each mapping has `id` and the columns to change."""
    for columns, alike in groupby(values, key=lambda value: tuple(sorted(value))):
        query = prepared_change(letter, ("id",), tuple(name for name in columns if name != "id"))
        for value in alike:
            query.run(connection, {"of_id" if name == "id" else f"new_{name}": value[name] for name in columns})


def recover(connection: Connection, program: str, *, ask: bool) -> tuple[Letter, ...]:
    """After a crash: letters whose fate is unknown are sent again as they were, or held for their owner."""
    stuck = letter.c.state == LetterState.SENDING.value
    found = tuple(rows.letter(row) for row in connection.execute(select(letter).where(letter.c.program == program, stuck)))
    if found:
        state = LetterState.HELD if ask else LetterState.WAITING
        connection.execute(update(letter).where(letter.c.program == program, stuck).values(state=state.value, perhaps_twice=True))
    return found


def in_question(connection: Connection, until: datetime) -> list[tuple[Letter, int | None]]:
    """Letters due by then that nobody has seen leave, each with the message that it was decided by, where it was one."""
    query = select(letter, decision.c.message_id.label("answered")).outerjoin(decision, decision.c.id == letter.c.decision_id)
    standing = letter.c.state.in_((LetterState.WAITING.value, LetterState.SENDING.value))
    found = connection.execute(query.where(standing, letter.c.not_before <= until).order_by(letter.c.not_before, letter.c.id))
    return [(rows.letter(tuple(row)[:-1]), row[-1]) for row in found]


def decided_after(connection: Connection, moment: datetime) -> tuple[Letter, ...]:
    """Letters that wait and were decided after a moment."""
    query = select(letter).join(decision, decision.c.id == letter.c.decision_id)
    query = query.where(decision.c.at > moment, letter.c.state == LetterState.WAITING.value)
    return tuple(rows.letter(row) for row in connection.execute(query))


def unsure(connection: Connection, person_ids: Sequence[int] | None = None) -> tuple[Letter, ...]:
    """Letters that may have left before the database was restored, to these people or to anybody, the newest first."""
    query = select(letter).where(letter.c.perhaps_twice.is_(True), letter.c.last_error == MAY_HAVE_LEFT)
    if person_ids is not None:
        query = query.where(letter.c.to_id.in_(list(person_ids)))
    query = query.where(letter.c.state.in_((LetterState.HELD.value, LetterState.SENT.value)))
    return tuple(rows.letter(row) for row in connection.execute(query.order_by(letter.c.id.desc())))


def count_as_sent(connection: Connection, item: Letter, why: str = "", **changes: object) -> None:
    """A letter of which it turns out that it left: when it was due."""
    settle(connection, [{"id": item.id, "state": LetterState.SENT.value, "sent_at": item.not_before, "last_error": why, **changes}])


def next_after(connection: Connection, after: datetime) -> datetime | None:
    """When the next letter is due after a moment."""
    query = select(func.min(letter.c.not_before)).where(letter.c.state == LetterState.WAITING.value, letter.c.not_before > after)
    return connection.execute(query).scalar()


def next_due(connection: Connection) -> datetime | None:
    found: datetime | None = _NEXT_DUE.value(connection, {})
    return found


def listed(connection: Connection, *, states: Sequence[str] = (), limit: int = 500, program: str = "") -> tuple[Letter, ...]:
    """Letters for people to look at, the newest first."""
    query = select(letter).order_by(letter.c.not_before.desc(), letter.c.id.desc()).limit(limit)
    if states:
        query = query.where(letter.c.state.in_(list(states)))
    if program:
        query = query.where(letter.c.program == program)
    return tuple(rows.letter(row) for row in connection.execute(query))


def held(connection: Connection) -> tuple[Letter, ...]:
    """Every letter that waits for a human, the oldest first."""
    return tuple(rows.letter(row) for row in _HELD.rows(connection, {}))


def by_id(connection: Connection, number: int) -> Letter | None:
    row = _BY_ID.first(connection, {"id": number})
    return rows.letter(row) if row is not None else None


def by_keys(connection: Connection, program: str, keys: Sequence[str]) -> tuple[Letter, ...]:
    """The letters with these natural keys, whomever they are to."""
    query = select(letter).where(letter.c.program == program, letter.c.key.in_(keys)).order_by(letter.c.id)
    return tuple(rows.letter(row) for row in connection.execute(query))


def by_message_id(connection: Connection, message_ids: Sequence[str]) -> Letter | None:
    """The newest of the letters with one of these Message-IDs."""
    if not message_ids:
        return None
    row = _BY_MESSAGE_ID.first(connection, {"ids": list(message_ids)})
    return rows.letter(row) if row is not None else None


def set_state(
    connection: Connection, number: int, state: LetterState, *, only_from: Sequence[LetterState], **changes: object
) -> bool:
    """Move one letter by hand; False where it stands somewhere else by now."""
    query = update(letter).where(letter.c.id == number, letter.c.state.in_([item.value for item in only_from]))
    return connection.execute(query.values(state=state.value, **changes)).rowcount == 1


def due_counts(connection: Connection, by: datetime) -> dict[str, int]:
    """How many letters of each program wait to leave by a moment."""
    due = (letter.c.state == LetterState.WAITING.value) & (letter.c.not_before <= by)
    found = connection.execute(select(letter.c.program, func.count()).where(due).group_by(letter.c.program))
    return {row[0]: row[1] for row in found}


def counts(connection: Connection) -> dict[str, int]:
    found = connection.execute(select(letter.c.state, func.count()).group_by(letter.c.state))
    return {row[0]: row[1] for row in found}
