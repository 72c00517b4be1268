"""Chooses the part of a message that its author wrote, and cuts it into lines with their quote marks read."""

from __future__ import annotations

from mailer.model.mail import Parsed, Part
from mailer.wire.html import read
from mailer.wire.quoting_footers import is_stub
from mailer.wire.quoting_marks import Raw

LINE_LIMIT = 100_000  # lines of a body that are read
_NO_BODY = frozenset(
    ("text/html", "text/calendar", "text/csv", "text/vcard", "text/x-vcard", "text/rfc822-headers", "text/css", "text/x-amp-html")
)
# What HTML holds if its mail program marked the quotation.
_HTML_MARKS = (
    "<blockquote",
    "gmail_quote",
    "divrplyfwdmsg",
    "yahoo_quoted",
    "stopspelling",
    "appendonsend",
    'name="quote"',
    "ydpyahoo",
)


def written_parts(parsed: Parsed) -> tuple[list[Part], list[Part]]:
    """The plain and the HTML parts of the message itself: no attachments, nothing of attached messages."""
    plain: list[Part] = []
    html: list[Part] = []
    for part in parsed.parts:
        if part.text is None or part.in_message or part.disposition == "attachment" or not part.type.startswith("text/"):
            continue
        if part.type == "text/html":
            html.append(part)
        elif not part.filename and part.type not in _NO_BODY:
            plain.append(part)
    return plain, html


def body(parsed: Parsed) -> tuple[list[Raw], list[Part], bool]:
    """The lines of the body, plain text preferred where it is real; the HTML parts that say the same again; whether it is HTML."""
    plain, html = written_parts(parsed)
    stubs = html and all(is_stub(part.text or "") for part in plain)
    if not plain or stubs:
        lines: list[Raw] = []
        for part in html:
            lines += html_lines(part.text or "")
        if lines:
            return lines, [], True
    lines = []
    for part in plain:
        if lines:
            lines.append(Raw(""))
        lines += text_lines(part.text or "")
    return lines[:LINE_LIMIT], html, False


def marks_quotation(html: list[Part]) -> bool:
    """Whether the HTML twin of a plain text says itself where the quotation is."""
    for part in html:
        text = (part.text or "").lower()
        if any(mark in text for mark in _HTML_MARKS):
            return True
    return False


def html_lines(text: str) -> list[Raw]:
    """The lines of HTML; marks that a mail program wrote as text (`&gt; words`) count too."""
    lines: list[Raw] = []
    for line in read(text).lines[:LINE_LIMIT]:
        if line.text[:1] == ">":
            marked = _unmarked(line.text)
            lines.append(Raw(marked.text, marked.depth + line.depth, line.mark))
        else:
            lines.append(Raw(line.text, line.depth, line.mark))
    return lines


def text_lines(text: str) -> list[Raw]:
    """The lines of plain text, quote marks taken off and counted."""
    return [_unmarked(line) if ">" in line[:8] else Raw(line) for line in text.split("\n", LINE_LIMIT)[:LINE_LIMIT]]


def _unmarked(line: str) -> Raw:
    """One line whose marks may be ">", "> >", " >" or ">>"."""
    place = depth = 0
    end = len(line)
    while place < end:
        letter = line[place]
        if letter == ">":
            depth += 1
            place += 1
        elif letter in " \t" and (
            line[place + 1 : place + 2] == ">" or (not depth and place < 4 and line[place:].lstrip()[:1] == ">")
        ):
            place += 1
        else:
            break
    if not depth:
        return Raw(line)
    return Raw(line[place + 1 :] if line[place : place + 1] == " " else line[place:], depth)
