"""What a program's involvement forbids: letters and ladders of a class it does not allow (A10)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailer.core.ladders.permitted import forbidden_class, forbidden_sendings
from mailer.model.classes import ALLOWED, LetterClass, permits
from mailer.model.program import Ladder, Policy, Sending, State
from tests.core.worlds import book


@pytest.mark.parametrize(
    ("involvement", "kind", "may"),
    [
        ("monthly", LetterClass.CONTACT, True),
        ("handoff", LetterClass.CONTACT, False),
        ("handoff", LetterClass.SURVEY, False),
        ("handoff", LetterClass.FORM, False),
        ("handoff", LetterClass.EVALUATION, True),
        ("monthly", LetterClass.DISCLOSURE, False),
        ("directory", LetterClass.EVALUATION, False),
        ("directory", LetterClass.DIRECTORY, True),
        ("log", LetterClass.DIRECTORY, False),
        ("log", LetterClass.LOG, True),
        ("no such word", LetterClass.ANSWER, False),
        ("monthly", None, False),
    ],
)
def test_an_involvement_allows_some_classes_and_no_other(involvement: str, kind: LetterClass | None, may: bool) -> None:
    assert permits(involvement, kind) is may
    policy = Policy({"involvement": involvement})
    flaws = forbidden_class("some_letter", kind, "some_letter.md", 2, policy)
    assert (flaws == ()) is may and all((flaw.file, flaw.line) == ("some_letter.md", 2) for flaw in flaws)


def test_every_class_is_allowed_somewhere() -> None:
    assert frozenset().union(*ALLOWED.values()) == frozenset(LetterClass)


@pytest.mark.parametrize(
    ("involvement", "letter", "to", "wrong"),
    [
        ("monthly", "check_in", "mentor", ""),
        ("handoff", "check_in", "mentor", "not allowed by involvement = 'handoff'"),
        ("log", "survey_mentor", "mentor", "not allowed by involvement = 'log'"),
        ("monthly", "mentor_silent", "mwoc", ""),
        ("monthly", "mentor_silent", "mentor", "to the mentor, whom it may be about"),
        ("monthly", "closing_gate", "subject", "to the subject, whom it may be about"),
        ("monthly", "no_such_letter", "mentor", ""),  # told by the proof of the ladder
    ],
)
def test_a_ladder_sends_only_what_the_involvement_allows(involvement: str, letter: str, to: str, wrong: str) -> None:
    rules = replace(book(), policy=Policy({"involvement": involvement}))
    state = State("only", "mentor", sends=(Sending(letter, to),), line=7)
    found = forbidden_sendings(Ladder("some", "mentor", "begin", "only", {"only": state}, file="ladder_some.toml"), rules)
    assert [(flaw.file, flaw.line) for flaw in found] == ([("ladder_some.toml", 7)] if wrong else [])
    assert all(wrong in flaw.what for flaw in found)
