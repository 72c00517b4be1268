"""Looking up one person's letters, evidence and pairs in a situation of hundreds: sorted out once, then found at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from db.records import Event, FormEntry, Letter, Match, Person, Situation

_Value = TypeVar("_Value")
# What is sorted out -> the field of the situation it is made of. Whom a walk concerns (core/world/who.py) is made of the matches.
SORTED_FROM = {
    "letters": "letters",
    "events": "events",
    "forms": "forms",
    "matches": "matches",
    "pairs": "matches",
    "roles": "people",
}


def letters_to(situation: Situation, person_id: int | None) -> Sequence[Letter]:
    """The letters to one person (None: to the program's inbox), in their order."""
    if "letters" not in situation.sorted_out:
        situation.sorted_out["letters"] = _by((item.to_id, item) for item in situation.letters)
    found: Mapping[int | None, Sequence[Letter]] = situation.sorted_out["letters"]
    return found.get(person_id, ())


def events_of(situation: Situation, person_id: int) -> Sequence[Event]:
    """The evidence about one person, in its order."""
    if "events" not in situation.sorted_out:
        situation.sorted_out["events"] = _by((item.person_id, item) for item in situation.events)
    found: Mapping[int, Sequence[Event]] = situation.sorted_out["events"]
    return found.get(person_id, ())


def form_of(situation: Situation, mentor_id: int, month: str) -> FormEntry | None:
    """A mentor's row of the contact form of a month ("2027-10"), None where nobody wrote one."""
    if "forms" not in situation.sorted_out:
        situation.sorted_out["forms"] = {(item.mentor_id, item.month): item for item in reversed(situation.forms)}
    found: Mapping[tuple[int, str], FormEntry] = situation.sorted_out["forms"]
    return found.get((mentor_id, month))


def matches_with(situation: Situation, person_id: int) -> Sequence[Match]:
    """The pairs of which one person is a part, in their order."""
    if "matches" not in situation.sorted_out:
        sides = ((number, item) for item in situation.matches for number in dict.fromkeys((item.mentor_id, item.mentee_id)))
        situation.sorted_out["matches"] = _by(sides)
    found: Mapping[int, Sequence[Match]] = situation.sorted_out["matches"]
    return found.get(person_id, ())


def match_with_id(situation: Situation, number: int | None) -> Match | None:
    if "pairs" not in situation.sorted_out:
        situation.sorted_out["pairs"] = {item.id: item for item in reversed(situation.matches)}
    found: Mapping[int | None, Match] = situation.sorted_out["pairs"]
    return found.get(number)


def with_role(situation: Situation, role: str) -> Sequence[Person]:
    """Everybody in the situation who has a role, whatever their state, in the order of their ids."""
    if "roles" not in situation.sorted_out:
        ordered = sorted(situation.people.values(), key=lambda person: person.id)
        situation.sorted_out["roles"] = _by((word, person) for person in ordered for word in person.roles)
    found: Mapping[str, Sequence[Person]] = situation.sorted_out["roles"]
    return found.get(role, ())


def _by(pairs: Iterable[tuple[object, _Value]]) -> Mapping[object, Sequence[_Value]]:
    found: dict[object, list[_Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
