"""Tables of moments: send slots, weekends, both clock changes, nights, and what opens after the service was down."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from mailer.core.world.moments import (
    after_hold,
    after_quiet,
    day_in,
    in_words,
    last_day,
    moment,
    next_month,
    opening,
    slot,
    slot_by,
    slot_on,
)
from tests.core.worlds import ZONE, at, book

POLICY = book().policy
TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("day", "wall", "expected"),
    [
        (date(2027, 3, 14), time(2, 30), "2027-03-14T08:30:00+00:00"),  # the clocks go forward: this time does not exist
        (date(2027, 3, 14), time(9), "2027-03-14T14:00:00+00:00"),
        (date(2027, 3, 13), time(9), "2027-03-13T15:00:00+00:00"),
        (date(2027, 11, 7), time(1, 30), "2027-11-07T06:30:00+00:00"),  # and back: this time comes twice, the first one counts
        (date(2027, 11, 7), time(9), "2027-11-07T15:00:00+00:00"),
    ],
)
def test_a_wall_clock_time_is_one_instant(day: date, wall: time, expected: str) -> None:
    assert moment(day, wall, ZONE).isoformat() == expected


@pytest.mark.parametrize(
    ("day", "on", "by"),
    [
        (date(2027, 4, 15), "2027-04-15 09:00", "2027-04-15 09:00"),
        (date(2027, 4, 17), "2027-04-19 09:00", "2027-04-16 09:00"),  # Saturday
        (date(2027, 5, 2), "2027-05-03 09:00", "2027-04-30 09:00"),  # Sunday
    ],
)
def test_a_slot_lies_on_a_send_day(day: date, on: str, by: str) -> None:
    assert slot_on(day, POLICY, ZONE) == at(on)
    assert slot_by(day, POLICY, ZONE) == at(by)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-04-15 08:59", "2027-04-15 09:00"),
        ("2027-04-15 09:00", "2027-04-15 09:00"),
        ("2027-04-15 09:01", "2027-04-16 09:00"),
        ("2027-04-16 09:01", "2027-04-19 09:00"),
    ],
)
def test_the_first_slot_that_is_not_before_a_moment(now: str, expected: str) -> None:
    assert slot(at(now), POLICY, ZONE) == at(expected)


@pytest.mark.parametrize(
    ("due", "now", "expected"),
    [
        ("2027-04-15 09:00", "2027-04-15 09:00", "2027-04-15 09:00"),
        ("2027-04-15 09:00", "2027-04-15 11:00", "2027-04-15 09:00"),  # a late poll changes no decision
        ("2027-04-15 09:00", "2027-04-19 14:00", "2027-04-19 14:00"),  # three days down
        ("2027-04-15 09:00", "2027-04-17 14:00", "2027-04-19 09:00"),  # back on a Saturday
        ("2027-04-15 09:00", "2027-04-19 21:00", "2027-04-20 09:00"),  # back at night
    ],
)
def test_what_was_due_while_down_leaves_as_soon_as_the_day_allows(due: str, now: str, expected: str) -> None:
    assert opening(at(due), at(now), POLICY, ZONE) == at(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-04-15 10:00", "2027-04-15 10:10"),
        ("2027-04-15 19:55", "2027-04-16 08:00"),
        ("2027-04-15 06:00", "2027-04-15 08:00"),
        ("2027-04-16 19:55", "2027-04-19 08:00"),  # Friday evening
        ("2027-04-17 12:00", "2027-04-19 09:00"),  # Saturday
    ],
)
def test_a_humans_word_takes_effect_after_the_hold_time(now: str, expected: str) -> None:
    assert after_hold(at(now), POLICY, ZONE) == at(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2027-04-15 07:59", "2027-04-15 08:00"),
        ("2027-04-15 08:00", "2027-04-15 08:00"),
        ("2027-04-15 19:59", "2027-04-15 19:59"),
        ("2027-04-15 20:00", "2027-04-16 08:00"),
    ],
)
def test_nobody_is_written_to_at_night(now: str, expected: str) -> None:
    assert after_quiet(at(now, TOKYO), TOKYO) == at(expected, TOKYO)


@pytest.mark.parametrize(
    ("month", "day", "expected"),
    [("2027-02", 31, date(2027, 2, 28)), ("2028-02", 31, date(2028, 2, 29)), ("2027-04", 15, date(2027, 4, 15))],
)
def test_a_day_of_a_short_month_is_its_last(month: str, day: int, expected: date) -> None:
    assert day_in(month, day) == expected


def test_months_follow_each_other() -> None:
    assert [next_month(month) for month in ("2027-01", "2027-11", "2027-12")] == ["2027-02", "2027-12", "2028-01"]
    assert last_day("2027-02") == date(2027, 2, 28)
    assert in_words(date(2027, 11, 1)) == "1 November 2027"
