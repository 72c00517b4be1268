"""Releases of information, disclosures under them, counters of evaluations; hand-overs and messages that are not kept."""

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
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = BigInteger().with_variant(Integer, "sqlite")
MOMENT = String(32).with_variant(TIMESTAMP(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "release",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("giver_id", ID, ForeignKey("person.id", name="fk_release_giver_id"), nullable=False),
        Column("recipient_id", ID, ForeignKey("person.id", name="fk_release_recipient_id"), nullable=False),
        Column("fields", JSON, nullable=False),
        Column("purpose", String(32), nullable=False),
        Column("signed_on", Date, nullable=False),
        Column("expires_on", Date, nullable=False),
        Column("recorded_by", ID, ForeignKey("person.id", name="fk_release_recorded_by")),
        Column("recorded_at", MOMENT, nullable=False),
        Column("rescinded_at", MOMENT),
        PrimaryKeyConstraint("id", name="pk_release"),
    )
    op.create_index("ix_release_giver", "release", ["giver_id", "recipient_id"])
    op.create_index("ix_release_recipient", "release", ["recipient_id"])
    op.create_table(
        "disclosure",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("release_id", ID, ForeignKey("release.id", name="fk_disclosure_release_id"), nullable=False),
        Column("giver_id", ID, ForeignKey("person.id", name="fk_disclosure_giver_id"), nullable=False),
        Column("recipient_id", ID, ForeignKey("person.id", name="fk_disclosure_recipient_id"), nullable=False),
        Column("letter_id", ID, ForeignKey("letter.id", name="fk_disclosure_letter_id"), nullable=False),
        Column("fields", JSON, nullable=False),
        Column("at", MOMENT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_disclosure"),
        UniqueConstraint("letter_id", "giver_id", name="uq_disclosure_letter_id_giver_id"),
    )
    op.create_index("ix_disclosure_giver", "disclosure", ["giver_id", "at"])
    op.create_table(
        "tally",
        Column("program", String(64), nullable=False),
        Column("month", String(7), nullable=False),
        Column("question", String(16), nullable=False),
        Column("value", Integer, autoincrement=False, nullable=False),
        Column("answers", Integer, nullable=False),
        PrimaryKeyConstraint("program", "month", "question", "value", name="pk_tally"),
    )
    op.add_column("match", Column("handed_over_on", Date))
    op.add_column("message", Column("not_kept", Boolean))
