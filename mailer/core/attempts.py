"""Counting attempts by evidence: what was tried, when it counted, and what signs of life there are (REQUIREMENTS.md 4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.records import Event, EventKind, Letter, LetterState, Situation
from mailer.core.moments import local_day, month_of


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach a person: a letter that left and did not come back, or a recorded call."""

    on: date  # local day on which it left
    what: str  # letter name, or how: "phone"
    counts: bool  # False: came back, or too soon after the one before
    result: str  # "no_answer", "bounced", "too_soon"


def attempts_at(
    situation: Situation, person_id: int, gap_days: int, zone: ZoneInfo, since: datetime | None = None
) -> tuple[Attempt, ...]:
    """Every attempt to reach a person, oldest first, each with whether it counts (gap in calendar days, R-025, A03, A04)."""
    tried: list[tuple[date, str, bool]] = []
    for letter in situation.letters:
        if _is_attempt(letter, person_id) and letter.sent_at is not None and (since is None or letter.sent_at >= since):
            tried.append((local_day(letter.sent_at, zone), letter.name, letter.bounced_at is None))
    for event in situation.events:
        if event.person_id == person_id and event.kind is EventKind.ATTEMPT and (since is None or event.at >= since):
            tried.append((event.on, event.how, True))
    tried.sort(key=lambda item: item[0])
    found: list[Attempt] = []
    last: date | None = None
    for on, what, arrived in tried:
        if not arrived:
            found.append(Attempt(on, what, False, "bounced"))
        elif last is not None and on - last < timedelta(days=gap_days):
            found.append(Attempt(on, what, False, "too_soon"))
        else:
            found.append(Attempt(on, what, True, "no_answer"))
            last = on
    return tuple(found)


def _is_attempt(letter: Letter, person_id: int) -> bool:
    return (
        letter.attempt
        and letter.to_id == person_id
        and letter.state is LetterState.SENT
        and not letter.because.startswith("uncertain")
    )


def enough_in_a_month(attempts: tuple[Attempt, ...], count: int) -> bool:
    """Whether `count` counted attempts lie in one calendar month, the month of the latest (4A ATTEMPT_2)."""
    counted = [attempt for attempt in attempts if attempt.counts]
    if not counted:
        return False
    month = month_of(counted[-1].on)
    return sum(month_of(attempt.on) == month for attempt in counted) >= count


def last_contact(situation: Situation, person_id: int) -> Event | None:
    """The newest contact made by a person, if any."""
    made = [event for event in situation.events if event.person_id == person_id and event.kind is EventKind.CONTACT]
    return max(made, key=lambda event: event.at, default=None)


def signs_of_life(situation: Situation, person_id: int, since: datetime | None) -> tuple[Event, ...]:
    """Unproved mail, absences and answered surveys since a moment: they block every automatic closing (A25)."""
    kinds = (EventKind.SIGN_OF_LIFE, EventKind.SURVEY_ANSWERED, EventKind.AWAY)
    return tuple(
        event
        for event in situation.events
        if event.person_id == person_id and event.kind in kinds and (since is None or event.at >= since)
    )
