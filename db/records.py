"""What we remember, as frozen values: people, matches, cases, letters, messages, events. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

DUTIES = frozenset({"coordinator", "mwoc", "staff", "admin", "clinical_coordinator", "trainer"})  # roles that serve a program


class PersonState(StrEnum):
    WAITING = "waiting"  # in the roster, not approved yet
    UNCONFIRMED = "unconfirmed"  # has not said yet that letters may come to the address
    ACTIVE = "active"
    INACTIVE = "inactive"
    STOPPED = "stopped"  # asked for no more letters
    FORGOTTEN = "forgotten"  # nothing but the ref is left; the row stays for what points to it


class MatchState(StrEnum):
    PROPOSED = "proposed"  # nobody has been told the other's name yet
    DROPPED = "dropped"  # a proposal that came to nothing
    ACTIVE = "active"
    PAUSED = "paused"
    REMATCH_NEEDED = "rematch_needed"
    ENDED = "ended"

    @property
    def goes_on(self) -> bool:
        """Whether the two are still beside each other, if only in a pause."""
        return self in (MatchState.ACTIVE, MatchState.PAUSED)

    @property
    def is_open(self) -> bool:
        """Whether the two are proposed to each other or beside each other: neither is free for somebody else."""
        return self.goes_on or self is MatchState.PROPOSED


class LetterState(StrEnum):
    WAITING = "waiting"  # leaves at not_before
    HELD = "held"  # waits for a human
    SENDING = "sending"  # being handed over right now; after a crash: fate unknown
    SENT = "sent"
    FAILED = "failed"  # refused for good
    CANCELLED = "cancelled"


class MessageState(StrEnum):
    NEW = "new"
    DONE = "done"
    PARKED = "parked"  # set aside for a human
    DROPPED = "dropped"  # a human said: nothing to do


class EventKind(StrEnum):
    CONTACT = "contact"
    ATTEMPT = "attempt"  # by phone or from a coordinator's own mail; letters count by themselves
    SIGN_OF_LIFE = "sign_of_life"
    AWAY = "away"
    ADDRESS_BROKEN = "address_broken"
    SURVEY_ANSWERED = "survey_answered"
    LETTER_READ = "letter_read"  # a read receipt sent by hand, never one that a machine sends by itself
    INVITATION_ANSWERED = "invitation_answered"


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    program: str
    ref: str  # opaque, "K7F3"
    name: str
    email: str
    roles: frozenset[str]
    state: PersonState = PersonState.ACTIVE
    phone: str = ""
    timezone: str = ""  # IANA name; "" means the program's
    since: date | None = None
    coordinator_id: int | None = None
    away_until: date | None = None  # last day away
    address_broken_on: date | None = None
    held_by_safety: bool = False
    approved_on: date | None = None
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.split() else self.name


@dataclass(frozen=True, slots=True)
class Match:
    id: int
    program: str
    mentor_id: int
    mentee_id: int
    state: MatchState = MatchState.ACTIVE
    since: date | None = None
    handed_over_on: date | None = None  # the day from which the pair is on its own


@dataclass(frozen=True, slots=True)
class Case:
    """One walk up a ladder. `key` is natural: "contact/12", "cycle/2027-10"."""

    id: int
    program: str
    ladder: str
    key: str
    state: str
    owner: str  # role whose turn it is
    about: str = "mentor"  # what its ladder is about: "mentor", "match", "coordinator", "program"
    subject_id: int | None = None
    match_id: int | None = None
    due_at: datetime | None = None  # UTC; when time moves it
    entered_at: datetime | None = None  # UTC; planned moment of entering the state
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """An outbox row: a letter decided, its identity frozen (HOUSE.md law 3)."""

    id: int
    program: str
    key: str  # natural and unique: "contact/12/2027-10/attempt_1/check_in"
    name: str
    to_address: str
    state: LetterState
    message_id: str  # without angle brackets
    date: datetime  # the Date header, UTC
    not_before: datetime
    to_id: int | None = None
    case_id: int | None = None
    attempt: bool = False
    facts: Mapping[str, object] = field(default_factory=dict)
    template: str = ""  # digest of the template version it was rendered from
    sha256: str = ""  # of the bytes
    subject: str = ""
    in_reply_to: str = ""  # Message-ID of the message or letter it follows
    tries: int = 0
    sent_at: datetime | None = None
    bounced_at: datetime | None = None
    perhaps_twice: bool = False
    because: str = ""
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Evidence about a person: contact made, attempt by phone, sign of life, absence."""

    id: int
    program: str
    person_id: int
    kind: EventKind
    on: date  # local day in the program's zone
    at: datetime  # when it was recorded, UTC
    how: str = ""  # "mail", "phone", …
    message_id: int | None = None  # journal row
    letter_id: int | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Which text somebody agreed to, when, and by which mail (R-206, R-105)."""

    id: int
    program: str
    person_id: int
    kind: str  # "ethics", "sign_off", …
    version: str
    text: str  # digest of the letter's template version, which is kept
    on: date  # local day in the program's zone
    at: datetime
    message_id: int | None = None  # journal row
    answer: str = ""  # Message-ID of the mail that agreed


@dataclass(frozen=True, slots=True)
class FormEntry:
    """One mentor's row of the Mentor Contact Form of one month."""

    id: int
    program: str
    month: str  # "2027-10"
    coordinator_id: int
    mentor_id: int
    attempted: tuple[date, ...] = ()
    contact_made: date | None = None
    mentees: tuple[str, ...] = ()
    summary: str = ""
    issues: str = ""
    sent_at: datetime | None = None
    noted: tuple[tuple[str, object], ...] = ()  # lines of the rules' own: kind, and words (a sentence, until they are kept)


