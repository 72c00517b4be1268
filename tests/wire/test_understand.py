"""Whole messages of many mail programs are understood, whatever their bytes, and nothing a machine wrote is read as words."""

from __future__ import annotations

import json
import random
import time
from datetime import UTC, date, datetime

import pytest

from mailer.model.mail import Origin
from mailer.wire.kit import read_links
from mailer.wire.parse import parse
from mailer.wire.quoting.split import split
from mailer.wire.report import as_json, as_text
from mailer.wire.tokens import message_id, reply_address, seal
from mailer.wire.understand import Context, understand
from tests.searching import tries
from tests.wire.comparing import differs
from tests.wire.desk import INBOX, RECEIVED, ROOT, classified, context, message, said, vocabulary, written

MAIL = ROOT / "tests" / "wire" / "mail"

CASES: dict[str, dict[str, object]] = {
    "gmail_confirm": {"new_text": "Please confirm, thank you!", "commands": [{"word": "CONFIRM"}], "origin": "human"},
    "outlook_hold": {"commands": [{"word": "HOLD", "arguments": {"days": 14}}]},
    "apple_inline_answers": {"answers": {"1": "Mel, twice.", "2": "yes"}, "commands": []},
    "webmail_table_form": {
        "form": {
            "includes": [
                {
                    "mentor": "Ben Ode",
                    "attempted": ["2027-10-12", "2027-10-19"],
                    "contact_made": "2027-10-20",
                    "mentees": ["Jo", "Al"],
                    "summary": "Going well, he's patient",
                }
            ]
        },
        "problems": ["Cem Ak: contact made on 2027-10-02 lies before the attempt of 2027-10-12"],
    },
    "draft_filled_in_quote": {
        "form": [
            {
                "mentor": "Ben Ode",
                "attempted": ["2027-10-15"],
                "contact_made": "2027-10-18",
                "mentees": ["Jo"],
                "summary": "They meet on Sundays now",
                "issues": "wants a training date",
            }
        ],
        "commands": [{"word": "SEND"}],
    },
    "csv_form": {
        "form": [{"mentor": "Käthe Brück", "contact_made": "2027-10-19", "mentees": ["Uwe", "Ida"], "summary": "läuft gut"}],
        "attachments": [{"name": "form.csv", "used_as": "contact form"}],
    },
    "kit": {"attachments": [{"name": "roster.csv", "used_as": "roster"}], "form": []},
    "results": {"attachments": [{"name": "results.csv", "used_as": "survey results"}], "form": []},
    "forwarded_stop": {"commands": [], "safety": False, "new_text": "Please look at what Mel wrote."},
    "responder_with_words": {"origin": "auto_reply", "commands": [], "answers": {}, "safety": False, "away_until": "2027-10-29"},
    "commands_with_names": {
        "commands": [
            {"word": "NO ANSWER", "arguments": {"who": "Jo"}},
            {"word": "CONTACT", "arguments": {"who": "Cem Ak", "date": "2027-10-12", "how": "phone"}},
        ],
        "problems": ["“HLOD 7” is no word we know; did you mean HOLD?"],
    },
    "word_in_subject": {"commands": [{"word": "STOP"}], "new_text": ""},
    "log_lines": {
        "commands": [{"word": "LOG", "arguments": {"client": "C-90", "minutes": 45}}, {"word": "LOG", "arguments": {"kind": "S"}}]
    },
    "base64_safety": {"safety": True, "commands": []},
}


@pytest.mark.parametrize("name", CASES)
def test_messages_of_many_mail_programs(name: str) -> None:
    got = said((MAIL / f"{name}.eml").read_bytes())
    assert [text for key, wanted in CASES[name].items() if (text := differs(key, wanted, got))] == []


def test_every_message_beside_the_tests_is_expected_to_say_something() -> None:
    assert {file.stem for file in MAIL.glob("*.eml")} == set(CASES)


