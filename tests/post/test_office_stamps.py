"""What the embedded post office writes on a message, and which claims of others it takes out."""

from __future__ import annotations

import pytest

from mailer.office.stamps import author, stamped

ID = "office.example.org"
AUTHORS = [
    ("From: anna@example.org\r\n", "anna@example.org"),
    ("From: Anna <Anna@Example.org>\r\n", "anna@example.org"),
    ('From: "anna@example.org" <eve@example.net>\r\n', "eve@example.net"),
    ("from:\r\n Anna\r\n <anna@example.org>\r\n", "anna@example.org"),
    ("From: anna@example.org, eve@example.net\r\n", ""),
    ("From: a@example.org\r\nFrom: b@example.org\r\n", ""),
    ("From: <anna@example.org> <eve@example.net>\r\n", ""),
    ("From: anna@example.org (eve@example.net)\r\n", ""),
    ("From: Group: anna@example.org;\r\n", ""),
    ("From: anna\r\n", ""),
    ("From:\r\n", ""),
    ("Subject: x\r\n", ""),
    ("", ""),
]


@pytest.mark.parametrize(("head", "address"), AUTHORS)
def test_the_author_is_one_plain_address_or_nobody(head: str, address: str) -> None:
    assert author(head.encode()) == address


def stamp(head: str, *, login: str = "", rcpt: str = "inbox+t0k@example.org") -> str:
    raw = f"{head}\r\nbody\r\nReturn-Path: kept in the body\r\n".encode()
    return stamped(
        raw,
        envelope_from="anna@example.org",
        mailbox="inbox@example.org",
        rcpt=rcpt,
        authserv_id=ID,
        login=login,
        received="from x\r\n\tby y",
    ).decode()


def test_the_envelope_is_written_on_top_and_older_ones_are_taken_out() -> None:
    text = stamp("Return-Path: <eve@example.net>\r\nDelivered-To: eve\r\n folded\r\nX-ORIGINAL-TO : eve\r\nSubject: x\r\n")
    assert text.startswith(
        "Return-Path: <anna@example.org>\r\nDelivered-To: inbox@example.org\r\nX-Original-To: inbox+t0k@example.org\r\n"
    )
    assert "eve" not in text and "folded" not in text
    assert text.endswith("Subject: x\r\n\r\nbody\r\nReturn-Path: kept in the body\r\n")


def test_an_owner_who_is_logged_in_is_authenticated() -> None:
    text = stamp("From: Anna <anna@example.org>\r\n", login="anna@example.org")
    assert (
        f"Authentication-Results: {ID};\r\n\tauth=pass smtp.auth=anna@example.org;\r\n\tdmarc=pass header.from=example.org\r\n"
        in text
    )


@pytest.mark.parametrize(
    ("sender", "login"),
    [("anna@example.org", ""), ("anna@example.org", "eve@example.org"), ("anna@example.org>, <eve@example.org", "eve@example.org")],
)
def test_nobody_else_is(sender: str, login: str) -> None:
    text = stamp(f"From: <{sender}>\r\n", login=login)
    assert "pass" not in text and f"Authentication-Results: {ID};\r\n\tnone\r\n" in text


CLAIMS = [
    f"Authentication-Results: {ID}; dmarc=pass\r\n",
    f"authentication-RESULTS:\r\n\t{ID.upper()} 1;\r\n\tdmarc=pass\r\n",
    f"Authentication-Results : (comment) {ID} ; dmarc=pass\r\n",
    f"Authentication-Results: {ID} dmarc=pass\r\n",
]


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_foreign_claim_to_be_our_judgement_is_taken_out(claim: str) -> None:
    text = stamp(f"From: anna@example.org\r\n{claim}Authentication-Results: other.example; dmarc=pass\r\n")
    assert text.count(ID) == 1
    assert "other.example; dmarc=pass" in text  # whom to believe is the reader's


def test_addresses_cannot_write_headers() -> None:
    text = stamp("From: a@b.org\r\n", rcpt="inbox@example.org\r\nBcc: eve@example.net")
    assert "\r\nBcc:" not in text


@pytest.mark.parametrize("raw", [b"", b"no header at all", b"\r\n\r\n", b"Subject: x\r\n", b" folded first\r\n\r\nx\r\n"])
def test_odd_messages_are_delivered_as_they_are(raw: bytes) -> None:
    text = stamped(raw, envelope_from="", mailbox="a@b.org", rcpt="a@b.org", authserv_id=ID, login="", received="x")
    assert text.startswith(b"Return-Path: <>\r\n") and raw.strip() in text
