"""A database copied into memory, so that its future can be lived without touching it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import insert, select, update

from db.engine import Store, open_store
from db.records import LetterState, MessageState
from db.tables import case, letter, message, metadata, note

_ROWS = 1000  # read and written at one go


def copy_to_memory(store: Store) -> Store:
    """A private copy in SQLite's memory, as of one moment. The caller closes it; nothing done to it reaches the original."""
    twin = open_store("sqlite://")
    try:
        if store.engine.dialect.name == "sqlite":
            _backup(store, twin)
        else:
            _row_by_row(store, twin)
    except BaseException:
        twin.close()
        raise
    return twin


def keep_only(twin: Store, programs: Collection[str]) -> None:
    """In a copy: nothing of other programs is due any more. Who lives the copy's future has no rules for them."""
    known = list(programs)
    with twin.transaction() as connection:
        connection.execute(update(case).where(case.c.program.not_in(known)).values(due_at=None))
        connection.execute(update(note).where(note.c.program.not_in(known)).values(told_at=note.c.at))
        waiting = letter.c.state.in_((LetterState.WAITING.value, LetterState.HELD.value, LetterState.SENDING.value))
        connection.execute(update(letter).where(letter.c.program.not_in(known), waiting).values(state=LetterState.CANCELLED.value))
        connection.execute(
            update(message)
            .where(message.c.program.not_in(known), message.c.state == MessageState.NEW.value)
            .values(state=MessageState.DROPPED.value)
        )


def _backup(store: Store, twin: Store) -> None:
    """SQLite's own online backup: consistent, and other processes may go on writing meanwhile."""
    source, target = store.engine.raw_connection(), twin.engine.raw_connection()
    try:
        assert source.driver_connection is not None
        source.driver_connection.backup(target.driver_connection)
    finally:
        source.close()
        target.close()


def _row_by_row(store: Store, twin: Store) -> None:
    """Every table of ours, read in one transaction that sees one moment only."""
    metadata.create_all(twin.engine)
    with store.engine.connect().execution_options(isolation_level="REPEATABLE READ") as source, twin.transaction() as target:
        # Rows of one table point to each other (a mentor to a coordinator of a later row): checked once all are there.
        target.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for table in metadata.sorted_tables:
            found = source.execute(select(table).execution_options(stream_results=True))
            for rows in found.partitions(_ROWS):
                target.execute(insert(table), [dict(row._mapping) for row in rows])
