"""The sample programs: invented people whose month is lived over real SMTP and IMAP in the embedded post office."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

from aiosmtplib import SMTP

from db import evidence, outbox, people
from db.engine import Store
from db.marks import copied_at, mark_sample
from mailer.clock import SampleClock, VirtualClock
from mailer.files.settings import Settings
from mailer.files.stories import Arrive, Story, read_story
from mailer.modes.console import Console
from mailer.modes.sent import SentLetter
from mailer.modes.story_mail import Writer, written
from mailer.modes.story_roster import roster_of
from mailer.office import PostOffice
from mailer.steps.book import Book
from mailer.steps.chase import next_moment
from mailer.steps.desk import Desk
from mailer.steps.journalled import journal_roster, take_roster
from mailer.steps.turn import turn

_CLOCK = "sample/clock"
_PAUSE = 0.8  # seconds of real time between two moments of the imagined month, so that one can follow
_HOST = "127.0.0.1"


class StoryClock:
    """The sample's clock: it leaps from moment to moment while the imagined month lasts, and runs like any clock afterwards."""

    def __init__(self, start: datetime) -> None:
        self._leaping: VirtualClock | None = VirtualClock(start)
        self._running: SampleClock | None = None

    def now(self) -> datetime:
        if self._running is not None:
            return self._running.now()
        assert self._leaping is not None
        return self._leaping.now()

    def leap(self, moment: datetime) -> None:
        if self._leaping is not None and moment > self._leaping.now():
            self._leaping.advance_to(moment)

    def run_on(self) -> None:
        """From now on time passes as it does elsewhere, counted from where the month ended."""
        now = self.now()
        self._running = SampleClock(now, now, 1.0)

    async def sleep_until(self, moment: datetime) -> None:
        if self._running is not None:
            await self._running.sleep_until(moment)
        else:
            self.leap(moment)


@dataclass(slots=True)
class Sample:
    """The imagined month of each program that has one; all of them run side by side."""

    stories: tuple[Story, ...]
    clock: StoryClock
    office: PostOffice
    began: bool  # False where an earlier run has lived a part of it
    pause: float = _PAUSE

    def greet(self, say: Callable[..., None]) -> None:
        """Say plainly what this is and where to look."""
        programs = tuple(story.program for story in self.stories)
        say("Mentorpost is serving sample programs with its embedded post office: invented people, nothing leaves this machine.")
        for program in programs:
            say(f"  {program.key:<6} “{program.name}”, {program.inbox}")
        say("Their month is told in a minute or two: the clock leaps from one event to the next. Only the sample does that; a")
        say("service with real servers lives by the real clock.")
        say()
        say(f"  Look into any mailbox with any mail program:  IMAP {_HOST} port {self.office.imap_port}, no encryption,")
        say(f"  the user name is the address (try {programs[0].inbox}), any password.")
        say(f"  To write as one of them:  SMTP {_HOST} port {self.office.smtp_port}.")
        say("  docs/operating.md says how to turn to real servers; removing the folder var/post begins the sample anew.")
        say()

    async def live(self, desk: Desk, console: Console, stop: asyncio.Event) -> None:
        """Live what is left of the month; returns when it is over or the service stops."""
        coming = [(story, item) for story in self.stories for item in story.arrivals if item.at > self.clock.now()]
        arrivals = sorted(coming, key=lambda pair: pair[1].at)
        if self.clock.now() >= self.end:
            console.say("The imagined month has been told already; the program goes on from where it ended.")
            self.clock.run_on()
            return
        while not stop.is_set():
            await turn(desk)
            self._keep(desk.store)
            moment = self._next(desk, arrivals)
            if moment is None:
                break
            await asyncio.sleep(self.pause)
            self.clock.leap(moment)
            while arrivals and arrivals[0][1].at <= self.clock.now():
                await self._write(*arrivals.pop(0), console)
        if not stop.is_set():
            self.clock.leap(self.end)
            self._keep(desk.store)
            self.clock.run_on()
            console.say()
            console.say(
                "The imagined month is over; from here on time passes at its usual pace. Write to the inbox and see what happens."
            )

    @property
    def end(self) -> datetime:
        """When the last of the months is over."""
        return max(story.end for story in self.stories)

    def _next(self, desk: Desk, arrivals: list[tuple[Story, Arrive]]) -> datetime | None:
        with desk.store.reading() as connection:
            moments = [next_moment(desk), outbox.next_due(connection), arrivals[0][1].at if arrivals else None]
        soonest = min((item for item in moments if item is not None), default=None)
        if soonest is None:
            return None
        soonest = max(soonest, self.clock.now() + timedelta(seconds=1))
        return soonest if soonest <= self.end else None

    def _keep(self, store: Store) -> None:
        with store.transaction() as connection:
            evidence.set_fact(connection, _CLOCK, self.clock.now().isoformat())

    async def _write(self, story: Story, arrive: Arrive, console: Console) -> None:
        """One of the invented people writes, from their own mail program as it were."""
        program = story.program
        letter = _newest(arrive, console.letters, program.inbox) if arrive.answers else None
        if arrive.answers and letter is None:
            return  # in an earlier run that was stopped, the letter left; its reader does not remember it
        names = {person.email.casefold(): person.name for person in story.people}
        writer = Writer(names.get(arrive.sender.casefold(), ""), arrive.sender)
        number = story.arrivals.index(arrive)
        raw = written(arrive, writer, program.inbox, program.timezone, letter, number, vouched_for=False)
        client = SMTP(hostname=_HOST, port=self.office.smtp_port, start_tls=False, username=arrive.sender, password="sample")
        async with client:
            await client.sendmail(arrive.sender, [letter.reply_to if letter is not None else program.inbox], raw)


def _newest(arrive: Arrive, letters: list[SentLetter], inbox: str) -> SentLetter | None:
    """The newest letter of that name which this sender got from that program."""
    for letter in reversed(letters):
        same = letter.name == arrive.answers and letter.to_address.casefold() == arrive.sender.casefold()
        if same and letter.from_address.casefold() == inbox.casefold():
            return letter
    return None


def open_sample(settings: Settings, books: dict[str, Book], store: Store, key: bytes, office: PostOffice) -> Sample:
    """The month of the first program of each profile that has one; their people are added to an empty, marked database."""
    folder = resources.files("mailer.modes.sample")
    stories: dict[str, Story] = {}
    for program in settings.programs:
        place = Path(str(folder.joinpath(f"{program.profile}.toml")))
        if program.profile not in stories and place.is_file():
            stories[program.profile] = replace(read_story(place, settings), program=program)
    if not stories:
        place = Path(str(folder.joinpath("m2m.toml")))
        stories["m2m"] = replace(read_story(place, settings), program=settings.programs[0])
    start = min(story.start for story in stories.values())
    with store.transaction() as connection:
        mark_sample(connection)
        known = evidence.get_fact(connection, _CLOCK)
        for story in stories.values():
            name = story.program.key
            if known is None and not people.everybody(connection, name):
                rows = roster_of(story, books[name].rules.policy)
                take_roster(connection, books[name], key, rows, "story", start)
                journal_roster(connection, name, rows, "story", start, {"rows": len(rows)})
        restored = copied_at(connection) is not None
    began = datetime.fromisoformat(known) if known else start
    if restored:  # what lies in the mailboxes has happened
        began = max(began, office.last_arrival() or began)
    clock = StoryClock(began)
    office.clock = clock.now  # mail arrives in the imagined month, or "spoke 3 October" would lie a year ahead
    return Sample(tuple(stories.values()), clock, office, known is None)
