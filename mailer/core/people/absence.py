"""Absences and broken addresses: clocks that wait for a person stand still, and start afresh afterwards (4.1 Pause, 4A)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from db.records import Case, LetterState, Person, PersonState
from mailer.core.ladders.putting import put
from mailer.core.ladders.walk import resumed
from mailer.core.telling.inverse import BACK
from mailer.core.telling.writing import leaving
from mailer.core.world.absent import here_again
from mailer.core.world.lookups import letters_to
from mailer.core.world.moments import slot, slot_on
from mailer.core.world.scene import Scene, is_away
from mailer.core.world.who import LOOKING_AFTER, coordinator_of, holder, holders, subject_of
from mailer.model.decision import AddEvent, AddNote, Effect, PutLetter, PutPerson


def waiting_for(scene: Scene, person: Person) -> tuple[Case, ...]:
    """The open walks whose clock waits for a person."""
    found: list[Case] = []
    for case in scene.situation.cases:
        ladder = scene.ladder(case)
        if ladder is None or case.closed_at is not None or case.state not in ladder.states:
            continue
        word = ladder.states[case.state].waits_for
        held = holder(scene.situation, word, case, ()) if word else None
        if held is not None and held.id == person.id:
            found.append(case)
    return tuple(found)


def concerning(scene: Scene, person: Person) -> tuple[Case, ...]:
    """The open walks that are about a person or wait for them."""
    about = [
        case
        for case in scene.situation.cases
        if case.closed_at is None and (subject := subject_of(scene.situation, case)) is not None and subject.id == person.id
    ]
    return tuple({case.id: case for case in (*about, *waiting_for(scene, person))}.values())


def away(scene: Scene, person: Person, until: date) -> tuple[Effect, ...]:
    """`until` is the last day away: attempts already counted stay counted, waits begin afresh on the day after."""
    limit = scene.today + timedelta(days=scene.policy.number("pause.max_days"))
    back = slot_on(min(until, limit) + timedelta(days=1), scene.policy, scene.zone)
    effects: list[Effect] = [PutPerson(person.id, {"away_until": until}), AddEvent(person.id, "away", scene.today, "mail")]
    for case in waiting_for(scene, person):
        effects.extend(resumed(scene, case, back))
    return tuple(effects)


def back(scene: Scene, person: Person) -> tuple[Effect, ...]:
    """Back sooner than said: the absence is over, waits begin afresh now; nothing where nobody was away."""
    if not is_away(scene, person):
        return ()
    effects: list[Effect] = [PutPerson(person.id, {"away_until": None}), *_brought_forward(scene, person)]
    for case in waiting_for(scene, person):
        effects.extend(resumed(scene, case, slot(scene.now, scene.policy, scene.zone)))
    return tuple(effects)


def _brought_forward(scene: Scene, person: Person) -> tuple[Effect, ...]:
    """What waits for the first day back of somebody who is back sooner leaves at the next good moment."""
    then, now = here_again(scene, person, scene.now), slot(scene.now, scene.policy, scene.zone)
    here = replace(scene, situation=replace(scene.situation, sender_ids=()))  # it answers nothing that was just written: caps hold
    return tuple(
        PutLetter(letter.id, LetterState.WAITING.value, leaving(here, person, now, but=letter), BACK, anew=True)
        for letter in letters_to(scene.situation, person.id)
        if letter.state is LetterState.WAITING and now < then <= letter.not_before
    )


def address_broken(scene: Scene, person: Person, kind: str = "address_broken") -> tuple[Effect, ...]:
    """Nobody is called silent whom we cannot reach: clocks stop, a human hears of it, and again after `address.broken_days`.

    `kind`: the sentence that tells it.
    """
    told = slot_on(scene.today + timedelta(days=scene.policy.number("address.broken_days")), scene.policy, scene.zone)
    effects: list[Effect] = [
        PutPerson(person.id, {"address_broken_on": scene.today}),
        AddEvent(person.id, "address_broken", scene.today),
    ]
    for case in waiting_for(scene, person):
        effects.append(put(replace(case, data={**case.data, "broken_told": False}), due_at=told))
    return (*effects, *look_after(scene, person, kind, {}))


def mended(scene: Scene, person: Person) -> tuple[Effect, ...]:
    """The address works again, or there is a right one: waits that stood still for this person begin afresh."""
    back = slot(scene.now, scene.policy, scene.zone)
    return tuple(effect for case in waiting_for(scene, person) for effect in resumed(scene, case, back))


def look_after(scene: Scene, person: Person, kind: str, facts: dict[str, object]) -> tuple[Effect, ...]:
    """A digest line for whoever looks after a person: their coordinator, else a duty; never the person themselves.

    Where the coordinator is away the mwoc reads it as well (4A, boundary cases).
    """
    matched = any(item.mentee_id == person.id and item.state.goes_on for item in scene.situation.matches)
    # Who waits for a new match is the program's own concern, no longer that of the last mentor's coordinator.
    # So is a mentor whose place rests: whether they come back is for the duty to decide that closed it.
    looked_after = (
        matched or "mentor" in person.roles or "mentee" not in person.roles
    ) and person.state is not PersonState.INACTIVE
    own = coordinator_of(scene.situation, person.id) if looked_after else None
    others = [item for duty in LOOKING_AFTER for item in holders(scene.situation, duty)]
    found: list[Effect] = []
    for reader in ([own] if own is not None else []) + others:
        if reader.id == person.id or reader.state is not PersonState.ACTIVE:
            continue
        whole = "mentor" in person.roles or "clinical_coordinator" in reader.roles or reader is not own
        shown = person.name if whole else person.first_name
        found.append(AddNote(reader.id, kind, {"person": {"name": shown}, **facts}))
        if reader is not own or not is_away(scene, reader):
            break
    return tuple(found)
