"""Two indexes of people that nothing asks any more: who serves, and whom somebody looks after, is held in memory (db/census.py)."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_person_duty", "person")
    op.drop_index("ix_person_coordinator", "person")
