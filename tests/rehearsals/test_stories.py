"""Every story of this folder is lived in virtual time, and what it expects must come true."""

from __future__ import annotations

import asyncio
import re
from functools import cache
from pathlib import Path

import pytest

from mailer.files.settings import Settings, read_settings
from mailer.files.stories import read_story
from mailer.modes.judge import judge
from mailer.modes.rehearse import rehearse

_HERE = Path(__file__).parent
_ROOT = _HERE.parent.parent
STORIES = sorted(_HERE.glob("*.toml"))
SAMPLES = sorted((_ROOT / "mailer" / "modes" / "sample").glob("*.toml"))  # the months that `make run` tells


@cache
def _settings() -> Settings:
    return read_settings(_ROOT / "settings.toml")


@cache
def _letters() -> frozenset[str]:
    return frozenset(place.stem for place in (_ROOT / "templates" / "email").glob("*/*.md"))


_NUMBERED = re.compile(r"s\d\d_")
# The numbered scenarios of the requirements are lived before every commit, all the others by `make test`.
_LIVED = [pytest.param(path, id=path.stem, marks=() if _NUMBERED.match(path.name) else pytest.mark.slow) for path in STORIES]
_LIVED += [pytest.param(path, id=f"sample {path.stem}", marks=pytest.mark.slow) for path in SAMPLES]


@pytest.mark.parametrize("path", _LIVED)
def test_a_story_comes_true(path: Path) -> None:
    settings = _settings()
    story = read_story(path, settings, _letters())
    lived = asyncio.run(rehearse(story, settings.rules, settings.templates))
    broken = [
        f"{path.name}:{verdict.line}: {verdict.text}, but found: {verdict.found}" for verdict in judge(lived) if not verdict.ok
    ]
    assert not broken, "\n".join(broken)
    assert not lived.troubles, [what for _, what in lived.troubles]


def test_every_story_says_which_rule_it_shows() -> None:
    for path in STORIES:
        assert path.read_text(encoding="utf-8").startswith("# "), f"{path.name} begins with no comment"


def test_a_story_lived_twice_is_the_same_to_the_byte() -> None:
    settings = _settings()
    story = read_story(_HERE / "s09_hold_then_confirm.toml", settings, _letters())
    first, second = (asyncio.run(rehearse(story, settings.rules, settings.templates)) for _ in range(2))
    assert [letter.raw for letter in first.letters] == [letter.raw for letter in second.letters]
