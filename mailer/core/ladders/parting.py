"""Somebody is to be forgotten: what runs between them and others ends first, in the way each ladder has for it (event "parts")."""

from __future__ import annotations

from db.records import Match, MatchState, Person
from mailer.core.ladders.walk import Moved, begin, happened
from mailer.core.world.fold import after
from mailer.core.world.moments import slot
from mailer.core.world.scene import Scene
from mailer.model.decision import Decision, Effect, PutMatch
from mailer.model.program import Exit, Ladder


def parts(scene: Scene, person: Person) -> Decision:
    """End every running match of theirs: by the walk that goes on about it, else by one that begins at its end.

    The other side and whoever looks after it are told by the letters that ladder has; no reason, no initiator.
    """
    effects: list[Effect] = []
    ended = 0
    for match in scene.situation.matches:
        if person.id not in (match.mentor_id, match.mentee_id) or not match.state.goes_on:
            continue
        ended += 1
        done = _by_walk(scene, person, match) if _runs(scene, match) else ()
        scene = after(scene, done)
        effects += done
        if _runs(scene, match):
            done = (*_anew(scene, person, match),)
            scene = after(scene, done)
            effects += done
        if _runs(scene, match):
            done = (PutMatch(match.id, MatchState.ENDED.value),)
            scene = after(scene, done)
            effects += done
    return Decision(tuple(effects), f"{ended} of somebody's matches end: they leave for good")


def _runs(scene: Scene, match: Match) -> bool:
    return any(item.id == match.id and item.state.goes_on for item in scene.situation.matches)


def _roles(person: Person, match: Match) -> frozenset[str]:
    return frozenset({"mentor"}) if match.mentor_id == person.id else frozenset({"mentee", "participant"}) & person.roles


def _by_walk(scene: Scene, person: Person, match: Match) -> tuple[Effect, ...]:
    roles = _roles(person, match)
    for case in scene.situation.cases:
        if case.match_id != match.id and not (case.match_id is None and case.subject_id == match.mentor_id == person.id):
            continue
        moved = happened(scene, case, "parts", roles, slot(scene.now, scene.policy, scene.zone))
        if isinstance(moved, Moved):
            return moved.effects
    return ()


def _anew(scene: Scene, person: Person, match: Match) -> tuple[Effect, ...]:
    found = next(((ladder, door) for ladder in scene.book.ladders.values() for door in _doors(ladder, _roles(person, match))), None)
    if found is None:
        return ()
    ladder, door = found
    about = match.id if ladder.about == "match" else None
    key = f"{ladder.name}/{match.mentor_id}-{match.mentee_id}/{scene.now:%Y-%m-%dT%H:%M:%S}"
    at = slot(scene.now, scene.policy, scene.zone)
    return begin(scene, ladder, key, subject=None if about else scene.person(match.mentor_id), match_id=about, at=at, door=door)


def _doors(ladder: Ladder, roles: frozenset[str]) -> list[Exit]:
    return [exit for exit in ladder.anywhere if exit.when == "parts" and (not exit.by or roles & set(exit.by))]
