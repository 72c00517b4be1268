"""A person in danger is heard; ordinary talk of recovery, work and holidays is not mistaken for danger."""

from __future__ import annotations

import pytest

from mailer.model.program import Vocabulary
from mailer.wire.safety import compile_phrases, find
from tests.wire.desk import vocabulary, written


@pytest.mark.parametrize(
    "text",
    [
        "I feel suicidal.",
        "I do not want to be alive.",
        "Sometimes I don’t want to live anymore",
        "I keep hurting myself",
        "I want to end my life tonight",
        "I'm going to KILL MYSELF",
        "Mel told me she took a whole bottle of pills",
        "she overdosed last night",
        "I am going to kill him",
        "Her father hits the kids",
        "he raped her",
        "I called the suicide hotline yesterday",
        "There is no reason to live",
        "I can't go on",
        "Ya no quiero vivir",
        "Ich will nicht mehr leben",
        "je veux mourir",
        "我不想活了",
        "self-harm again",
        "I think Mel is in danger",
    ],
)
def test_danger_is_heard(text: str) -> None:
    assert find(text, vocabulary())


@pytest.mark.parametrize(
    "text",
    [
        "We are doing well, thank you.",
        "She is in recovery, had a craving, no relapse. We talked about sobriety.",
        "The suicide prevention training was good.",
        "I am dying to meet her!",
        "We killed some time in the park",
        "I hurt my back",
        "I can't go on Friday",
        "My phone battery is dead",
        "We watched a murder mystery",
        "She cut herself some slack",
        "If a life is in danger, call your local emergency number; suicide line (US): 988.",
        "This heat is killing me",
        "He hit me up for coffee",
        "Mel feels very low this week and misses her old friends",
    ],
)
def test_ordinary_words_are_no_danger(text: str) -> None:
    assert find(text, vocabulary()) == ()


def test_phrases_may_end_openly_and_hold_gaps() -> None:
    phrases = compile_phrases(("suicid*", "end my * life", "*", ""))
    assert phrases.find("Suicidality") == ("suicid*",)
    assert phrases.find("end my own sorry life") == ("end my * life",)
    assert phrases.find("end my long and very sorry life") == ()


def test_an_exception_excuses_only_what_lies_inside_it() -> None:
    words = Vocabulary(safety=("danger",), safety_except=("in danger of missing",))
    assert find("in danger of missing the train", words) == ()
    assert find("in danger of missing the train, in danger", words) == ("danger",)


def test_only_the_senders_own_words_count() -> None:
    quoted = "All is well.\n\nOn Fri, 15 Oct 2027 at 9:00, Program Post <post@example.org> wrote:\n\n> I want to end my life\n"
    assert not written(quoted).safety
    assert written("I want to end my life\n").safety


def test_words_in_the_subject_and_inside_a_form_count() -> None:
    assert written("please call me", subject="I want to die").safety
    assert written("Mentor: Ana\nContact made: 2027-10-18\nSummary: she talks of suicide\n").safety
