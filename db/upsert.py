"""Inserts that give way: what another process has written a moment ago is no error where a natural key is unique."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any], key: Sequence[str]) -> int | None:
    """Insert a row; its id, or None where a row with this natural key is there already (it stays as it is)."""
    query = _insert(connection, table).values(**values).on_conflict_do_nothing(index_elements=list(key)).returning(table.c.id)
    return connection.execute(query).scalar()


def insert_or_change(
    connection: Connection, table: Table, values: Mapping[str, Any], key: Sequence[str], changes: Mapping[str, Any]
) -> None:
    """Insert a row, or make `changes` to the one with this natural key."""
    query = _insert(connection, table).values(**values)
    connection.execute(query.on_conflict_do_update(index_elements=list(key), set_=dict(changes)))


def _insert(connection: Connection, table: Table) -> Any:
    """The two dialects say it in the same words."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
