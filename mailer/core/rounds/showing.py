"""REHEARSE SURVEY: who would get the survey, what three of them would read, who is left out and why; SEND and its code arms it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from db.records import Case, Person, PersonState
from mailer.core.ladders.putting import put
from mailer.core.ladders.walk import Moved, happened, leaves_at, roles_on
from mailer.core.rounds.blast import gets, letter_to
from mailer.core.telling.facts import answered_survey, kept_links, own_mentors
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import may_write_to, said
from mailer.core.world.disclosure import view
from mailer.core.world.moments import in_words, local_day
from mailer.core.world.scene import Scene
from mailer.core.world.who import mentees_of
from mailer.model.decision import Enqueue
from mailer.model.mail import Command
from mailer.model.program import Ladder, State
from mailer.model.shown import Shown

_ASKS = frozenset({"mwoc", "staff", "admin", "coordinator"})
_SAMPLES = 3


@dataclass(frozen=True, slots=True)
class _Plan:
    """A blast as it would leave now."""

    case: Case
    letters: tuple[Enqueue, ...]
    roles: tuple[str, ...]  # of each letter's addressee
    left_out: tuple[tuple[Person, str], ...]  # and why, as a sentence kind
    on: datetime | None


def rehearse_survey(account: Transcript, person: Person, text: str) -> None:
    """Show the next blast to a duty, or to a coordinator their own part of it. A duty's rehearsal holds it until SEND."""
    scene = account.scene
    if not person.roles & _ASKS:
        account.refuse(text, "not_your_word", word="REHEARSE SURVEY")
        return
    duty = bool(person.roles & (_ASKS - {"coordinator"}))
    plan = _plan(scene, None if duty else _own(scene, person))
    if plan is None:
        account.refuse(text, "rehearsal_nothing")
        return
    counts = {role: plan.roles.count(role) for role in ("mentor", "mentee")}
    on = in_words(local_day(plan.on, scene.zone)) if plan.on is not None else ""
    links = kept_links(scene, plan.case)
    ready = bool(links.get("mentor")) and bool(links.get("mentee"))
    code = code_of(plan.case, links)
    if duty and ready:
        account.does(put(replace(plan.case, data={**plan.case.data, "rehearsed": code})))
    account.line(text, "rehearsed", count=len(plan.letters), mentors=counts["mentor"], mentees=counts["mentee"], date=on)
    role = next(iter(sorted(person.roles & _ASKS, key=("mwoc", "staff", "admin", "coordinator").index)))
    for left, why in plan.left_out:
        about = "mentor" if "mentor" in left.roles else "mentee"
        seen = view(scene, "staff" if role == "admin" else role, about, left)
        account.tell([{"said": str(seen.get("name") or seen.get("first_name") or left.ref), "done": said(why), "offered": False}])
    if not ready:
        account.tell([{"said": text, "done": said("rehearsed_without_links"), "offered": False}])
        return
    account.samples = [Shown(item.letter, item.facts) for item in _different(plan)]
    if duty:
        account.tell([{"said": f"SEND {code}", "done": said("rehearsed_waits", date=on), "offered": True}])


def arm(account: Transcript, person: Person, command: Command, text: str) -> bool:
    """SEND and the code of a rehearsal: the survey leaves at its moment. False where the word names no code."""
    given = str(command.arguments.get("who", "")).upper()
    if len(given) != 5 or given[0] != "S" or not given[1:].isdigit():
        return False
    scene = account.scene
    if not person.roles & (_ASKS - {"coordinator"}):
        account.refuse(text, "not_your_word", word="SEND")
        return True
    case = next((item for item in scene.situation.cases if item.closed_at is None and item.data.get("rehearsed")), None)
    if case is None or case.data.get("rehearsed") != given or code_of(case, kept_links(scene, case)) != given:
        account.refuse(text, "rehearsal_old", ["REHEARSE SURVEY"])
        return True
    armed = replace(case, data={key: value for key, value in case.data.items() if key != "rehearsed"})
    account.does(put(armed))
    roles = roles_on(scene, person, armed)
    moved = happened(account.scene, armed, "armed", roles, leaves_at(account.scene, roles))
    if isinstance(moved, Moved):
        account.does(*moved.effects)
        account.because.append(moved.because)
    account.because.append("the survey is armed")
    plan = _plan(account.scene, None)
    on = plan.on if plan is not None else None
    account.line(text, "rehearsal_armed", date=in_words(local_day(on, scene.zone)) if on is not None else "")
    return True


def code_of(case: Case, links: Mapping[str, str]) -> str:
    """The code of what was shown: other links, or another month, have another one."""
    shown = "\n".join((case.key, str(case.data.get("month", "")), *(f"{role}={links[role]}" for role in sorted(links))))
    return f"S{int.from_bytes(hashlib.sha256(shown.encode()).digest()[:4], 'big') % 10_000:04}"


def _own(scene: Scene, coordinator: Person) -> frozenset[int]:
    own = own_mentors(scene, coordinator)
    return frozenset(
        {mentor.id for mentor in own} | {mentee.id for mentor in own for mentee in mentees_of(scene.situation, mentor.id)}
    )


def _plan(scene: Scene, only: frozenset[int] | None) -> _Plan | None:
    """The blast that lies ahead in the program's walk, for everybody or for some; None where none does."""
    for case in scene.situation.cases:
        ladder = scene.ladder(case)
        if case.about != "program" or case.closed_at is not None or ladder is None or case.state not in ladder.states:
            continue
        found = _ahead(ladder, case.state)
        if found is None:
            continue
        letters: list[Enqueue] = []
        roles: list[str] = []
        left_out: list[tuple[Person, str]] = []
        people = sorted(scene.situation.people.values(), key=lambda person: (person.name.casefold(), person.id))
        linked = replace(case, data={**case.data, "links": kept_links(scene, case)})
        for person in people:
            for role, letter in found.blast.items():
                if (only is not None and person.id not in only) or not gets(scene, person, role):
                    continue
                if answered_survey(scene, person.id, scene.text(case, "month") or scene.month):
                    left_out.append((person, "left_out answered"))
                elif not may_write_to(person, scene.book.classes.get(letter)):
                    left_out.append((person, _why(person)))
                else:
                    letters.append(letter_to(scene, linked, person, role, letter))
                    roles.append(role)
        return _Plan(case, tuple(letters), tuple(roles), tuple(left_out), case.due_at)
    return None


def _ahead(ladder: Ladder, name: str) -> State | None:
    """The first blast to which time, or the links that are awaited, lead from a state that is not one itself."""
    if ladder.states[name].blast:
        return None
    seen, todo = {name}, [name]
    while todo:
        for exit in ladder.states[todo.pop(0)].exits:
            if exit.when in ("time", "kit", "armed") and exit.to and exit.to not in seen:
                if ladder.states[exit.to].blast:
                    return ladder.states[exit.to]
                if not ladder.states[exit.to].month or exit.when == "kit":
                    seen.add(exit.to)
                    todo.append(exit.to)
    return None


def _why(person: Person) -> str:
    if person.state is PersonState.STOPPED:
        return "left_out stopped"
    if person.address_broken_on is not None:
        return "left_out address"
    return "left_out safety" if person.held_by_safety else "left_out inactive"


def _different(plan: _Plan) -> tuple[Enqueue, ...]:
    """Three samples, of each role one at least."""
    firsts = [plan.letters[plan.roles.index(role)] for role in ("mentor", "mentee") if role in plan.roles]
    return tuple((firsts + [item for item in plan.letters if item not in firsts])[:_SAMPLES])
