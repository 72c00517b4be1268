"""What stands on a desk in virtual time: a mailbox into which a test writes, a server that takes letters, a witness, the people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from db.engine import Store
from db.records import Letter
from db.situation import load
from mailer.core.decide import decide
from mailer.model.decision import RosterGiven, RosterRow
from mailer.model.post import Fate, HandedOver, Outgoing
from mailer.model.program import Program
from mailer.modes.sent import SentLetter, read_sent
from mailer.steps.book import Book
from mailer.steps.bookshelf import open_book
from mailer.steps.desk import Nobody
from mailer.steps.record import record

_ROOT = Path(__file__).parent.parent


@cache
def book_of(program: Program) -> Book:
    """The project's own rules and letters for a program, read once for all tests."""
    return open_book(program, _ROOT / "inbox_rules", _ROOT / "templates" / "email")


def settle(store: Store, book: Book, key: bytes, rows: Sequence[RosterRow], at: datetime, source: str = "story") -> None:
    """Give the people of a roster to a program."""
    with store.transaction() as connection:
        situation = load(connection, book.program.key, at, whole=True)
        decision = decide(situation, RosterGiven(tuple(rows), source), book.rules, at)
        record(connection, book, key, situation, decision, at, stimulus="roster")


class Post:
    """A server that takes everything, but for letters to an address in `refuses`."""

    def __init__(self) -> None:
        self.refuses: set[str] = set()

    async def send(self, letters: Sequence[Outgoing]) -> AsyncIterator[HandedOver]:
        for letter in letters:
            if letter.to_address in self.refuses:
                yield HandedOver(letter.letter_id, Fate.REFUSED, 550, "5.1.1", "no such user")
            else:
                yield HandedOver(letter.letter_id, Fate.SENT, 250)

    async def close(self) -> None:
        return None


class Witness(Nobody):
    """Keeps what left, and what went wrong."""

    def __init__(self) -> None:
        self.letters: list[tuple[Letter, SentLetter]] = []
        self.troubles: list[str] = []

    def left(self, program: Program, letter: Letter, raw: bytes) -> None:
        self.letters.append((letter, read_sent(letter, raw)))

    def trouble(self, program: Program, what: str) -> None:
        self.troubles.append(what)
