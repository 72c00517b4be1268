"""A service on a database of last week: no letter leaves twice, no answer is lost, and nobody is called silent who has written."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from aiosmtplib import SMTP

from db import evidence, outbox
from db.backup import copy_database, restore_dump
from db.engine import Connection, Store, open_store
from db.schema import upgrade
from mailer.clock import VirtualClock
from mailer.model.decision import RosterRow
from mailer.modes.health import examine
from mailer.office import PostOffice
from mailer.post.imap import ImapInbox
from mailer.post.servers import ImapServer, Security, SmtpServer
from mailer.post.smtp import SmtpPost
from mailer.steps.chase import next_moment
from mailer.steps.desk import Desk
from mailer.steps.turn import turn
from tests.desks import Witness, settle
from tests.live.world import INBOX, KEY, book
from tests.servers import office
from tests.servers_postgres import Postgres

EMIL, DAN = "emil@example.org", "dan@example.org"
NEW = (RosterRow("Dan Roth", DAN, "coordinator"), RosterRow("Emil Voss", EMIL, "mentor", DAN))
CORA, WANDA, STELLA = "cora@example.org", "wanda@example.org", "stella@example.org"
ANA, BEN, CLEO, DORA = "ana@example.org", "ben@example.org", "cleo@example.org", "dora@example.org"
MENTORS = {ANA: "Ana Ruiz", BEN: "Ben Kerr", CLEO: "Cleo Marsh", DORA: "Dora Hill"}
FOLDERS = {"m2m": ("Mentorpost/Done", "Mentorpost/Parked")}


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


START = at(11, 12)
COPIED = at(14, 12)
CRASHED = at(20, 17)
RESTARTED = at(21, 7)  # at three in the morning


def people() -> tuple[RosterRow, ...]:
    found = [
        RosterRow("Wanda Orr", WANDA, "mwoc"),
        RosterRow("Stella Voss", STELLA, "staff"),
        RosterRow("Cora Lind", CORA, "coordinator"),
    ]
    found += [RosterRow(name, address, "mentor", CORA) for address, name in MENTORS.items()]
    found += [RosterRow(f"Mel {name.split()[1]}", f"mel.{address}", "mentee", mentor=address) for address, name in MENTORS.items()]
    return tuple(found)


class Life:
    """A service with real mail clients, from one start to one end."""

    def __init__(self, store: Store, post: PostOffice, moment: datetime) -> None:
        self.store, self.office, self.clock, self.witness = store, post, VirtualClock(moment), Witness()
        post.clock = self.clock.now
        inbox = ImapInbox(ImapServer("127.0.0.1", post.imap_port, Security.NONE, INBOX, "any"))
        smtp = SmtpPost(SmtpServer("127.0.0.1", post.smtp_port, Security.NONE))
        self.desk = Desk(store, KEY, self.clock.now, {"m2m": book()}, {"m2m": inbox}, {"m2m": smtp}, self.witness, FOLDERS)
        self.clients = (inbox, smtp)

    async def until(self, moment: datetime) -> None:
        while True:
            await turn(self.desk)
            with self.store.reading() as connection:
                moments = [next_moment(self.desk), outbox.next_due(connection)]
            due = min((item for item in moments if item is not None), default=moment)
            if due > moment:
                break
            self.clock.advance_to(max(due, self.clock.now() + timedelta(minutes=1)))
        self.clock.advance_to(max(moment, self.clock.now()))

    async def end(self) -> None:
        for client in self.clients:
            await client.close()
        self.store.close()

    def letters(self, address: str) -> list[Message]:
        return [message_from_bytes(raw) for raw in self.office.mailbox(address)]

    def got(self) -> Counter[tuple[str, str]]:
        """How often each subject reached each of the mentors and mentees."""
        mentees = [f"mel.{address}" for address in MENTORS]
        return Counter((to, str(item["Subject"])) for to in (*MENTORS, EMIL, *mentees) for item in self.letters(to))

    def state(self, letter: str, to: str) -> list[str]:
        with self.store.reading() as connection:
            return [str(item.state) for item in outbox.listed(connection) if (item.name, item.to_address) == (letter, to)]


async def write(life: Life, sender: str, text: str, *, answers: str = "", to: str = INBOX, subject: str = "A line") -> None:
    """A person writes, or answers the newest letter in their mailbox whose subject holds `answers`."""
    thread = ""
    if answers:
        letter = next(item for item in reversed(life.letters(sender)) if answers in str(item["Subject"]))
        to, subject = str(letter["Reply-To"]), f"Re: {letter['Subject']}"
        thread = f"In-Reply-To: {letter['Message-ID']}\r\nReferences: {letter['Message-ID']}\r\n"
    when = f"{life.clock.now():%a, %d %b %Y %H:%M:%S} +0000"
    head = f"From: <{sender}>\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {when}\r\nMessage-ID: <{life.clock.now().timestamp()}.{sender}>\r\n"
    async with SMTP(hostname="127.0.0.1", port=life.office.smtp_port, start_tls=False, username=sender, password="any") as client:
        await client.sendmail(sender, [to], f"{head}{thread}\r\n{text}\r\n".encode())


@asynccontextmanager
async def lost_week(url: str, folder: Path, empty: str) -> AsyncIterator[tuple[Life, Counter[tuple[str, str]]]]:
    """A copy is made; six days later the database is lost; the copy is restored. What the mentors had got before, and the new life."""
    async with office(folder / "post", (INBOX,)) as post:
        store = open_store(url)
        upgrade(store)
        settle(store, book(), KEY, people(), START, "operator")
        life = Life(store, post, START)
        await life.until(COPIED)
        copy = folder / "copy"
        copied = copy_database(store, copy, COPIED, lambda _done, _all: None)
        assert copied.people == 11 and not life.got(), "the check-ins come after the copy"

        await life.until(at(15, 19))
        assert {to for to, _ in life.got()} == set(MENTORS), "each had a check-in"
        await write(life, ANA, "1: Mel reached me on 12 October, we spoke for an hour.\r\n2: All good.", answers="how was October")
        await life.until(at(16, 14))
        settle(store, book(), KEY, NEW, life.clock.now(), "operator")
        await life.until(at(18, 14))
        await write(life, BEN, "I am away until 4 November, back on the 5th.")
        await life.until(at(20, 15))
        await write(life, CORA, "STATUS")
        await life.until(CRASHED)
        assert [life.state("check_in_again", to) for to in MENTORS] == [[], [], ["sent"], ["sent"]]
        assert life.state("receipt", BEN) == ["sent"]
        await life.end()
        before = life.got()

        if url.startswith("sqlite"):
            shutil.copyfile(copy, Path(empty.removeprefix("sqlite:///")))
            restored = open_store(empty)
        else:
            restored = open_store(empty)
            restore_dump(restored, copy)
        life = Life(restored, post, CRASHED + timedelta(hours=3))
        await write(life, CLEO, "Sorry for the delay. We met last week, all is well!", answers="short hello")
        settle(restored, book(), KEY, NEW, life.clock.now(), "operator")  # imported again, as the page says
        life.clock.advance_to(RESTARTED)
        yield life, before
        await life.end()


def words(letter: Message) -> str:
    """The plain text of a letter, on one line."""
    raw = next(part for part in letter.walk() if part.get_content_type() == "text/plain").get_payload(decode=True)
    assert isinstance(raw, bytes)
    return " ".join(raw.decode().split())


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.slow)])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A database to work with and an empty one to restore into."""
    if request.param == "file":
        yield f"sqlite:///{tmp_path / 'first.db'}", f"sqlite:///{tmp_path / 'second.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with ExitStack() as stack:
        yield stack.enter_context(server.database()), stack.enter_context(server.database())


