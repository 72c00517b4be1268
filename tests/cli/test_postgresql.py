"""The same commands on PostgreSQL, and its copy into memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from db.copy import copy_to_memory
from db.engine import Store, open_store
from db.schema import upgrade
from db.tables import fact, metadata
from tests.cli.conftest import Cli
from tests.cli.world import World, write_settings
from tests.servers_postgres import Postgres, postgres_server

__all__ = ["postgres_server"]


def counts(store: Store) -> dict[str, int]:
    with store.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in metadata.sorted_tables
        }


@pytest.fixture
def url(postgres_server: Postgres, october: World) -> Iterator[str]:
    """October's world in PostgreSQL, without the mark of the sample."""
    source = open_store(f"sqlite:///{october.folder / 'post' / 'sample.db'}")
    with postgres_server.database() as found:
        target = open_store(found)
        upgrade(target)
        with source.reading() as old, target.transaction() as new:
            for table in metadata.sorted_tables:
                rows = [dict(row._mapping) for row in old.execute(select(table).order_by(*table.primary_key))]
                kept = [row for row in rows if table is not fact or not row["name"].startswith("sample")]
                if kept:
                    new.execute(insert(table), kept)
        source.close()
        target.close()
        yield found


@pytest.mark.slow
def test_a_copy_in_memory_holds_every_row_and_goes_its_own_way(url: str) -> None:
    store = open_store(url)
    before = counts(store)
    twin = copy_to_memory(store)
    assert counts(twin) == before
    assert before["letter"] > 5
    with twin.transaction() as connection:
        connection.execute(insert(fact).values(name="only", value="here"))
    assert counts(store) == before
    twin.close()
    store.close()


@pytest.mark.slow
def test_commands_look_at_postgresql_as_at_sqlite(
    cli: Cli, october: World, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENTORPOST_TEST_DATABASE", url)
    path = write_settings(tmp_path, 'database = "env:MENTORPOST_TEST_DATABASE"')
    servers = "".join(f'[mail.{name}]\nhost = "localhost"\nsecurity = "none"\n' for name in ("smtp", "imap"))
    path.write_text(path.read_text().replace('[mail.embedded]\nfolder = "post"\n', f'[mail]\nmode = "servers"\n{servers}'))
    for words in (
        ("why", "ana@example.org"),
        ("why", "m1"),
        ("why", "5"),
        ("why", "<test.2@example.net>"),
        ("outbox",),
        ("people",),
    ):
        there, here = (cli(*words, "--json", settings=settings) for settings in (path, october.settings_file))
        assert (there.code, there.err) == (0, "")
        assert there.json == here.json, words
    assert cli("status", "--json", settings=path).json["messages"] == {"done": 1, "parked": 1}
    assert cli("forecast", "--days", "3", settings=path).code == 0
