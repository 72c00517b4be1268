"""A consistent copy of a database in one file, made while others write: SQLite's online backup, or PostgreSQL's pg_dump."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from db.engine import Store, open_store
from db.marks import COPY, copied_at, copy_mark, mark_copy, place_of, unmark_copy
from db.schema import check_known
from db.story import facts_under

_PAGES = 4096  # copied between two reports
_COUNTED = ("person", "letter", "message")
_DEBIAN = Path("/usr/lib/postgresql")  # which keeps the programs of each version apart
_LOOK = 0.5  # seconds between two looks at the growing file

Progress = Callable[[int, int], None]  # bytes written, bytes in all (0: not known)


class CopyFailed(Exception):
    """No copy could be made, or it is no good: a sentence for people, without passwords."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds."""

    moment: datetime  # UTC; everything committed before it is in the copy
    schema: str
    people: int
    letters: int
    messages: int


def copy_database(store: Store, target: Path, moment: datetime, progress: Progress) -> Copied:
    """Write a copy to `target`, an empty file of ours, and look it over. Raises CopyFailed, OSError."""
    if store.engine.dialect.name == "postgresql":
        return _dump(store, target, moment, progress)
    source = store.engine.raw_connection()
    try:
        assert isinstance(source.driver_connection, sqlite3.Connection)
        return _copy(source.driver_connection, target, moment, progress)
    except sqlite3.Error as error:
        raise CopyFailed(f"{error} — see that there is room for a copy, and that the database is sound") from error
    finally:
        source.close()


def _copy(source: sqlite3.Connection, target: Path, moment: datetime, progress: Progress) -> Copied:
    """One reading transaction around all steps: without it a backup begins anew whenever another process has written."""
    size = source.execute("PRAGMA page_size").fetchone()[0]
    source.execute("BEGIN")
    twin = sqlite3.connect(target, isolation_level=None)
    try:
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()

        def told(_status: int, left: int, pages: int) -> None:
            progress((pages - left) * size, pages * size)

        source.backup(twin, pages=_PAGES, progress=told)
        twin.execute("PRAGMA journal_mode = DELETE")  # one file, whatever the original works with
        found = examine_sqlite(twin)
        twin.execute("INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", (COPY, copy_mark(moment)))
        return Copied(moment, found[0], *found[1])
    finally:
        twin.close()
        source.execute("ROLLBACK")


def examine_sqlite(connection: sqlite3.Connection) -> tuple[str, tuple[int, int, int]]:
    """The schema of a SQLite database of ours and its rows of people, letters, messages. Raises CopyFailed where it is damaged."""
    flaws = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
    flaws += [f"a row of {row[0]} points to nothing" for row in connection.execute("PRAGMA foreign_key_check")][:3]
    if flaws:
        raise CopyFailed(f"the database is damaged: {'; '.join(flaws)} — restore an earlier copy")
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"alembic_version", "fact", *_COUNTED} <= tables:
        raise CopyFailed("this is no database of Mentorpost — name another file")
    schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    people, letters, messages = (connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _COUNTED)
    return str(schema[0]) if schema else "", (people, letters, messages)


