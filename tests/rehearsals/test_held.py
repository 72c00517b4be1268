"""A letter that says too much does not leave: found when it is written, and again when what it says may be told no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from db import outbox, people
from db.records import Letter, LetterState
from db.situation import load
from mailer.core.world.disclosure import OF
from mailer.letters.facts import sample
from mailer.model.classes import LetterClass
from mailer.model.decision import Decision, Enqueue, Say
from mailer.model.disclosure import Disclosure
from mailer.steps.record import record
from tests.rehearsals.village import ANA, KEY, KLAUS, WILMA, Village, morning

COORDINATOR: Mapping[str, object] = {"name": "Klaus Berg", "first_name": "Klaus"}


def queued(here: Village, letter: str, to: str, facts: Mapping[str, object], *, hold_days: int = 0) -> Letter:
    """The outbox row of a letter with these facts, however the core came by them."""
    with here.desk.store.transaction() as connection:
        person = people.by_address(connection, "m2m", (to,))[0]
        situation = load(connection, "m2m", here.now, focus=(person.id,))
        every = {**sample(letter), "you": {"name": person.name, "first_name": person.first_name}}
        effect = Enqueue(f"test/{letter}", letter, person.id, {**every, **facts}, here.now)
        record(connection, here.book, KEY, situation, Decision((effect,), "a test"), here.now, stimulus="test")
        found = outbox.listed(connection)
    return next(item for item in found if item.key == f"test/{letter}")


def digest_of(here: Village, who: str) -> str:
    here.until(morning(2027, 3, 5))
    found = here.newest("digest", who)
    return found.text if found is not None else ""


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"mentees": "Mina and Noor", "coordinator": COORDINATOR}, ""),
        ({"mentees": "Mina and Noor Vale", "coordinator": COORDINATOR}, "name"),
        ({"mentees": "Mina <MINA@example.com>", "coordinator": COORDINATOR}, "email"),
        ({"mentees": "Olle Frost", "coordinator": COORDINATOR}, "name"),  # not even a mentee of hers
        ({"mentees": "Mina", "coordinator": {"name": "Bea Ring", "first_name": "Bea"}}, "name"),
    ],
)
def test_a_fact_that_says_too_much_holds_the_letter(facts: Mapping[str, object], field: str) -> None:
    here = Village(morning(2027, 3, 2))
    letter = queued(here, "check_in", ANA, facts)
    assert letter.state is (LetterState.HELD if field else LetterState.WAITING)
    assert (f"the {field} of somebody" in letter.last_error) is bool(field)
    here.turn()
    assert (here.newest("check_in", ANA) is None) is bool(field)
    told = " ".join(digest_of(here, "sven@example.org").split())
    assert ("A letter (check_in)" in told) is bool(field)
    for value in ("Vale", "Frost", "mina@", "MINA@", "Ring"):
        assert value not in letter.last_error and value not in told


def test_people_s_own_words_and_what_a_duty_may_read_pass() -> None:
    here = Village(morning(2027, 3, 2))
    line = Say("has_answered", {"person": {"name": "Ana Torre"}, "text": "I am well, and so is Mina. Ana Torre"})
    facts = {"sections": [{"title": "News", "lines": [line]}]}
    assert queued(here, "digest", KLAUS, facts).state is LetterState.WAITING


def test_a_surname_beside_peoples_own_words_is_found() -> None:
    here = Village(morning(2027, 3, 2))
    line = Say("has_answered", {"person": {"name": "Noor Vale"}, "text": "I am well."})
    letter = queued(here, "digest", KLAUS, {"sections": [{"title": "News", "lines": [line]}]})
    assert letter.state is LetterState.HELD and "the name of the mentee" in letter.last_error
    told = digest_of(here, "sven@example.org")
    assert "A letter (digest)" in " ".join(told.split()) and "Vale" not in told


def test_what_may_be_told_no_more_when_its_moment_comes_stays() -> None:
    here = Village(morning(2027, 3, 2))
    with here.desk.store.reading() as connection:
        klaus = people.by_address(connection, "m2m", (KLAUS,))[0]
    marked = {**COORDINATOR, OF: [klaus.id, "mentor", "coordinator"]}
    assert queued(here, "check_in", ANA, {"mentees": "Mina", "coordinator": marked}).state is LetterState.WAITING
    rules = here.book.rules
    less = Disclosure(
        tuple(clause for clause in rules.disclosure.clauses if (clause.reader, clause.about) != ("mentor", "coordinator"))
    )
    here.desk.books["m2m"] = replace(here.book, rules=replace(rules, disclosure=less))
    here.turn()
    assert here.newest("check_in", ANA) is None
    with here.desk.store.reading() as connection:
        held = next(item for item in outbox.listed(connection) if item.key == "test/check_in")
    assert held.state is LetterState.HELD and "no rule lets the mentor read the " in held.last_error
    assert "Berg" not in held.last_error
    assert "check_in" in digest_of(here, "sven@example.org")


def test_a_class_that_the_involvement_does_not_allow_is_held_in_the_queue_and_at_its_moment() -> None:
    here = Village(morning(2027, 3, 2))
    waiting = queued(here, "check_in", ANA, {"mentees": "Mina", "coordinator": COORDINATOR})
    assert waiting.state is LetterState.WAITING
    rules = here.book.rules
    policy = replace(rules.policy, values={**rules.policy.values, "involvement": "handoff"})
    here.book = here.desk.books["m2m"] = replace(here.book, rules=replace(rules, policy=policy))
    here.turn()
    assert here.newest("check_in", ANA) is None
    later = queued(here, "check_in_again", ANA, {"mentees": "Mina", "coordinator": COORDINATOR})
    with here.desk.store.reading() as connection:
        states = {item.name: item for item in outbox.listed(connection) if item.key.startswith("test/")}
    assert all(states[name].state is LetterState.HELD for name in ("check_in", "check_in_again"))
    assert all(f"class {LetterClass.CONTACT}" in item.last_error for item in (later, states["check_in"]))
    told = queued(here, "receipt", WILMA, {})
    assert told.state is LetterState.WAITING
