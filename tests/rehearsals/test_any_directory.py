"""Whatever is written about a pair of a directory and whenever: a model of the few rules of 4E says on every day where it stands."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from mailer.files.settings import read_settings
from mailer.files.stories import read_story
from mailer.modes.rehearse import Lived, rehearse

ROOT = Path(__file__).parent.parent.parent
FIRST = date(2027, 10, 4)  # a Monday
DAYS = 60
NOTICE_DAYS = 14  # R-218, A13
STAFF, MENTOR, OTHER, MENTEE = "gerd@example.org", "hedda@example.org", "bruno@example.org", "milo@example.com"
SECRETS = ("canary-setting", "canary-phone", "canary-certificate")  # what the mentors do not publish
HEAD = f"""
title   = "Anything"
profile = "icb"
start   = "{FIRST}T08:00"
end     = "{FIRST + timedelta(days=DAYS)}T18:00"
[settings]
timezone = "America/Chicago"
[[person]]
name  = "Gerd Falk"
email = "{STAFF}"
role  = "staff"
[[person]]
name          = "Hedda Vik"
email         = "{MENTOR}"
role          = "mentor"
topics        = ["career"]
setting       = "canary-setting"
phone         = "canary-phone"
certification = "canary-certificate"
publish       = ["name", "topics"]
[[person]]
name          = "Bruno Salt"
email         = "{OTHER}"
role          = "mentor"
certification = "canary-certificate"
publish       = ["name", "email"]
[[person]]
name   = "Milo Rand"
email  = "{MENTEE}"
role   = "mentee"
mentor = "{MENTOR}"
"""

_moments = st.tuples(st.integers(1, 30), st.integers(7, 22), st.integers(0, 59))
_words = st.one_of(
    st.tuples(st.just(MENTOR), st.integers(-3, 25).map(lambda days: f"NOTICE +{days}")),
    st.tuples(
        st.just(MENTOR), st.sampled_from(["WITHDRAW", "END", "FULL", "RETURN", "LEAVE", "DIRECTORY", "CONCERN Milo is late"])
    ),
    st.tuples(st.just(MENTEE), st.sampled_from(["DIRECTORY", "DIRECTORY career", "CHOOSE Bruno Salt", "RELAY Call me: 555 0101."])),
    st.tuples(st.just(MENTEE), st.sampled_from(["END Hedda", "CONCERN Hedda is unkind", "NOTICE 2027-12-24", "Thank you all."])),
    st.tuples(st.just(STAFF), st.sampled_from(["WAIVE Hedda Vik", "DIRECTORY", "END"])),
)
_mails = st.lists(st.tuples(_moments, _words), min_size=1, max_size=9, unique_by=lambda mail: mail[0])


class Pair:
    """Where the pair stands, by the rules of 4E and nothing else."""

    def __init__(self) -> None:
        self.ended: datetime | None = None
        self.notice: date | None = None

    def time(self, now: datetime) -> None:
        """The day of a notice has come: at the send hour of that very day."""
        if self.ended is None and self.notice is not None and now >= (due := datetime.combine(self.notice, _HOUR)):
            self.ended = due

    def hears(self, who: str, body: str, now: datetime) -> None:
        self.time(now)
        if self.ended is not None:
            return
        if (who == MENTEE and body == "END Hedda") or (who == STAFF and body.startswith("WAIVE")):
            self.ended = now
        elif who == MENTOR and body.startswith("NOTICE"):
            day = date.fromisoformat(body.split()[1])
            if day >= now.date() + timedelta(days=NOTICE_DAYS):
                self.notice = day
        elif who == MENTOR and body == "WITHDRAW":
            self.notice = None


_HOUR = datetime(2027, 10, 4, 9).time()


def _live(mails: list[tuple[datetime, str, str]], place: Path) -> Lived:
    arrivals = [
        f'[[arrive]]\nat = "{at:%Y-%m-%dT%H:%M}"\nfrom = "{who}"\nsubject = "A word"\nbody = "{body}"\n' for at, who, body in mails
    ]
    looks = [
        f'[[expect]]\nmatch = ["{MENTOR}", "{MENTEE}"]\nis = "active"\nat = "{FIRST + timedelta(days=day)}"\n'
        for day in range(DAYS)
    ]
    place.write_text("\n".join((HEAD, *arrivals, *looks)), encoding="utf-8")
    known = read_settings(ROOT / "settings.toml")
    letters = frozenset(path.stem for path in (ROOT / "templates" / "email").glob("*/*.md"))
    return asyncio.run(rehearse(read_story(place, known, letters), known.rules, known.templates))


@pytest.mark.slow
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=_mails)
def test_a_pair_ends_by_the_mentee_by_staff_or_on_the_day_of_a_notice_and_by_nothing_else(
    drawn: list[tuple[tuple[int, int, int], tuple[str, str]]], tmp_path: Path
) -> None:
    mails: list[tuple[datetime, str, str]] = []
    for (day, hour, minute), (who, body) in sorted(drawn):
        at = datetime.combine(FIRST, _HOUR).replace(hour=hour, minute=minute) + timedelta(days=day)
        ahead = body.partition("+")[2] or body.partition("NOTICE ")[2] if body.startswith("NOTICE") and "2027" not in body else ""
        mails.append((at, who, f"NOTICE {at.date() + timedelta(days=int(ahead))}" if ahead else body))
    lived = _live(mails, tmp_path / "any.toml")
    assert not lived.troubles
    pair = Pair()
    waiting = list(mails)
    seen = dict(lived.matches[(MENTOR, MENTEE)][: DAYS + 1])
    for moment, state in seen.items():
        end = moment.astimezone(lived.story.program.timezone).replace(tzinfo=None)
        while waiting and waiting[0][0] <= end:
            at, who, body = waiting.pop(0)
            pair.hears(who, body, at)
        pair.time(end)
        assert (state == "ended") == (pair.ended is not None and pair.ended <= end), f"{end.date()}: {state}, {mails}"
    told = [letter for letter in lived.letters if letter.name == "mentoring_ended"]
    assert sorted(letter.to_address for letter in told) == ([MENTOR, MENTEE] if pair.ended is not None else [])
    for letter in lived.letters:
        if letter.to_address != MENTOR:
            assert not any(secret in letter.text or secret in letter.subject for secret in SECRETS), letter.name
        assert not (letter.name == "problem_to_staff" and letter.to_address != STAFF)
    words = [body for _, who, body in mails if who == MENTEE]
    to_other = [letter.name for letter in lived.letters if letter.to_address == OTHER]
    assert set(to_other) <= ({"relay"} if any(body.startswith("RELAY") for body in words) else set())
    assert len(to_other) <= sum(body.startswith("CHOOSE") for body in words)
