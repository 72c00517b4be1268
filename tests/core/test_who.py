"""Who is meant by a name, who holds a role, and who may not because the matter is about them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.records import Case, Match
from mailer.core.world.who import coordinator_of, holder, mentees_of, named, roles_towards, subject_of
from tests.core.worlds import ANA, BEA, KLAUS, MATCHES, MINA, NOOR, PEOPLE, SVEN, WILMA, situation, walk

TWO_ANAS = (PEOPLE[ANA], replace(PEOPLE[BEA], name="Ana Ring"))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Ana Torre", [ANA]),
        ("ana torre,", [ANA]),
        ("A2", [ANA]),
        ("#a2", [ANA]),
        ("<ANA@example.org>", [ANA]),
        ("Ana Torre (mentor)", [ANA]),
        ("Ana", [ANA, BEA]),
        ("Cleo", []),
        ("", []),
        ("An", []),
    ],
)
def test_a_name_stands_for_somebody(words: str, found: list[int]) -> None:
    assert [person.id for person in named(TWO_ANAS, words)] == found


def match_walk() -> Case:
    return Case(12, "m2m", "mentee_silent", "mentee_silent/1/2027-04-16", "asked", "mentor", "match", match_id=1)


def test_roles_towards_a_mentors_walk() -> None:
    world, case = situation(), walk("attempt_1", "2027-04-15 09:00")
    expected = {ANA: {"mentor", "subject"}, KLAUS: {"coordinator"}, WILMA: {"mwoc"}, SVEN: {"staff"}, MINA: {"mentee"}, BEA: set()}
    assert {number: set(roles_towards(world, PEOPLE[number], case)) for number in expected} == expected


def test_roles_towards_a_match() -> None:
    world, case = situation(), match_walk()
    expected = {ANA: {"mentor"}, MINA: {"mentee", "subject"}, KLAUS: {"coordinator"}, NOOR: set(), BEA: set()}
    assert {number: set(roles_towards(world, PEOPLE[number], case)) for number in expected} == expected
    assert subject_of(world, case) == PEOPLE[MINA]


@pytest.mark.parametrize("matched", [False, True])
def test_an_escalation_never_goes_to_whom_it_concerns(matched: bool) -> None:
    """The mwoc is the silent mentor, or matched with the silent mentor: staff takes it (4.1 Conflict of interest)."""
    if matched:
        world = situation(matches=(*MATCHES, Match(3, "m2m", ANA, WILMA)))
    else:
        both = replace(PEOPLE[ANA], roles=frozenset({"mentor", "mwoc"}))
        world = situation(people={**{key: value for key, value in PEOPLE.items() if key != WILMA}, ANA: both})
    case = walk("handed_over", "2027-04-26 09:00")
    found = holder(world, "mwoc", case)
    assert found is not None and found.id == SVEN
    assert "mwoc" not in roles_towards(world, world.people[WILMA if matched else ANA], case)


def test_a_mentees_coordinator_is_the_mentors() -> None:
    world = situation()
    assert coordinator_of(world, MINA) == PEOPLE[KLAUS]
    assert [person.id for person in mentees_of(world, ANA)] == [MINA, NOOR]
    assert coordinator_of(world, WILMA) is None
