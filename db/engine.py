"""Opening the database: SQLite in its safe mode or PostgreSQL, and one transaction at a time for each caller."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from db.private import make_private


def _wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Other SQLites have a bug that can corrupt a WAL database shared by two connections (WAL reset race)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


_WAL_IS_SAFE = _wal_is_safe(sqlite3.sqlite_version_info[:3])
# One decoder for every row of SQLite: json.loads looks for options that nobody gives, at half of the cost of a small value.
_from_json = json.JSONDecoder().decode
# A session that fell silent (its machine was lost) keeps no lock: PostgreSQL asks after ten seconds, and three times more.
_ASKED_AFTER = ("tcp_keepalives_idle = 10", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3")
_READ_ONLY = "mentorpost_reads_only"
_STIRRED = "mentorpost_stirred"


@dataclass(slots=True)
class Store:
    """The database. `transaction()` gives a connection inside one transaction; leaving it commits, an error rolls back."""

    engine: Engine
    transactions: int = field(default=0)
    guard: Callable[[Connection], None] | None = field(default=None)  # asked first in every transaction
    _kept: dict[bool, Connection] = field(default_factory=dict, repr=False)  # SQLite in memory: one to read with, one to write

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        self.transactions += 1
        kept = self._open(reads=False)
        if kept is None:
            with self.engine.begin() as connection:
                if self.guard is not None:
                    self.guard(connection)
                yield connection
            return
        with kept.begin():
            yield kept

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with: what it sees is of one moment, what is written through it is lost."""
        kept = self._open(reads=True)
        if kept is None:
            with self._reader() as connection:
                yield connection
            return
        try:
            yield kept
        finally:
            kept.rollback()

    def _reader(self) -> Connection:
        options: dict[str, Any] = {_READ_ONLY: True}
        if self.engine.dialect.name == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"
        return self.engine.connect().execution_options(**options)

    def _open(self, *, reads: bool) -> Connection | None:
        """Where there is one connection for all, what stands before it is kept: making it anew costs more than most reads.

        None for every other database, and while the one that is kept is in use.
        """
        if not isinstance(self.engine.pool, StaticPool):
            return None
        kept = self._kept.get(reads)
        if kept is None or kept.closed:
            kept = self._kept[reads] = self._reader() if reads else self.engine.connect()
        return None if kept.in_transaction() else kept

    def close(self) -> None:
        for connection in self._kept.values():
            connection.close()
        self._kept.clear()
        self.engine.dispose()

    def stirred(self, connection: Connection, ladder: str) -> int | None:
        """How often people or pairs changed or a walk of this ladder ended: what decides whether somebody lacks one.

        None where others may write beside us and nobody counts that.
        """
        if not isinstance(self.engine.pool, StaticPool):
            return None
        counts: Mapping[str, int] = connection.info.get(_STIRRED, {})
        return counts.get("", 0) + counts.get(ladder, 0)


def stir(connection: Connection, ladder: str = "") -> None:
    """People or pairs have changed, or a walk of this ladder has ended: somebody may lack a walk now."""
    counts: dict[str, int] = connection.info.setdefault(_STIRRED, {})
    counts[ladder] = counts.get(ladder, 0) + 1


def _on_a_server(url: str) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _ask_the_silent(connection: Any, _record: Any) -> None:
        for setting in _ASKED_AFTER:
            connection.execute(f"SET {setting}")
        connection.commit()

    return engine


def open_store(url: str) -> Store:
    """Open a database by SQLAlchemy URL: "sqlite:///var/mentorpost.db", "sqlite://" (memory), "postgresql+psycopg://…"."""
    if not url.startswith("sqlite"):
        return Store(_on_a_server(url))
    memory = url in ("sqlite://", "sqlite:///:memory:")
    options: dict[str, Any] = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}} if memory else {}
    if not memory:
        options = {"connect_args": {"timeout": 30}}
    engine = create_engine(url, json_deserializer=_from_json, hide_parameters=True, **options)

    @event.listens_for(engine, "do_connect")
    def _first_for_us_alone(_dialect: Any, _record: Any, words: list[Any], _options: dict[str, Any]) -> None:
        if not memory:
            make_private(Path(words[0]))

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        # The driver must not begin transactions by itself: its deferred mode loses updates silently.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        if memory:
            return
        for pragma in (f"journal_mode = {'WAL' if _WAL_IS_SAFE else 'TRUNCATE'}", "synchronous = FULL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Who only reads must not wait for a writer, nor make one wait.
        # On the driver's own connection: a turn opens a dozen, and SQLAlchemy's way costs more than what is read in one.
        driver: Any = connection.connection.dbapi_connection
        try:
            driver.execute("BEGIN" if connection.get_execution_options().get(_READ_ONLY) else "BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise DBAPIError.instance("BEGIN", None, error, sqlite3.Error, hide_parameters=True, dialect=engine.dialect) from error

    return Store(engine)
