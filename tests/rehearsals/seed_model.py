"""The seed's numbers told a second time, without ladders: who gets which letter on which day if nobody, or only some, write.

Two attempts in a given month, then the mwoc is told; two more; one of the mentor's and one of the mwoc's for a mentee; seven
days of silence after each of the mwoc's; nobody is told that a match is over before CONFIRM (R-025 to R-033). The other
numbers are the defaults of CONTRACT.md section 9. Nothing here imports anything of the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

ATTEMPTS, WAIT, GAP = 2, 5, 5  # (S) two attempts in a given month
PREVIEW_HOURS, MORE, SILENCE = 48, 2, 7  # (S) two more attempts
ASK_AGAIN, SECOND_LINE = 3, 7
REPORT, REMIND = 7, 5
HOUR = time(9)

Sent = tuple[date, str, str]  # day, letter, to whom


@dataclass(frozen=True, slots=True)
class Wrote:
    """A human mail: contact made, or a word that decides."""

    at: datetime  # local, naive
    word: str = ""


def send_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


def next_slot(at: datetime) -> date:
    """The day of the first send hour that is not before a moment."""
    day = send_day(at.date())
    return day if datetime.combine(day, HOUR) >= at else send_day(at.date() + timedelta(days=1))


def month_day(month: tuple[int, int], day: int) -> date:
    return send_day(date(month[0], month[1], day))


def following(month: tuple[int, int]) -> tuple[int, int]:
    return (month[0] + month[1] // 12, month[1] % 12 + 1)


def month_of(day: date) -> tuple[int, int]:
    return (day.year, day.month)


def of_mentor(start: datetime, end: date, wrote: Iterable[Wrote], check_in_day: int = 15) -> list[Sent]:
    """The letters of one mentor's months, from the first moment of the service to `end`.

    A `Wrote` without a word is the mentor's; CONFIRM is the mwoc's.
    """
    left: list[Sent] = []
    heard = sorted((item for item in wrote if not item.word), key=lambda item: item.at)
    confirmed = [item.at for item in wrote if item.word == "CONFIRM"]
    first = month_day(month_of(start.date()), check_in_day)
    since = start
    day = first if datetime.combine(first, HOUR) > start else month_day(following(month_of(start.date())), check_in_day)
    while day <= end:
        answer = next((item.at for item in heard if item.at >= since), None)
        stop = _one_silence(left, day, end, answer, confirmed, check_in_day)
        if stop is None:
            break
        since = stop + timedelta(seconds=1)
        # Contact made this month: the next check-in is next month's.
        day = month_day(following(month_of(stop.date())), check_in_day)
    return [item for item in left if item[0] <= end]


def _one_silence(
    left: list[Sent], day: date, end: date, answer: datetime | None, confirmed: list[datetime], check_in_day: int
) -> datetime | None:
    """From one check-in to the answer that ends it, which is returned, or to a closing or the end of time (None)."""

    def silent_at(when: date) -> bool:
        return answer is None or answer > datetime.combine(when, HOUR)

    counted: list[date] = []
    while day <= end:  # the coordinator's attempts, until two lie in one month
        for letter in ("check_in", "check_in_again"):
            if not silent_at(day):
                return answer
            left.append((day, letter, "mentor"))
            counted.append(day)
            day = send_day(day + timedelta(days=WAIT))
            if sum(month_of(item) == month_of(counted[-1]) for item in counted) >= ATTEMPTS:
                break
        if sum(month_of(item) == month_of(counted[-1]) for item in counted) >= ATTEMPTS:
            break
        again = month_day(month_of(day), check_in_day)
        day = again if again > day else month_day(following(month_of(day)), check_in_day)
    if not silent_at(day):
        return answer
    left.append((day, "mentor_silent", "mwoc"))
    day = next_slot(datetime.combine(day, HOUR) + timedelta(hours=PREVIEW_HOURS))
    for letter in ("welcome_check_in", "welcome_check_in_again"):
        if not silent_at(day):
            return answer
        left.append((day, letter, "mentor"))
        day = send_day(day + timedelta(days=SILENCE))
    return _gate(left, day, answer, confirmed, ("new_match_needed_mentee", "mentor_set_inactive"))


def _gate(
    left: list[Sent], day: date, answer: datetime | None, confirmed: list[datetime], letters: tuple[str, ...]
) -> datetime | None:
    """Asked, asked again, a second person asked; told only after CONFIRM."""
    asked = day
    again = send_day(asked + timedelta(days=ASK_AGAIN))
    second = send_day(again + timedelta(days=SECOND_LINE - ASK_AGAIN))
    word = next((at for at in confirmed if at > datetime.combine(asked, HOUR)), None)
    for when, to in ((asked, "mwoc"), (again, "mwoc"), (second, "staff")):
        moment = datetime.combine(when, HOUR)
        if word is not None and word <= moment and (answer is None or word < answer):
            break  # decided; what is written afterwards finds it closed
        if answer is not None and answer <= moment:
            return answer
        left.append((when, "closing_gate", to))
    if word is not None and (answer is None or word < answer):
        for letter in letters:
            left.append((word.date(), letter, "concerned"))
        return None
    return answer


def of_mentee(reported: datetime, wrote: Iterable[Wrote]) -> list[Sent]:
    """The letters of one report of a silent mentee: NOT REACHED is the mentor's, CONFIRM the mwoc's, no word the mentee's."""
    said = list(wrote)
    left: list[Sent] = []
    asked = next_slot(reported)
    tried = next((item.at for item in said if item.word == "NOT REACHED"), None)
    if tried is None or tried > datetime.combine(asked, HOUR):  # who told the result before being asked is not asked any more
        left.append((asked, "mentee_silent_inquiry", "mentor"))
    reminded = send_day(asked + timedelta(days=REPORT))
    if tried is None or tried > datetime.combine(reminded, HOUR):
        left.append((reminded, "report_back_reminder", "mentor"))
    if tried is None:
        return left
    handed = next_slot(tried)
    answer = next((item.at for item in said if not item.word and item.at > tried), None)
    if answer is not None and answer <= datetime.combine(handed, HOUR):
        return left  # who has written is not handed over as silent
    left += [(handed, "mentee_silent", "mwoc"), (handed, "mentee_check_in", "mentee")]
    gate = send_day(handed + timedelta(days=SILENCE))
    confirmed = [item.at for item in said if item.word == "CONFIRM"]
    if answer is None or answer > datetime.combine(gate, HOUR):
        _gate(left, gate, answer, confirmed, ("new_match_needed_mentor", "place_kept"))
    return left
