"""Further addresses of people, each confirmed from the address on file."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, PrimaryKeyConstraint, String, Text, UniqueConstraint

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "alias",
        Column("id", ID, autoincrement=True, nullable=False),
        Column("program", String(64), nullable=False),
        Column("person_id", ID, ForeignKey("person.id", name="fk_alias_person_id"), nullable=False),
        Column("address", Text, nullable=False),
        PrimaryKeyConstraint("id", name="pk_alias"),
        UniqueConstraint("program", "address", "person_id", name="uq_alias_program_address_person_id"),
    )
