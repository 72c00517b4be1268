"""Whether a letter can go over a given server's wire at all, and its bytes in the form the wire wants (no input or output here)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailer.model.post import Fate, HandedOver, Outgoing

LONGEST_LINE = 998  # octets without CRLF (RFC 5322 section 2.1.1)
# A plain address only: what a parser might cut, split or read as a parameter (space, comma, <, >, quotes, controls) is not one.
_LOCAL = r"[^\x00-\x20\x7f-\xa0\"(),:;<>@\[\\\]]{1,64}"
_DOMAIN = r"[0-9A-Za-z\u00a1-\U0010ffff][-.0-9A-Za-z\u00a1-\U0010ffff]{0,252}"
_ADDRESS = re.compile(f"{_LOCAL}@{_DOMAIN}")


@dataclass(frozen=True, slots=True)
class Offer:
    """What the server said it can do (the answer to EHLO)."""

    pipelining: bool = False
    eight_bit: bool = False
    utf8: bool = False
    size: int = -1  # bytes it takes at most; 0: no limit named; -1: no SIZE (RFC 1870)


def is_address(text: str) -> bool:
    """Whether `text` is one plain mail address that is safe between < and > (RFC 5321 section 4.1.2, dot-string local part)."""
    if _ADDRESS.fullmatch(text) is None:
        return False
    try:
        return len(text.encode()) <= 254
    except UnicodeEncodeError:  # a lone surrogate: bytes that were no text
        return False


def unfit(letter: Outgoing, offer: Offer) -> HandedOver | None:
    """Why this letter must not be offered to this server, or None. A flawed letter is refused here and costs the others nothing."""
    if (letter.envelope_from and not is_address(letter.envelope_from)) or not is_address(letter.to_address):
        return _refused(letter, 553, "5.1.3", "the envelope address is not a plain mail address")
    raw = letter.raw
    returns = raw.count(b"\r\n")
    if raw.count(b"\n") != returns or raw.count(b"\r") != returns or not raw.endswith(b"\r\n") or b"\0" in raw:
        return _refused(letter, 554, "5.6.0", "the letter's lines do not all end in CRLF, or it holds a NUL")
    if max(map(len, raw.split(b"\r\n"))) > LONGEST_LINE:
        return _refused(letter, 554, "5.6.0", f"the letter has a line of more than {LONGEST_LINE} octets")
    if 0 < offer.size < len(raw):
        return _refused(letter, 552, "5.3.4", f"the letter has {len(raw)} bytes, the server takes {offer.size}")
    if not offer.eight_bit and not raw.isascii():
        return _refused(letter, 554, "5.6.3", "the letter is not plain ASCII and the server has no 8BITMIME")
    if not offer.utf8 and not (letter.to_address.isascii() and letter.envelope_from.isascii()):
        return _refused(letter, 553, "5.6.7", "the address is not plain ASCII and the server has no SMTPUTF8")
    return None


def _refused(letter: Outgoing, code: int, status: str, text: str) -> HandedOver:
    return HandedOver(letter.letter_id, Fate.REFUSED, code, status, text)


def envelope(letter: Outgoing, offer: Offer) -> tuple[bytes, bytes, bytes]:
    """The three commands before the letter itself: MAIL, RCPT, DATA."""
    mail = f"MAIL FROM:<{letter.envelope_from}>"
    if offer.size >= 0:
        mail += f" SIZE={len(letter.raw)}"
    if offer.eight_bit and not letter.raw.isascii():
        mail += " BODY=8BITMIME"
    if not (letter.to_address.isascii() and letter.envelope_from.isascii()):
        mail += " SMTPUTF8"
    return f"{mail}\r\n".encode(), f"RCPT TO:<{letter.to_address}>\r\n".encode(), b"DATA\r\n"


def stuffed(raw: bytes) -> bytes:
    """The letter with every leading dot doubled (RFC 5321 section 4.5.2), without the final dot."""
    body = raw.replace(b"\r\n.", b"\r\n..")
    return b"." + body if body.startswith(b".") else body