def _dump(store: Store, target: Path, moment: datetime, progress: Progress) -> Copied:
    """The mark is committed before the snapshot is taken, so that the dump holds it, and taken away afterwards."""
    with store.transaction() as connection:
        if not inspect(connection).has_table("fact"):
            raise CopyFailed("the database is empty — there is nothing to copy yet")
        version = _version(connection)
        mark_copy(connection, moment, place_of(connection))
    try:
        program = find_program("pg_dump", version)
        with store.reading() as connection:
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            found = _counted(connection)
            words = [program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
            run_beside(store, words, lambda: progress(target.stat().st_size, 0))
        run_beside(store, [str(Path(program).with_name("pg_restore")), "--list", str(target)], lambda: None, named=False)
    finally:
        with store.transaction() as connection:
            unmark_copy(connection)
    return Copied(moment, *found)


def ready_to_restore(copy: Path) -> Copied:
    """Look over a SQLite copy that is about to take the place of a database. Raises CopyFailed, db.schema.SchemaRefused."""
    try:
        twin = sqlite3.connect(copy, isolation_level=None)
        try:
            schema, counts = examine_sqlite(twin)
            twin.execute("PRAGMA journal_mode = DELETE")
        finally:
            twin.close()
    except sqlite3.Error as error:
        raise CopyFailed(f"this copy cannot be used: {error} — restore an earlier one") from error
    check_known(schema)
    store = open_store(f"sqlite:///{copy}")
    try:
        return Copied(_marked(store), schema, *counts)
    finally:
        store.close()


def restore_dump(store: Store, dump: Path) -> Copied:
    """Read a dump into an empty PostgreSQL database, all of it or nothing. Raises CopyFailed."""
    with store.reading() as connection:
        version = _version(connection)
        if inspect(connection).get_table_names():
            raise CopyFailed("the database is not empty — make an empty one, name it in the settings; the old one stays as it is")
    words = [find_program("pg_restore", version), "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    run_beside(store, [*words, str(dump)], lambda: None)
    with store.reading() as connection:
        schema, *counts = _counted(connection)
    check_known(schema)
    return Copied(_marked(store), schema, *counts)


def _marked(store: Store) -> datetime:
    """The moment of a copy. One that was made by other means says none: then it is when a server was last heard in it."""
    with store.transaction() as connection:
        moment = copied_at(connection)
        if moment is None:
            heard = [datetime.fromisoformat(value) for value in facts_under(connection, "contact/").values() if value]
            if not heard:
                raise CopyFailed("this copy does not say when it was made — restore one that mentorpost backup has written")
            moment = max(heard)
            mark_copy(connection, moment)
        return moment


def _counted(connection: Connection) -> tuple[str, int, int, int]:
    schema = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    people, letters, messages = (int(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()) for name in _COUNTED)
    return str(schema or ""), people, letters, messages


def _version(connection: Connection) -> int:
    """The major version of a PostgreSQL server."""
    return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10000


def find_program(name: str, version: int, beside: Path = _DEBIAN) -> str:
    """A program of PostgreSQL's that is not older than the server, else it could not read it. Raises CopyFailed."""
    known = [shutil.which(name), *sorted((str(path) for path in beside.glob(f"*/bin/{name}")), reverse=True)]
    old = ""
    for path in dict.fromkeys(item for item in known if item):
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.split()
        found = next((word.partition(".")[0] for word in said if word[:1].isdigit()), "0")
        if found.isdigit() and int(found) >= version:
            return path
        old = old or found
    what = f"{name} {old} is older than the server, PostgreSQL {version}" if old else f"{name} is not on this machine"
    raise CopyFailed(f"{what} — install postgresql-client-{version}")


def run_beside(store: Store, words: list[str], told: Callable[[], None], *, named: bool = True) -> None:
    """Run a program of PostgreSQL's on this database (`named`), its password in the environment only. Raises CopyFailed."""
    from psycopg.conninfo import make_conninfo

    _, given = store.engine.dialect.create_connect_args(store.engine.url)
    where: dict[str, Any] = {name: value for name, value in given.items() if isinstance(value, str | int)}
    password = str(where.pop("password", "") or "")
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    command = [words[0], *(["--no-password", f"--dbname={make_conninfo(**where)}"] if named else []), *words[1:]]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        try:
            while True:
                try:
                    _, said = running.communicate(timeout=_LOOK)
                    break
                except subprocess.TimeoutExpired:
                    told()
        except BaseException:
            running.kill()
            raise
    if running.returncode:
        lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it ended without a word"]
        what = next((line for line in lines if "error:" in line), lines[-1])
        what = what.replace(password, "***") if password else what
        raise CopyFailed(f"{what} — see that the server runs, that there is room, and that this user may read every table")
