"""A statement run on the driver's own cursor gives and takes the same values as one that SQLAlchemy executes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from db.among import among_texts
from db.engine import Store
from db.prepared import Prepared
from db.tables import note, person

NOW = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
ADD = Prepared(insert(person).returning(person.c.id), ("program", "ref", "name", "email", "address", "roles", "state", "since"))


def _somebody(name: str) -> dict[str, object]:
    address = f"{name}@example.org"
    return {
        "program": "m2m",
        "ref": name.upper(),
        "name": name,
        "email": address,
        "address": address,
        "roles": " mentor ",
        "state": "active",
        "since": date(2027, 2, 1),
    }


def test_what_is_written_is_read_as_sqlalchemy_reads_it_with_the_defaults_of_the_table(store: Store) -> None:
    with store.transaction() as connection:
        number = ADD.value(connection, _somebody("ana"))
        Prepared(insert(note), ("program", "to_id", "kind", "facts", "at")).run(
            connection, {"program": "m2m", "to_id": number, "kind": "hello", "facts": {"é": [1, None]}, "at": NOW}
        )
        for table in (person, note):
            theirs = [tuple(row) for row in connection.execute(select(table))]
            assert Prepared(select(table)).rows(connection, {}) == theirs
        assert Prepared(select(person.c.phone, person.c.held_by_safety, person.c.extra)).first(connection, {}) == ("", False, {})
        assert Prepared(select(note.c.facts, note.c.at)).first(connection, {}) == ({"é": [1, None]}, NOW)


def test_many_texts_travel_as_one_parameter(store: Store) -> None:
    with store.transaction() as connection:
        for name in ("ana", 'b"ea', "c,al"):
            ADD.value(connection, _somebody(name))
        query = Prepared(select(person.c.name).where(among_texts(person.c.name, "names")).order_by(person.c.id))
        assert query.rows(connection, {"names": ['b"ea', "c,al", "dee"]}) == [('b"ea',), ("c,al",)]
        assert query.rows(connection, {"names": []}) == []


def test_what_a_transaction_that_failed_wrote_is_gone_and_the_error_is_sqlalchemys_without_anybodys_words(store: Store) -> None:
    with pytest.raises(IntegrityError) as failed, store.transaction() as connection:
        ADD.value(connection, _somebody("ana"))
        ADD.value(connection, _somebody("ana"))
    assert "INSERT" in str(failed.value)
    assert failed.value.params is None
    with store.reading() as connection:
        assert Prepared(select(person.c.id)).rows(connection, {}) == []


def test_an_in_list_is_refused_and_a_forgotten_parameter_is_an_error(store: Store) -> None:
    with store.reading() as connection:
        with pytest.raises(ValueError, match=r"db\.among"):
            Prepared(select(person.c.id).where(person.c.name.in_(["ana"]))).rows(connection, {})
        with pytest.raises(KeyError):
            Prepared(select(person.c.id).where(person.c.name == bindparam("name"))).rows(connection, {})
