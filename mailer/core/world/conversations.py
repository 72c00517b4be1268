"""Lines of the conversation log: kept as rows, corrected, struck, or asked about where a piece is missing (R-300 to R-308, 4F).

A line that lacks its day or its kind, or that says `SM`, is a draft: a walk of the ladder that the word LOG opens asks for the
piece, and the verb `log` makes the row of it. Nothing but the pieces of a line is ever kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from db.records import Case, Conversation, Letter, Person
from mailer.core.world.registers import Condition, Done, Verb
from mailer.core.world.scene import Scene
from mailer.model.decision import Effect, PutConversation, Say
from mailer.model.mail import Command

PIECES = ("client", "date", "kind", "minutes", "how", "skill", "broker", "number")
LONGEST = 24 * 60  # minutes of one conversation; more is a slip of the pen
_HALVES = "halves"  # remembered with a draft: SM is half and half, as the writer has agreed


def rows_of(scene: Scene, person_id: int) -> tuple[Conversation, ...]:
    """A person's rows, struck ones too, by number."""
    return tuple(row for row in scene.situation.conversations if row.person_id == person_id)


def as_line(pieces: Mapping[str, object]) -> str:
    """A line as it is understood: "2027-10-12 C-18 S 25 T skill=budget"; missing pieces are left out."""
    day = pieces.get("date")
    words = [str(day) if day else "", *(str(pieces.get(name) or "") for name in ("client", "kind", "minutes", "how"))]
    words += [f"{name}={pieces[name]}" for name in ("skill", "broker") if pieces.get(name)]
    return " ".join(word for word in words if word)


def row_line(row: Conversation | PutConversation) -> str:
    return as_line(
        {**{name: getattr(row, name) for name in ("client", "kind", "minutes", "how", "skill", "broker")}, "date": row.on}
    )


def wrong(scene: Scene, pieces: Mapping[str, object]) -> str:
    """The sentence that says why a line can never be a row; "" where at most a piece is missing."""
    minutes, day, kind = pieces.get("minutes"), pieces.get("date"), str(pieces.get("kind", ""))
    if pieces.get("unread") == "date":
        return "line_day_unread"
    needed = scene.policy.flag("log.minutes")
    if needed and not isinstance(minutes, int):
        return "line_without_minutes"
    if isinstance(minutes, int) and not (1 if needed else 0) <= minutes <= LONGEST:
        return "line_minutes_wrong"
    if isinstance(day, date) and day > scene.today:
        return "line_day_ahead"
    if any(letter not in scene.policy.words("log.kinds") for letter in kind):
        return "line_kind_unknown"
    return ""


def lacks(pieces: Mapping[str, object]) -> tuple[str, ...]:
    """What a line still needs: "date", "kind", or "halves" where SM is not agreed to be half and half."""
    kind = pieces.get("kind")
    missing = ["date"] if not pieces.get("date") else []
    missing += ["kind"] if not kind else ["halves"] if kind == "SM" and not pieces.get(_HALVES) else []
    return tuple(missing)


def _draft(scene: Scene, case: Case) -> dict[str, object]:
    """The pieces a walk remembers with those of the word in hand; a day is kept as ISO text."""
    given = {name: scene.words[name] for name in PIECES if scene.words.get(name)}
    pieces = {**case.data, **given}
    if given.get("kind") and given["kind"] != case.data.get("kind"):
        pieces.pop(_HALVES, None)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in pieces.items()}


def row_of(scene: Scene, person_id: int, pieces: Mapping[str, object]) -> PutConversation:
    """The row a whole line makes: the next number, or the number of the row it corrects."""
    own = rows_of(scene, person_id)
    given = pieces.get("number")
    number = given if isinstance(given, int) and given else max((row.number for row in own), default=0) + 1
    day, minutes = pieces["date"], pieces.get("minutes")
    how = str(pieces.get("how") or "")
    return PutConversation(
        person_id,
        number,
        day if isinstance(day, date) else date.fromisoformat(str(day)),
        str(pieces["client"]),
        str(pieces["kind"]),
        minutes if isinstance(minutes, int) else 0,
        how if how in scene.policy.words("log.mode") else "",
        str(pieces.get("skill") or "")[:64],
        str(pieces.get("broker") or "")[:64],
        new=not any(row.number == number for row in own),
    )


def told(scene: Scene, effects: tuple[Effect, ...]) -> tuple[tuple[str, Say], ...]:
    """What a receipt says of rows that a decision writes: the line as understood, and its number."""
    found: list[tuple[str, Say]] = []
    for effect in effects:
        if isinstance(effect, PutConversation):
            kind = "row_kept" if effect.new else "row_struck" if effect.voided else "row_corrected"
            half = f"{effect.minutes / 2:g}" if effect.kind == "SM" and effect.minutes else ""
            found.append((row_line(effect), Say(kind, {"number": effect.number, "half": half})))
    return tuple(found)


def draft_of(scene: Scene, person: Person, command: Command, letter: Letter | None) -> Case | None:
    """The open draft that a line completes: the one whose question it answers, or the same line without its day or kind."""
    drafts = [
        case
        for case in scene.situation.cases
        if case.closed_at is None and case.subject_id == person.id and _opens_by_log(scene, case)
    ]
    client = command.arguments.get("client")
    for case in drafts:
        if letter is not None and case.id == letter.case_id and case.data.get("client") == client:
            return case
    given = {**command.arguments}
    same = [case for case in drafts if all(_agrees(case.data.get(name), given.get(name)) for name in ("client", "minutes", "date"))]
    return same[0] if len(same) == 1 and not lacks(given) else None


def _agrees(kept: object, given: object) -> bool:
    return not kept or str(kept) == str(given)


def _opens_by_log(scene: Scene, case: Case) -> bool:
    ladder = scene.ladder(case)
    return ladder is not None and ladder.opens == "word:LOG"


def _keep_draft(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    return (), replace(case, data=_draft(scene, case))


def _halve(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    return (), replace(case, data={**case.data, _HALVES: True})


def _log(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """The line of a walk becomes a row."""
    return (row_of(scene, case.subject_id or 0, case.data),), case


def _line_complete(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    return not lacks(_draft(scene, case))


def _line_lacks(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    return words[0] in lacks(_draft(scene, case))


VERBS: Mapping[str, Verb] = {"draft": Verb(0, _keep_draft), "halve": Verb(0, _halve), "log": Verb(0, _log)}
CONDITIONS: Mapping[str, Condition] = {
    "line_complete": Condition(0, _line_complete),  # the line of a walk, with the word in hand, has all its pieces
    "line_lacks": Condition(1, _line_lacks),  # … or lacks this one: date, kind, halves
}
