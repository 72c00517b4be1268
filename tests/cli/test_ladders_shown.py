"""Ladders as people see them: a worked example with days, a drawing as text and as a page."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from mailer.core.ladders.conditions import CONDITIONS
from mailer.files.settings import read_settings
from mailer.model.program import Rulebook
from mailer.modes.ladder_diagram import arrows_of, as_page, as_svg, as_text
from mailer.modes.ladder_words import _CONDITIONS, explain
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


def test_a_cry_for_help_that_nobody_answers_goes_on_to_the_second_line(book: Rulebook) -> None:
    days = worked(book.ladders["cry_for_help"], book, 2027)
    states = [line.partition(")")[0].removeprefix("(") for day in days for line in day.lines]
    assert states == ["with_staff", "reminded", "second_line"]
    words = "\n".join(explain(book.ladders["cry_for_help"], book.policy))
    assert "After that, if no cry for help of theirs is with a human any more: goes on to looked_after." in words


@pytest.mark.parametrize(
    ("program", "ladder", "letter"),
    [
        ("mphp", "confirm_address", "address_confirmation to the participant"),
        ("icb", "certificate", "not_listed to the mentor"),
        ("icb", "ethics", "ethics_agreement to the mentor"),
        ("peer", "activity", "mentor_or_not to the specialist"),
    ],
)
def test_the_sample_person_is_one_of_whom_it_holds_what_the_ladder_begins_with(program: str, ladder: str, letter: str) -> None:
    rules = open_books(read_settings(_ROOT / "settings.toml"))[program].rules
    assert letter in [line for day in worked(rules.ladders[ladder], rules, 2027) for line in day.lines]


def test_every_condition_that_stands_alone_is_a_sentence_both_ways() -> None:
    for name, condition in CONDITIONS.items():
        if not condition.words:
            holds, fails = _CONDITIONS[name]
            assert holds != fails and name not in (holds, fails)


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


def test_the_legend_names_every_kind_of_box_and_arrow(book: Rulebook) -> None:
    legend = as_page((book,)).partition("<h2>")[0].rpartition("<h1>")[2]
    for words in ("Thick blue arrows", "Thin grey ones", "Orange border</span> a human decides", "thick border</span> the end"):
        assert words in legend


def test_check_draws_and_explains(cli: Cli, tmp_path: Path) -> None:
    ran = cli("check", "--offline", "--explain", "--diagram", tmp_path / "ladders.html", settings=_ROOT / "settings.toml")
    assert ran.code == 0
    assert "For example, a walk that begins on 1 March" in ran.out
    headings = [line for line in ran.out.splitlines() if line.startswith("Program ")]
    assert [line.partition(" (")[0] for line in headings] == ["Program m2m", "Program mphp", "Program icb", "Program peer"]
    assert "<svg" in (tmp_path / "ladders.html").read_text(encoding="utf-8")
    text = cli("check", "--offline", "--diagram", settings=_ROOT / "settings.toml").out
    assert "Program peer (profile peer): " in text
    assert "<gate> mwoc" in text and "[[nonresponsive]]" in text
