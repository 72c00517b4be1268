"""Tables of waits: days and hours of the policy, days of the month, months' ends; conditions a ladder may ask."""

from __future__ import annotations

import pytest

from db.records import Case
from mailer.core.ladders.conditions import holds
from mailer.core.ladders.until import due_moment
from mailer.model.program import State
from tests.core.worlds import at, scene, situation, walk


@pytest.mark.parametrize(
    ("wait", "until", "month", "entered", "due"),
    [
        ("attempt.wait_days", "", "", "2027-04-15 09:00", "2027-04-20 09:00"),
        ("attempt.wait_days", "", "", "2027-04-20 09:00", "2027-04-26 09:00"),  # the 25th is a Sunday
        ("7", "", "", "2027-04-15 14:00", "2027-04-22 09:00"),
        ("gate.second_line_days - gate.remind_days", "", "", "2027-04-15 09:00", "2027-04-19 09:00"),
        ("handover.preview_hours", "", "", "2027-04-26 09:00", "2027-04-28 09:00"),
        ("introduction.preview_hours", "", "", "2027-04-26 09:00", "2027-04-26 09:00"),  # 0: passes on at once
        ("", "day cycle.check_in_day", "", "2027-04-01 08:00", "2027-04-15 09:00"),
        (
            "",
            "day cycle.check_in_day",
            "",
            "2027-04-15 09:00",
            "2027-05-17 09:00",
        ),  # has come: the next one, the 15th is a Saturday
        ("", "day cycle.check_in_day", "2027-04", "2027-04-20 10:00", "2027-04-20 10:00"),  # of that month: has gone by
        ("", "next month day contact_form.draft_day", "2027-04", "2027-04-28 10:00", "2027-05-25 09:00"),
        ("", "month start", "2027-05", "2027-04-20 10:00", "2027-05-03 09:00"),  # the 1st is a Saturday
        ("", "month start", "", "2027-12-20 10:00", "2028-01-03 09:00"),
        ("", "cycle.kit_request_days days before month", "", "2027-04-01 10:00", "2027-04-28 09:00"),
        ("", "cycle.kit_request_days days before month", "", "2027-04-28 09:00", "2027-05-31 09:00"),
        ("", "last day", "2027-05", "2027-05-25 09:00", "2027-05-31 09:00"),
        ("", "last day", "2027-10", "2027-10-25 09:00", "2027-10-29 09:00"),  # the 31st is a Sunday: the Friday before
    ],
)
def test_a_wait_ends_at_a_send_moment(wait: str, until: str, month: str, entered: str, due: str) -> None:
    case = walk("somewhere", entered, data={"month": month} if month else {})
    state = State("somewhere", "mentor", wait=wait, until=until)
    assert due_moment(scene(entered, situation(case)), case, state, at(entered)) == at(due)


@pytest.mark.parametrize(("days", "due"), [(7, "2027-05-20 09:00"), (1, "2027-05-14 09:00"), (0, "2027-05-14 09:00")])
def test_hold_waits_the_days_that_were_asked_for(days: int, due: str) -> None:
    case = walk("held", "2027-05-13 10:00", data={"days": days})
    assert due_moment(
        scene("2027-05-13 10:00", situation(case)), case, State("held", "mwoc", wait="hold"), at("2027-05-13 10:00")
    ) == at(due)


def test_the_hold_time_is_minutes() -> None:
    case = walk("confirmed", "2027-05-13 10:00")
    state = State("confirmed", "staff", wait="send.hold_minutes")
    assert due_moment(scene("2027-05-13 10:00", situation(case)), case, state, at("2027-05-13 10:00")) == at("2027-05-13 10:10")


def test_a_state_without_a_wait_stays() -> None:
    case = walk("gate_second_line", "2027-05-13 10:00")
    assert (
        due_moment(scene("2027-05-13 10:00", situation(case)), case, State("gate_second_line", "staff"), at("2027-05-13 10:00"))
        is None
    )


def cycle(**data: object) -> Case:
    return Case(20, "m2m", "cycle", "cycle", "kit_requested", "mwoc", "program", opened_at=at("2027-04-01 08:00"), data=data)


@pytest.mark.parametrize(
    ("case", "now", "condition", "answer"),
    [
        (cycle(links={"mentor": "https://a", "mentee": "https://b"}), "2027-04-01 09:00", "kit_complete", True),
        (cycle(links={"mentor": "https://a"}), "2027-04-01 09:00", "kit_complete", False),
        (cycle(), "2027-04-01 09:00", "not kit_complete", True),
        (cycle(), "2027-04-01 08:00", "first_moment", True),
        (cycle(), "2027-04-01 09:00", "first_moment", False),
        (cycle(), "2027-04-01 09:00", "policy handover.confirm_before_closing", True),
        (cycle(), "2027-04-01 09:00", "not policy handover.confirm_before_closing", False),
        (walk("gate", "2027-05-12 09:00"), "2027-05-12 09:00", "has_mentees", True),
        (walk("gate", "2027-05-12 09:00"), "2027-05-12 09:00", "signs", False),
    ],
)
def test_conditions_of_a_ladder(case: Case, now: str, condition: str, answer: bool) -> None:
    assert holds(scene(now, situation(case)), case, condition) is answer


def test_an_unknown_condition_is_an_error_and_no_answer() -> None:
    with pytest.raises(ValueError, match="unknown condition"):
        holds(scene("2027-05-12 09:00", situation()), walk("gate", "2027-05-12 09:00"), "full_moon")
