"""Numbers of things, in words."""

from __future__ import annotations


def count(number: int, one: str, many: str = "") -> str:
    """ "1 letter", "3 letters", "no letters"."""
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"