@dataclass(frozen=True, slots=True)
class Release:
    """A signed release of information: what may be told of one person to one other, and until when (42 CFR 2.31)."""

    id: int
    program: str
    giver_id: int
    recipient_id: int
    fields: tuple[str, ...]
    purpose: str
    signed_on: date
    expires_on: date  # the last day on which it is good
    recorded_by: int | None
    recorded_at: datetime
    rescinded_at: datetime | None = None

    def good_on(self, day: date) -> bool:
        """Whether it may be relied on; a rescinded one never again."""
        return self.rescinded_at is None and self.signed_on <= day <= self.expires_on


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What was told of somebody, to whom, by which letter: listed for three years, also after a rescission (45 CFR 164.528)."""

    id: int
    program: str
    release_id: int
    giver_id: int
    recipient_id: int
    letter_id: int
    fields: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """One row of somebody's conversation log (R-300 to R-308): no text, and the client only as a ref."""

    id: int
    program: str
    person_id: int
    number: int  # 1, 2, 3 … for each person, as the lines came
    on: date
    client: str  # "C-18"
    kind: str  # "S" support, "M" mentoring, "SM" half and half
    minutes: int
    how: str = ""  # "F" face to face, "T" telephone, "E" e-mail, "O" online
    skill: str = ""
    broker: str = ""  # the name of a resource
    voided: bool = False
    message_id: int | None = None  # journal row


@dataclass(frozen=True, slots=True)
class Note:
    """Something for a person's next digest."""

    id: int
    program: str
    to_id: int
    kind: str
    facts: Mapping[str, object]
    at: datetime
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class JournalledMessage:
    """A message as it came: raw bytes first, everything else later."""

    id: int
    program: str
    uidvalidity: int
    uid: int
    received_at: datetime
    raw: bytes
    state: MessageState
    confirmed: bool = False  # the sender answered confirm_sender
    person_id: int | None = None
    letter_id: int | None = None
    means: str = ""
    rule: str = ""
    because: str = ""
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Situation:
    """One stimulus's bounded world, read at once: whom it concerns, their people, open walks, recent letters and evidence.

    `people` holds the subject, everybody matched or assigned to them, and the holders of the program's duties.
    `letters` and `events` reach back about seventy days. `sender_ids` are all people known under the sender's address.
    """

    program: str
    people: Mapping[int, Person] = field(default_factory=dict)
    matches: tuple[Match, ...] = ()
    cases: tuple[Case, ...] = ()
    letters: tuple[Letter, ...] = ()
    events: tuple[Event, ...] = ()
    forms: tuple[FormEntry, ...] = ()
    notes: tuple[Note, ...] = ()
    sender_ids: tuple[int, ...] = ()
    letter: Letter | None = None  # the letter a message answers, or that was refused
    case: Case | None = None  # the walk that is due, or that the letter belongs to (also when closed)
    page: tuple[int, ...] = ()  # people a blast has still to reach, one page
    loads: Mapping[int, int] = field(default_factory=dict)  # coordinator -> number of active mentors
    survey: Mapping[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)  # person -> (question, answer) this month
    releases: tuple[Release, ...] = ()  # given by or to the people looked at, also rescinded ones
    disclosures: tuple[Disclosure, ...] = ()  # what letters told under releases; only where a mail asks for it
    tallies: tuple[tuple[str, int, int], ...] = ()  # (question, value, number of answers) of the program's evaluation, all months
    counted: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # letter -> (letters, walks) of the month reported
    conversations: tuple[Conversation, ...] = ()  # the whole log of who wrote, or of whom the walk in hand is about
    pending_confirmation: int | None = None  # journal id that a confirm_sender letter asks about
    sorted_out: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)  # mailer.core.world.lookups
