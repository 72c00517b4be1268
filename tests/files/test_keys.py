"""The sealing key: made once, for this user alone, never shown, never silently replaced."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path

import pytest

from mailer.files.keys import make_key, read_key
from mailer.files.settings import Settings, read_settings
from mailer.model.errors import BadSettings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    shipped = read_settings(Path(__file__).parents[2] / "settings.toml", {})
    return dataclasses.replace(shipped, file="settings.toml", key_file=tmp_path / "var/key")


def test_the_key_is_made_at_the_first_start_and_then_stays(settings: Settings) -> None:
    assert read_key(settings) is None
    key = make_key(settings)
    assert len(key) == 32
    assert make_key(settings) == key == read_key(settings)


def test_only_this_user_may_read_it(settings: Settings) -> None:
    make_key(settings)
    assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "no key", "ab" * 31])
def test_a_broken_key_is_told_and_not_replaced(settings: Settings, text: str) -> None:
    settings.key_file.parent.mkdir()
    settings.key_file.write_text(text)
    with pytest.raises(BadSettings, match="holds no key — a key is 64 hexadecimal digits; restore it from the backup"):
        make_key(settings)
    assert settings.key_file.read_text() == text


def test_the_key_may_come_from_the_environment(settings: Settings) -> None:
    outside = dataclasses.replace(settings, key_env="KEY")
    assert read_key(outside, {"KEY": "ab" * 32}) == b"\xab" * 32
    assert read_key(outside, {}) is None
    with pytest.raises(BadSettings, match="the environment variable KEY is not set"):
        make_key(outside, {})


def test_a_folder_that_cannot_be_written_is_told_and_not_traced(settings: Settings) -> None:
    settings.key_file.parent.write_text("a file where a folder should be")
    with pytest.raises(BadSettings, match=r"the key file .* cannot be (read|written)"):
        make_key(settings)
