"""The command line as a whole: help at once, mistakes in one line, exit codes, pipes that close."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.world import HOUSE, cpu_seconds, with_servers

COMMANDS = [
    *("run", "once", "check", "read", "rehearse", "forecast", "why", "parked", "outbox", "people", "import", "status"),
    *("replay", "export", "forget", "preview", "backup", "restore"),
]
# Whatever a command needs besides help, it imports when it runs.
HEAVY = ("sqlalchemy", "jinja2", "asyncio", "email_validator", "rich", "dataclasses")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(cli: Cli, command: str) -> None:
    ran = cli(command, "--help")
    assert ran.code == 0
    assert "example" in ran.out
    assert f"mentorpost {command}" in ran.out


def test_help_names_every_command(cli: Cli) -> None:
    ran = cli("--help")
    assert ran.code == 0
    assert [command for command in COMMANDS if f"\n    {command} " not in ran.out] == []


def test_the_version_is_said_with_its_schema(cli: Cli) -> None:
    shown = cli("--version")
    assert (shown.code, shown.err) == (0, "")
    assert re.fullmatch(r"mentorpost \d+\.\d+\.\d+, database schema \d{4}\n", shown.out)


def test_help_imports_nothing_heavy() -> None:
    code = f"import sys; from mailer.cli import main; main(['--help']); sys.exit(str([n for n in {HEAVY} if n in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"


def test_help_comes_at_once() -> None:
    bare = min(cpu_seconds("-c", "pass") for _ in range(3))
    assert min(cpu_seconds("-m", "mailer", "--help") for _ in range(5)) - bare < 0.15


@pytest.mark.parametrize(
    "words", [(), ("chekc",), ("read",), ("rehearse",), ("why",), ("outbox", "burn"), ("forecast", "--days", "0")]
)
def test_wrong_usage_is_exit_code_two(cli: Cli, words: tuple[str, ...]) -> None:
    ran = cli(*words)
    assert ran.code == 2
    assert "usage: mentorpost" in ran.err
    assert ran.out == ""


def test_settings_that_are_not_there_are_one_line(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.toml"
    ran = cli("status", settings=path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"{path}: there is no such file — name another with --settings FILE\n"


def test_every_flaw_of_the_settings_is_told_at_once(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(
        'rules = "nowhere"\ncolour = "blue"\n[programs.m2m]\nprofile = "m2m"\nname = "x"\ninbox = "x"\ntimezone = "UTC"\n'
    )
    ran = cli("check", settings=path)
    assert ran.code == 2
    assert f"{path}:2: 'colour' is no key of this file" in ran.err
    assert f"{path}:1: the folder {tmp_path / 'nowhere'} does not exist" in ran.err


def test_settings_may_be_named_behind_the_command(cli: Cli, settings: Path) -> None:
    assert cli("people", "--json", "--settings", settings).json == []


def test_a_closed_pipe_is_no_matter(settings: Path) -> None:
    command = f"{sys.executable} -m mailer --settings {settings} check --json | head -c 1"
    done = subprocess.run(["sh", "-c", command], cwd=HOUSE, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("{", "")


def test_a_database_that_is_none_is_told_without_a_traceback(cli: Cli, settings: Path) -> None:
    place = settings.parent / "post" / "sample.db"
    place.parent.mkdir()
    place.write_bytes(b"this is a letter, not a database. " * 100)
    ran = cli("status", settings=settings)
    assert ran.code == 2
    assert ran.err.startswith("the database cannot be used: file is not a database — ")
    assert ran.err.count("\n") == 1


def test_looking_makes_no_database(cli: Cli, settings: Path) -> None:
    for command in ("people", "status", "outbox", "parked", "forecast"):
        assert cli(command, settings=settings).code == 0
    assert sorted(path.name for path in settings.parent.iterdir()) == ["settings.toml"]


def test_several_programs_must_be_told_apart(cli: Cli, settings: Path) -> None:
    (settings.parent / "people.csv").write_text("Name,Email,Role\nAna Ruiz,ana@example.org,mentor\n", encoding="utf-8")
    more = settings.read_text() + '\n[programs.other]\nprofile = "m2m"\nname = "B"\ninbox = "b@example.org"\ntimezone = "UTC"\n'
    settings.write_text(more)
    ran = cli("import", settings.parent / "people.csv", settings=settings)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"{settings}: there are several programs — say which: --program KEY, one of m2m, other\n"
    ran = cli("import", settings.parent / "people.csv", "--program", "third", settings=settings)
    assert ran.err == f"{settings}: there is no program 'third' — known are: m2m, other\n"


def test_a_sheet_goes_to_the_only_program_that_knows_its_roles(cli: Cli, settings: Path) -> None:
    more = '\n[programs.cb]\nprofile = "icb"\nname = "CB"\ninbox = "cb@example.org"\ntimezone = "UTC"\n'
    settings.write_text(settings.read_text() + more)
    sheet = settings.parent / "people.csv"
    sheet.write_text("Name,Email,Role\nAna Ruiz,ana@example.org,mentor\nWanda Orr,wanda@example.org,mwoc\n", encoding="utf-8")
    ran = cli("import", sheet, "--apply", settings=settings)
    assert ran.code == 0
    assert {item["program"] for item in cli("people", "--json", settings=settings).json} == {"m2m"}


def test_a_file_that_cannot_be_written_is_one_line(cli: Cli, settings: Path, tmp_path: Path) -> None:
    ran = cli("forecast", "--html", tmp_path / "none" / "page.html", settings=settings)
    assert ran.code == 2
    assert (
        ran.err
        == f"{tmp_path / 'none' / 'page.html'}: no such file or directory — check the path, its permissions and the space left\n"
    )


def test_one_turn_without_its_mailbox_is_a_no(cli: Cli, tmp_path: Path, unused_port: int) -> None:
    ran = cli("once", settings=with_servers(tmp_path, unused_port))
    assert ran.code == 1
    assert "!! m2m: the inbox cannot be read: " in ran.out


def test_a_port_in_use_is_told_without_a_traceback(cli: Cli, settings: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = f'folder = "post"\nsmtp_port = {taken.getsockname()[1]}\nimap_port = 0\n'
        settings.write_text(settings.read_text().replace('folder = "post"\n', ports))
        ran = cli("once", settings=settings)
    assert ran.code == 2
    assert "is taken by another program — " in ran.err
    assert ran.err.count("\n") == 1
