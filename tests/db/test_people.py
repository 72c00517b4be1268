"""People and matches, on every kind of database."""

from __future__ import annotations

from datetime import date

import pytest

from db import people
from db.engine import Store
from db.records import MatchState, Person, PersonState
from tests.db.worlds import KEY, add

DAY = date(2027, 3, 1)


def test_the_same_address_and_name_again_is_the_same_person_with_a_further_role_and_newer_fields(store: Store) -> None:
    with store.transaction() as connection:
        first = people.add_person(
            connection,
            KEY,
            name="Ana Ruiz",
            email="ana@example.org",
            role="mentor",
            state="waiting",
            extra={"clients": ["A"], "tier": 1},
        )
        again = people.add_person(
            connection,
            KEY,
            name="Ana Ruiz",
            email="ANA@example.org",
            role="coordinator",
            state="active",
            phone="555",
            since=DAY,
            extra={"tier": 2},
        )
        found = people.by_id(connection, first)
    assert again == first
    assert found is not None
    assert (found.roles, found.state, found.phone, found.since) == (
        frozenset({"mentor", "coordinator"}),
        PersonState.ACTIVE,
        "555",
        DAY,
    )
    assert (found.email, found.extra) == ("ana@example.org", {"clients": ["A"], "tier": 2})


def test_nothing_given_again_takes_nothing_away_and_wakes_nobody(store: Store) -> None:
    with store.transaction() as connection:
        number = people.add_person(
            connection,
            KEY,
            name="Ana Ruiz",
            email="ana@example.org",
            role="mentor",
            state="active",
            phone="555",
            timezone="Asia/Tokyo",
        )
        people.change_person(connection, number, {"state": "stopped"})
        people.add_person(connection, KEY, name="Ana Ruiz", email="ana@example.org", role="mentor", state="active")
        found = people.by_id(connection, number)
    assert found is not None
    assert (found.phone, found.timezone, found.state, found.roles) == (
        "555",
        "Asia/Tokyo",
        PersonState.STOPPED,
        frozenset({"mentor"}),
    )


def test_two_people_may_share_an_address_and_a_program_has_its_own_people(store: Store) -> None:
    with store.transaction() as connection:
        numbers = [
            people.add_person(connection, program, name=name, email="home@example.org", role="mentee", state="active")
            for program, name in ((KEY, "Mel Park"), (KEY, "Max Park"), ("other", "Mel Park"))
        ]
        shared = people.by_address(connection, KEY, ["HOME@example.org", "", "nobody@example.org"])
        assert [person.id for person in shared] == numbers[:2]
        assert [person.id for person in people.everybody(connection, "other")] == numbers[2:]
        assert people.by_address(connection, KEY, []) == ()


def test_refs_are_unique_and_say_nothing_about_the_order_of_joining(store: Store) -> None:
    with store.transaction() as connection:
        numbers = [add(connection, f"Mel Park{number}", "mentee") for number in range(60)]
        refs = [person.ref for person in people.everybody(connection, KEY)]
    assert refs == [people.ref_of(number) for number in numbers]
    assert len(set(refs)) == 60
    assert refs != sorted(refs)
    assert all(len(ref) == 4 and ref.isalnum() for ref in refs)


@pytest.mark.parametrize("first", [1, 40_000, (1 << 20) - 3_000, 1 << 20, 1 << 33])
def test_no_two_rows_have_the_same_ref(first: int) -> None:
    refs = {people.ref_of(number) for number in range(first, first + 6_000)}
    assert len(refs) == 6_000


def test_a_changed_address_is_found_in_any_case(store: Store) -> None:
    with store.transaction() as connection:
        number = add(connection, "Ana Ruiz", "mentor")
        people.change_person(connection, number, {"email": "Ana.New@Example.ORG", "away_until": DAY, "held_by_safety": True})
        (found,) = people.by_address(connection, KEY, ["ana.new@example.org"])
        assert people.by_address(connection, KEY, ["ana.ruiz@example.org"]) == ()
    assert (found.id, found.email, found.away_until, found.held_by_safety) == (number, "Ana.New@Example.ORG", DAY, True)


def test_every_field_of_a_person_comes_back_as_it_was_given(store: Store) -> None:
    with store.transaction() as connection:
        boss = add(connection, "Cora Lind", "coordinator")
        number = people.add_person(
            connection,
            KEY,
            name="Åsa Ömer",
            email="asa@example.org",
            role="mentor",
            state="active",
            phone="+46 1",
            timezone="Europe/Stockholm",
            since=DAY,
            coordinator_id=boss,
            approved_on=date(2027, 3, 2),
            extra={"deep": {"list": [1, None, "ü"]}},
        )
        people.change_person(connection, number, {"address_broken_on": date(2027, 3, 4), "away_until": date(2027, 3, 3)})
        found = people.by_id(connection, number)
        assert people.by_id(connection, number + 100) is None
    assert found == Person(
        id=number,
        program=KEY,
        ref=people.ref_of(number),
        name="Åsa Ömer",
        email="asa@example.org",
        roles=frozenset({"mentor"}),
        state=PersonState.ACTIVE,
        phone="+46 1",
        timezone="Europe/Stockholm",
        since=DAY,
        coordinator_id=boss,
        away_until=date(2027, 3, 3),
        address_broken_on=date(2027, 3, 4),
        approved_on=date(2027, 3, 2),
        extra={"deep": {"list": [1, None, "ü"]}},
    )


def test_a_pair_is_matched_once_and_stays_as_a_decision_left_it(store: Store) -> None:
    with store.transaction() as connection:
        mentor, mentee = add(connection, "Ana Ruiz", "mentor"), add(connection, "Mel Park", "mentee")
        people.add_match(connection, KEY, mentor, mentee, DAY)
        (match,) = people.matches(connection, KEY)
        people.change_match(connection, match.id, "rematch_needed")
        people.add_match(connection, KEY, mentor, mentee, date(2027, 9, 9))
        (found,) = people.matches(connection, KEY)
    assert (found.mentor_id, found.mentee_id, found.state, found.since) == (mentor, mentee, MatchState.REMATCH_NEEDED, DAY)
