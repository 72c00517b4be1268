"""What a message is once it has been read: bytes become `Parsed`, understanding makes `IncomingMessage`, rules add `Classified`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date as Day
from datetime import datetime
from enum import StrEnum


class Origin(StrEnum):
    """Who or what wrote a message (CONTRACT.md section 5)."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    LIST = "list"
    RECEIPT = "receipt"
    CALENDAR = "calendar"
    OWN = "own"


class Cause(StrEnum):
    """Why a letter was not delivered; only `DEAD_ADDRESS` can be permanent."""

    DEAD_ADDRESS = "dead_address"
    MAILBOX_FULL = "mailbox_full"
    BLOCKED = "blocked"
    CONTENT = "content"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


class Proof(StrEnum):
    """How well the sender is proved, weakest first (CONTRACT.md section 9, "Proof of the sender").

    UNKNOWN: no known person has this address. CLAIMED: a known From, nothing more.
    AUTHENTICATED: known From and dmarc=pass of the trusted server. TOKEN: a letter's token, from the address
    it was sent to. CONFIRMED: the person on file answered `confirm_sender`.
    """

    UNKNOWN = "unknown"
    CLAIMED = "claimed"
    AUTHENTICATED = "authenticated"
    TOKEN = "token"
    CONFIRMED = "confirmed"

    @property
    def suffices(self) -> bool:
        """Whether words, forms, kits and answers of this proof take effect."""
        return self in (Proof.AUTHENTICATED, Proof.TOKEN, Proof.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME part, transfer encoding undone. Containers are listed too (with empty `content`), in document order."""

    path: str  # "1", "1.2", "1.2.1": position in the tree
    type: str  # lower case, "text/plain"
    parameters: Mapping[str, str] = field(default_factory=dict)
    disposition: str = ""  # "", "inline" or "attachment"
    filename: str = ""
    content: bytes = b""
    text: str | None = None  # decoded text for text/*, newlines as \n, NUL removed
    headers: tuple[tuple[str, str], ...] = ()  # for a message/rfc822 part: the headers of the message inside
    in_message: bool = False  # lies inside an attached message/rfc822 (a forward or a returned original)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A message as bytes say it: headers unfolded and RFC 2047 decoded, parts in document order.

    `problems` are sentences about what was malformed or cut off by a limit.
    """

    headers: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    size: int  # bytes
    problems: tuple[str, ...] = ()
    _by_name: dict[str, list[str]] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def by_name(self) -> Mapping[str, Sequence[str]]:
        """The values of each header, topmost first, by its name in lower case. Made once, when first asked for."""
        if self._by_name is None:
            found: dict[str, list[str]] = {}
            for name, value in self.headers:
                found.setdefault(name.lower(), []).append(value)
            object.__setattr__(self, "_by_name", found)
            return found
        return self._by_name

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of the header `name` (any case), topmost first."""
        return tuple(self.by_name.get(name.lower(), ()))

    def first(self, name: str) -> str:
        """The topmost value of the header `name`, or the empty string."""
        values = self.by_name.get(name.lower())
        return values[0] if values else ""


@dataclass(frozen=True, slots=True)
class Command:
    """A word of the reply grammar (REQUIREMENTS.md 4.3), found in the sender's own words."""

    word: str  # canonical, upper case: "HOLD", "NOT REACHED"
    arguments: Mapping[str, object] = field(default_factory=dict)  # as named in CONTRACT.md section 5; dates as datetime.date
    line: int = 1  # 1-based line of new_text
    text: str = ""  # the line as written
    about: str = ""  # "Ana Ruiz" in "Ana Ruiz: CONFIRM"
    corrects: int = 0  # 2 in "2 = HOLD 7": the line of a receipt that is said anew


@dataclass(frozen=True, slots=True)
class FormRow:
    """One mentor's row of the Mentor Contact Form (R-016, R-017, R-040), as written: nothing is looked up."""

    mentor: str
    attempted: tuple[Day, ...] = ()
    contact_made: Day | None = None
    mentees: tuple[str, ...] = ()
    summary: str = ""
    issues: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)  # unknown columns, kept as text
    problems: tuple[str, ...] = ()  # sentences: what is wrong with this row


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One recipient of a delivery report (RFC 3464 or free-form)."""

    address: str
    status: str = ""  # enhanced status code, RFC 3463
    cause: Cause = Cause.UNKNOWN
    permanent: bool = False  # the address itself is dead
    delayed: bool = False  # a warning only: the server goes on trying


@dataclass(frozen=True, slots=True)
class Bounce:
    recipients: tuple[Undelivered, ...]
    original_message_id: str = ""  # of the letter that came back, without angle brackets
    diagnostic: str = ""  # never shown to anyone but the operator


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    type: str
    used_as: str = ""  # "contact form", "roster", "survey results", "" where unused
    size: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table found in an attachment or in the text: rows of cell texts, the heading row first. Dates are ISO texts."""

    source: str  # attachment name, "text" or "html"
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """All that was understood of one message without looking anything up."""

    message_id: str  # without angle brackets; "" where there is none
    from_address: str  # bare, domain in lower case; "" unless exactly one plain address could be read
    from_name: str
    to: tuple[str, ...]  # bare addresses of To, Cc, Delivered-To, X-Original-To
    subject: str
    date: datetime | None  # aware, from the Date header
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    origin: Origin
    origin_because: str = ""  # which marker told
    by_hand: bool = False  # a receipt or a calendar message that comes of something its sender did
    token: str = ""  # the first token with a valid seal, from To, Message-IDs or body
    authenticated: bool = False  # dmarc=pass of the trusted server for this From
    authentication_given: bool = False  # the message has an Authentication-Results of its own
    new_text: str = ""
    quoted_text: str = ""
    forwarded: bool = False
    commands: tuple[Command, ...] = ()
    unknown_lines: tuple[str, ...] = ()  # lines that look like a command but are none, with the nearest word behind " ~ "
    answers: Mapping[str, str] = field(default_factory=dict)
    sure: Mapping[str, str] = field(default_factory=dict)  # of each answer: "certain" or "likely"
    form: tuple[FormRow, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)  # "Ana Ruiz: spoke 3 March": name -> the rest, coordinator's lines
    spoke: Mapping[str, Day] = field(default_factory=dict)  # the day such a line says that the two spoke, by the same name
    besides: tuple[str, ...] = ()  # own lines that are no word, no answer, no greeting and no thanks; only where asked for
    bounce: Bounce | None = None
    away_until: Day | None = None  # last day away
    safety: bool = False
    links: Mapping[str, str] = field(default_factory=dict)  # labelled links: {"mentor": "https://…", "mentee": "https://…"}
    sheets: tuple[Sheet, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[str, ...] = ()
    parting: bool = False  # the writer would rather stop, in plain words instead of our own
    addressed: tuple[str, ...] = ()  # bare addresses of To alone: whom it was written to


@dataclass(frozen=True, slots=True)
class Considered:
    """One rule that was tried on a message, and why it hit or missed."""

    rule: str  # "m2m/90_otherwise: anything else"
    hit: bool
    because: str


@dataclass(frozen=True, slots=True)
class Classified:
    """What a message means, by the first rule that hit."""

    message: IncomingMessage
    means: str
    rule: str
    considered: tuple[Considered, ...] = ()
