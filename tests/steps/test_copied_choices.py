"""Who copies the line of a choice out of our letter has chosen it, whatever the line says behind the word."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailer.model.program import Program
from mailer.steps.book import Book
from mailer.steps.bookshelf import open_book
from mailer.wire.commands.read import read_commands

ROOT = Path(__file__).parents[2]
MONDAY = date(2027, 10, 18)
SHAPES = {"S": "KIND", "M": "KIND", "SM": "KIND"}


@cache
def book(profile: str) -> Book:
    program = Program(profile, profile, "MC update", "mc@example.org", ZoneInfo("America/New_York"), "mx.example.org")
    return open_book(program, ROOT / "inbox_rules", ROOT / "templates" / "email")


def words(profile: str, letter: str, text: str) -> list[str]:
    here = book(profile)
    commands, _ = read_commands(text, here.rules.vocabulary, sent=MONDAY, order="mdy", offered=here.letters[letter].explained)
    return [command.word for command in commands]


@pytest.mark.parametrize("profile", ["m2m", "mphp", "icb", "peer"])
def test_every_choice_of_every_letter_copied_with_its_explanation_is_that_choice(profile: str) -> None:
    lines = [
        (name, word, f"{mark}{word}: {said}")
        for name, letter in book(profile).letters.items()
        for word, meanings in letter.explained.items()
        for said in meanings[:1]
        for mark in ("", "- ", "  * ")
    ]
    assert len(lines) > 30
    wrong = [line for name, word, line in lines if words(profile, name, line) != [SHAPES.get(word, word.rstrip(" 0123456789"))]]
    assert wrong == []


@pytest.mark.parametrize(
    ("letter", "line", "chosen"),
    [
        ("welcome_check_in", "YES: I am still", ["YES"]),  # our line ended there
        ("welcome_check_in", "> YES: I am still taking part", []),  # quoted, not chosen
        ("mentor_silent", "SEND: send the first letter now, but not before Friday", []),  # taken back
        ("problem_follow_up", "NOT DONE: not yet, or it did not work", ["NOT DONE"]),
        ("problem_follow_up", "We have NOT DONE: not yet, or it did not work", []),
    ],
)
def test_only_the_letters_own_words_are_a_copy(letter: str, line: str, chosen: list[str]) -> None:
    assert words("m2m", letter, line) == chosen
