"""A copy made while others write is whole, looked over and readable by its owner alone; what cannot be done leaves nothing behind."""

from __future__ import annotations

import os
import re
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from db import evidence
from db.backup import CopyFailed, find_program
from db.engine import open_store
from db.marks import copied_at, is_sample, past_of
from db.schema import newest, upgrade
from mailer.clock import SystemClock
from mailer.modes.lock import only_one
from tests.cli.conftest import Cli
from tests.cli.test_postgresql import url as october_url
from tests.cli.world import HOUSE, World, write_settings
from tests.servers_postgres import Postgres, postgres_server

__all__ = ["october_url", "postgres_server"]

# Two rows that belong together, in one transaction, again and again; it says how far it is when it is told to stop.
WRITER = """
import itertools, signal, sys
from db.engine import open_store
from db.evidence import set_fact
store = open_store(sys.argv[1])
going = []
signal.signal(signal.SIGTERM, lambda *_: going.append(1))
for number in itertools.count(1):
    with store.transaction() as connection:
        set_fact(connection, "one", str(number))
        set_fact(connection, "other", "x" * (number % 5000))
        set_fact(connection, "last", str(number))
    if number == 20:
        print("goes", flush=True)
    if going:
        break
print(number, flush=True)
"""


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def writer() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for one in started:
        one.kill()
        one.communicate()


def begin_writing(writer: list[subprocess.Popen[str]], url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, url]
    one = subprocess.Popen(command, cwd=HOUSE, stdout=subprocess.PIPE, text=True)
    writer.append(one)
    assert one.stdout is not None and one.stdout.readline() == "goes\n"
    return one


def stop_writing(one: subprocess.Popen[str]) -> int:
    one.send_signal(signal.SIGTERM)
    assert one.stdout is not None
    return int(one.stdout.readline())


def pairs_in(url: str) -> tuple[int, int]:
    """The two numbers that one transaction writes."""
    store = open_store(url)
    with store.reading() as connection:
        found = int(evidence.get_fact(connection, "one") or 0), int(evidence.get_fact(connection, "last") or 0)
        assert len(evidence.get_fact(connection, "other") or "") == found[0] % 5000
    store.close()
    return found


def test_a_copy_made_while_another_process_writes_holds_one_moment(
    cli: Cli, world: World, tmp_path: Path, writer: list[subprocess.Popen[str]]
) -> None:
    world.leave()
    url = f"sqlite:///{world.folder / 'post' / 'sample.db'}"
    one = begin_writing(writer, url)
    seen: list[int] = []
    for number in range(3):
        ran = cli("backup", tmp_path / f"copy{number}.db", "--json", settings=world.settings_file)
        assert (ran.code, ran.err) == (0, "")
        assert (ran.json["people"], ran.json["schema"]) == (4, newest())
        first, last = pairs_in(f"sqlite:///{tmp_path / f'copy{number}.db'}")
        assert first == last
        seen.append(first)
    assert seen == sorted(seen) and stop_writing(one) > seen[-1] > seen[0] >= 20, "the writer went on meanwhile"
    copy = tmp_path / "copy2.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with sqlite3.connect(copy) as known:
        assert known.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert [name for name in left_in(tmp_path) if name.startswith(".")] == []


def test_a_copy_says_of_which_moment_it_is_and_the_original_does_not(cli: Cli, october: World, tmp_path: Path) -> None:
    ran = cli("backup", tmp_path / "copy.db", settings=october.settings_file)
    assert ran.code == 0
    assert re.search(r"copy\.db: \d+ kB, 4 people, \d+ letters, \d messages?, as of 2027-10-21 15:\d\d:00 UTC, schema", ran.out)
    for name, expected in ((tmp_path / "copy.db", october.clock.now()), (october.folder / "post" / "sample.db", None)):
        store = open_store(f"sqlite:///{name}")
        with store.reading() as connection:
            assert copied_at(connection) == expected
            assert is_sample(connection) and past_of(connection) is None
        store.close()


