"""The questions a ladder may ask before it takes an exit (`if = [...]`); a closed list."""

from __future__ import annotations

from datetime import timedelta

from db.records import Case, EventKind, Letter, LetterState, Person
from mailer.core.attempts import enough_in_a_month, signs_for, unanswered
from mailer.core.facts import kept_links, own_mentors
from mailer.core.forms import ready_rows
from mailer.core.scene import Scene
from mailer.core.who import mentees_of, subject_of


def holds(scene: Scene, case: Case, condition: str) -> bool:
    """Whether one condition holds; "not X" turns it round, "policy KEY" reads a policy flag."""
    if condition.startswith("not "):
        return not holds(scene, case, condition.removeprefix("not "))
    if condition.startswith("policy "):
        return scene.policy.flag(condition.removeprefix("policy "))
    person = subject_of(scene.situation, case)
    match condition:
        case "enough_attempts":
            return person is not None and _enough(scene, person)
        case "attempts_left":
            return len(_tried(scene, case, ("check_in", "check_in_again"))) < scene.policy.number("attempt.count")
        case "handover_attempts_left":
            return _more(scene, case, ("welcome_check_in", "welcome_check_in_again"), scene.policy.number("handover.attempts"))
        case "mentee_attempts_left":
            return _more(scene, case, ("mentee_check_in",), scene.policy.number("mentee_case.mwoc_attempts"))
        case "signs":
            return person is not None and bool(signs_for(scene.situation, case, person.id))
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


def _enough(scene: Scene, person: Person) -> bool:
    """Attempts enough in one month, none of them answered, and the silence after each of them long enough."""
    silent_since = scene.today - timedelta(days=scene.policy.number("attempt.wait_days"))
    tried = unanswered(scene.situation, person.id, scene.policy.number("attempt.min_gap_days"), scene.zone)
    old = tuple(attempt for attempt in tried if attempt.on <= silent_since)
    return enough_in_a_month(old, scene.policy.number("attempt.count"))


def _tried(scene: Scene, case: Case, names: tuple[str, ...] = ()) -> tuple[Letter, ...]:
    """Letters of this round of the walk that were sent as attempts, whether or not they came back."""
    since = case.data.get("round")
    first = int(since) if isinstance(since, int) else 0
    prefix = case.key + "/"
    return tuple(
        letter
        for letter in scene.situation.letters
        if letter.attempt
        and (not names or letter.name in names)
        and letter.key.startswith(prefix)
        and letter.state is LetterState.SENT
        and int(letter.key[len(prefix) :].partition("/")[0]) >= first
    )


def _more(scene: Scene, case: Case, names: tuple[str, ...], wanted: int) -> bool:
    """Whether one more letter is due: what came back does not count; but twice as many as wanted are enough for a human to look."""
    tried = _tried(scene, case, names)
    return sum(letter.bounced_at is None for letter in tried) < wanted and len(tried) < 2 * wanted


def _unproved(scene: Scene, case: Case, person_id: int) -> bool:
    """An unproved sign of life since the first attempt of this round (CONTRACT.md section 9, Proof of the sender)."""
    sent = [letter.sent_at for letter in _tried(scene, case) if letter.sent_at is not None and letter.to_id == person_id]
    first = min(sent, default=None)
    return first is not None and any(
        event.kind is EventKind.SIGN_OF_LIFE and event.at >= first
        for event in scene.situation.events
        if event.person_id == person_id
    )
