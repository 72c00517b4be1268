"""The journal of messages: raw bytes first, everything else later; nothing is deleted by a failure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, exists, func, select, update

from db import rows
from db.among import among
from db.prepared import Prepared
from db.records import JournalledMessage, MessageState
from db.tables import message
from db.upsert import change, insert_new

_SAME = Prepared(
    select(message.c.id).where(
        message.c.program == bindparam("program"),
        message.c.uidvalidity == bindparam("uidvalidity"),
        message.c.uid == bindparam("uid"),
    )
)
_TWIN = Prepared(
    select(message.c.id, message.c.not_kept).where(
        message.c.program == bindparam("program"), message.c.fingerprint == bindparam("fingerprint")
    )
)
_WAITING = Prepared(
    select(message)
    .where(message.c.state == MessageState.NEW.value)
    .order_by(message.c.received_at, message.c.id)
    .limit(bindparam("most"))
)
_WAITING_UNTIL = Prepared(
    select(message)
    .where(message.c.state == MessageState.NEW.value, message.c.received_at <= bindparam("until"))
    .order_by(message.c.received_at, message.c.id)
    .limit(bindparam("most"))
)
_BY_ID = Prepared(select(message).where(message.c.id == bindparam("id")))
_twin = message.alias("twin")
_SAME_AS_PARKED = (message.c.means == "duplicate") & exists().where(  # it lies in the mailbox beside the one that waits there
    _twin.c.program == message.c.program,
    _twin.c.fingerprint == message.c.fingerprint,
    _twin.c.state == MessageState.PARKED.value,
)
_UNFILED = Prepared(
    select(
        message.c.id,
        message.c.uidvalidity,
        message.c.uid,
        case((message.c.not_kept.is_(True), "not_kept"), (_SAME_AS_PARKED, MessageState.PARKED.value), else_=message.c.state),
    )
    .where(message.c.program == bindparam("program"), message.c.filed.is_(False), message.c.state != MessageState.NEW.value)
    .order_by(message.c.id)
    .limit(bindparam("most"))
)
_FILED = Prepared(update(message).where(among(message.c.id, "ids")).values(filed=True))


def keep(
    connection: Connection, program: str, uidvalidity: int, uid: int, fingerprint: str, received_at: datetime, raw: bytes
) -> tuple[int, bool]:
    """Journal one message; (id, True) if it is new, (id, False) if the same one is here already (I7)."""
    same = {"program": program, "uidvalidity": uidvalidity, "uid": uid}
    known = _SAME.value(connection, same)
    if known is not None:
        return int(known), False
    twin, gone = _TWIN.first(connection, {"program": program, "fingerprint": fingerprint}) or (None, False)
    state = MessageState.NEW if twin is None else MessageState.DONE
    values = {
        "program": program,
        "uidvalidity": uidvalidity,
        "uid": uid,
        "fingerprint": fingerprint,
        "received_at": received_at,
        "raw": b"" if gone else raw,
        "not_kept": gone,  # nor does it come back by another route
        "state": state.value,
        "means": "" if twin is None else "duplicate",
        "because": "" if twin is None else f"the same message as {twin}",
    }
    number = insert_new(connection, message, values, key=("program", "uidvalidity", "uid"))
    if number is None:  # another process journalled it a moment ago
        return int(_SAME.value(connection, same)), False
    return number, twin is None


def waiting(connection: Connection, limit: int = 100, until: datetime | None = None) -> tuple[JournalledMessage, ...]:
    """Messages not answered yet, in the order in which they came; `until`: only those that came up to then."""
    query, values = (_WAITING, {}) if until is None else (_WAITING_UNTIL, {"until": until})
    return tuple(rows.message(row) for row in query.rows(connection, {"most": limit, **values}))


def newest(connection: Connection) -> int:
    """The number of the message journalled last; 0 where none ever was."""
    return connection.execute(select(func.max(message.c.id))).scalar() or 0


def arrived_after(connection: Connection, number: int) -> list[tuple[int, str, datetime]]:
    """(id, program, moment of arrival) of what was journalled behind a message, but for what had been known before."""
    query = select(message.c.id, message.c.program, message.c.received_at).where(message.c.id > number)
    return [(row[0], row[1], row[2]) for row in connection.execute(query.where(message.c.means != "duplicate"))]


def next_arrival(connection: Connection, after: datetime) -> datetime | None:
    """When the next message came that is not answered yet."""
    query = select(func.min(message.c.received_at)).where(message.c.state == MessageState.NEW.value, message.c.received_at > after)
    return connection.execute(query).scalar()


def by_id(connection: Connection, number: int) -> JournalledMessage | None:
    row = _BY_ID.first(connection, {"id": number})
    return rows.message(row) if row is not None else None


def decided(connection: Connection, number: int, state: MessageState, **changes: object) -> None:
    change(connection, message, {"id": number}, {"state": state.value, **changes})


def forget_bytes(connection: Connection, number: int) -> None:
    """Erase what a message said; that it came, and what was decided, stays (CONTRACT.md section 9, Not kept)."""
    fingerprint = select(message.c.fingerprint).where(message.c.id == number).scalar_subquery()
    program = select(message.c.program).where(message.c.id == number).scalar_subquery()
    twins = update(message).where(message.c.program == program, message.c.fingerprint == fingerprint)
    connection.execute(twins.values(raw=b"", considered=[], not_kept=True, filed=False))


def count_try(connection: Connection, number: int) -> None:
    """A message about to be thought about; one that kills its thinker three times is parked (F22)."""
    connection.execute(update(message).where(message.c.id == number).values(tries=message.c.tries + 1))


def answer_again(connection: Connection, number: int) -> None:
    """Let an earlier message be decided again, its sender now confirmed."""
    kept = update(message).where(message.c.id == number, message.c.not_kept.is_not(True))  # of another, nothing is left to decide
    connection.execute(kept.values(state=MessageState.NEW.value, confirmed=True, tries=0, filed=False))


def unfiled(connection: Connection, program: str, limit: int = 200) -> list[tuple[int, int, int, str]]:
    """(id, uidvalidity, uid, state) of messages decided but not yet filed on the server; state "not_kept" where it must go."""
    found = _UNFILED.rows(connection, {"program": program, "most": limit})
    return [(row[0], row[1], row[2], row[3]) for row in found]


def set_filed(connection: Connection, ids: Sequence[int]) -> None:
    _FILED.run(connection, {"ids": ids})


def parked(connection: Connection, state: MessageState = MessageState.PARKED) -> tuple[JournalledMessage, ...]:
    return tuple(
        rows.message(row)
        for row in connection.execute(select(message).where(message.c.state == state.value).order_by(message.c.id))
    )


def counts(connection: Connection) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(select(message.c.state, func.count()).group_by(message.c.state))}


def described(connection: Connection, number: int) -> dict[str, Any] | None:
    """Everything kept about a message but its bytes."""
    columns = [column for column in message.c if column.name != "raw"]
    row = connection.execute(select(*columns).where(message.c.id == number)).first()
    return dict(row._mapping) if row is not None else None


def of_person(connection: Connection, person_id: int) -> list[dict[str, Any]]:
    columns = [column for column in message.c if column.name != "raw"]
    query = select(*columns).where(message.c.person_id == person_id).order_by(message.c.received_at)
    return [dict(row._mapping) for row in connection.execute(query)]
