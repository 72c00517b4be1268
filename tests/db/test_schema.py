"""Migrations: they make what the tables say, can be interrupted and run again, by several at once, and refuse what is not ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text

from db import schema
from db.engine import Store, open_store
from db.schema import SchemaForeign, SchemaTooNew, current, draft, newest, upgrade
from db.tables import metadata

EVERY_KIND = pytest.mark.parametrize(
    "empty_url", ["memory", "file", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
# Starting Python takes longer than all the rest.
SEVERAL_PROCESSES = pytest.mark.parametrize(
    "empty_url", [pytest.param(kind, marks=pytest.mark.slow) for kind in ("file", "postgresql")], indirect=True
)
ROOT = Path(__file__).parents[2]


@contextmanager
def opened(url: str) -> Iterator[Store]:
    store = open_store(url)
    try:
        yield store
    finally:
        store.close()


def tables(store: Store) -> set[str]:
    with store.reading() as connection:
        return set(inspect(connection).get_table_names())


def shapes(store: Store) -> set[tuple[str, str]]:
    """Every table, column, index and constraint as the database keeps its definition; in SQLite's, clauses are put in order."""
    with store.reading() as connection:
        found = connection.execute(text(DEFINITIONS[connection.dialect.name])).all()
        if connection.dialect.name == "sqlite":
            return {(name, ",".join(sorted("".join(written.replace('"', "").split()).split(",")))) for name, written in found}
        return {(name, written) for name, written in found}


DEFINITIONS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'",
    "postgresql": """
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename != 'alembic_version'
        UNION SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
              WHERE connamespace = 'public'::regnamespace AND conrelid != 'alembic_version'::regclass
        UNION SELECT table_name || '.' || column_name,
                     concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default, ordinal_position)
              FROM information_schema.columns WHERE table_schema = 'public' AND table_name != 'alembic_version'
    """,
}


@EVERY_KIND
def test_an_empty_database_gets_every_table(empty_url: str) -> None:
    with opened(empty_url) as store:
        assert current(store) == ""
        upgrade(store)
        assert current(store) == newest()
        assert tables(store) == {*metadata.tables, "alembic_version"}


@EVERY_KIND
def test_the_steps_and_the_tables_agree(empty_url: str) -> None:
    with opened(empty_url) as store:
        upgrade(store)
        with store.reading() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": metadata})
            assert compare_metadata(context, metadata) == []


@EVERY_KIND
def test_the_steps_make_the_very_definitions_that_the_tables_make(empty_url: str) -> None:
    with opened(empty_url) as store:
        upgrade(store)
        stepped = shapes(store)
        with store.transaction() as connection:
            metadata.drop_all(connection)
            metadata.create_all(connection)
        assert len(stepped) > 30
        assert stepped == shapes(store)


def test_the_newest_schema_is_the_last_step_that_alembic_finds() -> None:
    steps = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    assert steps.get_current_head() == newest()


@EVERY_KIND
def test_upgrading_twice_changes_nothing(empty_url: str) -> None:
    with opened(empty_url) as store:
        upgrade(store)
        before = store.transactions
        upgrade(store)
        assert current(store) == newest()
        assert store.transactions == before


class PowerCut(Exception):
    pass


def cut_before(store: Store, number: int) -> bool:
    """Upgrade, interrupted before table or index `number` (or the record of the step) is written; False if it has fewer."""
    done = 0

    def stop(*arguments: object) -> None:
        nonlocal done
        done += str(arguments[2]).lstrip().startswith(("CREATE", "INSERT"))
        if done > number:
            raise PowerCut

    event.listen(store.engine, "before_cursor_execute", stop)
    try:
        upgrade(store)
    except PowerCut:
        return True
    finally:
        event.remove(store.engine, "before_cursor_execute", stop)
    return False


@EVERY_KIND
def test_wherever_an_upgrade_is_interrupted_nothing_is_left_of_it_and_it_can_be_run_again(empty_url: str) -> None:
    with opened(empty_url) as store:
        number = 0
        while cut_before(store, number):
            assert tables(store) == set(), number
            number += 4
        assert number > len(metadata.tables)
        assert tables(store) == {*metadata.tables, "alembic_version"}


KILLED = """
import os, signal, sys
from sqlalchemy import event
from db.engine import open_store
from db.schema import upgrade
store = open_store(sys.argv[1])
def die(*arguments):
    if "CREATE TABLE letter" in arguments[2]:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(store.engine, "after_cursor_execute", die)
upgrade(store)
"""

STARTED = """
import sys
from db.engine import open_store
from db.schema import current, upgrade
store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
upgrade(store)
print(current(store))
"""


def begun(code: str, url: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", code, url], cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )


@SEVERAL_PROCESSES
def test_a_process_killed_in_the_middle_leaves_a_database_that_can_be_upgraded(empty_url: str) -> None:
    process = begun(KILLED, empty_url)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    with opened(empty_url) as store:
        assert current(store) == ""
        upgrade(store)
        assert tables(store) == {*metadata.tables, "alembic_version"}


@SEVERAL_PROCESSES
def test_processes_that_start_at_once_do_not_break_each_other(empty_url: str) -> None:
    processes = [begun(STARTED, empty_url) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    for process in processes:
        said, error = process.communicate(timeout=90)
        assert (said.strip(), process.returncode) == (newest(), 0), error


@EVERY_KIND
def test_a_database_newer_than_the_code_is_refused_and_left_alone(empty_url: str) -> None:
    with opened(empty_url) as store:
        upgrade(store)
        with store.transaction() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(SchemaTooNew, match=r"schema 9999.*up to 0*[0-9]+ — install the version"):
            upgrade(store)
        assert current(store) == "9999"


@EVERY_KIND
def test_a_database_of_something_else_is_refused_and_left_alone(empty_url: str) -> None:
    with opened(empty_url) as store:
        with store.transaction() as connection:
            connection.execute(text("CREATE TABLE person (nickname VARCHAR(9))"))
        with pytest.raises(SchemaForeign, match=r"`person`.*name an empty database"):
            upgrade(store)
        assert tables(store) == {"person"}


def test_a_draft_of_the_next_step_says_nothing_while_nothing_has_changed(tmp_path: Path) -> None:
    with opened("sqlite://") as store:
        path = draft(store, "Nothing yet", tmp_path)
    assert path.parent == tmp_path
    assert path.name == f"{int(newest()) + 1:04}_nothing_yet.py"
    words = path.read_text()
    compile(words, str(path), "exec")
    assert f"down_revision = '{newest()}'" in words
    assert "op." not in words.replace("import op", "")


def test_every_folder_with_steps_is_a_package_so_that_an_installation_has_it() -> None:
    folders = {path.parent for path in (ROOT / "db").rglob("*.py")}
    assert ROOT / "db" / "migrations" / "versions" in folders
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
