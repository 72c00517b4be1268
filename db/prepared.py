"""A statement made once, compiled once for each kind of database, and run on the driver's own cursor.

For a service that takes a decision at a time, most of the time of a small statement goes into SQLAlchemy's building and
executing it, not into the database: run this way it costs a sixth. Transactions stay with SQLAlchemy's connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

_Change = Callable[[Any], Any] | None
_Record = TypeVar("_Record")
_NEEDED = object()  # no value stands for a parameter that is not given
_MOST_KEPT = 4096  # records of one statement that stay in memory
TOLD: list[Callable[[str, Any], None]] = []  # who looks on is told of each statement and its parameters; nobody, in service


class Prepared:
    """A statement whose text never varies: its parameters are single values, many ids travel as one (db.among).

    `columns` names what an insert is given; the table's own defaults fill the rest. One value stands for one kind of database.
    """

    __slots__ = ("_columns", "_made", "_statement")

    def __init__(self, statement: Executable, columns: Sequence[str] = ()) -> None:
        self._statement: Any = statement
        self._columns = list(columns) or None
        self._made: dict[str, _Made] = {}

    def raw(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Every row the statement gives, as the driver hands it out: good for telling whether it is the same as before."""
        return self._for(connection).fetched(connection, values)

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Every row the statement gives."""
        made = self._for(connection)
        return [made.read(row) for row in made.fetched(connection, values)]

    def records(self, connection: Connection, values: Mapping[str, Any], make: Callable[[Any], _Record]) -> list[_Record]:
        """Every row as the record that `make` makes of it, always the same function for one statement.

        Most rows of a person's world are those of the decision before: a row that is the same to the letter gives the same
        record, which nobody may change. What is kept for that is bounded, and forgotten all at once.
        """
        made = self._for(connection)
        found = made.fetched(connection, values)
        if not made.keeps:
            return [make(made.read(row)) for row in found]
        kept = made.kept
        if len(kept) > _MOST_KEPT:
            kept.clear()
        records = []
        for row in found:
            record = kept.get(row)
            if record is None:
                record = kept[row] = make(made.read(row))
            records.append(record)
        return records

    def first(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        found = self.rows(connection, values)
        return found[0] if found else None

    def value(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The first cell of the first row, None where there is no row."""
        found = self.rows(connection, values)
        return found[0][0] if found else None

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Run a statement that gives no rows; how many it changed."""
        cursor = self._for(connection).run(connection, values)
        count = int(cursor.rowcount)
        cursor.close()
        return count

    def _for(self, connection: Connection) -> _Made:
        name = connection.dialect.name
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = _Made(self._statement, self._columns, connection.dialect)
        return made


class _Made:
    """A statement in the words of one kind of database."""

    __slots__ = ("_binders", "_changes", "_positional", "_text", "keeps", "kept")

    def __init__(self, statement: Any, columns: list[str] | None, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        self._text: str = compiled.string
        if "POSTCOMPILE" in self._text:
            raise ValueError(f"an IN list has no text of its own, write db.among: {self._text}")
        # Values that stand in the statement itself (and each of an IN list) are its own; the others are given.
        given = {name for name, bind in compiled.binds.items() if bind.required}
        defaults = {column.name: column.default for column in getattr(compiled, "insert_prefetch", ())}
        self._positional = bool(compiled.positional)
        self._binders: list[tuple[str, _Change, Any]] = []  # name, how its value is written, what it is where none is given
        for name in compiled.positiontup if compiled.positional else compiled.params:
            bind = compiled.binds.get(name)
            change = None if bind is None else bind.type.dialect_impl(dialect).bind_processor(dialect)
            if name in defaults:
                default = defaults[name]
                self._binders.append((name, change, default.arg if default.is_scalar else default.arg(None)))
            elif name in given or (columns is not None and name in columns):
                self._binders.append((name, change, _NEEDED))
            else:
                value = compiled.params[name]
                self._binders.append((name, None, change(value) if change is not None else value))
        kinds: list[TypeEngine[Any]] = [column.type for column in getattr(statement, "exported_columns", ())]
        readers = [kind.dialect_impl(dialect).result_processor(dialect, None) for kind in kinds]
        self._changes = [(at, change) for at, change in enumerate(readers) if change is not None]
        self.keeps = dialect.name == "sqlite"  # its rows are texts and numbers; PostgreSQL's hold what cannot be looked up by
        self.kept: dict[tuple[Any, ...], Any] = {}

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """A row of the driver, its cells as the columns' types read them."""
        if not self._changes:
            return tuple(row)
        cells = list(row)
        for at, change in self._changes:
            cells[at] = change(cells[at])
        return tuple(cells)

    def fetched(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Every row the statement gives, as the driver gives it."""
        cursor = self.run(connection, values)
        try:
            found: list[Any] = cursor.fetchall()
            return found
        finally:
            cursor.close()

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The driver's cursor after the statement has run on it."""
        found = [
            (values[name] if default is _NEEDED else values.get(name, default))
            if change is None
            else change(values[name] if default is _NEEDED else values.get(name, default))
            for name, change, default in self._binders
        ]
        parameters = found if self._positional else {name: value for (name, _, _), value in zip(self._binders, found, strict=True)}
        if not connection.in_transaction():
            connection.begin()
        cursor = connection.connection.cursor()
        for tell in TOLD:
            tell(self._text, parameters)
        try:
            cursor.execute(self._text, parameters)
        except connection.dialect.loaded_dbapi.Error as error:
            cursor.close()
            # As SQLAlchemy would say it, without the values: they are people's words.
            raise DBAPIError.instance(
                self._text, None, error, connection.dialect.loaded_dbapi.Error, hide_parameters=True, dialect=connection.dialect
            ) from error
        return cursor
