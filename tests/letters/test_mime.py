"""The bytes of a letter: exactly the headers meant, CRLF only, the same for the same input, readable by any parser."""

from __future__ import annotations

import email
from datetime import datetime, timedelta, timezone
from email import policy
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.letters import headers
from mailer.letters.errors import UnsafeHeader
from mailer.letters.mime import Enclosure, Envelope, compose
from mailer.letters.template import Rendered
from tests.letters.shelf import ENVELOPE, envelope
from tests.searching import tries

WORDS = Rendered(
    "Harbor: how was March?", "Hello Ana,\n\nfine.\n", '<html><body><p>Hello</p><p class="code"><!--code--></p></body></html>\n'
)
GOLDEN = """\
From: Harbor <harbor@example.org>
To: ana@example.org
Subject: Harbor: how was March?
Date: Fri, 15 Oct 2027 13:00:00 +0000
Message-ID: <k7f3.1@example.org>
Reply-To: harbor+k7f3.sig@example.org
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: DR, RN, NRN, AutoReply
X-Mentorpost-Letter: k7f3.sig
In-Reply-To: <before@example.org>
References: <first@example.org> <before@example.org>
List-Id: <harbor.example.org>
List-Unsubscribe:
 <mailto:harbor+k7f3.sig@example.org?subject=STOP&body=STOP>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_d1abb71ed7e310460a8981a8"
"""
NAMES = [line.partition(":")[0] for line in GOLDEN.splitlines() if line[0] != " "]
THREAD = {"in_reply_to": "before@example.org", "references": ("first@example.org", "before@example.org")}


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=policy.SMTP)


def test_the_headers_are_these_and_no_others() -> None:
    raw = compose(WORDS, envelope(**THREAD))
    assert raw.partition(b"\r\n\r\n")[0].decode("ascii") + "\r\n" == GOLDEN.replace("\n", "\r\n")


def test_the_same_letter_has_the_same_bytes_and_another_message_id_another_boundary() -> None:
    assert compose(WORDS, ENVELOPE) == compose(WORDS, ENVELOPE)
    one, other = read(compose(WORDS, ENVELOPE)), read(compose(WORDS, envelope(message_id="k7f3.2@example.org")))
    assert one.get_boundary() != other.get_boundary()


def test_both_parts_arrive_as_written_with_the_code_in_each() -> None:
    words = Rendered("Grüße", "Dear Zoë,\n\n.\n..\nFrom here = there \n" + "long " * 300 + "\n日本\n", "<p>Zoë</p>\n<!--code-->")
    message = read(compose(words, ENVELOPE))
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None and html is not None
    assert cast(str, plain.get_content()).replace("\r\n", "\n").rstrip("\n") == words.text + "\n[#k7f3.sig]"
    assert cast(str, html.get_content()).replace("\r\n", "\n").rstrip("\n") == "<p>Zoë</p>\n[#k7f3.sig]"
    assert message["Subject"] == "Grüße"
    assert not message.defects and not plain.defects and not html.defects


def test_attachments_go_along_and_keep_their_names() -> None:
    files = (Enclosure("form.csv", "text/csv", b"a,b\r\n" * 50), Enclosure('Übersicht "1".csv', "text/csv", b"\x00\xff\n.\n"))
    message = read(compose(WORDS, ENVELOPE, files))
    assert message.get_content_type() == "multipart/mixed"
    found = list(message.iter_attachments())
    assert [part.get_filename() for part in found] == [file.name for file in files]
    assert [part.get_payload(decode=True) for part in found] == [file.content for file in files]


