"""What the situation will be once effects are recorded, so that the second word of a mail sees what the first one did."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from db.records import (
    Case,
    Conversation,
    Event,
    EventKind,
    FormEntry,
    LetterState,
    Match,
    MatchState,
    Person,
    PersonState,
    Release,
    Situation,
)
from mailer.core.world.lookups import SORTED_FROM
from mailer.core.world.scene import Scene
from mailer.model.consent import AddRelease, EndRelease
from mailer.model.decision import AddEvent, AddMatch, Effect, PutCase, PutConversation, PutForm, PutMatch, PutPerson, TakeBack


def after(scene: Scene, effects: tuple[Effect, ...]) -> Scene:
    """The scene with walks, people, matches, events and form rows as these effects leave them."""
    situation = scene.situation
    for effect in effects:
        match effect:
            case PutCase():
                situation = _with(situation, cases=_cases(situation.cases, effect, scene))
            case PutPerson(id=person_id, changes=changes):
                person = situation.people.get(person_id)
                if person is not None:
                    situation = _with(situation, people={**situation.people, person_id: _changed(person, dict(changes))})
            case PutMatch(id=match_id, state=state, handed_over_on=day):
                matches = tuple(
                    replace(m, state=MatchState(state), handed_over_on=day or m.handed_over_on) if m.id == match_id else m
                    for m in situation.matches
                )
                situation = _with(situation, matches=matches)
            case AddMatch(proposed=True):
                situation = _proposed(situation, effect)
            case AddRelease() | EndRelease():
                situation = _with(situation, releases=_releases(situation, effect, scene.now))
            case AddEvent():
                event = Event(0, situation.program, effect.person_id, EventKind(effect.kind), effect.on, scene.now, effect.how)
                situation = _with(situation, events=(*situation.events, event))
            case PutConversation():
                situation = _with(situation, conversations=_log(situation, effect))
            case PutForm():
                situation = _with(situation, forms=_forms(situation, effect))
            case TakeBack():
                situation = _taken_back(situation, effect)
            case _:
                pass
    return scene if situation is scene.situation else replace(scene, situation=situation)


def _with(situation: Situation, **changes: object) -> Situation:
    """The situation with some fields changed; what was sorted out of the others (mailer.core.world.lookups) stays."""
    changed = replace(situation, **changes)  # type: ignore[arg-type]
    for name, found in situation.sorted_out.items():
        if SORTED_FROM.get(name, "matches") not in changes:
            changed.sorted_out[name] = found
    return changed


def _taken_back(situation: Situation, effect: TakeBack) -> Situation:
    gone = {(effect.message, *event) for event in effect.events}
    events = tuple(item for item in situation.events if (item.message_id, item.person_id, item.kind.value, item.on) not in gone)
    again = {number: LetterState(state) for number, state in effect.withdrawn}
    letters = tuple(
        replace(item, state=again[item.id]) if item.id in again else item
        for item in situation.letters
        if item.key not in effect.letters
    )
    return _with(situation, events=events, letters=letters)


def _changed(person: Person, changes: dict[str, object]) -> Person:
    if "state" in changes:
        changes["state"] = PersonState(str(changes["state"]))
    return replace(person, **changes)  # type: ignore[arg-type]


def _proposed(situation: Situation, effect: AddMatch) -> Situation:
    """A pair proposed just now, known by the number that stands for its id."""
    pair = [
        next((item.id for item in situation.people.values() if item.email.casefold() == address.casefold()), 0)
        for address in (effect.mentor, effect.mentee)
    ]
    others = tuple(m for m in situation.matches if [m.mentor_id, m.mentee_id] != pair)
    match = Match(effect.number, situation.program, pair[0], pair[1], MatchState.PROPOSED, effect.since)
    return _with(situation, matches=(*others, match))


def _releases(situation: Situation, effect: AddRelease | EndRelease, now: datetime) -> tuple[Release, ...]:
    if isinstance(effect, EndRelease) and effect.unsaid:
        own = [item for item in situation.releases if (item.giver_id, item.recipient_id) == (effect.giver_id, effect.recipient_id)]
        return tuple(item for item in situation.releases if item not in own[-1:])
    if isinstance(effect, EndRelease):
        return tuple(
            replace(item, rescinded_at=now)
            if (item.giver_id, item.recipient_id) == (effect.giver_id, effect.recipient_id) and item.rescinded_at is None
            else item
            for item in situation.releases
        )
    added = Release(
        0,
        situation.program,
        effect.giver_id,
        effect.recipient_id,
        effect.fields,
        effect.purpose,
        effect.signed_on,
        effect.expires_on,
        effect.recorded_by,
        now,
    )
    return (*situation.releases, added)


def _cases(cases: tuple[Case, ...], effect: PutCase, scene: Scene) -> tuple[Case, ...]:
    closed = scene.now if effect.closed else None
    for case in cases:
        if case.key == effect.key:
            moved = replace(
                case,
                state=effect.state,
                owner=effect.owner,
                due_at=effect.due_at,
                entered_at=effect.entered_at,
                data=effect.data,
                closed_at=closed,
            )
            return tuple(moved if item is case else item for item in cases)
    opened = Case(
        0,
        scene.situation.program,
        effect.ladder,
        effect.key,
        effect.state,
        effect.owner,
        effect.about,
        effect.subject_id,
        effect.match_id,
        effect.due_at,
        effect.entered_at,
        scene.now,
        closed,
        effect.data,
    )
    return (*cases, opened)


def _forms(situation: Situation, effect: PutForm) -> tuple[FormEntry, ...]:
    others = tuple(entry for entry in situation.forms if (entry.mentor_id, entry.month) != (effect.mentor_id, effect.month))
    before = next((item for item in situation.forms if item not in others), None)
    entry = FormEntry(
        0,
        situation.program,
        effect.month,
        effect.coordinator_id,
        effect.mentor_id,
        effect.attempted,
        effect.contact_made,
        effect.mentees,
        effect.summary,
        effect.issues,
        effect.sent_at,
        effect.noted if effect.noted is not None else before.noted if before is not None else (),
    )
    return (*others, entry)


def _log(situation: Situation, effect: PutConversation) -> tuple[Conversation, ...]:
    others = tuple(row for row in situation.conversations if (row.person_id, row.number) != (effect.person_id, effect.number))
    row = Conversation(
        0,
        situation.program,
        effect.person_id,
        effect.number,
        effect.on,
        effect.client,
        effect.kind,
        effect.minutes,
        effect.how,
        effect.skill,
        effect.broker,
        effect.voided,
    )
    return tuple(sorted((*others, row), key=lambda item: (item.person_id, item.number)))
