"""Delivery reports in rarer shapes: pipelined transcripts, gateways that wrap a report, notices broken on their way."""

from __future__ import annotations

import json

import pytest

from mailer.model.mail import Cause, Origin
from mailer.wire.bounces.read import read_bounce, succeeded
from mailer.wire.machines import OwnMail, origin
from mailer.wire.parse import parse
from tests.wire.test_bounces import ANA, block, dsn, only, plain, read


@pytest.mark.parametrize(
    ("human", "diagnostic", "status", "cause", "permanent"),
    [
        # Exchange Online refuses unknown recipients so, wherever its report puts the words
        ("", "550 5.4.1 <ana@example.com>: Recipient address rejected: Access denied", "5.4.1", Cause.DEAD_ADDRESS, True),
        ("in reply to MAIL FROM", "550 5.4.1 Recipient address rejected: Access denied", "5.4.1", Cause.BLOCKED, False),
        ("mx did not like our RCPT TO:", "550 5.2.1 <ana@example.com>: user unknown", "5.2.1", Cause.DEAD_ADDRESS, True),
        ("mx did not like our DATA:", "550 5.2.0 <ana@example.com>: no such user", "5.2.0", Cause.UNKNOWN, False),
        ("in reply to RCPT TO", "553 Invalid recipient (Mode: usual)", "5.7.1", Cause.DEAD_ADDRESS, True),
        ("in reply to RCPT TO", "550 Invalid recipient", "5.7.1", Cause.UNKNOWN, False),
        ("in reply to RCPT TO", "550 5.0.0 Recipient address rejected: on hold", "5.0.0", Cause.UNKNOWN, False),
        ("in reply to RCPT TO", "521 5.3.2 Recipient address rejected: no mail is taken here", "5.3.2", Cause.DEAD_ADDRESS, True),
        ("in reply to RCPT TO", "450 4.1.1 User unknown in virtual alias table", "4.1.1", Cause.DEAD_ADDRESS, True),
        ("in reply to end of DATA", "550 5.2.0 From: domain is invalid", "5.2.0", Cause.CONTENT, False),
        ("", "550 5.1.1 refused due to recipient preferences", "5.1.1", Cause.BLOCKED, False),
        # the comment of a status only explains the number
        ("", "550 5.2.1 <ana@example.com>: user unknown", "5.2.1 (mailbox disabled)", Cause.DEAD_ADDRESS, True),
    ],
)
def test_the_moment_and_the_words_decide_together(human: str, diagnostic: str, status: str, cause: Cause, permanent: bool) -> None:
    one = only(dsn(block(diagnostic, status), human=human))
    assert (one.cause, one.permanent) == (cause, permanent)


PIPELINED = """   ----- The following addresses had permanent fatal errors -----
<ana@example.com>
    (reason: 550 5.5.0 Invalid recipient)

   ----- Transcript of session follows -----
... while talking to mx.example.com.:
>>> DATA
<<< 550 5.5.0 Invalid recipient
550 5.1.1 <ana@example.com>... User unknown
<<< {} 5.5.1 {}
"""


def test_what_comes_before_no_valid_recipients_answers_rcpt() -> None:
    diagnostic = block("550 5.5.0 Invalid recipient", "5.5.0")
    assert only(dsn(diagnostic, human=PIPELINED.format("554", "Error: no valid recipients"))).permanent
    assert not only(dsn(diagnostic, human=PIPELINED.format("554", "Error: too many words"))).permanent


@pytest.mark.parametrize(
    ("text", "permanent"),
    [
        ("<ana@example.com>: Name service error for domain example.com: Host not found, try again", False),
        ("There was an error delivering your mail to <ana@example.com>.\n\nDNS lookup failure: host example.com not found", True),
        ("<ana@example.com>:\n550: <ana@example.com>: User unknown", True),
        ("Invalid final delivery userid: ana@example.com", True),
        ("Your message wasn't delivered to ana@example.com because the address couldn't be found. Check for typos.", True),
        ("Unable to deliver message to <ana@example.com> (and other recipients in the same domain).", True),
    ],
)
def test_free_words_of_further_servers(text: str, permanent: bool) -> None:
    one = only(plain(text))
    assert (one.address, one.permanent) == (ANA, permanent)


