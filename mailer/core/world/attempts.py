"""Counting attempts by evidence: what was tried, when it counted, and what signs of life there are (REQUIREMENTS.md 4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.records import Case, Event, EventKind, Letter, LetterState, Situation
from mailer.core.world.lookups import events_of, letters_to
from mailer.core.world.moments import local_day, month_of


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach a person: a letter that left and did not come back, or a recorded call."""

    on: date  # local day on which it left
    what: str  # letter name, or how: "phone"
    counts: bool  # False: came back, or too soon after the one before
    result: str  # "no_answer", "bounced", "too_soon"
    message_id: str = ""  # of the letter; "" for a call


def attempts_at(
    situation: Situation, person_id: int, gap_days: int, zone: ZoneInfo, since: datetime | None = None
) -> tuple[Attempt, ...]:
    """Every attempt to reach a person, oldest first, each with whether it counts (gap in calendar days, R-025, A03, A04)."""
    tried: list[tuple[date, str, bool, str]] = []
    for letter in letters_to(situation, person_id):
        if _is_attempt(letter, person_id) and letter.sent_at is not None and (since is None or letter.sent_at >= since):
            tried.append((local_day(letter.sent_at, zone), letter.name, letter.bounced_at is None, letter.message_id))
    for event in events_of(situation, person_id):
        if event.kind is EventKind.ATTEMPT and (since is None or event.at >= since):
            tried.append((event.on, event.how, True, ""))
    tried.sort(key=lambda item: item[0])
    found: list[Attempt] = []
    last: date | None = None
    for on, what, arrived, message_id in tried:
        if not arrived:
            found.append(Attempt(on, what, False, "bounced", message_id))
        elif last is not None and on - last < timedelta(days=gap_days):
            found.append(Attempt(on, what, False, "too_soon", message_id))
        else:
            found.append(Attempt(on, what, True, "no_answer", message_id))
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
    made = [event for event in events_of(situation, person_id) if event.kind is EventKind.CONTACT]
    return max(made, key=lambda event: event.at, default=None)


def unanswered(situation: Situation, person_id: int, gap_days: int, zone: ZoneInfo) -> tuple[Attempt, ...]:
    """The attempts since a person was last in contact: what was answered is no silence."""
    made = last_contact(situation, person_id)
    return attempts_at(situation, person_id, gap_days, zone, since=made.at if made is not None else None)


# Unproved mail and a cry for help; answered surveys; absences; and what people do in their mail program beside writing (4.1).
_SIGNS = frozenset(
    {EventKind.SIGN_OF_LIFE, EventKind.SURVEY_ANSWERED, EventKind.AWAY, EventKind.LETTER_READ, EventKind.INVITATION_ANSWERED}
)


def signs_of_life(situation: Situation, person_id: int, since: datetime | None, *, with_contact: bool = False) -> tuple[Event, ...]:
    """Signs of life since a moment: they block every automatic closing, and are no contact (4.1, A25).

    `with_contact`: mail to the program is no more than a sign of life where the question is whether a mentee answers their mentor.
    """
    kinds = _SIGNS | ({EventKind.CONTACT} if with_contact else set())
    return tuple(event for event in events_of(situation, person_id) if event.kind in kinds and (since is None or event.at >= since))


REPORTED_SIGNS = timedelta(days=14)  # 4B REPORTED: what a mentee sent to the program shortly before the mentor's report


def signs_for(situation: Situation, case: Case, person_id: int) -> tuple[Event, ...]:
    """The signs of life that belong to a walk: of a mentor since the last contact, of a mentee since shortly before the report."""
    if case.about == "match":
        since = case.opened_at - REPORTED_SIGNS if case.opened_at is not None else None
        return signs_of_life(situation, person_id, since, with_contact=True)
    made = last_contact(situation, person_id)
    moments = [moment for moment in (case.opened_at, made.at if made is not None else None) if moment is not None]
    return signs_of_life(situation, person_id, max(moments, default=None))