def held_and_asked(life: Life, before: Counter[tuple[str, str]]) -> None:
    """How the restored service stands after its first turn."""
    assert life.got() == before, "at three in the morning, nothing leaves for a mentor or mentee"
    assert life.witness.troubles[-1].endswith("letters that may have left already are held: 6 (mentorpost outbox --state held)")
    # Answers found the letters that were decided anew: those did leave. So did, most likely, the others.
    assert [life.state("check_in", to) for to in MENTORS] == [["sent"], ["held"], ["held"], ["held"]]
    assert [life.state("check_in_again", to) for to in MENTORS] == [[], [], ["sent"], ["held"]]
    assert life.state("receipt", BEN) == ["sent"]
    assert life.state("check_in", EMIL) == ["held"], "whoever was imported once more is asked about like all others"
    with life.store.reading() as connection:
        assert evidence.get_fact(connection, "copy") is None
        numbers = [item.id for item in outbox.listed(connection) if item.not_before > COPIED]
    assert min(numbers) > 100_000, "no number that stands in a letter which this database does not know"
    health = examine(life.store, ("m2m",), life.clock.now())
    assert health.restored is not None and health.restored.ended and health.needs[0].startswith("6 letters held for a human")


class Broken(BaseException):
    """The machine stops here."""


class Breaking(Store):
    """A store that stops at the transaction whose turn it is."""

    left = 0

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        Breaking.left -= 1
        if not Breaking.left:
            raise Broken
        with super().transaction() as connection:
            yield connection


