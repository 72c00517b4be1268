"""Read receipts and answers to invitations: no contact, never answered, but a sign that somebody is there (4.1).

They hold no letter and no hand-over, unlike unproved words that a human has yet to look at; they only keep a walk from closing by
itself, and stand in the letter that asks before it closes. A receipt of `automatic-action` is none: no person did anything.
"""

from __future__ import annotations

from db.records import EventKind
from mailer.core.world.lookups import events_of
from mailer.core.world.scene import Scene
from mailer.model.decision import AddEvent, Decision, Effect

_KINDS = {"receipt": EventKind.LETTER_READ, "calendar": EventKind.INVITATION_ANSWERED}
_WHY = {"receipt": "a read receipt is no answer; a sign of life", "calendar": "a calendar answer is no reply; a sign of life"}


def without_words(scene: Scene, means: str) -> Decision:
    """One sign a day and kind. It needs no proof of its sender: the worst a forger does is that a human is asked (section 9).

    Where several people share the address it is a sign of each of them. A program that leaves its pairs alone keeps none.
    """
    if scene.policy.word("involvement") != "monthly":
        return Decision((), "nobody is asked here whether they are still there")
    letter, kind = scene.situation.letter, _KINDS[means]
    ids = scene.situation.sender_ids
    if letter is not None and letter.to_id in ids:
        ids = (letter.to_id,)
    found: list[Effect] = []
    for person in (scene.person(number) for number in ids):
        if person is None or not person.roles & {"mentor", "mentee"}:
            continue
        if not any(event.kind is kind and event.on == scene.today for event in events_of(scene.situation, person.id)):
            found.append(AddEvent(person.id, kind.value, scene.today, means))
    return Decision(tuple(found), _WHY[means])
