"""Who is in a program is held in memory, and no change is ever missed: not our own, not one taken back, not another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import evidence, outbox, people
from db.census import census
from db.engine import Connection, Store, open_store
from db.records import Letter, LetterState, MatchState
from db.remembered import CHANGING, letters_where, read
from db.tables import letter
from tests.db.worlds import KEY, NOW, add, letter_row


def state_of(store: Store, number: int) -> str:
    with store.reading() as connection:
        return str(census(connection, KEY).people[number].state)


def test_what_was_changed_shows_at_once_in_the_same_transaction_and_after_it(store: Store) -> None:
    with store.transaction() as connection:
        mentor, mentee = add(connection, "ana", "mentor"), add(connection, "mel", "mentee")
        assert list(census(connection, KEY).people) == [mentor, mentee]
        people.add_match(connection, KEY, mentor, mentee, None)
        (pair,) = census(connection, KEY).pairs_of[mentor]
        people.change_match(connection, pair.id, "paused")
        people.change_person(connection, mentor, {"email": "New.Ana@example.org"})
        people.add_alias(connection, KEY, mentor, "Work@example.org")
    with store.reading() as connection:
        known = census(connection, KEY)
    assert known.pairs_of[mentee][0].state is MatchState.PAUSED
    assert known.at_address(["new.ana@example.org"]) == known.at_address(["work@example.org"]) == [mentor]
    assert known.at_address(["ana@example.org"]) == []


def test_what_was_taken_back_is_forgotten(store: Store) -> None:
    with store.transaction() as connection:
        number = add(connection, "ana", "mentor")
    with pytest.raises(RuntimeError), store.transaction() as connection:
        people.change_person(connection, number, {"state": "stopped"})
        assert census(connection, KEY).people[number].state == "stopped"
        raise RuntimeError
    assert state_of(store, number) == "active"
    with store.transaction() as connection:
        people.change_person(connection, number, {"phone": "555 0100"})
        assert census(connection, KEY).people[number].state == "active"


@pytest.mark.parametrize("shared_url", ["file", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
def test_what_another_process_writes_shows(shared_url: str) -> None:
    ours, theirs = open_store(shared_url), open_store(shared_url)
    try:
        with ours.transaction() as connection:
            number = add(connection, "ana", "mentor")
        assert state_of(ours, number) == state_of(theirs, number) == "active"
        with theirs.transaction() as connection:
            people.change_person(connection, number, {"state": "stopped"})
            other = add(connection, "ben", "mentor")
        assert state_of(ours, number) == "stopped"
        with ours.transaction() as connection:
            people.change_person(connection, other, {"state": "stopped"})
        assert state_of(theirs, other) == "stopped"
    finally:
        ours.close()
        theirs.close()


def test_a_thousand_changes_are_all_seen(store: Store) -> None:
    with store.transaction() as connection:
        numbers = [add(connection, f"ana{at}", "mentor") for at in range(3)]
        census(connection, KEY)
        for at in range(300):
            people.change_person(connection, numbers[at % 3], {"phone": str(at)})
        assert [census(connection, KEY).people[number].phone for number in numbers] == ["297", "298", "299"]


def test_nobody_else_writes_people_and_pairs() -> None:
    """A change that leaves no mark would not be seen: these tables are written in db/people.py, and copied whole in db/copy.py."""
    written = ("insert(person", "update(person", "delete(person", "insert(match", "update(match", "delete(match", "insert(alias")
    made = ("connection, person,", "connection, match,", "connection, alias,")
    folder = Path(people.__file__).parent
    writers = {path.name for path in folder.glob("*.py") if any(word in path.read_text() for word in (*written, *made))}
    assert writers == {"people.py"}


ALL = letters_where(letter.c.id > 0)


def as_kept(connection: Connection) -> list[Letter]:
    return sorted(outbox.listed(connection), key=lambda item: item.id)


def test_a_remembered_letter_is_always_as_its_row_says(store: Store) -> None:
    with store.transaction() as connection:
        number = add(connection, "ana", "mentor")
        outbox.add_letters(connection, [letter_row(key, number, NOW) for key in ("one", "two", "three")])
        before = read(connection, ALL, {})
        assert [item.key for item in before] == ["one", "two", "three"]
        assert read(connection, ALL, {})[0] is before[0]
        one, two, three = (item.id for item in before)
        for change in (
            lambda: outbox.claim(connection, NOW, 1),
            lambda: outbox.settle(connection, [{"id": one, "state": "sent", "sent_at": NOW, "facts": {}, "last_error": "250 ok"}]),
            lambda: evidence.letter_bounced(connection, one, NOW),
            lambda: outbox.put_letter(connection, two, "held", NOW, "first look", NOW),
            lambda: outbox.set_state(connection, two, LetterState.WAITING, only_from=(LetterState.HELD,), last_error=""),
            lambda: outbox.take_back(connection, KEY, ["two"], 7),
            lambda: outbox.claim(connection, NOW, 5),
            lambda: outbox.recover(connection, KEY, ask=True),
            lambda: outbox.withdraw(connection, KEY, case_id=None, to_id=number, names=(), because="enough"),
        ):
            change()
            found = read(connection, ALL, {})
            assert [{**field_values(item)} for item in found] == [field_values(item) for item in as_kept(connection)]
        assert three in {item.id for item in found}


def field_values(item: Letter) -> dict[str, object]:
    return {name: getattr(item, name) for name in Letter.__slots__ if name != "facts"} | {"facts": dict(item.facts)}


def test_what_is_looked_at_of_a_letter_are_columns_of_it() -> None:
    assert set(CHANGING) < {column.name for column in letter.c}
