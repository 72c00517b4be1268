"""Everybody of a program and all its pairs, held in memory for as long as nothing about them changes.

Every decision asks who somebody is, who serves the program and who is matched with whom, and hardly any changes it. A mark in the
database says when something did: another process, a transaction taken back or another database never shows through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import uuid4
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Connection, bindparam, select

from db import rows
from db.among import among
from db.evidence import get_fact, set_fact
from db.prepared import Prepared
from db.records import DUTIES, Match, Person, PersonState
from db.tables import alias, match, person

_MOST_STEPS = 256  # changes remembered; after more of them everybody is read anew
_PROGRAM: BindParameter[str] = bindparam("program")
_EVERYBODY = Prepared(select(person).where(person.c.program == _PROGRAM))
_SOME_PEOPLE = Prepared(select(person).where(person.c.program == _PROGRAM, among(person.c.id, "ids")))
_PAIRS = Prepared(select(match).where(match.c.program == _PROGRAM))
_SOME_PAIRS = Prepared(select(match).where(match.c.program == _PROGRAM, among(match.c.id, "ids")))
_ALIASES = Prepared(select(alias.c.address, alias.c.person_id).where(alias.c.program == _PROGRAM))


@dataclass(frozen=True, slots=True)
class Census:
    """One state of a program's people and pairs; everything in the order of ids. Nobody may change it."""

    mark: str
    people: Mapping[int, Person]
    pairs: Mapping[int, Match]
    aliases: Mapping[str, tuple[int, ...]]  # further addresses, in small letters -> ids
    addresses: Mapping[str, tuple[int, ...]]  # addresses on file, in small letters -> ids
    duties: tuple[int, ...]  # who holds a duty of the program
    led: Mapping[int, tuple[int, ...]]  # coordinator -> whom they look after
    pairs_of: Mapping[int, tuple[Match, ...]]  # person -> the pairs they are a part of
    loads: Mapping[int, int]  # coordinator -> how many active people they look after

    def at_address(self, wanted: Iterable[str]) -> list[int]:
        """Whose mail comes from one of these addresses (in small letters)."""
        found: set[int] = set()
        for address in wanted:
            found.update(self.addresses.get(address, ()), self.aliases.get(address, ()))
        return sorted(found)


@dataclass(frozen=True, slots=True)
class _Step:
    """What changed between two marks, as this process did it."""

    before: str
    person_id: int | None
    match_id: int | None


_KEPT: WeakKeyDictionary[object, dict[str, Census]] = WeakKeyDictionary()
_STEPS: WeakKeyDictionary[object, dict[str, _Step]] = WeakKeyDictionary()


def changed(connection: Connection, program: str, *, person_id: int | None = None, match_id: int | None = None) -> None:
    """Somebody or a pair is another from here on; neither is named where it may be anybody (a further address)."""
    steps = _STEPS.setdefault(connection.engine, {})
    if len(steps) >= _MOST_STEPS:
        steps.clear()
    mark = uuid4().hex
    if person_id is not None or match_id is not None:
        steps[mark] = _Step(_mark(connection, program), person_id, match_id)
    set_fact(connection, f"people/{program}", mark)


def census(connection: Connection, program: str) -> Census:
    """The people and pairs of a program as they stand in this transaction."""
    kept = _KEPT.setdefault(connection.engine, {})
    mark = _mark(connection, program)
    found = kept.get(program)
    if found is None or found.mark != mark:
        found = kept[program] = _read(connection, program, mark, found)
    return found


def _mark(connection: Connection, program: str) -> str:
    return get_fact(connection, f"people/{program}") or ""


def _read(connection: Connection, program: str, mark: str, kept: Census | None) -> Census:
    """All of it, or what this process itself changed since it was kept."""
    steps = _steps(connection, mark, kept.mark) if kept is not None else None
    if kept is None or steps is None:
        people = {item.id: item for item in map(rows.person, _EVERYBODY.rows(connection, {"program": program}))}
        pairs = {item.id: item for item in map(rows.match, _PAIRS.rows(connection, {"program": program}))}
        aliases: dict[str, tuple[int, ...]] = {}
        for address, number in _ALIASES.rows(connection, {"program": program}):
            aliases[address] = (*aliases.get(address, ()), number)
        return _sorted_out(mark, people, pairs, aliases)
    people, pairs = dict(kept.people), dict(kept.pairs)
    ids = {step.person_id for step in steps if step.person_id is not None}
    if ids:
        people.update((row[0], rows.person(row)) for row in _SOME_PEOPLE.rows(connection, {"program": program, "ids": ids}))
    ids = {step.match_id for step in steps if step.match_id is not None}
    if ids:
        pairs.update((row[0], rows.match(row)) for row in _SOME_PAIRS.rows(connection, {"program": program, "ids": ids}))
    return _sorted_out(mark, people, pairs, kept.aliases)


def _steps(connection: Connection, mark: str, kept: str) -> list[_Step] | None:
    """The steps from a kept mark to the one of now; None where they are not all known here."""
    steps = _STEPS.get(connection.engine, {})
    found: list[_Step] = []
    while mark != kept:
        step = steps.get(mark)
        if step is None:
            return None
        found.append(step)
        mark = step.before
    return found


def _sorted_out(
    mark: str, people: Mapping[int, Person], pairs: Mapping[int, Match], aliases: Mapping[str, tuple[int, ...]]
) -> Census:
    duties: list[int] = []
    addresses: dict[str, list[int]] = {}
    led: dict[int, list[int]] = {}
    loads: dict[int, int] = {}
    pairs_of: dict[int, list[Match]] = {}
    people = {number: people[number] for number in sorted(people)}
    for item in people.values():
        addresses.setdefault(item.email.lower(), []).append(item.id)
        if item.roles & DUTIES:
            duties.append(item.id)
        if item.coordinator_id is not None:
            led.setdefault(item.coordinator_id, []).append(item.id)
            if item.state is PersonState.ACTIVE:
                loads[item.coordinator_id] = loads.get(item.coordinator_id, 0) + 1
    pairs = {number: pairs[number] for number in sorted(pairs)}
    for pair in pairs.values():
        for number in {pair.mentor_id, pair.mentee_id}:
            pairs_of.setdefault(number, []).append(pair)
    return Census(
        mark,
        people,
        pairs,
        aliases,
        {key: tuple(found) for key, found in addresses.items()},
        tuple(duties),
        {key: tuple(found) for key, found in led.items()},
        {key: tuple(found) for key, found in pairs_of.items()},
        {key: loads[key] for key in sorted(loads)},
    )