def test_a_copy_can_go_to_standard_output(october: World, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mailer", "--settings", str(october.settings_file), "backup", "-"]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, check=False)
    (tmp_path / "copy.db").write_bytes(done.stdout)
    assert done.returncode == 0 and b"4 people" in done.stderr
    with sqlite3.connect(tmp_path / "copy.db") as known:
        assert known.execute("SELECT count(*) FROM person").fetchone() == (4,)


def test_what_must_not_be_written_over_is_not(cli: Cli, october: World, tmp_path: Path) -> None:
    database = october.folder / "post" / "sample.db"
    before = database.read_bytes()
    (tmp_path / "there").write_text("mine")
    (tmp_path / "link").symlink_to(database)
    (tmp_path / "hard").hardlink_to(database)
    for target, more, said in (
        (tmp_path / "there", (), "there: there is a file already — name another one, or say --force"),
        (tmp_path, ("--force",), "this is a folder — name a file in it"),
        (database, ("--force",), "sample.db: this is the database itself — name another file"),
        (tmp_path / "link", ("--force",), "link: this is the database itself — name another file"),
        (tmp_path / "hard", ("--force",), "hard: this is the database itself — name another file"),
        (Path("/dev/null"), ("--force",), "/dev/null: this is no ordinary file — name one, or - for standard output"),
        (tmp_path / "no such folder" / "copy", (), "no such file or directory — check the path"),
    ):
        ran = cli("backup", target, *more, settings=october.settings_file)
        assert ran.code == 2 and said in ran.err and ran.out == ""
    assert (tmp_path / "there").read_text() == "mine" and database.read_bytes() == before
    assert left_in(tmp_path) == ["hard", "link", "there"]
    assert cli("backup", tmp_path / "there", "--force", settings=october.settings_file).code == 0
    assert (tmp_path / "there").read_bytes().startswith(b"SQLite format 3")


def test_nothing_to_copy_is_told(cli: Cli, settings: Path, tmp_path: Path) -> None:
    ran = cli("backup", tmp_path / "copy", settings=settings)
    assert ran.code == 2 and "sample.db: there is no database yet — it is made when the service starts" in ran.err
    assert not (tmp_path / "post" / "sample.db").exists()


def test_a_disk_without_room_leaves_no_half_copy(october: World, tmp_path: Path) -> None:
    """RLIMIT_FSIZE is a full disk for one process."""

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    before = [path.read_bytes() for path in sorted((october.folder / "post").iterdir()) if path.is_file()]
    command = [sys.executable, "-m", "mailer", "--settings", str(october.settings_file), "backup", str(tmp_path / "copy")]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False, preexec_fn=small)
    assert done.returncode == 1 and "no copy was made: " in done.stderr and "see that there is room" in done.stderr
    assert "Traceback" not in done.stderr and left_in(tmp_path) == []
    assert [path.read_bytes() for path in sorted((october.folder / "post").iterdir()) if path.is_file()] == before


def test_a_damaged_database_gives_no_copy(cli: Cli, world: World, tmp_path: Path) -> None:
    world.leave()
    database = world.folder / "post" / "sample.db"
    with sqlite3.connect(database) as known:
        known.execute("PRAGMA foreign_keys = OFF")
        known.execute("UPDATE person SET coordinator_id = 77")
    (tmp_path / "to").mkdir()
    ran = cli("backup", tmp_path / "to" / "copy", settings=world.settings_file)
    assert ran.code == 1 and "no copy was made: the database is damaged: a row of person points to nothing" in ran.err
    assert left_in(tmp_path / "to") == []


def test_a_copy_takes_the_place_of_a_lost_database_which_is_kept_aside(cli: Cli, world: World, tmp_path: Path) -> None:
    world.leave()
    database, copy = world.folder / "post" / "sample.db", tmp_path / "copy"
    assert cli("backup", copy, settings=world.settings_file).code == 0
    database.write_bytes(b"SQLite format 3\0 and nothing more")
    database.with_name("sample.db-journal").write_bytes(b"what would be rolled back into the copy")
    ran = cli("restore", copy, "--json", settings=world.settings_file)
    assert (ran.code, ran.err) == (0, "") and ran.json["people"] == 4
    aside = Path(ran.json["aside"])
    assert aside.read_bytes().endswith(b"nothing more") and aside.with_name(f"{aside.name}-journal").exists()
    assert not database.with_name("sample.db-journal").exists() and stat.S_IMODE(database.stat().st_mode) == 0o600
    status = cli("status", "--json", settings=world.settings_file).json
    assert any("restored from a copy of 2027-10-01" in need for need in status["needs"])


def test_only_a_copy_can_be_restored_and_only_while_no_service_runs(cli: Cli, world: World, tmp_path: Path) -> None:
    world.leave()
    database, copy = world.folder / "post" / "sample.db", tmp_path / "copy"
    assert cli("backup", copy, settings=world.settings_file).code == 0
    before = database.read_bytes()
    (tmp_path / "text").write_text("a letter")
    (tmp_path / "dump").write_bytes(b"PGDMP and more")
    (tmp_path / "torn").write_bytes(copy.read_bytes()[:20_000])
    sqlite3.connect(tmp_path / "other").execute("CREATE TABLE other (id)").connection.close()
    for file, code, said in (
        (tmp_path / "text", 2, "this is no copy of a database — name a file that mentorpost backup has written"),
        (tmp_path / "dump", 2, f"this is a copy of PostgreSQL, and `database` in {world.settings_file} is SQLite"),
        (tmp_path / "torn", 1, "nothing was restored: this copy cannot be used"),
        (tmp_path / "other", 1, "nothing was restored: this is no database of Mentorpost"),
        (database, 2, "this is the database itself"),
        (tmp_path / "nowhere", 2, "no such file"),
    ):
        ran = cli("restore", file, settings=world.settings_file)
        assert ran.code == code and said in ran.err
    with only_one(f"sqlite:///{database}", "settings.toml"):
        ran = cli("restore", copy, settings=world.settings_file)
    assert ran.code == 2 and "another service is running on this database" in ran.err
    assert database.read_bytes() == before and [name for name in left_in(database.parent) if "before" in name] == []


