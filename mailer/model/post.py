"""What passes between the steps and the mail servers: letters to hand over, what became of them, messages fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

ERASED = "\0"  # the folder of mail that is kept nowhere: filed there, it is deleted


class Away(Exception):
    """Nothing can be read now: the server is away, TLS is missing or unproved, the login or the mailbox was refused."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One letter ready for the wire: exactly one recipient, bytes with CRLF."""

    letter_id: int
    envelope_from: str
    to_address: str
    raw: bytes


class Fate(StrEnum):
    """What became of one SMTP hand-over."""

    SENT = "sent"  # 2xx after the last dot
    TRY_AGAIN = "try_again"  # 4xx, or the connection broke before the last dot
    REFUSED = "refused"  # 5xx for this recipient or this letter
    UNSURE = "unsure"  # the connection broke between the last dot and the answer
    PAUSED = "paused"  # nothing to do with this letter: server away, login refused, TLS missing; the queue waits


@dataclass(frozen=True, slots=True)
class HandedOver:
    letter_id: int
    fate: Fate
    code: int = 0  # SMTP reply code, RFC 5321
    status: str = ""  # enhanced status code, RFC 3463
    text: str = ""  # the server's words; for operators only


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a mailbox has been read (RFC 3501): UIDs up to `last_uid` under this UIDVALIDITY are journalled."""

    uidvalidity: int = 0
    last_uid: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message as the server keeps it."""

    uidvalidity: int
    uid: int
    raw: bytes
    internal_date: datetime  # aware
    size: int  # RFC822.SIZE; larger than len(raw) where the message was too big to fetch whole
