"""What it takes to go back: the world as it was before one line of a mail was obeyed, as plain data kept with the receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from db.records import Case, FormEntry, Letter, LetterState, MatchState
from mailer.core.telling.writing import answers
from mailer.core.world.scene import Scene
from mailer.model.consent import AddRelease, EndRelease
from mailer.model.decision import (
    AddEvent,
    AddMatch,
    AddNote,
    Effect,
    Enqueue,
    PutAnswers,
    PutCase,
    PutForm,
    PutLetter,
    PutMatch,
    PutPerson,
    TakeBack,
    Withdraw,
)

Piece = dict[str, object]  # one line: what it changed, and how that was before; JSON
BACK = "its reader is back"  # why a letter leaves sooner than it would have
_LEAVING = (LetterState.WAITING, LetterState.HELD)
_CASE = ("state", "owner", "about", "ladder", "subject_id", "match_id")


def piece_of(before: Scene, effects: Sequence[Effect], left: Scene) -> Piece | None:
    """How to take these effects back; None where nothing can, or nothing needs to.

    `before` is the scene in which they were decided, `left` the one in which they leave the world: what a later line of the
    same mail moved on can only be taken back after that line.
    """
    cases: dict[str, object] = {}
    people: dict[str, dict[str, object]] = {}
    forms: dict[str, object] = {}
    matches: list[object] = []
    letters: list[str] = []
    withdrawn: list[object] = []
    events: list[object] = []
    notes: list[object] = []
    releases: list[object] = []
    for effect in effects:
        match effect:
            case PutCase(key=key) if key not in cases:
                was = next((case for case in before.situation.cases if case.key == key), None)
                now = next((case for case in left.situation.cases if case.key == key), None)
                if now is None:
                    return None
                cases[key] = {"was": _case(was) if was else None, "now": [now.state, left.number(now, "step")], "new": _case(now)}
            case PutCase() | PutAnswers():
                pass
            case PutLetter(because=why) if why == BACK:  # to somebody away again it is kept back again, before it leaves
                pass
            case PutPerson(id=number, changes=changes):
                person = before.person(number)
                if person is None:
                    return None
                known = people.setdefault(str(number), {})
                for name in changes:
                    known.setdefault(name, _plain(getattr(person, name)))
            case PutMatch(id=number):
                matches += [[item.id, item.state.value] for item in before.situation.matches if item.id == number]
            case AddMatch(proposed=True, number=number):
                matches.append([number, MatchState.DROPPED.value])
            case AddRelease(giver_id=giver, recipient_id=recipient):
                releases.append([giver, recipient])
            case PutForm(month=month, mentor_id=mentor):
                entry = next((item for item in before.situation.forms if (item.month, item.mentor_id) == (month, mentor)), None)
                forms.setdefault(f"{month}/{mentor}", [effect.coordinator_id, *_entry(entry)])
            case Enqueue(key=key, letter=name):
                letters += [] if answers(before.book, name) else [key]
            case Withdraw():
                withdrawn += [[item.id, item.state.value] for item in _withdrawn(before, effect)]
            case AddEvent():
                events.append([effect.person_id, effect.kind, effect.on.isoformat()])
            case AddNote(to_id=to, kind=kind):
                notes.append([to, kind])
            case _:
                return None  # somebody new, a mail decided again: not to be unmade by a mail
    if not (cases or people or forms or matches or letters or withdrawn or events or notes or releases):
        return None
    return {
        "cases": cases,
        "people": people,
        "forms": forms,
        "matches": matches,
        "letters": letters,
        "withdrawn": withdrawn,
        "events": events,
        "notes": notes,
        "releases": releases,
    }


def too_late(scene: Scene, piece: Mapping[str, object]) -> tuple[str, dict[str, object]] | None:
    """Why a line cannot be taken back any more, as a sentence kind and its facts; None where it can."""
    known = {letter.key: letter for letter in scene.situation.letters}
    for key in _list(piece, "letters"):
        letter = known.get(str(key))
        if letter is None or letter.state not in _LEAVING:
            return "undo_letter_left", {
                "letter": letter.name if letter is not None else "",
                "to": letter.to_id if letter is not None else None,
            }
    for key, told in _dict(piece, "cases").items():
        case = next((item for item in scene.situation.cases if item.key == key), None)
        state, step = told["now"]
        if case is not None and (case.state, scene.number(case, "step")) != (state, step):
            return "undo_moved_on", {}
    return None


def going_back(piece: Mapping[str, object], message: int, at: str) -> tuple[Effect, ...]:
    """The effects that restore what one line changed; `message` and `at` are of the mail that said it."""
    effects: list[Effect] = [
        TakeBack(
            message,
            datetime.fromisoformat(at),
            letters=tuple(str(key) for key in _list(piece, "letters")),
            withdrawn=tuple((int(number), str(state)) for number, state in _list(piece, "withdrawn")),
            events=tuple((int(number), str(kind), date.fromisoformat(on)) for number, kind, on in _list(piece, "events")),
            notes=tuple((int(number), str(kind)) for number, kind in _list(piece, "notes")),
        )
    ]
    for key, told in _dict(piece, "cases").items():
        effects.append(
            _put(str(key), told["was"]) if told["was"] is not None else replace(_put(str(key), told["new"]), closed=True)
        )
    for number, changes in _dict(piece, "people").items():
        effects.append(PutPerson(int(number), {name: _lively(value) for name, value in changes.items()}))
    effects += [PutMatch(int(number), str(state)) for number, state in _list(piece, "matches")]
    effects += [EndRelease(int(giver), int(recipient), unsaid=True) for giver, recipient in _list(piece, "releases")]
    for name, entry in _dict(piece, "forms").items():
        month, _, mentor = str(name).partition("/")
        coordinator, attempted, made, mentees, summary, issues, sent_at, *noted = entry
        effects.append(
            PutForm(
                month,
                int(coordinator),
                int(mentor),
                tuple(date.fromisoformat(day) for day in attempted),
                date.fromisoformat(made) if made else None,
                tuple(mentees),
                summary,
                issues,
                datetime.fromisoformat(sent_at) if sent_at else None,
                tuple((str(kind), str(words)) for kind, words in noted[0]) if noted else None,
            )
        )
    return tuple(effects)


def mentor_of_row(piece: Mapping[str, object]) -> int | None:
    """The mentor whose row of the form a line changed, where it changed exactly one."""
    rows = list(_dict(piece, "forms"))
    return int(rows[0].partition("/")[2]) if len(rows) == 1 else None


def walks_of(piece: Mapping[str, object]) -> tuple[str, ...]:
    """Keys of the walks a line moved."""
    return tuple(_dict(piece, "cases"))


def _withdrawn(scene: Scene, effect: Withdraw) -> list[Letter]:
    ids = {case.id for case in scene.situation.cases if case.key == effect.case_key}
    return [
        letter
        for letter in scene.situation.letters
        if letter.state in _LEAVING
        and (not effect.case_key or letter.case_id in ids)
        and (effect.to_id is None or letter.to_id == effect.to_id)
        and (not effect.letters or letter.name in effect.letters)
    ]


def _case(case: Case) -> dict[str, object]:
    plain: dict[str, object] = {name: getattr(case, name) for name in _CASE}
    for name in ("due_at", "entered_at"):
        moment = getattr(case, name)
        plain[name] = moment.isoformat() if moment is not None else None
    return {**plain, "data": dict(case.data), "closed": case.closed_at is not None}


def _put(key: str, plain: Mapping[str, object]) -> PutCase:
    due, entered = (datetime.fromisoformat(str(plain[name])) if plain[name] else None for name in ("due_at", "entered_at"))
    data = plain["data"]
    assert isinstance(data, Mapping)
    closed = bool(plain["closed"])
    subject, match_id = (int(str(plain[name])) if plain[name] is not None else None for name in ("subject_id", "match_id"))
    return PutCase(
        key=key,
        ladder=str(plain["ladder"]),
        state=str(plain["state"]),
        owner=str(plain["owner"]),
        due_at=None if closed else due,
        entered_at=entered or datetime.min,
        about=str(plain["about"]),
        subject_id=subject,
        match_id=match_id,
        data=data,
        closed=closed,
    )


def _entry(entry: FormEntry | None) -> list[object]:
    if entry is None:
        return [[], None, [], "", "", None, []]
    return [
        [day.isoformat() for day in entry.attempted],
        entry.contact_made.isoformat() if entry.contact_made else None,
        list(entry.mentees),
        entry.summary,
        entry.issues,
        entry.sent_at.isoformat() if entry.sent_at else None,
        [[kind, words] for kind, words in entry.noted if isinstance(words, str)],
    ]


def _plain(value: object) -> object:
    """A person's field as JSON; days are marked as such."""
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _lively(value: object) -> object:
    return date.fromisoformat(str(value["day"])) if isinstance(value, Mapping) and set(value) == {"day"} else value


def _list(piece: Mapping[str, object], name: str) -> list[Any]:
    found = piece.get(name)
    return found if isinstance(found, list) else []


def _dict(piece: Mapping[str, object], name: str) -> dict[str, Any]:
    found = piece.get(name)
    return found if isinstance(found, dict) else {}
