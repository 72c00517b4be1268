"""Letters of many people at once: read by what may change of a letter, and those that are known already not read again.

What a letter says is most of its row and never changes once it is written; a decision looks at some dozens, and knows nearly all of
them from the decision before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Text, select, type_coerce

from db import rows
from db.among import among
from db.prepared import Prepared
from db.records import Letter
from db.tables import letter

_MOST_KEPT = 32_768  # letters that stay in memory, some fifty megabytes; then the older half is forgotten
# The id and everything that a statement of this package changes in a letter that is there (a key changes with its state only);
# `sha256` stands for its words.
CHANGING = ("sha256", "state", "date", "not_before", "tries", "sent_at", "bounced_at", "perhaps_twice", "last_error")
_STANDS = tuple(letter.c[name] for name in ("id", *CHANGING))
_WHOLE = Prepared(
    select(*(type_coerce(column, Text) if column.name == "facts" else column for column in letter.c)).where(
        among(letter.c.id, "ids")
    )
)
_KEPT: WeakKeyDictionary[object, dict[tuple[Any, ...], Letter]] = WeakKeyDictionary()


def letters_where(*conditions: ColumnElement[bool]) -> Prepared:
    """A statement for `read`: the letters for which these hold, by id."""
    return Prepared(select(*_STANDS).where(*conditions).order_by(letter.c.id))


def read(connection: Connection, found_by: Prepared, values: Mapping[str, Any]) -> tuple[Letter, ...]:
    """The letters that a statement of `letters_where` finds; nobody may change them."""
    kept = _KEPT.setdefault(connection.engine, {})
    if len(kept) > _MOST_KEPT:
        for row in list(kept)[: _MOST_KEPT // 2]:
            del kept[row]
    found = found_by.raw(connection, values)
    lacking = {row[0]: row for row in found if row not in kept}
    if lacking:
        for row in _WHOLE.rows(connection, {"ids": lacking}):
            kept[lacking[row[0]]] = rows.letter_of_many(row)
    return tuple(kept[row] for row in found)