@pytest.mark.slow
def test_a_start_that_is_cut_short_again_and_again_comes_to_the_same_end(tmp_path: Path) -> None:
    asyncio.run(_cut_short(f"sqlite:///{tmp_path / 'first.db'}", f"sqlite:///{tmp_path / 'second.db'}", tmp_path))


async def _cut_short(url: str, empty: str, folder: Path) -> None:
    async with lost_week(url, folder, empty) as (life, before):
        store = life.store
        cuts = 0
        for steps in range(1, 30):
            Breaking.left = steps
            life.desk.store, life.desk.begun = Breaking(store.engine), set()
            try:
                await turn(life.desk)
                break
            except Broken:
                cuts += 1
        life.desk.store = store
        await turn(life.desk)
        assert cuts > 7
        held_and_asked(life, before)


def test_a_restored_service_reads_first_sends_nothing_twice_and_calls_nobody_silent(urls: tuple[str, str], tmp_path: Path) -> None:
    asyncio.run(_restored(urls, tmp_path))


async def _restored(urls: tuple[str, str], folder: Path) -> None:
    async with lost_week(urls[0], folder, urls[1]) as (life, before):
        health = examine(life.store, ("m2m",), life.clock.now())
        assert any(need.startswith("restored from a copy of 2027-10-14 12:00 UTC: nothing leaves before") for need in health.needs)

        hearing, life.desk.inboxes = life.desk.inboxes, {"m2m": ImapInbox(ImapServer("127.0.0.1", 1, Security.NONE, INBOX, "any"))}
        assert (await turn(life.desk)).deaf == {"m2m"}
        assert life.got() == before and life.state("check_in", ANA) == [], "who is deaf says nothing and decides nothing"
        assert any("nothing leaves: the database is a copy of 2027-10-14 12:00 UTC" in what for what in life.witness.troubles)
        life.desk.inboxes = hearing

        await turn(life.desk)
        held_and_asked(life, before)

        await life.until(at(21, 19))
        asked = words(life.letters(CORA)[-1])
        assert asked.count("may or may not have left") == 4 and "Dora Hill (second check-in)" in asked and "Ana Ruiz (" not in asked
        assert "database was restored from a copy of 14 October 2027" in words(life.letters(STELLA)[-1])
        assert life.got() == before
        await write(life, CORA, "SENT ALL")
        await life.until(at(10, 12, month=11))
        assert [life.state("check_in", to) for to in MENTORS] == [["sent"]] * 4
        assert {item: count for item, count in life.got().items() if count > 1 and item in before} == {}, "no letter twice"
        silent = [words(item) for item in life.letters(WANDA) if "passes to you" in str(item["Subject"])]
        assert len(silent) == 1 and "Dora Hill" in silent[0], "who was silent is noticed, and nobody else"
