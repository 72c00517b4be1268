"""A roster held against what we know: what an import would change, as a value, and then the import itself, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from db import people
from db.engine import Connection, Store
from db.records import Person, PersonState, Situation
from db.situation import load
from mailer.core.decide import decide
from mailer.files.story_people import roles_of
from mailer.model.decision import AddMatch, AddPerson, Decision, RosterGiven, RosterRow
from mailer.modes.tables import read_table
from mailer.steps.book import Book
from mailer.steps.journalled import journal_roster, take_roster
from mailer.wire.roster import read_rows

_ORDER = {"mentor": 1, "mentee": 2, "participant": 2}


@dataclass(frozen=True, slots=True)
class Change:
    """One person whom the import changes; `fields` are (field, was, will be)."""

    name: str
    email: str
    ref: str
    fields: tuple[tuple[str, str, str], ...]
    line: int


@dataclass(frozen=True, slots=True)
class Newcomer:
    """One person whom the import adds. `beside` names somebody else who has this address already."""

    name: str
    email: str
    roles: tuple[str, ...]
    state: str
    coordinator: str
    line: int
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import would do."""

    rows: int
    new: tuple[Newcomer, ...]
    changed: tuple[Change, ...]
    matches: tuple[tuple[str, str], ...]  # (mentor's address, mentee's address), new ones
    unchanged: int
    absent: int  # people we know who are not in the sheet: they stay as they are

    @property
    def nothing(self) -> bool:
        return not (self.new or self.changed or self.matches)


def read_roster(path: Path, store: Store, book: Book) -> tuple[RosterRow, ...]:
    """The people of a sheet; raises BadRoster with every flaw, also for one whom nobody knows and a role of another program."""
    with store.reading() as connection:
        known = frozenset(person.email.lower() for person in people.everybody(connection, book.program.key))
    rows = read_rows(read_table(path), str(path), known, order=book.program.date_order, roles=roles_of(book.program.profile))
    # Whoever is pointed to comes first: a coordinator before their mentors, a mentor before their mentees.
    return tuple(sorted(rows, key=lambda row: _ORDER.get(row.role, 0)))


def difference(store: Store, book: Book, rows: Sequence[RosterRow], now: datetime) -> Difference:
    """What importing these rows would change now. Nothing is written."""
    with store.reading() as connection:
        situation, decision = _decided(connection, book, rows, now)
    return _difference(situation, decision, rows)


def apply(store: Store, book: Book, key: bytes, rows: Sequence[RosterRow], file: str, now: datetime) -> Difference:
    """Import the rows in one transaction, journalled; gives what was changed, held against what was known at that very moment."""
    with store.transaction() as connection:
        situation, decision = take_roster(connection, book, key, rows, "operator", now)
        done = _difference(situation, decision, rows)
        details = {"file": Path(file).name, "rows": len(rows), "new": len(done.new), "changed": len(done.changed)}
        journal_roster(connection, book.program.key, rows, "operator", now, {**details, "matches": len(done.matches)})
    return done


def _decided(connection: Connection, book: Book, rows: Sequence[RosterRow], now: datetime) -> tuple[Situation, Decision]:
    situation = load(connection, book.program.key, now, whole=True)
    return situation, decide(situation, RosterGiven(tuple(rows), "operator"), book.rules, now)


def _difference(situation: Situation, decision: Decision, rows: Sequence[RosterRow]) -> Difference:
    by_identity = {(person.email.casefold(), person.name): person for person in situation.people.values()}
    by_address = {person.email.casefold(): person for person in situation.people.values()}
    new: dict[tuple[str, str], Newcomer] = {}
    changed: dict[tuple[str, str], Change] = {}
    for effect in decision.effects:
        if not isinstance(effect, AddPerson):
            continue
        row = effect.row
        identity = (row.email.casefold(), row.name)
        known = by_identity.get(identity)
        if known is None:
            before = new.get(identity)
            roles = (*(before.roles if before is not None else ()), row.role)
            other = by_address.get(identity[0])
            beside = other.name if other is not None else ""
            new[identity] = Newcomer(row.name, row.email, roles, effect.state, row.coordinator, row.line, beside)
        else:
            fields = (*(changed[identity].fields if identity in changed else ()), *_fields(situation, known, row))
            if fields:
                changed[identity] = Change(row.name, row.email, known.ref, tuple(dict.fromkeys(fields)), row.line)
    matches = _new_matches(situation, decision)
    in_sheet = {(row.email.casefold(), row.name) for row in rows}
    touched = {*new, *changed}
    return Difference(
        len(rows),
        tuple(new.values()),
        tuple(changed.values()),
        matches,
        len(in_sheet - touched),
        sum((person.email.casefold(), person.name) not in in_sheet for person in situation.people.values()),
    )


def _fields(situation: Situation, known: Person, row: RosterRow) -> list[tuple[str, str, str]]:
    """What a row says otherwise than we know; an empty cell says nothing."""
    coordinator = situation.people.get(known.coordinator_id or 0)
    found: list[tuple[str, str, str]] = []
    if row.role not in known.roles:
        found.append(("role", " ".join(sorted(known.roles)), " ".join(sorted({*known.roles, row.role}))))
    told: Mapping[str, tuple[str, str]] = {
        "phone": (known.phone, row.phone),
        "timezone": (known.timezone, row.timezone),
        "since": (known.since.isoformat() if known.since else "", row.since.isoformat() if row.since else ""),
        "coordinator": (coordinator.email if coordinator is not None else "", row.coordinator),
    }
    found += [(name, was, new) for name, (was, new) in told.items() if new and new.casefold() != was.casefold()]
    if known.state is PersonState.WAITING and row.role == "mentor" and row.coordinator:
        found.append(("state", str(known.state), str(PersonState.ACTIVE)))
    return found


def _new_matches(situation: Situation, decision: Decision) -> tuple[tuple[str, str], ...]:
    """Pairs that are not there yet; one that was ended stays ended, whatever a sheet says."""
    known = {
        (situation.people[item.mentor_id].email.casefold(), situation.people[item.mentee_id].email.casefold())
        for item in situation.matches
        if item.mentor_id in situation.people and item.mentee_id in situation.people
    }
    pairs = [(item.mentor, item.mentee) for item in decision.effects if isinstance(item, AddMatch)]
    return tuple(dict.fromkeys(pair for pair in pairs if (pair[0].casefold(), pair[1].casefold()) not in known))
