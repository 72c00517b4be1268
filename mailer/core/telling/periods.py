"""Times that the policy sets, as letters and sentences say them: "a week", "10 days". Nobody writes such a number twice (R-035)."""

from __future__ import annotations

from collections.abc import Mapping

from mailer.core.world.scene import Scene
from mailer.model.decision import Say

# By letter or sentence: the fact that it reads, and the policy key that is meant.
PERIODS: Mapping[str, tuple[str, str]] = {
    "mentor_silent": ("wait", "handover.wait_days"),
    "welcome_check_in_again": ("wait", "handover.wait_days"),
    "good_fit_survey": ("wait", "good_fit.remind_days"),
    "mentor_sign_off": ("within", "first_contact.within_days"),
    "tells_by_telephone": ("within", "first_contact.within_days"),
    "problem_planned": ("within", "problem.followup_days"),
    "problem_overdue": ("within", "problem.followup_days"),
}


def periods(scene: Scene, name: str) -> dict[str, object]:
    """The times that a letter or a sentence of the summary may name; nothing where the program has no such key."""
    fact, key = PERIODS.get(name, ("", ""))
    if key not in scene.policy.values:
        return {}
    days = scene.policy.number(key)
    return {fact: Say("period", {"days": days, "weeks": 0 if days % 7 else days // 7})}
