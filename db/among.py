"""`among(column, "name")`: whether a column is one of many values, as one statement whose text never varies with their number.

An ordinary IN list has a place for each value: every length is a statement of its own to compile and to prepare, and some
thousands of values are more than SQLite (32,766) or PostgreSQL (65,535) take. Here all values travel as one parameter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Numbers(TypeDecorator[Iterable[int]]):
    """Many ids as one parameter: bigint[] on PostgreSQL, a JSON array elsewhere."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(BigInteger()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Iterable[int] | None, dialect: Dialect) -> Any:
        numbers = sorted(value or ())  # a list of ints is written in Python as it is in JSON
        return numbers if dialect.name == "postgresql" else str(numbers)


class _Texts(TypeDecorator[Iterable[str]]):
    """Many texts as one parameter: text[] on PostgreSQL, a JSON array elsewhere."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(Text()) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> Any:
        texts = sorted(value or ())
        return texts if dialect.name == "postgresql" else json.dumps(texts)


class _Among(FunctionElement[bool]):
    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """As it is: the usual `… = 1` for databases without booleans would hide the column from its indexes."""
        return self


@compiles(_Among)
def _in_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **options)} IN (SELECT value FROM json_each({compiler.process(values, **options)}))"


@compiles(_Among, "postgresql")
def _any_of_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **options)} = ANY ({compiler.process(values, **options)})"


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """`column` is one of the ids given as parameter `name` when the statement is executed."""
    return _Among(column, bindparam(name, type_=_Numbers()))


def among_texts(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """`column` is one of the texts given as parameter `name` when the statement is executed."""
    return _Among(column, bindparam(name, type_=_Texts()))
