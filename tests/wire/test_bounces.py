"""Delivery reports: who, why and whether the address itself is dead; in the shapes of the mail servers in use."""

from __future__ import annotations

import json
import time

import pytest

from mailer.model.mail import Bounce, Cause, Undelivered
from mailer.wire.bounces.read import read_bounce, succeeded
from mailer.wire.bounces.texts import Stage, stage_of, verdict
from mailer.wire.parse import parse

ANA = "ana@example.com"


def dsn(block: str, *, human: str = "Your letter came back.", subject: str = "Undelivered Mail Returned to Sender") -> bytes:
    """A report in the form of RFC 3464 with one recipient block."""
    return (
        f"From: Mail Delivery System <MAILER-DAEMON@mx.example.net>\nTo: mc@example.org\nSubject: {subject}\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"\n\n'
        f"--b1\nContent-Type: text/plain; charset=utf-8\n\n{human}\n"
        f"--b1\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.net\n\n{block}\n"
        "--b1\nContent-Type: message/rfc822\n\nFrom: mc@example.org\nTo: ana@example.com\nMessage-ID: <m.abc@example.org>\nSubject: A question\n\nHello\n--b1--\n"
    ).encode()


def plain(text: str, *, subject: str = "failure notice", sender: str = "MAILER-DAEMON@mx.example.net", more: str = "") -> bytes:
    return f"From: {sender}\nTo: mc@example.org\nReturn-Path: <>\nSubject: {subject}\n{more}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()


def read(raw: bytes) -> Bounce:
    bounce = read_bounce(parse(raw))
    assert bounce is not None
    return bounce


def only(raw: bytes) -> Undelivered:
    (one,) = read(raw).recipients
    return one


def block(diagnostic: str = "", status: str = "5.0.0", action: str = "failed", final: str = ANA) -> str:
    lines = [f"Final-Recipient: rfc822; {final}", f"Action: {action}", f"Status: {status}"]
    return "\n".join([*lines, f"Diagnostic-Code: smtp; {diagnostic}"] if diagnostic else lines)


@pytest.mark.parametrize(
    ("diagnostic", "status", "cause", "permanent"),
    [
        ("550 5.1.1 <ana@example.com>... User unknown", "5.1.1", Cause.DEAD_ADDRESS, True),
        (
            "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking",
            "5.1.1",
            Cause.DEAD_ADDRESS,
            True,
        ),
        (
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
            "5.1.10",
            Cause.DEAD_ADDRESS,
            True,
        ),
        ("", "5.1.1", Cause.DEAD_ADDRESS, True),
        ("550 5.1.2 Host unknown (Name server: gone.example: host not found)", "5.1.2", Cause.DEAD_ADDRESS, True),
        ("550 5.1.6 recipient no longer on server", "5.1.6", Cause.DEAD_ADDRESS, True),
        ("556 5.1.10 Recipient address has null MX", "5.1.10", Cause.DEAD_ADDRESS, True),
        ("552 5.2.2 Mailbox full", "5.2.2", Cause.MAILBOX_FULL, False),
        ("550 5.1.1 user is over quota", "5.1.1", Cause.MAILBOX_FULL, False),
        ("", "5.2.2", Cause.MAILBOX_FULL, False),
        ("452 4.2.2 Over quota, try again", "4.2.2", Cause.MAILBOX_FULL, False),
        ("550 5.7.26 Unauthenticated email is not accepted due to domain's DMARC policy", "5.7.26", Cause.BLOCKED, False),
        ("554 5.7.1 Service unavailable; client host [192.0.2.1] blocked using zen.spamhaus.org", "5.7.1", Cause.BLOCKED, False),
        ("550 5.1.1 sender address rejected: not on the list", "5.1.1", Cause.BLOCKED, False),
        ("553 https://www.spamhaus.org/query/bl?ip=192.0.2.1", "5.1.3", Cause.BLOCKED, False),
        ("554 Relay access denied", "5.7.1", Cause.BLOCKED, False),
        ("552 5.3.4 Message too large", "5.3.4", Cause.CONTENT, False),
        ("550 5.7.1 Message content rejected: spam detected", "5.7.1", Cause.CONTENT, False),
        ("550 5.6.0 malformed message", "5.6.0", Cause.CONTENT, False),
        ("550 5.2.1 The email account that you tried to reach is disabled", "5.2.1", Cause.UNKNOWN, False),
        ("451 4.4.1 connection timed out", "4.4.1", Cause.TEMPORARY, False),
        ("450 4.2.0 greylisted, try again in five minutes", "4.2.0", Cause.TEMPORARY, False),
        ("450 4.1.1 user unknown in virtual mailbox table", "4.1.1", Cause.TEMPORARY, False),
        ("550 4.4.7 QUEUE.Expired; message expired", "4.4.7", Cause.TEMPORARY, False),
        ("550 no", "5.0.0", Cause.UNKNOWN, False),
        ("5.1.0 Unknown address error 550-'5.7.1 Access denied'", "5.0.0", Cause.BLOCKED, False),
    ],
)
def test_the_servers_words_and_code_tell_the_cause(diagnostic: str, status: str, cause: Cause, permanent: bool) -> None:
    one = only(dsn(block(diagnostic, status)))
    assert (one.address, one.cause, one.permanent, one.delayed) == (ANA, cause, permanent, False)