def test_json_has_the_keys_of_the_contract_and_plain_values_only() -> None:
    for file in MAIL.glob("*.eml"):
        found = said(file.read_bytes())
        assert list(found) == [
            "from",
            "origin",
            "means",
            "rule",
            "considered",
            "new_text",
            "quoted_text",
            "commands",
            "answers",
            "form",
            "bounce",
            "away_until",
            "safety",
            "attachments",
            "problems",
        ]
        assert json.loads(json.dumps(found, ensure_ascii=False)) == found


def test_people_read_what_was_understood_what_was_cut_and_every_rule() -> None:
    raw = (MAIL / "gmail_confirm.eml").read_bytes()
    text = as_text(classified(message(raw), roles="mwoc"), cut=split(parse(raw)).cut)
    assert "Words of ours:\n  CONFIRM, line 1" in text
    assert "hit  m2m/60_words: a word of ours: has commands" in text
    assert "miss common/20_safety: a person in danger: no safety words" in text
    assert "Cut:\n" in text and "\x1b" not in text
    assert "\x1b[32m" in as_text(classified(message(raw), roles="mwoc"), True)


def test_a_quoted_question_answered_yes_is_an_answer_and_no_word() -> None:
    quoted = "On Fri, 15 Oct 2027, Program Post wrote:\n\n> 1. Are they enjoying the match?\nYes\n> 2. Any difficulties?\nNo\n"
    found = written(quoted)
    assert (dict(found.answers), found.commands) == ({"1": "Yes", "2": "No"}, ())
    assert [one.word for one in written("Yes").commands] == ["YES"]


def test_a_word_that_matters_stays_a_word_among_answers() -> None:
    found = written(
        "On Fri, 15 Oct 2027, Program Post wrote:\n\n> 1. Which mentee made contact?\nNo answer from Mel\n> 2. Any difficulties?\nSTOP\n"
    )
    assert [one.word for one in found.commands] == ["NO ANSWER", "STOP"]


def test_below_a_lone_attribution_nothing_is_a_word() -> None:
    letter = "On Fri, 15 Oct 2027 at 09:00, Program Post <post@example.org> wrote:\n\nDear Ana,\nanswer with:\nCONFIRM\n"
    assert written(letter).commands == ()
    assert [one.word for one in written("CONFIRM\n\n" + letter).commands] == ["CONFIRM"]


def test_lines_with_a_name_in_front_are_kept_by_name() -> None:
    found = written("Ana Ruiz: spoke 3 March, going well\nDear all: hello\nBen Ode: fine\nAna Ruiz: again on 5 March\nPS: thanks\n")
    assert dict(found.about) == {"Ana Ruiz": "spoke 3 March, going well\nagain on 5 March", "Ben Ode": "fine"}


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (
            "Mentor survey: https://s.example/m\nMentee survey: https://s.example/e",
            {"mentor": "https://s.example/m", "mentee": "https://s.example/e"},
        ),
        (
            "https://s.example/e (mentees)\nhttps://s.example/m (mentors).",
            {"mentor": "https://s.example/m", "mentee": "https://s.example/e"},
        ),
        (
            "Mentees\nhttps://s.example/e\n\nMentors\nhttps://s.example/m",
            {"mentor": "https://s.example/m", "mentee": "https://s.example/e"},
        ),
        (
            "Mentees' survey <https://s.example/e> and mentors' survey <https://s.example/m>",
            {"mentor": "https://s.example/m", "mentee": "https://s.example/e"},
        ),
        (
            "https://s.example/mentee-1 https://s.example/mentor-1",
            {"mentor": "https://s.example/mentor-1", "mentee": "https://s.example/mentee-1"},
        ),
        ("Here are the mentor and mentee links\nhttps://s.example/a\nhttps://s.example/b", {}),
        ("Mentor survey: https://s.example/a\nMentor survey: https://s.example/b", {}),
        ("Mentee survey: https://s.example/e", {"mentee": "https://s.example/e"}),
        ("see https://s.example/a", {}),
        ("no links at all", {}),
    ],
)
def test_the_two_links_are_told_apart_and_never_guessed(text: str, links: dict[str, str]) -> None:
    assert dict(read_links(text, vocabulary())) == links


