"""Ladders about people of any role: opened by their own word, by a duty's word, and fed by numbered answers and free words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db.records import Case, Person, Situation
from mailer.core.decide import decide
from mailer.core.ladders.parse import parse_ladder
from mailer.model.decision import Decision, MailArrived, PutCase, PutPerson
from mailer.model.mail import Classified, Command, IncomingMessage, Origin, Proof
from mailer.model.program import Rulebook
from tests.core.worlds import book

NOW = datetime(2027, 4, 15, 9, 0, tzinfo=UTC)
PAT = Person(1, "p", "A1", "Pat Moss", "pat@example.org", frozenset({"participant"}))
CARE = Person(2, "p", "A2", "Clare Rowe", "clare@example.org", frozenset({"clinical_coordinator"}))
LADDER = {
    "ladder": {
        "name": "request",
        "about": "participant",
        "opens": "word:REQUEST MENTOR",
        "by": ["participant", "clinical_coordinator"],
        "first": "asked",
    },
    "state": [
        {
            "name": "asked",
            "owner": "participant",
            "gate": True,
            "exit": [
                {"when": "answers", "by": ["participant"], "to": "filled", "do": ["mark surveyed yes"]},
                {"when": "text", "by": ["subject"], "to": "asked", "do": ["keep text"]},
            ],
        },
        {"name": "filled", "owner": "clinical_coordinator", "final": True},
    ],
}


def rules() -> Rulebook:
    ladder = parse_ladder(LADDER, "ladder_request.toml", lambda path: 1)
    return replace(book(), ladders={"request": ladder})


def arrives(person: Person, message: IncomingMessage, *cases: Case) -> Decision:
    people = {item.id: item for item in (PAT, CARE)}
    situation = Situation("p", people=people, cases=cases, sender_ids=(person.id,))
    mail = MailArrived(1, NOW, Classified(message, "reply", "rule"), Proof.TOKEN)
    return decide(situation, mail, rules(), NOW)


def written(text: str, *commands: Command, **answers: str) -> IncomingMessage:
    numbered = {number.removeprefix("q"): answer for number, answer in answers.items()}
    return IncomingMessage(
        "m@example.org", PAT.email, PAT.name, (), "", NOW, (), (), Origin.HUMAN, new_text=text, commands=commands, answers=numbered
    )


def walk() -> Case:
    return Case(7, "p", "request", "request/1/x", "asked", "participant", "participant", subject_id=1)


@pytest.mark.parametrize(
    ("sender", "arguments"),
    [(PAT, {}), (CARE, {"who": "Pat Moss"})],
)
def test_a_word_opens_a_walk_about_the_sender_or_about_whom_a_duty_names(sender: Person, arguments: dict[str, object]) -> None:
    message = written("REQUEST MENTOR", Command("REQUEST MENTOR", arguments))
    opened = [effect for effect in arrives(sender, message).effects if isinstance(effect, PutCase)]
    assert [(effect.ladder, effect.state, effect.subject_id, effect.about) for effect in opened] == [
        ("request", "asked", PAT.id, "participant")
    ]


def test_a_duty_who_names_nobody_is_asked_whom() -> None:
    message = written("REQUEST MENTOR", Command("REQUEST MENTOR"))
    assert not [effect for effect in arrives(CARE, message).effects if isinstance(effect, PutCase)]


def test_numbered_answers_move_the_walk_that_waits_for_them() -> None:
    decision = arrives(PAT, written("1: evenings", q1="evenings"), walk())
    moved = [effect for effect in decision.effects if isinstance(effect, PutCase)]
    marked = [effect.changes for effect in decision.effects if isinstance(effect, PutPerson)]
    assert [effect.state for effect in moved] == ["filled"] and marked == [{"extra": {"surveyed": True}}]


def test_free_words_are_kept_with_the_walk() -> None:
    decision = arrives(PAT, written("Somebody near the sea."), walk())
    moved = [effect for effect in decision.effects if isinstance(effect, PutCase)]
    assert [effect.data["text"] for effect in moved] == ["Somebody near the sea."]
