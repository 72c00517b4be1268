"""MATCH: a clinical coordinator proposes a pair; what it needs, and a sentence for each thing that lacks (4D, R-101 to R-108)."""

from __future__ import annotations

from collections.abc import Mapping

from db.records import Person, PersonState
from mailer.core.ladders.walk import Moved, begin, happened
from mailer.core.telling.transcript import Transcript
from mailer.core.world.named_in_pairs import holding, two_named
from mailer.core.world.released import open_match
from mailer.core.world.scene import Scene
from mailer.model.decision import AddMatch
from mailer.model.mail import Command
from mailer.model.program import Ladder


def propose(account: Transcript, ladder: Ladder, by: Person, command: Command, text: str) -> None:
    """Propose a pair and open its walk; nothing at all where something is lacking."""
    scene = account.scene
    arguments = command.arguments
    words = str(arguments.get("text") or f"{arguments.get('participant', '')} {arguments.get('mentor', '')}")
    orders = (f"{command.about} {words}", f"{words} {command.about}") if command.about else (words,)  # with whom in front
    pairs = (
        two_named(order, holding(scene, "participant", own), holding(scene, "mentor", own))
        for own in (by, None)
        for order in orders
    )
    pair = next((found for found in pairs if found is not None), None)
    if pair is None:
        account.refuse(text, "which_pair")
        return
    lacking = _lacking(scene, *pair)
    for kind, facts in lacking:
        account.refuse(text, kind, (), **facts)
    if lacking:
        return
    participant, mentor = pair
    number = min((0, *(item.id for item in scene.situation.matches))) - 1
    account.does(AddMatch(mentor.email, participant.email, scene.today, proposed=True, number=number))
    key = f"{ladder.name}/{participant.id}/{mentor.id}/{scene.now:%Y-%m-%dT%H:%M:%S}"
    account.does(*begin(account.scene, ladder, key, subject=None, match_id=number))
    for case in account.scene.situation.cases:
        if case.subject_id == participant.id or (case.match_id is not None and case.match_id in _pairs_of(scene, participant)):
            moved = happened(account.scene, case, "placed", frozenset(), scene.now)
            if isinstance(moved, Moved):
                account.does(*moved.effects)
    account.because.append(f"{ladder.name}: opened")
    account.line(text, "match_proposed", name=participant.first_name, mentor=mentor.first_name)


def _pairs_of(scene: Scene, participant: Person) -> frozenset[int]:
    return frozenset(item.id for item in scene.situation.matches if item.mentee_id == participant.id)


def _lacking(scene: Scene, participant: Person, mentor: Person) -> list[tuple[str, dict[str, object]]]:
    """Everything that stands against a pair, as sentence kinds with their facts."""
    name: dict[str, object] = {"name": participant.first_name}
    other: dict[str, object] = {"name": mentor.first_name}
    basis = mentor.extra.get("eligible")
    taken, busy = open_match(scene, participant), open_match(scene, mentor)
    found: list[tuple[str, dict[str, object]]] = []
    for person, shown in ((participant, name), (mentor, other)):
        if person.state is not PersonState.ACTIVE or person.address_broken_on is not None:
            found.append(("match_not_reachable", shown))
    if taken is not None:
        found.append(("match_taken", name))
    elif not participant.extra.get("surveyed"):
        found.append(("match_needs_survey", name))
    if not basis:
        found.append(("match_needs_basis", other))
    elif basis == "C3" and not fields_fit(scene, mentor, participant):
        found.append(("match_fields_differ", {**name, "mentor": mentor.first_name}))
    if not mentor.extra.get("signed_off"):
        found.append(("match_needs_sign_off", other))
    if busy is not None and (taken is None or busy.id != taken.id):
        found.append(("match_mentor_taken", other))
    return found


def fields_fit(scene: Scene, mentor: Person, participant: Person) -> bool:
    """Basis C3: the same field, or one that `fields_ok` names for the mentor's (R-105, R-127)."""
    own = str(mentor.extra.get("field", "")).strip().casefold()
    theirs = str(participant.extra.get("field", "")).strip().casefold()
    if not own or not theirs:
        return False
    table = scene.policy.values.get("fields_ok")
    rows = table if isinstance(table, Mapping) else {}
    fitting = {str(item).casefold() for field, items in rows.items() if str(field).casefold() == own for item in items}
    return own == theirs or theirs in fitting