def test_user_unknown_is_believed_at_rcpt_and_not_after_the_letter_was_read() -> None:
    words = "<ana@example.com>: host mx.example.com[192.0.2.7] said: 550 no such user (in reply to {})"
    at_rcpt = dsn(block("550 no such user"), human=words.format("RCPT TO command"))
    after = dsn(block("550 no such user"), human=words.format("end of DATA command"))
    assert only(at_rcpt).permanent
    assert not only(after).permanent


def test_a_wrapped_line_still_tells_the_stage() -> None:
    assert stage_of("said: 550 no (in reply\n    to RCPT TO\n    command)") is Stage.RCPT
    assert stage_of(">>> RCPT To:<ana@example.com>\n<<< 550 no\n") is Stage.RCPT
    assert stage_of(">>> MAIL From:<mc@example.org>\n<<< 250 ok\n>>> DATA\n<<< 554 no\n") is Stage.DATA
    assert stage_of("SMTP error from remote mail server after MAIL FROM:<mc@example.org>") is Stage.MAIL
    assert stage_of("I looked at the data after lunch") is Stage.UNKNOWN


def test_a_warning_of_delay_is_never_permanent() -> None:
    one = only(dsn(block("550 5.1.1 user unknown", "4.4.7", action="delayed")))
    assert (one.cause, one.permanent, one.delayed) == (Cause.TEMPORARY, False, True)


def test_a_report_of_success_is_no_bounce() -> None:
    raw = dsn(block("250 2.0.0 ok", "2.0.0", action="delivered"), subject="Successful Mail Delivery Report")
    assert read_bounce(parse(raw)) is None
    assert succeeded(parse(raw))


def test_the_address_we_wrote_to_is_named_not_the_one_behind_a_forward() -> None:
    text = "Original-Recipient: rfc822;ana@example.com\n" + block(
        "550 5.1.1 user unknown", "5.1.1", final="a.ruiz@inner.example.net"
    )
    assert only(dsn(text)).address == ANA


def test_the_returned_letter_is_known_by_its_message_id() -> None:
    bounce = read(dsn(block("550 5.1.1 user unknown", "5.1.1")))
    assert bounce.original_message_id == "m.abc@example.org"
    assert "user unknown" in bounce.diagnostic


def test_several_recipients_are_told_apart() -> None:
    two = block("550 5.1.1 user unknown", "5.1.1") + "\n\n" + block("552 5.2.2 mailbox full", "5.2.2", final="ben@example.com")
    found = {one.address: (one.cause, one.permanent) for one in read(dsn(two)).recipients}
    assert found == {ANA: (Cause.DEAD_ADDRESS, True), "ben@example.com": (Cause.MAILBOX_FULL, False)}


