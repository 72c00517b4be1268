"""Two services on one PostgreSQL database, as an operator starts them on two machines: one works, the other waits for its turn."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from db.at_work import Displaced, is_taken, take_place
from db.engine import Store, open_store
from db.schema import upgrade
from mailer.office import PostOffice
from tests.live.world import PASSWORD, ROOT, hand_in, server_settings
from tests.servers import office
from tests.servers_postgres import Postgres

HELP = b"From: Wanda Orr <wanda@example.org>\r\nTo: mc@example.org\r\nSubject: HELP\r\nMessage-ID: <%d@example.org>\r\n\r\nHELP\r\n"
ROSTER = "Name,Email,Role\nWanda Orr,wanda@example.org,mwoc\n"


def words(given: Path, *more: str) -> tuple[str, ...]:
    return (sys.executable, "-u", "-m", "mailer", "--settings", str(given), *more)


@asynccontextmanager
async def service(given: Path, url: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(*words(given, "run"), cwd=ROOT, env=environment(url), stdout=PIPE, stderr=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def environment(url: str) -> dict[str, str]:
    return {**os.environ, "MENTORPOST_TEST_DATABASE": url, PASSWORD: "any"}


async def says(process: Process, pattern: str) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while line := (await process.stdout.readline()).decode():
            if re.search(pattern, line):
                return
    assert process.stderr is not None
    raise AssertionError((await process.stderr.read()).decode())


async def answers(post: PostOffice, count: int) -> None:
    """Wait until Wanda has so many letters, and see that it stays with them."""
    async with asyncio.timeout(60):
        while len(post.mailbox("wanda@example.org")) < count:
            await asyncio.sleep(0.1)
    await asyncio.sleep(1.0)
    assert len(post.mailbox("wanda@example.org")) == count


async def once(given: Path, url: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(*words(given, "once"), cwd=ROOT, env=environment(url), stdout=PIPE, stderr=PIPE)
    _, errors = await process.communicate()
    return process.returncode, errors.decode()


@pytest.mark.slow
def test_the_second_waits_and_takes_over_when_the_first_is_killed(postgres_server: Postgres, tmp_path: Path) -> None:
    with postgres_server.database() as url:
        asyncio.run(_taken_over(url, tmp_path))


async def _taken_over(url: str, folder: Path) -> None:
    async with office(folder / "post", ["mc@example.org"]) as post:
        given = server_settings(folder, post, "env:MENTORPOST_TEST_DATABASE")
        sheet = folder / "people.csv"
        sheet.write_text(ROSTER, encoding="utf-8")
        brought = await asyncio.create_subprocess_exec(
            *words(given, "import", str(sheet), "--yes"), cwd=ROOT, env=environment(url), stdout=PIPE, stderr=PIPE
        )
        assert await brought.wait() == 0, await brought.communicate()
        async with service(given, url) as first:
            await says(first, "serves MC update")
            async with service(given, url) as second:
                await says(second, "Another service is at work")
                await hand_in(post, "wanda@example.org", HELP % 1)
                await answers(post, 1)
                code, errors = await once(given, url)
                assert code == 2
                assert "another service is at work on this database" in errors
                assert "Traceback" not in errors
                first.send_signal(signal.SIGKILL)
                await says(second, "works from now on")
                await hand_in(post, "wanda@example.org", HELP % 2)
                await answers(post, 2)
                second.send_signal(signal.SIGTERM)
                assert await second.wait() == 0


@pytest.fixture
def two(postgres_server: Postgres) -> Iterator[tuple[Store, Store]]:
    """The stores of two services on one database, the tables made."""
    with postgres_server.database() as url:
        first, second = open_store(url), open_store(url)
        try:
            upgrade(first)
            yield first, second
        finally:
            first.close()
            second.close()


def end_session_at_work(store: Store) -> None:
    """As where a line is cut: the session that holds the lock is gone when this returns. An operator's command asks nobody."""
    with store.transaction() as connection:
        session = connection.execute(
            text("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock'")
        ).scalar_one()
        assert connection.execute(text("SELECT pg_terminate_backend(:session, 10000)"), {"session": session}).scalar_one()


def write(connection: Connection, name: str) -> None:
    connection.execute(text("INSERT INTO fact (name, value) VALUES (:name, 'yes')"), {"name": name})


@pytest.mark.slow
def test_who_has_lost_the_session_decides_nothing_more(two: tuple[Store, Store]) -> None:
    first, second = two
    assert not is_taken(second), "nobody works yet"
    place = take_place(first)
    assert place is not None
    assert is_taken(second) and is_taken(first), "who only asks is told, and takes nothing"
    assert take_place(second) is None
    with first.transaction() as connection:
        write(connection, "kept")
    end_session_at_work(second)
    with pytest.raises(Displaced, match="nothing is lost"), first.transaction() as connection:
        write(connection, "lost")
    place.give_up()
    taken = take_place(second)
    assert taken is not None
    with second.transaction() as connection:
        assert connection.execute(text("SELECT name FROM fact WHERE name IN ('kept', 'lost')")).scalars().all() == ["kept"]
    taken.give_up()


@pytest.mark.slow
def test_nobody_takes_over_before_the_last_transaction_of_the_one_before_has_ended(two: tuple[Store, Store]) -> None:
    first, second = two
    place = take_place(first)
    assert place is not None
    with first.transaction() as connection:
        end_session_at_work(second)
        assert take_place(second) is None
        write(connection, "kept")
    taken = take_place(second)
    assert taken is not None
    with second.reading() as connection:
        assert connection.execute(text("SELECT name FROM fact WHERE name = 'kept'")).scalars().all() == ["kept"]
    taken.give_up()
    place.give_up()
