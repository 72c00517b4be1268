"""Messages of a story as real mail programs would write them: replies with their quotations, delivery reports, plain mail."""

from __future__ import annotations

import html as escape_html
import mimetypes
import re
from dataclasses import dataclass
from datetime import datetime
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from zoneinfo import ZoneInfo

from mailer.files.stories import STORY_TRUSTED, Arrive
from mailer.modes.sent import SentLetter

_NUMBERED = re.compile(r"\s*(\d{1,2})\s*[.:)]\s*(.*)")


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes a message of a story."""

    name: str
    address: str


def authentication(address: str, passing: bool) -> str:
    """What the story's trusted server says of a sender (RFC 8601)."""
    domain = address.rpartition("@")[2]
    verdict = "pass" if passing else "fail"
    return f"{STORY_TRUSTED}; dmarc={verdict} header.from={domain}; spf={verdict} smtp.mailfrom={address}"


def vouched(raw: bytes, address: str) -> bytes:
    """A given message, vouched for by the trusted server unless it has an Authentication-Results of its own."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if re.search(rb"^authentication-results:", head, re.IGNORECASE | re.MULTILINE):
        return raw
    return f"Authentication-Results: {authentication(address, True)}\r\n".encode() + raw


def written(
    arrive: Arrive, writer: Writer, to: str, zone: ZoneInfo, letter: SentLetter | None, number: int, *, vouched_for: bool = True
) -> bytes:
    """The bytes of a message: a reply to `letter` in the program's style, or mail of its own.

    `vouched_for` puts the story's trusted server in front; a real server does that by itself.
    """
    text = arrive.body.strip("\n")
    html = f"<p>{_as_html(text)}</p>" if arrive.html else ""
    if letter is not None:
        text, html = _reply(arrive, text, letter, zone)
    body = _body(text, html if arrive.html else "")
    if arrive.attach:
        mixed = MIMEMultipart("mixed", boundary=f"=_mixed_{number}")
        mixed.attach(body)
        for path in arrive.attach:
            mixed.attach(_attachment(path.name, path.read_bytes()))
        body = mixed
    if isinstance(body, MIMEMultipart) and not arrive.attach:
        body.set_boundary(f"=_alternative_{number}")
    domain = writer.address.rpartition("@")[2]
    head = [
        *([("Authentication-Results", authentication(writer.address, arrive.authentic))] if vouched_for else []),
        ("From", formataddr((writer.name, writer.address), "utf-8")),
        ("To", letter.reply_to if letter is not None else to),
        ("Subject", f"Re: {letter.subject}" if letter is not None else arrive.subject or "(no subject)"),
        ("Date", format_datetime(arrive.at.astimezone(zone))),
        ("Message-ID", f"<story.{number}@{domain}>"),
    ]
    if letter is not None:
        head += [("In-Reply-To", f"<{letter.message_id}>"), ("References", f"<{letter.message_id}>")]
        if arrive.style == "apple":
            head.append(("X-Mailer", "iPhone Mail (24A335)"))
    # Written out here: the library takes as long for ten short headers as the service for understanding the message.
    above = "".join(f"{name}: {_encoded(value) if name == 'Subject' else value}\n" for name, value in head)
    return (above.encode() + body.as_bytes()).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _encoded(value: str) -> str:
    return value if value.isascii() else Header(value, "utf-8").encode()


def _body(text: str, html: str) -> MIMEText | MIMEMultipart:
    plain = MIMEText(text + "\n", "plain", "us-ascii" if text.isascii() else "utf-8")
    if not html:
        return plain
    both = MIMEMultipart("alternative")
    both.attach(plain)
    both.attach(MIMEText(f"<html><body>{html}</body></html>", "html", "utf-8"))
    return both


def _attachment(name: str, content: bytes) -> MIMEBase:
    main, _, sub = (mimetypes.guess_type(name)[0] or "application/octet-stream").partition("/")
    part = MIMEBase(main, sub)
    part.set_payload(content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def _as_html(text: str) -> str:
    return "<br>\n".join(escape_html.escape(line) for line in text.split("\n"))


def _reply(arrive: Arrive, text: str, letter: SentLetter, zone: ZoneInfo) -> tuple[str, str]:
    """The text and HTML of a reply with its quotation, as that mail program writes them."""
    original = letter.text.rstrip("\n").split("\n")
    quoted = [f"> {line}".rstrip() for line in original]
    sent = letter.at.astimezone(zone)
    sender = f"{letter.from_name} <{letter.from_address}>"
    said = _as_html(text)
    shown = _as_html("\n".join(original))
    match arrive.style:
        case "gmail":
            line = f"On {sent:%a, %b} {sent.day}, {sent.year} at {_clock(sent)} {sender} wrote:"
            html = (
                f'<div dir="ltr">{said}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
                f"{escape_html.escape(line)}<br></div>"
                f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{shown}</blockquote></div>'
            )
            return "\n".join([text, "", line, "", *quoted]), html
        case "outlook":
            head = [
                f"From: {sender}",
                f"Sent: {sent:%A, %B} {sent.day}, {sent.year} {_clock(sent)}",
                f"To: {letter.to_address}",
                f"Subject: {letter.subject}",
            ]
            html = (
                f'<div class="WordSection1"><p class="MsoNormal">{said}</p><div style="border:none;border-top:solid #E1E1E1 1.0pt">'
                f'<p class="MsoNormal">{_as_html(chr(10).join(head))}</p></div><p class="MsoNormal">{shown}</p></div>'
            )
            return "\n".join([text, "", *head, "", *original]), html
        case "apple":
            line = f"On {sent:%b} {sent.day}, {sent.year}, at {_clock(sent)}, {sender} wrote:"
            cited = f"{escape_html.escape(line)}<br><br>"
            html = f'<div dir="ltr">{said}</div><div dir="ltr"><br><blockquote type="cite">{cited}</blockquote></div>'
            html += f'<blockquote type="cite"><div dir="ltr">{shown}</div></blockquote>'
            return "\n".join([text, "", "Sent from my iPhone", "", f"> {line}", "> ", *quoted]), html
        case "inline":
            line = f"On {sent:%d.%m.%Y %H:%M}, {letter.from_name} wrote:"
            inside = _inside(text, quoted)
            return "\n".join([line, *inside]), f"<p>{_as_html(line)}</p>" + _blocks(inside)
        case "bottom":
            line = f"On {sent:%d/%m/%Y %H:%M}, {sender} wrote:"
            html = f'<div class="moz-cite-prefix">{escape_html.escape(line)}</div>'
            html += f'<blockquote type="cite">{shown}</blockquote><p>{said}</p>'
            return "\n".join([line, *quoted, "", text]), html
        case _:
            line = f"On {sent:%Y-%m-%d %H:%M}, {sender} wrote:"
            html = f"<p>{said}</p><p>{escape_html.escape(line)}</p><blockquote>{shown}</blockquote>"
            return "\n".join([text, "", line, *quoted]), html


def _clock(moment: datetime) -> str:
    return moment.strftime("%I:%M %p").lstrip("0")


def _inside(text: str, quoted: list[str]) -> list[str]:
    """Answers below the questions they belong to; words without a number below the first quoted paragraph."""
    numbered: dict[str, str] = {}
    rest: list[str] = []
    for line in text.split("\n"):
        hit = _NUMBERED.fullmatch(line)
        if hit is not None:
            numbered[hit[1]] = hit[2]
        else:
            rest.append(line)
    found: list[str] = []
    placed = not any(line.strip() for line in rest)
    for at, line in enumerate(quoted):
        found.append(line)
        hit = re.match(r">\s*(\d{1,2})[.)]\s", line)
        more = at + 1 < len(quoted) and re.match(r">\s{3,}\S", quoted[at + 1])
        if hit is not None and hit[1] in numbered and not more:
            found += [numbered.pop(hit[1])]
        elif not placed and line.strip() == ">" and at > 2:
            found += ["", *rest, ""]
            placed = True
    if not placed:
        found += ["", *rest]
    return [*found, *(f"{number}: {answer}" for number, answer in numbered.items())]


def _blocks(lines: list[str]) -> str:
    """Quoted runs as blockquotes, the words between them as paragraphs."""
    found: list[str] = []
    for line in lines:
        if line.startswith(">"):
            found.append(f'<blockquote type="cite">{escape_html.escape(line[1:].strip())}</blockquote>')
        elif line.strip():
            found.append(f"<p>{escape_html.escape(line)}</p>")
    return "".join(found)


def report(arrive: Arrive, letter: SentLetter, zone: ZoneInfo, number: int) -> bytes:
    """A delivery report for a letter (RFC 3464): failed for 5.x.x, a warning of delay for 4.x.x."""
    failed = not arrive.status.startswith("4")
    words = "could not be delivered" if failed else "is delayed; you need not send it again"
    whole = MIMEMultipart("report", boundary=f"=_report_{number}", report_type="delivery-status")
    whole["From"] = "Mail Delivery System <MAILER-DAEMON@mx.example.org>"
    whole["To"] = letter.reply_to
    whole["Subject"] = "Undelivered Mail Returned to Sender" if failed else "Delivery delayed"
    whole["Date"] = format_datetime(arrive.at.astimezone(zone))
    whole["Message-ID"] = f"<report.{number}@mx.example.org>"
    whole["Auto-Submitted"] = "auto-replied"
    whole["Return-Path"] = "<>"
    whole.attach(MIMEText(f"Your message to {letter.to_address} {words}.\n"))
    status = MIMEBase("message", "delivery-status")
    diagnosis = _DIAGNOSIS.get(arrive.status[2:5], "the message was refused")
    about, recipient = Message(), Message()
    about["Reporting-MTA"] = "dns; mx.example.org"
    recipient["Final-Recipient"] = f"rfc822; {letter.to_address}"
    recipient["Action"] = "failed" if failed else "delayed"
    recipient["Status"] = arrive.status
    recipient["Diagnostic-Code"] = f"smtp; {550 if failed else 451} {arrive.status} {diagnosis}"
    status.set_payload([about, recipient])
    whole.attach(status)
    original = MIMEText(letter.text)
    for name, value in (("From", letter.from_address), ("To", letter.to_address), ("Message-ID", f"<{letter.message_id}>")):
        original[name] = value
    original["Subject"] = letter.subject
    whole.attach(MIMEMessage(original))
    return whole.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


_DIAGNOSIS = {
    "1.1": "user unknown",
    "1.2": "host not found",
    "2.2": "mailbox full",
    "4.7": "try again later",
    "7.1": "blocked by policy",
}
