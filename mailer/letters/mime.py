"""Rendered words and an envelope become the bytes of one message: CRLF only, deterministic, headers checked."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from mailer.letters import headers
from mailer.letters.errors import UnsafeHeader
from mailer.letters.page import CODE_MARK
from mailer.letters.template import Rendered

_TOKEN = re.compile(r"[A-Za-z0-9._-]{1,120}")
_MEDIA_TYPE = re.compile(r"[a-z0-9]+/[a-z0-9.+-]+")
_LIST_ID = re.compile(r"[A-Za-z0-9._-]{1,200}")
_MOST_REFERENCES = 12
_LONGEST_LINE = 998  # RFC 5321 section 4.5.3.1.6, without CRLF
_PART = 'Content-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
_TEXT = (_PART % "plain").encode()
_HTML = (_PART % "html").encode()


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands around the words of one letter. Message ids without angle brackets, addresses bare, `date` aware."""

    message_id: str
    date: datetime
    from_name: str
    from_address: str
    to_address: str
    reply_to: str
    letter_token: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    list_id: str = ""  # neutral; RFC 2919
    auto_submitted: Literal["auto-generated", "auto-replied"] = "auto-generated"  # RFC 3834 section 5
    unsubscribe: str = ""  # the address that takes STOP (RFC 2369); "" leaves the header out


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a letter; its name and type stand in plain sight, so they must be neutral."""

    name: str
    type: str
    content: bytes


def compose(rendered: Rendered, envelope: Envelope, attachments: Sequence[Enclosure] = ()) -> bytes:
    """The message, the same bytes for the same input.

    Raises UnsafeHeader where a value would be anything but a value; the letter is then held.
    """
    code = envelope.letter_token
    if _TOKEN.fullmatch(code) is None:
        raise UnsafeHeader("X-Mentorpost-Letter", "a value is no letter token")
    head = _head(rendered.subject, envelope)
    mark = (
        "=_" + hashlib.sha256(envelope.message_id.encode()).hexdigest()[:24]
    )  # never in quoted-printable or base64 (RFC 2045 6.7)
    text = _quoted_printable(f"{rendered.text}\n[#{code}]\n")
    html = _quoted_printable(rendered.html.replace(CODE_MARK, f"[#{code}]"))
    boundary = f'Content-Type: multipart/alternative; boundary="{mark}"\r\n\r\n'.encode()
    line = mark.encode()
    body = b"".join(
        (boundary, b"--", line, b"\r\n", _TEXT, text, b"\r\n--", line, b"\r\n", _HTML, html, b"\r\n--", line, b"--\r\n")
    )
    if attachments:
        body = _mixed(body, attachments, f"{mark}m")
    whole = b"".join((head.encode("ascii"), b"\r\nMIME-Version: 1.0\r\n", body))
    _check(whole)
    return whole


def _head(subject: str, envelope: Envelope) -> str:
    """The header fields up to MIME-Version, checked to be exactly those meant."""
    fields = [
        _sender(envelope.from_name, envelope.from_address),
        f"To: {headers.address('To', envelope.to_address)}",
        headers.unstructured("Subject", subject),
        f"Date: {headers.when(envelope.date)}",
        f"Message-ID: {headers.message_id('Message-ID', envelope.message_id)}",
        f"Reply-To: {headers.address('Reply-To', envelope.reply_to)}",
        f"Auto-Submitted: {_one_of('Auto-Submitted', envelope.auto_submitted, ('auto-generated', 'auto-replied'))}",
        "X-Auto-Response-Suppress: DR, RN, NRN, AutoReply",
        f"X-Mentorpost-Letter: {envelope.letter_token}",
    ]
    intended = [
        "From", "To", "Subject", "Date", "Message-ID", "Reply-To",
        "Auto-Submitted", "X-Auto-Response-Suppress", "X-Mentorpost-Letter",
    ]  # fmt: skip
    # Ids of other people's messages only thread; a malformed one is left out rather than holding the letter.
    if headers.is_message_id(envelope.in_reply_to):
        fields.append(f"In-Reply-To: <{envelope.in_reply_to}>")
        intended.append("In-Reply-To")
    if references := [f"<{value}>" for value in envelope.references if headers.is_message_id(value)]:
        if len(references) > _MOST_REFERENCES:
            references = [references[0], *references[1 - _MOST_REFERENCES :]]
        fields.append(headers.fold("References", references))
        intended.append("References")
    if envelope.list_id:
        bare = envelope.list_id.strip("<>")
        if _LIST_ID.fullmatch(bare) is None:
            raise UnsafeHeader("List-Id", "a value is no list id")
        fields.append(f"List-Id: <{bare}>")
        intended.append("List-Id")
    if envelope.unsubscribe:
        stop = headers.address("List-Unsubscribe", envelope.unsubscribe).replace("%", "%25").replace("?", "%3F")
        fields.append(f"List-Unsubscribe:\r\n <mailto:{stop.replace('&', '%26')}?subject=STOP&body=STOP>")
        intended.append("List-Unsubscribe")
    head = "\r\n".join(fields)
    if headers.names(head) != intended:
        raise UnsafeHeader("head", "the finished headers are not those that were meant")
    return head


@lru_cache(maxsize=64)
def _sender(display: str, bare: str) -> str:
    return headers.mailbox("From", display, bare)


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise UnsafeHeader(name, "a value is none of those allowed")
    return value


def _quoted_printable(text: str) -> bytes:
    """RFC 2045 section 6.7, with CRLF; the text's own line breaks must be \\n."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    data = text.replace("\n", "\r\n").encode(errors="replace")
    return binascii.b2a_qp(data if data.endswith(b"\r\n") else data + b"\r\n", istext=True)


def _mixed(body: bytes, attachments: Sequence[Enclosure], mark: str) -> bytes:
    parts = [f'Content-Type: multipart/mixed; boundary="{mark}"\r\n\r\n--{mark}\r\n'.encode(), body]
    for enclosure in attachments:
        if _MEDIA_TYPE.fullmatch(enclosure.type) is None:
            raise UnsafeHeader("Content-Type", "a value is no media type")
        head = (
            f"\r\n--{mark}\r\nContent-Type: {enclosure.type}\r\nContent-Transfer-Encoding: base64\r\n"
            f"Content-Disposition: attachment;\r\n {headers.filename(enclosure.name)}\r\n\r\n"
        )
        parts += [head.encode("ascii"), base64.encodebytes(enclosure.content).replace(b"\n", b"\r\n")]
    parts.append(f"\r\n--{mark}--\r\n".encode())
    return b"".join(parts)


def _check(whole: bytes) -> None:
    """What RFC 5321 asks of every message: CRLF and nothing else ends a line, no line is too long (A7)."""
    lines = whole.split(b"\r\n")
    if whole.count(b"\n") != len(lines) - 1 or whole.count(b"\r") != len(lines) - 1 or b"\x00" in whole:
        raise UnsafeHeader("message", "a bare line break")
    if max(map(len, lines)) > _LONGEST_LINE:
        raise UnsafeHeader("message", "a line is too long")