def test_in_a_transcript_each_address_keeps_its_own_lines() -> None:
    text = (
        "   ----- Transcript of session follows -----\nWhile talking to mx.example.com:\n>>> DATA\n<<< 550 Not today.\n"
        "554 <ana@example.com>... Remote protocol error\n550 gone.example (smtp)... 550 Host unknown\n"
        "554 <bo@gone.example>... 550 Host unknown (Authoritative answer from name server)\n"
    )
    assert [(one.address, one.permanent) for one in read(plain(text)).recipients] == [(ANA, False), ("bo@gone.example", True)]


def test_recipients_without_a_blank_line_between_them_are_told_apart() -> None:
    both = block("550 5.2.2 mailbox full", "5.2.2") + "\n" + block("550 5.1.1 user unknown", "5.1.1", final="bo@example.com")
    assert [(one.address, one.permanent) for one in read(dsn(both)).recipients] == [(ANA, False), ("bo@example.com", True)]


def test_an_address_that_could_be_reached_is_a_success() -> None:
    raw = dsn(block("250 2.1.5 Ok", "2.1.5", action="deliverable"))
    assert read_bounce(parse(raw)) is None
    assert succeeded(parse(raw))


def test_the_address_a_report_was_made_for_is_not_its_reader() -> None:
    text = "There was an error delivering your mail to <ana@example.com>.\n\n552 5.2.2 mailbox full"
    assert only(plain(text, more="X-Original-To: mc@example.org\nX-Original-To: <ana@example.com>\n")).address == ANA


def test_a_report_inside_the_report_of_a_gateway_is_read() -> None:
    inner = dsn(block("550 5.1.1 user unknown", "5.1.1")).decode()
    raw = (
        "From: Mail Delivery Subsystem <MAILER-DAEMON@gate.example>\nTo: mc@example.org\nSubject: Returned mail\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="gate"\n\n--gate\nContent-Type: text/plain\n\nThe following had delivery errors\n'
        f"--gate\nContent-Type: message/rfc822\n\n{inner}\n--gate--\n"
    )
    assert (only(raw.encode()).address, only(raw.encode()).permanent) == (ANA, True)


def test_a_returned_letter_below_plain_words_is_a_report_whatever_its_subject() -> None:
    raw = (
        "Return-Path: <>\nFrom: no-reply@mail.example.net\nTo: mc@example.org\nSubject: Mail\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nYour letter of Monday\n'
        "  could not be delivered to: <ana@example.com>\n  As their mailbox is full.\n"
        "--b\nContent-Type: message/rfc822\n\nFrom: mc@example.org\nTo: ana@example.com\nSubject: Hello\n\nHello\n--b--\n"
    )
    assert (only(raw.encode()).address, only(raw.encode()).cause) == (ANA, Cause.MAILBOX_FULL)


NOTICE = {
    "notificationType": "Bounce",
    "bounce": {"bouncedRecipients": [{"emailAddress": ANA, "action": "failed", "status": "5.1.1"}]},
    "mail": {"commonHeaders": {"messageId": "<m.abc@example.org>"}},
}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(NOTICE).replace('"mail":', '"note": "broken !\n by a gateway", "mail":'),
        json.dumps({"Type": "Notification", "Message": json.dumps(NOTICE)}, indent=2),
    ],
)
def test_a_notice_of_amazon_is_read_broken_or_in_its_envelope(text: str) -> None:
    bounce = read(plain(text + "\n\n--\nTo stop these, unsubscribe.", sender="no-reply@sns.example.com"))
    assert [(one.address, one.permanent) for one in bounce.recipients] == [(ANA, True)]


@pytest.mark.parametrize(
    ("header", "expected"),
    [("X-Apple-Unsubscribe: true", Origin.COMPLAINT), ("X-MLServer: some list server", Origin.LIST)],
)
def test_further_marks_of_machines(header: str, expected: Origin) -> None:
    raw = f"From: ana@example.com\nTo: mc@example.org\nSubject: unsubscribe\n{header}\n\nSent by a program.\n".encode()
    assert origin(parse(raw), "Sent by a program.", OwnMail())[0] is expected


@pytest.mark.parametrize(
    "text",
    [
        "<old@relay.example> (expanded from <ana@example.com>): host mx.relay.example said: 550 5.1.1 user unknown",
        "The following addresses had errors\n<old@relay.example>\n    (expanded from: <ana@example.com>)\n550 5.1.1 user unknown",
        "The following letter, addressed to 'ana@example.com',\nhas not been delivered: 550 5.1.1 user unknown",
    ],
)
def test_the_address_is_the_one_we_wrote_to(text: str) -> None:
    assert only(plain(text)).address == ANA


