"""A ladder walked in silence on paper: the same decisions the service would take, with people who never write, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from db.records import Case, Letter, LetterState, Match, Person, PersonState, Situation
from mailer.core.decide import decide
from mailer.core.ladders.walk import begin, happened
from mailer.core.world.fold import after
from mailer.core.world.moments import in_words, local_day, moment
from mailer.core.world.scene import Scene
from mailer.core.world.who import MEMBERS
from mailer.model.decision import Effect, Enqueue, TimePassed
from mailer.model.program import Ladder, Rulebook

_DUTIES = ("mwoc", "staff", "coordinator", "clinical_coordinator", "trainer")
_MOST_STEPS = 40
_MOST_DAYS = 120
_MARKED_DAYS = 30  # how far ahead a day on record lies in the example
_HUMAN = ("CONFIRM", "SEND")  # what a human most likely writes where only a word leads on


@dataclass(frozen=True, slots=True)
class Day:
    """What happens on one day of the example."""

    on: date
    lines: tuple[str, ...]


def worked(ladder: Ladder, book: Rulebook, year: int) -> tuple[Day, ...]:
    """The example of a ladder: a walk that begins on 1 March and to which nobody answers, up to its end or four months on."""
    zone = book.program.timezone
    began = date(year, 3, 1) if not ladder.opens.startswith("word:") else date(year, 3, 10)
    now = moment(began, time(9, 0), zone)
    scene = Scene(book, _village(book, ladder, began), now - timedelta(minutes=1))
    subject = next((person for person in scene.situation.people.values() if _subject_role(ladder, book) in person.roles), None)
    about_match = ladder.about == "match"
    effects = begin(scene, ladder, _KEY, subject=None if about_match else subject, match_id=1 if about_match else None, at=now)
    found: list[tuple[date, str]] = []
    seen: dict[str, int] = {}
    for _ in range(_MOST_STEPS):
        scene = _recorded(after(scene, effects), effects)
        case = next(case for case in scene.situation.cases if case.key == _KEY)
        entered = local_day(case.entered_at or scene.now, zone)
        seen[case.state] = seen.get(case.state, 0) + 1
        if seen[case.state] > 1 and not case.data.get("cursor"):
            found.append((entered, f"({case.state}) and so on, as above"))
            break
        found.append((entered, f"({case.state}) {ladder.states[case.state].says}"))
        found += [(local_day(effect.not_before, zone), _letter(effect, scene)) for effect in effects if isinstance(effect, Enqueue)]
        if case.closed_at is not None or (entered - began).days > _MOST_DAYS:
            break
        moved = _onward(scene, case)
        if moved is None:
            break
        scene, effects, word = moved
        if word:
            found.append((local_day(scene.now, zone), f"Here a human writes {word}."))
    return tuple(_days(found))


_KEY = "example/1"


def _onward(scene: Scene, case: Case) -> tuple[Scene, tuple[Effect, ...], str] | None:
    """The next decision: by time where time moves the walk, else by the likeliest word of a human."""
    if case.due_at is not None:
        now = max(case.due_at, scene.now)
        page = () if "cursor" in case.data else tuple(scene.situation.people)
        later = Scene(scene.book, replace(scene.situation, case=case, page=page), now)
        return later, decide(later.situation, TimePassed(case.due_at), scene.book, now).effects, ""
    for word in _HUMAN:
        later = replace(scene, now=scene.now + timedelta(hours=2))
        moved = happened(later, case, f"word:{word}", frozenset(_DUTIES), later.now)
        effects = getattr(moved, "effects", None)
        if effects:
            return later, effects, word
    return None


def _recorded(scene: Scene, effects: tuple[Effect, ...]) -> Scene:
    """The letters of a decision as they will have left by the next one."""
    letters = list(scene.situation.letters)
    for effect in effects:
        if isinstance(effect, Enqueue):
            letters.append(
                Letter(
                    len(letters) + 1,
                    scene.situation.program,
                    effect.key,
                    effect.letter,
                    "",
                    LetterState.SENT,
                    "",
                    effect.not_before,
                    effect.not_before,
                    to_id=effect.to_id,
                    case_id=0,
                    attempt=effect.attempt,
                    sent_at=effect.not_before,
                )
            )
    return replace(scene, situation=replace(scene.situation, letters=tuple(letters)))


def _letter(effect: Enqueue, scene: Scene) -> str:
    person = scene.person(effect.to_id)
    whom = "the program's inbox" if person is None else f"the {next(iter(sorted(person.roles)))}"
    counts = ", an attempt" if effect.attempt else ""
    return f"{effect.letter} to {whom}{counts}"


def _days(found: list[tuple[date, str]]) -> Iterator[Day]:
    for day in sorted({on for on, _ in found}):
        yield Day(day, tuple(dict.fromkeys(line for on, line in found if on == day)))


def _village(book: Rulebook, ladder: Ladder, began: date) -> Situation:
    """One of each: the duties, and a pair that knows each other since before."""
    roles = [*_DUTIES, *MEMBERS]
    people = {
        number: Person(
            number, book.program.key, f"X{number}", role.replace("_", " ").title(), f"{role}@example.org", frozenset({role})
        )
        for number, role in enumerate(roles, 1)
    }
    ids = {role: number for number, role in enumerate(roles, 1)}
    for role in MEMBERS:
        leads = ids["clinical_coordinator" if role == "participant" else "coordinator"]
        people[ids[role]] = replace(people[ids[role]], coordinator_id=leads, approved_on=began, since=began)
    people = {number: _on_record(person, began) for number, person in people.items()}
    subject = ids.get(_subject_role(ladder, book), 0)
    if subject:
        people[subject] = _as_it_begins(people[subject], ladder, began)
    partner = ids["participant"] if book.policy.word("involvement") == "handoff" else ids["mentee"]
    pair = Match(1, book.program.key, ids["mentor"], partner, since=began)
    return Situation(book.program.key, people, (pair,), loads={ids["coordinator"]: 1})


def _subject_role(ladder: Ladder, book: Rulebook) -> str:
    """Whom the example is about; a ladder for anybody is shown with somebody the program is for."""
    anybody = {"handoff": "participant", "log": "specialist"}.get(book.policy.word("involvement"), "mentee")
    return anybody if ladder.about == "person" else ladder.about


def _on_record(person: Person, began: date) -> Person:
    """What is remembered of somebody with whom all goes its usual way: a mentor is listed, a specialist enrolled that day."""
    if "mentor" in person.roles:
        return replace(person, extra={"listed": True})
    return replace(person, extra={"enrolled": began.isoformat()}) if "specialist" in person.roles else person


def _as_it_begins(person: Person, ladder: Ladder, began: date) -> Person:
    """The person of whom it holds what the ladder begins with."""
    match ladder.opens.split():
        case ["held"]:
            return replace(person, held_by_safety=True)
        case ["unconfirmed"]:
            return replace(person, state=PersonState.UNCONFIRMED)
        case ["marked", name]:
            return replace(person, extra={**person.extra, name: (began + timedelta(days=_MARKED_DAYS)).isoformat()})
        case ["outdated", kind]:
            return replace(person, extra={**person.extra, f"{kind}_version": "an earlier one"})
        case _:
            return person


def told(ladder: Ladder, book: Rulebook, year: int) -> Iterator[str]:
    """The example as lines."""
    days = worked(ladder, book, year)
    if not days:
        return
    yield f"  For example, a walk that begins on {in_words(days[0].on)}, to which nobody answers:"
    for day in days:
        for number, line in enumerate(day.lines):
            yield f"       {in_words(day.on) if not number else '':<18} {line}"
