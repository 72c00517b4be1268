"""The conversation log of people who support others: rows without a word of what was said."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Integer, PrimaryKeyConstraint, String, UniqueConstraint

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "conversation",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("person_id", ID, ForeignKey("person.id", name="fk_conversation_person_id"), nullable=False),
        Column("number", Integer, nullable=False),
        Column("on", Date, nullable=False),
        Column("client", String(16), nullable=False),
        Column("kind", String(2), nullable=False),
        Column("minutes", Integer, nullable=False),
        Column("how", String(1), nullable=False),
        Column("skill", String(64), nullable=False),
        Column("broker", String(64), nullable=False),
        Column("voided", Boolean, nullable=False),
        Column("message_id", ID),
        PrimaryKeyConstraint("id", name="pk_conversation"),
        UniqueConstraint("person_id", "number", name="uq_conversation_person_id_number"),
    )
