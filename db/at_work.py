"""Which of several services on one PostgreSQL database works: the one whose session holds a lock of the server's own.

The others wait. A service that dies, or loses its session, loses the lock with it, and one that waits has it within seconds;
within half a minute where a machine was lost without a word. It begins only when no transaction of the one before is left.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from db.engine import Store

# Any numbers, as long as nothing else in the same PostgreSQL database locks the same ones.
_LOCK = int.from_bytes(b"atwork")
_DOOR = int.from_bytes(b"atdoor")
_ASK = text("SELECT CASE WHEN pg_try_advisory_lock(:lock) THEN pg_backend_pid() END")
# Who works holds the door open while it writes; who comes has it to itself once, so nobody who looked before still writes.
_PASS = text("SELECT pg_advisory_xact_lock_shared(:door)")
_ENTER = text("SELECT pg_try_advisory_xact_lock(:door)")
_GRANTED = (
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid::bigint << 32 | objid::bigint = :lock"
)
_TAKEN = text(f"{_GRANTED})")
_HELD = text(f"{_GRANTED} AND pid = :session)")


class Displaced(Exception):
    """This service no longer holds the lock: another one may be at work."""

    def __init__(self) -> None:
        super().__init__(
            "this service has lost its session with the database, and another may be at work — "
            "nothing is lost: start it again, and it waits until it is needed"
        )


@dataclass(frozen=True, slots=True)
class Place:
    """The right to work, for as long as its session lives."""

    _session: Connection
    _number: int

    def holds(self, connection: Connection) -> None:
        """Ask inside a transaction whether the lock is still ours, and keep it from passing on until the end. Raises Displaced."""
        connection.execute(_PASS, {"door": _DOOR})
        if not connection.execute(_HELD, {"session": self._number, "lock": _LOCK}).scalar_one():
            raise Displaced

    def give_up(self) -> None:
        self._session.close()


def is_taken(store: Store) -> bool:
    """Whether a service works on this PostgreSQL database now. Takes nothing, so nobody who is starting is in its way."""
    with store.reading() as connection:
        return bool(connection.execute(_TAKEN, {"lock": _LOCK}).scalar_one())


def take_place(store: Store) -> Place | None:
    """Take the right to work on a PostgreSQL database: from now on every transaction of `store` makes sure of it.

    None while another service has it, or has lost it and not yet ended its last transaction.
    """
    session = store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    session.detach()  # closing it ends the session, and with it the lock
    number = session.execute(_ASK, {"lock": _LOCK}).scalar_one()
    if number is None or not session.execute(_ENTER, {"door": _DOOR}).scalar_one():
        session.close()
        return None
    place = Place(session, number)
    store.guard = place.holds
    return place
