"""Whatever people write and whenever: the invariants (a) to (f) of REQUIREMENTS.md 4A hold, seen from outside, letter by letter."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.rehearsals.village import ANA, BEA, KLAUS, MENTEES, MINA, NAMES, NOOR, OLLE, SVEN, WILMA, ZONE, Village, morning
from tests.searching import live_and_look

ANSWERS = {"receipt", "not_understood", "safety_answer", "confirm_sender"}
FIRST = {"check_in", "check_in_again"}
SECOND = {"welcome_check_in", "welcome_check_in_again"}
CLOSING = {"new_match_needed_mentee", "mentor_set_inactive"}
PEOPLE = (ANA, BEA, MINA, NOOR, OLLE)
MENTOR_OF = {mentee: mentor for mentor, mentees in MENTEES.items() for mentee in mentees}
LATER = st.sampled_from([0, 0, 1, 3, 5, 8])  # days until somebody writes
STYLES = st.sampled_from(["plain", "gmail", "outlook", "apple", "inline", "bottom"])


class AnyCorrespondence(RuleBasedStateMachine):
    """Keeps a book of its own about who wrote what, and holds every letter against it."""

    def __init__(self) -> None:
        super().__init__()
        self.village: Village | None = None
        self.read = 0  # letters looked at so far
        self.heard: dict[str, list[datetime]] = {}  # human, proved mail of each person
        self.stopped: dict[str, datetime] = {}
        self.bounced: set[str] = set()  # Message-IDs
        self.confirmed: list[datetime] = []
        self.sent: list[tuple[datetime, str, str, str]] = []  # at, letter, to, Message-ID
        self.silent: set[str] = set()
        self.handed: dict[str, datetime] = {}  # mentor -> when the mwoc took over

    @initialize(day=st.integers(1, 28), month=st.sampled_from([2, 3, 10, 11]), silent=st.sets(st.sampled_from(PEOPLE), max_size=4))
    def begins(self, day: int, month: int, silent: set[str]) -> None:
        self.silent = silent  # these never write of their own accord: silence is what ladders are about
        self.village = Village(morning(2027, month, day))

    @property
    def here(self) -> Village:
        assert self.village is not None
        return self.village

    # ------------------------------------------------------------ what may happen

    @rule(days=st.integers(1, 9), hour=st.integers(0, 23))
    def time_passes(self, days: int, hour: int) -> None:
        day = self.here.now.astimezone(ZONE).date() + timedelta(days=days)
        self.here.until(max(morning(day.year, day.month, day.day, hour), self.here.now))

    @rule(days=st.sampled_from([5, 7, 10, 14, 21]))
    def nobody_writes_for_a_while(self, days: int) -> None:
        self.here.until(self.here.now + timedelta(days=days))

    def _lives(self, days: int) -> None:
        if days:
            self.here.until(self.here.now + timedelta(days=days, hours=7 * days % 24))

    def _writes(self, who: str, body: str, *, to: str = "", style: str = "plain") -> None:
        if who in self.silent and body != "STOP":
            return
        self.heard.setdefault(who, []).append(self.here.now)
        self.here.writes(who, body, answers=self.here.newest(to, who) if to else None, style=style)

    @rule(
        later=LATER,
        who=st.sampled_from(PEOPLE),
        style=STYLES,
        to=st.sampled_from(["", "check_in", "welcome_check_in", "mentee_check_in"]),
    )
    def somebody_answers(self, later: int, who: str, style: str, to: str) -> None:
        self._lives(later)
        self._writes(who, "All is well, thank you.", to=to, style=style)

    @rule(later=LATER, who=st.sampled_from((ANA, BEA, MINA)))
    def somebody_stops(self, later: int, who: str) -> None:
        self._lives(later)
        self.stopped.setdefault(who, self.here.now)
        self._writes(who, "STOP")

    @rule(later=LATER, who=st.sampled_from((ANA, BEA, MINA)))
    def somebody_returns(self, later: int, who: str) -> None:
        self._lives(later)
        if who not in self.silent:
            self._writes(who, "RETURN")
            self.stopped.pop(who, None)

    @rule(later=LATER, days=st.integers(1, 30), who=st.sampled_from(PEOPLE))
    def a_machine_answers(self, later: int, days: int, who: str) -> None:
        self._lives(later)
        until = self.here.now.astimezone(ZONE).date() + timedelta(days=days)
        before = len(self.here.letters)
        self.here.machine_answers(who, f"I am out of the office until {until.isoformat()}.")
        assert all(sent.to_address != who or sent.name not in ANSWERS for _, sent in self.here.letters[before:])

    @rule(later=LATER, who=st.sampled_from((ANA, BEA, MINA)), status=st.sampled_from(["5.1.1", "5.2.2", "4.4.7"]))
    def the_newest_letter_comes_back(self, later: int, who: str, status: str) -> None:
        self._lives(later)
        letter = next(
            (sent for _, sent in reversed(self.here.letters) if sent.to_address == who and sent.name not in ANSWERS), None
        )
        if letter is not None and self.here.now - letter.at < timedelta(days=2):
            if status[0] == "5":
                self.bounced.add(letter.message_id)
            self.here.comes_back(letter, status)

    @rule(
        later=LATER,
        mentor=st.sampled_from((ANA, BEA)),
        which=st.integers(0, 1),
        word=st.sampled_from(["NO ANSWER", "NOT REACHED", "REACHED"]),
    )
    def a_mentor_reports(self, later: int, mentor: str, which: int, word: str) -> None:
        self._lives(later)
        mentees = MENTEES[mentor]
        self._writes(mentor, f"{word} {NAMES[mentees[which % len(mentees)]].split()[0]}")

    @rule(later=LATER, mentee=st.sampled_from((MINA, OLLE)))
    def a_mentee_reports(self, later: int, mentee: str) -> None:
        self._lives(later)
        self._writes(mentee, f"NO ANSWER {NAMES[MENTOR_OF[mentee]].split()[0]}")

    @rule(later=LATER, word=st.sampled_from(["CONFIRM", "CONFIRM", "HOLD 3", "REOPEN"]), who=st.sampled_from((WILMA, SVEN)))
    def the_gate_is_answered(self, later: int, word: str, who: str) -> None:
        self._lives(later)
        letter = self.here.newest("closing_gate", who)
        if letter is not None:
            if word == "CONFIRM":
                self.confirmed.append(self.here.now)
            self.here.writes(who, word, answers=letter)

    @rule(
        later=LATER,
        what=st.sampled_from(["a cry for help", "staff has looked", "a stranger", "unproved", "a call"]),
        who=st.sampled_from(PEOPLE),
    )
    def something_rare(self, later: int, what: str, who: str) -> None:
        self._lives(later)
        before = len(self.here.letters)
        match what:
            case "a cry for help" if who not in self.silent:
                self.heard.setdefault(who, []).append(self.here.now)
                self.here.writes(who, "I want to kill myself.")
            case "staff has looked":
                letter = self.here.newest("safety_hold", SVEN)
                if letter is not None:
                    self.here.writes(SVEN, "DONE", answers=letter)
            case "a stranger":
                self.here.writes("nosy@example.net", "CONFIRM")
                assert all(sent.to_address != "nosy@example.net" for _, sent in self.here.letters[before:])
            case "unproved":
                self.here.writes(who, "I am fine, just busy.", proved=False)
            case _:
                self.here.writes(KLAUS, f"ATTEMPT {NAMES[MENTOR_OF.get(who, who)]} today by phone")

    @rule(later=LATER)
    def the_links_come(self, later: int) -> None:
        self._lives(later)
        self.here.writes(WILMA, "Mentor survey: https://survey.example/m\nMentee survey: https://survey.example/e")

    # ------------------------------------------------------------ what must hold

    @invariant()
    def every_letter_keeps_the_rules(self) -> None:
        if self.village is None:
            return
        assert not self.village.troubles
        for letter, sent in self.village.letters[self.read :]:
            self._holds(letter.key, sent.at, sent.name, sent.to_address, sent.subject + sent.text)
            self.sent.append((sent.at, sent.name, sent.to_address, sent.message_id))
        self.read = len(self.village.letters)
        keys = Counter(letter.key for letter, _ in self.village.letters)
        assert max(keys.values(), default=1) == 1, "nobody is written to twice with the same key"
        days = Counter(
            (name, to, at.astimezone(ZONE).date())
            for at, name, to, _ in self.sent
            if name in FIRST | SECOND | CLOSING | {"mentee_check_in"}
        )
        assert max(days.values(), default=1) == 1, "no letter of a ladder comes twice on one day"

    def _holds(self, key: str, at: datetime, name: str, to: str, text: str) -> None:
        if to in self.stopped and at > self.stopped[to]:
            assert name in ANSWERS, f"{name} after STOP"
        if name == "mentor_silent":
            mentor = _named(text)
            assert self._counted(mentor, FIRST, at, month=True) >= 2 or self._calls(mentor), "(a) two attempts in one month"
            self.handed[mentor] = at
        if name in FIRST:
            assert to not in self.handed or self._last(to, at) > self.handed[to], "(c) not in the coordinator's name any more"
        if name == "check_in_again" or name in SECOND:
            asked = max((when for when, letter, who, _ in self.sent if letter == "check_in" and who == to), default=_LONG_AGO)
            assert self._last(to, at) < asked, f"(d) {name} after an answer"
        if name == "new_match_needed_mentee":
            mentor = MENTOR_OF[to]
            assert self.confirmed, "(b) only after CONFIRM"
            if mentor not in self.stopped:
                assert self._counted(mentor, SECOND, at) >= 2 or self._calls(mentor), "(b) two attempts of the mwoc"
                assert self._counted(mentor, FIRST, at) >= 2 or self._calls(mentor), "(b) two attempts of the coordinator"
            others = [NAMES[mentee] for mentee in MENTOR_OF if mentee != to]
            assert not any(part in text for other in others for part in other.split()), "(e) names another mentee"
            assert not any(part in text for part in NAMES[mentor].split()), "(e) names the mentor"

    def _last(self, who: str, before: datetime) -> datetime:
        """When a person was last heard before a moment."""
        return max((moment for moment in self.heard.get(who, ()) if moment < before), default=_LONG_AGO)

    def _counted(self, mentor: str, names: set[str], until: datetime, *, month: bool = False) -> int:
        """Attempts since the last answer that did not come back, at least five days apart; the most in one month if asked so."""
        since = self._last(mentor, until)
        days: list[date] = []
        for at, name, to, number in self.sent:
            on = at.astimezone(ZONE).date()
            if (
                to == mentor
                and name in names
                and since < at < until
                and number not in self.bounced
                and (not days or (on - days[-1]).days >= 5)
            ):
                days.append(on)
        return max(Counter((day.year, day.month) for day in days).values(), default=0) if month else len(days)

    def _calls(self, mentor: str) -> bool:
        """Whether a call that the coordinator told of may be one of the attempts."""
        return any(
            "attempt" in sent.text and NAMES[mentor].split()[0] in sent.text
            for _, sent in self.here.letters
            if sent.name == "receipt"
        )

    def teardown(self) -> None:
        if self.village is not None:
            self.village.leaves()


_LONG_AGO = morning(2000, 1, 1)


def _named(text: str) -> str:
    return ANA if NAMES[ANA] in text else BEA


@pytest.mark.slow
@pytest.mark.hypothesis
def test_any_correspondence() -> None:
    live_and_look(AnyCorrespondence, 7)
