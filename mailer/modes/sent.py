"""A letter that left, as somebody who reads it sees it: for rehearsals, forecasts and the tour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from db.records import Letter
from mailer.wire.addresses import one_address
from mailer.wire.parse import parse


@dataclass(frozen=True, slots=True)
class _Words:
    from_address: str
    from_name: str
    reply_to: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class SentLetter:
    """One letter with its words; addresses bare, `at` aware (UTC), Message-ID without brackets.

    Its bytes are read when somebody first asks for its words: of most letters of a year nobody does.
    """

    at: datetime
    name: str
    to_address: str
    message_id: str
    because: str
    raw: bytes

    @cached_property
    def _words(self) -> _Words:
        parsed = parse(self.raw)
        texts = [part.text or "" for part in parsed.parts if part.type == "text/plain" and part.disposition != "attachment"]
        pages = [part.text or "" for part in parsed.parts if part.type == "text/html"]
        name, address = one_address(parsed.first("From"))
        reply_to = one_address(parsed.first("Reply-To"))[1]
        return _Words(address, name, reply_to, parsed.first("Subject"), texts[0] if texts else "", pages[0] if pages else "")

    @property
    def from_address(self) -> str:
        return self._words.from_address

    @property
    def from_name(self) -> str:
        return self._words.from_name

    @property
    def reply_to(self) -> str:
        return self._words.reply_to

    @property
    def subject(self) -> str:
        return self._words.subject

    @property
    def text(self) -> str:
        return self._words.text

    @property
    def html(self) -> str:
        return self._words.html

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
    return SentLetter(letter.sent_at or letter.not_before, letter.name, letter.to_address, letter.message_id, letter.because, raw)
