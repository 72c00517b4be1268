"""The questions a ladder may ask before it takes an exit (`if = [...]`); a closed list."""

from __future__ import annotations

from db.records import Case, EventKind, LetterState
from mailer.core.attempts import attempts_at, enough_in_a_month, signs_of_life
from mailer.core.facts import kept_links, own_mentors
from mailer.core.forms import ready_rows
from mailer.core.scene import Scene
from mailer.core.who import holder, mentees_of
from mailer.model.program import State


def holds(scene: Scene, case: Case, state: State, condition: str) -> bool:
    """Whether one condition holds; "not X" turns it round, "policy KEY" reads a policy flag."""
    if condition.startswith("not "):
        return not holds(scene, case, state, condition.removeprefix("not "))
    if condition.startswith("policy "):
        return scene.policy.flag(condition.removeprefix("policy "))
    person = holder(scene.situation, state.waits_for or "mentor", case, ()) if case.about != "program" else None
    match condition:
        case "enough_attempts":
            if person is None:
                return False
            tried = attempts_at(scene.situation, person.id, scene.policy.number("attempt.min_gap_days"), scene.zone)
            return enough_in_a_month(tried, scene.policy.number("attempt.count"))
        case "attempts_left":
            return _tried(scene, case, ("check_in", "check_in_again")) < scene.policy.number("attempt.count")
        case "handover_attempts_left":
            return _tried(scene, case, ("welcome_check_in", "welcome_check_in_again")) < scene.policy.number("handover.attempts")
        case "signs":
            return person is not None and bool(signs_of_life(scene.situation, person.id, case.opened_at))
        case "unproved_sign":
            return person is not None and _unproved(scene, case, person.id)
        case "form_ready":
            coordinator = scene.person(case.subject_id)
            month = scene.text(case, "month") or scene.month
            return coordinator is not None and any(not row.sent for row in ready_rows(scene, coordinator, month))
        case "has_mentees":
            subject = scene.person(case.subject_id)
            if subject is None:
                return False
            return (
                bool(own_mentors(scene, subject)) if case.about == "coordinator" else bool(mentees_of(scene.situation, subject.id))
            )
        case "kit_complete":
            links = kept_links(scene, case)
            return bool(links.get("mentor")) and bool(links.get("mentee"))
        case "first_moment":
            return case.opened_at == scene.now
        case _:
            raise ValueError(f"unknown condition {condition!r}")


def _tried(scene: Scene, case: Case, names: tuple[str, ...]) -> int:
    """Letters of this round of the walk that were sent as attempts, whether or not they came back."""
    since = case.data.get("round")
    first = int(since) if isinstance(since, int) else 0
    prefix = case.key + "/"
    return sum(
        1
        for letter in scene.situation.letters
        if letter.attempt
        and letter.name in names
        and letter.key.startswith(prefix)
        and letter.state is LetterState.SENT
        and int(letter.key[len(prefix) :].partition("/")[0]) >= first
    )


def _unproved(scene: Scene, case: Case, person_id: int) -> bool:
    """An unproved sign of life since the first attempt of this walk (CONTRACT.md section 9, Proof of the sender)."""
    sent = [
        letter.sent_at
        for letter in scene.situation.letters
        if letter.case_id == case.id and letter.attempt and letter.sent_at is not None and letter.to_id == person_id
    ]
    first = min(sent, default=None)
    return first is not None and any(
        event.kind is EventKind.SIGN_OF_LIFE and event.at >= first
        for event in scene.situation.events
        if event.person_id == person_id
    )
