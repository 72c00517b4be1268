"""A small program on a real SQLite file, lived for some weeks by the real turn: what commands that look at a database look at."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db import evidence, outbox
from db.engine import Store
from db.marks import mark_sample
from mailer.clock import VirtualClock
from mailer.files.keys import make_key
from mailer.files.settings import Settings, read_settings
from mailer.modes.library import open_books, open_database
from mailer.modes.mailbox import Mailbox
from mailer.modes.roster import apply, read_roster
from mailer.steps.chase import next_moment
from mailer.steps.desk import Desk
from mailer.steps.turn import turn
from tests.desks import Post, Witness

HOUSE = Path(__file__).resolve().parents[2]
START = datetime(2027, 10, 1, 12, 0, tzinfo=UTC)  # a Friday, 08:00 in New York
VOUCHED = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n"
ROSTER = """\
Name,Email,Role,Coordinator,Mentor
Wanda Orr,wanda@example.org,mwoc,,
Cora Lind,cora@example.org,coordinator,,
Ana Ruiz,ana@example.org,mentor,cora@example.org,
Mel Park,mel@example.org,mentee,,ana@example.org
"""


def write_settings(
    folder: Path, more: str = "", rules: Path = HOUSE / "inbox_rules", templates: Path = HOUSE / "templates/email"
) -> Path:
    """settings.toml of one program in `folder`; `more` stands in front."""
    path = folder / "settings.toml"
    path.write_text(
        f"""{more}
rules     = "{rules}"
templates = "{templates}"
key_file  = "key"

[mail.embedded]
folder = "post"

[programs.m2m]
profile        = "m2m"
name           = "MC update"
inbox          = "mc@example.org"
timezone       = "America/New_York"
trusted_server = "mx.example.org"
""",
        encoding="utf-8",
    )
    return path


def with_servers(folder: Path, port: int, secret: str = "") -> Path:
    """Settings of a service with real servers on this machine, without encryption."""
    path = write_settings(folder)
    text = path.read_text().replace('[mail.embedded]\nfolder = "post"\n', "")
    servers = "".join(f'[mail.{name}]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n{secret}' for name in ("smtp", "imap"))
    path.write_text(text.replace("[programs.m2m]", f'[mail]\nmode = "servers"\n{servers}[programs.m2m]'))
    return path


def cpu_seconds(*words: object) -> float:
    """Processor time of one run of Python with these words, in the repository: what it costs, however busy the machine is."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *(str(word) for word in words)], cwd=HOUSE, capture_output=True, check=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class World:
    """The program, its clock and its mail. `live` until a moment, `write` into the inbox, `leave` before a command looks at it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings_file = write_settings(folder)
        self.settings: Settings = read_settings(self.settings_file)
        self.clock = VirtualClock(START)
        self.inbox, self.post, self.witness = Mailbox(), Post(), Witness()
        self.store: Store = open_database(self.settings)
        self.books = open_books(self.settings)
        self.key = make_key(self.settings)
        sheet = folder / "people.csv"
        sheet.write_text(ROSTER, encoding="utf-8")
        with self.store.transaction() as connection:
            mark_sample(connection)
        apply(self.store, self.books["m2m"], self.key, read_roster(sheet, self.store, self.books["m2m"]), str(sheet), START)
        self.desk = Desk(self.store, self.key, self.clock.now, self.books, {"m2m": self.inbox}, {"m2m": self.post}, self.witness)

    def live(self, until: datetime) -> None:
        """Time passes; letters leave and messages are answered as they would be."""

        async def lived() -> None:
            while True:
                await turn(self.desk)
                with self.store.reading() as connection:
                    moments = [next_moment(self.desk), outbox.next_due(connection)]
                due = min((moment for moment in moments if moment is not None), default=until)
                if due > until:
                    break
                self.clock.advance_to(max(due, self.clock.now() + timedelta(minutes=1)))
            self.clock.advance_to(max(until, self.clock.now()))
            await turn(self.desk)

        asyncio.run(lived())

    def write(self, sender: str, body: str, *, answers: str = "", subject: str = "A question", proved: bool = True) -> None:
        """A message arrives now; `answers` names the letter it replies to."""
        number = len(self.inbox.kept) + 1
        head = (VOUCHED if proved else "") + f"From: <{sender}>\nMessage-ID: <test.{number}@example.net>\n"
        to = "mc@example.org"
        if answers:
            letter = next(one for _, one in reversed(self.witness.letters) if one.name == answers and one.to_address == sender)
            to = letter.reply_to
            head += f"In-Reply-To: <{letter.message_id}>\nReferences: <{letter.message_id}>\n"
            subject = f"Re: {letter.subject}"
        raw = f"{head}To: {to}\nSubject: {subject}\nDate: {self.clock.now():%a, %d %b %Y %H:%M:%S} +0000\n\n{body}\n"
        self.inbox.put(raw.replace("\n", "\r\n").encode(), self.clock.now())

    def leave(self) -> None:
        """Close the database; commands see the moment at which the world was left."""
        with self.store.transaction() as connection:
            evidence.set_fact(connection, "sample/clock", self.clock.now().isoformat())
        self.store.close()
