"""What may go over the wire at all: addresses, line ends, line lengths, sizes; and dots doubled exactly once."""

from __future__ import annotations

import pytest

from mailer.model.post import Outgoing
from mailer.post.smtp_fit import Offer, envelope, is_address, stuffed, unfit

ADDRESSES = [
    ("anna@example.org", True),
    ("anna+tag@example.org", True),
    ("o'brien@ex-ample.co.uk", True),
    ("a=b/c@example.org", True),
    ("zoë@exämple.org", True),
    ("a@localhost", True),
    ("", False),
    ("anna", False),
    ("@example.org", False),
    ("anna@", False),
    ("a b@example.org", False),
    ("a@example.org> SIZE=1", False),
    ("a@b.org,c@d.org", False),
    ("a@b.org\r\nRCPT TO:<x@y.org>", False),
    ("a@b.org\n", False),
    ("<a@b.org>", False),
    ('"a b"@example.org', False),
    ("a@b@c.org", False),
    ("a@[127.0.0.1]", False),
    ("a\u00a0b@example.org", False),
    ("a\x00b@example.org", False),
    ("a@exa mple.org", False),
    ("a@\u2028example.org", True),  # not a control character on the wire, and no line end for SMTP
    ("\ud800@example.org", False),
    ("a" * 65 + "@example.org", False),
    ("a@" + "b" * 254, False),
]


@pytest.mark.parametrize(("text", "good"), ADDRESSES)
def test_an_address_is_plain_or_it_is_none(text: str, good: bool) -> None:
    assert is_address(text) is good


ASCII = Offer(pipelining=True, size=1000)
EVERYTHING = Offer(pipelining=True, eight_bit=True, utf8=True, size=0)
LETTERS = [
    (b"Subject: x\r\n\r\nhi\r\n", "a@b.org", ASCII, ""),
    (b"Subject: x\r\n\r\nhi\r\n", "a b@c.org", ASCII, "5.1.3"),
    (b"Subject: x\n\nhi\n", "a@b.org", ASCII, "5.6.0"),
    (b"Subject: x\r\n\r\nhi\n.\nMAIL FROM:<x@y>\r\n", "a@b.org", ASCII, "5.6.0"),
    (b"Subject: x\r\n\r\nhi\r.\r\r\n", "a@b.org", ASCII, "5.6.0"),
    (b"Subject: x\r\n\r\nno end", "a@b.org", ASCII, "5.6.0"),
    (b"", "a@b.org", ASCII, "5.6.0"),
    (b"Subject: x\r\n\r\n\0\r\n", "a@b.org", ASCII, "5.6.0"),
    (b"x" * 998 + b"\r\n", "a@b.org", EVERYTHING, ""),
    (b"x" * 999 + b"\r\n", "a@b.org", EVERYTHING, "5.6.0"),
    (b"a\r\n" * 334, "a@b.org", ASCII, "5.3.4"),
    (b"a\r\n" * 333, "a@b.org", ASCII, ""),
    ("ä\r\n".encode(), "a@b.org", ASCII, "5.6.3"),
    ("ä\r\n".encode(), "a@b.org", EVERYTHING, ""),
    (b"a\r\n", "zoë@b.org", ASCII, "5.6.7"),
    (b"a\r\n", "zoë@b.org", EVERYTHING, ""),
]


@pytest.mark.parametrize(("raw", "to", "offer", "status"), LETTERS)
def test_a_letter_that_cannot_go_is_refused_before_the_wire(raw: bytes, to: str, offer: Offer, status: str) -> None:
    verdict = unfit(Outgoing(7, "us@example.org", to, raw), offer)
    assert (verdict.status if verdict else "") == status
    assert verdict is None or (verdict.letter_id == 7 and to not in verdict.text)


def test_the_envelope_says_what_the_server_offers_to_hear() -> None:
    letter = Outgoing(1, "us@example.org", "zoë@example.org", "ä\r\n".encode())
    assert envelope(letter, EVERYTHING) == (
        b"MAIL FROM:<us@example.org> SIZE=4 BODY=8BITMIME SMTPUTF8\r\n",
        "RCPT TO:<zoë@example.org>\r\n".encode(),
        b"DATA\r\n",
    )
    plain = Outgoing(1, "", "a@example.org", b"a\r\n")
    assert envelope(plain, Offer())[0] == b"MAIL FROM:<>\r\n"


STUFFED = [
    (b"a\r\n", b"a\r\n"),
    (b".\r\n", b"..\r\n"),
    (b"..a\r\n.b\r\n", b"...a\r\n..b\r\n"),
    (b"a.\r\n.\r\n", b"a.\r\n..\r\n"),
    (b"\r\n.\r\n.\r\n", b"\r\n..\r\n..\r\n"),
]


@pytest.mark.parametrize(("raw", "wire"), STUFFED)
def test_a_leading_dot_is_doubled_exactly_once(raw: bytes, wire: bytes) -> None:
    assert stuffed(raw) == wire
