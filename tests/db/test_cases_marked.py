"""Walks that begin by what is remembered about people, by an outdated agreement, or by a pair."""

from __future__ import annotations

from datetime import date

import pytest

from db import cases, evidence, people
from db.engine import Store
from tests.db.worlds import KEY, NOW, add, put

MARKS: tuple[dict[str, object], ...] = ({"day": "2027-11-10"}, {"day": False}, {"day": ""}, {"day": None}, {})


def test_a_walk_begins_for_whom_something_is_remembered_of(store: Store) -> None:
    with store.transaction() as connection:
        known = [add(connection, f"Person {number}", "mentor", extra=marks) for number, marks in enumerate(MARKS)]
        add(connection, "Mel Park", "mentee", extra={"day": "2027-11-10"})
        assert cases.missing(connection, KEY, "certificate", "marked day") == (known[0],)
        put(connection, "certificate/1", ladder="certificate", subject_id=known[0])
        assert cases.missing(connection, KEY, "certificate", "marked day") == ()


@pytest.mark.parametrize(("version", "asked"), [("1", [1]), ("2", [0]), ("3", [0, 1])])
def test_a_walk_begins_for_whom_agreed_to_another_version(store: Store, version: str, asked: list[int]) -> None:
    with store.transaction() as connection:
        marks: list[object] = ["1", "2", None, ""]
        known = [add(connection, f"Person {at}", "mentor", extra={"ethics_version": mark}) for at, mark in enumerate(marks)]
        found = cases.missing(connection, KEY, "ethics", "outdated ethics", version=version)
        assert found == tuple(known[at] for at in asked)


def test_a_walk_begins_for_every_active_pair_that_has_none(store: Store) -> None:
    with store.transaction() as connection:
        mentor, one, other = (
            add(connection, name, role) for name, role in (("Ana", "mentor"), ("Mel", "mentee"), ("Sam", "mentee"))
        )
        people.add_match(connection, KEY, mentor, one, None)
        proposed = people.propose_match(connection, KEY, mentor, other, None)
        assert cases.missing(connection, KEY, "pair", "matched") == (one,)
        people.change_match(connection, proposed, "active")
        assert cases.missing(connection, KEY, "pair", "matched") == (one, other)
        put(connection, "pair/1", ladder="pair", match_id=proposed, about="match", subject_id=None)
        assert cases.missing(connection, KEY, "pair", "matched") == (one,)


def test_what_somebody_agreed_to_is_kept_row_by_row(store: Store) -> None:
    with store.transaction() as connection:
        ana = add(connection, "Ana", "mentor")
        for version in ("1", "2"):
            evidence.add_agreement(connection, KEY, ana, "ethics", version, "f" * 64, date(2027, 10, 5), NOW, None, "a@example.org")
        found = evidence.agreements_of(connection, ana)
        assert [(item.kind, item.version, item.on, item.at, item.answer) for item in found] == [
            ("ethics", version, date(2027, 10, 5), NOW, "a@example.org") for version in ("1", "2")
        ]
