"""What is proved of a ladder before it is used: each violation is told with its file, its line and the path that shows it."""

from __future__ import annotations

import tomllib

import pytest

from mailer.core.ladders.parse import parse_ladder
from mailer.core.ladders.proofs import prove
from mailer.model.classes import LetterClass
from mailer.model.errors import BadRules, Flaw
from tests.core.test_ladders import line_of
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
wait  = "5"
exit  = [
  { when = "time", if = ["attempts_left"], to = "asked" },
  { when = "time", to = "told" },
]

[[state]]
name  = "told"
owner = "mwoc"
do    = ["note coordinator handed_over", "suspend contact"]
send  = [{ letter = "mentor_silent", to = "mwoc" }]
wait  = "7"
exit  = [{ when = "time", to = "gate" }]

[[state]]
name  = "gate"
owner = "mwoc"
gate  = true
send  = [{ letter = "closing_gate", to = "mwoc" }]
exit  = [
  { when = "word:CONFIRM", by = ["mwoc"], to = "closed" },
  { when = "word:HOLD", by = ["mwoc"], to = "resting" },
]

[[state]]
name  = "resting"
owner = "none"
until = "month start"
exit  = [{ when = "time", to = "asked" }]

[[state]]
name  = "closed"
owner = "staff"
send  = [{ letter = "new_match_needed_mentee", to = "mentees" }]
final = true
"""
LETTERS = {
    "check_in": LetterClass.CONTACT,
    "mentor_silent": LetterClass.DUTY,
    "closing_gate": LetterClass.GATE,
    "new_match_needed_mentee": LetterClass.CLOSING,
}
ASKED, TOLD, GATE, RESTING, CLOSED = 8, 18, 26, 36, 42  # lines of the states


def proved(text: str) -> tuple[Flaw, ...]:
    ladder = parse_ladder(tomllib.loads(text), "ladder_contact.toml", line_of(text))
    return prove(ladder, book().policy, LETTERS, frozenset({"contact"}), frozenset({"handed_over"}))


def test_a_sound_ladder_is_proved() -> None:
    assert proved(SOUND) == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        # every letter, sentence and ladder that is named exists
        ('"mentor_silent"', '"mentor_silnet"', TOLD, "state 'told' sends 'mentor_silnet', which has no template"),
        (
            "coordinator handed_over",
            "coordinator handed",
            TOLD,
            "'note coordinator handed' says 'handed', and there is no such sentence",
        ),
        ("suspend contact", "suspend kontact", TOLD, "do = 'suspend kontact': no ladder of that name"),
        ('"attempts_left"', '"below loops no.such"', ASKED, "if = 'below loops no.such': 'no.such' is no policy key"),
        # every state can be reached and left
        ('by = ["mwoc"], to = "resting"', 'by = ["mwoc"]', RESTING, "state 'resting' can never be reached"),
        ('wait  = "7"\n', "", TOLD, "state 'told' has an exit by time but neither wait nor until"),
        (
            '{ when = "time", to = "told" }',
            '{ when = "word:OK", to = "told" }',
            ASKED,
            "nothing leads out of state 'asked' when nobody writes",
        ),
        # every path ends
        (
            'exit  = [{ when = "time", to = "gate" }]',
            (
                'exit  = [{ when = "time", to = "held" }]\n[[state]]\nname = "held"\nowner = "mwoc"\nwait = "7"\n'
                'exit = [{ when = "word:GO", to = "gate" }, { when = "time", to = "stuck" }]\n'
                '[[state]]\nname = "stuck"\nowner = "mwoc"\ngate = true\nexit = [{ when = "word:HOLD", to = "stuck" }]'
            ),
            30,
            "no way leads from state 'stuck' to an end: asked > told > held > stuck",
        ),
        # nobody is written to for ever
        (
            '{ when = "time", if = ["attempts_left"], to = "asked" }',
            '{ when = "time", if = ["signs"], to = "asked" }',
            ASKED,
            "state 'asked' writes again and again while nobody answers: asked > asked",
        ),
        (
            'exit  = [{ when = "time", to = "gate" }]',
            'exit  = [{ when = "time", if = ["signs"], to = "asked" }, { when = "time", to = "gate" }]',
            ASKED,
            "state 'asked' writes again and again while nobody answers: asked > told > asked",
        ),
        # nobody is told before the gate
        (
            '{ when = "word:HOLD", by = ["mwoc"], to = "resting" },',
            '{ when = "word:HOLD", by = ["mwoc"], to = "resting" }, { when = "contact", to = "closed" },',
            CLOSED,
            "state 'closed' tells somebody that a match is over without a human's word: asked > told > gate > closed",
        ),
        # no question about somebody goes to them
        (
            '"mentor_silent", to = "mwoc"',
            '"mentor_silent", to = "mentor"',
            TOLD,
            "'mentor_silent' goes to the mentor, whom it is about: asked > told",
        ),
        (
            '"closing_gate", to = "mwoc"',
            '"closing_gate", to = "mentees"',
            GATE,
            "'closing_gate' goes to the mentees, whom it is about: asked > told > gate",
        ),
        (
            'by = ["mwoc"], to = "closed"',
            'by = ["mentor"], to = "closed"',
            GATE,
            "at the gate 'gate' the person it is about may CONFIRM: asked > told > gate",
        ),
    ],
)
def test_a_violation_is_told_with_its_line_and_its_path(old: str, new: str, line: int, what: str) -> None:
    found = proved(SOUND.replace(old, new, 1))
    assert (line, what) in [(flaw.line, flaw.what) for flaw in found]
    assert all(flaw.file == "ladder_contact.toml" and flaw.advice for flaw in found)


def test_every_state_has_one_owner() -> None:
    with pytest.raises(BadRules, match="owner = 'aunt' is no role"):
        proved(SOUND.replace('owner = "staff"', 'owner = "aunt"', 1))


def test_a_door_is_a_beginning() -> None:
    door = '[[door]]\nwhen = "word:FLAG"\nby = ["coordinator"]\nto = "closed"\n'
    assert [flaw.what for flaw in proved(SOUND + door)] == [
        "state 'closed' tells somebody that a match is over without a human's word: closed"
    ]
