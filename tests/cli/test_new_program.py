"""docs/new-program.md, done step by step in a fresh copy of the files: its commands are run, its files are written, its story holds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

HOUSE = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?(?: (\+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FEW = frozenset({"mkdir", "cp", "mentorpost"})  # what an admin needs besides an editor


def steps() -> Iterator[tuple[str, str, str, str]]:
    """(language, file, "+" for lines to be added, text) of every block of the page, in its order."""
    yield from _BLOCK.findall((HOUSE / "docs" / "new-program.md").read_text(encoding="utf-8"))


def run(line: str, folder: Path) -> str:
    words = line.split()
    assert words[0] in _FEW, f"{line}: files are only copied and looked at"
    command = [sys.executable, "-m", "mailer", *words[1:]] if words[0] == "mentorpost" else words
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": str(HOUSE)}, capture_output=True, text=True)
    assert done.returncode == 0, f"{line}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """What an admin begins with: the settings, the rules and the letters as they come along."""
    for name in ("inbox_rules", "templates"):
        shutil.copytree(HOUSE / name, tmp_path / name)
    shutil.copy(HOUSE / "settings.toml", tmp_path / "settings.toml")
    return tmp_path


@pytest.mark.slow
def test_a_fifth_program_is_made_by_copying_and_editing_files_only(fresh: Path) -> None:
    told: dict[str, str] = {}
    for language, file, more, text in steps():
        if language == "sh":
            told.update((line, run(line, fresh)) for line in text.splitlines())
        else:
            assert file, f"a block of {language} without a file"
            place = fresh / file
            place.write_text((place.read_text(encoding="utf-8") + "\n" if more else "") + text, encoding="utf-8")
    assert "association (association, America/Denver, chapter@example.org)" in told["mentorpost check --offline"]
    assert "5 of 5 expectations hold" in told["mentorpost rehearse quarter.toml"]


@pytest.mark.slow
def test_a_mistake_on_the_way_is_named_with_its_line(fresh: Path, cli: Cli) -> None:
    """Half way through, a letter or a key that does not exist stops nothing but its own program, and says where."""
    for language, file, more, text in steps():
        if language == "sh" and "check" in text:
            break
        if language == "sh":
            for line in text.splitlines():
                run(line, fresh)
        else:
            place = fresh / file
            place.write_text((place.read_text(encoding="utf-8") + "\n" if more else "") + text, encoding="utf-8")
    ladder = fresh / "inbox_rules" / "association" / "ladder_contact.toml"
    ladder.write_text(ladder.read_text(encoding="utf-8").replace('"check_in_again"', '"check_in_agian"'), encoding="utf-8")
    ran = cli("check", "--offline", settings=fresh / "settings.toml")
    assert ran.code == 1
    assert re.search(r"association/ladder_contact\.toml:\d+: .*check_in_agian.* has no template", ran.out + ran.err)
