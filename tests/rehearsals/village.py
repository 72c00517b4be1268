"""A small program that lives in virtual time, a message and a day at a time: for tests that make up their correspondence."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from db import outbox
from db.engine import Connection, open_store
from db.tables import metadata
from mailer.clock import VirtualClock
from mailer.files.stories import STORY_INBOX, STORY_TRUSTED, Arrive
from mailer.model.decision import RosterRow
from mailer.model.program import Program
from mailer.modes.mailbox import Mailbox
from mailer.modes.sent import SentLetter
from mailer.modes.story_mail import Writer, authentication, report, written
from mailer.steps.book import Book
from mailer.steps.chase import next_moment
from mailer.steps.desk import Desk
from mailer.steps.turn import turn
from tests.desks import Post, Witness, book_of, settle

ZONE = ZoneInfo("America/Chicago")
KEY = b"a village seals with this key!!!"
WILMA, KLAUS, SVEN = "wilma@example.org", "klaus@example.com", "sven@example.org"
ANA, BEA = "ana@example.org", "bea@example.com"
MINA, NOOR, OLLE = "mina@example.com", "noor@example.com", "olle@example.org"
ROWS = (
    RosterRow("Wilma Ost", WILMA, "mwoc"),
    RosterRow("Klaus Berg", KLAUS, "coordinator"),
    RosterRow("Sven Dahl", SVEN, "staff"),
    RosterRow("Ana Torre", ANA, "mentor", KLAUS),
    RosterRow("Bea Ring", BEA, "mentor", KLAUS),
    RosterRow("Mina Holt", MINA, "mentee", mentor=ANA),
    RosterRow("Noor Vale", NOOR, "mentee", mentor=ANA),
    RosterRow("Olle Frost", OLLE, "mentee", mentor=BEA),
)
_MOST_TURNS = 400  # in any stretch of time a test asks for
NAMES = {row.email: row.name for row in ROWS}
MENTEES = {ANA: (MINA, NOOR), BEA: (OLLE,)}


def book(policy: Mapping[str, object] | None = None) -> Book:
    program = Program("m2m", "m2m", "MC update", STORY_INBOX, ZONE, STORY_TRUSTED, list_id="updates.example.org")
    opened = book_of(program)
    values = {**opened.rules.policy.values, **(policy or {})}
    return replace(opened, rules=replace(opened.rules, policy=replace(opened.rules.policy, values=values)))


class Village:
    """The people of `ROWS`, their program, and everything that was ever sent."""

    def __init__(self, start: datetime, policy: Mapping[str, object] | None = None) -> None:
        self.book = book(policy)
        self.clock = VirtualClock(start)
        self._inbox, self._witness = Mailbox(), Witness()
        self.letters, self.troubles = self._witness.letters, self._witness.troubles
        self._store = open_store("sqlite://")
        metadata.create_all(self._store.engine)
        key = self.book.program.key
        self.desk = Desk(self._store, KEY, self.clock.now, {key: self.book}, {key: self._inbox}, {key: Post()}, self._witness)
        settle(self._store, self.book, KEY, ROWS, start)
        self.turn()

    def reading(self) -> AbstractContextManager[Connection]:
        return self._store.reading()

    # ------------------------------------------------------------ time

    def turn(self) -> None:
        asyncio.run(turn(self.desk))

    def until(self, moment: datetime) -> None:
        """Live every moment at which something is planned, up to `moment`."""
        for _ in range(_MOST_TURNS):
            with self._store.reading() as connection:
                planned = [item for item in (next_moment(self.desk), outbox.next_due(connection)) if item is not None]
            due = min(planned, default=None)
            if due is None or due > moment:
                break
            self.clock.advance_to(max(due, self.clock.now() + timedelta(seconds=1)))
            self.turn()
        else:
            raise AssertionError(f"something is due over and over again at {self.clock.now()}")
        self.clock.advance_to(max(moment, self.clock.now()))
        self.turn()

    @property
    def now(self) -> datetime:
        return self.clock.now()

    # ------------------------------------------------------------ mail that comes

    def newest(self, name: str, to: str) -> SentLetter | None:
        return next((sent for _, sent in reversed(self.letters) if sent.name == name and sent.to_address == to), None)

    def writes(
        self, sender: str, body: str, *, answers: SentLetter | None = None, style: str = "plain", proved: bool = True
    ) -> None:
        arrive = Arrive(self.now, sender, "A word", body, style=style, authentic=proved)
        self.receives(written(arrive, Writer(NAMES.get(sender, ""), sender), STORY_INBOX, ZONE, answers, len(self._inbox.kept)))

    def comes_back(self, letter: SentLetter, status: str) -> None:
        arrive = Arrive(self.now, letter.to_address, status=status)
        self.receives(report(arrive, letter, ZONE, len(self._inbox.kept)))

    def machine_answers(self, sender: str, body: str) -> None:
        """An automatic reply, vouched for like any other mail."""
        message = EmailMessage()
        message["Authentication-Results"] = authentication(sender, True)
        message["From"], message["To"] = f"{NAMES[sender]} <{sender}>", STORY_INBOX
        message["Subject"] = "Automatic reply"
        message["Date"] = format_datetime(self.now.astimezone(ZONE))
        message["Message-ID"] = f"<auto.{len(self._inbox.kept)}@example.org>"
        message["Auto-Submitted"] = "auto-replied"
        message.set_content(body)
        self.receives(message.as_bytes())

    def receives(self, raw: bytes) -> None:
        self._inbox.put(raw, self.now)
        self.turn()

    def leaves(self) -> None:
        self._store.close()


def morning(year: int, month: int, day: int, hour: int = 8) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZONE).astimezone(UTC)
