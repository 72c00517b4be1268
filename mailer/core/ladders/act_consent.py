"""What ladders of releases and hand-overs may do (`do = [...]`): part of the closed list in `core/ladders/verbs.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from db.records import Case
from mailer.core.telling.facts import recipients
from mailer.core.world.disclosure import view
from mailer.core.world.registers import Done, Verb
from mailer.core.world.released import last_evaluation, match_in, willing
from mailer.core.world.scene import Scene
from mailer.core.world.who import subject_of
from mailer.model.consent import CountAnswers, NotKept
from mailer.model.decision import AddNote, AnswerAgain, BringForward, PutMatch, PutPerson


def _afresh(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """What was asked before is no longer open: the next letter is a first one again."""
    return (), replace(case, data={key: value for key, value in case.data.items() if not key.startswith("seen ")})


def _hand_over(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """The pair is on its own from today (R-118)."""
    match = match_in(scene, case)
    return (() if match is None else (PutMatch(match.id, "active", scene.today),)), case


def _bring_own(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Another walk about the same pair is due now."""
    return (() if case.match_id is None else (BringForward(words[0], words[1], scene.now, case.match_id),)), case


def _basis(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Record why somebody can be a mentor, and by which threshold; never a proof or a date of recovery (R-101, R-102)."""
    subject = subject_of(scene.situation, case)
    basis = scene.words.get("basis")
    if subject is None or not isinstance(basis, str):
        return (), case
    marks = {
        "eligible": basis,
        "eligible_on": scene.today.isoformat(),
        "eligible_months": scene.policy.number("eligibility.months"),
    }
    return (PutPerson(subject.id, {"extra": {**subject.extra, **marks}}),), case


def _pass_answers(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Numbered answers, else the words of the mail, go to one role alone, in the next digest (R-108)."""
    role, kind = words
    given = scene.words.get("answers")
    text = "; ".join(f"{number}: {answer}" for number, answer in given.items()) if isinstance(given, Mapping) else ""
    text = text or str(scene.words.get("text") or "")
    subject = subject_of(scene.situation, case)
    about = case.about if subject is None or case.about in subject.roles else "participant"
    shown = view(scene, role, about, subject)
    return tuple(AddNote(person.id, kind, {"person": shown, "text": text[:4000]}) for person in recipients(scene, case, role)), case


def _not_kept(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    return (NotKept(f"{case.ladder}: {case.state}"),), case


def _count_answers(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Add numbers to the month's counters, once for each question of a letter; the walk remembers only which were answered."""
    given, sender = scene.words.get("answers"), scene.words.get("by")
    if not isinstance(given, Mapping) or not isinstance(sender, int):
        return (), case
    key = f"answered {last_evaluation(scene, sender, case)}"
    before = scene.text(case, key).split()
    fresh = {str(number): value for number, answer in given.items() if (value := one_to_five(answer)) and str(number) not in before}
    kept = replace(case, data={**case.data, key: " ".join([*before, *sorted(fresh)])})
    return ((CountAnswers(scene.month, fresh), NotKept("answers are counted without a name")) if fresh else ()), kept


def one_to_five(answer: object) -> int:
    """The number of an answer such as "4" or "4 of 5"; 0 where it is none from 1 to 5."""
    first = str(answer).split()[:1]
    digits = first[0].strip(".,;:)/") if first else ""
    return int(digits) if digits in ("1", "2", "3", "4", "5") else 0


def _ask_next(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """The walk turns to the next person who is willing to be asked; none is marked where nobody is left (R-114)."""
    asker = scene.number(case, "asker")
    before = tuple(int(number) for number in scene.text(case, "asked").split())
    found = next(willing(scene, asker, before), None)
    data = {key: value for key, value in case.data.items() if key != "candidate"}
    if found is None:
        return (), replace(case, subject_id=asker, data=data)
    data |= {"candidate": found.id, "asked": " ".join(str(number) for number in (*before, found.id))}
    return (), replace(case, subject_id=found.id, data=data)


def _answer_waiting(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """What a person wrote before their address was confirmed is answered now."""
    numbers = scene.text(case, "waiting").split()
    return tuple(AnswerAgain(int(number)) for number in numbers), replace(case, data={**case.data, "waiting": ""})


VERBS: Mapping[str, Verb] = {
    "afresh": Verb(0, _afresh),
    "hand_over": Verb(0, _hand_over),
    "bring_own": Verb(2, _bring_own),
    "basis": Verb(0, _basis),
    "pass_answers": Verb(2, _pass_answers),
    "not_kept": Verb(0, _not_kept),
    "count_answers": Verb(0, _count_answers),
    "ask_next": Verb(0, _ask_next),
    "answer_waiting": Verb(0, _answer_waiting),
}
