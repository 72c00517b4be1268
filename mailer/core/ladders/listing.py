"""What ladders about a directory may do and ask: applications, certifications, days gone by, the length of a notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from db.records import Case
from mailer.core.ladders.applying import applied_again, certified, is_qualified
from mailer.core.telling.directory import earliest_end, is_past, is_shown
from mailer.core.world.moments import month_in_words
from mailer.core.world.registers import Condition, Done, Verb
from mailer.core.world.scene import Scene
from mailer.core.world.who import holders, mentor_of
from mailer.model.decision import AddNote, PutPerson


def _present(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """The person is not away any more, whatever was said before."""
    return (() if case.subject_id is None else (PutPerson(case.subject_id, {"away_until": None}),)), case


def _applied(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    return applied_again(scene, case), case


def _certify(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    return certified(scene, case), case


def _counts(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Numbers of a month for a duty's summary, nothing about persons: `counts staff directory_month` (R-224)."""
    reader = next(iter(holders(scene.situation, words[0])), None)
    if reader is None:
        return (), case
    mentors = [person for person in scene.situation.people.values() if "mentor" in person.roles]
    listed = sum(bool(person.extra.get("listed")) for person in mentors)
    facts: dict[str, object] = {
        "month": month_in_words(scene.text(case, "month") or scene.month),
        "listed": listed,
        "unlisted": len(mentors) - listed,
        "requests": scene.situation.counted.get("directory", (0, 0))[0],
        "ends": scene.situation.counted.get("mentoring_ended", (0, 0))[1],
    }
    return (AddNote(reader.id, words[1], facts),), case


def _passed(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether a remembered day has gone by."""
    subject = scene.person(case.subject_id)
    return subject is not None and is_past(subject, words[0], scene.today)


def _qualified(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    return is_qualified(scene)


def _notice_long_enough(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    day = scene.words.get("date")
    return isinstance(day, date) and day >= earliest_end(scene)


def _in_directory(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    mentor = mentor_of(scene.situation, case)
    return mentor is not None and is_shown(mentor, scene.today)


VERBS: Mapping[str, Verb] = {
    "present": Verb(0, _present),
    "applied": Verb(0, _applied),
    "certify": Verb(0, _certify),
    "counts": Verb(2, _counts),
}
CONDITIONS: Mapping[str, Condition] = {
    "passed": Condition(1, _passed),
    "qualified": Condition(0, _qualified),
    "notice_long_enough": Condition(0, _notice_long_enough),
    "in_directory": Condition(0, _in_directory),
}
