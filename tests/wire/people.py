"""Builds messages as mail programs do, for the tables of what people write."""

from __future__ import annotations

import base64
import quopri
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """A message, and what must be understood of it: the new words, and any keys of `read --json`."""

    name: str
    raw: bytes
    new_text: str | None = None
    says: dict[str, object] = field(default_factory=dict)


def _head(subject: str, sender: str, headers: str) -> str:
    return f"From: {sender}\nTo: post@example.org\nSubject: {subject}\nDate: Wed, 20 Oct 2027 12:00:00 -0400\nMIME-Version: 1.0\n{headers}"


def plain(
    text: str,
    *,
    charset: str = "utf-8",
    label: str | None = None,
    encoding: str = "8bit",
    kind: str = "text/plain",
    extra: str = "",
    subject: str = "Re: A short question",
    sender: str = "Ana Ruiz <ana@example.org>",
    headers: str = "",
) -> bytes:
    """One part. `label`: the charset that is named, where it is not the real one; "" names none."""
    content = text.encode(charset)
    if encoding == "base64":
        content = base64.encodebytes(content)
    elif encoding == "quoted-printable":
        content = quopri.encodestring(content)
    named = charset if label is None else label
    about = f"Content-Type: {kind}{f'; charset={named}' if named else ''}{extra}\nContent-Transfer-Encoding: {encoding}\n\n"
    return (_head(subject, sender, headers) + about).encode() + content


def flowed(text: str) -> bytes:
    return plain(text, extra="; format=flowed")


def html(text: str) -> bytes:
    return plain(text, kind="text/html", encoding="quoted-printable")


def multipart(text: str, markup: str) -> bytes:
    body = "".join(
        f'--b1\nContent-Type: {kind}; charset="utf-8"\n\n{part}\n' for kind, part in (("text/plain", text), ("text/html", markup))
    )
    head = _head("Re: A short question", "Ana Ruiz <ana@example.org>", "")
    return f'{head}Content-Type: multipart/alternative; boundary="b1"\n\n{body}--b1--\n'.encode()
