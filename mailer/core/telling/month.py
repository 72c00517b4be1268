"""The month in figures for the mwoc: contacts, attempts, forms and matches, and the coordinators' minutes as a whole.

Figures are of the program, never of a person: there is no score of anybody's diligence (R-041).
"""

from __future__ import annotations

from collections.abc import Mapping

from db.records import EventKind, Letter, MatchState, Person
from mailer.core.telling.facts import own_mentors
from mailer.core.telling.forms import draft_rows, sheet
from mailer.core.world.attempts import attempts_at
from mailer.core.world.moments import local_day, month_in_words, month_of
from mailer.core.world.scene import Scene
from mailer.core.world.who import holders
from mailer.model.decision import Say

# Minutes that a letter asks of a coordinator. Those of the program's own description: 5 for a new mentor, 15 to 20 each for the
# surveys' results and for the form (REQUIREMENTS.md 1.4); the others are estimates.
MINUTES: Mapping[str, int] = {
    "assignment": 5,
    "survey_digest": 18,
    "contact_form_draft": 18,
    "digest": 4,
    "problem_plan": 10,
    "not_understood": 2,
    "confirm_sender": 1,
    "address_question": 3,
    "team_invitation": 3,
}
OTHERWISE = 3
NOTHING = frozenset({"receipt", "safety_answer", "contact_form"})  # to be read, not to be done
DESCRIBED = (105, 180)  # minutes a coordinator gives a month by the program's own description (REQUIREMENTS.md 1.4)


def asked_minutes(letters: tuple[Letter, ...]) -> int:
    """What these letters ask of their readers, in minutes."""
    return sum(MINUTES.get(letter.name, OTHERWISE) for letter in letters if letter.name not in NOTHING)


def report_of(scene: Scene, month: str) -> dict[str, object] | None:
    """The figures of a month, "2027-10"; None where the program had nothing to do in it."""
    coordinators = tuple(person for person in holders(scene.situation, "coordinator") if own_mentors(scene, person))
    mentors = tuple(mentor for person in coordinators for mentor in own_mentors(scene, person))
    gap = scene.policy.number("attempt.min_gap_days")
    tried = [
        attempt
        for mentor in _mentors(scene)
        for attempt in attempts_at(scene.situation, mentor.id, gap, scene.zone)
        if month_of(attempt.on) == month
    ]
    counted = sum(attempt.counts for attempt in tried)
    reached = _reached(scene, mentors, month)
    if not mentors or not (tried or reached):
        return None
    sent = [person for person in coordinators if _form_sent(scene, person, month)]
    bars = [
        _bar("bar contacts", reached, len(mentors)),
        _bar("bar attempts", counted, len(tried)),
        _bar("bar forms", len(sent), len(coordinators)),
        *_matches(scene),
    ]
    return {
        "month": month_in_words(month),
        "bars": bars,
        "missing": [person.name for person in coordinators if person not in sent],
        "effort": _effort(scene, coordinators, month),
    }


def compiled(scene: Scene, month: str) -> tuple[tuple[str | Say, ...], ...]:
    """All rows of the month that were sent, coordinator by coordinator, as one sheet; empty where none was."""
    found = tuple(
        row
        for person in holders(scene.situation, "coordinator")
        for row in draft_rows(scene, person, month)
        if row.sent and (row.summary or row.issues)
    )
    return sheet(found, scene.policy.word("contact_form.columns")) if found else ()


def _mentors(scene: Scene) -> tuple[Person, ...]:
    return tuple(person for person in scene.situation.people.values() if "mentor" in person.roles)


def _reached(scene: Scene, mentors: tuple[Person, ...], month: str) -> int:
    heard = {event.person_id for event in scene.situation.events if event.kind is EventKind.CONTACT and month_of(event.on) == month}
    return sum(mentor.id in heard for mentor in mentors)


def _form_sent(scene: Scene, coordinator: Person, month: str) -> bool:
    return any(
        entry.coordinator_id == coordinator.id and entry.month == month and entry.sent_at is not None
        for entry in scene.situation.forms
    )


def _matches(scene: Scene) -> list[dict[str, object]]:
    total = len(scene.situation.matches)
    counts = {state: sum(match.state is state for match in scene.situation.matches) for state in MatchState}
    return [_bar(f"bar {state.value}", count, total) for state, count in counts.items() if count]


def _bar(label: str, count: int, of: int) -> dict[str, object]:
    percent = round(100 * count / of) if of else 0
    return {"label": Say(label), "percent": percent, "said": Say("bar said", {"count": count, "of": of})}


def _effort(scene: Scene, coordinators: tuple[Person, ...], month: str) -> Say:
    ids = {person.id for person in coordinators}
    letters = tuple(
        letter
        for letter in scene.situation.letters
        if letter.to_id in ids and letter.sent_at is not None and month_of(local_day(letter.sent_at, scene.zone)) == month
    )
    asking = sum(letter.name not in NOTHING for letter in letters)
    each = round(asked_minutes(letters) / max(1, len(coordinators)))
    low, high = DESCRIBED
    return Say("effort", {"letters": asking, "coordinators": len(coordinators), "minutes": each, "low": low, "high": high})
