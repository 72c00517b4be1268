"""The vocabulary, rules and context as shipped, for tests of what is understood."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from mailer.model.mail import Classified, IncomingMessage, Proof
from mailer.model.program import Program, Rule, Vocabulary
from mailer.wire.classify import classify
from mailer.wire.classify_rules import parse_rules
from mailer.wire.report import as_json
from mailer.wire.understand import Context, understand

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "inbox_rules"
RECEIVED = datetime(2027, 10, 20, 12, 0, tzinfo=UTC)
INBOX = "post@example.org"


@cache
def vocabulary() -> Vocabulary:
    words = tomllib.loads((RULES / "common" / "words.toml").read_text(encoding="utf-8"))
    danger = tomllib.loads((RULES / "common" / "safety.toml").read_text(encoding="utf-8"))
    return Vocabulary(
        {word: tuple(ways) for word, ways in words["words"].items()},
        tuple(danger["phrases"]),
        tuple(danger["except"]),
        tuple(words["links"]["mentor"]),
        tuple(words["links"]["mentee"]),
        tuple(words["plain"]["stop"]),
    )


@cache
def rules(profile: str = "m2m") -> tuple[Rule, ...]:
    found: list[Rule] = []
    for folder in ("common", profile):
        for file in sorted((RULES / folder).glob("[0-9][0-9]_*.toml")):
            source = file.read_text(encoding="utf-8")
            found += parse_rules(source, tomllib.loads(source), f"inbox_rules/{folder}/{file.name}", folder)
    return tuple(found)


def context(questions: tuple[str, ...] = ()) -> Context:
    program = Program("m2m", "m2m", "MC update", INBOX, ZoneInfo("America/New_York"), "mx.example.org")
    return Context(b"k" * 32, program, vocabulary(), frozenset({INBOX}), questions)


def message(raw: bytes, questions: tuple[str, ...] = ()) -> IncomingMessage:
    return understand(raw, received_at=RECEIVED, book=context(questions))


def written(text: str, *, subject: str = "Re: A short question", headers: str = "") -> IncomingMessage:
    """A plain letter of a person, received on Wednesday 20 October 2027."""
    head = f"From: Ana Ruiz <ana@example.org>\nTo: {INBOX}\nSubject: {subject}\nDate: Wed, 20 Oct 2027 12:00:00 -0400\n{headers}"
    return message(f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}".encode())


def classified(one: IncomingMessage, *, roles: str = "mentor", proof: Proof = Proof.TOKEN, letter: str = "check_in") -> Classified:
    return classify(one, rules(), roles=frozenset(roles.split()), proof=proof, letter=letter)


def said(raw: bytes) -> dict[str, object]:
    """What `read --json` would say of raw bytes of a person known by token."""
    return as_json(classified(message(raw)))
