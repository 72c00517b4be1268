"""When letters may leave: working slots in the program's zone, quiet hours in the recipient's (CONTRACT.md section 9, Time)."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from mailer.model.program import Policy

QUIET_FROM = time(20, 0)
QUIET_UNTIL = time(8, 0)

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(maxsize=64)
def _weekdays(words: tuple[str, ...]) -> frozenset[int]:
    return frozenset(_WEEKDAYS.index(word[:3].lower()) for word in words)


def send_days(policy: Policy) -> frozenset[int]:
    """The weekdays (Monday 0) on which letters leave."""
    return _weekdays(policy.words("send.days"))


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall clock time; one that a spring gap swallows is read by the clock before it, of two the first
    one counts (RFC 5545 section 3.3.5)."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def slot_on(day: date, policy: Policy, zone: ZoneInfo) -> datetime:
    """The send hour of `day`, or of the next send day after it."""
    days = send_days(policy)
    while day.weekday() not in days:
        day += timedelta(days=1)
    return moment(day, policy.clock("send.hour"), zone)


def slot_by(day: date, policy: Policy, zone: ZoneInfo) -> datetime:
    """The send hour of `day`, or of the last send day before it (what must be out by a day)."""
    days = send_days(policy)
    while day.weekday() not in days:
        day -= timedelta(days=1)
    return moment(day, policy.clock("send.hour"), zone)


def slot(at: datetime, policy: Policy, zone: ZoneInfo) -> datetime:
    """The first send moment that is not before `at`."""
    first = slot_on(local_day(at, zone), policy, zone)
    return first if first >= at else slot_on(local_day(at, zone) + timedelta(days=1), policy, zone)


def opening(due: datetime, now: datetime, policy: Policy, zone: ZoneInfo) -> datetime:
    """When a letter that was due leaves: at `due` if the service is on time, else as soon as the day allows (after down time)."""
    if now <= due:
        return due if local_day(due, zone).weekday() in send_days(policy) else slot(due, policy, zone)
    local = now.astimezone(zone)
    if local.weekday() in send_days(policy) and policy.clock("send.hour") <= local.time() < QUIET_FROM:
        return due if local_day(due, zone) == local.date() else now
    return slot(now, policy, zone)


def after_quiet(at: datetime, zone: ZoneInfo) -> datetime:
    """`at`, or the end of the night it falls into (20:00 to 08:00 in `zone`)."""
    local = at.astimezone(zone)
    if local.time() >= QUIET_FROM:
        return moment(local.date() + timedelta(days=1), QUIET_UNTIL, zone)
    return moment(local.date(), QUIET_UNTIL, zone) if local.time() < QUIET_UNTIL else at


def after_hold(now: datetime, policy: Policy, zone: ZoneInfo) -> datetime:
    """When a letter leaves that follows a human's word: after the hold time, on a send day, outside quiet hours of `zone`."""
    at = now + timedelta(minutes=policy.number("send.hold_minutes"))
    local = at.astimezone(zone)
    if local.weekday() in send_days(policy) and QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    if local.weekday() in send_days(policy) and local.time() < QUIET_UNTIL:
        return moment(local.date(), QUIET_UNTIL, zone)
    day = local.date() + timedelta(days=1)
    while day.weekday() not in send_days(policy):
        day += timedelta(days=1)
    return moment(day, QUIET_UNTIL if local.time() >= QUIET_FROM else policy.clock("send.hour"), zone)


def month_of(day: date) -> str:
    """The month a day lies in, "2027-10"."""
    return f"{day.year:04d}-{day.month:02d}"


def next_month(month: str) -> str:
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def day_in(month: str, day: int) -> date:
    """Day `day` of a month; the last one where the month is shorter."""
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, max(1, min(day, calendar.monthrange(year, number)[1])))


def last_day(month: str) -> date:
    return day_in(month, 31)


def in_words(day: date) -> str:
    """A day as letters write it: "15 October 2027"."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def month_in_words(month: str) -> str:
    return f"{calendar.month_name[int(month[5:7])]} {int(month[:4])}"
