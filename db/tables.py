"""The tables. Natural keys are unique, moments are UTC, one person's world is a few indexed reads."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from db.columns import Id, Moment, key_column
from db.columns import metadata as metadata
from db.tables_consent import disclosure as disclosure
from db.tables_consent import release as release
from db.tables_consent import tally as tally

STILL_OPEN = text("closed_at IS NULL")

fact = Table(
    "fact",
    metadata,
    Column("name", String(64), primary_key=True),  # "sample", "first_moment/m2m", "mark/INBOX", …
    Column("value", Text, nullable=False),
)

person = Table(
    "person",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("ref", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("address", Text, nullable=False),  # email in lower case, for look-up
    Column("roles", Text, nullable=False),  # words between spaces: " mentor coordinator "
    Column("state", String(16), nullable=False),
    Column("phone", Text, nullable=False, default=""),
    Column("timezone", String(64), nullable=False, default=""),
    Column("since", Date),
    Column("coordinator_id", Id, ForeignKey("person.id")),
    Column("approved_on", Date),
    Column("away_until", Date),
    Column("address_broken_on", Date),
    Column("held_by_safety", Boolean, nullable=False, default=False),
    Column("extra", JSON, nullable=False, default=dict),
    UniqueConstraint("program", "address", "name"),
    Index("ix_person_address", "address"),
    Index("ix_person_load", "program", "state", "coordinator_id"),
)

alias = Table(  # further addresses of people, each confirmed from the address on file
    "alias",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("address", Text, nullable=False),
    UniqueConstraint("program", "address", "person_id"),
)

match = Table(
    "match",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("mentor_id", Id, ForeignKey("person.id"), nullable=False),
    Column("mentee_id", Id, ForeignKey("person.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", Date),
    Column("handed_over_on", Date),
    UniqueConstraint("mentor_id", "mentee_id"),
    Index("ix_match_mentee", "mentee_id"),
)

case = Table(
    "case_",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("ladder", String(64), nullable=False),
    Column("key", String(200), nullable=False),
    Column("state", String(64), nullable=False),
    Column("owner", String(32), nullable=False),
    Column("about", String(16), nullable=False),
    Column("subject_id", Id, ForeignKey("person.id")),
    Column("match_id", Id, ForeignKey("match.id")),
    Column("due_at", Moment),
    Column("entered_at", Moment),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("data", JSON, nullable=False, default=dict),
    UniqueConstraint("program", "key"),
    Index("ix_case_due", "due_at", sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN),
    Index("ix_case_subject", "subject_id"),
    Index("ix_case_match", "match_id"),
    Index("ix_case_open", "program", "ladder", "state"),
    Index("ix_case_about", "program", "about", "closed_at"),
    Index("ix_case_owner", "program", "owner", sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN),
)

letter = Table(
    "letter",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("key", String(250), nullable=False),
    Column("name", String(64), nullable=False),
    Column("to_id", Id, ForeignKey("person.id")),
    Column("to_address", Text, nullable=False),
    Column("case_id", Id, ForeignKey("case_.id")),
    Column("decision_id", Id),
    Column("state", String(16), nullable=False),
    Column("attempt", Boolean, nullable=False, default=False),
    Column("facts", JSON, nullable=False),
    Column("template", String(64), nullable=False),
    Column("sha256", String(64), nullable=False, default=""),
    Column("subject", Text, nullable=False, default=""),
    Column("message_id", String(200), nullable=False, default=""),
    Column("in_reply_to", Text, nullable=False, default=""),
    Column("date", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("sent_at", Moment),
    Column("bounced_at", Moment),
    Column("perhaps_twice", Boolean, nullable=False, default=False),
    Column("because", Text, nullable=False, default=""),
    Column("last_error", Text, nullable=False, default=""),
    UniqueConstraint("program", "key"),
    Index("ix_letter_waiting", "state", "not_before"),
    Index("ix_letter_to", "to_id", "not_before"),
    Index("ix_letter_case", "case_id"),
    Index("ix_letter_message_id", "message_id"),
)

template = Table(
    "template",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("program", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    Column("source", Text, nullable=False),  # JSON of everything the letter was compiled from
)

message = Table(
    "message",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("uidvalidity", Id, nullable=False),
    Column("uid", Id, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("confirmed", Boolean, nullable=False, default=False),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("letter_id", Id, ForeignKey("letter.id")),
    Column("means", String(32), nullable=False, default=""),
    Column("rule", Text, nullable=False, default=""),
    Column("considered", JSON, nullable=False, default=list),
    Column("because", Text, nullable=False, default=""),
    Column("tries", Integer, nullable=False, default=0),
    Column("filed", Boolean, nullable=False, default=False),
    Column("not_kept", Boolean),  # true: its bytes were erased, with its decision or when they were old
    UniqueConstraint("program", "uidvalidity", "uid"),
    Index("ix_message_state", "state", "id"),
    Index("ix_message_fingerprint", "program", "fingerprint"),
    Index("ix_message_unfiled", "program", "id", sqlite_where=text("filed IS 0"), postgresql_where=text("filed IS false")),
)

event = Table(
    "event",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("on", Date, nullable=False),
    Column("at", Moment, nullable=False),
    Column("how", Text, nullable=False, default=""),
    Column("message_id", Id),
    Column("letter_id", Id),
    Index("ix_event_person", "person_id", "at"),
)

answer = Table(
    "answer",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("letter", String(64), nullable=False),
    Column("month", String(7), nullable=False),
    Column("answers", JSON, nullable=False),
    Column("text", Text, nullable=False, default=""),
    Column("at", Moment, nullable=False),
    Column("message_id", Id),
    Index("ix_answer_person", "person_id", "month"),
    Index("ix_answer_month", "program", "month"),
)

form = Table(
    "form",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("month", String(7), nullable=False),
    Column("coordinator_id", Id, ForeignKey("person.id"), nullable=False),
    Column("mentor_id", Id, ForeignKey("person.id"), nullable=False),
    Column("attempted", JSON, nullable=False, default=list),
    Column("contact_made", Date),
    Column("mentees", JSON, nullable=False, default=list),
    Column("summary", Text, nullable=False, default=""),
    Column("issues", Text, nullable=False, default=""),
    Column("sent_at", Moment),
    Column("noted", JSON, nullable=False, default=list, server_default="[]"),
    UniqueConstraint("mentor_id", "month"),
    Index("ix_form_coordinator", "coordinator_id", "month"),
)

conversation = Table(
    "conversation",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("on", Date, nullable=False),
    Column("client", String(16), nullable=False),
    Column("kind", String(2), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("how", String(1), nullable=False, default=""),
    Column("skill", String(64), nullable=False, default=""),
    Column("broker", String(64), nullable=False, default=""),
    Column("voided", Boolean, nullable=False, default=False),
    Column("message_id", Id),
    UniqueConstraint("person_id", "number"),
)

note = Table(
    "note",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("to_id", Id, ForeignKey("person.id"), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Column("told_at", Moment),
    Index("ix_note_waiting", "told_at", "to_id"),
)

agreement = Table(  # which text somebody agreed to, when, and by which mail
    "agreement",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("kind", String(32), nullable=False),  # "ethics", "sign_off", …
    Column("version", String(64), nullable=False),
    Column("text", String(64), nullable=False),  # digest of the letter's template, kept in `template`
    Column("on", Date, nullable=False),
    Column("at", Moment, nullable=False),
    Column("message_id", Id),
    Column("answer", Text, nullable=False, default=""),  # Message-ID of the mail that agreed
    Index("ix_agreement_person", "person_id", "kind"),
)

decision = Table(
    "decision",
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("stimulus", String(32), nullable=False),
    Column("message_id", Id),
    Column("case_id", Id),
    Column("person_id", Id),
    Column("effects", JSON, nullable=False),  # names of the effects and the keys they touch; no texts
    Column("because", Text, nullable=False),
    Column("rules", String(64), nullable=False),  # digest of rules, policy and templates in force
    Index("ix_decision_message", "message_id"),
    Index("ix_decision_case", "case_id"),
)

act = Table(
    "act",  # what operators did: imports, holds, releases; journalled like mail
    metadata,
    key_column(),
    Column("program", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("what", String(32), nullable=False),
    Column("details", JSON, nullable=False),
)
