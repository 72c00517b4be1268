"""The headers a post office writes on what it delivers, and the foreign ones it lets not through (no input or output here)."""

from __future__ import annotations

import re

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_OURS = frozenset({b"return-path", b"delivered-to", b"x-original-to"})
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")


def fields(head: bytes) -> list[bytes]:
    """The header cut into whole fields, folded lines kept together, each with its line end."""
    found: list[bytes] = []
    for line in head.splitlines(keepends=True):
        if line[:1] in (b" ", b"\t") and found:
            found[-1] += line
        else:
            found.append(line)
    return found


def split(raw: bytes) -> tuple[bytes, bytes]:
    """Header (with its last line end) and the rest (beginning with the empty line)."""
    end = raw.find(b"\r\n\r\n")
    return (raw, b"\r\n") if end < 0 else (raw[: end + 2], raw[end + 2 :])


def author(head: bytes) -> str:
    """The one address in the one From field, lower case; empty where it is not beyond doubt."""
    values = [found[2] for field in fields(head) if (found := _FIELD.match(field)) and found[1].lower() == b"from"]
    if len(values) != 1:
        return ""
    text = b" ".join(values[0].split()).decode("utf-8", "replace")
    if text.endswith(">") and text.count("<") == 1 and text.count(">") == 1:
        text = text[text.index("<") + 1 : -1].strip()
    return text.lower() if text.count("@") == 1 and not re.search(r"[\s<>,;:\"()\\]", text) else ""


def _claims(field: bytes, authserv_id: str) -> bool:
    found = _FIELD.match(field)
    if found is None or found[1].lower() != b"authentication-results":
        return False
    # A comment before the id is legal (RFC 8601 section 2.2): our id anywhere before the first semicolon makes it ours.
    return authserv_id.lower().encode() in found[2].partition(b";")[0].lower()


def stamped(raw: bytes, *, envelope_from: str, mailbox: str, rcpt: str, authserv_id: str, login: str, received: str) -> bytes:
    """The message as it is put into `mailbox`.

    A message handed in under the login of the owner of its From address is marked as authenticated; every other message is marked
    as not judged, and what claims to be our own judgement is taken out (RFC 8601 section 5).
    """
    head, rest = split(raw)
    sender = author(head)
    if login and sender == login:
        domain = sender.rpartition("@")[2]
        verdict = f"auth=pass smtp.auth={login};\r\n\tdmarc=pass header.from={domain}"
    else:
        verdict = "none"
    kept = [
        field
        for field in fields(head)
        if not _claims(field, authserv_id) and not ((found := _FIELD.match(field)) and found[1].lower() in _OURS)
    ]
    clean = [_UNSAFE.sub("", text) for text in (envelope_from, mailbox, rcpt)]
    top = (
        f"Return-Path: <{clean[0]}>\r\nDelivered-To: {clean[1]}\r\nX-Original-To: {clean[2]}\r\n"
        f"Authentication-Results: {authserv_id};\r\n\t{verdict}\r\nReceived: {received}\r\n"
    )
    return top.encode() + b"".join(kept) + rest
