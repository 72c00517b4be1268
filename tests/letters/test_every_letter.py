"""Every letter we ship renders in both parts, reads well by itself and keeps what CONTRACT.md and R 7.2 promise."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from mailer.letters.errors import Unsendable
from mailer.letters.facts import sample
from mailer.letters.mime import compose
from mailer.letters.template import render
from mailer.model.program import Vocabulary
from mailer.wire.commands.read import read_commands
from tests.letters.shelf import ENVELOPE, REPLY_TO, TEMPLATES, letter, sources

CONTRACT_M2M = """\
assignment introduction survey_kit_request survey_mentor survey_mentee survey_reminder survey_digest check_in
check_in_again mentor_silent welcome_check_in welcome_check_in_again closing_gate new_match_needed_mentee mentor_set_inactive
mentee_silent_inquiry report_back_reminder mentee_silent mentee_check_in new_match_needed_mentor problem_clarify problem_plan
problem_act problem_follow_up problem_to_staff contact_form_draft contact_form team_invitation digest receipt not_understood
confirm_sender safety_hold safety_answer address_question address_confirmation place_kept"""
ALL = sorted(sources())
# How a person completes an answer that goes on.
GOES_ON = {
    "AWAY until": " 3 November",
    "NO ANSWER": " Mel",
    "SINCE": " 3 weeks",
    "REMAINING": " the dates",
    "PROBLEM": " Ana: dates",
}


def text_of(name: str, **facts: object) -> str:
    return render(letter(name), {**sample(name), **facts}, REPLY_TO).text


def test_no_letter_of_the_contract_is_missing() -> None:
    assert sorted(set(CONTRACT_M2M.split()) - set(ALL)) == []


@pytest.mark.parametrize("name", ALL)
def test_every_letter_says_its_sample_in_both_parts(name: str) -> None:
    rendered = render(letter(name), sample(name), REPLY_TO)
    assert "Harbor" in rendered.subject
    assert rendered.text.startswith(("Hello Ana,", "Dear Ana,", "Mentor Contact Form for October 2027"))
    for part in (rendered.subject, rendered.text, rendered.html):
        assert re.search("[\U000f0000-\U0010ffff]|\\{\\{|\\{%|Undefined|None", part) is None
    assert "In an emergency call 911." in rendered.text and "answer STOP" in " ".join(rendered.text.split())
    assert '<html lang="en">' in rendered.html
    assert compose(rendered, ENVELOPE)


@pytest.mark.parametrize("name", ALL)
def test_plain_text_keeps_within_its_columns(name: str) -> None:
    assert max(len(line) for line in text_of(name).split("\n") if "<mailto:" not in line) <= 76


@pytest.mark.parametrize("name", ALL)
def test_html_loads_nothing_and_follows_nobody(name: str) -> None:
    html = render(letter(name), sample(name), REPLY_TO).html
    assert re.search(r"<img|<script|<link|url\(|<iframe|<form|@import|\son\w+=", html, re.IGNORECASE) is None
    for address in re.findall(r'href="([^"]*)"', html):
        assert address.startswith(("mailto:", "https://survey.example.org/"))


@pytest.mark.parametrize("name", ALL)
def test_an_answer_link_writes_the_word_to_the_letters_own_address(name: str) -> None:
    rendered = render(letter(name), sample(name), REPLY_TO)
    found = re.findall(r'href="mailto:harbor%2Bk7f3.sig@example.org\?subject=Re%3A%20[^&"]+&amp;body=([^"]*)"', rendered.html)
    assert {word.replace("%20", " ").strip() for word in found} >= letter(name).answers | {"STOP", "HELP"}
    for word in letter(name).answers:
        assert word in " ".join(rendered.text.split())


@pytest.mark.parametrize("name", ALL)
def test_the_plain_part_has_a_short_link_for_every_answer(name: str) -> None:
    """One line each, to be tapped; in angle brackets, so that no mail program takes too much or too little."""
    links = re.findall(r"^ *<(mailto:\S+)>$", text_of(name), re.MULTILINE)
    written = [parse_qs(urlsplit(link).query) for link in links]
    assert {entry["body"][0].strip() for entry in written} >= letter(name).answers | {"STOP", "HELP"}
    assert {unquote(urlsplit(link).path) for link in links} == {REPLY_TO}
    assert {entry["subject"][0] for entry in written} == {"Re: Harbor"}
    assert max(map(len, links)) <= 120 and len(links) == len(set(links))


@pytest.mark.parametrize("name", ALL)
def test_every_word_a_letter_offers_is_understood_when_it_comes_back(name: str) -> None:
    words = tomllib.loads((TEMPLATES.parents[1] / "inbox_rules" / "common" / "words.toml").read_text(encoding="utf-8"))["words"]
    vocabulary = Vocabulary(words={word: tuple(ways) for word, ways in words.items()})
    for offered in letter(name).answers:
        word = offered + GOES_ON.get(offered, "")
        commands, unknown = read_commands(word, vocabulary, sent=date(2027, 10, 16), order="mdy")
        assert (len(commands), unknown) == (1, ()), word
        assert word.startswith(commands[0].word)


def emptied(facts: object) -> object:
    match facts:
        case Mapping():
            return {key: emptied(value) for key, value in facts.items()}
        case list():
            return []
        case str():
            return ""
        case bool():
            return not facts
    return facts


@pytest.mark.parametrize("name", ALL)
def test_a_fact_left_empty_holds_the_letter_instead_of_leaving_a_gap(name: str) -> None:
    facts = sample(name)
    for fact in letter(name).reads:
        if fact not in ("program.name", "you.first_name", "month"):
            continue
        whole = dict(facts)
        first, _, rest = fact.partition(".")
        whole[first] = {**dict(whole[first]), rest: "  "} if rest else ""  # type: ignore[call-overload]
        with pytest.raises(Unsendable):
            render(letter(name), whole, REPLY_TO)


@pytest.mark.parametrize("name", ALL)
def test_lists_may_be_empty_and_switches_may_be_off(name: str) -> None:
    facts = {key: emptied(value) if isinstance(value, (list, bool)) else value for key, value in sample(name).items()}
    text = render(letter(name), facts, REPLY_TO).text
    assert "\n\n\n" not in text


def test_letters_to_a_mentee_name_nobody_but_the_mwoc_and_who_would_join() -> None:
    for name in ("survey_mentee", "new_match_needed_mentee", "mentee_check_in", "place_kept", "team_invitation"):
        named = {fact for fact in letter(name).reads if fact.partition(".")[0] not in ("program", "you", "month", "link")}
        assert named <= {"mwoc.name", "mwoc.first_name", "coordinator.name", "coordinator.first_name", "wording"}


def test_letters_to_a_mentor_name_a_mentee_by_first_name_only() -> None:
    for name in ("mentee_silent_inquiry", "report_back_reminder", "new_match_needed_mentor"):
        assert {fact for fact in letter(name).reads if fact.startswith("mentee.")} == {"mentee.first_name"}


def test_the_check_in_asks_the_eight_questions_in_their_order() -> None:
    text = text_of("check_in")
    numbers = re.findall(r"^(\d)\. ", text, re.MULTILINE)
    assert numbers == list("12345678")
    assert "1. Which mentee(s) made contact this month?" in text
    assert "8. Do they need more support or training?" in text
    assert "One line is enough" in text and "optional" in text and "Mel and Sam" in text


def test_the_introduction_follows_the_sample_without_its_dated_sentence() -> None:
    text = " ".join(text_of("introduction").split())
    assert "I will be contacting you once a month just to check in" in text
    assert "cora@example.org" in text and "launched" not in text


@pytest.mark.parametrize("about", ["mentor", "mentee"])
def test_the_gate_shows_its_evidence_and_the_three_words(about: str) -> None:
    text = text_of("closing_gate", about=about)
    for said in ("15 October 2027", "second check-in", "18 October 2027: an automatic reply", "Mel and Sam"):
        assert said in text
    for word in ("CONFIRM", "HOLD 7", "REOPEN"):
        assert f"- {word}: " in text


def test_the_form_to_fill_has_every_line_of_every_mentor() -> None:
    text = text_of("contact_form_draft")
    block = "Mentor: Ben Ode\nAttempted: 2027-10-15\nContact made:\nCurrent mentee(s): Kim\nSummary:\nIssues:\n"
    assert block in text
    assert text.index("Mentor: Ana Ruiz") < text.index(block)
    assert "SEND" in text
