"""Releases of information, what was told under them, and counters of evaluations, on every kind of database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from db import people, releases
from db.engine import Connection, Store
from tests.db.worlds import KEY

NOW = datetime(2027, 10, 13, 15, 0, tzinfo=UTC)
SIGNED = date(2027, 10, 12)
FIELDS = ("first_name", "phone")


def two(connection: Connection) -> tuple[int, int]:
    giver = people.add_person(connection, KEY, name="Lu Fay", email="lu@example.org", role="participant", state="active")
    other = people.add_person(connection, KEY, name="Greg Poe", email="greg@example.org", role="mentor", state="active")
    return giver, other


def sign(connection: Connection, giver: int, recipient: int) -> None:
    values = {
        "giver_id": giver,
        "recipient_id": recipient,
        "fields": list(FIELDS),
        "purpose": "match",
        "signed_on": SIGNED,
        "expires_on": SIGNED + timedelta(days=365),
        "recorded_by": None,
        "recorded_at": NOW,
    }
    releases.add_release(connection, KEY, values)


@pytest.mark.parametrize(
    ("fields", "purpose", "day", "good"),
    [
        (FIELDS, "match", SIGNED, True),
        (("phone",), "match", SIGNED + timedelta(days=365), True),
        (FIELDS, "match", SIGNED + timedelta(days=366), False),
        (FIELDS, "match", SIGNED - timedelta(days=1), False),
        (("name", "phone"), "match", SIGNED, False),
        (FIELDS, "peer_talk", SIGNED, False),
    ],
)
def test_a_release_is_good_for_its_fields_its_purpose_and_its_days(
    store: Store, fields: tuple[str, ...], purpose: str, day: date, good: bool
) -> None:
    with store.transaction() as connection:
        giver, other = two(connection)
        sign(connection, giver, other)
        assert (releases.good_for(connection, giver, other, fields, purpose, day) is not None) is good
        assert releases.good_for(connection, other, giver, fields, purpose, day) is None


def test_a_rescinded_release_is_good_for_nothing_and_stays_on_record(store: Store) -> None:
    with store.transaction() as connection:
        giver, other = two(connection)
        sign(connection, giver, other)
        releases.rescind(connection, giver, other, NOW)
        assert releases.good_for(connection, giver, other, FIELDS, "match", SIGNED) is None
        assert [item.rescinded_at for item in releases.around(connection, [other])] == [NOW]


def test_answers_are_counted_and_nothing_else(store: Store) -> None:
    with store.transaction() as connection:
        releases.count(connection, KEY, "2027-10", {"1": 4, "2": 5})
        releases.count(connection, KEY, "2027-11", {"1": 4})
        assert releases.tallies(connection, KEY) == (("1", 4, 2), ("2", 5, 1))
        assert releases.tallies(connection, "another") == ()
