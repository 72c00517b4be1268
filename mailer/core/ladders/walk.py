"""Walking a ladder: what happens when time passes, an answer comes or a word is written, and what entering a state does.

A walk never looks at its own name: everything it does stands in its ladder file. Due moments come from the moment a
state was entered, not from `now` (HOUSE.md law 4). The natural key of a letter is walk/step/state/letter/person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from db.records import Case, Letter, LetterState, Person
from mailer.core.ladders import act, verbs
from mailer.core.ladders.conditions import holds
from mailer.core.ladders.putting import put
from mailer.core.ladders.until import due_moment, last_moment
from mailer.core.telling.directory import refusal_facts
from mailer.core.telling.writing import TOO_LATE_DAYS, letter_of
from mailer.core.world.absent import when_back
from mailer.core.world.fold import after
from mailer.core.world.moments import after_hold, local_day, month_of, next_month, opening, slot, slot_on
from mailer.core.world.scene import Scene
from mailer.core.world.who import holder, roles_towards, subject_of
from mailer.model.decision import Effect
from mailer.model.program import Exit, Ladder, State

_ON_TIME = timedelta(hours=12)
_AFTER_LATE = timedelta(hours=24)  # no deadline sooner than this after its late letter (4.1 Clock)
_DEEPEST = 12  # states that pass on at once (a wait of nothing) in one decision; more is a ladder that turns in a circle


@dataclass(frozen=True, slots=True)
class Moved:
    """An exit was taken."""

    effects: tuple[Effect, ...]
    to: str
    because: str
    tell: str = ""  # the sentence that a receipt says of it, where the word's own does not fit


@dataclass(frozen=True, slots=True)
class Refused:
    """The word is known here, but cannot be done now; `kind` names the sentence that says why, with the facts it may need."""

    kind: str
    facts: Mapping[str, object] = field(default_factory=dict)


def begin(
    scene: Scene,
    ladder: Ladder,
    key: str,
    *,
    subject: Person | None,
    match_id: int | None = None,
    at: datetime | None = None,
    door: Exit | None = None,
    data: Mapping[str, object] | None = None,
) -> tuple[Effect, ...]:
    """Open a walk at its first state, or where a door leads to; what that state sends leaves at `at`, else now."""
    case = unopened(scene, ladder, key, subject, match_id, data or {})
    effects, scene, case = _done(scene, case, door.do if door is not None else ())
    first = door.to if door is not None else ladder.first
    return (*effects, *_enter(scene, ladder, case, first, at or scene.now, 0))


def unopened(
    scene: Scene, ladder: Ladder, key: str, subject: Person | None, match_id: int | None, data: Mapping[str, object]
) -> Case:
    """A walk that stands before its first state."""
    return Case(
        0,
        scene.book.program.key,
        ladder.name,
        key,
        "",
        "none",
        about=ladder.about,
        subject_id=subject.id if subject else None,
        match_id=match_id,
        opened_at=scene.now,
        data=data,
    )


def time_passed(scene: Scene, case: Case, due: datetime) -> Moved | None:
    """The wait is over: pause for who is away or cannot be reached, else take the first exit by time."""
    ladder = scene.ladder(case)
    if ladder is None or case.state not in ladder.states:
        return Moved((put(case, due_at=None),), case.state, "the ladder or its state is gone from the rules")
    state = ladder.states[case.state]
    held = _pause(scene, ladder, case, state)
    if held is not None:
        return held
    scene = replace(scene, timed=True)
    moved = happened(scene, case, "time", frozenset(), opening(due, scene.now, scene.policy, scene.zone))
    return moved if isinstance(moved, Moved) else None


def happened(scene: Scene, case: Case, event: str, roles: frozenset[str], at: datetime, depth: int = 0) -> Moved | Refused | None:
    """Take the first exit for an event; None where this walk has none. `at` is when letters of the next state leave."""
    ladder = scene.ladder(case)
    if ladder is None or case.closed_at is not None or case.state not in ladder.states:
        return None
    state = ladder.states[case.state]
    for exit in (*state.exits, *(ladder.anywhere if not state.final else ())):
        if exit.when != event or (exit.by and not roles & set(exit.by)):
            continue
        if not all(holds(scene, case, condition) for condition in exit.conditions):
            continue
        if exit.refuse:
            return Refused(exit.refuse, refusal_facts(scene, case))
        return _take(scene, ladder, case, exit, at, depth)
    return None


def _take(scene: Scene, ladder: Ladder, case: Case, exit: Exit, at: datetime, depth: int) -> Moved:
    effects, scene, case = _done(scene, case, exit.do)
    if not exit.to:
        effects.append(put(case))
        return Moved(tuple(effects), case.state, f"{ladder.name}: stays in {case.state}", exit.tell)
    effects.extend(_enter(scene, ladder, case, exit.to, at, depth))
    return Moved(tuple(effects), exit.to, f"{ladder.name}: {case.state} to {exit.to} by {exit.when}", exit.tell)


def _done(scene: Scene, case: Case, actions: tuple[str, ...]) -> tuple[list[Effect], Scene, Case]:
    """Carry out verbs one after the other, each of them in the world as those before it leave it."""
    effects: list[Effect] = []
    for action in actions:
        done, case = verbs.do(scene, case, action)
        effects.extend(done)
        scene = after(scene, done)
    return effects, scene, case


def _enter(scene: Scene, ladder: Ladder, case: Case, name: str, at: datetime, depth: int) -> tuple[Effect, ...]:
    if depth > _DEEPEST:
        raise RecursionError(f"{ladder.file}: state {name!r} leads on without waiting, in a circle")
    state = ladder.states[name]
    planned = case.due_at if scene.timed else None
    too_late = planned if planned is not None and at - planned > timedelta(days=TOO_LATE_DAYS) else None
    if all(sending.at_once for sending in state.sends) and not state.blast:
        at = min(at, scene.now)  # nothing has to wait for the send hour: a mail of Friday is no event of Monday's month
    at = _spaced(scene, case, state, at)
    here = when_back(scene, case, state, at)
    step = scene.number(case, "step") + 1
    data: dict[str, object] = {**case.data, "step": step}
    for told in ("suspended", "overdue_told"):  # whoever moved it on did so on purpose
        data.pop(told, None)
    if state.month:
        data = {key: value for key, value in data.items() if not key.startswith("seen ")}
        data["month"] = _month(state.month, here, scene)
        if state.month == "next" and "links" not in scene.words:
            data.pop("links", None)
    if state.owner == "mwoc":
        data["waited"] = True
    if state.blast:
        data[f"at {name}"] = at.isoformat()
        data["late"] = planned.isoformat() if too_late and planned else ""
    case = replace(case, state=name, owner=state.owner, data=data)
    # Letters still go to the people as they were: a match this state ends is still told of its end.
    effects, done, case = _done(scene, case, state.do)
    due = at if state.blast else due_moment(done, case, state, here)
    if planned is not None and due is not None and state.sends and at - planned > _ON_TIME:
        due = max(due, opening(at, at + _AFTER_LATE, scene.policy, scene.zone))
    case = replace(case, due_at=due)
    for sending in state.sends:
        leaves = scene.now if sending.at_once else here if sending.to == state.waits_for else at
        written = letter_of(scene, case, sending, step, leaves, due=too_late)
        effects.extend(written)
        case = replace(case, data={**case.data, f"seen {sending.letter}": scene.number(case, f"seen {sending.letter}") + 1})
    if state.owner == "coordinator":
        case = replace(case, data={key: value for key, value in case.data.items() if key != "waited"})
    entered = replace(case, entered_at=here)
    if due is not None and due <= at and not state.blast and not state.final:
        onward = happened(done, entered, "time", frozenset(), at, depth + 1)
        if isinstance(onward, Moved):
            return (*effects, *onward.effects)
    effects.append(put(entered, closed=state.final))
    return tuple(effects)


def _month(which: str, at: datetime, scene: Scene) -> str:
    this = month_of(local_day(at, scene.zone))
    return next_month(this) if which == "next" else this


def _spaced(scene: Scene, case: Case, state: State, at: datetime) -> datetime:
    """Attempts keep their minimum distance (A03): a rung that would try too soon waits for its day."""
    for sending in state.sends:
        if not sending.attempt:
            continue
        person = holder(scene.situation, sending.to, case)
        if person is None:
            continue
        last = _last_attempt(scene, person)
        if last is not None:
            gap = timedelta(days=scene.policy.number("attempt.min_gap_days"))
            earliest = slot_on(local_day(last, scene.zone) + gap, scene.policy, scene.zone)
            if local_day(at, scene.zone) < local_day(earliest, scene.zone):
                at = earliest
    return at


def _last_attempt(scene: Scene, person: Person) -> datetime | None:
    sent = [
        letter.sent_at
        for letter in scene.situation.letters
        if letter.attempt and letter.to_id == person.id and letter.sent_at is not None and letter.bounced_at is None
    ]
    return max(sent, default=None)


def _pause(scene: Scene, ladder: Ladder, case: Case, state: State) -> Moved | None:
    """Waits stand still while the person is away, held for safety, or cannot be reached (4.1 Pause, ADDRESS_BROKEN)."""
    person = holder(scene.situation, state.waits_for, case, ()) if state.waits_for else None
    if not ladder.ends_a_hold and any(
        item is not None and item.held_by_safety for item in (person, subject_of(scene.situation, case))
    ):
        tomorrow = slot_on(scene.today + timedelta(days=1), scene.policy, scene.zone)
        return Moved((put(case, due_at=tomorrow),), case.state, "a message of this person is with the staff on duty")
    if "held" in case.data:
        return _released(scene, case, state)
    if person is None:
        return _unsent(scene, case, state)
    if person.address_broken_on is not None:
        if case.data.get("broken_told"):
            return Moved((put(case, due_at=None),), case.state, "the address is broken; a human has been told")
        told = replace(case, data={**case.data, "broken_told": True})
        notes = (*act.note(scene, case, "mwoc", "address_still_broken"), *_overdue(scene, case, state)[0])
        return Moved((*notes, put(told, due_at=None)), case.state, "the address has been broken for too long")
    if person.away_until is not None and person.away_until >= scene.today:
        limit = scene.today + timedelta(days=scene.policy.number("pause.max_days"))
        again = min(person.away_until + timedelta(days=1), limit)
        notes = act.note(scene, case, "coordinator", "still_away") if person.away_until >= limit else ()
        late, case, last = _overdue(scene, case, state)
        back = slot_on(again, scene.policy, scene.zone)
        return Moved((*notes, *late, put(case, due_at=min(back, last) if last else back)), case.state, "away")
    return _unsent(scene, case, state)


def _overdue(scene: Scene, case: Case, state: State) -> tuple[tuple[Effect, ...], Case, datetime | None]:
    """The alarm that a pause carries a wait beyond its last day (4C FOLLOW_UP), told once; before that, the day to tell it."""
    last = last_moment(scene, state, case.entered_at or scene.now)
    if last is None or not state.overdue or case.data.get("overdue_told"):
        return (), case, None
    if scene.now < last:
        return (), case, last
    told = replace(case, data={**case.data, "overdue_told": True})
    return act.note(scene, case, "coordinator", state.overdue), told, None


def _released(scene: Scene, case: Case, state: State) -> Moved:
    """Staff have let letters go on. Who wrote for help was never silent: that is an answer, or else the wait starts afresh."""
    writer = scene.person(scene.number(case, "held"))
    case = replace(case, data={key: value for key, value in case.data.items() if key != "held"})
    roles = roles_towards(scene.situation, writer, case) if writer is not None else frozenset()
    moved = happened(scene, case, "contact", roles, slot(scene.now, scene.policy, scene.zone))
    if isinstance(moved, Moved):
        return moved
    fresh = due_moment(scene, case, state, scene.now)
    return Moved((put(case, due_at=fresh),), case.state, "released by the staff on duty; the wait starts afresh")


def _unsent(scene: Scene, case: Case, state: State) -> Moved | None:
    """A wait is not over before its letter has left.

    After a late attempt it lasts its whole length again, after any other late letter 24 hours at least (4.1 Clock).
    """
    prefix = f"{case.key}/{scene.number(case, 'step')}/"
    own = [letter for letter in scene.situation.letters if letter.key.startswith(prefix)]
    waiting = [letter for letter in own if letter.state in (LetterState.WAITING, LetterState.SENDING) or _held(letter)]
    if waiting:
        tomorrow = slot_on(scene.today + timedelta(days=1), scene.policy, scene.zone)
        return Moved((put(case, due_at=tomorrow),), case.state, "its letter has not left yet")
    late = [letter for letter in own if _left_late(letter, case)]
    if not late:
        return None
    left = max(letter.sent_at for letter in late if letter.sent_at)
    if any(letter.attempt for letter in late):
        due = due_moment(scene, case, state, left)
        moved = put(replace(case, entered_at=left), due_at=due)
    else:
        due = opening(left, left + _AFTER_LATE, scene.policy, scene.zone)
        moved = put(case, due_at=due)
    return Moved((moved,), case.state, "its letter left late") if due is not None and due > scene.now else None


def _held(letter: Letter) -> bool:
    """An attempt that a human has not let go is no attempt yet; nothing else stands still because one letter is held."""
    return letter.attempt and letter.state is LetterState.HELD


def _left_late(letter: Letter, case: Case) -> bool:
    return letter.sent_at is not None and case.entered_at is not None and letter.sent_at - case.entered_at > _ON_TIME


def resumed(scene: Scene, case: Case, day_after: datetime) -> tuple[Effect, ...]:
    """After a pause or a mended address the wait starts afresh, counted from `day_after` (CONTRACT.md section 9, Time)."""
    ladder = scene.ladder(case)
    if ladder is None or case.state not in ladder.states or (case.due_at is None and not case.data.get("broken_told")):
        return ()
    state = ladder.states[case.state]
    if not (state.wait and not state.within):
        due = (
            max(case.due_at, slot(day_after, scene.policy, scene.zone))
            if case.due_at
            else slot(day_after, scene.policy, scene.zone)
        )
    else:
        fresh = due_moment(scene, case, state, day_after)
        due = fresh if fresh is not None else slot(day_after, scene.policy, scene.zone)
    last = last_moment(scene, state, case.entered_at or scene.now)
    if last is not None and state.overdue and not case.data.get("overdue_told"):
        due = min(due, max(last, scene.now))  # then the delay is told, and the pause goes on
    data = {key: value for key, value in case.data.items() if key != "broken_told"}
    return (put(replace(case, data=data), due_at=due),)


def roles_on(scene: Scene, person: Person, case: Case) -> frozenset[str]:
    return roles_towards(scene.situation, person, case)


def leaves_at(scene: Scene, roles: frozenset[str]) -> datetime:
    """When letters leave that follow somebody's word: a duty's after the hold time, a participant's at the next slot."""
    if roles & {"mwoc", "staff", "coordinator", "admin", "clinical_coordinator", "trainer"}:
        return after_hold(scene.now, scene.policy, scene.zone)
    return slot(scene.now, scene.policy, scene.zone)
