"""Letters to somebody who is away: which of them wait for the first day back, and when they leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from db.records import LetterState
from mailer.core.decide import decide
from mailer.core.world.absent import OWN_MAIL, can_wait
from mailer.model.decision import LetterInDoubt, PutLetter
from tests.core.worlds import ANA, KLAUS, MINA, PEOPLE, at, book, sent, situation


@pytest.mark.parametrize(
    ("letter", "waits"),
    [
        ("check_in", True),
        ("survey_mentor", True),
        ("mentee_silent_inquiry", True),
        ("problem_clarify", True),
        ("problem_act", False),  # its week has a last day
        ("receipt", False),
        ("new_match_needed_mentee", False),
        ("mentor_silent", False),
        ("introduction", False),
    ],
)
def test_what_asks_for_something_can_wait_and_what_tells_something_cannot(letter: str, waits: bool) -> None:
    assert can_wait(book(), letter) is waits


@pytest.mark.parametrize(
    ("name", "to", "until", "because", "found"),
    [
        ("survey_mentor", ANA, "2027-04-15", "", ("waiting", "2027-04-16 09:00")),
        ("survey_mentor", ANA, "2027-04-16", "", ("waiting", "2027-04-19 09:00")),  # back on a Saturday
        ("survey_mentor", ANA, "2027-04-14", "", None),  # back today
        ("survey_mentor", ANA, None, "", None),
        ("survey_mentee", MINA, "2027-04-30", "", ("cancelled", None)),  # by then its month is over
        ("check_in", ANA, "2027-04-30", "", ("waiting", "2027-05-03 09:00")),
        ("mentee_silent_inquiry", ANA, "2027-04-20", OWN_MAIL, None),  # she has just asked for it
        ("survey_digest", KLAUS, "2027-04-20", "", None),  # the mwoc reads along for him
        ("receipt", ANA, "2027-04-20", "", None),
    ],
)
def test_a_letter_that_can_wait_leaves_on_the_first_day_back(
    name: str, to: int, until: str | None, because: str, found: tuple[str, str | None] | None
) -> None:
    letter = replace(sent(name, "2027-04-15 09:00", to=to), state=LetterState.SENDING, sent_at=None, because=because)
    away = replace(PEOPLE[to], away_until=date.fromisoformat(until) if until else None)
    world = situation(letters=(letter,), letter=letter, people={**PEOPLE, to: away})
    effects = decide(world, LetterInDoubt(), book(), at("2027-04-15 09:00")).effects
    if found is None:
        assert effects == ()
    else:
        state, leaves = found
        [moved] = effects
        assert isinstance(moved, PutLetter) and (moved.id, moved.state) == (letter.id, state)
        assert moved.not_before == (at(leaves) if leaves else None)


def test_what_was_tried_once_is_not_kept_back_any_more() -> None:
    letter = replace(sent("survey_mentor", "2027-04-15 09:00"), state=LetterState.SENDING, sent_at=None, tries=1)
    world = situation(letters=(letter,), letter=letter, people={**PEOPLE, ANA: replace(PEOPLE[ANA], away_until=date(2027, 4, 20))})
    assert decide(world, LetterInDoubt(), book(), at("2027-04-15 09:00")).effects == ()
