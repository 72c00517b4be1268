"""Two people named one after the other on one line, each by ref, address, full name or first name (CONTRACT.md section 7)."""

from __future__ import annotations

from collections.abc import Sequence

from db.records import Person
from mailer.core.world.scene import Scene
from mailer.core.world.who import named
from mailer.model.joined import TWO


def two_named(words: str, first: Sequence[Person], second: Sequence[Person]) -> tuple[Person, Person] | None:
    """The two people that a line names one after the other, wherever the first name ends; None where that is not clear."""
    tokens = words.replace(",", " ").split()
    found: dict[tuple[int, int], tuple[Person, Person]] = {}
    for at in range(1, len(tokens)):
        rest = (
            tokens[at + 1 :] if tokens[at].casefold() in ("and", "with", "to", "+", "&") and at + 1 < len(tokens) else tokens[at:]
        )
        one, other = named(tuple(first), " ".join(tokens[:at])), named(tuple(second), " ".join(rest))
        if len(one) == 1 and len(other) == 1 and one[0].id != other[0].id:
            found[one[0].id, other[0].id] = (one[0], other[0])
    return next(iter(found.values())) if len(found) == 1 else None


def pair_named(scene: Scene, words: str) -> tuple[Person, Person] | None:
    """The mentor and the mentee of "Ana Torre and Mel", in either order, if there is one such pair."""
    sides = TWO.split(words)
    if len(sides) != 2:
        return None
    people = tuple(scene.situation.people.values())
    one, other = ({person.id for person in named(people, side)} for side in sides)
    found = {
        (match.mentor_id, match.mentee_id)
        for match in scene.situation.matches
        if (match.mentor_id in one and match.mentee_id in other) or (match.mentor_id in other and match.mentee_id in one)
    }
    if len(found) != 1:
        return None
    ((mentor, mentee),) = found
    return scene.situation.people[mentor], scene.situation.people[mentee]


def holding(scene: Scene, role: str, by: Person | None = None) -> tuple[Person, ...]:
    """Everybody in a role; where `by` looks after some of them, these alone (a first name need be unique among them only)."""
    people = tuple(person for person in scene.situation.people.values() if role in person.roles)
    return tuple(person for person in people if by is not None and person.coordinator_id == by.id) or people
