"""The conversation log: rows without a word of what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, select, update

from db import rows
from db.among import among
from db.records import Conversation
from db.tables import conversation

_OF = select(conversation).where(among(conversation.c.person_id, "ids")).order_by(conversation.c.person_id, conversation.c.number)


def add_row(connection: Connection, program: str, row: Mapping[str, object]) -> None:
    """A new row; one that took the same number a moment ago makes the whole decision be made again."""
    connection.execute(insert(conversation).values(program=program, **row))


def change_row(connection: Connection, program: str, row: Mapping[str, object]) -> None:
    """Correct or strike a row, named by its person and number."""
    same = (conversation.c.person_id == row["person_id"]) & (conversation.c.number == row["number"])
    connection.execute(update(conversation).where(same).values(**row))


def log_of(connection: Connection, person_ids: Sequence[int]) -> tuple[Conversation, ...]:
    """Every row of these people, struck ones too, by number."""
    return tuple(rows.conversation(row) for row in connection.execute(_OF, {"ids": person_ids}).all())
