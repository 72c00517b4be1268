"""Releases at work: recorded, asked again when a letter leaves, and what was told under them listed (R-110, R-121, 7.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from db import outbox, releases
from db.engine import Connection
from db.records import Letter, Release
from mailer.core.world.moments import local_day
from mailer.letters.template import UNTIL_SENT
from mailer.model.consent import AddRelease, CountAnswers, EndRelease
from mailer.steps.book import Book

DISCLOSES = "_discloses"  # beside a letter's facts: of whom it tells what


def keep_consent(connection: Connection, program: str, effect: AddRelease | EndRelease | CountAnswers, now: datetime) -> None:
    """Remember one effect about consent."""
    match effect:
        case AddRelease():
            values: dict[str, object] = {
                "giver_id": effect.giver_id,
                "recipient_id": effect.recipient_id,
                "fields": list(effect.fields),
                "purpose": effect.purpose,
                "signed_on": effect.signed_on,
                "expires_on": effect.expires_on,
                "recorded_by": effect.recorded_by or None,
                "recorded_at": now,
            }
            releases.add_release(connection, program, values)
        case EndRelease(unsaid=True):
            releases.unsay(connection, effect.giver_id, effect.recipient_id, now)
        case EndRelease():
            releases.rescind(connection, effect.giver_id, effect.recipient_id, now)
        case CountAnswers():
            releases.count(connection, program, effect.month, effect.answers)


def _told(letter: Letter) -> tuple[int, tuple[str, ...], str] | None:
    told = letter.facts.get(DISCLOSES)
    return (int(told["giver_id"]), tuple(told["fields"]), str(told["purpose"])) if isinstance(told, dict) else None


def release_for(connection: Connection, letter: Letter, day: date) -> Release | str | None:
    """The release under which a letter may leave today; None where it needs none, a sentence where there is none any more."""
    told = _told(letter)
    if told is None or letter.to_id is None:
        return None
    giver, fields, purpose = told
    found = releases.good_for(connection, giver, letter.to_id, fields, purpose, day)
    return found if found is not None else "the release it needs is rescinded, has expired or was never signed"


def account(connection: Connection, letter: Letter, day: date, at: datetime) -> None:
    """A letter has left: list what it told."""
    told = _told(letter)
    under = release_for(connection, letter, day)
    if told is not None and isinstance(under, Release):
        releases.account(connection, under, letter.id, told[1], at)


def had_left(connection: Connection, book: Book, number: int) -> None:
    """It turns out that a letter left: what it told is listed under that moment, and what is kept until then only is erased."""
    letter = outbox.by_id(connection, number)
    if letter is None or letter.sent_at is None:
        return
    account(connection, letter, local_day(letter.sent_at, book.program.timezone), letter.sent_at)
    template = book.letters.get(letter.name)
    if template is not None and template.keep == UNTIL_SENT:
        outbox.settle(connection, [{"id": letter.id, "facts": {}}])


def real_ids(undo: Mapping[str, object], numbers: Mapping[int, int]) -> Mapping[str, object]:
    """What a receipt keeps to go back, with the ids that were made meanwhile for the numbers below zero that stood for them."""
    found = _real(undo, numbers)
    assert isinstance(found, dict)
    return found


def _real(value: object, numbers: Mapping[int, int]) -> object:
    match value:
        case dict():
            return {name: _real(item, numbers) for name, item in value.items()}
        case list():
            return [_real(item, numbers) for item in value]
        case bool():
            return value
        case int():
            return numbers.get(value, value)
        case _:
            return value
