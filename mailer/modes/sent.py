"""A letter that left, as somebody who reads it sees it: for rehearsals, forecasts and the tour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.records import Letter
from mailer.wire.addresses import one_address
from mailer.wire.parse import parse


@dataclass(frozen=True, slots=True)
class SentLetter:
    """One letter with its words; addresses bare, `at` aware (UTC), Message-ID without brackets."""

    at: datetime
    name: str
    to_address: str
    from_address: str
    from_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    message_id: str
    because: str
    raw: bytes

    def as_json(self, at: str) -> dict[str, str]:
        """As CONTRACT.md section 4 has it; `at` is the moment in words of ISO 8601."""
        return {
            "at": at,
            "letter": self.name,
            "to": self.to_address,
            "from": self.from_address,
            "reply_to": self.reply_to,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "message_id": self.message_id,
            "because": self.because,
        }


def read_sent(letter: Letter, raw: bytes) -> SentLetter:
    """Read a letter's own bytes, as a mail program would."""
    parsed = parse(raw)
    texts = [part.text or "" for part in parsed.parts if part.type == "text/plain" and part.disposition != "attachment"]
    pages = [part.text or "" for part in parsed.parts if part.type == "text/html"]
    name, address = one_address(parsed.first("From"))
    return SentLetter(
        at=letter.sent_at or letter.not_before,
        name=letter.name,
        to_address=letter.to_address,
        from_address=address,
        from_name=name,
        reply_to=one_address(parsed.first("Reply-To"))[1],
        subject=parsed.first("Subject"),
        text=texts[0] if texts else "",
        html=pages[0] if pages else "",
        message_id=letter.message_id,
        because=letter.because,
        raw=raw,
    )
