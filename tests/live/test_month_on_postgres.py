"""The sample month on PostgreSQL, by the same turn: the letters are the same as on SQLite."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from db.engine import open_store
from db.schema import upgrade
from mailer.files.settings import read_settings
from mailer.files.stories import read_story
from mailer.modes.judge import judge
from mailer.modes.rehearse import Lived, rehearse
from tests.live.world import ROOT
from tests.servers_postgres import Postgres

STORY = ROOT / "mailer" / "modes" / "sample" / "m2m.toml"


def lived(url: str) -> Lived:
    settings = read_settings(ROOT / "settings.toml")
    store = open_store(url)
    upgrade(store)
    return asyncio.run(rehearse(read_story(Path(STORY), settings), settings.rules, settings.templates, store))


@pytest.mark.slow
def test_the_sample_month_has_the_same_letters_on_both_databases(postgres_server: Postgres, tmp_path: Path) -> None:
    with postgres_server.database() as url:
        there = lived(url)
    here = lived(f"sqlite:///{tmp_path / 'month.db'}")
    assert all(verdict.ok for verdict in judge(there))
    assert [letter.raw for letter in there.letters] == [letter.raw for letter in here.letters]
    assert not there.troubles and not here.troubles
