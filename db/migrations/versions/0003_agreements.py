"""Which texts people agreed to, when, and by which mail."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Date, ForeignKey, Integer, PrimaryKeyConstraint, String, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = String(32).with_variant(TIMESTAMP(timezone=True), "postgresql")
ID = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "agreement",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("person_id", ID, ForeignKey("person.id", name="fk_agreement_person_id"), nullable=False),
        Column("kind", String(32), nullable=False),
        Column("version", String(64), nullable=False),
        Column("text", String(64), nullable=False),
        Column("on", Date, nullable=False),
        Column("at", MOMENT, nullable=False),
        Column("message_id", ID),
        Column("answer", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_agreement"),
    )
    op.create_index("ix_agreement_person", "agreement", ["person_id", "kind"])
