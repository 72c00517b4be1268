"""Everything a message says in any part, decoded: to be looked through, not to be understood; and a plain copy of it, changed."""

from __future__ import annotations

from collections.abc import Callable

from mailer.model.mail import Part
from mailer.wire.html.read import to_text
from mailer.wire.parse import parse
from mailer.wire.sheets.read import read_sheets

_KEPT = frozenset({"from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "auto-submitted"})


def plain_copy(raw: bytes, change: Callable[[str], str]) -> bytes:
    """A message of one text part that says what `raw` says to a reader, each text changed; attachments stay out (RFC 6532)."""
    parsed = parse(raw)
    head = [
        f"{name}: {' '.join(change(value).split())}"
        for name, value in parsed.headers
        if name.lower() in _KEPT or name.lower() == "authentication-results"
    ]
    head += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    shown = [part for part in parsed.parts if part.text is not None and part.disposition != "attachment"]
    plain = [part.text or "" for part in shown if part.type == "text/plain"]
    texts = plain or [to_text(part.text or "") for part in shown if part.type == "text/html"]
    body = change("\n".join(texts))
    return "\r\n".join([*head, "", *body.split("\n")]).encode("utf-8", "replace")


def whole_text(raw: bytes) -> str:
    """Headers, texts, attached tables and names of files, line by line; what only a program of its own can open is left out."""
    parsed = parse(raw)
    found = [f"{name}: {value}" for name, value in parsed.headers]
    for part in parsed.parts:
        found += [f"{name}: {value}" for name, value in part.headers]
        found += [part.filename, *_of_part(part)]
    sheets, _ = read_sheets(parsed)
    found += [" | ".join(row) for sheet in sheets for row in sheet.rows]
    return "\n".join(found)


def _of_part(part: Part) -> tuple[str, ...]:
    if part.text is not None:
        return (part.text, to_text(part.text)) if part.type == "text/html" else (part.text,)
    return (part.content.decode("utf-8", "replace"),)