def test_the_token_of_a_letter_is_found_where_a_reply_keeps_it() -> None:
    token = seal(b"k" * 32, 41)
    for headers in (
        f"Delivered-To: {reply_address(INBOX, token)}\n",
        f"In-Reply-To: <{message_id(b'k' * 32, 41, 'example.org')}>\n",
    ):
        assert written("hello", headers=headers).token == token
    assert written("hello").token == ""


def test_only_the_trusted_server_authenticates() -> None:
    passed = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n"
    assert written("hello", headers=passed).authenticated
    other = written("hello", headers=passed.replace("mx.example.org", "mx.example.net"))
    assert (other.authenticated, other.authentication_given) == (False, True)


def test_days_are_the_senders_own_and_the_programs_where_mail_says_utc() -> None:
    head = "From: a@example.org\nDate: {}\n\nCONTACT E-7 yesterday phone\n"
    east = message(head.format("Wed, 20 Oct 2027 01:00:00 +0200").encode())
    utc = message(head.format("Wed, 20 Oct 2027 01:00:00 +0000").encode())
    assert [one.commands[0].arguments["date"] for one in (east, utc)] == [date(2027, 10, 19), date(2027, 10, 18)]


def test_a_message_without_a_date_is_read_on_the_day_it_came() -> None:
    found = understand(
        b"From: a@example.org\n\nAway until Friday\n", received_at=datetime(2027, 10, 18, 12, 0, tzinfo=UTC), book=context()
    )
    assert found.away_until == date(2027, 10, 22)


def test_nothing_need_be_known_to_understand() -> None:
    found = understand(b"From: a@example.org\n\nCONFIRM\n", received_at=RECEIVED, book=Context())
    assert [one.word for one in found.commands] == ["CONFIRM"]


def test_a_very_long_message_is_read_up_to_the_limit_and_says_so() -> None:
    found = written("CONFIRM\n" + "a line of a very long story\n" * 5_000)
    assert [one.word for one in found.commands] == ["CONFIRM"]
    assert any("very long" in problem for problem in found.problems)


@pytest.mark.alone
@pytest.mark.parametrize(
    "body",
    [
        "Mentor: x\nSummary: y\n", "1 Y 2 N 3 ?\n", "1: a\n", "Ana, 2027-10-18, Milo, ok\n", "| a | b ", "CONFRIM HLOD\n", "please ", "https://", "Ana Ruiz: x\n",
        "> 1. Which?\nyes\n", "I want to be ", "SINCE 3 March and 4 May\n", "MENTORSHIP APPLICATION\nName: x\n", "a: ", "\t", "=", '"', "我不想",
    ],
)  # fmt: skip
def test_half_a_megabyte_of_anything_takes_a_moment(body: str) -> None:
    text = body * (tries(500_000) // len(body))
    started = time.process_time()
    written(text)
    assert time.process_time() - started < 2  # one second and room for a busy machine


def test_mutated_messages_never_raise() -> None:
    chance = random.Random(7)
    seeds = [file.read_bytes() for file in sorted(MAIL.glob("*.eml"))]
    for _ in range(tries(300)):
        raw = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(raw))
            raw[at : at + chance.randint(0, 4)] = bytes(chance.randrange(256) for _ in range(chance.randint(0, 4)))
        json.dumps(as_json(classified(message(bytes(raw)))))


@pytest.mark.parametrize("raw", [b"", b"\x00" * 5000, b"\n\n\n", b"From: \xff\xfe\n\n\xff", bytes(range(256)) * 40])
def test_bytes_that_are_no_message_say_nothing(raw: bytes) -> None:
    found = message(raw)
    assert (found.commands, found.form, found.from_address) == ((), (), "")
    assert found.origin in Origin