def test_a_copy_that_was_made_by_other_means_is_marked_when_it_is_restored(cli: Cli, world: World, tmp_path: Path) -> None:
    database, copy = world.folder / "post" / "sample.db", tmp_path / "copy"
    world.leave()
    copy.write_bytes(database.read_bytes())
    ran = cli("restore", copy, settings=world.settings_file)
    assert ran.code == 1 and "does not say when it was made" in ran.err
    with sqlite3.connect(copy) as known:
        known.execute("INSERT INTO fact VALUES ('contact/imap/m2m', '2027-10-01T11:00:00+00:00')")
    ran = cli("restore", copy, "--json", settings=world.settings_file)
    assert (ran.code, ran.json["moment"]) == (0, "2027-10-01T11:00:00+00:00")


@pytest.mark.slow
def test_postgresql_is_dumped_while_it_is_written_to_and_read_into_an_empty_database(
    cli: Cli,
    october_url: str,
    postgres_server: Postgres,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    writer: list[subprocess.Popen[str]],
) -> None:
    settings = _on_postgresql(tmp_path, monkeypatch, october_url)
    one = begin_writing(writer, october_url)
    began = SystemClock().now()
    ran = cli("backup", tmp_path / "copy", "--json", settings=settings)
    assert (ran.code, ran.err) == (0, ""), ran.err
    assert ran.json["people"] == 4 and ran.json["letters"] > 5
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    time.sleep(0.2)
    written = stop_writing(one)
    original = open_store(october_url)
    with original.reading() as connection:
        assert copied_at(connection) is None
    original.close()
    ran = cli("restore", tmp_path / "copy", settings=settings)
    assert ran.code == 1 and "the database is not empty — make an empty one, name it in the settings" in ran.err
    with postgres_server.database() as empty:
        monkeypatch.setenv("DATABASE_URL", empty)
        ran = cli("restore", tmp_path / "copy", "--json", settings=settings)
        assert (ran.code, ran.err) == (0, "")
        first, last = pairs_in(empty)
        assert 20 <= first == last < written
        store = open_store(empty)
        with store.reading() as connection:
            moment = copied_at(connection)
        store.close()
        assert moment is not None and began <= moment <= SystemClock().now()


@pytest.mark.slow
def test_what_postgresql_refuses_is_told_without_the_password(
    cli: Cli, postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres_server.database() as url:
        store = open_store(url)
        upgrade(store)
        store.close()
        (tmp_path / "bin").mkdir()
        fake = tmp_path / "bin" / "pg_dump"
        fake.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 99.1" && exit\n'
                        'echo "$*" > "$0.words"\necho "pg_dump: error: no $PGPASSWORD here" >&2\nexit 1\n')  # fmt: skip
        fake.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
        settings = _on_postgresql(tmp_path, monkeypatch, url.replace("tests@", "tests:s3cret%21@"))
        (tmp_path / "to").mkdir()
        ran = cli("backup", tmp_path / "to" / "copy", settings=settings)
        assert ran.code == 1 and "no copy was made: pg_dump: error: no *** here" in ran.err
        assert "s3cret" not in ran.err + ran.out + Path(f"{fake}.words").read_text()
        assert left_in(tmp_path / "to") == []


def test_a_pg_dump_that_is_missing_or_too_old_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CopyFailed, match="pg_dump is not on this machine — install postgresql-client-15"):
        find_program("pg_dump", 15, tmp_path)
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 14.9 (Debian)'\n")
    old.chmod(0o755)
    with pytest.raises(CopyFailed, match="pg_dump 14 is older than the server, PostgreSQL 15 — install postgresql-client-15"):
        find_program("pg_dump", 15, tmp_path)
    assert find_program("pg_dump", 14, tmp_path) == str(old)


def _on_postgresql(folder: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> Path:
    path = write_settings(folder, 'database = "env:DATABASE_URL"')
    text = path.read_text().replace('[mail.embedded]\nfolder = "post"\n', "")
    servers = '[mail]\nmode = "servers"\n' + "".join(f'[mail.{name}]\nhost = "127.0.0.1"\n' for name in ("smtp", "imap"))
    path.write_text(text.replace("[programs.m2m]", f"{servers}[programs.m2m]"))
    monkeypatch.setenv("DATABASE_URL", url)
    return path
