"""Replay equals life: the past of a story, lived again under unchanged files, is the past that is recorded."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from db.engine import Store, open_store
from db.past import Recorded, read_past
from db.tables import metadata
from mailer.files.settings import Settings, read_settings
from mailer.files.stories import Story, read_story
from mailer.files.values import Override
from mailer.modes.rehearse import KEY, rehearse
from mailer.modes.replay.live import Life, live_again
from mailer.modes.replay.twice import Replayed, replay
from mailer.steps.bookshelf import open_book

_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent
_SOON = (
    *("s04_silent_until_the_hand_over", "s23_three_days_down", "late_in_the_outbox", "was_it_you", "undo_of_what_others_get"),
    *("mphp_participant_ends", "s15_reports_are_not_kept", "icb_down_for_days", "peer_unproved", "s20_a_line_and_a_paragraph"),
)
_STORIES = [
    pytest.param(path, id=path.stem, marks=() if path.stem in _SOON else pytest.mark.slow) for path in sorted(_HERE.glob("*.toml"))
]


@cache
def _settings() -> Settings:
    return read_settings(_ROOT / "settings.toml", {})


def lived(path: Path, folder: Path, keep_days: int = 3660) -> tuple[Story, Store]:
    """A story and the database it has left; words are kept for so many days."""
    told, url = read_story(path, _settings()), f"sqlite:///{folder / 'story.db'}"
    story = replace(told, policy=(*told.policy, Override("retention.body_days", keep_days)))
    store = open_store(url)
    metadata.create_all(store.engine)
    asyncio.run(rehearse(story, _settings().rules, _settings().templates, store))
    return story, open_store(url)


def replayed(story: Story, store: Store) -> tuple[Replayed, Recorded, Life]:
    """Its past lived again with the files as they are; and once more as an edited one is, with time passing as in service."""
    key = story.program.key
    book = open_book(story.program, _settings().rules, _settings().templates, story.policy)
    found = asyncio.run(replay(store, {key: book}, {key: book}, KEY))
    assert found is not None
    with store.reading() as connection:
        past = read_past(connection)
    again = asyncio.run(live_again(past, store, [key], lambda program, at: book, KEY, downs=found.was.downs))
    store.close()
    return found, past, again


@pytest.mark.parametrize("path", _STORIES)
def test_a_past_lived_again_is_the_past_as_recorded(path: Path, tmp_path: Path) -> None:
    found, past, again = replayed(*lived(path, tmp_path))
    assert found.not_lived == () and found.was.undone == []
    assert not found.differences and found.edited == () and found.books_not_kept == ()
    assert found.recorded == sum(letter.sent_at is not None for letter in past.letters) == len(found.was.letters)
    assert {name: left.at for name, left in again.letters.items()} == {name: left.at for name, left in found.was.letters.items()}
    assert again.cases == found.was.cases
    matches = [(one.mentor_id, one.mentee_id, one.state) for one in past.matches]
    assert matches == [(one.mentor_id, one.mentee_id, one.state) for one in found.was.matches]
    walks = {(one.key, one.state, one.owner, one.due_at, one.closed_at) for one in past.cases.values()}
    assert walks == {(one.key, one.state, one.owner, one.due_at, one.closed_at) for one in found.was.cases}


def test_mail_whose_words_are_gone_by_now_is_told_as_not_kept(tmp_path: Path) -> None:
    found, _, again = replayed(*lived(_HERE / "s09_hold_then_confirm.toml", tmp_path, keep_days=10))
    assert [what for _, _, what in found.not_kept][:1] == ["message m1"]
    assert not found.differences and again.letters.keys() == found.was.letters.keys()
