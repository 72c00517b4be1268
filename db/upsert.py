"""Statements that write, each made once: a row with a natural key that may be there already, a row that changes by its key.

Building and compiling a statement takes five times as long as executing it: what is written for each letter is made once here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, Update, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from db.numbers import as_recorded
from db.prepared import Prepared


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any], key: Sequence[str]) -> int | None:
    """Insert a row; its id, or None where a row with this natural key is there already (it stays as it is)."""
    values = as_recorded(connection, table.name, values)
    found: int | None = _giving_way(connection.dialect.name, table, tuple(key), tuple(values)).value(connection, values)
    return found


def insert_or_change(
    connection: Connection, table: Table, values: Mapping[str, Any], key: Sequence[str], changes: Mapping[str, Any]
) -> None:
    """Insert a row, or make `changes` (also computed ones) to the one with this natural key; built anew each time."""
    query = _insert(connection.dialect.name, table).values(**as_recorded(connection, table.name, values))
    connection.execute(query.on_conflict_do_update(index_elements=list(key), set_=dict(changes)))


def insert_or_replace(
    connection: Connection, table: Table, values: Mapping[str, Any], key: Sequence[str], columns: Sequence[str]
) -> None:
    """Insert a row, or give `columns` of the one with this natural key their values in the new row."""
    _replacing(connection.dialect.name, table, tuple(key), tuple(columns), tuple(values)).run(connection, values)


def change(connection: Connection, table: Table, where: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    """Give the rows with these natural keys these values; gives how many there were."""
    query = prepared_change(table, tuple(where), tuple(values))
    found = {f"of_{name}": value for name, value in where.items()} | {f"new_{name}": value for name, value in values.items()}
    return query.run(connection, found)


@lru_cache(maxsize=256)
def prepared_change(table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> Prepared:
    """`changing`, ready to run."""
    return Prepared(changing(table, key, columns))


def changing(table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> Update:
    """An update by natural key: parameters of_KEY for each column of the key, new_COLUMN for each that changes."""
    query = update(table).values({name: bindparam(f"new_{name}") for name in columns})
    return query.where(*(table.c[name] == bindparam(f"of_{name}") for name in key))


@lru_cache(maxsize=256)
def _giving_way(dialect: str, table: Table, key: tuple[str, ...], given: tuple[str, ...]) -> Prepared:
    return Prepared(_insert(dialect, table).on_conflict_do_nothing(index_elements=list(key)).returning(table.c.id), given)


@lru_cache(maxsize=256)
def _replacing(dialect: str, table: Table, key: tuple[str, ...], changes: tuple[str, ...], given: tuple[str, ...]) -> Prepared:
    query = _insert(dialect, table)
    news = {name: query.excluded[name] for name in changes}
    return Prepared(query.on_conflict_do_update(index_elements=list(key), set_=news), given)


def _insert(dialect: str, table: Table) -> Any:
    """The two dialects say it in the same words."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
