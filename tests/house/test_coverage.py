"""docs/coverage.md leaves out no requirement, and what it names is there and says which requirement it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
NUMBERS = (*range(1, 42), *range(100, 128), *range(200, 225), *range(300, 312))  # REQUIREMENTS.md 2.1 to 2.4
ROW = re.compile(r"^\| (R-\d{3}) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def rows() -> dict[str, tuple[str, ...]]:
    found = ROW.findall((HOUSE / "docs" / "coverage.md").read_text(encoding="utf-8"))
    return {number: tuple(re.findall(r"`([^`]+)`", shown)) for number, shown in found}


def test_every_requirement_has_a_row_that_names_what_shows_it() -> None:
    assert [number for number, shown in rows().items() if not shown] == []
    assert sorted(rows()) == [f"R-{number:03}" for number in NUMBERS]


@pytest.mark.parametrize(("number", "name"), [(number, name) for number, shown in rows().items() for name in shown])
def test_what_a_row_names_is_there_and_names_the_requirement(number: str, name: str) -> None:
    path = HOUSE / name if "/" in name else HOUSE / "tests" / "rehearsals" / name
    assert number in path.read_text(encoding="utf-8")
