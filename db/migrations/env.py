"""What Alembic runs its steps in: the connection that `db.schema` opened, inside its one transaction."""

from __future__ import annotations

from alembic import context

from db.tables import metadata

connection = context.config.attributes["connection"]
# SQLite cannot alter a column: drafts of new steps copy the table instead (render_as_batch).
context.configure(connection=connection, target_metadata=metadata, compare_type=True, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
