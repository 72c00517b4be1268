"""Words with names, dashes, greetings and slips around them, as telephones send them; sentences near them stay sentences."""

from __future__ import annotations

from datetime import date

import pytest

from mailer.wire.commands.read import read_commands
from tests.wire.desk import vocabulary
from tests.wire.test_commands import read, words


@pytest.mark.parametrize(
    ("text", "word", "arguments"),
    [
        ("no answer rui since 2 weeks", "NO ANSWER", {"who": "rui", "days": 14}),
        ("Mentee silent since 3 weeks: Rui", "NO ANSWER", {"who": "Rui", "days": 21}),
        ("NO ANSWER since Oct 4 – Rui Costa", "NO ANSWER", {"who": "Rui Costa", "date": date(2027, 10, 4)}),
        ("Rui - no answer", "NO ANSWER", {}),
        ("Hola, NO ANSWER Rui, mil gracias", "NO ANSWER", {"who": "Rui"}),
        ("Problem with Rui: she cancels", "PROBLEM", {"who": "Rui", "text": "she cancels"}),
        ("problem rui: she cancels", "PROBLEM", {"who": "rui", "text": "she cancels"}),
        ("PROBLEM with my mentee Rui - she cancels", "PROBLEM", {"who": "Rui", "text": "she cancels"}),
        ("problem about rui: late again", "PROBLEM", {"who": "rui", "text": "late again"}),
        ("Confirm for Ida please", "CONFIRM", {"who": "Ida"}),
        ("Ida – confirm", "CONFIRM", {}),
        ("* Ida - hold 7", "HOLD", {"days": 7}),
        ("Rui – not reached, sorry", "NOT REACHED", {}),
        ("not reached rui", "NOT REACHED", {"who": "rui"}),
        ("reached: rui", "REACHED", {"who": "rui"}),
        ("HOLD7", "HOLD", {"days": 7}),
        ("hold=10", "HOLD", {"days": 10}),
        ("STOP STOP STOP", "STOP", {}),
        ("contact ida 10/3 phone", "CONTACT", {"who": "ida", "date": date(2027, 10, 3), "how": "phone"}),
        ("contact ida oct 3", "CONTACT", {"who": "ida", "date": date(2027, 10, 3)}),
        ("attempt ida 10/3", "ATTEMPT", {"who": "ida", "date": date(2027, 10, 3)}),
        ("Rui reached", "REACHED", {}),
        ("Rui Costa not reached.", "NOT REACHED", {}),
        ("~~CONFIRM~~ HOLD 7", "HOLD", {"days": 7}),
        ("Guten Tag, bitte CONFIRM, herzlichen Dank", "CONFIRM", {}),
        ("Yes, please do", "YES", {}),
        ("Hi Hedda! Confirm :-)", "CONFIRM", {}),
        ("Hallo Piet, bitte CONFIRM", "CONFIRM", {}),
        ("Confirm,thanks", "CONFIRM", {}),
    ],
)
def test_words_with_names_and_dashes(text: str, word: str, arguments: dict[str, object]) -> None:
    assert read(text) == [(word, arguments)]


def test_a_name_before_a_dash_is_whom_the_word_is_about() -> None:
    (command,), _ = read_commands("Ida Holm - confirm", vocabulary(), sent=date(2027, 10, 18), order="mdy")
    assert command.about == "Ida Holm"


@pytest.mark.parametrize(
    "text",
    [
        "The problem with Rui is solved",
        "Problem with Rui is solved",
        "Problem with the form: it does not open",
        "No problem with Rui: she is fine",
        "Contact form 10/3",
        "contact form Oct 3",
        "Contact person 10/3",
        "contact details oct 3",
        "contact ida tomorrow",
        "contact us oct 3",
        "Agreement reached",
        "We reached",
        "Rui reached out to me",
        "~~STOP~~ I would like to go on",
        "Well - done",
        "Great - no problem",
        "Rui - we will hold a meeting",
        "Rui - no answer yet needed from you",
        "Chapter 7 - the end",
        "Route 66",
        "yes/no",
        "Dear Team, the end",
        "Hi Ida, stop by on Friday",
        "stop.example.org",
        "Ida - confirm?",
        "no answer since we all were ill",
    ],
)
def test_sentences_near_them_are_none(text: str) -> None:
    assert words(text) == []


@pytest.mark.parametrize("piece", ["Hi Ida! ", "1=", "hold7 ", "Ida - ", "confirm,thanks "])
def test_a_line_of_the_same_over_and_over_is_read_to_its_end(piece: str) -> None:
    assert read(piece * 4000) == []
