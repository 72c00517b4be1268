"""Transactions: no update is ever lost between processes, who only reads waits for nobody, an error leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from db.cases import next_due, open_cases
from db.engine import Store, open_store
from db.evidence import get_fact, set_fact
from tests.db.worlds import KEY, NOW, put

ROOT = Path(__file__).parents[2]
TIMES = 60

COUNTS = """
import sys
from db.engine import open_store
from db.evidence import get_fact, set_fact
store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    with store.transaction() as connection:
        set_fact(connection, "count", str(int(get_fact(connection, "count")) + 1))
"""


def counting(url: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", COUNTS, url, str(TIMES)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("shared_url", ["file"], indirect=True)
def test_two_processes_that_count_to_one_number_lose_no_step(shared_url: str) -> None:
    store = open_store(shared_url)
    with store.transaction() as connection:
        set_fact(connection, "count", "0")
    processes = [counting(shared_url) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    for process in processes:
        _, error = process.communicate(timeout=90)
        assert process.returncode == 0, error
    with store.reading() as connection:
        assert get_fact(connection, "count") == str(2 * TIMES)
    store.close()


def test_an_error_leaves_nothing_of_its_transaction(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction() as connection:
        set_fact(connection, "half", "done")
        raise ZeroDivisionError
    with store.reading() as connection:
        assert get_fact(connection, "half") is None


def test_what_is_written_while_only_reading_is_lost(store: Store) -> None:
    with store.reading() as connection:
        set_fact(connection, "half", "done")
    with store.reading() as connection:
        assert get_fact(connection, "half") is None


@pytest.mark.parametrize("shared_url", ["file", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)
def test_who_only_reads_sees_the_last_commit_while_another_writes(shared_url: str) -> None:
    writer, reader = open_store(shared_url), open_store(shared_url)
    with writer.transaction() as writing:
        set_fact(writing, "count", "1")
        with reader.reading() as reading:
            assert get_fact(reading, "count") is None
    with reader.reading() as reading:
        assert get_fact(reading, "count") == "1"
    writer.close()
    reader.close()


@pytest.mark.slow
@pytest.mark.parametrize("shared_url", ["postgresql"], indirect=True)
def test_who_only_reads_sees_one_moment_however_long_it_takes(shared_url: str) -> None:
    store = open_store(shared_url)
    with store.reading() as reading:
        assert get_fact(reading, "count") is None
        with store.transaction() as writing:
            set_fact(writing, "count", "1")
        assert get_fact(reading, "count") is None
    with store.reading() as reading:
        assert get_fact(reading, "count") == "1"
    store.close()


def test_sqlite_keeps_what_it_promises_and_its_references_hold(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'mentorpost.db'}")
    with store.reading() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA journal_mode")).scalar() in ("wal", "truncate")
    store.close()


def test_moments_are_utc_in_whatever_zone_the_database_answers(store: Store) -> None:
    with store.transaction() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET TIME ZONE 'America/St_Johns'"))
        put(connection, "walk", due_at=NOW)
        found = next_due(connection)
    assert found is not None
    assert (found, found.tzinfo) == (NOW, UTC)


def test_the_two_hours_of_one_name_in_autumn_are_kept_apart(store: Store) -> None:
    zone = ZoneInfo("America/New_York")
    hours = [datetime(2027, 11, 7, 1, 30, fold=fold, tzinfo=zone) for fold in (0, 1)]
    assert hours[0] == hours[1]  # Python compares moments of one zone by what its clocks show
    with store.transaction() as connection:
        for number, at in enumerate(hours):
            put(connection, f"hour {number}", due_at=at)
    with store.reading() as connection:
        kept = [item.due_at for item in open_cases(connection, KEY)]
    assert [at.astimezone(UTC).hour for at in hours] == [5, 6]
    assert sorted(at.hour for at in kept if at is not None) == [5, 6]
