"""The journal: every message is kept once, in the order in which it came, and never lost by what becomes of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from db import journal
from db.engine import Store
from db.records import JournalledMessage, MessageState
from tests.db.worlds import KEY, NOW, add

RAW = b"Subject: hi\r\n\r\n\x00\xff\r\n"


def keep(
    connection: Connection, uid: int, fingerprint: str = "", *, program: str = KEY, validity: int = 7, minutes: int = 0
) -> tuple[int, bool]:
    at = NOW + timedelta(minutes=minutes)
    return journal.keep(connection, program, validity, uid, fingerprint or f"{program}{validity}{uid}", at, RAW)


def test_a_message_is_kept_byte_for_byte_and_waits_to_be_answered(store: Store) -> None:
    with store.transaction() as connection:
        number, new = keep(connection, 4_294_967_295, validity=4_294_967_295)
        assert new
        assert journal.by_id(connection, number) == JournalledMessage(
            number, KEY, 4_294_967_295, 4_294_967_295, NOW, RAW, MessageState.NEW
        )
        assert journal.by_id(connection, number + 1) is None


def test_the_same_message_fetched_again_is_not_kept_again(store: Store) -> None:
    with store.transaction() as connection:
        number, _ = keep(connection, 1)
        assert keep(connection, 1) == (number, False)
        assert len(journal.waiting(connection)) == 1


def test_the_same_message_under_another_number_is_kept_as_done_and_not_answered_twice(store: Store) -> None:
    with store.transaction() as connection:
        first, _ = keep(connection, 1, "same")
        again, new = keep(connection, 1, "same", validity=8)
        assert not new and again != first
        described = journal.described(connection, again)
        assert described is not None
        assert (described["state"], described["means"], described["because"]) == (
            "done",
            "duplicate",
            f"the same message as {first}",
        )
        assert "raw" not in described
        assert keep(connection, 1, "same", program="other")[1]
        assert [item.program for item in journal.waiting(connection)] == [KEY, "other"]


def test_messages_wait_in_the_order_in_which_they_came(store: Store) -> None:
    with store.transaction() as connection:
        late, _ = keep(connection, 1, minutes=2)
        early, _ = keep(connection, 2, minutes=1)
        same, _ = keep(connection, 3, minutes=1)
        assert [item.id for item in journal.waiting(connection)] == [early, same, late]
        assert [item.id for item in journal.waiting(connection, limit=1)] == [early]


def test_a_decided_message_remembers_what_it_meant_and_waits_no_more(store: Store) -> None:
    with store.transaction() as connection:
        person = add(connection, "Ana Ruiz", "mentor")
        number, _ = keep(connection, 1)
        considered = [["m2m/10_stop: stop", False, "no such word"], ["m2m/90_otherwise: anything else", True, "nothing else"]]
        journal.count_try(connection, number)
        journal.count_try(connection, number)
        journal.decided(
            connection, number, MessageState.DONE, person_id=person, means="reply", rule="r", considered=considered, because="b"
        )
        assert journal.waiting(connection) == ()
        found = journal.by_id(connection, number)
        assert found is not None
        assert (found.state, found.person_id, found.means, found.rule, found.because, found.tries) == (
            MessageState.DONE,
            person,
            "reply",
            "r",
            "b",
            2,
        )
        (described,) = journal.of_person(connection, person)
        assert described["considered"] == considered
        assert journal.described(connection, 999) is None


def test_a_parked_message_waits_for_a_human_and_can_be_answered_again(store: Store) -> None:
    with store.transaction() as connection:
        number, _ = keep(connection, 1)
        journal.count_try(connection, number)
        journal.decided(connection, number, MessageState.PARKED, because="why")
        journal.set_filed(connection, [number])
        assert [item.id for item in journal.parked(connection)] == [number]
        journal.answer_again(connection, number)
        assert journal.parked(connection) == ()
        (found,) = journal.waiting(connection)
        assert (found.confirmed, found.tries, found.raw) == (True, 0, RAW)
        journal.decided(connection, number, MessageState.DROPPED)
        assert [item.id for item in journal.parked(connection, MessageState.DROPPED)] == [number]
        assert journal.unfiled(connection, KEY) == [(number, 7, 1, "dropped")]


def test_a_copy_of_a_parked_message_lies_beside_it_in_the_mailbox(store: Store) -> None:
    with store.transaction() as connection:
        number, _ = keep(connection, 1)
        journal.decided(connection, number, MessageState.PARKED)
        twin, new = keep(connection, 2, fingerprint=f"{KEY}71")
        assert not new
        assert [(item[0], item[3]) for item in journal.unfiled(connection, KEY)] == [(number, "parked"), (twin, "parked")]
        assert [item.id for item in journal.parked(connection)] == [number]


def test_what_is_decided_is_filed_once(store: Store) -> None:
    with store.transaction() as connection:
        done, _ = keep(connection, 1)
        parked, _ = keep(connection, 2)
        keep(connection, 3)
        foreign, _ = keep(connection, 4, program="other")
        journal.decided(connection, done, MessageState.DONE)
        journal.decided(connection, parked, MessageState.PARKED)
        journal.decided(connection, foreign, MessageState.DONE)
        assert journal.unfiled(connection, KEY) == [(done, 7, 1, "done"), (parked, 7, 2, "parked")]
        assert journal.unfiled(connection, KEY, limit=1) == [(done, 7, 1, "done")]
        journal.set_filed(connection, [done])
        assert journal.unfiled(connection, KEY) == [(parked, 7, 2, "parked")]
        journal.set_filed(connection, [])
        assert journal.counts(connection) == {"done": 2, "parked": 1, "new": 1}
