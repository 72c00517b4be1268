"""A mentor is given to another coordinator for good (REASSIGN, SWAP, a roster): what moves with them, and who is told."""

from __future__ import annotations

from datetime import datetime

from db.records import Person, PersonState
from mailer.core.ladders.conditions import holds
from mailer.core.ladders.covering import given_to, no_longer_covered, walks_of
from mailer.core.ladders.putting import put
from mailer.core.ladders.walk import begin, unopened
from mailer.core.telling.facts import common_facts
from mailer.core.telling.writing import leaving, may_write_to
from mailer.core.world.disclosure import view
from mailer.core.world.fold import after
from mailer.core.world.moments import after_hold
from mailer.core.world.scene import Scene
from mailer.model.decision import Effect, Enqueue

_EVENT = "handed_on"  # the door of a ladder that says what follows


def handed_on(scene: Scene, mentor: Person, new: Person) -> tuple[Effect, ...]:
    """Another coordinator looks after a mentor: what waited for the old one is withdrawn, the new one and the mentor are told."""
    moved = (*(put(case) for case in no_longer_covered(scene, mentor)), *given_to(scene, mentor, new))
    scene = after(scene, moved)
    at = after_hold(scene.now, scene.policy, scene.zone)
    return (*moved, *(_still_introduced(scene, mentor, new, at) or _told(scene, mentor, at)))


def _still_introduced(scene: Scene, mentor: Person, new: Person, at: datetime) -> tuple[Effect, ...]:
    """The introduction has not left yet: it leaves in the name of the new coordinator, who may add to it as the old one could."""
    own = next((case for case in walks_of(scene, mentor) if case.ladder == "introduction"), None)
    if own is None or not may_write_to(new, scene.book.classes.get("assignment")):
        return ()
    facts = {**common_facts(scene, new), "mentor": view(scene, "coordinator", "mentor", mentor), "waits": True, "wording": ""}
    key = f"assignment/{mentor.id}/{new.id}/{scene.now:%Y-%m-%dT%H:%M:%S}"
    because = "another coordinator looks after them"
    return (Enqueue(key, "assignment", new.id, facts, leaving(scene, new, at), case_key=own.key, because=because),)


def _told(scene: Scene, mentor: Person, at: datetime) -> tuple[Effect, ...]:
    """The walk that a ladder begins for a mentor who is handed on."""
    known = scene.person(mentor.id) or mentor
    if known.state is PersonState.WAITING:
        return ()  # APPROVE comes first, and brings the letters
    for ladder in scene.book.ladders.values():
        key = f"{ladder.name}/{mentor.id}/{scene.now:%Y-%m-%dT%H:%M:%S}"
        case = unopened(scene, ladder, key, known, None, {})
        for door in ladder.doors:
            if door.when == _EVENT and all(holds(scene, case, condition) for condition in door.conditions):
                return begin(scene, ladder, key, subject=known, at=at, door=door)
    return ()
