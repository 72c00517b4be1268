"""Lines about a talk: whom they concern, and the day on which the two spoke, or none where they do not say one."""

from __future__ import annotations

from datetime import date

import pytest

from mailer.wire.spoken import about_lines, spoken_days

SENT = date(2027, 10, 14)  # a Thursday
TABLE = [
    ("Ana Ruiz: spoke 12 October, going well", "Ana Ruiz", date(2027, 10, 12)),
    ("Ana Ruiz: we talked yesterday; she is fine", "Ana Ruiz", date(2027, 10, 13)),
    ("Ana Ruiz and I met on Oct 11", "Ana Ruiz", date(2027, 10, 11)),
    ("Leo Pratt spoke today, fine", "Leo Pratt", SENT),
    ("Ana Ruiz: hablamos el 10 de octubre, todo va bien", "Ana Ruiz", date(2027, 10, 10)),
    ("Leo Pratt spoke last week, fine", "Leo Pratt", None),
    ("Ana Ruiz: spoke, going well", "Ana Ruiz", None),
    ("Ana Ruiz: called 12 October, no answer", "Ana Ruiz", None),
    ("Ana Ruiz: we did not speak on 12 October", "Ana Ruiz", None),
    ("Ana Ruiz: going well since we spoke 12 October", "Ana Ruiz", None),
    ("Ana Ruiz: spoke to nobody, not even on 12 October", "Ana Ruiz", None),
]


@pytest.mark.parametrize(("line", "name", "day"), TABLE, ids=[row[0] for row in TABLE])
def test_a_line_says_whom_it_concerns_and_when_they_spoke(line: str, name: str, day: date | None) -> None:
    about = about_lines([line], set(), set())
    assert list(about) == [name]
    assert spoken_days(about, sent=SENT, order="mdy").get(name) == day


@pytest.mark.parametrize(
    "line", ["we spoke on 12 October", "I met Ana Ruiz", "she spoke well", "Thanks, that met my needs", "> Ana Ruiz spoke today"]
)
def test_prose_is_a_line_about_nobody(line: str) -> None:
    assert about_lines([line], set(), set()) == {}
