"""Words behind a command that tell only when or how: they change nothing of it."""

from __future__ import annotations

import re

from mailer.wire.commands.phrases import Token
from mailer.wire.dates.words import MONTHS
from mailer.wire.words import listed

SEPARATED = frozenset(".!;:,–—-")  # ends a clause
_WHEN = listed(
    """yesterday today tonight finally again just now already last this night morning evening afternoon week weekend on by over the
    phone telephone monday tuesday wednesday thursday friday saturday sunday at"""
)
_DAY_NUMBER = re.compile(r"[0-3]?\d(?:st|nd|rd|th)?|\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{1,4})?")


def without_time(left: tuple[Token, ...], used: int) -> tuple[tuple[Token, ...], int]:
    """ "Reached her yesterday, she was ill": what tells only when or how is passed over, up to the end of the clause."""
    for at, token in enumerate(left[:7]):
        if token.core not in _WHEN and token.core not in MONTHS and _DAY_NUMBER.fullmatch(token.core) is None:
            break
        if SEPARATED & set(token.tail) or at + 1 == len(left):
            return left[at + 1 :], used + at + 1
    return left, used
