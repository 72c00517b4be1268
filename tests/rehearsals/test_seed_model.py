"""The ladders against the seed's numbers: a small model that knows no ladder says who gets which letter on which day.

Shows R-006, R-025, R-035.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import Phase, given, settings

from tests.rehearsals.seed_model import Sent, Wrote, of_mentee, of_mentor
from tests.rehearsals.village import ANA, MINA, NAMES, NOOR, SVEN, WILMA, ZONE, Village
from tests.searching import LONG

OF_MENTOR = {"check_in", "check_in_again", "mentor_silent", "welcome_check_in", "welcome_check_in_again", "closing_gate"} | {
    "new_match_needed_mentee",
    "mentor_set_inactive",
}
OF_MENTEE = {"mentee_silent_inquiry", "report_back_reminder", "mentee_silent", "mentee_check_in", "closing_gate"} | {
    "new_match_needed_mentor",
    "place_kept",
}
SOME = settings(max_examples=150 if LONG else 4, deadline=None, database=None, phases=(Phase.explicit, Phase.generate))
DAYS = st.integers(3, 75)
WORKING_HOURS = st.sampled_from([10, 13, 16])  # CONFIRM is answered the same day inside working hours


def local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE).replace(tzinfo=None)


def working(at: datetime) -> datetime:
    """The same hour on the next send day."""
    while at.weekday() > 4:
        at += timedelta(days=1)
    return at


def left(village: Village, letters: set[str], about: tuple[str, ...]) -> list[Sent]:
    """What left, as the model tells it: day, letter, to whom."""
    to = {WILMA: "mwoc", SVEN: "staff", ANA: "mentor", MINA: "mentee", NOOR: "mentee"}
    found: list[Sent] = []
    for _, sent in village.letters:
        if sent.name in letters and (sent.to_address in about or any(name in sent.text for name in ("Ana Torre", "Mina Holt"))):
            told = sent.name in ("new_match_needed_mentee", "mentor_set_inactive", "new_match_needed_mentor", "place_kept")
            found.append((local(sent.at).date(), sent.name, "concerned" if told else to.get(sent.to_address, sent.to_address)))
    return sorted(set(found))


def lived(start: datetime, days: int, wrote: list[tuple[Wrote, str]], about: str, check_in_day: int) -> Village:
    village = Village(start.replace(tzinfo=ZONE), policy={"cycle.check_in_day": check_in_day})
    for item, who in sorted(wrote, key=lambda pair: pair[0].at):
        village.until(item.at.replace(tzinfo=ZONE))
        village.writes(who, (f"{about}: CONFIRM" if item.word == "CONFIRM" else item.word) or "All is well, thank you.")
    village.until((start + timedelta(days=days)).replace(tzinfo=ZONE))
    return village


@pytest.mark.slow
@SOME
@given(
    first=st.dates(date(2027, 1, 1), date(2027, 12, 1)),
    replies=st.lists(st.tuples(DAYS, st.integers(0, 23)), max_size=2),
    confirm=st.one_of(st.none(), st.tuples(st.integers(20, 80), WORKING_HOURS)),
    check_in_day=st.sampled_from([15, 15, 1, 20, 26, 28]),
)
def test_a_mentors_months_are_as_the_seed_says(
    first: date, replies: list[tuple[int, int]], confirm: tuple[int, int] | None, check_in_day: int
) -> None:
    start = datetime.combine(first, datetime.min.time()) + timedelta(hours=8)
    wrote = [(Wrote(start + timedelta(days=day, hours=hour - 8, minutes=30)), ANA) for day, hour in replies]
    if confirm is not None:
        at = working(start + timedelta(days=confirm[0], hours=confirm[1] - 8))
        wrote.append((Wrote(at, "CONFIRM"), WILMA))
    village = lived(start, 90, wrote, NAMES[ANA], check_in_day)
    last = (start + timedelta(days=89)).date()  # the 90th day ends before its first letter
    expected = of_mentor(start, last, [item for item, _ in wrote], check_in_day)
    assert left(village, OF_MENTOR, (ANA, MINA, NOOR)) == sorted(set(expected))
    village.leaves()


@pytest.mark.slow
@SOME
@given(
    first=st.dates(date(2027, 1, 4), date(2027, 11, 1)),
    tried=st.one_of(st.none(), st.integers(1, 11)),
    answered=st.one_of(st.none(), st.integers(12, 30)),
    confirm=st.one_of(st.none(), st.integers(20, 40)),
    hour=WORKING_HOURS,
)
def test_a_silent_mentee_is_asked_after_as_the_seed_says(
    first: date, tried: int | None, answered: int | None, confirm: int | None, hour: int
) -> None:
    start = datetime.combine(first, datetime.min.time()) + timedelta(hours=8)
    reported = start + timedelta(days=1, hours=hour - 8)
    wrote: list[tuple[Wrote, str]] = [(Wrote(reported, "NO ANSWER Mina"), ANA)]
    if tried is not None:
        wrote.append((Wrote(reported + timedelta(days=tried), "NOT REACHED"), ANA))
    if answered is not None:
        wrote.append((Wrote(reported + timedelta(days=answered, minutes=20)), MINA))
    if confirm is not None:
        wrote.append((Wrote(working(reported + timedelta(days=confirm)), "CONFIRM"), WILMA))
    village = lived(start, 45, wrote, NAMES[MINA], 28)
    expected = of_mentee(reported, [item for item, _ in wrote])
    assert left(village, OF_MENTEE, (ANA, MINA)) == sorted(set(expected))
    village.leaves()
