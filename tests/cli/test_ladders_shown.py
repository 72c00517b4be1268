"""Ladders as people see them: a worked example with days, a drawing as text and as a page."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from mailer.files.settings import read_settings
from mailer.model.program import Rulebook
from mailer.modes.ladder_diagram import arrows_of, as_page, as_svg, as_text
from mailer.modes.library import open_books
from mailer.modes.worked import told, worked
from tests.cli.conftest import Cli

_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return open_books(read_settings(_ROOT / "settings.toml"))["m2m"].rules


def test_the_contact_ladder_is_worked_with_the_numbers_of_the_policy(book: Rulebook) -> None:
    days = {day.on: day.lines for day in worked(book.ladders["contact"], book, 2027)}
    letters = {on: [line.partition(" to ")[0] for line in lines if not line.startswith("(")] for on, lines in days.items()}
    assert letters[date(2027, 3, 15)] == ["check_in"]  # a Monday
    assert letters[date(2027, 3, 22)] == ["check_in_again"]  # five days later is a Saturday
    assert letters[date(2027, 3, 29)] == ["mentor_silent"]
    assert letters[date(2027, 3, 31)] == ["welcome_check_in"]
    assert letters[date(2027, 4, 7)] == ["welcome_check_in_again"]
    assert letters[date(2027, 4, 14)] == ["closing_gate"]


def test_every_ladder_has_an_example_that_ends(book: Rulebook) -> None:
    for ladder in book.ladders.values():
        lines = list(told(ladder, book, 2027))
        assert len(lines) > 1, ladder.name
        assert "to which nobody answers" in lines[0]
        assert (worked(ladder, book, 2027)[-1].on - date(2027, 3, 1)).days < 250, ladder.name


def test_a_drawing_shows_every_state_and_every_way_out(book: Rulebook) -> None:
    for ladder in book.ladders.values():
        drawn, text = as_svg(ladder, book.policy), "\n".join(as_text(ladder, book.policy))
        for state in ladder.states:
            assert f">{state}</text>" in drawn and state in text
        assert drawn.count("<rect ") == len(ladder.states)
        assert drawn.count('class="head') == len(arrows_of(ladder))
        assert text.count("=>") + text.count("->") >= len(arrows_of(ladder))


def test_the_page_of_drawings_loads_nothing_and_escapes_everything(book: Rulebook) -> None:
    page = as_page((book,))
    assert "default-src 'none'" in page and "<script" not in page
    assert not re.search(r"(?:src|href)=[\"']?http", page)


def test_check_draws_and_explains(cli: Cli, tmp_path: Path) -> None:
    ran = cli("check", "--offline", "--explain", "--diagram", tmp_path / "ladders.html", settings=_ROOT / "settings.toml")
    assert ran.code == 0
    assert "For example, a walk that begins on 1 March" in ran.out
    assert "<svg" in (tmp_path / "ladders.html").read_text(encoding="utf-8")
    text = cli("check", "--offline", "--diagram", settings=_ROOT / "settings.toml").out
    assert "<gate> mwoc" in text and "[[nonresponsive]]" in text
