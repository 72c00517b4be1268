"""S28: one person in several programs of one installation has a thread, a policy and a digest in each; nothing crosses over."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from db import conversations, journal, outbox, people
from db.engine import open_store
from db.records import PersonState
from db.tables import metadata
from mailer.clock import VirtualClock
from mailer.files.stories import STORY_TRUSTED, Arrive
from mailer.model.decision import RosterRow
from mailer.model.program import Program
from mailer.modes.mailbox import Mailbox
from mailer.modes.sent import SentLetter
from mailer.modes.story_mail import Writer, written
from mailer.steps.chase import next_moment
from mailer.steps.desk import Desk
from mailer.steps.turn import turn
from tests.desks import Post, Witness, book_of, settle

ZONE = ZoneInfo("America/Chicago")
KEY = b"several programs, and one key!!!"
START = datetime(2027, 10, 4, 13, 0, tzinfo=UTC)
ELIF, CORA, HUGO, NINA, THEO = (f"{name}@example.org" for name in ("elif", "cora", "hugo", "nina", "theo"))
INBOXES = {"m2m": "mc@example.org", "icb": "cb@example.org", "peer": "ps@example.org"}
PEOPLE = {
    "m2m": (
        RosterRow("Wanda Orr", "wanda@example.org", "mwoc"),
        RosterRow("Cora Lind", CORA, "coordinator"),
        RosterRow("Elif Kaya", ELIF, "mentor", CORA),
        RosterRow("Mel Park", "mel@example.org", "mentee", mentor=ELIF),
    ),
    "icb": (
        RosterRow("Nina Frey", NINA, "staff"),
        RosterRow("Hugo Lang", HUGO, "mentor", extra=dict.fromkeys(("listed",), True) | {"years": 19, "publish": ["name"]}),
        RosterRow("Elif Kaya", ELIF, "mentee"),
    ),
    "peer": (
        RosterRow("Theo Brandt", THEO, "trainer"),
        RosterRow("Elif Kaya", ELIF, "specialist", extra={"enrolled": "2027-10-04"}),
    ),
}


class Town:
    """Three programs at one desk, in virtual time."""

    def __init__(self) -> None:
        self.clock = VirtualClock(START)
        self.witness = Witness()
        self.store = open_store("sqlite://")
        metadata.create_all(self.store.engine)
        self.boxes = {key: Mailbox() for key in INBOXES}
        books = {}
        for key, inbox in INBOXES.items():
            program = Program(key, key, f"{key} update", inbox, ZONE, STORY_TRUSTED)
            books[key] = book_of(program)
            settle(self.store, books[key], KEY, PEOPLE[key], START)
        self.desk = Desk(self.store, KEY, self.clock.now, books, self.boxes, dict.fromkeys(INBOXES, Post()), self.witness)
        asyncio.run(turn(self.desk))

    def until(self, moment: datetime) -> None:
        while True:
            with self.store.reading() as connection:
                planned = [item for item in (next_moment(self.desk), outbox.next_due(connection)) if item is not None]
            due = min(planned, default=moment)
            self.clock.advance_to(min(moment, max(due, self.clock.now() + timedelta(seconds=1))))
            asyncio.run(turn(self.desk))
            if due >= moment:
                return

    def writes(self, program: str, sender: str, body: str, answers: SentLetter | None = None, *, proved: bool = True) -> None:
        """A mail to the inbox of `program`, whatever letter it answers."""
        self.clock.advance(timedelta(minutes=1))
        box = self.boxes[program]
        arrive = Arrive(self.clock.now(), sender, "A word", body, authentic=proved)
        raw = written(arrive, Writer("Elif Kaya", sender), INBOXES[program], ZONE, answers, len(box.kept))
        box.put(raw, self.clock.now())
        asyncio.run(turn(self.desk))

    def of(self, program: str, to: str) -> list[SentLetter]:
        return [sent for letter, sent in self.witness.letters if letter.program == program and sent.to_address == to]

    def newest(self, program: str, name: str, to: str) -> SentLetter:
        return next(sent for sent in reversed(self.of(program, to)) if sent.name == name)


def test_one_person_has_a_thread_in_each_program_and_stop_in_one_leaves_the_others_alone() -> None:
    town = Town()
    town.until(datetime(2027, 10, 5, 15, 0, tzinfo=UTC))
    town.writes("icb", ELIF, "DIRECTORY")
    town.writes("peer", ELIF, "1 Y 2 N", town.newest("peer", "mentor_or_not", ELIF))
    town.until(datetime(2027, 10, 15, 15, 0, tzinfo=UTC))
    for program, name in (("m2m", "check_in"), ("icb", "directory"), ("peer", "mentor_or_not")):
        letter = town.newest(program, name, ELIF)
        assert letter.from_address == INBOXES[program]
        assert letter.reply_to.startswith(INBOXES[program].split("@")[0] + "+")
        others = [other for other in INBOXES.values() if other != INBOXES[program]]
        assert not any(other in letter.raw.decode() for other in others), "a letter knows its own program only"
    town.writes("peer", ELIF, "STOP")
    with town.store.reading() as connection:
        states = {key: people.by_address(connection, key, (ELIF,))[0].state for key in INBOXES}
    assert states == {"m2m": PersonState.ACTIVE, "icb": PersonState.ACTIVE, "peer": PersonState.STOPPED}
    before = len(town.of("peer", ELIF))
    town.until(datetime(2027, 11, 2, 15, 0, tzinfo=UTC))
    assert len(town.of("peer", ELIF)) == before, "stopped here"
    assert [item.name for item in town.of("m2m", ELIF)].count("check_in_again") == 1, "and asked there"
    assert not town.witness.troubles


def test_the_token_of_one_program_proves_nothing_to_another() -> None:
    town = Town()
    town.until(datetime(2027, 10, 4, 15, 0, tzinfo=UTC))
    activity = town.newest("peer", "mentor_or_not", ELIF)
    town.writes("m2m", ELIF, "NO ANSWER Mel", activity, proved=False)
    assert [item.name for item in town.of("m2m", ELIF)] == ["confirm_sender"], "as from anybody who is not proved"
    town.writes("peer", ELIF, "AGAIN", activity, proved=False)
    assert [item.name for item in town.of("peer", ELIF)].count("mentor_or_not") == 2, "at home it does"


def test_a_line_for_one_program_sent_to_another_makes_no_row() -> None:
    town = Town()
    town.until(datetime(2027, 10, 5, 15, 0, tzinfo=UTC))
    town.writes("m2m", ELIF, "2027-10-05 C-18 S 25 T")
    with town.store.reading() as connection:
        numbers = [person.id for key in INBOXES for person in people.by_address(connection, key, (ELIF,))]
        assert conversations.log_of(connection, numbers) == ()
    town.writes("peer", ELIF, "2027-10-05 C-18 S 25 T\nShe has found the zeppelin museum.")
    with town.store.reading() as connection:
        assert [row.client for row in conversations.log_of(connection, numbers)] == ["C-18"]
        said = [journal.by_id(connection, number) for number in (1, 2)]
    assert [message is not None and bool(message.raw) for message in said] == [True, False], "kept there, not kept here"


def test_a_digest_tells_of_its_own_program_only() -> None:
    town = Town()
    town.until(datetime(2027, 10, 5, 15, 0, tzinfo=UTC))
    town.writes("icb", ELIF, "NEED STAFF")
    town.writes("m2m", ELIF, "All is well with us.")
    town.until(datetime(2027, 10, 7, 15, 0, tzinfo=UTC))
    assert "Elif" in town.newest("icb", "digest", NINA).text
    digests = [sent for _, sent in town.witness.letters if sent.name == "digest"]
    assert all("All is well" not in sent.text for sent in digests if sent.from_address != INBOXES["m2m"])
    assert not town.of("peer", THEO), "nothing happened there"
