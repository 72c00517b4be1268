"""What can happen (stimuli) and what the service may do about it (effects): closed unions; a new word is a decision record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from mailer.model.consent import AddRelease, CountAnswers, Disclosing, EndRelease, NotKept
from mailer.model.forgetting import Forget as Forget
from mailer.model.forgetting import Forgetting as Forgetting
from mailer.model.mail import Classified, Proof
from mailer.model.told import AddEvent as AddEvent
from mailer.model.told import PutAnswers as PutAnswers
from mailer.model.told import PutConversation as PutConversation


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence of `templates/email/common/notes.toml`, filled in when the decision is recorded."""

    kind: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MailArrived:
    """A message came and was understood; who wrote it is in the situation."""

    journal_id: int
    received_at: datetime  # UTC
    classified: Classified
    proof: Proof
    roster: tuple[RosterRow, ...] = ()  # rows of an attached sheet that is a roster
    roster_problems: tuple[str, ...] = ()  # why rows of it were left out


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The due moment of the situation's case has come."""

    due_at: datetime  # UTC


@dataclass(frozen=True, slots=True)
class DigestDue:
    """The situation's person has notes waiting and the send hour has come."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class LetterRefused:
    """The next server refused the situation's letter for good (RFC 5321 5xx)."""

    status: str
    permanent: bool  # the address itself is dead
    cause: str = "unknown"


@dataclass(frozen=True, slots=True)
class LetterInDoubt:
    """The situation's letter is about to leave, but later than it was due, or to somebody away or who may not be written to."""


@dataclass(frozen=True, slots=True)
class RosterGiven:
    """A roster is to be applied: rows as read, all of them sound."""

    rows: tuple[RosterRow, ...]
    by: str  # "operator", "mail" or "story"


@dataclass(frozen=True, slots=True)
class WalksMissing:
    """People (or the program) that should have an open walk of a ladder and have none; the situation's page names them."""

    ladder: str


@dataclass(frozen=True, slots=True)
class Parts:
    """Somebody is to be forgotten: what runs between them and others ends first."""

    person_id: int


Stimulus = MailArrived | TimePassed | DigestDue | LetterRefused | LetterInDoubt | RosterGiven | WalksMissing | Parts | Forgetting


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of a roster, as the sheet says it."""

    name: str
    email: str
    role: str
    coordinator: str = ""  # address
    mentor: str = ""  # address
    phone: str = ""
    since: date | None = None
    timezone: str = ""
    line: int = 0
    extra: Mapping[str, object] = field(default_factory=dict)


# ---------------------------------------------------------------- effects


@dataclass(frozen=True, slots=True)
class Enqueue:
    """A letter to exactly one person (or to the program inbox, `to_id` None)."""

    key: str
    letter: str
    to_id: int | None
    facts: Mapping[str, object]
    not_before: datetime
    to_address: str = ""  # where it goes if not to the address on file: a new one that is asked itself
    case_key: str = ""
    attempt: bool = False
    answers_message: str = ""  # Message-ID of the mail it answers
    thread: str = ""  # Message-ID of the earlier letter of the same walk
    hold: bool = False
    sheet: tuple[tuple[str | Say, ...], ...] = ()  # attached as CSV
    sheet_name: str = ""  # of that file, without its ending
    undo: Mapping[str, object] = field(default_factory=dict)  # of a receipt: what it takes to go back (core/telling/inverse.py)
    because: str = ""
    discloses: Disclosing | None = None  # what it tells of somebody by a release


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Cancel what has not left: of a case, of a person, or both; `letters` narrows it to these names."""

    case_key: str = ""
    to_id: int | None = None
    letters: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class PutLetter:
    """Decide about one letter that has not left: "held" for a human, "waiting" until `not_before`, or "cancelled"."""

    id: int
    state: str
    not_before: datetime | None = None
    because: str = ""
    anew: bool = False  # nobody has seen it: it leaves with the day on which it leaves, not with the day it was due


@dataclass(frozen=True, slots=True)
class PutCase:
    """Open, move or close a walk; `key` is natural."""

    key: str
    ladder: str
    state: str
    owner: str
    due_at: datetime | None
    entered_at: datetime
    about: str = "mentor"
    subject_id: int | None = None
    match_id: int | None = None
    data: Mapping[str, object] = field(default_factory=dict)
    closed: bool = False


