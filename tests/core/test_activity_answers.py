"""Answers to the items of an activity: yes, no or "?", in whatever words, and nothing else (4F).

Shows R-304, R-306, R-307, R-309.
"""

from __future__ import annotations

import pytest

from mailer.core.telling.activity import verdict


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Y", "Y"),
        ("yes.", "Y"),
        ("Yes, I think so", "Y"),
        ("n", "N"),
        ("No!", "N"),
        ("no, that is another job", "N"),
        ("?", "?"),
        ("??", "?"),
        ("not sure", "?"),
        ("I don’t know", "?"),
        ("maybe", "?"),
        ("", ""),
        ("both of them", ""),
        ("is it?", ""),
        ("not a mentor at all", ""),
    ],
)
def test_an_answer_is_read_as_yes_no_or_unsure_or_as_none(written: str, read: str) -> None:
    assert verdict(written) == read
