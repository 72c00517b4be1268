"""The clocks: aware UTC always, virtual time only forward, fast time as fast as told."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailer.clock import Clock, SampleClock, SystemClock, VirtualClock, machine_time

START = datetime(2027, 10, 1, 8, 0, tzinfo=ZoneInfo("America/Chicago"))
CLOCKS: tuple[Clock, ...] = (SystemClock(), VirtualClock(START), SampleClock(START, START + timedelta(days=1), 60))


@pytest.mark.parametrize("clock", CLOCKS, ids=lambda clock: type(clock).__name__)
def test_every_clock_tells_utc(clock: Clock) -> None:
    assert clock.now().tzinfo is UTC


def test_virtual_time_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock(START)
    assert clock.now() == clock.now() == datetime(2027, 10, 1, 13, 0, tzinfo=UTC)
    assert clock.advance(timedelta(days=2)) == clock.now() == datetime(2027, 10, 3, 13, 0, tzinfo=UTC)


def test_virtual_time_has_no_way_back() -> None:
    clock = VirtualClock(START)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(timedelta(seconds=-1))
    assert clock.now() == START


def test_waiting_in_virtual_time_moves_the_clock_and_takes_no_time() -> None:
    clock = VirtualClock(START)
    before = time.monotonic()
    asyncio.run(clock.sleep_until(START + timedelta(days=365)))
    assert clock.now() == START + timedelta(days=365)
    assert time.monotonic() - before < 5


def test_waiting_for_the_past_returns_at_once() -> None:
    for clock in CLOCKS:
        asyncio.run(clock.sleep_until(datetime(2020, 1, 1, tzinfo=UTC)))
    assert CLOCKS[1].now() == START


def test_the_samples_hour_passes_in_a_fraction_of_a_second() -> None:
    clock = SampleClock(START, START + timedelta(days=1), 36_000)
    asyncio.run(clock.sleep_until(START + timedelta(hours=1)))
    assert clock.now() >= START + timedelta(hours=1)


def test_the_samples_time_slows_down_where_it_was_told_to() -> None:
    clock = SampleClock(START, START + timedelta(hours=1), 3_600_000)
    asyncio.run(clock.sleep_until(START + timedelta(hours=1)))
    assert clock.speed == 1.0
    assert START + timedelta(hours=1) <= clock.now() < START + timedelta(hours=1, minutes=5)


def test_a_sample_that_begins_where_it_ends_runs_like_any_clock() -> None:
    clock = SampleClock(START, START - timedelta(days=1), 1000)
    assert clock.speed == 1.0
    assert START <= clock.now() < START + timedelta(minutes=5)


def test_the_machines_moment_can_be_told_ahead() -> None:
    assert timedelta(minutes=59) < machine_time(3600) - SystemClock().now() < timedelta(minutes=61)


def test_the_system_clock_wakes_when_the_moment_has_come() -> None:
    clock = SystemClock()
    due = clock.now() + timedelta(milliseconds=20)
    asyncio.run(clock.sleep_until(due))
    assert clock.now() >= due


@pytest.mark.parametrize("make", [VirtualClock, lambda start: SampleClock(start, start, 2)])
def test_a_moment_without_a_zone_is_refused(make: type[VirtualClock]) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        make(datetime(2027, 10, 1, 8, 0))
