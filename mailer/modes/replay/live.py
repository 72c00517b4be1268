"""A recorded past lived again in virtual time by the same turn: its mail and its operators' acts, in an empty database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from db import cases, evidence, outbox
from db import past as records
from db.engine import Store
from db.numbers import number_as
from db.past import Recorded
from db.records import Case, Letter, LetterState, Match, Person
from mailer.clock import VirtualClock
from mailer.model.post import Fate, Fetched, HandedOver, Mark, Outgoing
from mailer.model.program import Program
from mailer.modes.in_memory import in_memory
from mailer.modes.mailbox import Silence
from mailer.modes.replay.retold import Moment, Said, Teller, schedule
from mailer.steps.book import Book
from mailer.steps.chase import digest_moment
from mailer.steps.collect import DEAF, HEARS
from mailer.steps.desk import Desk, Nobody
from mailer.steps.turn import turn

_BREATH = timedelta(minutes=1)  # a moment that has come and moves nothing must not hold up the past
_SLOW = timedelta(minutes=2)  # a service this late was slow; later, it was not running
_STOPPED_AT_THE_DOOR = ("the release it needs", "its addressee is not known")  # steps.deliver says so, and leaves no other trace
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
Books = Callable[[str, datetime], Book]  # program, moment -> what was in force
Downs = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Left:
    """A letter that left."""

    at: datetime  # UTC
    letter: Letter  # as it was handed over, with its facts
    raw: bytes

    @property
    def name(self) -> tuple[str, str]:
        return self.letter.program, self.letter.key


@dataclass(slots=True, repr=False)
class Life:
    """What happened in a past, and how people, pairs and walks stand at its end."""

    letters: dict[tuple[str, str], Left] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    matches: tuple[Match, ...] = ()
    cases: tuple[Case, ...] = ()
    held: tuple[Letter, ...] = ()
    downs: list[tuple[datetime, datetime]] = field(default_factory=list)  # when something was due and nothing happened
    not_kept: list[Said] = field(default_factory=list)  # taken as it was recorded
    undone: list[Said] = field(default_factory=list)  # acts of the record that found nothing to act on


class _Silence(Silence):
    """Recorded mail is put into the journal by its own number. At times the inbox cannot be read."""

    deaf = False

    async def fetch(self, mark: Mark, limit: int) -> tuple[Mark, list[Fetched]]:
        if self.deaf:
            raise ConnectionError("the inbox could not be read then")
        return await super().fetch(mark, limit)


class _Post:
    """A server that does with each letter what the recorded one did, and takes those it has never seen."""

    def __init__(self, past: Recorded, clock: VirtualClock) -> None:
        self._clock = clock
        self._known = {letter.id: letter for letter in past.letters}
        self._refused: dict[tuple[int | None, int | None], list[datetime]] = {}
        for row in past.decisions:
            if row["stimulus"] == "refused":
                self._refused.setdefault((row["case_id"], row["person_id"]), []).append(row["at"])

    async def send(self, letters: Sequence[Outgoing]) -> AsyncIterator[HandedOver]:
        for letter in letters:
            yield self._answer(letter.letter_id)

    def _answer(self, number: int) -> HandedOver:
        was = self._known.get(number)
        if was is None:
            return HandedOver(number, Fate.SENT, 250)
        code, _, status = was.last_error.removeprefix("given up after ").partition(" ")
        if was.last_error.startswith("given up"):
            return HandedOver(number, Fate.TRY_AGAIN, 451)
        now = self._clock.now()
        refused = self._refused.get((was.case_id, was.to_id), ())
        if (was.sent_at is None and was.tries and refused) or any(abs(now - at) <= _SLOW for at in refused):
            # What an operator did to it afterwards has taken the place of the server's words.
            said = (int(code), status) if code.isdecimal() else (550, "5.1.1" if was.bounced_at is not None else "5.7.1")
            return HandedOver(number, Fate.REFUSED, *said)
        if was.tries > 1 and was.sent_at is not None and was.date - _SLOW <= now < was.sent_at:
            return HandedOver(number, Fate.TRY_AGAIN, 451)
        return HandedOver(number, Fate.SENT, 250)

    async def close(self) -> None:
        return None


class _Witness(Nobody):
    """Writes down what leaves."""

    def __init__(self, life: Life, clock: VirtualClock) -> None:
        self._life, self._clock = life, clock

    def left(self, program: Program, letter: Letter, raw: bytes) -> None:
        self._life.letters[letter.program, letter.key] = Left(self._clock.now(), letter, raw)


async def live_again(
    past: Recorded,
    store: Store,
    programs: Sequence[str],
    books: Books,
    key: bytes,
    *,
    downs: Downs | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Life:
    """Live a record again under these books.

    Without `downs`, time passes only where the record says that something happened, and what was due meanwhile and did not
    happen is found: the service was not running. With them, time passes as it does in service, but for those hours.
    """
    with in_memory() as twin:
        with twin.transaction() as connection:
            number_as(connection, past.numbers())
        return await _LivingAgain(past, store, twin, programs, books, key, downs).live(progress)


class _LivingAgain:
    """One past being lived."""

    def __init__(
        self, past: Recorded, store: Store, twin: Store, programs: Sequence[str], books: Books, key: bytes, downs: Downs | None
    ) -> None:
        self._past, self._store, self._twin, self._programs, self._books, self._downs = past, store, twin, programs, books, downs
        self._moments = schedule(past, frozenset(programs))
        self._clock = VirtualClock(self._moments[0].at if self._moments else _NEVER)
        self._life = Life()
        self._known = {letter.id: letter for letter in past.letters}
        self._doubted = {(row["case_id"], row["person_id"]): row["at"] for row in past.decisions if row["stimulus"] == "late"}
        self._teller = Teller(past, twin, key, self._life.not_kept, self._life.undone)
        self._inboxes = {name: _Silence() for name in programs}
        self._desk = Desk(
            twin,
            key,
            self._clock.now,
            {},
            self._inboxes,
            {name: _Post(past, self._clock) for name in programs},
            _Witness(self._life, self._clock),
            forgets=False,
        )

    async def live(self, progress: Callable[[int, int], None]) -> Life:
        for done, moment in enumerate(self._moments):
            progress(done, len(self._moments))
            await self._until(moment.at)
            self._go_to(moment.at)
            self._happen(moment)
            if moment.act is None:
                await turn(self._desk)
        end = max((self._clock.now(), *self._past.awake))
        await self._until(end)
        progress(len(self._moments), len(self._moments))
        return self._told()

    def _go_to(self, at: datetime) -> None:
        self._clock.advance_to(max(at, self._clock.now()))
        self._desk.books = {name: self._books(name, self._clock.now()) for name in self._programs}

    async def _until(self, at: datetime) -> None:
        """Let time pass up to a moment of the record."""
        self._desk.books = {name: self._books(name, self._clock.now()) for name in self._programs}
        while (planned := self._planned()) is not None and planned < at - _SLOW:
            due = max(planned, self._clock.now() + _BREATH)
            if due >= at:
                return
            if self._downs is None and self._asleep(planned):
                self._life.downs.append((planned, at))
                return
            for since, until in self._downs or ():
                if since <= due < until:
                    due = until
            if due >= at:
                return
            self._go_to(due)
            await turn(self._desk)

    def _planned(self) -> datetime | None:
        walks, letters = self._due()
        return min((item for item in (walks, letters) if item is not None), default=None)

    def _due(self) -> tuple[datetime | None, datetime | None]:
        """The next moment of walks and digests, and that of letters."""
        with self._twin.reading() as connection:
            walks = [cases.next_due(connection)]
            waiting = evidence.waiting_notes(connection)
            letters = outbox.next_due(connection)
        walks += [digest_moment(self._desk.books[name], taken) for name, _, taken in waiting if name in self._desk.books]
        return min((item for item in walks if item is not None), default=None), letters

    def _asleep(self, planned: datetime) -> bool:
        """Whether something was due that always leaves a trace, and left none: a walk, a digest, or a letter that left later."""
        walks, _ = self._due()
        if walks is not None and walks <= planned:
            return True
        with self._twin.reading() as connection:
            waiting = outbox.listed(connection, states=(LetterState.WAITING,), limit=100_000)
        return any(
            self._later(self._known[one.id], planned) for one in waiting if one.not_before <= planned and one.id in self._known
        )

    def _later(self, was: Letter, planned: datetime) -> bool:
        """Whether something became of a letter that was due, but only later: else it was stopped when it was about to leave."""
        if was.state is LetterState.SENT:
            return was.tries <= 1
        if (was.case_id, was.to_id) in self._doubted and self._doubted[was.case_id, was.to_id] > planned:
            return True
        return was.state is LetterState.CANCELLED and not was.last_error.startswith(_STOPPED_AT_THE_DOOR)

    def _happen(self, moment: Moment) -> None:
        """What came from outside at this moment: recorded mail, or what an operator did."""
        if moment.act is not None and moment.act["what"] in (DEAF, HEARS):
            self._inboxes[moment.act["program"]].deaf = moment.act["what"] == DEAF
        elif moment.act is not None and (book := self._desk.books.get(moment.act["program"])) is not None:
            self._teller.act(book, moment.act)
        for row, decision in moment.messages:
            with self._store.reading() as source:
                raw = records.bytes_of(source, row["id"])
            with self._twin.transaction() as connection:
                self._teller.message(connection, self._desk.books[row["program"]], row, decision, raw)
        for letter in self._teller.as_recorded:
            self._life.letters[letter.program, letter.key] = Left(letter.sent_at or moment.at, letter, b"")
        self._teller.as_recorded.clear()

    def _told(self) -> Life:
        life, twin = self._life, self._twin
        with twin.reading() as connection:
            end = records.read_past(connection)
        life.people, life.matches, life.cases = dict(end.people), end.matches, tuple(end.cases.values())
        life.held = tuple(letter for letter in end.letters if letter.state is LetterState.HELD)
        return life
