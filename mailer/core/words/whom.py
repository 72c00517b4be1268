"""Whom a word that opens a walk is about: the sender, a person, a mentor and one match of theirs, and whom it speaks against."""

from __future__ import annotations

from dataclasses import dataclass

from db.records import Match, Person
from mailer.core.people.contact import named_in
from mailer.core.telling.facts import own_mentors
from mailer.core.world.lookups import matches_with
from mailer.core.world.scene import Scene
from mailer.core.world.who import DUTIES, named
from mailer.model.mail import Command
from mailer.model.program import Exit, Ladder


@dataclass(frozen=True, slots=True)
class About:
    """Whom a new walk is about: a person, perhaps one match of theirs, and whom the matter speaks against."""

    subject: Person
    match: Match | None = None
    against: tuple[Person, ...] = ()
    text: str = ""  # words in front of the text that turned out to be no name


def about_person(scene: Scene, ladder: Ladder, door: Exit, person: Person, command: Command) -> About | str | None:
    """The sender, or the one whom a duty names; a sentence kind where that is not clear."""
    if ladder.about in person.roles and (not door.by or ladder.about in door.by):
        return About(person)
    if not person.roles & set(door.by):
        return None
    meant = named(tuple(item for item in scene.situation.people.values() if ladder.about in item.roles), named_in(command))
    return About(meant[0]) if len(meant) == 1 else "which_person"


def about_pair(scene: Scene, door: Exit, person: Person, command: Command) -> About | str | None:
    """A mentor, and the mentee where one is named or there is only one; the name may also be whom the matter is against."""
    roles = person.roles & set(door.by)
    name = named_in(command)
    if not roles:
        return None
    if "mentee" in roles and not roles - {"mentee"}:
        mentors_of = sorted(_mentors_of(scene, person), key=lambda match: (match.state.goes_on, match.id))
        mentor = scene.person(mentors_of[-1].mentor_id) if mentors_of else None
        # Whatever a mentee writes comes to staff: whom it names, or else the mentor, does not read it.
        return About(mentor, mentors_of[-1], _against(scene, person, name) or (mentor,)) if mentor is not None else None
    if "mentor" in roles:
        match = _match_named(scene, (person,), name)
        against = _against(scene, person, name) if match is None else ()
        if match is not None or against or not name or not roles - {"mentor"}:
            known = match is not None or bool(against) or person in named((person,), name)
            return About(person, match or _only_match(scene, person), against, "" if known else name)
    mentors = mentors_of_duty(scene, person)
    meant = named(mentors, name) if name else mentors
    if len(meant) == 1:
        return About(meant[0], _only_match(scene, meant[0]))
    match = _match_named(scene, mentors, name)
    mentor = scene.person(match.mentor_id) if match is not None else None
    return About(mentor, match) if mentor is not None else "which_person"


def mentors_of_duty(scene: Scene, person: Person) -> tuple[Person, ...]:
    """The mentors about whom somebody with a duty may write a word: their own, or for the second line all."""
    if person.roles & {"mwoc", "staff", "admin"}:
        return tuple(item for item in scene.situation.people.values() if "mentor" in item.roles and item.id != person.id)
    return own_mentors(scene, person)


def open_matches(scene: Scene) -> tuple[Match, ...]:
    """The matches that go on."""
    return tuple(item for item in scene.situation.matches if item.state.goes_on)


def _match_named(scene: Scene, mentors: tuple[Person, ...], name: str) -> Match | None:
    """The one open match of these mentors whose mentee has this name."""
    ids = {mentor.id for mentor in mentors}
    matches = [item for item in open_matches(scene) if item.mentor_id in ids]
    mentees = tuple(mentee for item in matches if (mentee := scene.person(item.mentee_id)) is not None)
    meant = {item.id for item in named(mentees, name)} if name else set()
    found = [item for item in matches if item.mentee_id in meant]
    return found[0] if len(found) == 1 else None


def _only_match(scene: Scene, mentor: Person) -> Match | None:
    own = [item for item in open_matches(scene) if item.mentor_id == mentor.id]
    return own[0] if len(own) == 1 else None


def _mentors_of(scene: Scene, mentee: Person) -> tuple[Match, ...]:
    """The matches in which somebody is, or was, the mentee."""
    return tuple(item for item in matches_with(scene.situation, mentee.id) if item.mentee_id == mentee.id)


def _against(scene: Scene, sender: Person, name: str) -> tuple[Person, ...]:
    """Those with a duty, or their mentors, whom the sender's matter may be about: it must not come to them (S27)."""
    mentors = {match.mentor_id for match in _mentors_of(scene, sender)}
    others = tuple(
        item
        for item in scene.situation.people.values()
        if item.id != sender.id and (item.roles & {"coordinator", *DUTIES} or item.id in mentors)
    )
    return named(others, name) if name else ()
