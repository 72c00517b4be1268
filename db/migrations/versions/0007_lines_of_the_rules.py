"""What the rules wrote on the month's form by themselves stands apart from what a person wrote there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("form", sa.Column("noted", sa.JSON(), nullable=False, server_default="[]"))
