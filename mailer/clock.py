"""The only place that knows what time it is: the machine's clock, a clock for stories, and a fast one for the sample program."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

# A sleep is cut into pieces, because a laptop that was suspended, or a clock that was set, must not make us oversleep.
_LONGEST_NAP = 30.0


class Clock(Protocol):
    """Tells the moment and waits for a later one; every moment is aware and in UTC."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Returns when `moment` (aware, any zone) has come; at once if it is past."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime) -> None:
        due = _utc(moment)
        while (left := (due - self.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, _LONGEST_NAP))


class VirtualClock:
    """A clock that stands still until it is told to advance: rehearsals, forecasts, replays and tests live by it."""

    def __init__(self, start: datetime) -> None:
        self._now = _utc(start)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Moves the clock forward and returns the new moment; ValueError for a step back."""
        return self.advance_to(self._now + by)

    def advance_to(self, moment: datetime) -> datetime:
        """Moves the clock to `moment` (aware, any zone); ValueError if that lies in the past: time has no way back."""
        due = _utc(moment)
        if due < self._now:
            raise ValueError(f"the clock stands at {self._now.isoformat()} and cannot go back to {due.isoformat()}")
        self._now = due
        return due

    async def sleep_until(self, moment: datetime) -> None:
        """Nobody waits in virtual time: the clock is moved instead."""
        due = _utc(moment)
        if due > self._now:
            self._now = due
        await asyncio.sleep(0)


def _utc(moment: datetime) -> datetime:
    """`moment` in UTC; ValueError if it is naive, because a moment without a zone is a guess."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)


def machine_time(ahead_seconds: float) -> datetime:
    """The machine's own moment so many seconds ahead, in UTC: for libraries that know no clock but the machine's."""
    return datetime.now(UTC) + timedelta(seconds=ahead_seconds)


class SampleClock:
    """The sample program's time: `factor` times as fast as the machine's until `until`, at its own pace from then on."""

    def __init__(self, start: datetime, until: datetime, factor: float) -> None:
        self._start, self._until = _utc(start), _utc(until)
        self._factor = factor
        self._began = time.monotonic()

    @property
    def speed(self) -> float:
        """How many of its seconds pass in one of the machine's, just now."""
        return self._factor if self.now() < self._until else 1.0

    def now(self) -> datetime:
        passed = time.monotonic() - self._began
        fast = max((self._until - self._start).total_seconds(), 0.0)
        if passed * self._factor < fast:
            return self._start + timedelta(seconds=passed * self._factor)
        return max(self._start, self._until) + timedelta(seconds=passed - fast / self._factor)

    async def sleep_until(self, moment: datetime) -> None:
        due = _utc(moment)
        while (left := (due - self.now()).total_seconds()) > 0:
            await asyncio.sleep(max(min(left / self.speed, _LONGEST_NAP), 0.001))
