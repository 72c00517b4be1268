"""Every sentence that the decisions ask for is written in notes.toml, and can be said with the facts it is given."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from mailer.core.words.help import ALWAYS
from mailer.letters.errors import EmptyPlaceholder
from mailer.letters.notes import Notes, compile_notes
from mailer.model.decision import AddNote
from tests.letters.shelf import read, sources

ROOT = Path(__file__).resolve().parents[2]
SPEAKERS = {"line": 1, "refuse": 1, "said": 0, "Say": 0, "duty_note": 2, "look_after": 2, AddNote.__name__: 1}
PERSON = {"name": "Ana Ruiz", "first_name": "Ana"}
FACTS: dict[str, object] = {
    "mentor": PERSON, "mentee": PERSON, "person": PERSON, "month": "October 2027", "date": "3 November 2027", "text": "All well.",
    "word": "HOLD", "name": "Ana", "count": 3,
    "of": 12,
    "letters": 5,
    "minutes": 34,
    "low": 105,
    "high": 180, "people": 3, "unknown": 1, "rows": 3, "changed": 1, "problem": "no address",
    "problems": "no such day", "letter": "check-in", "why": "no such day", "state": "Waiting.", "due": "3 November 2027",
    "nearest": "HOLD", "said": "HOLD 7", "whom": "Klaus Berg", "mentors": "Ana Ruiz", "mentees": 3, "before": "none", "since": "2 weeks", "coordinator": "Cora Lind", "number": 12, "flaws": "policy.toml:3: no such key",
    "made": "3 October 2027",
    "ref": "K7F3", "days": 14, "earliest": "29 October 2027", "domain": "SUD", "listed": 12, "fields": ["first name"], "refs": ["K7F3"], "role": "staff", "unlisted": 1, "requests": 4, "ends": 2,
    "participant": PERSON, "asker": PERSON, "basis": "C9", "possible": "C1a and C2", "other": "Ben", "until": "3 November 2027", "question": "1", "mean": "4.2", "weeks": 2, "within": "a week",
    "agreed": 7, "files": 1, "piece": "name=Mina", "items": 10, "many": 10, "missing": "3, 4",
}  # fmt: skip
NAMES_ONLY = (
    "reassigned_to",
    "reassigned_already",
    "swap_nobody_yet",
    "approved",
    "approved_already",
    "already_open",
    "match_proposed",
    "match_fields_differ",
    "word NO ANSWER",
    "form mentee_silent",
    "form mentee_back",
)


@cache
def notes() -> Notes:
    return compile_notes(read("common/notes.toml"), "templates/email/common/notes.toml")


def asked_in_code() -> Iterator[tuple[str, str]]:
    """(kind, where) of every sentence that mailer/core asks for by a fixed name, with the facts it gives."""
    for path in sorted((ROOT / "mailer" / "core").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = SPEAKERS.get(name)
            if place is not None and len(node.args) > place:
                kind = node.args[place]
                if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
                    yield kind.value, f"{path.name}:{node.lineno}"


def asked_in_ladders() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "inbox_rules").glob("*/ladder_*.toml")):
        for action, line in _actions(tomllib.loads(path.read_text(encoding="utf-8"))):
            match action.split():
                case ["note", _, kind]:
                    yield kind, f"{path.name}: {line}"
                case ["form", kind]:
                    yield f"form {kind}", f"{path.name}: {line}"


def _actions(value: object) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, item in value.items():
                if key == "do" and isinstance(item, list):
                    yield from ((str(action), str(value.get("says", value.get("when", "")))) for action in item)
                elif key in ("refuse", "tell"):
                    yield f"note - {item}", "refuse"
                elif key == "when" and str(item).startswith("word:"):
                    yield f"note - help_{item}", "word"
                else:
                    yield from _actions(item)
        case list():
            for item in value:
                yield from _actions(item)


def test_every_sentence_that_decisions_ask_for_is_written() -> None:
    asked = [*asked_in_code(), *asked_in_ladders()]
    asked = [(kind.replace("help_word:", "help ") if kind.startswith("help_") else kind, where) for kind, where in asked]
    asked += [(f"help {word}", "ALWAYS") for words in ALWAYS.values() for word in words]
    asked += [(f"letter {name}", "letters") for name in sources()]
    assert len(asked) > 100
    assert sorted({f"{kind} ({where})" for kind, where in asked if kind not in notes().sentences}) == []


@pytest.mark.parametrize("kind", sorted(notes().sentences))
def test_every_sentence_can_be_said_on_one_line(kind: str) -> None:
    facts = {**FACTS, "mentor": "Ana Ruiz", "mentee": "Mel"} if kind in NAMES_ONLY else FACTS
    said = notes().say(kind, facts)
    assert said and "\n" not in said and "{" not in said


@pytest.mark.parametrize(("facts", "said"), [({"mentor": PERSON}, "Ana Ruiz has asked"), ({}, "we write to you no more")])
def test_a_condition_on_a_missing_fact_is_false_in_a_note(facts: dict[str, object], said: str) -> None:
    assert notes().say("stopped", facts).startswith(said)
    with pytest.raises(EmptyPlaceholder):
        notes().say("handed_over", {})
