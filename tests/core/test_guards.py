"""What no rule may lift: whom we may write to, how often a day, not at night; and a decision made twice is the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from db.records import LetterState, Person, PersonState
from mailer.core.decide import decide
from mailer.core.telling.writing import leaving, may_write_to
from mailer.model.decision import Decision, DigestDue, Enqueue, MailArrived, PutCase, Stimulus, TimePassed, WalksMissing
from mailer.model.mail import Classified, Command, IncomingMessage, Origin, Proof
from tests.core.worlds import ANA, KLAUS, MINA, PEOPLE, WILMA, at, book, scene, sent, situation, walk

ANA_HERSELF = PEOPLE[ANA]


@pytest.mark.parametrize(
    ("person", "letter", "may"),
    [
        (ANA_HERSELF, "check_in", True),
        (replace(ANA_HERSELF, state=PersonState.STOPPED), "check_in", False),
        (replace(ANA_HERSELF, state=PersonState.STOPPED), "survey_mentor", False),
        (replace(ANA_HERSELF, state=PersonState.STOPPED), "receipt", True),
        (replace(ANA_HERSELF, state=PersonState.INACTIVE), "check_in", False),
        (replace(ANA_HERSELF, state=PersonState.INACTIVE), "mentor_set_inactive", True),
        (replace(ANA_HERSELF, address_broken_on=date(2027, 4, 15)), "check_in", False),
        (replace(ANA_HERSELF, held_by_safety=True), "check_in", False),
        (replace(ANA_HERSELF, held_by_safety=True), "safety_answer", True),
        (replace(PEOPLE[KLAUS], held_by_safety=True), "digest", True),
    ],
)
def test_whom_we_may_write_to(person: Person, letter: str, may: bool) -> None:
    assert may_write_to(person, book().classes[letter]) is may


@pytest.mark.parametrize(("count", "expected"), [(2, "2027-04-15 09:00"), (3, "2027-04-16 09:00"), (0, "2027-04-15 09:00")])
def test_nobody_gets_more_letters_a_day_than_the_policy_allows(count: int, expected: str) -> None:
    letters = tuple(
        replace(sent("survey_mentor", "2027-04-15 09:00", step=number), state=LetterState.WAITING, sent_at=None)
        for number in range(count)
    )
    answers = (sent("receipt", "2027-04-15 08:00"), sent("receipt", "2027-04-15 08:01", step=9))
    world = scene("2027-04-15 08:00", situation(letters=(*letters, *answers)))
    assert leaving(world, ANA_HERSELF, at("2027-04-15 09:00")) == at(expected)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("", "2027-04-15 09:00"),
        ("Pacific/Honolulu", "2027-04-15 13:00"),  # 04:00 there
        ("Asia/Tokyo", "2027-04-15 18:00"),  # 23:00 there
        ("Europe/Berlin", "2027-04-15 09:00"),  # 16:00 there
    ],
)
def test_letters_keep_out_of_the_recipients_night(zone: str, expected: str) -> None:
    world = scene("2027-04-15 08:00", situation())
    assert leaving(world, replace(ANA_HERSELF, timezone=zone), at("2027-04-15 09:00")) == at(expected)


def mail(who: int, text: str, *commands: Command, proof: Proof = Proof.TOKEN) -> MailArrived:
    message = IncomingMessage(
        "m1@example.org",
        PEOPLE[who].email,
        PEOPLE[who].name,
        ("mc@example.org",),
        "Re: a word",
        None,
        (),
        (),
        Origin.HUMAN,
        new_text=text,
        commands=commands,
    )
    return MailArrived(7, at("2027-05-13 10:00"), Classified(message, "commands" if commands else "reply", "a rule"), proof)


GATE = walk("gate", "2027-05-12 09:00", "2027-05-17 09:00", owner="mwoc")
ASKED = sent("closing_gate", "2027-05-12 09:00", to=WILMA, attempt=False)


@pytest.mark.parametrize(
    ("stimulus", "changes"),
    [
        (mail(ANA, "Here I am."), {"sender_ids": (ANA,)}),
        (mail(WILMA, "CONFIRM", Command("CONFIRM", text="CONFIRM")), {"sender_ids": (WILMA,), "letter": ASKED}),
        (mail(ANA, "I am fine.", proof=Proof.CLAIMED), {"sender_ids": (ANA,)}),
        (TimePassed(at("2027-05-17 09:00")), {}),
        (WalksMissing("contact"), {"page": (ANA,)}),
        (DigestDue(at("2027-05-13 09:00")), {"page": (KLAUS,)}),
    ],
)
def test_deciding_twice_gives_the_same(stimulus: Stimulus, changes: dict[str, Any]) -> None:
    world = situation(GATE, letters=(ASKED,), **changes)
    first, second = (decide(world, stimulus, book(), at("2027-05-17 09:00")) for _ in range(2))
    assert first == second and first.because


def moved(decision: Decision) -> list[str]:
    return [effect.state for effect in decision.effects if isinstance(effect, PutCase)]


def wrote(decision: Decision) -> list[str]:
    return [effect.letter for effect in decision.effects if isinstance(effect, Enqueue)]


CONFIRM = Command("CONFIRM", text="CONFIRM")


def test_confirm_closes_nothing_before_the_hold_time() -> None:
    world = situation(GATE, letters=(ASKED,), sender_ids=(WILMA,), letter=ASKED)
    decision = decide(world, mail(WILMA, "CONFIRM", CONFIRM), book(), at("2027-05-13 10:00"))
    assert moved(decision) == ["confirmed"] and wrote(decision) == ["receipt"]


@pytest.mark.parametrize("who", [ANA, MINA, KLAUS])
def test_confirm_is_not_everybodys_word(who: int) -> None:
    world = situation(GATE, letters=(ASKED,), sender_ids=(who,))
    decision = decide(world, mail(who, "CONFIRM", CONFIRM), book(), at("2027-05-13 10:00"))
    assert "confirmed" not in moved(decision) and "not_understood" in wrote(decision)


def test_a_word_in_answer_to_one_matter_does_not_decide_another() -> None:
    """The mwoc confirms a letter about Ana, who has answered since; that Bea's gate is open as well changes nothing for Bea."""
    over = replace(GATE, state="contacted", owner="coordinator")
    other = replace(GATE, id=12, key="contact/5/2027-04-01", subject_id=5)
    world = situation(over, letters=(ASKED,), sender_ids=(WILMA,), letter=ASKED, cases=(over, other))
    decision = decide(world, mail(WILMA, "CONFIRM", CONFIRM), book(), at("2027-05-13 10:00"))
    assert moved(decision) == [] and wrote(decision) == ["not_understood"]
    named = replace(CONFIRM, about="Bea Ring", text="Bea Ring: CONFIRM")
    assert moved(decide(world, mail(WILMA, "Bea Ring: CONFIRM", named), book(), at("2027-05-13 10:00"))) == ["confirmed"]
