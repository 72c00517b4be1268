"""Late letters: they leave at a good moment, are asked about after a week, and answers to one's own mail are never held up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.records import Letter, LetterState
from mailer.core.decide import decide
from mailer.core.rounds import lateness
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import TOO_LATE, leaving
from mailer.core.world.absent import OWN_MAIL
from mailer.model.decision import AddNote, LetterInDoubt, PutLetter
from mailer.model.mail import Command
from tests.core.worlds import ANA, BEA, KLAUS, PEOPLE, WILMA, at, book, scene, sent, situation


def waiting(name: str, since: str, *, to: int = ANA, step: int = 2, **changes: object) -> Letter:
    """A letter of Ana's walk that is being handed over."""
    letter = sent(name, since, to=to, step=step)
    return replace(letter, state=LetterState.SENDING, sent_at=None, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("since", "now", "state", "leaves"),
    [
        ("2027-04-14 09:00", "2027-04-15 11:00", None, None),  # a day late, on a good morning: it leaves
        ("2027-04-14 09:00", "2027-04-15 22:00", "waiting", "2027-04-16 09:00"),  # not at night
        ("2027-04-14 09:00", "2027-04-17 11:00", "waiting", "2027-04-19 09:00"),  # not on a Saturday
        ("2027-04-14 09:00", "2027-04-21 08:30", "waiting", "2027-04-21 09:00"),  # not before the send hour
        ("2027-04-14 09:00", "2027-04-21 09:00", None, None),  # a week and no minute more
        ("2027-04-14 09:00", "2027-04-21 09:01", "held", None),
    ],
)
def test_a_late_letter_leaves_at_a_good_moment_or_is_asked_about(
    since: str, now: str, state: str | None, leaves: str | None
) -> None:
    letter = waiting("check_in", since)
    decision = decide(situation(letters=(letter,), letter=letter), LetterInDoubt(), book(), at(now))
    put = [effect for effect in decision.effects if isinstance(effect, PutLetter)]
    assert [effect.state for effect in put] == ([state] if state else [])
    assert [effect.not_before for effect in put if effect.not_before] == ([at(leaves)] if leaves else [])
    told = [(effect.to_id, effect.kind) for effect in decision.effects if isinstance(effect, AddNote)]
    assert told == ([(KLAUS, "letter_late")] if state == "held" else [])


@pytest.mark.parametrize("name", ["receipt", "not_understood", "safety_answer", "safety_hold", "digest"])
def test_what_answers_or_calls_a_human_is_never_stale(name: str) -> None:
    letter = waiting(name, "2027-04-01 09:00", to=WILMA)
    assert decide(situation(letters=(letter,), letter=letter), LetterInDoubt(), book(), at("2027-04-17 23:00")).effects == ()


def test_of_many_late_letters_only_so_many_leave_in_a_day() -> None:
    letters = tuple(waiting("check_in", f"2027-04-1{day} 09:00", step=day, case_id=day) for day in range(2, 7))
    now = at("2027-04-16 11:00")
    moved = [decide(situation(letters=letters, letter=letter), LetterInDoubt(), book(), now).effects for letter in letters]
    assert [len(effects) for effects in moved] == [0, 0, 0, 1, 1]  # send.per_person_day = 3


def test_two_letters_of_one_matter_are_enough_for_a_day_and_answers_do_not_count() -> None:
    ana = PEOPLE[ANA]
    two = tuple(sent("problem_plan", "2027-04-15 09:00", step=step) for step in (2, 3))
    third = scene("2027-04-15 12:00", situation(letters=two))
    assert leaving(third, ana, third.now, case_id=11) == at("2027-04-16 09:00")
    assert leaving(third, ana, third.now, case_id=12) == third.now
    answers = tuple(replace(letter, because=OWN_MAIL) for letter in two)
    assert leaving(scene("2027-04-15 12:00", situation(letters=answers)), ana, third.now, case_id=11) == third.now


@pytest.mark.parametrize(
    ("word", "name", "state", "perhaps", "done"),
    [
        ("SEND", "Ana Torre", TOO_LATE, False, ["waiting"]),
        ("DROP", "Ana Torre", TOO_LATE, False, ["cancelled"]),
        ("DROP", "", TOO_LATE, False, ["cancelled"]),
        ("DROP", "all", TOO_LATE, False, ["cancelled"]),
        ("DROP", "Bea Ring", TOO_LATE, False, []),
        ("SENT", "", "the line broke", True, ["sent"]),
        ("RESEND", "Ana Torre", "the line broke", True, ["waiting"]),
        ("SENT", "Ana Torre", TOO_LATE, False, []),
        ("SEND", "", TOO_LATE, False, []),  # alone and not about a digest: SEND means the form
    ],
)
def test_the_owner_decides_by_a_word(word: str, name: str, state: str, perhaps: bool, done: list[str]) -> None:
    held = replace(
        sent("check_in", "2027-04-05 09:00"), state=LetterState.HELD, sent_at=None, last_error=state, perhaps_twice=perhaps
    )
    account = Transcript(scene("2027-04-15 12:00", situation(letters=(held,), sender_ids=(KLAUS,))))
    lateness.answered(account, PEOPLE[KLAUS], Command(word, text=word), name, None, word)
    assert [effect.state for effect in account.effects if isinstance(effect, PutLetter)] == done


def test_a_coordinator_decides_about_nobody_elses_letters() -> None:
    held = replace(sent("check_in", "2027-04-05 09:00", to=BEA), state=LetterState.HELD, sent_at=None, last_error=TOO_LATE)
    others = {**PEOPLE, BEA: replace(PEOPLE[BEA], coordinator_id=WILMA)}
    account = Transcript(scene("2027-04-15 12:00", situation(letters=(held,), people=others)))
    assert not lateness.answered(account, PEOPLE[KLAUS], Command("DROP", text="DROP"), "", None, "DROP")


def test_a_letter_of_unknown_fate_is_its_owners_to_decide() -> None:
    letter = replace(sent("check_in", "2027-04-15 09:00"), state=LetterState.HELD, sent_at=None, perhaps_twice=True)
    decision = decide(situation(letters=(letter,), letter=letter), LetterInDoubt(), book(), at("2027-04-15 09:05"))
    assert [(effect.to_id, effect.kind) for effect in decision.effects if isinstance(effect, AddNote)] == [(KLAUS, "letter_unsure")]
    assert len(decision.effects) == 1
