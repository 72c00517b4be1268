"""What every table is made of: moments as aware instants, ids, and the names of constraints."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Integer, MetaData, String
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine


class Moment(TypeDecorator[datetime]):
    """An aware instant: timestamptz on PostgreSQL, sortable ISO text in UTC elsewhere."""

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else _kept_as(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else _instant(value)


@lru_cache(maxsize=1024)
def _kept_as(value: datetime) -> str:
    """A moment of UTC as it is kept; a decision writes the same one many times.

    Only UTC: in a zone with two hours of one name, both of them are equal and would be kept as the first.
    """
    return value.isoformat(timespec="microseconds")


@lru_cache(maxsize=16_384)
def _instant(text: str) -> datetime:
    """A kept moment; letters of a month share a few hundred, and reading one costs more than fetching its row."""
    return datetime.fromisoformat(text).astimezone(UTC)


Id = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key_column() -> Column[Any]:
    return Column("id", Id, primary_key=True, autoincrement=True)