def test_a_gateway_reports_under_its_own_name() -> None:
    text = "------ Failed Recipients ------\n<ana@example.com>: mailbox unavailable. [SMTP Error Code 550]"
    raw = f"From: SMTP_Mail_Service@example.net\nTo: mc@example.org\nSubject: Returned mail\n\n{text}\n".encode()
    assert only(raw).address == ANA
    person = f"From: ana@example.com\nTo: mc@example.org\nSubject: Returned mail\n\n{text}\n".encode()
    assert read_bounce(parse(person)) is None


@pytest.mark.parametrize(("words", "cause"), [("Quota exceeded", Cause.MAILBOX_FULL), ("I do not want this", Cause.UNKNOWN)])
def test_a_refusal_of_the_mailbox_itself_comes_as_a_receipt(words: str, cause: Cause) -> None:
    raw = (
        "Return-Path: <>\nFrom: Mail Delivery Subsystem <postmaster@example.com>\nTo: mc@example.org\n"
        "Subject: Automatically rejected mail\nAuto-Submitted: auto-replied (rejected)\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
        f"Your message to <ana@example.com> was automatically rejected:\n{words}\n--b\n"
        "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; ana@example.com\n"
        "Disposition: automatic-action/MDN-sent-automatically; deleted\n--b--\n"
    )
    assert (only(raw.encode()).address, only(raw.encode()).cause) == (ANA, cause)
    assert origin(parse(raw.encode()), "", OwnMail())[0] is Origin.BOUNCE
    read_only = raw.replace("was automatically rejected", "was read")
    assert read_bounce(parse(read_only.encode())) is None


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        (
            "MAILER-DAEMON",
            "Votre message",
            "Votre message n'a pas pu être distribué à :\n<ana@example.com>\nMotif : utilisateur inconnu",
        ),
        ("MAILER-DAEMON", "Mensagem não entregue", "Não entregue: ana@example.com\nMotivo: usuário inexistente"),
        ("MAILER-DAEMON", "Mensaje no entregado", "No se ha podido entregar:\n<ana@example.com>: usuario desconocido"),
        ("MAILER-DAEMON", "Zwrot: x", "Nie dostarczono do ana@example.com.\n550 Nie ma takiego użytkownika"),
        ("postmaster", "Лист не доставлено", "Лист не доставлено: ana@example.com\nПричина: 550 користувача не знайдено"),
        ("MAILER-DAEMON", "Kunne ikke levere", "Kunne ikke leveres til ana@example.com.\n550 5.1.1 Ukjent bruker"),
        ("MAILER-DAEMON", "Uw bericht kon niet worden bezorgd", "Uw bericht aan <ana@example.com>:\n550 Gebruiker onbekend"),
        ("PostMaster", "系统退信", "退信原因：收件人邮件地址（ana@example.com）不存在，邮件无法送达。"),
        (
            "Postmaster",
            "系统退信",
            "发件人: mc@example.org\n收件人: ana@example.com\n退信原因：550 User not found: ana@example.com",
        ),
        ("postmaster", "Не удается доставить: x", "ana@example.com\nRemote Server returned '550 5.1.10 RecipientNotFound'"),
        ("postmaster", "Recapito non riuscito: x", "ana@example.com\nRemote Server returned '550 5.1.10 RecipientNotFound'"),
        (
            "Administrator",
            "DELIVERY FAILURE: User ana not listed",
            "was not delivered to:\n\n  ana@example.com\n\nnot listed in Directory",
        ),
        (
            "MAILER-DAEMON",
            "Returned mail",
            "<ana@example.com>\n    (reason: 550 5.1.1 User unknown)\n\n>>> DATA\n<<< 550 5.1.1 User unknown\n<<< 503 5.0.0 Need RCPT",
        ),
    ],
)
def test_a_provider_tells_in_its_own_language_that_it_knows_nobody_of_that_name(sender: str, subject: str, text: str) -> None:
    parsed = parse(
        f"From: {sender}@example.com\nTo: mc@example.org\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n".encode()
    )
    found = read_bounce(parsed)
    assert found is not None
    assert [(one.address, one.permanent) for one in found.recipients] == [(ANA, True)]
    assert origin(parsed, text, OwnMail())[0] is Origin.BOUNCE