SUBJECTS = [
    "Harbor: hello",
    "a" * 200,
    "word " * 60 + "end",
    "Grüße an alle, " * 12 + "bis bald",
    "日本語の件名" * 20,
    "looks =?utf-8?Q?=0ABcc:_eve@example.net?= encoded",
    "=?utf-8?B?QmNjOiBldmVAZXhhbXBsZS5uZXQ=?=",
    "tabs and  two spaces",
    "ends with space ",
    " begins with space",
    "🙂" * 40,
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_arrives_as_written_on_lines_of_at_most_78(subject: str) -> None:
    raw = compose(Rendered(subject, "x\n", "x\n"), ENVELOPE)
    head = raw.partition(b"\r\n\r\n")[0]
    assert headers.names(head.decode("ascii")) == [name for name in NAMES if name not in ("In-Reply-To", "References")]
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert str(read(raw)["Subject"]) == subject


DISPLAY = [
    "Harbor",
    "Harbor, the second",
    'The "Harbor"',
    "Häfen & Söhne",
    "a" * 60,
    "=?utf-8?Q?x?=",
    "a\\b",
    "",
    "Harbor (north)",
]


@pytest.mark.parametrize("name", DISPLAY)
def test_a_display_name_is_a_name_and_nothing_else(name: str) -> None:
    message = read(compose(WORDS, envelope(from_name=name)))
    [address] = message["From"].addresses
    assert (address.display_name, address.addr_spec) == (name, "harbor@example.org")


REFUSED: list[tuple[str, object]] = [
    ("from_name", "Harbor\r\nBcc: eve@example.net"),
    ("from_name", "Harbor\x00"),
    ("from_name", "Harbor\u2028Bcc: x"),
    ("from_name", "\ud800"),
    ("from_address", "harbor@example.org\r\nBcc: eve@example.net"),
    ("from_address", ""),
    ("to_address", "ana@example.org, eve@example.net"),
    ("to_address", "ana@example.org\n"),
    ("to_address", '"ana eve"@example.org'),
    ("to_address", "Ana <ana@example.org>"),
    ("to_address", "ana@exämple.org"),
    ("to_address", "a" * 250 + "@example.org"),
    ("to_address", "ana"),
    ("reply_to", "harbor@example.org>"),
    ("message_id", "<k7f3@example.org>"),
    ("message_id", "k7f3 1@example.org"),
    ("message_id", "k7f3@example.org\r\nX: y"),
    ("letter_token", "k7f3]\n"),
    ("letter_token", ""),
    ("list_id", "harbor\r\nX: y"),
    ("auto_submitted", "no"),
    ("unsubscribe", "eve@example.net\r\n"),
    ("date", datetime(2027, 10, 15)),
]


@pytest.mark.parametrize(("slot", "value"), REFUSED)
def test_a_value_that_would_be_more_than_a_value_holds_the_letter(slot: str, value: object) -> None:
    with pytest.raises(UnsafeHeader):
        compose(WORDS, envelope(**{slot: value}))


@pytest.mark.parametrize("subject", ["a\nb", "a\rb", "a\x00b", "a\u2029b", "a\x0bb", "a\x85b"])
def test_a_subject_with_a_line_break_holds_the_letter(subject: str) -> None:
    with pytest.raises(UnsafeHeader):
        compose(Rendered(subject, "x", "x"), ENVELOPE)


@pytest.mark.parametrize("enclosure", [Enclosure("a\r\nX: y", "text/csv", b""), Enclosure("a.csv", "text/csv\r\nX: y", b"")])
def test_an_attachment_cannot_add_headers(enclosure: Enclosure) -> None:
    with pytest.raises(UnsafeHeader):
        compose(WORDS, ENVELOPE, (enclosure,))


def test_ids_of_other_peoples_messages_that_are_none_are_left_out() -> None:
    message = read(compose(WORDS, envelope(in_reply_to="no id", references=("a@b", "x\r\nBcc: y@z", "<c@d>", "e@f"))))
    assert message["In-Reply-To"] is None
    assert message["References"] == "<a@b> <e@f>"


def test_a_long_thread_keeps_its_first_and_its_last_ids() -> None:
    ids = tuple(f"{number}.{'x' * 40}@example.org" for number in range(50))
    found = str(read(compose(WORDS, envelope(references=ids)))["References"]).split()
    assert (found[0], found[1], found[-1], len(found)) == (f"<{ids[0]}>", f"<{ids[39]}>", f"<{ids[-1]}>", 12)


DATES = [
    (datetime(2027, 1, 5, 9, 4, 3, tzinfo=timezone(timedelta(hours=-5))), "Tue, 05 Jan 2027 09:04:03 -0500"),
    (datetime(2028, 2, 29, 23, 59, 59, tzinfo=timezone(timedelta(hours=5, minutes=45))), "Tue, 29 Feb 2028 23:59:59 +0545"),
]


@pytest.mark.parametrize(("moment", "text"), DATES)
def test_a_date_is_written_as_rfc_5322_wants_it(moment: datetime, text: str) -> None:
    assert headers.when(moment) == text


BODIES = ["a\n.\nb", "a\r.\rb", "a\r\n.\r\nb", "\n.\r\n", "x" * 5000, "\x00", " \n \n", "=\n=0A", "From x\n", "é" * 2000, "\ud800"]


@pytest.mark.parametrize("body", BODIES)
def test_no_body_can_break_out_of_the_line_discipline(body: str) -> None:
    raw = compose(Rendered("s", body, body), ENVELOPE)
    assert raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n")
    assert b"\x00" not in raw and max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\r\n.\r\n" not in raw


@settings(max_examples=tries(150), deadline=None)
@given(st.text(max_size=120), st.text(max_size=60), st.text(max_size=300))
def test_whatever_a_name_or_a_subject_holds_the_headers_are_those_meant_or_the_letter_is_held(
    subject: str, name: str, body: str
) -> None:
    try:
        raw = compose(Rendered(subject, body, body), envelope(from_name=name))
    except UnsafeHeader:
        return
    message = read(raw)
    assert list(message.keys()) == [name for name in NAMES if name not in ("In-Reply-To", "References")]
    assert str(message["To"]) == "ana@example.org"
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_an_envelope_names_exactly_one_recipient() -> None:
    assert [name for name in Envelope.__dataclass_fields__ if name in ("cc", "bcc", "to")] == []
