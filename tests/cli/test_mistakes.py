"""Mistakes at the terminal: what was wrong is said once, with the right file, and the same mistake ends with the same code."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.world import World, write_settings

SHEET = "Name,Email,Role\nAna Ruiz,ana@example.org,mentor\n"


@pytest.mark.parametrize("command", ["import", "read", "restore"])
def test_a_file_that_is_not_there_is_wrong_usage_for_every_command(cli: Cli, settings: Path, tmp_path: Path, command: str) -> None:
    ran = cli(command, tmp_path / "none.csv", settings=settings)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"{tmp_path / 'none.csv'}: ") and "no such file" in ran.err


def test_a_folder_is_called_a_folder(cli: Cli, settings: Path, tmp_path: Path) -> None:
    ran = cli("import", tmp_path, settings=settings)
    assert (ran.code, ran.err) == (2, f"{tmp_path}: this is a folder — name a CSV, XLSX, XLS or ODS file\n")
    assert cli("read", tmp_path, settings=settings).err.startswith(f"{tmp_path}: this is a folder — ")


def test_a_file_that_is_there_already_is_wrong_usage_for_export_as_for_backup(cli: Cli, world: World, tmp_path: Path) -> None:
    world.leave()
    taken = tmp_path / "taken"
    taken.write_text("mine")
    for words in (("export", "ana@example.org", taken), ("backup", taken)):
        ran = cli(*words, settings=world.settings_file)
        assert ran.code == 2 and str(taken) in ran.err and "already" in ran.err
    assert taken.read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("outbox", "--limit", "0"), "'0' cannot be used: write a whole number of at least 1"),
        (("outbox", "--limit", "-3"), "'-3' cannot be used: write a whole number of at least 1"),
        (("outbox", "show", "x"), "'x' cannot be used: write a whole number of at least 1"),
        (("forecast", "--days", "x"), "'x' cannot be used: write a whole number from 1 to 3660"),
        (("forecast", "--days", "9999"), "'9999' cannot be used: write a whole number from 1 to 3660"),
    ],
)
def test_numbers_out_of_bounds_are_refused_in_words(cli: Cli, settings: Path, words: tuple[str, ...], said: str) -> None:
    ran = cli(*words, settings=settings)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.rstrip().endswith(said)


def test_a_role_that_nobody_can_have_is_refused_and_one_that_nobody_has_is_counted(cli: Cli, world: World) -> None:
    world.leave()
    ran = cli("people", "--role", "bla", settings=world.settings_file)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == ("mentorpost people: there is no role 'bla' — write one of admin, coordinator, mentee, mentor, mwoc, staff\n")
    ran = cli("people", "--role", "staff", settings=world.settings_file)
    assert (ran.code, ran.out) == (0, "None of 4 people.\n")


def test_a_role_of_another_program_is_refused_with_its_line(cli: Cli, settings: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "people.csv"
    sheet.write_text(SHEET + "Pia Lund,pia@example.org,specialist\nTom Ash,tom@example.org,participant\n", encoding="utf-8")
    ran = cli("import", sheet, "--apply", settings=settings)
    assert (ran.code, ran.out) == (1, "")
    possible = "write one of coordinator, mwoc, mentor, mentee, staff, admin"
    assert ran.err.splitlines() == [
        f"{sheet}:3: this program has no role 'specialist' — {possible}",
        f"{sheet}:4: this program has no role 'participant' — {possible}",
        f"nothing was imported: 2 flaws in {sheet}",
    ]
    assert cli("people", "--json", settings=settings).json == []


def test_whoever_can_take_part_in_a_program_is_imported(cli: Cli, settings: Path, tmp_path: Path) -> None:
    settings.write_text(settings.read_text().replace('profile        = "m2m"', 'profile        = "peer"'))
    sheet = tmp_path / "people.csv"
    sheet.write_text("Name,Email,Role\nPia Lund,pia@example.org,specialist\nTom Ash,tom@example.org,staff\n", encoding="utf-8")
    assert cli("import", sheet, "--apply", settings=settings).code == 0
    sheet.write_text(SHEET, encoding="utf-8")
    assert f"{sheet}:2: this program has no role 'mentor' — " in cli("import", sheet, settings=settings).err


def test_who_has_no_rows_is_forgotten_in_a_whole_sentence(cli: Cli, settings: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "people.csv"
    sheet.write_text("Name,Email,Role\nStella Voss,stella@example.org,staff\nTom Ash,tom@example.org,staff\n", encoding="utf-8")
    cli("import", sheet, "--apply", settings=settings)
    ran = cli("forget", "stella@example.org", "--offline", settings=settings)
    lines = ran.out.splitlines()
    at = lines.index("What goes: the name, the addresses, the telephone number.")
    assert not lines[at + 1].startswith("  ")


def test_a_taken_port_is_told_with_the_line_of_the_settings_in_use(cli: Cli, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        path = write_settings(tmp_path).rename(tmp_path / "t.toml")
        ports = f'folder = "post"\nsmtp_port = 0\nimap_port = {taken.getsockname()[1]}\n'
        path.write_text(path.read_text().replace('folder = "post"\n', ports))
        line = next(at for at, text in enumerate(path.read_text().splitlines(), 1) if text.startswith("imap_port"))
        ran = cli("once", settings=path)
    assert ran.code == 2
    assert ran.err.startswith(f"{path}:{line}: IMAP port ")
    assert ran.err.endswith("stop that program, or give the post office another imap_port\n")


def test_one_port_for_both_servers_is_refused_by_check(cli: Cli, settings: Path) -> None:
    both = 'folder = "post"\nsmtp_port = 2600\nimap_port = 2600\n'
    settings.write_text(settings.read_text().replace('folder = "post"\n', both))
    line = next(at for at, text in enumerate(settings.read_text().splitlines(), 1) if text.startswith("imap_port"))
    ran = cli("check", "--offline", settings=settings)
    assert ran.code == 2
    assert ran.err == (
        f"{settings}:{line}: imap_port = 2600 is the smtp_port as well — give each a port of its own, or 0 for any that is free\n"
    )


def test_a_key_that_is_not_set_is_a_flaw(cli: Cli, settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.write_text(settings.read_text().replace('key_file  = "key"', 'key_env = "MENTORPOST_TEST_KEY"'))
    line = next(at for at, text in enumerate(settings.read_text().splitlines(), 1) if text.startswith("key_env"))
    ran = cli("check", "--offline", settings=settings)
    assert ran.code == 1
    what = "the environment variable MENTORPOST_TEST_KEY, which holds the key, is not set"
    assert ran.err == f"{settings}:{line}: {what} — set it for the service and for every command\n"
    monkeypatch.setenv("MENTORPOST_TEST_KEY", "ab" * 32)
    assert cli("check", "--offline", settings=settings).code == 0


def test_check_remarks_that_nobody_is_told_of_a_bad_edit(cli: Cli, settings: Path) -> None:
    said = "no `admin` is set for m2m: unless a roster names one, nobody is told by mail of an edit that cannot be used"
    ran = cli("check", "--offline", settings=settings)
    assert ran.code == 0 and said in ran.out
    assert [one["what"] for one in cli("check", "--offline", "--json", settings=settings).json["remarks"]] == [said]
    settings.write_text(settings.read_text() + 'admin = "ada@example.org"\n')
    assert "admin" not in cli("check", "--offline", settings=settings).out.replace("Changed by the admins", "")


def test_a_database_of_a_newer_version_is_named(cli: Cli, world: World, tmp_path: Path) -> None:
    world.leave()
    copy = tmp_path / "copy.db"
    assert cli("backup", copy, settings=world.settings_file).code == 0
    place = world.folder / "post" / "sample.db"
    for path in (copy, place):
        with sqlite3.connect(path) as twin:
            twin.execute("UPDATE alembic_version SET version_num = '9999'")
    ran = cli("status", settings=world.settings_file)
    assert ran.code == 2 and ran.err.startswith(f"{place}: the database has schema 9999, ")
    ran = cli("restore", copy, settings=world.settings_file)
    assert ran.code == 1 and ran.err.startswith(f"{copy}: nothing was restored: the database has schema 9999, ")


def test_settings_beside_the_program_are_not_used_in_silence(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mail.eml").write_bytes(b"From: a@example.org\r\nTo: mc@example.org\r\n\r\nHello\r\n")
    ran = cli("read", "--json", "mail.eml")
    assert ran.json["from"] == "a@example.org"
    assert ran.err.endswith("settings.toml: these settings are used, for there is no settings.toml in this folder\n")
    write_settings(tmp_path)
    assert cli("read", "--json", "mail.eml").err == ""
