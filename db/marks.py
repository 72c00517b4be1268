"""The sample mark: a database with invented people never meets real servers (CONTRACT.md section 9)."""

from __future__ import annotations

from sqlalchemy import Connection

from db.evidence import get_fact, set_fact

_SAMPLE = "sample"


def mark_sample(connection: Connection) -> None:
    """Say that this database holds the sample program."""
    set_fact(connection, _SAMPLE, "yes")


def is_sample(connection: Connection) -> bool:
    return get_fact(connection, _SAMPLE) is not None
