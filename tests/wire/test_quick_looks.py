"""Quick looks by which most mail passes let nothing through that the reader behind them would have found."""

from __future__ import annotations

import re

import pytest

from mailer.model.mail import Parsed
from mailer.wire import machines_words
from mailer.wire.answers.numbers import evenly_numbered, line_heads
from mailer.wire.answers.questions import pairs
from mailer.wire.bounces import read as bounces
from mailer.wire.bounces.texts import Stage, stage_of
from mailer.wire.commands.phrases import nearest, phrasebook
from mailer.wire.commands.quiet import is_quiet
from mailer.wire.commands.slips import distance, slips_in
from mailer.wire.dates.words import fold
from mailer.wire.words import SHAPES, WORDS
from tests.wire import desk

BOOK = phrasebook(desk.vocabulary())
SENDERS = (
    *("MAILER-DAEMON@example.net", "Mail Delivery System <x@example.net>", "Post-Master <pm@example.net>", "mdaemon@example.net"),
    *("Mail Server <a@example.net>", "System Administrator <a@example.net>", "bounce-7@example.net", "mmsc@example.net"),
    *("Mail Router <r@example.net>", "Exchange Server <e@example.net>", "smtp-gate@example.net", "mailservice@example.net"),
    *("mail-gateway@example.net", "imss@example.net", "NDR Administrator <a@example.net>", "No-Reply <noreply@example.net>"),
)
AUTOMATIC = (
    *("This is an automatic reply", "This is an automated message", "Autoreply", "Automatische Antwort"),
    *("Respuesta automática", "Risposta automatica", "Réponse automatique", "Dit is een automatisch bericht", "Autosvar"),
    *("автоматический ответ", "автоматична відповідь", "自动回复", "自動返信", "Automatiskt svar", "Wiadomość automatyczna"),
)
NUMBERED = (
    *("one: yes", "First - yes", "1st: yes", "Question 1: yes", "Questionno.1: yes", "q1) yes", "Answer to 1: yes", "[1] yes"),
    *("My answer 1: yes", "on 1: yes", "Número 1", "réponse 1: yes", "Item #1: yes", "ONE) yes", "queſtion 1: yes", "1 -> yes"),
)


@pytest.mark.parametrize("sender", SENDERS)
def test_every_name_of_a_mail_server_is_looked_at(sender: str) -> None:
    headers = (("From", sender), ("Subject", "Hello"))
    assert bounces.may_be_report(Parsed(headers, (), 0))


@pytest.mark.parametrize("sender", ["Ana Ruiz <ana@example.org>", "mel.torres@gmail.example", "Leo <leo@mail.example.com>"])
def test_people_write_no_reports(sender: str) -> None:
    assert not bounces.may_be_report(Parsed((("From", sender), ("Subject", "Re: Hello")), (), 0))


@pytest.mark.parametrize("text", AUTOMATIC)
def test_what_says_that_it_is_automatic_holds_a_hint(text: str) -> None:
    folded = fold(text)
    assert machines_words.SELF_DECLARED.match(folded) is not None
    assert any(hint in folded for hint in machines_words.SELF_DECLARED_HINTS)


@pytest.mark.parametrize("line", NUMBERED)
def test_a_number_is_seen_whatever_line_bears_it(line: str) -> None:
    told = evenly_numbered(f"Hello,\n\n  *{line}\nthanks")
    assert re.search(r"^\s*\*?1", told, re.MULTILINE) or line == "Número 1"


@pytest.mark.parametrize(
    ("line", "told"),
    [("fırst: yes", "1: yes"), ("ſix: yes", "6: yes"), ("SİX) yes", "6: yes"), ("ı. yes\nii. no", "1: yes\n2: no")],
)
def test_letters_that_a_pattern_takes_for_others_are_read_as_those(line: str, told: str) -> None:
    assert evenly_numbered(line) == told


def test_a_command_of_a_transcript_in_odd_letters_is_that_command() -> None:
    assert stage_of("in reply to MAİL FROM command") is stage_of("in reply to MAIL FROM command") is Stage.MAIL


def test_a_value_in_odd_letters_is_no_value() -> None:
    assert pairs("1 yes 2 n") == ((1, "Y"), (2, "N"))
    assert pairs("1 yeſ 2 n") == ()


def test_the_heads_of_lines_are_letters_in_front_of_them() -> None:
    assert line_heads("Hello,\n\n > 2. yes\n  *Q3: no\n_x\n\nBest") == {"hello", "", "q", "best"}


@pytest.mark.parametrize("word", [word for word in WORDS if word not in SHAPES])
def test_no_line_that_begins_with_a_word_of_ours_is_quiet(word: str) -> None:
    for line in (word, word.lower(), f"{word}, thanks", f"Please {word.lower()} now", f"Thanks. {word}", f"Mel: {word}"):
        assert not is_quiet(line, BOOK)


@pytest.mark.parametrize(
    "line",
    ["Mel reached", "Mel has not answered for weeks", "She never replied", "three weeks", "about a month", "Hi Ana! Confirm"],
)
def test_no_line_with_the_shape_of_a_word_is_quiet(line: str) -> None:
    assert not is_quiet(line, BOOK)


@pytest.mark.parametrize("line", ["We met twice this month and it goes well.", "Mel likes the new school", "Nothing else happened"])
def test_a_sentence_is_quiet(line: str) -> None:
    assert is_quiet(line, BOOK)


@pytest.mark.parametrize(
    "wanted", ["confrim", "hodl", "recahed", "snoze", "reslved", "paul", "number", "yaneka", "releese", "ennroll"]
)
def test_the_nearest_word_is_the_one_that_measuring_all_would_find(wanted: str) -> None:
    limit = slips_in(len(wanted))
    words = [word for word in WORDS if word not in SHAPES and len(word) >= 3]
    steps = {word: distance(wanted, fold(word), limit) for word in words}
    least = min(steps.values())
    found = nearest(wanted, BOOK)
    assert (steps[found] == least) if found else least > limit
