"""Names without a capital: known where people of that name are, and nowhere else."""

from __future__ import annotations

import pytest

from mailer.model.program import Vocabulary
from mailer.wire.commands.small import small_lines, standing, with_capitals

NAMES = ("Bruno Salt", "Bruno", "Ana Ruiz", "Ana")


@pytest.mark.parametrize(
    "line",
    ["choose bruno salt", "Choose bruno salt", "end match ana", "reassign ana ruiz klaus berg", "please swap ana ruiz"],
)
def test_a_word_with_a_name_in_small_letters_is_looked_at(line: str) -> None:
    assert small_lines(f"Hello,\n\n{line}\n\nthanks", Vocabulary()) == (line,)


@pytest.mark.parametrize(
    "line",
    [
        "CHOOSE bruno salt",
        "choose Bruno Salt",
        "we spoke with bruno",
        "ok",
        "plan meet ana on fridays",
        "choose " + "very " * 20 + "well",
    ],
)
def test_anything_else_is_not(line: str) -> None:
    assert small_lines(line, Vocabulary()) == ()


def test_names_stand_as_whole_words() -> None:
    assert standing(["choose bruno salt, please"], NAMES) == {"Bruno Salt", "Bruno"}
    assert standing(["choose banana"], NAMES) == frozenset()


def test_capitals_are_put_where_a_line_has_none() -> None:
    assert with_capitals("reassign ana ruiz bruno salt", NAMES) == "reassign Ana Ruiz Bruno Salt"
    assert with_capitals("choose banana", NAMES) == "choose banana"
    assert with_capitals("CHOOSE bruno", NAMES) == "CHOOSE bruno"
