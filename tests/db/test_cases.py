"""Walks: opened once by their natural key, due in order, and missing where somebody should have one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from db import cases, people
from db.engine import Store
from db.records import Case
from tests.db.worlds import KEY, NOW, add, put

HOUR = timedelta(hours=1)


def test_a_walk_is_opened_once_and_then_moved_closed_and_opened_again(store: Store) -> None:
    with store.transaction() as connection:
        number = put(connection, "contact/1", due_at=NOW, data={"month": "2027-10"})
        moved = put(connection, "contact/1", at=NOW + HOUR, state="attempt_2", owner="mwoc", due_at=NOW + HOUR)
        found = cases.by_id(connection, number)
        assert (moved, cases.id_of(connection, KEY, "contact/1")) == (number, number)
        assert found is not None
        assert (found.state, found.owner, found.due_at, found.data) == ("attempt_2", "mwoc", NOW + HOUR, {})
        assert (found.opened_at, found.entered_at, found.closed_at) == (NOW, NOW + HOUR, None)
        assert put(connection, "contact/1", at=NOW + 2 * HOUR, closed=True) == number
        assert [item.closed_at for item in cases.of_person(connection, 0)] == []
        closed = cases.by_id(connection, number)
        assert closed is not None and closed.closed_at == NOW + 2 * HOUR
        assert put(connection, "contact/1") == number
        again = cases.by_id(connection, number)
        assert again is not None and again.closed_at is None
        assert put(connection, "contact/1", program="other") != number
        assert cases.id_of(connection, KEY, "contact/2") is None and cases.by_id(connection, 10**9) is None


def test_every_field_of_a_walk_comes_back_as_it_was_given(store: Store) -> None:
    with store.transaction() as connection:
        mentor, mentee = add(connection, "Ana Ruiz", "mentor"), add(connection, "Mel Park", "mentee")
        people.add_match(connection, KEY, mentor, mentee, None)
        (pair,) = people.matches(connection, KEY)
        number = put(
            connection,
            "mentee/1",
            ladder="mentee",
            state="asked",
            owner="mwoc",
            about="match",
            subject_id=mentee,
            match_id=pair.id,
            due_at=NOW + HOUR,
            data={"links": {"mentor": "https://survey.example/m"}, "count": 2},
        )
        assert cases.by_id(connection, number) == Case(
            number,
            KEY,
            "mentee",
            "mentee/1",
            "asked",
            "mwoc",
            "match",
            mentee,
            pair.id,
            NOW + HOUR,
            NOW,
            NOW,
            None,
            {"links": {"mentor": "https://survey.example/m"}, "count": 2},
        )
        assert [item.id for item in cases.of_person(connection, mentor)] == [number]
        assert [item.id for item in cases.of_person(connection, mentee)] == [number]


def test_what_is_due_comes_oldest_first_and_what_is_closed_or_waits_for_nothing_never(store: Store) -> None:
    with store.transaction() as connection:
        assert cases.next_due(connection) is None
        late = put(connection, "late", due_at=NOW)
        early = put(connection, "early", due_at=NOW - HOUR)
        put(connection, "ahead", due_at=NOW + HOUR)
        put(connection, "closed", due_at=NOW - 2 * HOUR, closed=True)
        put(connection, "for ever", due_at=None)
        assert [item.id for item in cases.due(connection, NOW)] == [early, late]
        assert [item.id for item in cases.due(connection, NOW, limit=1)] == [early]
        assert cases.due(connection, NOW - 3 * HOUR) == ()
        assert cases.next_due(connection) == NOW - HOUR
        assert {item.key for item in cases.open_cases(connection)} == {"late", "early", "ahead", "for ever"}
        assert cases.open_cases(connection, "other") == ()


def test_only_walks_that_stand_in_the_state_and_are_due_later_are_brought_forward(store: Store) -> None:
    table: list[tuple[str, dict[str, Any], datetime]] = [
        ("moved", {"due_at": NOW + 9 * HOUR}, NOW + HOUR),
        ("sooner", {"due_at": NOW}, NOW),
        ("elsewhere", {"due_at": NOW + 9 * HOUR, "state": "done"}, NOW + 9 * HOUR),
        ("another ladder", {"due_at": NOW + 9 * HOUR, "ladder": "form"}, NOW + 9 * HOUR),
    ]
    with store.transaction() as connection:
        for key, changes, _ in table:
            put(connection, key, **changes)
        cases.bring_forward(connection, KEY, "contact", "attempt_1", NOW + HOUR)
        assert {item.key: item.due_at for item in cases.open_cases(connection)} == {key: due for key, _, due in table}


def test_the_program_lacks_a_walk_until_it_once_had_one(store: Store) -> None:
    with store.transaction() as connection:
        assert cases.missing(connection, KEY, "cycle", "begin") == (0,)
        put(connection, "cycle/2027-10", ladder="cycle", about="program", closed=True)
        assert cases.missing(connection, KEY, "cycle", "begin") == ()
        assert cases.missing(connection, "other", "cycle", "begin") == (0,)


@pytest.fixture
def people_of(store: Store) -> dict[str, int]:
    """A mentor each: assigned, approved too, without coordinator, inactive; a coordinator with and one without mentors."""
    with store.transaction() as connection:
        boss, idle = add(connection, "Cora Lind", "coordinator"), add(connection, "Ida Idle", "coordinator")
        gone = add(connection, "Gil Gone", "coordinator")
        assigned = add(connection, "Ana Ruiz", "mentor", coordinator_id=boss)
        approved = add(connection, "Abe Ruiz", "mentor", coordinator_id=boss)
        people.change_person(connection, approved, {"approved_on": date(2027, 10, 1)})
        alone = add(connection, "Al Lone", "mentor")
        inactive = add(connection, "Ines Active", "mentor", coordinator_id=gone, state="inactive")
        add(connection, "Mel Park", "mentee")
    return {"boss": boss, "idle": idle, "assigned": assigned, "approved": approved, "alone": alone, "inactive": inactive}


@pytest.mark.parametrize(
    ("opens", "expected"),
    [
        ("assigned", ("assigned", "approved")),
        ("approved", ("approved",)),
        ("coordinates", ("boss",)),
        ("word:NO ANSWER", ()),
        ("monthly", ()),
    ],
)
def test_who_should_have_a_walk_and_has_none(
    store: Store, people_of: dict[str, int], opens: str, expected: tuple[str, ...]
) -> None:
    wanted = tuple(people_of[name] for name in expected)
    with store.transaction() as connection:
        assert cases.missing(connection, KEY, "contact", opens) == wanted
        assert cases.missing(connection, KEY, "contact", opens, limit=1) == wanted[:1]
        assert cases.missing(connection, "other", "contact", opens) == ()
        for number in wanted:
            put(connection, f"contact/{number}", subject_id=number)
        assert cases.missing(connection, KEY, "contact", opens) == ()
        assert cases.missing(connection, KEY, "another", opens) == wanted


@pytest.mark.parametrize(("opens", "again"), [("assigned", True), ("approved", False), ("coordinates", True)])
def test_after_a_walk_has_ended_only_what_happens_once_in_a_life_does_not_begin_anew(
    store: Store, people_of: dict[str, int], opens: str, again: bool
) -> None:
    with store.transaction() as connection:
        wanted = cases.missing(connection, KEY, "contact", opens)
        for number in wanted:
            put(connection, f"contact/{number}", subject_id=number, closed=True)
        assert cases.missing(connection, KEY, "contact", opens) == (wanted if again else ())


def test_a_moment_comes_back_in_utc_to_the_microsecond_and_one_without_a_zone_is_refused(store: Store) -> None:
    moment = datetime.fromisoformat("2027-03-28T02:30:00.000001+05:30")
    with store.transaction() as connection:
        number = put(connection, "moment", due_at=moment)
        found = cases.by_id(connection, number)
        assert found is not None and found.due_at is not None
        assert (found.due_at, found.due_at.tzinfo) == (datetime(2027, 3, 27, 21, 0, 0, 1, tzinfo=UTC), UTC)
        assert cases.due(connection, moment - timedelta(microseconds=1)) == ()
        assert len(cases.due(connection, moment)) == 1
    with pytest.raises(Exception, match="a moment without a time zone"), store.transaction() as connection:
        put(connection, "naive", due_at=datetime(2027, 3, 28, 2, 30))  # the very mistake
