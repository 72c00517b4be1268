"""Numbers and names of things, in words."""

from __future__ import annotations

from collections.abc import Iterable


def listed(names: Iterable[str]) -> str:
    """Names as people write them: "Mel", "Mel and Sam", "Mel, Sam and Kim"; empty ones are left out."""
    known = [name for name in names if name]
    return " and ".join(part for part in (", ".join(known[:-1]), *known[-1:]) if part)


def count(number: int, one: str, many: str = "") -> str:
    """ "1 letter", "3 letters", "no letters"."""
    return f"{number or 'no'} {one if number == 1 else many or one + 's'}"
