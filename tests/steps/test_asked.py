"""Answers are read against the questions of the letter they answer, also where nothing of it is quoted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db.records import Letter, LetterState
from mailer.letters.facts import sample
from mailer.steps.answer import context_of
from mailer.steps.asked import questions_of
from mailer.wire.understand import understand
from tests.rehearsals.village import KEY, book

NOW = datetime(2027, 4, 15, 14, tzinfo=UTC)
BOOK = book()


def letter(name: str) -> Letter:
    facts = {**sample(name), "_undo": {}}
    return Letter(1, "m2m", f"k/{name}", name, "ana@example.org", LetterState.SENT, "m.1@example.org", NOW, NOW, facts=facts)


def test_the_questions_of_the_check_in_are_known_in_their_order() -> None:
    asked = questions_of(BOOK, letter("check_in"))
    assert len(asked) == 8
    assert asked[0] == "Which mentee(s) made contact this month?"
    assert asked[7] == "Do they need more support or training?"


@pytest.mark.parametrize("name", ["check_in_again", "receipt", "mentee_silent_inquiry", "closing_gate", "digest"])
def test_letters_that_ask_nothing_by_number_have_no_questions(name: str) -> None:
    assert questions_of(BOOK, letter(name)) == ()


@pytest.mark.parametrize(
    ("body", "answers"),
    [
        ("1. Mina\n3. quite well\n8. no", {"1": "Mina", "3": "quite well", "8": "no"}),
        ("Are they having any difficulties? A few, with the calendar.", {"4": "A few, with the calendar."}),
        ("2 yes they are\n\nAll the best", {}),
    ],
)
def test_answers_are_found_without_a_quotation(body: str, answers: dict[str, str]) -> None:
    raw = f"From: Ana <ana@example.org>\r\nSubject: Re: MC update\r\n\r\n{body}\r\n".encode()
    context = replace(context_of(BOOK, KEY), questions=questions_of(BOOK, letter("check_in")))
    read = understand(raw, received_at=NOW, book=context)
    assert dict(read.answers) == answers
