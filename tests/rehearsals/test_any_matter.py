"""Whatever people write about problems, silent mentees and teams: the rules of 4B and 4C hold, seen from outside, letter by letter."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import invariant, rule

from db import cases
from tests.rehearsals.test_any_correspondence import LATER, MENTOR_OF, PEOPLE, AnyCorrespondence
from tests.rehearsals.village import ANA, BEA, KLAUS, MENTEES, MINA, NAMES, NOOR, OLLE, SVEN, WILMA, ZONE
from tests.searching import live_and_look

DUTIES = {WILMA, KLAUS, SVEN}
MENTORS = (ANA, BEA)
OWNERS = {"coordinator", "mwoc", "mentor", "mentee", "staff", "admin", "none"}
PROBLEM = ("problem_clarify", "problem_plan", "problem_act", "problem_follow_up", "problem_to_staff")
TEXT = "the calls break off"  # what every problem of these lives is about
TO_STAFF = {SVEN, WILMA}
ABOUT_SOMEBODY = {"mentor_silent", "mentee_silent", "closing_gate", "problem_to_staff", "assignment", "survey_digest"}


class AnyMatter(AnyCorrespondence):
    """Adds to the book who was told what of problems, who said yes to a team, and who said that a mentee was not reached."""

    def __init__(self) -> None:
        super().__init__()
        self.not_reached = False
        self.refused: set[str] = set()  # mentees who do not wish to go on
        self.agreed: dict[str, datetime] = {}  # who last said yes to a team
        self.asked_for_team: dict[str, datetime] = {}
        self.ended = False  # staff asked for the end of a match, or for a new one
        self.acted: dict[str, datetime] = {}  # walk -> when its plan left
        self.plans: Counter[str] = Counter()
        self.hindered: list[datetime] = []  # absences, dead addresses, cries for help: waits stand still

    # ------------------------------------------------------------ what may happen besides

    @rule(later=LATER, mentor=st.sampled_from(MENTORS), which=st.integers(0, 1), by=st.sampled_from(["mentor", "coordinator"]))
    def a_problem_is_told(self, later: int, mentor: str, which: int, by: str) -> None:
        self._lives(later)
        mentee = MENTEES[mentor][which % len(MENTEES[mentor])]
        whom = mentee if by == "mentor" else mentor
        self._writes(mentor if by == "mentor" else KLAUS, f"PROBLEM {NAMES[whom].split()[0]} {TEXT}")

    @rule(
        later=LATER,
        who=st.sampled_from((ANA, ANA, BEA, KLAUS)),
        to=st.sampled_from(PROBLEM[:4]),
        body=st.sampled_from(["RIGHT", "Try the telephone.", "PLAN try letters", "DONE", "NOT DONE", "RESOLVED", "REMAINING it"]),
    )
    def a_problem_moves(self, later: int, who: str, to: str, body: str) -> None:
        self._lives(later)
        if self.here.newest(to, who) is not None:
            self._writes(who, body, to=to)

    @rule(later=LATER, who=st.sampled_from((ANA, BEA, MINA)))
    def somebody_asks_for_staff(self, later: int, who: str) -> None:
        self._lives(later)
        self._writes(who, "NEED STAFF")

    @rule(later=LATER, word=st.sampled_from(["TAKE", "RESOLVED", "END MATCH", "REMATCH", "END MATCH Mina"]))
    def staff_decide(self, later: int, word: str) -> None:
        self._lives(later)
        letter = self.here.newest("problem_to_staff", SVEN)
        if letter is not None:
            self.ended = self.ended or "MATCH" in word
            self.here.writes(SVEN, word, answers=letter)

    @rule(later=LATER, mentor=st.sampled_from(MENTORS))
    def a_mentor_asks_for_a_team(self, later: int, mentor: str) -> None:
        self._lives(later)
        if mentor not in self.silent:
            self.asked_for_team[mentor] = self.here.now
            self._writes(mentor, "TEAM")

    @rule(later=LATER, who=st.sampled_from((KLAUS, ANA, MINA, NOOR, BEA, OLLE)), word=st.sampled_from(["YES", "YES", "YES", "NO"]))
    def somebody_answers_for_the_team(self, later: int, who: str, word: str) -> None:
        self._lives(later)
        if self.here.newest("team_invitation", who) is not None and who not in self.silent:
            if word == "YES":
                self.agreed[who] = self.here.now
            self._writes(who, word, to="team_invitation")

    @rule(later=LATER, mentee=st.sampled_from((MINA, NOOR, OLLE)), word=st.sampled_from(["YES", "NO", "NEW MENTOR", "I am here."]))
    def a_mentee_answers_the_mwoc(self, later: int, mentee: str, word: str) -> None:
        self._lives(later)
        if self.here.newest("mentee_check_in", mentee) is not None:
            if word in ("NO", "NEW MENTOR"):
                self.refused.add(mentee)
            self._writes(mentee, word, to="mentee_check_in")

    def _writes(self, who: str, body: str, *, to: str = "", style: str = "plain") -> None:
        self.not_reached = self.not_reached or body.startswith("NOT REACHED")
        if body == "STOP":
            self.refused.add(who)
        super()._writes(who, body, to=to, style=style)

    # ------------------------------------------------------------ what must hold besides

    def _holds(self, key: str, at: datetime, name: str, to: str, text: str) -> None:
        walk = key.rsplit("/", 4)[0]
        if name == "new_match_needed_mentee" and key.startswith("problem/"):
            assert self.ended and self.confirmed, "staff's END MATCH, and a CONFIRM of their own"
            assert not any(part in text for mentor in MENTORS for part in NAMES[mentor].split()), "(e) names the mentor"
        else:
            super()._holds(key, at, name, to, text)
        if name in ABOUT_SOMEBODY:
            assert to not in PEOPLE, f"{name} goes to somebody whom it may be about"
        if name in PROBLEM:
            self._holds_of_a_problem(walk, at, name, to, text)
        elif to in PEOPLE or to == WILMA:
            assert TEXT not in text or name == "receipt", f"{name} tells {to} what a problem is about"
        if name == "mentee_silent":
            assert self.not_reached, "4B: handed over only when the mentor, or the coordinator, says not reached"
        if name in ("new_match_needed_mentor", "place_kept"):
            others = MENTEES.get(to, (to,))
            assert self.confirmed or self.refused & set(others), "4B: CONFIRM, or the mentee's own word"
        if name == "team_note" and "@" in text.split("directly", 1)[-1].split("If you would", 1)[0] and "directly" in text:
            mentor = ANA if any(NAMES[ANA].split()[0] in part or "ana@" in part for part in [text]) or to == ANA else BEA
            everybody = {KLAUS, mentor, *MENTEES[mentor]}
            assert all(self.agreed.get(who, at) >= self.asked_for_team[mentor] for who in everybody), "R-003: all of them"
            assert everybody <= set(self.agreed), "R-003: nobody's address before their YES"

    def _holds_of_a_problem(self, walk: str, at: datetime, name: str, to: str, text: str) -> None:
        if name == "problem_to_staff":
            assert to in TO_STAFF, "NEED STAFF goes to staff, never to the coordinator"
            assert TEXT not in text and not any(NAMES[who].split()[0] in text for who in PEOPLE), "a reference, no words"
            return
        assert to in MENTORS or (name == "problem_plan" and to == KLAUS), f"{name} is the mentor's and the coordinator's"
        if name == "problem_plan" and to in MENTORS:
            self.plans[walk] += 1
            assert self.plans[walk] <= 3, "problem.max_loops"
        if name == "problem_act":
            self.acted[walk] = at
        if name == "problem_follow_up" and walk in self.acted:
            days = (at.astimezone(ZONE).date() - self.acted.pop(walk).astimezone(ZONE).date()).days
            still = [sent for _, sent in self.here.letters if sent.name == "digest" and "away until" in sent.text]
            assert days <= 7 or still or self.bounced or self._paused(), "(S) within the week"

    def _paused(self) -> bool:
        """Whether anything happened in this life that lets waits stand still: an absence, a cry for help, a hand-over."""
        names = {sent.name for _, sent in self.here.letters}
        return bool(names & {"safety_hold", "mentor_silent"} or self.stopped)

    @invariant()
    def every_open_walk_has_one_owner_and_is_the_only_one(self) -> None:
        if self.village is None:
            return
        with self.village.reading() as connection:
            open_now = cases.open_cases(connection)
        assert all(case.owner in OWNERS for case in open_now)
        same = Counter((case.ladder, case.subject_id, case.match_id) for case in open_now)
        assert max(same.values(), default=1) == 1, "two open walks about the same"


assert set(MENTOR_OF) == {MINA, NOOR, OLLE}


@pytest.mark.slow
@pytest.mark.hypothesis
def test_any_matter() -> None:
    live_and_look(AnyMatter, 6)
