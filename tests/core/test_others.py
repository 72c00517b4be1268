"""What the hand-over of a mentor does to the mentor's other walks, in the same decision; and whom a matter never comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.records import Case, Situation
from mailer.core.ladders.walk import happened
from mailer.core.world.scene import Scene
from mailer.core.world.who import holder
from mailer.model.decision import PutCase, Withdraw
from tests.core.worlds import ANA, KLAUS, MATCHES, MINA, PEOPLE, SVEN, WILMA, at, book, walk

SILENT = Case(
    21,
    "m2m",
    "mentee_silent",
    "mentee_silent/1/x",
    "asked",
    "mentor",
    "match",
    match_id=1,
    due_at=at("2027-05-03 09:00"),
    entered_at=at("2027-04-19 09:00"),
    opened_at=at("2027-04-19 09:00"),
    data={"step": 1},
)
PROBLEM = Case(31, "m2m", "problem", "problem/4-1/x", "planning", "mentor", "mentor", ANA, 1, data={"step": 1, "loops": 1})


def scene(case: Case, *others: Case, now: str = "2027-04-26 09:00") -> Scene:
    situation = Situation("m2m", people=PEOPLE, matches=MATCHES, cases=(case, *others), case=case)
    return Scene(book(), situation, at(now))


def test_a_hand_over_withdraws_letters_and_lets_other_walks_rest_in_one_decision() -> None:
    case = walk("look", "2027-04-25 09:00", "2027-05-02 09:00")
    here = scene(case, SILENT, PROBLEM)
    moved = happened(here, case, "word:CONFIRM", frozenset({"staff"}), here.now)
    assert moved is not None and hasattr(moved, "effects")
    withdrawn = {effect.case_key: effect.to_id for effect in moved.effects if isinstance(effect, Withdraw)}
    assert withdrawn == {case.key: None, SILENT.key: ANA, PROBLEM.key: ANA}
    put = {effect.key: effect for effect in moved.effects if isinstance(effect, PutCase)}
    assert put[case.key].owner == "mwoc" and put[case.key].state == "handed_over"
    assert put[SILENT.key].due_at is None and put[SILENT.key].data["suspended"] is True
    assert put[SILENT.key].state == "asked" and not put[PROBLEM.key].closed


def test_contact_lets_them_go_on_with_a_fresh_wait() -> None:
    case = walk("welcome_1", "2027-04-28 09:00", "2027-05-05 09:00", data={"step": 5, "waited": True})
    resting = replace(SILENT, due_at=None, data={**SILENT.data, "suspended": True})
    here = scene(case, resting, now="2027-04-30 10:00")
    moved = happened(here, case, "contact", frozenset({"mentor"}), here.now)
    assert moved is not None and hasattr(moved, "effects")
    put = {effect.key: effect for effect in moved.effects if isinstance(effect, PutCase)}
    assert put[SILENT.key].due_at == at("2027-05-07 09:00") and "suspended" not in put[SILENT.key].data


def test_an_ending_closes_them() -> None:
    case = walk("confirmed", "2027-05-12 10:00", "2027-05-12 10:10")
    here = scene(case, SILENT, PROBLEM, now="2027-05-12 10:10")
    moved = happened(here, case, "time", frozenset(), here.now)
    assert moved is not None and hasattr(moved, "effects")
    closed = {effect.key for effect in moved.effects if isinstance(effect, PutCase) and effect.closed}
    assert closed == {case.key, SILENT.key, PROBLEM.key}


@pytest.mark.parametrize(
    ("against", "role", "expected"),
    [
        ([], "coordinator", KLAUS),
        ([KLAUS], "coordinator", WILMA),
        ([KLAUS, WILMA], "coordinator", SVEN),
        ([KLAUS], "staff", SVEN),
        ([SVEN], "staff", WILMA),
        ([SVEN, WILMA, KLAUS], "staff", None),
        ([WILMA], "mwoc", SVEN),
    ],
)
def test_a_matter_never_comes_to_whom_it_is_against(against: list[int], role: str, expected: int | None) -> None:
    case = replace(PROBLEM, data={**PROBLEM.data, "against": against})
    found = holder(scene(case).situation, role, case)
    assert (found.id if found is not None else None) == expected


def test_a_coordinator_who_is_matched_with_the_mentor_does_not_look_after_the_matter() -> None:
    case = walk("handed_over", "2027-04-26 09:00")
    matched = (replace(MATCHES[0], mentee_id=KLAUS), MATCHES[1])
    situation = replace(scene(case).situation, matches=matched)
    found = holder(situation, "coordinator", case)
    assert found is not None and found.id == WILMA
    assert MINA in PEOPLE
