"""All that a ladder may do (`do = [...]`), gathered from the modules that say how: a closed list of verbs."""

from __future__ import annotations

from collections.abc import Mapping

from db.records import Case
from mailer.core.ladders import act, act_consent, covering, listing, others
from mailer.core.telling import activity
from mailer.core.world import conversations
from mailer.core.world.registers import Done, Verb, gathered
from mailer.core.world.scene import Scene

VERBS: Mapping[str, Verb] = gathered(
    act.VERBS,
    others.VERBS,
    listing.VERBS,
    covering.VERBS,
    activity.VERBS,
    conversations.VERBS,
    act_consent.VERBS,
)


def do(scene: Scene, case: Case, action: str) -> Done:
    """Carry out one action; gives its effects and the walk as it stands afterwards."""
    name, *words = action.split()
    verb = VERBS.get(name)
    if verb is None or verb.words != len(words):
        raise ValueError(f"unknown action {action!r}")
    return verb.does(scene, case, tuple(words))