@dataclass(frozen=True, slots=True)
class PutPerson:
    """Change known fields of a person: state, away_until, address_broken_on, held_by_safety, coordinator_id, email."""

    id: int
    changes: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class AddPerson:
    """A new person, or (same address) a new role or newer fields of a known one."""

    row: RosterRow
    state: str


@dataclass(frozen=True, slots=True)
class AddAlias:
    """A further address of a person, confirmed from the address on file."""

    person_id: int
    address: str


@dataclass(frozen=True, slots=True)
class AddMatch:
    """A mentor and a mentee by address; a known pair stays as it is.

    `proposed`: they are matched from `since` on, but neither has been handed to the other yet; a pair that ended begins anew.
    `number` stands for the pair's id in effects of the same decision that name it (below zero; 0: none does).
    """

    mentor: str
    mentee: str
    since: date | None = None
    proposed: bool = False
    number: int = 0
    handed_over_on: date | None = None
    release: AddRelease | None = None  # the paper under which a known pair was put in touch; its people are those of the pair


@dataclass(frozen=True, slots=True)
class PutMatch:
    id: int
    state: str
    handed_over_on: date | None = None  # None leaves it as it is


@dataclass(frozen=True, slots=True)
class AddAgreement:
    """Somebody agreed to a text: its version and digest, and the Message-ID of the mail that said so."""

    person_id: int
    kind: str
    version: str
    text: str  # digest of the letter's template version
    on: date
    answer: str = ""


@dataclass(frozen=True, slots=True)
class PutForm:
    """One mentor's row of the month's contact form; the same mentor and month again replaces it."""

    month: str
    coordinator_id: int
    mentor_id: int
    attempted: tuple[date, ...] = ()
    contact_made: date | None = None
    mentees: tuple[str, ...] = ()
    summary: str = ""
    issues: str = ""
    sent_at: datetime | None = None
    noted: tuple[tuple[str, str | Say], ...] | None = None  # lines of the rules' own, by kind; None leaves them as they stand


@dataclass(frozen=True, slots=True)
class AddNote:
    """Something for a person's next digest."""

    to_id: int
    kind: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotesTold:
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LetterBounced:
    """A letter came back: it counts as no attempt."""

    letter_id: int


@dataclass(frozen=True, slots=True)
class BringForward:
    """Walks of a ladder that stand in `state` become due at `due_at` where they were due later; `match_id`: only of this pair."""

    ladder: str
    state: str
    due_at: datetime
    match_id: int | None = None


@dataclass(frozen=True, slots=True)
class Park:
    """Set the message aside for a human."""

    because: str


@dataclass(frozen=True, slots=True)
class AnswerAgain:
    """Decide an earlier message again, its sender now confirmed."""

    journal_id: int


@dataclass(frozen=True, slots=True)
class TakeBack:
    """What a line of an earlier mail did besides walks and people is unmade: as if it had never been decided.

    Letters that have not left are cancelled and their keys are free again, letters it withdrew wait again, its events and the
    notes nobody has read are gone. What has left stays: the core asks before (core/telling/inverse.py).
    """

    message: int  # journal id of that mail
    at: datetime  # when it was decided
    letters: tuple[str, ...] = ()  # keys
    withdrawn: tuple[tuple[int, str], ...] = ()  # letter, the state it had
    events: tuple[tuple[int, str, date], ...] = ()  # person, kind, day
    notes: tuple[tuple[int, str], ...] = ()  # reader, kind


Effect = (
    Enqueue
    | Withdraw
    | PutLetter
    | PutCase
    | PutPerson
    | AddPerson
    | AddAlias
    | AddMatch
    | PutMatch
    | AddEvent
    | AddAgreement
    | PutAnswers
    | PutForm
    | PutConversation
    | AddNote
    | NotesTold
    | LetterBounced
    | BringForward
    | Park
    | AnswerAgain
    | AddRelease
    | EndRelease
    | CountAnswers
    | NotKept
    | TakeBack
    | Forget
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What shall be done, and why, in one sentence for operators (no names, no addresses)."""

    effects: tuple[Effect, ...]
    because: str
