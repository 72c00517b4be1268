"""The conversation log in the database: numbered rows, corrected and struck; a message that is not kept leaves no bytes anywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime

from db import conversations, journal, people
from db.engine import open_store
from db.tables import metadata

DAY = date(2027, 10, 12)
AT = datetime(2027, 10, 12, 15, 0, tzinfo=UTC)


def test_rows_are_kept_corrected_and_struck_by_their_number() -> None:
    store = open_store("sqlite://")
    metadata.create_all(store.engine)
    with store.transaction() as connection:
        ada, bo = (
            people.add_person(connection, "p", name=name, email=f"{name}@example.org", role="specialist", state="active")
            for name in ("ada", "bo")
        )
        row: dict[str, object] = {"on": DAY, "client": "C-1", "kind": "S", "minutes": 20, "how": "T", "voided": False}
        for person, number in ((ada, 1), (ada, 2), (bo, 1)):
            conversations.add_row(connection, "p", {**row, "person_id": person, "number": number})
        conversations.change_row(connection, "p", {**row, "person_id": ada, "number": 2, "minutes": 45})
        conversations.change_row(connection, "p", {**row, "person_id": bo, "number": 1, "voided": True})
        found = conversations.log_of(connection, [ada, bo])
    assert [(item.person_id, item.number, item.minutes, item.voided) for item in found] == [
        (ada, 1, 20, False),
        (ada, 2, 45, False),
        (bo, 1, 20, True),
    ]
    store.close()


def test_what_is_not_kept_is_gone_under_every_number_and_does_not_come_back() -> None:
    store = open_store("sqlite://")
    metadata.create_all(store.engine)
    with store.transaction() as connection:
        first, _ = journal.keep(connection, "p", 1, 1, "same", AT, b"words")
        twin, new = journal.keep(connection, "p", 1, 2, "same", AT, b"words")
        journal.forget_bytes(connection, first)
        later, _ = journal.keep(connection, "p", 1, 3, "same", AT, b"words")
        kept = [journal.by_id(connection, number) for number in (first, twin, later)]
    assert not new
    assert [message.raw if message else None for message in kept] == [b"", b"", b""]
    store.close()
