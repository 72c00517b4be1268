"""A small program that lives in virtual time, a message and a day at a time: for tests that make up their correspondence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from db import outbox
from db.engine import Connection, open_store
from db.records import Letter
from db.situation import load
from db.tables import metadata
from mailer.clock import VirtualClock
from mailer.core.decide import decide
from mailer.files.stories import STORY_INBOX, STORY_TRUSTED, Arrive
from mailer.model.decision import RosterGiven, RosterRow
from mailer.model.mail import Classified
from mailer.model.post import Fate, Fetched, HandedOver, Mark, Outgoing
from mailer.model.program import Program
from mailer.modes.sent import SentLetter, read_sent
from mailer.modes.story_mail import Writer, authentication, report, written
from mailer.steps.book import Book
from mailer.steps.bookshelf import open_book
from mailer.steps.chase import next_moment
from mailer.steps.desk import Desk
from mailer.steps.record import record
from mailer.steps.turn import turn

ZONE = ZoneInfo("America/Chicago")
KEY = b"a village seals with this key!!!"
_ROOT = Path(__file__).parent.parent.parent
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
    opened = open_book(program, _ROOT / "inbox_rules", _ROOT / "templates" / "email")
    values = {**opened.rules.policy.values, **(policy or {})}
    return replace(opened, rules=replace(opened.rules, policy=replace(opened.rules.policy, values=values)))


class Village:
    """The people of `ROWS`, their program, and everything that was ever sent."""

    def __init__(self, start: datetime, policy: Mapping[str, object] | None = None) -> None:
        self.book = book(policy)
        self.clock = VirtualClock(start)
        self.letters: list[tuple[Letter, SentLetter]] = []
        self.troubles: list[str] = []
        self._kept: list[Fetched] = []
        self._store = open_store("sqlite://")
        metadata.create_all(self._store.engine)
        key = self.book.program.key
        self.desk = Desk(self._store, KEY, self.clock.now, {key: self.book}, {key: self}, {key: self}, self)
        with self._store.transaction() as connection:
            situation = load(connection, key, start, whole=True)
            decision = decide(situation, RosterGiven(ROWS, "story"), self.book.rules, start)
            record(connection, self.book, KEY, situation, decision, start, stimulus="roster")
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
        self.receives(written(arrive, Writer(NAMES.get(sender, ""), sender), STORY_INBOX, ZONE, answers, len(self._kept)))

    def comes_back(self, letter: SentLetter, status: str) -> None:
        arrive = Arrive(self.now, letter.to_address, status=status)
        self.receives(report(arrive, letter, ZONE, len(self._kept)))

    def machine_answers(self, sender: str, body: str) -> None:
        """An automatic reply, vouched for like any other mail."""
        message = EmailMessage()
        message["Authentication-Results"] = authentication(sender, True)
        message["From"], message["To"] = f"{NAMES[sender]} <{sender}>", STORY_INBOX
        message["Subject"] = "Automatic reply"
        message["Date"] = format_datetime(self.now.astimezone(ZONE))
        message["Message-ID"] = f"<auto.{len(self._kept)}@example.org>"
        message["Auto-Submitted"] = "auto-replied"
        message.set_content(body)
        self.receives(message.as_bytes())

    def receives(self, raw: bytes) -> None:
        self._kept.append(Fetched(1, len(self._kept) + 1, raw, self.now, len(raw)))
        self.turn()

    # ------------------------------------------------------------ the desk's inbox, post and watcher

    async def fetch(self, mark: Mark, limit: int) -> tuple[Mark, list[Fetched]]:
        last = mark.last_uid if mark.uidvalidity == 1 else 0
        found = self._kept[last : last + limit]
        return Mark(1, found[-1].uid if found else last), found

    async def file(self, uids: Sequence[int], folder: str) -> bool:
        return True

    async def wait(self, seconds: float) -> bool:
        return False

    async def send(self, letters: Sequence[Outgoing]) -> AsyncIterator[HandedOver]:
        for letter in letters:
            yield HandedOver(letter.letter_id, Fate.SENT, 250)

    async def close(self) -> None:
        return None

    def left(self, program: Program, letter: Letter, raw: bytes) -> None:
        self.letters.append((letter, read_sent(letter, raw)))

    def understood(self, program: Program, number: int, classified: Classified, because: str, effects: Sequence[str]) -> None:
        return None

    def progress(self, done: int, total: int) -> None:
        return None

    def trouble(self, program: Program, what: str) -> None:
        self.troubles.append(what)

    def leaves(self) -> None:
        self._store.close()


def morning(year: int, month: int, day: int, hour: int = 8) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZONE).astimezone(UTC)
