"""What a database complains about, as a sentence for the person at the terminal; anything else is a bug and no matter of words."""

from __future__ import annotations

from sqlalchemy.exc import DatabaseError, OperationalError


def in_words(error: Exception) -> str | None:
    """What is wrong with the database and what to do, or None where the error is not the database's. Shows no URL and no values."""
    from db.at_work import Displaced
    from db.schema import SchemaRefused

    if isinstance(error, SchemaRefused | Displaced):
        return str(error)
    if isinstance(error, OperationalError):
        advice = "see that it runs, that `database` in the settings names it, and that this user may write to it"
        return f"the database cannot be used: {_first_line(error)} — {advice}"
    if isinstance(error, DatabaseError) and "not a database" in str(error.orig):
        return f"the database cannot be used: {_first_line(error)} — restore it from the backup, or name another in the settings"
    return None


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).strip().split("\n")[0]
