"""Delivery reports as mail servers write them, each with the verdict a careful reader would give."""

from __future__ import annotations

from tests.wire.people import Case

COPY = "\n------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <mc@example.org>\nTo: bob@there.example\nSubject: x\n"


def _report(
    subject: str, text: str, *, sender: str = "Mail Delivery System <Mailer-Daemon@relay.example>", kind: str = "text/plain"
) -> bytes:
    head = f"Return-Path: <>\nFrom: {sender}\nTo: post@example.org\nSubject: {subject}\nDate: Wed, 20 Oct 2027 12:00:00 -0400\n"
    return f"{head}Auto-Submitted: auto-replied\nContent-Type: {kind}; charset=utf-8\n\n{text}".encode()


def _exim(reason: str) -> bytes:
    return _report(
        "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or"
        f" more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  bob@there.example\n    {reason}\n{COPY}",
    )


def _dsn(status: str, code: str, action: str = "failed") -> bytes:
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@relay.example (Mail Delivery System)\nTo: post@example.org\nSubject: Undelivered Mail Returned"
        " to Sender\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;"
        ' boundary="b"\n\n--b\nContent-Type: text/plain\n\nI\'m sorry to have to inform you that your message could not be delivered.\n'
        f"\n<bob@there.example>: host mx.there.example said: {code} (in reply to RCPT TO command)\n\n--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; relay.example\n\nFinal-Recipient: rfc822; bob@there.example\n"
        f"Action: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {code}\n\n--b--\n"
    ).encode()


def _verdict(cause: str, permanent: bool) -> dict[str, object]:
    return {
        "origin": "bounce",
        "bounce": {"recipients": [{"address": "bob@there.example", "cause": cause, "permanent": permanent}]},
    }


REPORTS: tuple[Case, ...] = (
    Case(
        "Postfix, nobody there",
        _dsn("5.1.1", "550 5.1.1 <bob@there.example>: Recipient address rejected: User unknown"),
        says=_verdict("dead_address", True),
    ),
    Case(
        "Google, nobody there",
        _dsn("5.1.1", "550-5.1.1 The email account that you tried to reach does not exist."),
        says=_verdict("dead_address", True),
    ),
    Case("a full mailbox", _dsn("5.2.2", "552 5.2.2 Mailbox full"), says=_verdict("mailbox_full", False)),
    Case(
        "blocked by a list",
        _dsn("5.7.1", "550 5.7.1 Service unavailable; client host blocked using Spamhaus"),
        says=_verdict("blocked", False),
    ),
    Case(
        "blocked for DMARC",
        _dsn("5.7.26", "550-5.7.26 Unauthenticated email from example.org is not accepted due to domain's DMARC policy"),
        says=_verdict("blocked", False),
    ),
    Case("spam", _dsn("5.7.1", "554 5.7.1 Message content rejected as spam"), says=_verdict("content", False)),
    Case("too large", _dsn("5.3.4", "552 5.3.4 Message size exceeds fixed limit"), says=_verdict("content", False)),
    Case(
        "a warning of delay",
        _dsn("4.4.1", "connect to mx.there.example: Connection timed out", "delayed"),
        says=_verdict("temporary", False),
    ),
    Case("later, perhaps", _dsn("4.2.2", "452 4.2.2 Mailbox over quota, try later"), says=_verdict("mailbox_full", False)),
    Case("Exim, at home", _exim("No Such User Here"), says=_verdict("dead_address", True)),
    Case("Exim, at home, in quotation marks", _exim('"No Such User Here"'), says=_verdict("dead_address", True)),
    Case("Exim, no route", _exim("Unrouteable address"), says=_verdict("dead_address", True)),
    Case("Exim, full", _exim("mailbox is full: retry timeout exceeded"), says=_verdict("mailbox_full", False)),
    Case(
        "GroupWise",
        _report(
            "Message status - undeliverable",
            "The message that you sent was undeliverable to the following:\n\tbob@there.example (user unknown)\n\nPossibly truncated original message follows:\n",
        ),
        says=_verdict("dead_address", True),
    ),
    Case(
        "Exchange in HTML alone",
        _report(
            "Undeliverable: A short question",
            '<html><body><p><b>Your message to <a href="mailto:bob@there.example">bob@there.example</a> couldn\'t be delivered.</b></p>'
            "<table><tr><td>bob wasn't found at there.example.</td></tr></table><p>Remote Server returned"
            " '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'</p></body></html>",
            sender="postmaster@there.example",
            kind="text/html",
        ),
        says=_verdict("dead_address", True),
    ),
)
