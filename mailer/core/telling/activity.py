"""An activity of items to say yes, no or "?" to: asked, answered in several mails, and answered back (R-309, R-310, 4F)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from db.records import Case, Person
from mailer.core.world.registers import Condition, Done, Verb
from mailer.core.world.scene import Scene
from mailer.core.world.who import holders, subject_of
from mailer.model.decision import AddNote, Say
from mailer.model.program import Item

_SAYS = {
    "Y": ("y", "yes", "yep", "yeah", "true", "is", "mentor"),
    "N": ("n", "no", "nope", "not", "false", "isn't"),
    "?": ("?", "unsure", "maybe", "perhaps", "don't know", "do not know", "dont know", "not sure", "no idea", "i don't know"),
}
_EDGE = re.compile(r"^[\s.,;:!()'\"*_-]+|[\s.,;:!()'\"*_-]+$")
_FIRST = re.compile(r"[^\s.,;:!()]+")


def verdict(answer: str) -> str:
    """ "Y", "N" or "?" for what somebody wrote behind a number; "" where it is none of them."""
    text = _EDGE.sub("", answer).casefold().replace("\u2019", "'")
    if text and not text.strip("?"):
        return "?"
    for found, words in _SAYS.items():
        if text in words:
            return found
    if any(text.startswith(words) for words in _SAYS["?"] if " " in words):
        return "?"
    first = _FIRST.match(text)
    word = first.group() if first is not None else ""
    return next((found for found, words in _SAYS.items() if word in words and word not in ("is", "not")), "")


def items_of(scene: Scene, case: Case) -> tuple[Item | None, ...]:
    """The items a walk asks about, in their order; None for one that has been taken out of the rules meanwhile."""
    known = {item.key: item for item in scene.book.items}
    keys = case.data.get("items")
    return tuple(known.get(str(key)) for key in keys) if isinstance(keys, (list, tuple)) else ()


def given(case: Case) -> dict[str, str]:
    """The answers a walk has been given, by number."""
    found = case.data.get("given")
    return {str(number): str(answer) for number, answer in found.items()} if isinstance(found, Mapping) else {}


def open_items(scene: Scene, case: Case) -> tuple[int, ...]:
    """The numbers of the items without an answer; what was taken out of the rules needs none."""
    answered = given(case)
    return tuple(number for number, item in enumerate(items_of(scene, case), 1) if item is not None and str(number) not in answered)


def _in_hand(scene: Scene, case: Case) -> Case:
    """The walk with the answers of the mail in hand; the later answer counts, and what is none stays out."""
    said = scene.words.get("answers")
    if not isinstance(said, Mapping):
        return case
    possible = {str(number) for number in range(1, len(items_of(scene, case)) + 1)}
    read = {str(number): verdict(str(answer)) for number, answer in said.items() if str(number) in possible}
    kept = {**given(case), **{number: answer for number, answer in read.items() if answer}}
    return replace(case, data={**case.data, "given": dict(sorted(kept.items(), key=lambda pair: int(pair[0])))})


def activity_facts(scene: Scene, case: Case) -> dict[str, object]:
    """What letters about an activity may say; empty for any other walk."""
    if "items" not in case.data:
        return {}
    answered = given(case)
    missing = open_items(scene, case)
    rows = [
        {
            "number": number,
            "text": item.text,
            "open": number in missing,
            "answer": Say(f"item {answered.get(str(number), '?')}"),
            "ours": Say("item Y" if item.holds else "item N"),
            "agrees": answered.get(str(number)) == ("Y" if item.holds else "N"),
            "unsure": answered.get(str(number)) == "?",
            "element": item.element,
            "because": item.because,
        }
        for number, item in enumerate(items_of(scene, case), 1)
        if item is not None
    ]
    return {
        "activity": scene.policy.word("activity.name"),
        "items": rows,
        "elements": list(dict.fromkeys(item.element for item in scene.book.items)),
        "missing": ", ".join(map(str, missing)),
        "missing_first": missing[0] if missing else 1,
        "shown": scene.policy.flag("activity.shown_to_trainer"),
    }


def _ask(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Choose the items: the first ones of the rules, as many as the policy says."""
    keys = [item.key for item in scene.book.items[: scene.policy.number("activity.items")]]
    return (), replace(case, data={**case.data, "items": keys, "given": {}})


def _take(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    return (), _in_hand(scene, case)


def _again(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    return (), replace(case, data={**case.data, "again": scene.number(case, "again") + 1})


def _tell_result(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Only where the policy says so does a trainer hear how an activity went, and then a number and no answer."""
    person: Person | None = subject_of(scene.situation, case)
    if person is None or not scene.policy.flag("activity.shown_to_trainer"):
        return (), case
    answered = given(case)
    items = [(number, item) for number, item in enumerate(items_of(scene, case), 1) if item is not None]
    agreed = sum(answered.get(str(number)) == ("Y" if item.holds else "N") for number, item in items)
    facts: dict[str, object] = {"person": {"name": person.name}, "agreed": agreed, "items": len(items)}
    return tuple(AddNote(trainer.id, "activity_done", facts) for trainer in holders(scene.situation, "trainer")), case


def _all_answered(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether every item has an answer, with those of the mail in hand."""
    return not open_items(scene, _in_hand(scene, case))


def _tries_left(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    return scene.number(case, "again") < scene.policy.number("activity.retries")


VERBS: Mapping[str, Verb] = {
    "ask_items": Verb(0, _ask),
    "take_answers": Verb(0, _take),
    "again": Verb(0, _again),
    "tell_result": Verb(0, _tell_result),
}
CONDITIONS: Mapping[str, Condition] = {
    "all_answered": Condition(0, _all_answered),
    "tries_left": Condition(0, _tries_left),
}
