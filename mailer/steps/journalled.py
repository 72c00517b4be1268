"""What is journalled besides mail: rosters with their rows, decisions whose mail is gone; values of the model as JSON and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from db import evidence
from db.engine import Connection
from db.records import Situation
from db.situation import load
from mailer.core.decide import decide
from mailer.core.world.forgetting import GONE
from mailer.model.consent import AddRelease, EndRelease, NotKept
from mailer.model.decision import (
    AddAgreement,
    AddAlias,
    AddEvent,
    AddMatch,
    AddPerson,
    AnswerAgain,
    BringForward,
    Decision,
    LetterBounced,
    Park,
    PutCase,
    PutConversation,
    PutLetter,
    PutMatch,
    PutPerson,
    RosterGiven,
    RosterRow,
    TakeBack,
    Withdraw,
)
from mailer.steps.book import Book
from mailer.steps.record import record

ROSTER = "import"
NOT_KEPT = "not kept"
# What a decision did, without anybody's words. Answers to evaluations are counted and lead to nobody: they are not among them.
_WORDLESS = (
    *(AddAgreement, AddAlias, AddEvent, AddMatch, AddPerson, AddRelease, AnswerAgain, BringForward, EndRelease, LetterBounced),
    *(Park, PutCase, PutConversation, PutLetter, PutMatch, PutPerson, TakeBack, Withdraw),
)
_KINDS: Mapping[str, type[Any]] = {kind.__name__: kind for kind in (*_WORDLESS, NotKept, RosterRow)}


def plain(value: object) -> object:
    """A value of the model as JSON has it."""
    match value:
        case None | bool() | int() | str():
            return value
        case datetime():
            return {"$moment": value.isoformat()}
        case date():
            return {"$day": value.isoformat()}
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case Sequence():
            return [plain(item) for item in value]
        case _ if dataclasses.is_dataclass(value) and type(value).__name__ in _KINDS:
            fields = {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
            return {"$": type(value).__name__, **fields}
        case _:
            raise TypeError(f"{type(value).__name__} is not journalled")


def from_plain(value: object) -> Any:
    """The value again; sequences are tuples. A day or moment that was cut out with somebody's words is None."""
    match value:
        case {"$moment": str(text)}:
            return None if text == GONE else datetime.fromisoformat(text)
        case {"$day": str(text)}:
            return None if text == GONE else date.fromisoformat(text)
        case {"$": str(kind), **fields}:
            return _KINDS[kind](**{str(name): from_plain(item) for name, item in fields.items()})
        case dict():
            return {key: from_plain(item) for key, item in value.items()}
        case list():
            return tuple(from_plain(item) for item in value)
        case _:
            return value


def take_roster(
    connection: Connection, book: Book, key: bytes, rows: Sequence[RosterRow], by: str, now: datetime
) -> tuple[Situation, Decision]:
    """Decide and record a whole roster that came by no mail: an operator's import, or the people of a story."""
    situation = load(connection, book.program.key, now, whole=True)
    decision = decide(situation, RosterGiven(tuple(rows), by), book.rules, now)
    record(connection, book, key, situation, decision, now, stimulus="roster")
    return situation, decision


def journal_roster(
    connection: Connection, program: str, rows: Sequence[RosterRow], by: str, now: datetime, details: Mapping[str, object]
) -> None:
    """The rows of a roster, so that the past can be lived again with its people."""
    evidence.add_act(connection, program, now, ROSTER, {**details, "by": by, "people": plain(list(rows))})


def journal_unkept(connection: Connection, program: str, message: int, decision: Decision, now: datetime) -> None:
    """What was decided about a mail of which nothing is kept (CONTRACT.md section 9): states and days, never anybody's words."""
    effects = [plain(effect) for effect in decision.effects if isinstance(effect, _WORDLESS)]
    evidence.add_act(connection, program, now, NOT_KEPT, {"message": message, "effects": effects})


def acts_without(details: Mapping[str, Any], cut: Callable[[str], str], ref: str) -> dict[str, Any]:
    """The details of an act without one person, of whom a roster keeps the role and whose they were; `cut` leaves a ref of them."""

    def of(value: Any) -> Any:
        match value:
            case str():
                return cut(value)
            case {"$": "RosterRow", "email": str(email)} if cut(email) == ref:
                bare = {name: of(value[name]) for name in ("$", "role", "coordinator", "mentor")}
                return {**bare, "name": ref, "email": ref}
            case Mapping():
                return {key: of(item) for key, item in value.items()}
            case list() | tuple():
                return [of(item) for item in value]
            case _:
                return value

    return {key: of(item) for key, item in details.items()}
