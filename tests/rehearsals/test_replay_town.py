"""Rarer pasts lived again: an inbox that could not be read for a day, a life kept in PostgreSQL, somebody who was forgotten since."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db import people, story
from db.engine import open_store
from db.records import LetterState, PersonState
from db.tables import metadata
from mailer.files.settings import read_settings
from mailer.files.stories import read_story
from mailer.files.values import Override
from mailer.model.post import Fetched, Mark
from mailer.modes.forget import plan
from mailer.modes.mailbox import Mailbox
from mailer.modes.rehearse import KEY as STORY_KEY
from mailer.modes.rehearse import rehearse
from mailer.modes.replay.twice import Replayed, replay
from mailer.steps.bookshelf import open_book
from mailer.steps.forget import forget
from mailer.steps.journalled import journal_roster
from mailer.steps.turn import turn
from tests.rehearsals.canaries import MADE
from tests.rehearsals.forgotten import END, lived, settle
from tests.rehearsals.test_several_programs import ELIF, KEY, PEOPLE, START, Town
from tests.servers_postgres import Postgres, postgres_server

__all__ = ["postgres_server"]
HERE = Path(__file__).parent


class Unplugged(Mailbox):
    """An inbox on a server that is away."""

    async def fetch(self, mark: Mark, limit: int) -> tuple[Mark, list[Fetched]]:
        raise ConnectionError("away")


def test_while_one_inbox_could_not_be_read_its_program_is_silent_in_the_replay_too() -> None:
    town = Town()
    with town.store.transaction() as connection:
        for program, rows in PEOPLE.items():
            journal_roster(connection, program, rows, "story", START, {"rows": len(rows)})
    town.until(datetime(2027, 10, 14, 20, tzinfo=UTC))
    town.desk.inboxes = {**town.boxes, "m2m": Unplugged()}
    town.clock.advance_to(datetime(2027, 10, 15, 16, tzinfo=UTC))
    town.writes("icb", ELIF, "DIRECTORY")
    assert [letter.name for letter in town.of("m2m", ELIF)] == []
    town.desk.inboxes = town.boxes
    town.clock.advance_to(datetime(2027, 10, 16, 16, tzinfo=UTC))
    asyncio.run(turn(town.desk))
    town.until(datetime(2027, 10, 27, 15, tzinfo=UTC))
    found = asyncio.run(replay(town.store, town.desk.books, town.desk.books, KEY))
    assert found is not None and found.not_lived == () and not found.differences
    with town.store.reading() as connection:
        acts = [(row["what"], row["at"].day) for row in story.acts(connection, "m2m")]
    assert acts == [("import", 4), ("deaf", 15), ("hears again", 16)]
    recorded = {(letter.program, letter.key): letter.sent_at for letter, _ in town.witness.letters}
    assert recorded == {name: left.at for name, left in found.was.letters.items()}
    assert {program for program, _ in recorded} == {"m2m", "icb", "peer"}


@pytest.mark.slow
def test_a_life_kept_in_postgresql_is_lived_again(postgres_server: Postgres) -> None:
    settings = read_settings(HERE.parents[1] / "settings.toml", {})
    told = read_story(HERE / "s09_hold_then_confirm.toml", settings)
    program = told.program.key
    with postgres_server.database() as url:
        store = open_store(url)
        metadata.create_all(store.engine)
        asyncio.run(rehearse(told, settings.rules, settings.templates, store))
        store = open_store(url)
        books = {program: open_book(told.program, settings.rules, settings.templates, told.policy)}
        overrides = (*told.policy, Override("gate.remind_days", 2))
        edited = {program: open_book(told.program, settings.rules, settings.templates, overrides)}
        unchanged, other = (asyncio.run(replay(store, books, new, STORY_KEY)) for new in (books, edited))
        store.close()
    assert isinstance(unchanged, Replayed) and isinstance(other, Replayed)
    assert not unchanged.differences and unchanged.not_lived == other.not_lived == ()
    assert other.edited == ("policy gate.remind_days",)
    assert unchanged.recorded == sum(left.letter.state is not LetterState.CANCELLED for left in unchanged.was.letters.values())


@pytest.mark.parametrize(
    "profile", ["m2m", pytest.param("mphp", marks=pytest.mark.slow), pytest.param("icb", marks=pytest.mark.slow)]
)
def test_who_is_forgotten_is_lived_again_by_ref_alone(profile: str, tmp_path: Path) -> None:
    aviary = MADE[profile](seed=3, months=2)
    store, books = lived(aviary, f"sqlite:///{tmp_path / 'life.db'}")
    mentor = aviary.each("mentor")[0]
    settle(store, profile, mentor)
    assert forget(store, books, STORY_KEY, plan(store, books, mentor.email), END).hindrances == ()
    found = asyncio.run(replay(store, books, books, STORY_KEY))
    with store.reading() as connection:
        gone = [item.ref for item in people.everybody(connection, profile) if item.state is PersonState.FORGOTTEN]
    store.close()
    assert found is not None and not found.differences
    again = {item.ref: item for item in found.was.people.values()}
    assert [(again[ref].name, again[ref].state) for ref in gone] == [(ref, PersonState.FORGOTTEN) for ref in gone]
    # The matches were ended by hand for this test, which no journal has: the replay says what it therefore cannot live again.
    assert len(found.not_lived) <= found.recorded // 6
