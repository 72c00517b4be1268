"""Words are kept for as long as the policy says and no longer; that something was, when and why, stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from db import evidence, outbox, people
from db.tables import answer, form, letter, message, note
from tests.cli.world import World

DAYS = timedelta(days=1)


@pytest.fixture
def autumn(tmp_path: Path) -> World:
    """Ana answered on 19 October 2027, a stranger wrote, and Cora filled in the form; it is 26 October."""
    world = World(tmp_path)
    world.live(datetime(2027, 10, 19, 15, tzinfo=UTC))
    world.write("ana@example.org", "Violets are out, all is well.", answers="check_in")
    world.write("somebody@example.net", "Can I have your list of tulips?", proved=False)
    world.live(datetime(2027, 10, 20, 15, tzinfo=UTC))
    world.write("cora@example.org", "Mentor: Ana Ruiz\nAttempted: 2027-10-15\nSummary: roses and all\nIssues: none\nSEND")
    world.live(datetime(2027, 10, 26, 15, tzinfo=UTC))
    return world


def kept(world: World) -> str:
    """Every word that is kept outside the roster."""
    with world.store.reading() as connection:
        rows = [row for table in (message, letter, answer, note, form) for row in connection.execute(table.select())]
    return " ".join(str(value) for row in rows for value in row)


def test_words_go_after_ninety_days_and_not_before(autumn: World) -> None:
    autumn.live(datetime(2028, 1, 17, 4, tzinfo=UTC))  # 16 January in New York: 89 days after the answer
    assert "Violets" in kept(autumn) and "checking in for October" not in kept(autumn)
    autumn.live(datetime(2028, 1, 18, 12, tzinfo=UTC))
    with autumn.store.reading() as connection:
        assert not any(b"Violets" in row.raw for row in connection.execute(message.select()))
    autumn.live(datetime(2028, 1, 19, 12, tzinfo=UTC))  # Cora read of it a day later
    assert "Violets" not in kept(autumn) and "roses and all" in kept(autumn)
    with autumn.store.reading() as connection:
        (first, *_) = connection.execute(message.select().order_by(message.c.id)).all()
        gone = outbox.by_id(connection, int(first.letter_id))
        assert (first.raw, first.not_kept, first.state, first.means) == (b"", True, "done", "reply")
        assert gone is not None and gone.facts == {} and gone.subject == "" and gone.name == "check_in" and gone.sent_at
        (answered,) = connection.execute(answer.select().where(answer.c.message_id == first.id)).all()
        assert answered.text == "" and answered.month == "2027-10"


def test_what_waits_for_a_human_is_kept_until_it_is_dealt_with(autumn: World) -> None:
    autumn.live(datetime(2028, 2, 20, 12, tzinfo=UTC))
    with autumn.store.reading() as connection:
        states = {row.state: bytes(row.raw) for row in connection.execute(message.select())}
    assert b"tulips" in states["parked"]


def test_the_contact_form_keeps_its_words_for_twenty_four_months_and_its_days_for_good(autumn: World) -> None:
    with autumn.store.transaction() as connection:
        (ana,) = people.by_address(connection, "m2m", ("ana@example.org",))
        old = {"coordinator_id": ana.coordinator_id, "mentor_id": ana.id, "attempted": ["2025-09-15"], "mentees": ["Mel"]}
        for month, words in (("2025-09", "peonies"), ("2025-10", "asters")):
            evidence.put_form(
                connection, "m2m", {**old, "month": month, "contact_made": date(2025, 9, 16), "summary": words, "issues": ""}
            )
    autumn.live(autumn.clock.now() + DAYS)
    words = kept(autumn)
    assert "peonies" not in words and "asters" in words and "2025-09-15" in words and "2025-09" in words


def test_an_answer_to_a_letter_whose_words_have_gone_is_read_as_any_other(autumn: World) -> None:
    autumn.live(datetime(2028, 2, 1, 12, tzinfo=UTC))
    sent = next(one for _, one in autumn.witness.letters if one.name == "check_in")
    with autumn.store.reading() as connection:
        found = outbox.by_message_id(connection, [sent.message_id])
    assert found is not None and found.facts == {}
    head = (
        f"From: <ana@example.org>\r\nMessage-ID: <late@example.net>\r\nIn-Reply-To: <{sent.message_id}>\r\nTo: {sent.reply_to}\r\n"
    )
    autumn.inbox.put(f"{head}Subject: Re: x\r\n\r\n1: Mel\r\n3: going well\r\n".encode(), autumn.clock.now())
    autumn.live(autumn.clock.now() + DAYS)
    with autumn.store.reading() as connection:
        last = connection.execute(message.select().order_by(message.c.id.desc())).first()
    assert last is not None and (last.state, last.means, last.letter_id) == ("done", "answers", found.id)
    assert autumn.witness.troubles == []
