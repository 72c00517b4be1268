"""Ladders that an admin got wrong: each flaw is told with its line and what to do; those of the program itself are proved."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest

from mailer.core.ladders.parse import parse_ladder
from mailer.core.ladders.proofs import prove
from mailer.model.classes import LetterClass
from mailer.model.errors import BadRules, Flaw
from mailer.model.program import Ladder
from tests.core.worlds import book

SOUND = """
[ladder]
name  = "contact"
about = "mentor"
opens = "assigned"
first = "asked"

[[state]]
name  = "asked"
owner = "mentor"
send  = [{ letter = "check_in", to = "mentor", attempt = true }]
wait  = "attempt.wait_days"
exit  = [{ when = "time", to = "gate" }]

[[state]]
name  = "gate"
owner = "mwoc"
gate  = true
exit  = [{ when = "word:CONFIRM", by = ["mwoc"], to = "closed" }]

[[state]]
name  = "closed"
owner = "staff"
send  = [{ letter = "new_match_needed_mentee", to = "mentees" }]
final = true
"""
LETTERS = {"check_in": LetterClass.CONTACT, "new_match_needed_mentee": LetterClass.CLOSING}


def line_of(text: str) -> Callable[[str], int]:
    """The line of a [[state]] by its number, else 1: enough to see that the right place is named."""
    places = [number for number, line in enumerate(text.split("\n"), 1) if line.startswith("[[state]]")]

    def line(path: str) -> int:
        parts = path.split(".")
        return places[int(parts[1])] if parts[0] == "state" else 1

    return line


def parsed(text: str) -> Ladder:
    return parse_ladder(tomllib.loads(text), "ladder_contact.toml", line_of(text))


def proved(text: str) -> tuple[Flaw, ...]:
    return prove(parsed(text), book().policy, LETTERS, frozenset({"contact"}))


def test_a_sound_ladder_has_no_flaw() -> None:
    assert proved(SOUND) == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('about = "mentor"', 'about = "moon"', 1, "about = 'moon' is not known"),
        ('owner = "mentor"', 'owner = "mentor"\novner = "mentor"', 8, "a state has no key 'ovner'"),
        ('name  = "gate"', 'name  = "asked"', 15, "a state needs a name of its own"),
        ('to = "mentor", attempt', 'to = "aunt", attempt', 8, "send number 1 goes to 'aunt', which is no role"),
        (
            'to = "mentor", attempt',
            'to = "mentor", marks = ["7 aunt"], attempt',
            8,
            "marks = '7 aunt' does not say which answer is marked for whom",
        ),
        ("attempt = true", 'attempt = true, read_by = "aunt"', 8, "answers to send number 1 are read by 'aunt', which is no role"),
        ("attempt = true", "atempt = true", 8, "send has no key 'atempt'"),
        ('when = "time"', 'when = "tomorrow"', 8, "when = 'tomorrow' is not known"),
        ('when = "time"', 'when = "time", if = ["full_moon"]', 8, "if = 'full_moon' is not known"),
        ('when = "time"', 'when = "time", do = ["dance"]', 8, "do = 'dance' is not known"),
        ('when = "time"', 'when = "time", go = 1', 8, "an exit has no key 'go'"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(old: str, new: str, line: int, what: str) -> None:
    with pytest.raises(BadRules) as caught:
        parsed(SOUND.replace(old, new, 1))
    assert [(flaw.line, flaw.what) for flaw in caught.value.flaws] == [(line, what)]
    assert caught.value.flaws[0].advice


def test_a_ladder_without_a_head_says_what_it_needs() -> None:
    with pytest.raises(BadRules, match=r"ladder_contact.toml:1: a ladder needs \[ladder\] with name"):
        parsed("[[state]]\nname = 'x'\n")


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('first = "asked"', 'first = "ask"', 1, "first = 'ask' is no state of this ladder"),
        ('letter = "check_in"', 'letter = "chekc_in"', 8, "state 'asked' sends 'chekc_in', which has no template"),
        ("attempt.wait_days", "attempt.wait_dayz", 8, "state 'asked' waits by 'attempt.wait_dayz', which is no policy key"),
        ('to = "gate"', 'to = "gait"', 8, "an exit leads to 'gait', which is no state of this ladder"),
        ('when = "time"', 'when = "time", if = ["policy no.such"]', 8, "if = 'policy no.such': 'no.such' is no policy key"),
        ('when = "time"', 'when = "word:OK"', 8, "nothing leads out of state 'asked' when nobody writes"),
        ("gate  = true\n", "", 15, "nothing leads out of state 'gate' when nobody writes"),
        ('wait  = "attempt.wait_days"\n', "", 8, "state 'asked' has an exit by time but neither wait nor until"),
        ('when = "word:CONFIRM", by = ["mwoc"], to = "closed"', 'when = "word:HOLD"', 21, "state 'closed' can never be reached"),
        (
            'when = "time", to = "gate"',
            'when = "time", to = "closed"',
            15,
            "state 'gate' can never be reached",
        ),
    ],
)
def test_what_would_not_work_is_told_with_its_line(old: str, new: str, line: int, what: str) -> None:
    found = [(flaw.line, flaw.what) for flaw in proved(SOUND.replace(old, new, 1))]
    assert (line, what) in found


def test_nobody_is_told_that_a_match_is_over_without_a_humans_word() -> None:
    told = SOUND.replace(
        'exit  = [{ when = "word:CONFIRM"', 'wait = "7"\nexit  = [{ when = "time", to = "closed" }, { when = "word:CONFIRM"'
    )
    assert [flaw.what for flaw in proved(told)] == [
        "state 'closed' tells somebody that a match is over without a human's word: asked > gate > closed"
    ]


def test_the_programs_own_ladders_tell_nobody_without_a_humans_word() -> None:
    rules = book()
    for ladder in rules.ladders.values():
        assert prove(ladder, rules.policy, rules.classes, frozenset(rules.ladders)) == ()
