"""However an answer is numbered, it is read as that number's; sentences that begin with a number are none."""

from __future__ import annotations

import pytest

from mailer.wire.answers.find import read_answers
from mailer.wire.answers.numbers import evenly_numbered, shared
from mailer.wire.parse import parse
from mailer.wire.quoting.split import split
from tests.wire.desk import written
from tests.wire.test_answers import LETTER, QUESTIONS, read

GIVEN = {"1": "Rui", "2": "a bit tired", "4": "no worries"}


@pytest.mark.parametrize(
    "shape",
    [
        "{}st: {}",
        "{}nd - {}",
        "Question {}: {}",
        "Question #{} - {}",
        "Q#{}: {}",
        "Answer to {}: {}",
        "On {}: {}",
        "{}\ufe0f\u20e3 {}",
        "[{}] {}",
        "{} -> {}",
        "{}/ {}",
        "{}.{}",
        "{}){}",
        "{}\n{}",
        "A{} {}",
        "Frage {}: {}",
    ],
)
def test_numbers_in_any_dress(shape: str) -> None:
    text = "\n".join(shape.format(number, answer) for number, answer in GIVEN.items()) + "\n\n" + LETTER
    assert read(text) == GIVEN
    assert read(text, QUESTIONS) == GIVEN


@pytest.mark.parametrize(
    "words", [("First", "Second", "Fourth"), ("one", "two", "four"), ("Question one", "Question two", "Question four")]
)
def test_numbers_in_words(words: tuple[str, str, str]) -> None:
    text = "\n".join(f"{word}: {answer}" for word, answer in zip(words, GIVEN.values(), strict=True))
    assert read(text + "\n\n" + LETTER) == GIVEN


@pytest.mark.parametrize("shape", ["{}. {}", "{}) {}", "({}) {}", "{}: {}", "{} - {}", "Ad {}: {}"])
@pytest.mark.parametrize("numerals", [("i", "ii", "iv"), ("I", "II", "IV")])
def test_roman_numbers(shape: str, numerals: tuple[str, str, str]) -> None:
    text = "\n".join(shape.format(number, answer) for number, answer in zip(numerals, GIVEN.values(), strict=True))
    assert read(text + "\n\n" + LETTER) == GIVEN


@pytest.mark.parametrize("text", ["I. Ruiz came\nV. Lind did not", "I: yes\nhe: no, not Henry II.", "ii. came first\ni. came last"])
def test_letters_that_are_no_roman_numbers(text: str) -> None:
    assert evenly_numbered(text) == text


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("1- Rui 2- yes 3- good", {"1": "Rui", "2": "yes", "3": "good"}),
        ("Q1 Rui Q2 yes", {"1": "Rui", "2": "yes"}),
        ("Q1: Rui. Q2: yes. Q3: good", {"1": "Rui.", "2": "yes.", "3": "good"}),
        ("1. Rui; 2. yes; 3. good", {"1": "Rui", "2": "yes", "3": "good"}),
        ("1: Rui\n2 and 3: both fine", {"1": "Rui", "2": "both fine", "3": "both fine"}),
        ("1: Rui\n2-4: all fine", {"1": "Rui", "2": "all fine", "3": "all fine", "4": "all fine"}),
        ("1 & 2: Rui, yes", {"1": "Rui, yes", "2": "Rui, yes"}),
        ("1: same as last month\n2: see above", {"1": "same as last month", "2": "see above"}),
    ],
)
def test_several_answers_a_line_and_one_for_several_questions(line: str, answers: dict[str, str]) -> None:
    assert read(line + "\n\n" + LETTER) == answers


@pytest.mark.parametrize(
    "text",
    [
        "That bus is\nnumber 3.\n\nAna",
        "We spoke\non 3. October and",
        "One of them wrote, the second did not.",
        "First I was ill, then the children were.",
        "2nd time this month that she cancels",
        "A4 paper is fine",
        "12 Elm Street\n40 is the number of the house",
        "[1] https://example.org/book",
        "3 -> not a list",
        "To 12 Elm Street",
        "Version 1.5 of the sheet",
    ],
)
def test_sentences_with_numbers_in_front_stay_as_they_are(text: str) -> None:
    assert evenly_numbered(text) == text or read(text + "\n\n" + LETTER) == {}


def test_a_day_is_no_range_of_questions() -> None:
    assert shared("3-10: she called", {1, 2, 3, 4}) == ("3-10: she called",)
    assert shared("1, 3: both", {1, 2, 3}) == ("1: both", "3: both")


def test_a_pages_empty_line_ends_the_last_question() -> None:
    quoted = "<br>".join(["Dear Ana,", "", *(f"{n}. {q}" for n, q in enumerate(QUESTIONS, 1)), "", "Nobody reads this at night."])
    page = f"<div>1: Rui</div><div>On Mon, Oct 25, 2027 at 9:00 AM Post &lt;post@example.org&gt; wrote:<br></div><blockquote>{quoted}</blockquote>"
    raw = f"From: ana@example.org\nSubject: Re: x\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{page}"
    assert read_answers(split(parse(raw.encode())), ()) == {"1": "Rui"}


@pytest.mark.parametrize("text", ["Q1: Rui\nQ4: no answer", "First: Rui\nSecond: no", "1st: Rui\n2nd: stop"])
def test_a_numbered_answer_is_no_word_of_ours(text: str) -> None:
    assert written(text + "\n\n" + LETTER).commands == ()
