"""`mentorpost read`: one message as an object of CONTRACT.md section 5, for people as text, whatever the bytes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mailer.files.keys import make_key
from mailer.files.settings import read_settings
from mailer.wire.tokens import reply_address, seal
from tests.cli.conftest import Cli
from tests.cli.world import HOUSE, VOUCHED, cpu_seconds, write_settings
from tests.wire.comparing import differs

EXAMPLES = HOUSE.parent / "shared" / "examples" / "understand"
LINES = (EXAMPLES / "expected.jsonl").read_text(encoding="utf-8").splitlines() if (EXAMPLES / "expected.jsonl").exists() else []
KEYS = [
    "file",
    "from",
    "origin",
    "means",
    "rule",
    "considered",
    "new_text",
    "quoted_text",
    "commands",
    "answers",
    "form",
    "bounce",
    "away_until",
    "safety",
    "attachments",
    "problems",
]


def letter(folder: Path, body: str, *, head: str = "", name: str = "letter.eml", to: str = "mc@example.org") -> Path:
    path = folder / name
    date = "Wed, 20 Oct 2027 12:00:00 -0400"
    text = f"{head}From: Ana Ruiz <ana@example.org>\nTo: {to}\nSubject: Re: A question\nDate: {date}\n\n{body}\n"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    return path


def test_one_message_is_one_object_with_every_key(cli: Cli, settings: Path, tmp_path: Path) -> None:
    path = letter(tmp_path, "HOLD 7", head=VOUCHED)
    ran = cli("read", path, "--json", settings=settings)
    assert (ran.code, ran.err) == (0, "")
    assert list(ran.json) == KEYS
    assert ran.json["file"] == str(path)
    assert ran.json["from"] == "ana@example.org"
    assert ran.json["commands"] == [{"word": "HOLD", "arguments": {"days": 7}, "line": 1}]
    assert (ran.json["means"], ran.json["rule"]) == ("commands", "m2m/60_words: a word of ours")
    assert ran.json["considered"][-1] == "hit: m2m/60_words: a word of ours (has commands)"


def test_several_messages_are_one_object_a_line(cli: Cli, settings: Path, tmp_path: Path) -> None:
    paths = [letter(tmp_path, "All is well.", name=f"{number}.eml") for number in range(3)]
    ran = cli("read", "--json", *paths, settings=settings)
    assert [json.loads(line)["file"] for line in ran.out.splitlines()] == [str(path) for path in paths]


def test_standard_input_is_a_message_too(settings: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mailer", "--settings", str(settings), "read", "-", "--json"]
    done = subprocess.run(command, cwd=HOUSE, input=letter(tmp_path, "CONFIRM").read_bytes(), capture_output=True, check=True)
    said = json.loads(done.stdout)
    assert (said["file"], said["commands"][0]["word"]) == ("-", "CONFIRM")


def test_people_see_what_was_cut_and_every_rule(cli: Cli, settings: Path, tmp_path: Path) -> None:
    ran = cli("read", letter(tmp_path, "CONFIRM\n\nOn Monday MC wrote:\n> Shall we close?", head=VOUCHED), settings=settings)
    assert "Means: commands, by m2m/60_words: a word of ours" in ran.out
    assert "miss common/10_machines: a read receipt: origin is human, not receipt" in ran.out
    assert "Cut:" in ran.out
    assert "\x1b" not in ran.out


@pytest.mark.parametrize(
    ("words", "body", "means"),
    [
        ((), "CONFIRM", "unproved"),
        (("--proof", "token"), "CONFIRM", "commands"),
        (("--proof", "unknown"), "CONFIRM", "stranger"),
        (("--proof", "token", "--role", "coordinator"), "Ana Ruiz: spoke 3 March, going well", "form"),
        (("--proof", "token", "--role", "mentor"), "Ana Ruiz: spoke 3 March, going well", "reply"),
    ],
)
def test_what_no_message_tells_can_be_said(
    cli: Cli, settings: Path, tmp_path: Path, words: tuple[str, ...], body: str, means: str
) -> None:
    assert cli("read", letter(tmp_path, body), "--json", *words, settings=settings).json["means"] == means


def test_a_letters_token_proves_its_reader(cli: Cli, settings: Path, tmp_path: Path) -> None:
    key = make_key(read_settings(settings))
    path = letter(tmp_path, "CONFIRM", to=reply_address("mc@example.org", seal(key, 12)))
    assert cli("read", path, "--json", settings=settings).json["means"] == "commands"


def test_the_program_is_the_one_whose_inbox_it_came_to(cli: Cli, settings: Path, tmp_path: Path) -> None:
    other = '\n[programs.other]\nprofile = "m2m"\nname = "B"\ninbox = "b@example.org"\ntimezone = "UTC"\ntrusted_server = "mx.example.com"\n'
    settings.write_text(settings.read_text() + other)
    vouched = VOUCHED.replace("mx.example.org", "mx.example.com")
    path = letter(tmp_path, "CONFIRM", head=vouched, to="b+abc@example.org")
    assert cli("read", path, "--json", settings=settings).json["means"] == "commands"
    assert cli("read", path, "--json", "--program", "m2m", settings=settings).json["means"] == "unproved"
    assert "Program: other" in cli("read", path, settings=settings).out


def test_a_file_that_is_not_there_is_told_and_the_others_are_read(cli: Cli, settings: Path, tmp_path: Path) -> None:
    path = letter(tmp_path, "All is well.")
    ran = cli("read", "--json", tmp_path / "none.eml", path, settings=settings)
    assert ran.code == 2
    assert ran.err == f"{tmp_path / 'none.eml'}: there is no such file — name a message saved as it came (.eml)\n"
    assert json.loads(ran.out)["from"] == "ana@example.org"


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00" * 2000, bytes(range(256)) * 8, b"From: \xff\xfe\nSubject: =?utf-8?q?=ED=A0=80?=\n\n\xed\xa0\x80", b"\n\n\n"],
)
def test_any_bytes_are_read(cli: Cli, settings: Path, tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "odd.eml"
    path.write_bytes(raw)
    for words in (("--json",), ()):
        ran = cli("read", path, *words, settings=settings)
        assert (ran.code, ran.err) == (0, "")


def test_a_message_cannot_speak_to_the_terminal(cli: Cli, settings: Path, tmp_path: Path) -> None:
    ran = cli("read", letter(tmp_path, "Hello \x1b]0;owned\x07 \x1b[2J \u202etxt"), settings=settings)
    assert "Hello" in ran.out
    assert not set("\x1b\x07\u202e") & set(ran.out)


def test_rules_that_cannot_be_used_are_told_by_file_and_line(cli: Cli, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(HOUSE / "inbox_rules", rules)
    broken = rules / "m2m" / "60_words.toml"
    broken.write_text('[[rule]]\nname = "x"\nmeans = "comands"\n[[rule.example]]\ntext = "a"\nhits = true\n')
    ran = cli("read", letter(tmp_path, "CONFIRM"), settings=write_settings(tmp_path, rules=rules))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"{broken}:1: “comands” is no meaning — did you mean “commands”?\n"


@pytest.mark.slow
def test_a_megabyte_is_read_within_a_second_after_start_up(settings: Path, tmp_path: Path) -> None:
    small = letter(tmp_path, "All is well.", name="small.eml")
    large = letter(tmp_path, "\n".join(f"This is line {n} of a very long letter." for n in range(26_000)), name="large.eml")
    assert large.stat().st_size > 1_000_000
    small_cost, large_cost = (
        min(cpu_seconds("-m", "mailer", "--settings", settings, "read", "--json", path) for _ in range(2))
        for path in (small, large)
    )
    assert large_cost - small_cost < 1


@pytest.mark.skipif(not LINES, reason="the public examples are not beside the repository (shared)")
def test_the_public_examples_are_reproduced(cli: Cli) -> None:
    cases = [json.loads(line) for line in LINES]
    ran = cli("read", "--json", *(EXAMPLES / case["file"] for case in cases), settings=HOUSE / "settings.toml")
    wrong: list[str] = []
    for case, line in zip(cases, ran.out.splitlines(), strict=True):
        got = json.loads(line)
        wrong += [f"{case['file']}: {text}" for key, wanted in case["expect"].items() if (text := differs(key, wanted, got))]
    assert wrong == []
