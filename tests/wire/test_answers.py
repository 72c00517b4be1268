"""Answers are found above, below, behind and inside the quoted questions, and praise alone is no answer."""

from __future__ import annotations

import pytest

from mailer.wire.answers.find import read_answers
from mailer.wire.quoting.split import split_text
from mailer.wire.report import as_json
from tests.wire.desk import classified, written

QUESTIONS = (
    "Which mentee(s) made contact this month?",
    "Are they enjoying participating in the match?",
    "How do they feel it is going?",
    "Are there any concerns or issues that should be addressed by program staff?",
)
HEAD = "On Fri, Oct 15, 2027 at 9:00 AM Program Post <post+a1.b2@example.org> wrote:\n\n> Dear Ana,\n>\n"
LETTER = HEAD + "".join(f"> {number}. {text}\n" for number, text in enumerate(QUESTIONS, 1)) + ">\n> Warmly,\n> Piet\n"


def read(text: str, questions: tuple[str, ...] = ()) -> dict[str, str]:
    return dict(read_answers(split_text(text), questions))


@pytest.mark.parametrize(
    "mark", ["1: {}\n2: {}", "1) {}\n2) {}", "1. {}\n2. {}", "Q1 {}\nQ2: {}", "1 - {}\n2 - {}", "(1) {}\n(2) {}", "#1 {}\n#2 {}"]
)
def test_numbers_above_the_letter_are_read_in_every_shape(mark: str) -> None:
    assert read(mark.format("only Milo", "yes, they do") + "\n\n" + LETTER) == {"1": "only Milo", "2": "yes, they do"}


def test_an_answer_goes_on_over_lines_until_a_gap_or_a_greeting() -> None:
    assert read("1: Milo\nand Bruno\n3: well\nBest,\nAna\n\n" + LETTER) == {"1": "Milo\nand Bruno", "3": "well"}


def test_answers_below_quoted_questions() -> None:
    text = LETTER.replace("month?\n", "month?\nOnly Milo.\n").replace("match?\n", "match?\n>\n\nI think so!\n\n")
    assert read(text) == {"1": "Only Milo.", "2": "I think so!"}


def test_answers_behind_the_question_inside_the_quote() -> None:
    text = LETTER.replace("month?", "month? Only Milo").replace("going?", "going? -> fine")
    assert read(text) == {"1": "Only Milo", "3": "fine"}
    assert read(text, QUESTIONS) == {"1": "Only Milo", "3": "fine"}


def test_a_wrapped_question_is_one_question() -> None:
    text = LETTER.replace("addressed by program staff?", "addressed\n> by program staff?\nNo, none.")
    assert read(text) == {"4": "No, none."}


def test_questions_typed_again_without_numbers() -> None:
    text = "Which mentees made contact this month?\nMel and Sam\n\nHow do they feel it is going? Well enough"
    assert read(text, QUESTIONS) == {"1": "Mel and Sam", "3": "Well enough"}


def test_questions_copied_with_their_numbers_are_not_answers() -> None:
    text = "1. Which mentee(s) made contact this month? Milo\n2. Are they enjoying participating in the match?\nvery much\n3. How do they feel it is going?\n"
    assert read(text) == {"1": "Milo", "2": "very much"}


def test_a_table_with_the_answers_beside_the_questions() -> None:
    text = "1 | Which mentee(s) made contact this month? | Milo\n2 | Are they enjoying participating in the match? | yes\n"
    assert read(text) == {"1": "Milo", "2": "yes"}
    assert read("Question | Answer\nHow do they feel it is going? | well\n", QUESTIONS) == {"3": "well"}


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("1 Y 2 N 3 ?", {"1": "Y", "2": "N", "3": "?"}),
        ("1 Y 2 N 5 ?\n\nSent from my iPhone", {"1": "Y", "2": "N", "5": "?"}),
        ("1 y, 2 n; 3 ?", {"1": "Y", "2": "N", "3": "?"}),
        ("1 Y\n2 N", {"1": "Y", "2": "N"}),
        ("3Y 4N", {"3": "Y", "4": "N"}),
        ("1: 4\n2: 5", {"1": "4", "2": "5"}),
        ("1: Mel 2: yes 3: well enough", {"1": "Mel", "2": "yes", "3": "well enough"}),
    ],
)
def test_short_answers_to_the_activity_and_the_evaluation(text: str, answers: dict[str, str]) -> None:
    assert read(text) == answers


@pytest.mark.parametrize(
    "text",
    [
        "All good, thanks!\n\n" + LETTER,
        "19. October works for me, or 9:30 on Friday",
        "Two letters and one walk.\n\n" + LETTER,
        LETTER,
        LETTER + "\n\nWe are doing well, thanks!",
        "2 letters and 1 walk",
        "1. December is best",
    ],
)
def test_what_is_no_answer_is_none(text: str) -> None:
    assert read(text) == {}


def test_words_below_a_trimmed_quotation_are_a_letter() -> None:
    trimmed = HEAD + "> 1. Which mentee(s) made contact this month?\n> 2. How do they feel it is going?\n\nAll is well here."
    assert read(trimmed) == {}


QUOTED = "\n\nOn Tue, Oct 19, 2027 at 9:00 AM MC <mc@example.org> wrote:\n> 1. Which mentees?\n> 2. Is it going well?\n> 3. More?\n"


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        (f"1: Mel\n2: yes{QUOTED}", {"1": "certain", "2": "certain"}),
        (f"1. Mel\n2. yes{QUOTED}", {"1": "certain", "2": "certain"}),
        (f"3. nothing{QUOTED}", {"3": "likely"}),  # it may as well be a day or the third point of their own
        ("> 1. Which mentees?\nMel\n> 2. Is it going well?\nyes\n> 3. More?\n", {"1": "certain", "2": "certain"}),
        (f"All good{QUOTED}", {}),
    ],
)
def test_each_answer_says_how_sure_it_is(text: str, sure: dict[str, str]) -> None:
    message = written(text)
    assert message.sure == sure
    assert set(message.sure) == set(message.answers)


def test_a_doubtful_answer_is_shown_as_such() -> None:
    doubtful = as_json(classified(written(f"3. nothing{QUOTED}")))
    assert doubtful["answers"] == {"3": "nothing"}
    assert doubtful["sure"] == {"3": "likely"}
    assert "sure" not in as_json(classified(written(f"1: Mel\n2: yes{QUOTED}")))
