"""The documents say what is there: every word, every policy key, every make target, every library."""

from __future__ import annotations

import argparse
import re
import tomllib
from pathlib import Path

from mailer.cli.grammar import build
from mailer.files.settings import read_settings
from mailer.wire.words import SHAPES, WORDS

HOUSE = Path(__file__).parents[2]
DOCS = HOUSE / "docs"


def test_every_word_people_may_write_is_explained() -> None:
    written = set(re.findall(r"`([A-Z][A-Z ]*[A-Z])\b", (DOCS / "words.md").read_text(encoding="utf-8")))
    assert sorted(set(WORDS) - SHAPES - written) == []


def test_every_word_stands_in_a_table_with_who_may_write_it_and_what_it_does() -> None:
    page = (DOCS / "words.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| `")]
    assert [row for row in rows if len(row) != 3 or not all(row)] == []
    explained = {word for row in rows for word in re.findall(r"`(?:[^`]*?: )?([A-Z][A-Z ]*[A-Z])\b", row[0])}
    only_answered = set(re.findall(r"`([A-Z ]+)`", page.rpartition("## Read, and so far only answered")[2]))
    longest = {max((word for word in WORDS if f"{found} ".startswith(f"{word} ")), key=len, default="") for found in explained}
    assert sorted(set(WORDS) - SHAPES - longest - only_answered) == []


def test_the_decisions_are_listed_in_their_order() -> None:
    page = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    listed = [(int(number), int(file)) for number, file in re.findall(r"^(\d+)\. \[.*\]\((\d+)-", page, re.MULTILINE)]
    assert listed and [number for number, _ in listed] == sorted(number for number, _ in listed)
    assert [pair for pair in listed if pair[0] != pair[1]] == []


def test_every_library_is_explained_with_its_locked_version() -> None:
    page = (DOCS / "dependencies.md").read_text(encoding="utf-8")
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = dict(re.findall(r"^([a-z0-9-]+)==([\w.]+)", (HOUSE / "requirements-dev.lock").read_text(), re.MULTILINE))
    extras = project["optional-dependencies"].values()
    names = {re.split(r"[\[<>=;]", line)[0] for line in [*project["dependencies"], *(line for extra in extras for line in extra)]}
    silent = [name for name in sorted(names - {"mentorpost"}) if name not in page or locked[name] not in page]
    assert silent == []


def test_the_make_targets_that_documents_name_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (HOUSE / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    pages = [*HOUSE.glob("*.md"), *DOCS.rglob("*.md")]
    named = {
        name for page in pages for name in re.findall(r"(?:`|^    )make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named <= targets
    assert {"run", "test", "check"} <= named


def test_the_commands_that_documents_name_exist() -> None:
    pages = [*HOUSE.glob("*.md"), *DOCS.rglob("*.md"), HOUSE / "settings.toml", *(HOUSE / "inbox_rules").rglob("*.toml")]
    written = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    named = set(re.findall(r"(?:`|^    |\.venv/bin/|bin/)mentorpost ([a-z]+)", written, re.MULTILINE))
    subparsers = next(action for action in build()._actions if isinstance(action, argparse._SubParsersAction))
    assert named <= set(subparsers.choices)
    assert {"check", "rehearse", "run", "once", "status"} <= named


def test_the_settings_in_the_operating_page_can_be_used(tmp_path: Path) -> None:
    page = (DOCS / "operating.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example is not None
    shipped = (HOUSE / "settings.toml").read_text(encoding="utf-8")
    program = shipped[shipped.index("[programs.m2m]") :]
    top = f'rules = "{HOUSE / "inbox_rules"}"\ntemplates = "{HOUSE / "templates/email"}"\n'
    (tmp_path / "settings.toml").write_text(top + example[1] + program, encoding="utf-8")
    settings = read_settings(tmp_path / "settings.toml", {})
    assert isinstance(settings.mail, dict)
    assert settings.mail["m2m"].smtp.host == "smtp.example.org"


def test_the_commented_lines_of_the_shipped_settings_can_be_used(tmp_path: Path) -> None:
    """An operator takes the "#" away: what stands behind it must be right."""
    text = (HOUSE / "settings.toml").read_text(encoding="utf-8")
    text = re.sub(r"^# (?=[a-z_]+ *= |\[mail\.)", "", text, flags=re.MULTILINE).replace('mode = "embedded"', 'mode = "servers"')
    text = text.replace('"templates/email"', f'"{HOUSE / "templates/email"}"').replace(
        '"inbox_rules"', f'"{HOUSE / "inbox_rules"}"'
    )
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    settings = read_settings(tmp_path / "settings.toml", {})
    assert (settings.program("m2m").admin, settings.key_env) == ("admin@example.org", "MENTORPOST_KEY")
