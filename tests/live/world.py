"""A program of 12 mentors, 31 mentees and 3 coordinators, and a desk with real SMTP and IMAP clients to serve it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiosmtplib import SMTP

from db.engine import Store, open_store
from db.schema import upgrade
from mailer.clock import VirtualClock
from mailer.model.decision import RosterRow
from mailer.model.program import Program
from mailer.office import PostOffice
from mailer.post.imap import ImapInbox
from mailer.post.servers import ImapServer, Security, SmtpServer
from mailer.post.smtp import SmtpPost
from mailer.steps.book import Book
from mailer.steps.desk import Desk
from mailer.steps.turn import turn
from tests.desks import book_of, settle
from tests.post.chaos import Chaos, chaos_server
from tests.servers import office

ROOT = Path(__file__).resolve().parents[2]
INBOX = "mc@example.org"
TRUSTED = "office.localhost"  # whom the embedded post office of the tests is
PASSWORD = "MENTORPOST_TEST_PASSWORD"  # the variable in which settings find it
KEY = b"tests seal their letters with it"
START = datetime(2027, 9, 20, 12, 0, tzinfo=UTC)
KIT = datetime(2027, 9, 29, 15, 0, tzinfo=UTC)
EVE = datetime(2027, 9, 30, 15, 0, tzinfo=UTC)  # when the reminders leave, a day after the drafts, which were late
BLAST = datetime(2027, 10, 1, 13, 0, tzinfo=UTC)  # 09:00 in New York

PROGRAM = Program("m2m", "m2m", "MC update", INBOX, ZoneInfo("America/New_York"), trusted_server=TRUSTED, emergency="Call 911.")
MENTORS = [f"mentor{number}@example.org" for number in range(1, 13)]
MENTEES = [f"mentee{number}@example.org" for number in range(1, 32)]
COORDINATORS = [f"coordinator{number}@example.org" for number in range(1, 4)]
WELCOME = "wanda@example.org"

KIT_MAIL = (
    f"From: Wanda Orr <{WELCOME}>\r\nTo: {INBOX}\r\nSubject: October links\r\nDate: Wed, 29 Sep 2027 11:00:00 -0400\r\n"
    "Message-ID: <kit@example.org>\r\n\r\n"
    "Mentor survey: https://survey.example.org/m\r\nMentee survey: https://survey.example.org/e\r\n"
).encode()


def server_settings(folder: Path, post: PostOffice, database: str, inbox: str = INBOX) -> Path:
    """Settings of a service of its own process or thread, with real servers: the post office of the tests."""
    servers = "".join(
        f'[mail.{name}]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\npassword_env = "{PASSWORD}"\n'
        for name, port in (("smtp", post.smtp_port), ("imap", post.imap_port))
    )
    path = folder / "settings.toml"
    path.write_text(
        f'database = "{database}"\nrules = "{ROOT / "inbox_rules"}"\ntemplates = "{ROOT / "templates/email"}"\n'
        f'key_file = "key"\n[mail]\nmode = "servers"\n{servers}[programs.m2m]\nprofile = "m2m"\nname = "MC update"\n'
        f'inbox = "{inbox}"\ntimezone = "America/New_York"\ntrusted_server = "{TRUSTED}"\n',
        encoding="utf-8",
    )
    return path


async def hand_in(post: PostOffice, sender: str, raw: bytes) -> None:
    """A person's own mail program hands in a message at the post office, logged in as its owner."""
    async with SMTP(hostname="127.0.0.1", port=post.smtp_port, start_tls=False, username=sender, password="any") as client:
        await client.sendmail(sender, [INBOX], raw)


def rows() -> tuple[RosterRow, ...]:
    """The roster, coordinators first."""
    found = [RosterRow("Wanda Orr", WELCOME, "mwoc"), RosterRow("Stella Voss", "stella@example.org", "staff")]
    found += [RosterRow(f"Coordinator {address[11]}", address, "coordinator") for address in COORDINATORS]
    found += [RosterRow(f"Mentor {at}", address, "mentor", COORDINATORS[at % 3]) for at, address in enumerate(MENTORS)]
    found += [RosterRow(f"Mentee {at}", address, "mentee", mentor=MENTORS[at % 12]) for at, address in enumerate(MENTEES)]
    return tuple(found)


def book() -> Book:
    return book_of(PROGRAM)


def add_people(store: Store, opened: Book) -> None:
    settle(store, opened, KEY, rows(), START, "operator")


@dataclass(slots=True)
class Serving:
    """A desk and its virtual clock."""

    desk: Desk
    clock: VirtualClock
    inbox: ImapInbox
    post: SmtpPost

    async def close(self) -> None:
        await self.inbox.close()
        await self.post.close()
        self.desk.store.close()


def serving(store: Store, opened: Book, smtp_port: int, imap_port: int, at: datetime) -> Serving:
    """A desk at a moment, with clients for servers on loopback."""
    clock = VirtualClock(at)
    inbox = ImapInbox(ImapServer("127.0.0.1", imap_port, Security.NONE, INBOX, "any"))
    post = SmtpPost(SmtpServer("127.0.0.1", smtp_port, Security.NONE))
    desk = Desk(store, KEY, clock.now, {"m2m": opened}, {"m2m": inbox}, {"m2m": post})
    return Serving(desk, clock, inbox, post)


@asynccontextmanager
async def on_the_eve(folder: Path) -> AsyncIterator[tuple[Serving, Chaos]]:
    """Real servers and a program whose kit has been read: everything has left but the blast, whose moment is BLAST."""
    async with chaos_server() as sink, office(folder / "post", (INBOX,)) as post:
        await hand_in(post, WELCOME, KIT_MAIL)
        store = open_store(f"sqlite:///{folder / 'program.db'}")
        upgrade(store)
        opened = book()
        add_people(store, opened)
        service = serving(store, opened, sink.port, post.imap_port, START)
        await turn(service.desk)
        for moment in (KIT, EVE):
            service.clock.advance_to(moment)
            await turn(service.desk)
        await service.post.close()
        sink.accepted.clear()
        yield service, sink
        await service.close()
