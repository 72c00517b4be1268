"""Marks of a whole database: that it holds the sample program, or that it is a copy and of which moment."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, text

from db.evidence import get_fact, set_fact
from db.tables import fact

_SAMPLE = "sample"
COPY = "copy"
_PAST = "restored"
# Where this database lies: a dump that is read in elsewhere, or again, has other numbers.
_PLACE = text(
    "SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || d.oid || '/' || CAST(CAST('fact' AS regclass) AS oid) "
    "FROM pg_database d WHERE d.datname = current_database()"
)


def mark_sample(connection: Connection) -> None:
    """Say that this database holds the sample program: invented people never meet real servers (CONTRACT.md section 9)."""
    set_fact(connection, _SAMPLE, "yes")


def is_sample(connection: Connection) -> bool:
    return get_fact(connection, _SAMPLE) is not None


def copy_mark(moment: datetime, place: str = "") -> str:
    """What a copy of that moment says of itself; `place` is where the original lies, which says the same for a while."""
    return f"{moment.isoformat()} {place}"


def mark_copy(connection: Connection, moment: datetime, place: str = "") -> None:
    set_fact(connection, COPY, copy_mark(moment, place))


def unmark_copy(connection: Connection) -> None:
    connection.execute(delete(fact).where(fact.c.name == COPY))


def place_of(connection: Connection) -> str:
    """Where a PostgreSQL database lies; "" for SQLite, whose copies alone are marked."""
    return str(connection.execute(_PLACE).scalar_one()) if connection.dialect.name == "postgresql" else ""


def copied_at(connection: Connection) -> datetime | None:
    """The moment of which this database is a copy; None in an original, and in a copy whose lost time has been lived again."""
    moment, _, place = (get_fact(connection, COPY) or "").partition(" ")
    if not moment or (place and place == place_of(connection)):
        return None
    return datetime.fromisoformat(moment)


@dataclass(frozen=True, slots=True)
class Past:
    """The time a restored copy does not remember, from `copied_at` to `began_at`, and how far it has been lived again (UTC)."""

    copied_at: datetime
    began_at: datetime
    lived_until: datetime
    last_message: int  # the newest message of the copy
    ended: bool = False


def past_of(connection: Connection) -> Past | None:
    """The lost time of a database that was restored once; None where it never was."""
    said = get_fact(connection, _PAST)
    if said is None:
        return None
    known = json.loads(said)
    copied, began, lived = (datetime.fromisoformat(known[name]) for name in ("copied_at", "began_at", "lived_until"))
    return Past(copied, began, lived, int(known["last_message"]), bool(known["ended"]))


def set_past(connection: Connection, past: Past) -> None:
    set_fact(connection, _PAST, json.dumps(asdict(past), default=datetime.isoformat))
