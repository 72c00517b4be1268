"""A letter of which it turns out later that it left: what it told of somebody is listed, as of any other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from db import outbox, people, releases
from db.engine import open_store
from db.schema import upgrade
from mailer.model.program import Program
from mailer.steps.consents import DISCLOSES, had_left
from tests.db.worlds import letter_row
from tests.desks import book_of

HP = Program("m2m", "mphp", "HP update", "hp@example.org", ZoneInfo("America/New_York"))
DUE = datetime(2027, 10, 13, 15, 0, tzinfo=UTC)


def test_what_it_told_is_listed_under_the_moment_at_which_it_was_due_and_its_words_are_erased() -> None:
    store = open_store("sqlite://")
    upgrade(store)
    book = book_of(HP)
    with store.transaction() as connection:
        giver = people.add_person(connection, HP.key, name="Lu Fay", email="lu@example.org", role="participant", state="active")
        reader = people.add_person(connection, HP.key, name="Greg Poe", email="greg@example.org", role="mentor", state="active")
        signed = date(2027, 10, 12)
        values = {
            "giver_id": giver,
            "recipient_id": reader,
            "fields": ["first_name", "phone"],
            "purpose": "match",
            "signed_on": signed,
        }
        ends = {"expires_on": signed + timedelta(days=365), "recorded_by": None, "recorded_at": DUE}
        releases.add_release(connection, HP.key, {**values, **ends})
        tells = {"giver_id": giver, "fields": ["first_name", "phone"], "purpose": "match"}
        (number,) = outbox.next_ids(connection, HP.key, ["hand_off/1"])
        row = letter_row("hand_off/1", reader, DUE, name="hand_off", facts={"first_name": "Lu", DISCLOSES: tells})
        outbox.add_letters(connection, [{**row, "id": number, "state": "held", "perhaps_twice": True}])

        had_left(connection, book, number)
        assert releases.disclosures_of(connection, [giver]) == (), "it has not left"
        letter = outbox.by_id(connection, number)
        assert letter is not None
        outbox.count_as_sent(connection, letter)
        had_left(connection, book, number)
        (told,) = releases.disclosures_of(connection, [giver])
        letter = outbox.by_id(connection, number)
        assert letter is not None and letter.facts == {}
        assert (told.letter_id, told.at, tuple(told.fields)) == (number, DUE, ("first_name", "phone"))
    store.close()