QMAIL = """Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ana@example.com>:
192.0.2.7 does not like recipient.
Remote host said: 550 {}
Giving up on 192.0.2.7.

--- Below this line is a copy of the message.

Return-Path: <mc@example.org>
Message-ID: <m.xyz@example.org>
To: ana@example.com
Subject: A question

Please answer user unknown.
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ana@example.com
    SMTP error from remote mail server after RCPT TO:<ana@example.com>:
    host mx.example.com [192.0.2.7]: 550 {}

------ This is a copy of the message, including all the headers. ------

Message-Id: <m.xyz@example.org>
To: ana@example.com
"""


@pytest.mark.parametrize("shape", [QMAIL, EXIM])
@pytest.mark.parametrize(
    ("words", "cause", "permanent"),
    [
        ("5.1.1 no such user", Cause.DEAD_ADDRESS, True),
        ("Unknown user ana@example.com", Cause.DEAD_ADDRESS, True),
        ("sorry, no mailbox here by that name (#5.1.1)", Cause.DEAD_ADDRESS, True),
        ("5.2.2 mailbox is full", Cause.MAILBOX_FULL, False),
        ("5.7.1 blocked by our policy; see https://mx.example.com/user-unknown", Cause.BLOCKED, False),
    ],
)
def test_a_free_form_report_is_read_as_well(shape: str, words: str, cause: Cause, permanent: bool) -> None:
    bounce = read(plain(shape.format(words)))
    (one,) = bounce.recipients
    assert (one.address, one.cause, one.permanent) == (ANA, cause, permanent)
    assert bounce.original_message_id == "m.xyz@example.org"


def test_exchange_names_the_recipient_below_its_heading() -> None:
    text = "Your message\n\n  To:      ben@example.com\n  Subject: A question\n\ndid not reach the following recipient(s):\n\nana@example.com on Thu, 29 Apr 2027\n    The recipient name is not recognized\n"
    one = only(plain(text, subject="Undeliverable: A question", sender="System Administrator <postmaster@example.com>"))
    assert (one.address, one.permanent) == (ANA, True)


def test_a_list_of_lines_gives_each_recipient_its_own_cause() -> None:
    text = "    Hi!\n\n    An error has occurred while attempting to deliver a message for\n    the following list of recipients:\n\nana@example.com: 550 5.1.1 user unknown\nben@example.com: 552 5.2.2 mailbox full\n\n    Below is a copy of the original message:\n"
    found = {one.address: one.permanent for one in read(plain(text, subject="Delivery status notification: error")).recipients}
    assert found == {ANA: True, "ben@example.com": False}


@pytest.mark.parametrize(
    ("text", "permanent"),
    [
        (
            "ana@example.com\n   Error Type: SMTP\n   hMailServer sent: RCPT TO:<ana@example.com>\n   Remote server replied: 550 Unknown user\n",
            True,
        ),
        (
            "<ana@example.com>\nSession Transcript:\n Mon 2027-03-01 09:00:00: --> RCPT To:<ana@example.com>\n Mon 2027-03-01 09:00:01: <-- 550 no such user here\n",
            True,
        ),
        (
            "Sent <<< RCPT TO:<ana@example.com>\nReceived >>> 550 5.1.1 unknown user\nUnable to deliver message to <ana@example.com>.",
            True,
        ),
        (
            "<ana@example.com>: Host or domain name not found. Name service error for\n    name=example.com type=A: Host not found\n",
            True,
        ),
        ("<ana@example.com>:\nSorry, I couldn't find any host named example.com. (#5.1.2)\n", True),
        ("  ana@example.com\n    Unrouteable address\n", True),
        ("  ana@example.com\n    retry timeout exceeded\n", False),
        ("<ana@example.com>:\nThis message is looping: it already has my Delivered-To line. (#5.4.6)\n", False),
        (
            "<ana@example.com>: host mx.example.com said: 450 4.2.1 Recipient address rejected: Greylisted (in reply to RCPT TO command)",
            False,
        ),
        ("<ana@example.com>: host mx.example.com said: 550 : User unknown (in reply to end of DATA command)", False),
        ("<a@example.com>: (expanded from <ana@example.com>): user unknown. Command output: procmail: no such user", False),
    ],
)
def test_the_words_of_many_servers(text: str, permanent: bool) -> None:
    one = only(plain(f"Your message could not be delivered.\n\n{text}"))
    assert (one.address, one.permanent) == (ANA, permanent)


