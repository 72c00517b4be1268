"""The outbox: a letter is decided once, claimed once, and its fate recorded; what has not left can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from db import evidence, outbox
from db.engine import Store
from db.records import Letter, LetterState
from tests.db.worlds import KEY, NOW, add, letter_row, put

HOUR = timedelta(hours=1)
W, H, S, SENT, FAILED, CANCELLED = (state.value for state in LetterState)


def fill(connection: Connection, states: Sequence[str], **changes: object) -> list[int]:
    """Letters in these states, a minute apart; their ids."""
    numbers = outbox.next_ids(connection, "m2m", [f"key/{at}" for at in range(len(states))])
    outbox.add_letters(
        connection,
        [
            {**letter_row(f"{number}/{state}", None, NOW + timedelta(minutes=index), state=state), **changes, "id": number}
            for index, (number, state) in enumerate(zip(numbers, states, strict=True))
        ],
    )
    return numbers


def states(connection: Connection, numbers: Sequence[int]) -> list[str]:
    found = [outbox.by_id(connection, number) for number in numbers]
    return [item.state.value for item in found if item is not None]


def test_ids_are_known_before_the_letters_are_written_and_never_given_twice(store: Store) -> None:
    with store.transaction() as connection:
        first = fill(connection, [W, W, W])
        second = fill(connection, [W, W])
        assert outbox.next_ids(connection, "m2m", []) == []
        assert len({*first, *second}) == 5
        assert [item.id for item in outbox.listed(connection, limit=2)] in ([first[2], second[1]], [second[1], first[2]])
    with store.transaction() as connection:
        assert set(fill(connection, [W])).isdisjoint({*first, *second})


def test_letters_in_question_are_told_with_the_mail_they_answer(store: Store) -> None:
    with store.transaction() as connection:
        old = evidence.add_decision(connection, KEY, NOW, "time", "b", [], "r")
        new = evidence.add_decision(connection, KEY, NOW + HOUR, "mail", "b", [], "r", message_id=7)
        first, _ = fill(connection, [W, SENT], decision_id=old)
        second, later = fill(connection, [S, W], decision_id=new)
        found = outbox.in_question(connection, NOW)
        assert [(item.id, message) for item, message in found] == [(first, None), (second, 7)]
        assert [item.id for item in outbox.decided_after(connection, NOW)] == [later]
        assert outbox.next_after(connection, NOW) == NOW + timedelta(minutes=1)


def test_numbers_left_free_are_given_to_no_letter(store: Store) -> None:
    with store.transaction() as connection:
        (before,) = fill(connection, [W])
        outbox.leave_numbers_free(connection, 1000)
        (after,) = fill(connection, [W])
        outbox.leave_numbers_free(connection, 1000)
        (last,) = fill(connection, [W])
    assert after > before + 1000 and last > after + 1000


def test_every_field_of_a_letter_comes_back_as_it_was_given(store: Store) -> None:
    with store.transaction() as connection:
        person = add(connection, "Ana Ruiz", "mentor")
        walk = put(connection, "contact/1")
        (number,) = outbox.next_ids(connection, "m2m", ["key"])
        row = letter_row(
            "contact/1/attempt_1/check_in", person, to_address="ana@example.org", case_id=walk, in_reply_to="x@y", decision_id=7
        )
        outbox.add_letters(connection, [{**row, "id": number}])
        changes = {
            "sent_at": NOW + HOUR,
            "bounced_at": NOW + 2 * HOUR,
            "perhaps_twice": True,
            "last_error": "450 later",
            "tries": 3,
        }
        outbox.settle(connection, [{"id": number, "state": "sent", **changes}])
        found = outbox.by_id(connection, number)
        assert outbox.by_id(connection, number + 1000) is None
    assert found == Letter(
        id=number,
        program=KEY,
        key="contact/1/attempt_1/check_in",
        name="check_in",
        to_address="ana@example.org",
        state=LetterState.SENT,
        message_id="contact/1/attempt_1/check_in@example.org",
        date=NOW,
        not_before=NOW,
        to_id=person,
        case_id=walk,
        attempt=True,
        facts={"first_name": "Ana", "mentees": ["Mel"]},
        template="0" * 64,
        sha256="1" * 64,
        subject="How are you?",
        in_reply_to="x@y",
        tries=3,
        sent_at=NOW + HOUR,
        bounced_at=NOW + 2 * HOUR,
        perhaps_twice=True,
        because="the day has come",
        last_error="450 later",
    )


def test_a_key_that_is_known_makes_no_second_letter_even_if_nobody_asks_first(store: Store) -> None:
    with store.transaction() as connection:
        outbox.add_letters(connection, [])
        outbox.add_letters(connection, [letter_row("a", None), letter_row("b", None)])
        assert outbox.known_keys(connection, KEY, ["a", "c"]) == {"a"}
        assert outbox.known_keys(connection, "other", ["a"]) == frozenset()
        assert outbox.known_keys(connection, KEY, []) == frozenset()
    with pytest.raises(Exception, match=r"(?i)unique"), store.transaction() as connection:
        outbox.add_letters(connection, [letter_row("b", None)])


def test_letters_are_claimed_when_their_moment_has_come_oldest_first_and_once(store: Store) -> None:
    with store.transaction() as connection:
        numbers = fill(connection, [W, W, W, H, SENT])
    with store.transaction() as connection:
        assert outbox.next_due(connection) == NOW
        assert outbox.claim(connection, NOW - HOUR, 10) == ()
        assert [item.id for item in outbox.claim(connection, NOW + timedelta(minutes=1), 1)] == numbers[:1]
        assert [item.id for item in outbox.claim(connection, NOW + timedelta(minutes=1), 9)] == numbers[1:2]
        assert outbox.claim(connection, NOW + timedelta(minutes=1), 9) == ()
        assert states(connection, numbers) == [S, S, W, H, SENT]
        first = outbox.by_id(connection, numbers[0])
        assert first is not None and first.tries == 1
        assert outbox.counts(connection) == {S: 2, W: 1, H: 1, SENT: 1}


def test_a_claim_that_is_rolled_back_has_claimed_nothing(store: Store) -> None:
    with store.transaction() as connection:
        numbers = fill(connection, [W])
    with pytest.raises(ZeroDivisionError), store.transaction() as connection:
        assert len(outbox.claim(connection, NOW, 9)) == 1
        raise ZeroDivisionError
    with store.transaction() as connection:
        assert states(connection, numbers) == [W]


EVERY = [W, H, S, SENT, FAILED, CANCELLED]


def test_only_what_has_not_left_can_be_withdrawn(store: Store) -> None:
    with store.transaction() as connection:
        numbers = fill(connection, EVERY)
        assert outbox.withdraw(connection, KEY, case_id=None, to_id=None, names=(), because="stopped") == 2
        assert states(connection, numbers) == [CANCELLED, CANCELLED, S, SENT, FAILED, CANCELLED]
        first = outbox.by_id(connection, numbers[0])
        assert first is not None and first.last_error == "stopped"


def test_a_withdrawal_keeps_to_its_walk_its_person_its_letters_and_its_program(store: Store) -> None:
    with store.transaction() as connection:
        ana, mel = add(connection, "Ana Ruiz", "mentor"), add(connection, "Mel Park", "mentee")
        walk, other = put(connection, "contact/1"), put(connection, "contact/2")
        table = {
            "walk": letter_row("walk", ana, case_id=walk),
            "other walk": letter_row("other walk", ana, case_id=other),
            "other person": letter_row("other person", mel, case_id=walk),
            "other name": letter_row("other name", ana, case_id=walk, name="survey"),
            "other program": letter_row("other program", ana, case_id=walk, program="other"),
        }
        outbox.add_letters(connection, list(table.values()))

        def left() -> set[str]:
            return {item.key for item in outbox.listed(connection, states=[W])}

        assert outbox.withdraw(connection, KEY, case_id=walk, to_id=ana, names=["check_in"], because="") == 1
        assert left() == table.keys() - {"walk"}
        assert outbox.withdraw(connection, KEY, case_id=walk, to_id=None, names=(), because="") == 2
        assert left() == {"other walk", "other program"}
        assert outbox.withdraw(connection, KEY, case_id=None, to_id=ana, names=(), because="") == 1
        assert left() == {"other program"}


@pytest.mark.parametrize(("ask", "state"), [(False, W), (True, H)])
def test_after_a_crash_letters_of_unknown_fate_are_sent_again_or_held_for_their_owner(store: Store, ask: bool, state: str) -> None:
    """S22: with `uncertain = "ask"` no second mail leaves by itself; otherwise the same one leaves again (CONTRACT.md section 9)."""
    with store.transaction() as connection:
        numbers = fill(connection, EVERY)
        (foreign,) = fill(connection, [S], program="other")
        assert [item.id for item in outbox.recover(connection, KEY, ask=ask)] == [numbers[2]]
        assert outbox.recover(connection, KEY, ask=ask) == ()
        assert states(connection, [*numbers, foreign]) == [W, H, state, SENT, FAILED, CANCELLED, S]
        stuck = outbox.by_id(connection, numbers[2])
        assert stuck is not None and stuck.perhaps_twice


def test_a_letter_moved_by_hand_must_stand_where_the_hand_thinks_it_stands(store: Store) -> None:
    with store.transaction() as connection:
        (number,) = fill(connection, [H])
        later = NOW + HOUR
        assert outbox.set_state(connection, number, LetterState.WAITING, only_from=[LetterState.HELD], not_before=later)
        assert not outbox.set_state(connection, number, LetterState.WAITING, only_from=[LetterState.HELD], not_before=NOW)
        assert not outbox.set_state(connection, number + 1, LetterState.WAITING, only_from=list(LetterState))
        assert outbox.next_due(connection) == later


def test_the_letter_a_thread_is_about_is_the_newest_with_one_of_its_message_ids(store: Store) -> None:
    with store.transaction() as connection:
        numbers = fill(connection, [SENT, SENT])
        ids = [f"{number}/{SENT}@example.org" for number in numbers]
        found = outbox.by_message_id(connection, [*ids, "nobody@example.org"])
        assert found is not None and found.id == numbers[1]
        assert outbox.by_message_id(connection, []) is None
        assert outbox.by_message_id(connection, ["nobody@example.org"]) is None
        evidence.letter_bounced(connection, numbers[1], NOW)
        bounced = outbox.by_id(connection, numbers[1])
        assert bounced is not None and bounced.bounced_at == NOW


def test_every_version_of_a_letters_words_is_kept_once(store: Store) -> None:
    with store.transaction() as connection:
        for source in ("one", "one", "two"):
            outbox.keep_template(connection, f"digest of {source}", KEY, "check_in", source)
        assert outbox.template_source(connection, "digest of one") == "one"
        assert outbox.template_source(connection, "digest of two") == "two"
        assert outbox.template_source(connection, "digest of three") is None


def test_lists_for_people_are_narrowed_by_state_and_program(store: Store) -> None:
    with store.transaction() as connection:
        numbers = fill(connection, EVERY)
        fill(connection, [W], program="other")
        assert [item.id for item in outbox.listed(connection, program=KEY)] == numbers[::-1]
        assert [item.id for item in outbox.listed(connection, states=[W, FAILED], program=KEY)] == [numbers[4], numbers[0]]
