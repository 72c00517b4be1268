"""What the situation will be once effects are recorded, so that the second word of a mail sees what the first one did."""

from __future__ import annotations

from dataclasses import replace

from db.records import Case, Event, EventKind, FormEntry, MatchState, Person, PersonState, Situation
from mailer.core.scene import Scene
from mailer.model.decision import AddEvent, Effect, PutCase, PutForm, PutMatch, PutPerson, Say


def after(scene: Scene, effects: tuple[Effect, ...]) -> Scene:
    """The scene with walks, people, matches, events and form rows as these effects leave them."""
    situation = scene.situation
    for effect in effects:
        match effect:
            case PutCase():
                situation = replace(situation, cases=_cases(situation.cases, effect, scene))
            case PutPerson(id=person_id, changes=changes):
                person = situation.people.get(person_id)
                if person is not None:
                    situation = replace(situation, people={**situation.people, person_id: _changed(person, dict(changes))})
            case PutMatch(id=match_id, state=state):
                matches = tuple(replace(m, state=MatchState(state)) if m.id == match_id else m for m in situation.matches)
                situation = replace(situation, matches=matches)
            case AddEvent():
                event = Event(0, situation.program, effect.person_id, EventKind(effect.kind), effect.on, scene.now, effect.how)
                situation = replace(situation, events=(*situation.events, event))
            case PutForm():
                situation = replace(situation, forms=_forms(situation, effect))
            case _:
                pass
    return replace(scene, situation=situation)


def _changed(person: Person, changes: dict[str, object]) -> Person:
    if "state" in changes:
        changes["state"] = PersonState(str(changes["state"]))
    return replace(person, **changes)  # type: ignore[arg-type]


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
        effect.issues.kind if isinstance(effect.issues, Say) else effect.issues,
        effect.sent_at,
    )
    return (*others, entry)