def test_a_report_that_names_only_us_names_nobody() -> None:
    assert [
        one.address for one in read(plain("Your mail could not be delivered: mailbox full.\n\nmc@example.org wrote it.")).recipients
    ] == [""]


def test_failed_recipients_in_a_header_are_authoritative() -> None:
    one = only(plain("It failed permanently: 550 5.1.1 unknown user", more="X-Failed-Recipients: ana@example.com\n"))
    assert (one.address, one.permanent) == (ANA, True)


def test_a_warning_in_words_is_a_delay() -> None:
    text = "THIS IS A WARNING MESSAGE ONLY.\nYOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\nDelivery to the following recipient has been delayed:\n\n     ana@example.com\n"
    one = only(plain(text, subject="Delivery Status Notification (Delay)"))
    assert (one.address, one.cause, one.permanent, one.delayed) == (ANA, Cause.TEMPORARY, False, True)


@pytest.mark.parametrize(
    ("subject", "text", "sender"),
    [
        (
            "Re: A short question",
            "My mail to Mel came back: user unknown. Do you have another address?",
            "Ana Ruiz <ana@example.com>",
        ),
        ("Undeliverable", "I get 550 5.1.1 user unknown when I write to Mel.", "Ana Ruiz <ana@example.com>"),
        ("Fwd: Returned mail", "Look at this, please.", "Ana Ruiz <ana@example.com>"),
        ("delivery failure of my washing machine", "It could not be delivered.", "ana@example.com"),
    ],
)
def test_a_person_who_writes_about_a_bounce_is_no_bounce(subject: str, text: str, sender: str) -> None:
    raw = f"From: {sender}\nTo: mc@example.org\nSubject: {subject}\n\n{text}\n".encode()
    assert read_bounce(parse(raw)) is None


def test_complaints_and_read_receipts_are_no_bounces() -> None:
    for kind in ("message/feedback-report", "message/disposition-notification"):
        raw = f'From: MAILER-DAEMON@mx.example.net\nSubject: Returned mail\nContent-Type: multipart/report; boundary="x"\n\n--x\n\ncould not be delivered\n--x\nContent-Type: {kind}\n\nFinal-Recipient: rfc822; a@b.c\n--x--\n'
        assert read_bounce(parse(raw.encode())) is None


def notice(kind: str, **more: object) -> bytes:
    return plain(
        json.dumps({"notificationType": kind, **more}), subject="AWS Notification Message", sender="no-reply@sns.example.net"
    )


def test_a_notice_of_amazon_ses_is_read() -> None:
    hit = {"emailAddress": ANA, "status": "5.1.1", "action": "failed", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
    raw = notice("Bounce", bounce={"bouncedRecipients": [hit]}, mail={"commonHeaders": {"messageId": "<m.q@example.org>"}})
    bounce = read(raw)
    assert [(one.address, one.permanent) for one in bounce.recipients] == [(ANA, True)]
    assert bounce.original_message_id == "m.q@example.org"
    assert read_bounce(parse(notice("Delivery"))) is None
    assert succeeded(parse(notice("Delivery")))
    assert read_bounce(parse(notice("Bounce", bounce="nonsense"))) is None


def test_a_report_that_contradicts_itself_proves_no_death() -> None:
    assert (
        verdict(("550 5.1.1 user unknown", "", "Not enough disk space"), "5.1.1", "550", Stage.UNKNOWN).cause is Cause.MAILBOX_FULL
    )


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a@",
        "550 ",
        "\n",
        "-----\n",
        "<a@b.c> ",
        "Final-Recipient: rfc822;x@y.z\nAction: failed\n\n",
        "user unknown ",
        "[",
        '{"a":',
        "5.1.1 ",
    ],
)
def test_a_megabyte_of_anything_is_read_within_a_second(piece: str) -> None:
    flood = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    for raw in (
        plain(flood),
        dsn(flood, human=flood),
        notice("Bounce", bounce={"bouncedRecipients": [{"diagnosticCode": flood[:20_000]}] * 50}),
    ):
        parsed = parse(raw)
        start = time.process_time()
        read_bounce(parsed)
        assert time.process_time() - start < 1
