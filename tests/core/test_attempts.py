"""Tables of attempts: what counts, what does not, when the silence is long enough; signs of life."""

from __future__ import annotations

import pytest

from db.records import Event, EventKind, Letter
from mailer.core.ladders.conditions import holds
from mailer.core.world.attempts import attempts_at, enough_in_a_month, signs_for, unanswered
from tests.core.worlds import ANA, ZONE, at, event, scene, sent, situation, walk

FIRST = sent("check_in", "2027-04-15 09:00")
AGAIN = sent("check_in_again", "2027-04-20 09:00", step=3)


@pytest.mark.parametrize(
    ("letters", "events", "counted"),
    [
        ((FIRST,), (), ["no_answer"]),
        ((FIRST, AGAIN), (), ["no_answer", "no_answer"]),
        ((sent("check_in", "2027-04-15 09:00", bounced="2027-04-15 12:00"), AGAIN), (), ["bounced", "no_answer"]),
        ((FIRST, sent("check_in_again", "2027-04-19 09:00", step=3)), (), ["no_answer", "too_soon"]),
        ((FIRST,), (event(EventKind.ATTEMPT, "2027-04-15 15:00", how="phone"),), ["no_answer", "too_soon"]),
        ((FIRST,), (event(EventKind.ATTEMPT, "2027-04-20 15:00", how="phone"),), ["no_answer", "no_answer"]),
        ((sent("survey_mentor", "2027-04-01 09:00", attempt=False), FIRST), (), ["no_answer"]),
    ],
)
def test_what_counts_as_an_attempt(letters: tuple[Letter, ...], events: tuple[Event, ...], counted: list[str]) -> None:
    tried = attempts_at(situation(letters=letters, events=events), ANA, 5, ZONE)
    assert [attempt.result for attempt in tried] == counted


@pytest.mark.parametrize(
    ("days", "enough"),
    [
        (("2027-04-15", "2027-04-20"), True),
        (("2027-01-31", "2027-02-01"), False),
        (("2027-01-29", "2027-02-05"), False),
        (("2027-01-29", "2027-02-05", "2027-02-26"), True),
        (("2027-04-15",), False),
    ],
)
def test_two_attempts_lie_in_one_calendar_month(days: tuple[str, ...], enough: bool) -> None:
    letters = tuple(sent("check_in", f"{day} 09:00", step=number) for number, day in enumerate(days, 1))
    assert enough_in_a_month(attempts_at(situation(letters=letters), ANA, 5, ZONE), 2) is enough


def test_what_was_answered_is_no_silence() -> None:
    world = situation(letters=(FIRST, AGAIN), events=(event(EventKind.CONTACT, "2027-04-16 10:00"),))
    assert [attempt.what for attempt in unanswered(world, ANA, 5, ZONE)] == ["check_in_again"]


@pytest.mark.parametrize(
    ("now", "letters", "events", "silent"),
    [
        ("2027-04-25 09:00", (FIRST, AGAIN), (), True),
        ("2027-04-24 09:00", (FIRST, AGAIN), (), False),  # the second one may still be answered
        ("2027-04-20 09:00", (FIRST,), (event(EventKind.ATTEMPT, "2027-04-20 08:00", how="phone"),), False),
        ("2027-04-25 09:00", (FIRST, AGAIN), (event(EventKind.CONTACT, "2027-04-22 10:00"),), False),
        ("2027-04-25 09:00", (FIRST, sent("check_in_again", "2027-04-20 09:00", step=3, bounced="2027-04-20 12:00")), (), False),
    ],
)
def test_the_silence_has_lasted_long_enough(now: str, letters: tuple[Letter, ...], events: tuple[Event, ...], silent: bool) -> None:
    case = walk("attempt_2", "2027-04-20 09:00", "2027-04-25 09:00")
    assert holds(scene(now, situation(case, letters=letters, events=events)), case, "enough_attempts") is silent


def test_a_sign_of_life_belongs_to_the_round_in_which_it_came() -> None:
    case = walk("attempt_2", "2027-05-20 09:00", data={"step": 9, "round": 8, "month": "2027-05"})
    letters = (FIRST, sent("check_in", "2027-05-17 09:00", step=8))
    old, new = event(EventKind.SIGN_OF_LIFE, "2027-04-16 10:00"), event(EventKind.SIGN_OF_LIFE, "2027-05-18 10:00")
    for events, held in (((old,), False), ((new,), True), ((old, new), True), ((), False)):
        assert holds(scene("2027-05-25 09:00", situation(case, letters=letters, events=events)), case, "unproved_sign") is held


def test_signs_before_the_last_contact_are_history() -> None:
    world = situation(
        events=(
            event(EventKind.AWAY, "2027-04-05 10:00"),
            event(EventKind.CONTACT, "2027-04-10 10:00"),
            event(EventKind.SURVEY_ANSWERED, "2027-04-12 10:00"),
        )
    )
    case = walk("gate", "2027-05-12 09:00", opened_at=at("2027-03-01 09:00"))
    assert [sign.kind for sign in signs_for(world, case, ANA)] == [EventKind.SURVEY_ANSWERED]


@pytest.mark.parametrize(
    ("bounced", "left"),
    [(("", ""), False), (("2027-05-01 09:00", ""), True), (("2027-05-01 09:00", "2027-05-06 09:00"), True)],
)
def test_letters_of_the_mwoc_that_came_back_are_written_again(bounced: tuple[str, str], left: bool) -> None:
    case = walk("welcome_2", "2027-05-05 09:00", data={"step": 6, "round": 5})
    letters = (
        sent("welcome_check_in", "2027-04-28 09:00", step=5, bounced=bounced[0]),
        sent("welcome_check_in_again", "2027-05-05 09:00", step=6, bounced=bounced[1]),
    )
    assert holds(scene("2027-05-12 09:00", situation(case, letters=letters)), case, "handover_attempts_left") is left
