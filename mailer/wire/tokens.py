"""Tokens that tie a reply to the letter it answers: sealed letter ids in Reply-To, Message-ID and a code line of the body."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mailer.model.mail import Parsed

LENGTH = 26  # characters of a token: version (8 bits), masked id (40), MAC (80), two zero bits
_VERSION = 1
_ID_BYTES = 5
_MAC_BYTES = 10
_PADDING = "======"
_MOST_CANDIDATES = 64  # more than a real reply carries; bounds the work on hostile mail

_ADDRESS_HEADERS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-forwarded-to")
_THREAD_HEADERS = ("in-reply-to", "references")
_MESSAGE_ID = re.compile(r"(?<![a-z0-9.+-])m\.([a-z2-7]{26})@", re.IGNORECASE | re.ASCII)
_CODE = re.compile(r"\[#([a-z2-7]{26})\]", re.IGNORECASE | re.ASCII)


class Place(StrEnum):
    """Where a token was found, the most telling first."""

    ADDRESS = "address"
    THREAD = "thread"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Found:
    """A token with a valid seal in a message. It proves which letter is meant, not who wrote (CONTRACT.md section 9)."""

    letter_id: int
    token: str
    place: Place


def _digest(key: bytes, purpose: bytes, data: bytes) -> bytes:
    return hmac.digest(key, b"mentorpost/" + purpose + b"/" + data, "sha256")


@lru_cache(maxsize=256)
def seal(key: bytes, letter_id: int) -> str:
    """The token of a letter: 26 characters of [a-z2-7], the same for the same key and letter.

    The id is masked with a stream that depends on its MAC, so neighbouring letters have unlike tokens. Each letter asks for its
    token several times while it is written.
    Raises ValueError for an empty key or an id outside 0 .. 2**40 - 1.
    """
    if not key:
        raise ValueError("a token needs a key")
    if not 0 <= letter_id < 1 << (8 * _ID_BYTES):
        raise ValueError(f"letter id out of range: {letter_id}")
    plain = letter_id.to_bytes(_ID_BYTES, "big")
    mac = _mac(key, plain)
    raw = bytes([_VERSION]) + _masked(key, mac, plain) + mac
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()


def unseal(key: bytes, token: str) -> int | None:
    """The letter id in a token of any case, or None where one bit of it is not ours. Compares in constant time."""
    if not key or len(token) != LENGTH or not token.isascii() or not token.isalnum():
        return None
    try:
        raw = base64.b32decode(token.upper() + _PADDING)
    except ValueError:
        return None
    if base64.b32encode(raw).decode("ascii").rstrip("=") != token.upper():  # the two spare bits must be zero
        return None
    masked, mac = raw[1 : 1 + _ID_BYTES], raw[1 + _ID_BYTES :]
    plain = _masked(key, mac, masked)
    if not hmac.compare_digest(mac, _mac(key, plain)) or raw[0] != _VERSION:
        return None
    return int.from_bytes(plain, "big")


def _mac(key: bytes, plain: bytes) -> bytes:
    return _digest(key, b"mac", bytes([_VERSION]) + plain)[:_MAC_BYTES]


def _masked(key: bytes, mac: bytes, data: bytes) -> bytes:
    stream = _digest(key, b"mask", mac)
    return bytes(a ^ b for a, b in zip(data, stream, strict=False))


def reply_address(inbox: str, token: str) -> str:
    """The Reply-To of a letter: `inbox+token@domain` (RFC 5233 subaddress)."""
    local, _, domain = inbox.rpartition("@")
    return f"{local}+{token}@{domain}"


def message_id(key: bytes, letter_id: int, domain: str) -> str:
    """The Message-ID of a letter without angle brackets: `m.TOKEN@domain`. Mail programs echo it in In-Reply-To and References."""
    return f"m.{seal(key, letter_id)}@{domain}"


def of_message_id(key: bytes, value: str) -> int | None:
    """The letter whose Message-ID this is (with or without brackets), or None."""
    hit = _MESSAGE_ID.search(value)
    return unseal(key, hit[1]) if hit else None


@lru_cache(maxsize=64)
def _subaddress(inbox: str) -> re.Pattern[str]:
    local, _, domain = inbox.rpartition("@")
    return re.compile(
        rf"(?<![\w.+-]){re.escape(local)}\+([a-z2-7]{{26}})@{re.escape(domain)}(?![\w-]|\.\w)", re.IGNORECASE | re.ASCII
    )


def find(parsed: Parsed, key: bytes, inbox: str) -> tuple[Found, ...]:
    """Every token with a valid seal: in the addresses a message came to, its thread headers, a code line of its text.

    In that order, each token once. The code line counts in quoted text too: that is where a reply keeps it.
    """
    found: dict[str, Found] = {}
    for place, candidates in _candidates(parsed, inbox):
        for token in candidates:
            if token not in found and (letter_id := unseal(key, token)) is not None:
                found[token] = Found(letter_id, token, place)
    return tuple(found.values())


def _candidates(parsed: Parsed, inbox: str) -> list[tuple[Place, list[str]]]:
    address = _subaddress(inbox.lower())
    heads = parsed.by_name
    to = [
        hit[1].lower()
        for name in _ADDRESS_HEADERS
        for value in heads.get(name, ())
        if "+" in value
        for hit in address.finditer(value)
    ]
    thread = [hit[1].lower() for name in _THREAD_HEADERS for value in heads.get(name, ()) for hit in _MESSAGE_ID.finditer(value)]
    body: list[str] = []
    for part in parsed.parts:
        if part.text and "[#" in part.text and not part.in_message and len(body) < _MOST_CANDIDATES:
            body.extend(_codes(part.text, _MOST_CANDIDATES - len(body)))
    # The last References are the nearest; a flood of them must not hide those.
    return [(Place.ADDRESS, to[:_MOST_CANDIDATES]), (Place.THREAD, thread[-_MOST_CANDIDATES:]), (Place.BODY, body)]


def _codes(text: str, most: int) -> list[str]:
    codes: list[str] = []
    for hit in _CODE.finditer(text):
        codes.append(hit[1].lower())
        if len(codes) == most:
            break
    return codes
