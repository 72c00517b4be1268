"""Header fields that say exactly what was meant: own encoding and folding, nothing a value can break out of (A6).

The standard library's writer lets a name such as `=?UTF-8?Q?=0ABcc:…?=` become a header of its own (CVE-2024-6923).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from mailer.letters.errors import UnsafeHeader

LINE = 78  # RFC 5322 section 2.1.1, without CRLF
_PLAIN = re.compile(r"[ -~]*")
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")  # RFC 5322 atoms and spaces
_DOT_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_ADDRESS = re.compile(rf"{_DOT_ATOM}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_MESSAGE_ID = re.compile(r"[!-;=?A-~]+@[!-;=?A-~]+")
_LONGEST_WORD = 70
_ENCODED_BYTES = 39  # 52 base64 characters, 64 with the frame: RFC 2047 section 2 allows 76 a line
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _refuse_controls(name: str, value: str) -> None:
    if not value.isprintable() and any(sign < " " or "\x7f" <= sign <= "\x9f" or sign in "\u2028\u2029" for sign in value):
        raise UnsafeHeader(name, "a value holds a line break or a control character")


def unstructured(name: str, value: str) -> str:
    """`Name: value` folded, with encoded words where the value is not plain ASCII or looks like one (RFC 2047)."""
    _refuse_controls(name, value)
    if _PLAIN.fullmatch(value) and "=?" not in value and value == value.strip():
        if len(name) + 2 + len(value) <= LINE:
            return f"{name}: {value}"
        words = value.split(" ")
        if all(0 < len(word) <= _LONGEST_WORD for word in words):
            return fold(name, words)
    return fold(name, encoded_words(name, value))


def encoded_words(name: str, value: str) -> list[str]:
    """`value` as RFC 2047 encoded words, cut between characters."""
    try:
        data = value.encode()
    except UnicodeEncodeError:
        raise UnsafeHeader(name, "a value holds half a character") from None
    words: list[str] = []
    start = 0
    while start < len(data):
        end = min(start + _ENCODED_BYTES, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        words.append(f"=?utf-8?B?{binascii.b2a_base64(data[start:end], newline=False).decode()}?=")
        start = end
    return words


def fold(name: str, words: Sequence[str]) -> str:
    """`Name: word word …`, lines of at most 78 signs where the words allow it."""
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines)


def address(name: str, value: str) -> str:
    """A bare address, checked: dot-atom and ASCII domain only (internationalised domains come in as A-labels)."""
    if len(value) > 254 or _ADDRESS.fullmatch(value) is None:
        raise UnsafeHeader(name, "a value is no plain address")
    return value


def mailbox(name: str, display: str, bare: str) -> str:
    """`Name: Display <address>` (RFC 5322 section 3.4); an empty display name leaves the address alone."""
    bare = address(name, bare)
    _refuse_controls(name, display)
    if not display.strip():
        return f"{name}: {bare}"
    if "=?" not in display and _PLAIN.fullmatch(display) and len(display) <= _LONGEST_WORD - 10:
        if _PHRASE.fullmatch(display):
            return fold(name, [*display.split(), f"<{bare}>"])
        quoted = display.replace("\\", "\\\\").replace('"', '\\"')
        return fold(name, [f'"{quoted}"', f"<{bare}>"])
    return fold(name, [*encoded_words(name, display), f"<{bare}>"])


def message_id(name: str, value: str) -> str:
    """`<value>`, checked (RFC 5322 section 3.6.4)."""
    if not is_message_id(value):
        raise UnsafeHeader(name, "a value is no message id")
    return f"<{value}>"


def is_message_id(value: str) -> bool:
    return len(value) <= 250 and _MESSAGE_ID.fullmatch(value) is not None


def when(value: datetime) -> str:
    """RFC 5322 section 3.3; `value` must be aware."""
    offset = value.utcoffset()
    if offset is None:
        raise UnsafeHeader("Date", "a time without a zone")
    minutes = round(offset.total_seconds() / 60)
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    return (
        f"{_DAYS[value.weekday()]}, {value.day:02} {_MONTHS[value.month - 1]} {value.year:04} "
        f"{value.hour:02}:{value.minute:02}:{value.second:02} {zone}"
    )


def filename(value: str) -> str:
    """The parameter that names an attachment: plain, or by RFC 2231 section 4 where the name is not."""
    _refuse_controls("Content-Disposition", value)
    if re.fullmatch(r"[A-Za-z0-9._ ()+-]{1,60}", value):
        return f'filename="{value}"'
    return f"filename*=utf-8''{quote(value[:80], safe='')}"


def names(head: str) -> list[str]:
    """The header names of a finished head, by our own strict splitter; raises UnsafeHeader on anything that is no header line."""
    found: list[str] = []
    for line in head.split("\r\n"):
        if line[:1] in (" ", "\t"):
            if not found or not line.strip():
                raise UnsafeHeader("head", "a continuation of nothing")
            continue
        name, colon, _ = line.partition(":")
        if not colon or not name or not name.replace("-", "").isalnum():
            raise UnsafeHeader("head", "a line is no header")
        found.append(name)
    if "\r" in head.replace("\r\n", "") or head.count("\n") != head.count("\r\n") or "\x00" in head:
        raise UnsafeHeader("head", "a bare line break")
    return found
