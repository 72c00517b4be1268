"""How long a ladder state waits: a number of days or hours from its policy, or a day of the month."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from db.records import Case
from mailer.core.world.moments import after_hold, day_in, last_day, local_day, moment, month_of, next_month, slot, slot_by, slot_on
from mailer.core.world.scene import Scene
from mailer.model.program import State


def due_moment(scene: Scene, case: Case, state: State, at: datetime) -> datetime | None:
    """When time moves a state entered at `at`; None where it waits for ever. Always a send moment of the program."""
    if state.wait:
        return _within(scene, state, at, _after(scene, case, state.wait, at))
    if state.until:
        return _until(scene, case, state.until.split(), at)
    return None


def _within(scene: Scene, state: State, at: datetime, due: datetime) -> datetime:
    """A wait with a last day ends on the send day before it where the next one would be too late (R-024)."""
    last = last_moment(scene, state, min(at, scene.now))
    if last is None or local_day(due, scene.zone) <= local_day(last, scene.zone):
        return due
    earlier = slot_by(local_day(last, scene.zone), scene.policy, scene.zone)
    return earlier if earlier > at else due


def last_moment(scene: Scene, state: State, since: datetime) -> datetime | None:
    """The send hour of the last day of a wait that has one (`within`), whether or not letters leave on that day."""
    if not state.within:
        return None
    day = local_day(since, scene.zone) + timedelta(days=_amount(scene, state.within))
    return moment(day, scene.policy.clock("send.hour"), scene.zone)


def person_moment(scene: Scene, case: Case, name: str) -> datetime | None:
    """The moment remembered of the person a walk is about: a day means its send hour. None where there is none."""
    person = scene.person(case.subject_id)
    written = str(person.extra.get(name) or "") if person is not None else ""
    if len(written) > 10:
        return datetime.fromisoformat(written)
    return slot_on(date.fromisoformat(written), scene.policy, scene.zone) if written else None


def _after(scene: Scene, case: Case, wait: str, at: datetime) -> datetime:
    if wait == "hold":
        return slot_on(local_day(at, scene.zone) + timedelta(days=max(1, scene.number(case, "days"))), scene.policy, scene.zone)
    if wait.endswith("_minutes"):
        return after_hold(scene.now, scene.policy, scene.zone)
    first, _, less = wait.partition("-")
    amount = _amount(scene, first) - (_amount(scene, less) if less.strip() else 0)
    if first.strip().endswith("_hours"):
        # Hours by the clock on the wall: two days stay two days when the clocks change.
        later = (at.astimezone(scene.zone) + timedelta(hours=amount)).astimezone(UTC)
        return at if amount <= 0 else slot(later, scene.policy, scene.zone)
    return at if amount <= 0 else slot_on(local_day(at, scene.zone) + timedelta(days=amount), scene.policy, scene.zone)


def _amount(scene: Scene, word: str) -> int:
    word = word.strip()
    return int(word) if word.isdigit() else scene.policy.number(word)


def _marked_day(scene: Scene, case: Case, name: str) -> date | None:
    """A day that is known: when the pair was `matched`, `since` of the person, or one that is remembered (see the verb `mark`)."""
    if name == "matched":
        return next((item.since for item in scene.situation.matches if item.id == case.match_id), None)
    subject = scene.person(case.subject_id)
    if subject is None:
        return None
    if name == "since":
        return subject.since
    found = subject.extra.get(name)
    return date.fromisoformat(str(found)) if found else None


def _months_after(scene: Scene, case: Case, months: int, marks: list[str], at: datetime) -> datetime:
    """The next time such a number of months is full, counted from the latest of these days, else from the walk's first day."""
    known = [day for day in (_marked_day(scene, case, mark) for mark in marks) if day is not None]
    first = max(known, default=local_day(case.opened_at or at, scene.zone))
    count = 1
    while True:
        month = first.month - 1 + count * max(1, months)
        full = day_in(f"{first.year + month // 12:04d}-{month % 12 + 1:02d}", first.day)
        found = slot_on(full, scene.policy, scene.zone)
        if found > at:
            return found
        count += 1


def _until(scene: Scene, case: Case, words: list[str], at: datetime) -> datetime | None:
    day = local_day(at, scene.zone)
    month = scene.text(case, "month")
    match words:
        case ["day", key]:
            number = _amount(scene, key)
            if month:
                found = slot_on(day_in(month, number), scene.policy, scene.zone)
                return max(found, at)  # a day that has gone by passes on at once
            return _next_occurrence(scene, at, month_of(day), number)
        case ["person", name]:
            return person_moment(scene, case, name) or at
        case ["next", "month", "day", key]:
            return slot_on(day_in(next_month(month or month_of(day)), _amount(scene, key)), scene.policy, scene.zone)
        case ["month", "start"]:
            found = slot_on(day_in(month or next_month(month_of(day)), 1), scene.policy, scene.zone)
            return max(found, at)
        case [key, "days", "before", "month"]:
            return _before_month(scene, at, _amount(scene, key))
        case [key, "days", "after", name]:
            began = scene.text(case, f"at {name}")
            first = local_day(datetime.fromisoformat(began), scene.zone) if began else day
            return max(slot_on(first + timedelta(days=_amount(scene, key)), scene.policy, scene.zone), at)
        case [key, "months", "after", *marks]:
            return _months_after(scene, case, _amount(scene, key), marks, at)
        case ["day", "after", mark]:
            last = _marked_day(scene, case, mark)
            return slot_on(last + timedelta(days=1), scene.policy, scene.zone) if last is not None else None
        case ["kept", name]:
            # The day itself, also where no letters leave on it: what ends on a day has ended on it.
            kept = scene.text(case, name)
            return moment(date.fromisoformat(kept), scene.policy.clock("send.hour"), scene.zone) if kept else None
        case ["after", name]:  # the day after one that a word named and the walk keeps
            last = date.fromisoformat(scene.text(case, name) or day.isoformat())
            return max(slot_on(last + timedelta(days=1), scene.policy, scene.zone), at)
        case ["last", "day"]:
            found = slot_by(last_day(month or month_of(day)), scene.policy, scene.zone)
            return found if found > at else slot_on(day + timedelta(days=1), scene.policy, scene.zone)
        case _:
            return slot_on(day + timedelta(days=1), scene.policy, scene.zone)


def _next_occurrence(scene: Scene, at: datetime, month: str, number: int) -> datetime:
    found = slot_on(day_in(month, number), scene.policy, scene.zone)
    return found if found > at else slot_on(day_in(next_month(month), number), scene.policy, scene.zone)


def _before_month(scene: Scene, at: datetime, days: int) -> datetime:
    month = next_month(month_of(local_day(at, scene.zone)))
    while True:
        start: date = day_in(month, 1)
        found = slot_on(start - timedelta(days=days), scene.policy, scene.zone)
        if found > at:
            return found
        month = next_month(month)
