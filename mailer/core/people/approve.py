"""APPROVE: a new mentor joins and gets the coordinator with the fewest mentors (R-007)."""

from __future__ import annotations

from collections.abc import Mapping

from db.records import Person, PersonState
from mailer.core.people.rosters import newcomer
from mailer.core.telling.transcript import Transcript
from mailer.core.world.scene import Scene
from mailer.core.world.who import holders, named
from mailer.model.decision import AddPerson, PutPerson, RosterRow


def approve(account: Transcript, by: Person, arguments: Mapping[str, object], text: str) -> None:
    """Approve a mentor of the roster (`mentor=`), or a new one by name and address; `coordinator=` names theirs."""
    scene = account.scene
    if not by.roles & {"mwoc", "staff", "admin"}:
        account.refuse(text, "not_your_word", word="APPROVE")
        return
    email = str(arguments.get("email") or arguments.get("mentor") or "").strip("<>").lower()
    name = str(arguments.get("name") or "").strip()
    known = (
        next((person for person in scene.situation.people.values() if person.email.casefold() == email), None) if email else None
    )
    if known is None and name:
        waiting = tuple(item for item in scene.situation.people.values() if "mentor" in item.roles)
        found = named(waiting, name)
        known = found[0] if len(found) == 1 and not email else None
    coordinator = _coordinator(scene, str(arguments.get("coordinator") or ""), known)
    if coordinator is None:
        account.refuse(text, "which_coordinator", name=str(arguments.get("coordinator") or ""))
    elif known is not None:
        if known.state is PersonState.ACTIVE and known.coordinator_id is not None:
            account.line(text, "approved_already", mentor=known.name)
            return
        state = "unconfirmed" if known.state is PersonState.UNCONFIRMED else "active"  # the address comes before anything else
        account.does(PutPerson(known.id, {"state": state, "coordinator_id": coordinator.id, "approved_on": scene.today}))
        account.line(text, "approved", mentor=known.name, coordinator=coordinator.name)
    elif not email or "@" not in email:
        account.refuse(text, "approve_needs_address")
    else:
        row = RosterRow(
            name or email.partition("@")[0], email, "mentor", coordinator.email, extra={"approved_on": scene.today.isoformat()}
        )
        account.does(AddPerson(row, newcomer(scene.policy)))
        account.line(text, "approved", mentor=row.name, coordinator=coordinator.name)


def _coordinator(scene: Scene, wanted: str, mentor: Person | None) -> Person | None:
    """The coordinator named, or the active one with the fewest mentors; never the mentor themselves."""
    able = tuple(
        person
        for person in holders(scene.situation, "coordinator")
        if (mentor is None or person.id != mentor.id) and (person.away_until is None or person.away_until < scene.today)
    )
    if wanted:
        found = named(able, wanted)
        return found[0] if len(found) == 1 else None
    return min(able, key=lambda person: (scene.situation.loads.get(person.id, 0), person.id), default=None)
