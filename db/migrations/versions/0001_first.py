"""The first schema: everything the service remembers."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# As they were when this step was written; db.tables may say otherwise by now.
ID = BigInteger().with_variant(Integer, "sqlite")
MOMENT = String(32).with_variant(TIMESTAMP(timezone=True), "postgresql")
OPEN = text("closed_at IS NULL")
DUTY = text(
    "(roles LIKE '% coordinator %' OR roles LIKE '% mwoc %' OR roles LIKE '% staff %' OR roles LIKE '% admin %'"
    " OR roles LIKE '% clinical_coordinator %' OR roles LIKE '% trainer %')"
)


def upgrade() -> None:
    _people()
    _walks()
    _evidence()
    _audit()


def _people() -> None:
    """People, their matches, and single facts about the service."""
    op.create_table(
        "fact",
        Column("name", String(64), nullable=False),
        Column("value", Text, nullable=False),
        PrimaryKeyConstraint("name", name="pk_fact"),
    )
    op.create_table(
        "person",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("ref", String(16), nullable=False),
        Column("name", Text, nullable=False),
        Column("email", Text, nullable=False),
        Column("address", Text, nullable=False),
        Column("roles", Text, nullable=False),
        Column("state", String(16), nullable=False),
        Column("phone", Text, nullable=False),
        Column("timezone", String(64), nullable=False),
        Column("since", Date),
        Column("coordinator_id", ID, ForeignKey("person.id", name="fk_person_coordinator_id")),
        Column("approved_on", Date),
        Column("away_until", Date),
        Column("address_broken_on", Date),
        Column("held_by_safety", Boolean, nullable=False),
        Column("extra", JSON, nullable=False),
        PrimaryKeyConstraint("id", name="pk_person"),
        UniqueConstraint("program", "address", "name", name="uq_person_program_address_name"),
    )
    op.create_index("ix_person_address", "person", ["address"])
    op.create_index("ix_person_coordinator", "person", ["coordinator_id"])
    op.create_index("ix_person_load", "person", ["program", "state", "coordinator_id"])
    op.create_index("ix_person_duty", "person", ["program"], sqlite_where=DUTY, postgresql_where=DUTY)
    op.create_table(
        "match",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("mentor_id", ID, ForeignKey("person.id", name="fk_match_mentor_id"), nullable=False),
        Column("mentee_id", ID, ForeignKey("person.id", name="fk_match_mentee_id"), nullable=False),
        Column("state", String(16), nullable=False),
        Column("since", Date),
        PrimaryKeyConstraint("id", name="pk_match"),
        UniqueConstraint("mentor_id", "mentee_id", name="uq_match_mentor_id_mentee_id"),
    )
    op.create_index("ix_match_mentee", "match", ["mentee_id"])


def _walks() -> None:
    """Walks up the ladders, and the letters and messages that move them."""
    op.create_table(
        "case_",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("ladder", String(64), nullable=False),
        Column("key", String(200), nullable=False),
        Column("state", String(64), nullable=False),
        Column("owner", String(32), nullable=False),
        Column("about", String(16), nullable=False),
        Column("subject_id", ID, ForeignKey("person.id", name="fk_case__subject_id")),
        Column("match_id", ID, ForeignKey("match.id", name="fk_case__match_id")),
        Column("due_at", MOMENT),
        Column("entered_at", MOMENT),
        Column("opened_at", MOMENT, nullable=False),
        Column("closed_at", MOMENT),
        Column("data", JSON, nullable=False),
        PrimaryKeyConstraint("id", name="pk_case_"),
        UniqueConstraint("program", "key", name="uq_case__program_key"),
    )
    op.create_index("ix_case_about", "case_", ["program", "about", "closed_at"])
    op.create_index("ix_case_due", "case_", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_case_match", "case_", ["match_id"])
    op.create_index("ix_case_open", "case_", ["program", "ladder", "state"])
    op.create_index("ix_case_owner", "case_", ["program", "owner"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_case_subject", "case_", ["subject_id"])
    op.create_table(
        "template",
        Column("digest", String(64), nullable=False),
        Column("program", String(64), nullable=False),
        Column("name", String(64), nullable=False),
        Column("source", Text, nullable=False),
        PrimaryKeyConstraint("digest", name="pk_template"),
    )
    op.create_table(
        "letter",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("key", String(250), nullable=False),
        Column("name", String(64), nullable=False),
        Column("to_id", ID, ForeignKey("person.id", name="fk_letter_to_id")),
        Column("to_address", Text, nullable=False),
        Column("case_id", ID, ForeignKey("case_.id", name="fk_letter_case_id")),
        Column("decision_id", ID),
        Column("state", String(16), nullable=False),
        Column("attempt", Boolean, nullable=False),
        Column("facts", JSON, nullable=False),
        Column("template", String(64), nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("subject", Text, nullable=False),
        Column("message_id", String(200), nullable=False),
        Column("in_reply_to", Text, nullable=False),
        Column("date", MOMENT, nullable=False),
        Column("not_before", MOMENT, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("sent_at", MOMENT),
        Column("bounced_at", MOMENT),
        Column("perhaps_twice", Boolean, nullable=False),
        Column("because", Text, nullable=False),
        Column("last_error", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_letter"),
        UniqueConstraint("program", "key", name="uq_letter_program_key"),
    )
    op.create_index("ix_letter_case", "letter", ["case_id"])
    op.create_index("ix_letter_message_id", "letter", ["message_id"])
    op.create_index("ix_letter_to", "letter", ["to_id", "not_before"])
    op.create_index("ix_letter_waiting", "letter", ["state", "not_before"])
    op.create_table(
        "message",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("uidvalidity", ID, nullable=False),
        Column("uid", ID, nullable=False),
        Column("fingerprint", String(64), nullable=False),
        Column("received_at", MOMENT, nullable=False),
        Column("raw", LargeBinary, nullable=False),
        Column("state", String(16), nullable=False),
        Column("confirmed", Boolean, nullable=False),
        Column("person_id", ID, ForeignKey("person.id", name="fk_message_person_id")),
        Column("letter_id", ID, ForeignKey("letter.id", name="fk_message_letter_id")),
        Column("means", String(32), nullable=False),
        Column("rule", Text, nullable=False),
        Column("considered", JSON, nullable=False),
        Column("because", Text, nullable=False),
        Column("tries", Integer, nullable=False),
        Column("filed", Boolean, nullable=False),
        PrimaryKeyConstraint("id", name="pk_message"),
        UniqueConstraint("program", "uidvalidity", "uid", name="uq_message_program_uidvalidity_uid"),
    )
    op.create_index("ix_message_fingerprint", "message", ["program", "fingerprint"])
    op.create_index("ix_message_state", "message", ["state", "id"])
    op.create_index(
        "ix_message_unfiled", "message", ["program", "id"], sqlite_where=text("filed IS 0"), postgresql_where=text("filed IS false")
    )


def _evidence() -> None:
    """What people did and said."""
    op.create_table(
        "event",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("person_id", ID, ForeignKey("person.id", name="fk_event_person_id"), nullable=False),
        Column("kind", String(32), nullable=False),
        Column("on", Date, nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("how", Text, nullable=False),
        Column("message_id", ID),
        Column("letter_id", ID),
        PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_person", "event", ["person_id", "at"])
    op.create_table(
        "answer",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("person_id", ID, ForeignKey("person.id", name="fk_answer_person_id"), nullable=False),
        Column("letter", String(64), nullable=False),
        Column("month", String(7), nullable=False),
        Column("answers", JSON, nullable=False),
        Column("text", Text, nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("message_id", ID),
        PrimaryKeyConstraint("id", name="pk_answer"),
    )
    op.create_index("ix_answer_month", "answer", ["program", "month"])
    op.create_index("ix_answer_person", "answer", ["person_id", "month"])
    op.create_table(
        "form",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("month", String(7), nullable=False),
        Column("coordinator_id", ID, ForeignKey("person.id", name="fk_form_coordinator_id"), nullable=False),
        Column("mentor_id", ID, ForeignKey("person.id", name="fk_form_mentor_id"), nullable=False),
        Column("attempted", JSON, nullable=False),
        Column("contact_made", Date),
        Column("mentees", JSON, nullable=False),
        Column("summary", Text, nullable=False),
        Column("issues", Text, nullable=False),
        Column("sent_at", MOMENT),
        PrimaryKeyConstraint("id", name="pk_form"),
        UniqueConstraint("mentor_id", "month", name="uq_form_mentor_id_month"),
    )
    op.create_index("ix_form_coordinator", "form", ["coordinator_id", "month"])


def _audit() -> None:
    """Notes for digests, decisions with their reasons, acts of operators."""
    op.create_table(
        "note",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("to_id", ID, ForeignKey("person.id", name="fk_note_to_id"), nullable=False),
        Column("kind", String(64), nullable=False),
        Column("facts", JSON, nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("told_at", MOMENT),
        PrimaryKeyConstraint("id", name="pk_note"),
    )
    op.create_index("ix_note_waiting", "note", ["told_at", "to_id"])
    op.create_table(
        "decision",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("stimulus", String(32), nullable=False),
        Column("message_id", ID),
        Column("case_id", ID),
        Column("person_id", ID),
        Column("effects", JSON, nullable=False),
        Column("because", Text, nullable=False),
        Column("rules", String(64), nullable=False),
        PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_case", "decision", ["case_id"])
    op.create_index("ix_decision_message", "decision", ["message_id"])
    op.create_table(
        "act",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("what", String(32), nullable=False),
        Column("details", JSON, nullable=False),
        PrimaryKeyConstraint("id", name="pk_act"),
    )
