"""A story lived in virtual time by the same turn that serves real mail, on an empty database in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from db import outbox, people
from db.engine import Store
from db.records import Letter
from mailer.clock import VirtualClock
from mailer.core.world.moments import moment
from mailer.files.stories import Arrive, Story
from mailer.model.decision import RosterRow
from mailer.model.errors import BadStory, Flaw
from mailer.model.mail import Classified
from mailer.model.post import Fate, HandedOver, Outgoing
from mailer.model.program import Program
from mailer.modes.in_memory import in_memory
from mailer.modes.mailbox import Mailbox
from mailer.modes.sent import SentLetter, read_sent
from mailer.modes.story_mail import Writer, report, vouched, written
from mailer.modes.story_roster import roster_of
from mailer.steps.book import Book
from mailer.steps.bookshelf import open_book
from mailer.steps.chase import next_moment
from mailer.steps.desk import Desk, Nobody
from mailer.steps.journalled import journal_roster, take_roster
from mailer.steps.turn import turn
from mailer.wire.addresses import one_address
from mailer.wire.parse import parse

KEY = b"a rehearsal seals with this key!"  # the same story gives the same letters to the byte


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as the service understood it."""

    at: datetime
    sender: str
    means: str
    rule: str
    because: str
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldLetter:
    """A letter that was decided, waited for a human and never left."""

    at: datetime
    name: str
    to_address: str
    why: str


@dataclass(slots=True, repr=False)  # all letters of a year are no line of a log
class Lived:
    """What happened in a story."""

    story: Story
    letters: list[SentLetter] = field(default_factory=list)
    messages: list[Heard] = field(default_factory=list)
    troubles: list[tuple[datetime, str]] = field(default_factory=list)
    held: dict[str, HeldLetter] = field(default_factory=dict)  # by Message-ID
    matches: dict[tuple[str, str], list[tuple[datetime, str]]] = field(default_factory=dict)  # end of day -> state, oldest first


class _StoryPost:
    """A server that takes every letter; what goes to the program's inbox comes back into it."""

    def __init__(self, program: Program, inbox: Mailbox, clock: VirtualClock) -> None:
        self._program, self._inbox, self._clock = program, inbox, clock

    async def send(self, letters: Sequence[Outgoing]) -> AsyncIterator[HandedOver]:
        for letter in letters:
            if letter.to_address.casefold() == self._program.inbox.casefold():
                self._inbox.put(letter.raw, self._clock.now())
            yield HandedOver(letter.letter_id, Fate.SENT, 250)

    async def close(self) -> None:
        return None


class _Witness(Nobody):
    """Writes down what leaves and what is understood."""

    def __init__(self, lived: Lived, clock: VirtualClock) -> None:
        self._lived, self._clock = lived, clock

    def left(self, program: Program, letter: Letter, raw: bytes) -> None:
        self._lived.letters.append(read_sent(letter, raw))

    def understood(self, program: Program, number: int, classified: Classified, because: str, effects: Sequence[str]) -> None:
        message = classified.message
        heard = Heard(self._clock.now(), message.from_address, classified.means, classified.rule, because, tuple(effects))
        self._lived.messages.append(heard)

    def trouble(self, program: Program, what: str) -> None:
        self._lived.troubles.append((self._clock.now(), what))


async def rehearse(story: Story, rules: Path, templates: Path, store: Store | None = None) -> Lived:
    """Live a story from its start to its end, in memory or in a given empty database, which is closed afterwards.

    Raises BadStory where a message answers a letter nobody holds.
    """
    book = open_book(story.program, rules, templates, story.policy)
    with in_memory(store) as store:
        clock = VirtualClock(story.start)
        lived = Lived(story)
        inbox = Mailbox()
        key = story.program.key
        desk = Desk(
            store,
            KEY,
            clock.now,
            {key: book},
            {key: inbox},
            {key: _StoryPost(story.program, inbox, clock)},
            _Witness(lived, clock),
        )
        _people(store, book, story)
        await _live(desk, story, clock, inbox, lived)
    return lived


def _people(store: Store, book: Book, story: Story) -> None:
    rows: tuple[RosterRow, ...] = roster_of(story, book.rules.policy)
    with store.transaction() as connection:
        take_roster(connection, book, KEY, rows, "story", story.start)
        journal_roster(connection, book.program.key, rows, "story", story.start, {"rows": len(rows)})


