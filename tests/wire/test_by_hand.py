"""A read receipt or a calendar message that a person's act is behind, told from one that a machine sends by itself."""

from __future__ import annotations

import pytest

from mailer.model.mail import Origin
from mailer.wire.by_hand import by_hand
from mailer.wire.parse import parse


def receipt(disposition: str) -> bytes:
    head = 'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n'
    notice = f"--b\nContent-Type: message/disposition-notification\n\n{disposition}\n--b--\n"
    return (head + "--b\nContent-Type: text/plain\n\nRead.\n" + notice).encode()


@pytest.mark.parametrize(
    ("disposition", "meant"),
    [
        ("Final-Recipient: rfc822; ana@example.org\nDisposition: manual-action/MDN-sent-manually; displayed", True),
        ("Disposition: manual-action/MDN-sent-automatically; displayed", True),
        ("disposition: Manual-Action / MDN-sent-manually; deleted", True),
        ("Disposition: automatic-action/MDN-sent-automatically; displayed", False),
        ("Disposition: automatic-action/MDN-sent-manually; processed", False),
        ("Disposition: manual-action/MDN-sent-manually; displayed\n\nDisposition: automatic-action/x; deleted", False),
        ("Final-Recipient: rfc822; ana@example.org", False),
    ],
)
def test_a_receipt_is_by_hand_where_its_action_mode_says_so(disposition: str, meant: bool) -> None:
    assert by_hand(parse(receipt(disposition)), Origin.RECEIPT) is meant


def test_a_receipt_in_plain_words_is_by_hand_and_a_servers_report_of_success_is_not() -> None:
    plain = b"Subject: Read: A question\nContent-Type: text/plain\n\nwas read on Friday, 15 October."
    success = (
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\nContent-Type: text/plain\n\nDelivered.\n'
        b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
        b"Final-Recipient: rfc822; ana@example.org\nAction: delivered\nStatus: 2.0.0\n--b--\n"
    )
    assert by_hand(parse(plain), Origin.RECEIPT)
    assert not by_hand(parse(success), Origin.RECEIPT)


@pytest.mark.parametrize(
    ("header", "meant"), [("X-Mailer: Desk 1", True), ("Auto-Submitted: no", True), ("Auto-Submitted: auto-replied", False)]
)
def test_an_invitation_is_answered_by_hand_unless_a_calendar_says_that_it_did_so_itself(header: str, meant: bool) -> None:
    answered = f"{header}\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n"
    assert by_hand(parse(answered.encode()), Origin.CALENDAR) is meant


@pytest.mark.parametrize("kind", [Origin.HUMAN, Origin.BOUNCE, Origin.AUTO_REPLY, Origin.LIST, Origin.OWN])
def test_nothing_else_is_asked_about(kind: Origin) -> None:
    assert not by_hand(parse(receipt("Disposition: manual-action/MDN-sent-manually; displayed")), kind)
