"""The future if nobody writes: a copy of the database lived on in virtual time by the same turn, with a post that sends nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from db import outbox
from db.copy import copy_to_memory, keep_only
from db.engine import Store
from db.people import ref_of
from db.records import Letter, LetterState
from db.story import people_by_id
from mailer.clock import VirtualClock
from mailer.model.post import Fate, HandedOver, Outgoing
from mailer.model.program import Program
from mailer.modes.mailbox import Silence
from mailer.modes.sent import SentLetter, read_sent
from mailer.steps.book import Book
from mailer.steps.chase import next_moment
from mailer.steps.desk import Desk, Nobody
from mailer.steps.turn import turn

_BREATH = timedelta(minutes=1)  # a moment that has come and moves nothing must not hold up the future


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A letter that will leave. `ref` and `first_name` say to whom; both empty for the program's own inbox."""

    at: datetime  # UTC
    program: str
    ref: str
    first_name: str
    letter: SentLetter


@dataclass(slots=True)
class Forecast:
    """What the days ahead hold; moments are UTC."""

    since: datetime
    until: datetime
    letters: list[Foreseen] = field(default_factory=list)
    held: list[Letter] = field(default_factory=list)  # they leave only when a human releases them
    later: list[Letter] = field(default_factory=list)  # decided by then, and leaving after the last day
    troubles: list[tuple[datetime, str]] = field(default_factory=list)


class _Taken:
    """A post that takes everything and sends nothing."""

    async def send(self, letters: Sequence[Outgoing]) -> AsyncIterator[HandedOver]:
        for letter in letters:
            yield HandedOver(letter.letter_id, Fate.SENT, 250)

    async def close(self) -> None:
        return None


class _Seer(Nobody):
    """Writes down what leaves."""

    def __init__(self, store: Store, found: Forecast, clock: VirtualClock) -> None:
        self._store, self._found, self._clock = store, found, clock

    def left(self, program: Program, letter: Letter, raw: bytes) -> None:
        person = None
        if letter.to_id is not None:
            with self._store.reading() as connection:
                person = people_by_id(connection, (letter.to_id,)).get(letter.to_id)
        ref = ref_of(letter.to_id) if letter.to_id is not None else ""
        name = person.first_name if person is not None else ""
        self._found.letters.append(Foreseen(self._clock.now(), program.key, ref, name, read_sent(letter, raw)))

    def trouble(self, program: Program, what: str) -> None:
        self._found.troubles.append((self._clock.now(), what))


async def foresee(store: Store, books: dict[str, Book], key: bytes, now: datetime, days: int) -> Forecast:
    """Every letter that leaves from `now` for so many days if nobody writes and every server works. The database is not touched."""
    found = Forecast(now, now + timedelta(days=days))
    twin = copy_to_memory(store)
    try:
        keep_only(twin, books)
        clock = VirtualClock(now)
        silent: dict[str, Silence] = {name: Silence() for name in books}
        taken: dict[str, _Taken] = {name: _Taken() for name in books}
        desk = Desk(twin, key, clock.now, dict(books), silent, taken, _Seer(twin, found, clock))
        with twin.transaction() as connection:
            for name in books:
                outbox.recover(connection, name, ask=False)
        while True:
            await turn(desk)
            due = _next(desk)
            if due is None or due > found.until:
                break
            clock.advance_to(max(due, clock.now() + _BREATH))
        with twin.reading() as connection:
            found.held = list(outbox.listed(connection, states=(LetterState.HELD,)))
            found.later = list(outbox.listed(connection, states=(LetterState.WAITING,)))
    finally:
        twin.close()
    return found


def _next(desk: Desk) -> datetime | None:
    with desk.store.reading() as connection:
        moments = [next_moment(desk), outbox.next_due(connection)]
    return min((moment for moment in moments if moment is not None), default=None)
