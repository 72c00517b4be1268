"""Who of a whole program a mail can be about: whose letters are read when everybody is looked at."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from db.records import DUTIES, Case, Match, Person


def near(
    people: Mapping[int, Person], matches: Collection[Match], cases: Collection[Case], asked: Collection[int], words: str
) -> set[int]:
    """The people `asked` for, the holders of duties, whom these look after, whoever is named in `words`, and their partners.

    `words` are in small letters. Too many may be found, never too few: a name counts wherever its letters stand.
    """
    found = {number for number in asked if number in people}
    duties = {word for number in found for word in people[number].roles & DUTIES}
    if "coordinator" in duties:
        found.update(item.id for item in people.values() if item.coordinator_id in found)
    pairs = {item.id: item for item in matches}
    if duties & {"mwoc", "staff", "admin"}:
        for case in cases:
            if case.owner in ("mwoc", "staff", "admin"):
                found.update(() if case.subject_id is None else (case.subject_id,))
                pair = pairs.get(case.match_id or 0)
                found.update((pair.mentor_id, pair.mentee_id) if pair is not None else ())
    for person in people.values():
        if person.roles & DUTIES or _named(person, words):
            found.add(person.id)
    return found | {number for pair in matches for number in _sides(pair) if found.intersection(_sides(pair))}


def _named(person: Person, words: str) -> bool:
    return any(name and name.casefold() in words for name in (person.first_name, person.email, person.ref, person.name))


def _sides(pair: Match) -> tuple[int, int]:
    return pair.mentor_id, pair.mentee_id
