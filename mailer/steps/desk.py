"""What stands on the desk of a turn: the database, the books, the key, the clock, an inbox and a post for each program."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from db.engine import Store
from db.records import Letter
from mailer.model.mail import Classified
from mailer.model.post import Fetched, HandedOver, Mark, Outgoing
from mailer.model.program import Program
from mailer.steps.book import Book
from mailer.steps.drafts import Drafts


class Inbox(Protocol):
    """A mailbox that is read by UID."""

    async def fetch(self, mark: Mark, limit: int) -> tuple[Mark, list[Fetched]]: ...

    async def file(self, uids: Sequence[int], folder: str) -> bool: ...

    async def bring_back(self, folder: str, since: date) -> int: ...

    async def erase(self, folder: str, message_ids: Iterable[str], senders: Iterable[str] = ()) -> int: ...

    async def wait(self, seconds: float) -> bool: ...

    async def close(self) -> None: ...


class Post(Protocol):
    """A server that takes letters."""

    def send(self, letters: Sequence[Outgoing]) -> AsyncIterator[HandedOver]: ...

    async def close(self) -> None: ...


class Watcher(Protocol):
    """Somebody who is told what happens, as it happens."""

    def left(self, program: Program, letter: Letter, raw: bytes) -> None: ...

    def understood(self, program: Program, number: int, classified: Classified, because: str, effects: Sequence[str]) -> None: ...

    def trouble(self, program: Program, what: str) -> None: ...

    def progress(self, done: int, total: int) -> None: ...


class Nobody:
    """A watcher that looks away."""

    def left(self, program: Program, letter: Letter, raw: bytes) -> None:
        return None

    def understood(self, program: Program, number: int, classified: Classified, because: str, effects: Sequence[str]) -> None:
        return None

    def trouble(self, program: Program, what: str) -> None:
        return None

    def progress(self, done: int, total: int) -> None:
        return None


@dataclass(slots=True)
class Desk:
    """One service's desk. `books`, `inboxes`, `posts` are keyed by program."""

    store: Store
    key: bytes
    now: Callable[[], datetime]
    books: dict[str, Book]
    inboxes: Mapping[str, Inbox]
    posts: Mapping[str, Post]
    watcher: Watcher = field(default_factory=Nobody)
    folders: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # program -> where done and parked messages are filed
    stopping: Callable[[], bool] = field(default=lambda: False)  # asked between two letters
    paused_until: dict[str, datetime] = field(default_factory=dict)  # program -> its post rests until then
    drafts: Drafts = field(default_factory=Drafts)
    swept: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)  # program, ladder -> when nobody lacked a walk
    present: bool = False  # whether nothing of a restored copy's lost time is left to live again
    begun: set[str] = field(default_factory=set)  # programs whose walks have been looked for
    deaf: frozenset[str] | None = None  # programs whose inbox could not be read last time; None: not known yet
    kept: dict[str, str] = field(default_factory=dict)  # program -> digest of the book that is kept already
    let_go: dict[str, date] = field(default_factory=dict)  # program -> the day on which old words were last looked for
    places: Mapping[str, str] = field(default_factory=dict)  # program -> host and port of its IMAP server, for complaints
    contacts: dict[str, datetime] = field(default_factory=dict)  # "smtp/m2m", "imap/m2m" -> last time the server answered
    forgets: bool = True  # whether who is to be forgotten is: in a replay the journal tells it
    forget_again: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)  # person -> not before, and surely then
