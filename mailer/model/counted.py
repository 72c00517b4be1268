"""Numbers of things, in words."""

from __future__ import annotations

from collections.abc import Sequence


def listed(names: Sequence[str]) -> str:
    """ "m2m", "icb and m2m", "icb, m2m and peer"."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def count(number: int, one: str, many: str = "") -> str:
    """ "1 letter", "3 letters", "no letters"."""
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"