async def _live(desk: Desk, story: Story, clock: VirtualClock, inbox: Mailbox, lived: Lived) -> None:
    zone = story.program.timezone
    names = {item.email.casefold(): item.name for item in story.people}
    arrivals = sorted(story.arrivals, key=lambda item: item.at)
    checks = sorted({_end_of(expect.at, zone) for expect in story.expects if expect.match and expect.at is not None})
    number = 0
    while True:
        await turn(desk)
        _note_held(desk, lived)
        # A moment that has come and moved nothing must not hold up the story.
        planned = next_moment(desk)
        later = clock.now() + timedelta(minutes=1)
        moments = [max(planned, later) if planned <= clock.now() else planned] if planned is not None else []
        if number < len(arrivals):
            moments.append(arrivals[number].at)
        if checks:
            moments.append(checks[0])
        due = min([item for item in moments if item <= story.end], default=None)
        if due is None:
            break
        due = max(due, clock.now())
        down = next((item for item in story.downs if item.since <= due < item.until), None)
        if down is not None and not (number < len(arrivals) and arrivals[number].at <= down.until):
            due = min(down.until, story.end)
        clock.advance_to(due)
        while checks and checks[0] <= clock.now():
            _look(desk.store, story, checks.pop(0), lived)
        while number < len(arrivals) and arrivals[number].at <= clock.now():
            _arrive(arrivals[number], names, story, inbox, lived, number, zone)
            number += 1
        if down is not None and clock.now() < down.until:
            await _asleep(desk, story, clock, inbox, lived, arrivals, number, down.until)
            number = sum(item.at <= clock.now() for item in arrivals)
    for left in lived.letters:
        lived.held.pop(left.message_id, None)
    if clock.now() < story.end:
        clock.advance_to(story.end)
    _look(desk.store, story, story.end, lived)


def _note_held(desk: Desk, lived: Lived) -> None:
    """Look at what waits for a human now: later it may be withdrawn, and the story should tell of it all the same."""
    with desk.store.reading() as connection:
        for one in outbox.held(connection):
            lived.held.setdefault(one.message_id, HeldLetter(one.date, one.name, one.to_address, one.last_error))


async def _asleep(
    desk: Desk,
    story: Story,
    clock: VirtualClock,
    inbox: Mailbox,
    lived: Lived,
    arrivals: Sequence[Arrive],
    number: int,
    until: datetime,
) -> None:
    """The service is down: mail goes on arriving, nothing else happens."""
    names = {item.email.casefold(): item.name for item in story.people}
    until = min(until, story.end)
    for at in range(number, len(arrivals)):
        if arrivals[at].at > until:
            break
        clock.advance_to(max(arrivals[at].at, clock.now()))
        _arrive(arrivals[at], names, story, inbox, lived, at, story.program.timezone)
    clock.advance_to(until)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return moment(day, time(23, 59, 59), zone)


def _look(store: Store, story: Story, at: datetime, lived: Lived) -> None:
    """Write down the state of every match at this moment."""
    with store.reading() as connection:
        known = {item.id: item for item in people.everybody(connection, story.program.key)}
        for match in people.matches(connection, story.program.key):
            pair = (known[match.mentor_id].email.casefold(), known[match.mentee_id].email.casefold())
            lived.matches.setdefault(pair, []).append((at, match.state.value))


def _arrive(arrive: Arrive, names: dict[str, str], story: Story, inbox: Mailbox, lived: Lived, number: int, zone: ZoneInfo) -> None:
    if arrive.file is not None:
        raw = arrive.file.read_bytes()
        inbox.put(vouched(raw, _from_of(raw)), arrive.at)
        return
    letter = _newest(arrive.answers or arrive.bounce_of, arrive, story, lived) if arrive.answers or arrive.bounce_of else None
    if arrive.bounce_of and letter is not None:
        inbox.put(report(arrive, letter, zone, number), arrive.at)
        return
    writer = Writer(names.get(arrive.sender.casefold(), ""), arrive.sender)
    inbox.put(written(arrive, writer, story.program.inbox, zone, letter, number), arrive.at)


def _from_of(raw: bytes) -> str:
    return one_address(parse(raw).first("From"))[1]


def _newest(name: str, arrive: Arrive, story: Story, lived: Lived) -> SentLetter:
    for letter in reversed(lived.letters):
        if letter.name == name and letter.to_address.casefold() == arrive.sender.casefold() and letter.at <= arrive.at:
            return letter
    what = f"no {name} had reached {arrive.sender} by then"
    raise BadStory(Flaw(story.file, arrive.line, what, "move the message, or see the letters of the story with --json"))
