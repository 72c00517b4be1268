"""Wakes the service: at the next due moment, at the latest after `turn_seconds`, or when mail has come."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from mailer.clock import Clock, machine_time

_NEXT = "next due moment"
_PULSE = "longest pause"


class Alarm:
    """One alarm for one service. Schedules live in memory: what is due stands in our own tables, this only wakes us.

    APScheduler is told instants in UTC, never wall clock times: its cron triggers fire twice in the autumn hour.
    """

    def __init__(self, clock: Clock, turn_seconds: int) -> None:
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None})
        self._rung = asyncio.Event()
        self._scheduler.add_job(self.ring, "interval", seconds=turn_seconds, id=_PULSE)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    async def ring(self) -> None:
        """Wake the service now."""
        self._rung.set()

    def set(self, due: datetime | None, speed: float = 1.0) -> None:
        """Wake at `due` by the service's clock, which runs `speed` times as fast as the machine's."""
        if due is None:
            if self._scheduler.get_job(_NEXT) is not None:
                self._scheduler.remove_job(_NEXT)
            return
        ahead = max((due - self._clock.now()).total_seconds() / speed, 0.02)
        at = machine_time(ahead)
        self._scheduler.add_job(self.ring, "date", run_date=at, id=_NEXT, replace_existing=True)

    async def wait(self) -> None:
        """Return when the alarm has rung since the last wait."""
        await self._rung.wait()
        self._rung.clear()
