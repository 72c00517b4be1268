"""What the program writes names people: nobody but its owner may read it, also where the umask would let everybody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from db.engine import open_store
from db.schema import upgrade
from tests.cli.conftest import Cli
from tests.cli.world import World, with_servers


@pytest.fixture(autouse=True)
def everybody_may_read() -> Iterator[None]:
    """The umask of most machines."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path, *known: str) -> dict[str, str]:
    """Permissions of everything below a folder but what the test has put there itself."""
    found = (path for path in folder.rglob("*") if path.name not in known)
    return {str(path.relative_to(folder)): f"{path.stat().st_mode & 0o777:o}" for path in found}


def test_one_turn_writes_nothing_that_others_can_read(cli: Cli, settings: Path) -> None:
    assert cli("once", settings=settings).code == 0
    found = modes(settings.parent, settings.name)
    assert {"key", "post", "post/sample.db", "post/sample.db.lock"} <= set(found)
    assert {name: mode for name, mode in found.items() if mode not in ("600", "700")} == {}


def test_pages_and_copies_are_for_their_owner(cli: Cli, october: World, tmp_path: Path) -> None:
    page, copy = tmp_path / "ahead.html", tmp_path / "copy.db"
    assert cli("forecast", "--days", 3, "--html", page, settings=october.settings_file).code == 0
    assert cli("backup", copy, settings=october.settings_file).code == 0
    assert modes(tmp_path) == {"ahead.html": "600", "copy.db": "600"}


def test_a_database_that_a_script_opens_is_private_with_all_that_lies_beside_it(tmp_path: Path) -> None:
    with closing(open_store(f"sqlite:///{tmp_path / 'new.db'}")) as store:
        upgrade(store)
        with store.transaction() as connection:
            connection.exec_driver_sql("INSERT INTO fact (name, value) VALUES ('a', 'b')")
            assert len(modes(tmp_path)) > 1
            assert set(modes(tmp_path).values()) == {"600"}


def test_an_older_database_that_everybody_could_read_is_closed_and_told_of_once(cli: Cli, tmp_path: Path) -> None:
    settings = with_servers(tmp_path, 1)
    place = tmp_path / "var" / "mentorpost.db"
    settings.write_text(f'database = "sqlite:///{place}"\n{settings.read_text()}')
    place.parent.mkdir()
    with closing(open_store(f"sqlite:///{place}")) as store:
        upgrade(store)
    place.chmod(0o644)
    first, second = cli("status", settings=settings), cli("status", settings=settings)
    assert first.err == f"{place}: other users of this machine could read it; from now on its owner alone can\n"
    assert (second.err, f"{place.stat().st_mode & 0o777:o}") == ("", "600")


def test_what_an_operator_opened_to_a_group_stays_so(cli: Cli, world: World) -> None:
    world.leave()
    place = world.folder / "post" / "sample.db"
    place.chmod(0o640)
    assert cli("status", settings=world.settings_file).err == ""
    assert f"{place.stat().st_mode & 0o777:o}" == "640"
