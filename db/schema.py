"""Brings a database to the newest schema, step by step, and refuses one that is not ours to change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from db.engine import Store
from db.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSIONS = _MIGRATIONS / "versions"
_STEPS = "alembic_version"  # Alembic's own table: one row, the last step taken
# Any number, as long as nothing else in the same PostgreSQL database locks the same one.
_LOCK = int.from_bytes(b"mentor")


class SchemaRefused(Exception):
    """A database that this version cannot work with; says what to do, in a sentence for people."""


class SchemaTooNew(SchemaRefused):
    """A newer version of Mentorpost has changed the database already."""

    def __init__(self, found: str, newest_known: str) -> None:
        super().__init__(
            f"the database has schema {found}, this version of Mentorpost knows schemas up to {newest_known} — "
            "install the version that was used before, or restore a backup that is as old as this one"
        )


class SchemaForeign(SchemaRefused):
    """The database holds tables that did not come by our steps."""

    def __init__(self, table: str) -> None:
        super().__init__(
            f"the database has a table `{table}` but no Mentorpost schema — "
            "it belongs to something else: name an empty database in the settings"
        )


def newest() -> str:
    """The schema that this version of the code works with: the number of its last step ("0001")."""
    return _numbers()[-1]


def current(store: Store) -> str:
    """The schema a database has by now; "" where there is none yet."""
    with store.reading() as connection:
        return _found(connection)


def upgrade(store: Store) -> None:
    """Take every step the database lacks, all in one transaction: an interrupted upgrade leaves the database as it was.

    Several processes may start at once: one takes the steps, the others wait and find nothing to do.
    Raises SchemaTooNew or SchemaForeign, and then has changed nothing.
    """
    if current(store) == newest():
        return  # nearly every start; Alembic is slow to import
    with store.transaction() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        # On SQLite the transaction began by taking the only right to write (BEGIN IMMEDIATE).
        found = _found(connection)
        if found == newest():
            return
        _refuse(connection, found)
        from alembic import command

        command.upgrade(_configured(connection), "head")


def check_known(schema: str) -> None:
    """Raises SchemaTooNew for a schema that this version does not know."""
    if schema not in _numbers():
        raise SchemaTooNew(schema or "none", newest())


def draft(store: Store, message: str, folder: Path) -> Path:
    """Write the next step into `folder`: what the tables say and the steps so far do not. `store` is an empty database."""
    from alembic import command

    upgrade(store)
    with store.transaction() as connection:
        config = _configured(connection)
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", "\n".join(_escaped(path) for path in {_VERSIONS: 0, folder: 0}))
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        number = f"{int(newest()) + 1:04}"
        script = command.revision(config, message, autogenerate=True, rev_id=number, version_path=str(folder))
    assert script is not None and not isinstance(script, list)
    return Path(script.path)


def _numbers() -> list[str]:
    return sorted(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*_*.py"))


def _found(connection: Connection) -> str:
    if not inspect(connection).has_table(_STEPS):
        return ""
    return connection.execute(text(f"SELECT version_num FROM {_STEPS}")).scalar() or ""


def _refuse(connection: Connection, found: str) -> None:
    if found and found not in _numbers():
        raise SchemaTooNew(found, newest())
    if not found:
        present = set(inspect(connection).get_table_names()) & set(metadata.tables)
        if present:
            raise SchemaForeign(min(present))


def _configured(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _escaped(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _escaped(path: Path) -> str:
    """As configuration files write it, where a percent sign begins something else."""
    return str(path).replace("%", "%%")
