"""The month in figures: of the program, never of a person."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from db.records import Letter, LetterState
from mailer.core.telling.month import DESCRIBED, MINUTES, asked_minutes


def letters(*names: str) -> tuple[Letter, ...]:
    at = datetime(2027, 4, 26, 14, tzinfo=UTC)
    return tuple(
        Letter(
            number, "m2m", f"key/{number}", name, "klaus@example.com", LetterState.SENT, f"{number}@x", at, at, to_id=2, sent_at=at
        )
        for number, name in enumerate(names, 1)
    )


@pytest.mark.parametrize(
    ("names", "minutes"),
    [
        ((), 0),
        (("receipt", "contact_form"), 0),
        (("assignment",), 5),
        (("survey_digest", "contact_form_draft"), 36),
        (("closing_gate",), 3),
    ],
)
def test_only_letters_that_ask_for_something_cost_minutes(names: tuple[str, ...], minutes: int) -> None:
    assert asked_minutes(letters(*names)) == minutes


def test_a_coordinators_usual_month_stays_below_what_the_description_counts_on() -> None:
    usual = letters("survey_digest", "contact_form_draft", "contact_form_draft", *["digest"] * 8)
    assert asked_minutes(usual) < DESCRIBED[0]
    assert MINUTES["assignment"] == 5  # "5 minutes per new mentor"
