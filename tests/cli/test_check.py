"""`mentorpost check`: every flaw at once by file and line, and a friendly summary where there is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.world import HOUSE, with_servers, write_settings

MOST = "37 are the most (RFC 5321 allows 64 with the token)"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with rules and letters of its own, to be broken."""
    shutil.copytree(HOUSE / "inbox_rules", tmp_path / "rules")
    shutil.copytree(HOUSE / "templates" / "email", tmp_path / "letters")
    write_settings(tmp_path, rules=tmp_path / "rules", templates=tmp_path / "letters")
    return tmp_path


def edit(path: Path, old: str, new: str) -> int:
    """Replace the first `old`; gives its line."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_what_is_shipped_is_well(cli: Cli, settings: Path) -> None:
    ran = cli("check", settings=settings)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].startswith("m2m (m2m, America/New_York, mc@example.org): ")
    seeds = [line for line in lines if line.startswith("  As the program's own description has it: ")]
    assert len(seeds) == 1
    assert "attempt.count = 2" in seeds[0] and "survey.results_due_days = 14" in seeds[0]
    assert "Mail: the embedded post office in this process; there is no other server to ask." in lines
    assert lines[-1] == "All is well."


def test_values_stand_as_they_would_in_the_policy_and_nobody_is_said_to_have_changed_them(cli: Cli) -> None:
    out = cli("check", "--offline", settings=HOUSE / "settings.toml").out
    other = next(line for line in out.split("mphp (mphp,")[1].splitlines() if "Other than the default: " in line)
    assert 'involvement = "handoff"' in other and "confirm_address = true" in other
    assert 'fields_ok = { physician = ["dentist"], dentist = ["physician"], ' in out
    assert "admins" not in out and "('" not in out


def test_flaws_of_rules_ladders_policy_and_letters_are_told_together(cli: Cli, own: Path) -> None:
    rules, letters = own / "rules", own / "letters"
    policy = edit(rules / "m2m" / "policy.toml", "wait_days    = 5", "wait_dayz    = 5")
    rule = edit(rules / "m2m" / "60_words.toml", 'means = "commands"', 'means = "comands"') - 2
    edit(letters / "m2m" / "check_in.md", "{{ you.first_name }}", "{{ you.secret }}")
    edit(letters / "m2m" / "closing_gate.md", "subject:", "subject: mentoring")
    ran = cli("check", "--offline", settings=own / "settings.toml")
    assert ran.code == 1
    said = ran.err.splitlines()
    assert (
        f"{rules / 'm2m' / 'policy.toml'}:{policy}: 'attempt.wait_dayz' is no policy key — did you mean 'attempt.wait_days'?"
        in said
    )
    assert f"{rules / 'm2m' / '60_words.toml'}:{rule}: “comands” is no meaning — did you mean “commands”?" in said
    assert any(line.startswith(f"{letters / 'm2m' / 'check_in.md'}:") and "you.secret" in line for line in said)
    assert any(line.startswith(f"{letters / 'm2m' / 'closing_gate.md'}:1: the subject says “mentoring”") for line in said)
    assert ran.out.splitlines()[-1] == f"{len(said)} flaws: mend the lines above."


def test_a_letter_that_cannot_be_used_does_not_hide_a_rule_whose_example_fails(cli: Cli, own: Path) -> None:
    edit(own / "letters" / "m2m" / "check_in.md", "{{ you.first_name }}", "{{ you.secret }}")
    path = own / "rules" / "m2m" / "60_words.toml"
    edit(path, "Confirm, thanks!", "Perhaps, thanks!")
    ran = cli("check", settings=own / "settings.toml")
    assert ran.code == 1
    rule = path.read_text().split("\n").index("[[rule]]") + 1
    what = "example 1 of “a word of ours” is taken by “m2m/90_otherwise: anything else”"
    assert any(line.startswith(f"{path}:{rule}: {what}") for line in ran.err.splitlines())


@pytest.mark.parametrize(("key", "value"), [("name", "Mentor news"), ("list_id", "recovery.example.org")])
def test_what_every_header_would_tell_a_bystander_is_refused_by_check_and_by_the_service(
    cli: Cli, own: Path, key: str, value: str
) -> None:
    settings = own / "settings.toml"
    line = edit(settings, 'name           = "MC update"', f'{key} = "{value}"' + ('\nname = "MC update"' if key != "name" else ""))
    checked, started = cli("check", "--offline", settings=settings), cli("once", settings=settings)
    assert (checked.code, started.code) == (1, 2)
    for ran in (checked, started):
        assert ran.err.startswith(f"{settings}:{line}: the {key} of the program says “{value.partition(' ')[0].partition('.')[0]}”")
        assert "templates/email/common/neutral.toml lists the words" in ran.err


def test_an_answer_that_nothing_reads_is_told_with_its_line(cli: Cli, own: Path) -> None:
    path = own / "letters" / "m2m" / "check_in.md"
    text = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(
        f"{text}\n\n[GO](answer:GOBBLE), [ok](answer:RIGHT), [on](answer:PLAN …), [by](answer:CONFIRMM {{{{ you.first_name }}}})\n"
    )
    line = text.count("\n") + 3
    ran = cli("check", "--offline", settings=own / "settings.toml")
    assert ran.code == 1
    said = [flaw for flaw in ran.err.splitlines() if "nothing reads the answer" in flaw]
    told = [flaw.partition(" — ")[0] for flaw in said]
    assert told == [f"{path}:{line}: nothing reads the answer “{word}”" for word in ("GOBBLE", "CONFIRMM")]
    assert "did you mean 'CONFIRM'? (docs/words.md has them all)" in said[1]


def test_a_ladder_without_a_way_out_is_told(cli: Cli, own: Path) -> None:
    path = own / "rules" / "m2m" / "ladder_contact.toml"
    text = path.read_text(encoding="utf-8")
    start = text.index('[[state]]\nname      = "undecided"')
    end = text.index("[[state]]", start + 9)
    path.write_text(
        text[:start] + '[[state]]\nname      = "undecided"\nowner     = "coordinator"\nsays      = "Stuck."\n\n' + text[end:]
    )
    ran = cli("check", settings=own / "settings.toml")
    line = text[:start].count("\n") + 1
    assert ran.code == 1
    advice = 'add an exit with when = "time", or mark it gate or final'
    assert ran.err == f"{path}:{line}: nothing leads out of state 'undecided' when nobody writes — {advice}\n"


def test_a_letter_that_would_be_held_is_told_by_line(cli: Cli, own: Path) -> None:
    path = own / "letters" / "m2m" / "problem_follow_up.md"
    text = (
        path.read_text(encoding="utf-8").rstrip("\n") + "\n\nSee you on {{ month }}{{ program.emergency }}, [here](answer:YES).\n"
    )
    path.write_text(text, encoding="utf-8")
    assert cli("check", settings=own / "settings.toml").code == 0
    text = text.replace("See you", "{% if nothing %}{% endif %}See you")
    path.write_text(text, encoding="utf-8")
    ran = cli("check", settings=own / "settings.toml")
    assert ran.code == 1
    assert ran.err.startswith(f"{path}:{len(text.splitlines())}: ")


@pytest.mark.parametrize(
    ("inbox", "what"),
    [
        ("mc+news@example.org", "the inbox mc+news@example.org has a + already — replies need it: give an address without one"),
        (
            f"{'m' * 40}@example.org",
            f"the inbox {'m' * 40}@example.org leaves no room for a token: 40 characters before the @ — {MOST}",
        ),
    ],
)
def test_an_inbox_without_room_for_a_token_is_told(cli: Cli, settings: Path, inbox: str, what: str) -> None:
    line = edit(settings, "mc@example.org", inbox)
    ran = cli("check", settings=settings)
    assert ran.code == 1
    assert ran.err == f"{settings}:{line}: {what}\n"


def test_servers_that_do_not_answer_are_told_by_line(cli: Cli, tmp_path: Path, unused_port: int) -> None:
    path = with_servers(tmp_path, unused_port)
    lines = path.read_text().split("\n")
    smtp, imap = (number for number, line in enumerate(lines, 1) if line.startswith("host"))
    ran = cli("check", settings=path)
    assert ran.code == 1
    first, second = ran.err.splitlines()
    assert first.startswith(f"{path}:{smtp}: SMTP 127.0.0.1:{unused_port} cannot be used: ")
    assert second.startswith(f"{path}:{imap}: IMAP 127.0.0.1:{unused_port} cannot be used: ")
    assert f"m2m: SMTP 127.0.0.1:{unused_port} does not serve us." in ran.out


def test_offline_leaves_the_servers_out(cli: Cli, tmp_path: Path, unused_port: int) -> None:
    ran = cli("check", "--offline", settings=with_servers(tmp_path, unused_port))
    assert (ran.code, ran.err) == (0, "")
    assert "Mail: the servers were left out (--offline)." in ran.out


def test_a_password_that_is_not_set_is_told_by_line(cli: Cli, tmp_path: Path, unused_port: int) -> None:
    path = with_servers(tmp_path, unused_port, 'password_env = "MENTORPOST_TEST_NOT_SET"\n')
    lines = [number for number, line in enumerate(path.read_text().split("\n"), 1) if line.startswith("password_env")]
    ran = cli("check", settings=path)
    assert ran.code == 1
    what = "the environment variable MENTORPOST_TEST_NOT_SET is not set or empty — set it before the service starts"
    assert ran.err.splitlines() == [f"{path}:{line}: {what}" for line in lines]


def test_ladders_are_explained_in_sentences_with_the_policys_numbers(cli: Cli, own: Path) -> None:
    edit(own / "rules" / "m2m" / "policy.toml", "wait_days    = 5", "wait_days    = 3")
    ran = cli("check", "--explain", settings=own / "settings.toml")
    assert ran.code == 0
    assert "contact: one walk for each mentor; it begins for every mentor who has a coordinator." in ran.out
    assert "Waits 3 days (attempt.wait_days), not counting days on which the mentor is away." in ran.out
    assert "On CONFIRM from the mwoc or staff: goes on to " in ran.out
    assert "  Other than the default: attempt.wait_days = 3." in ran.out


def test_json_tells_the_same(cli: Cli, own: Path) -> None:
    line = edit(own / "rules" / "m2m" / "policy.toml", "wait_days    = 5", "wait_days    = 0")
    said = cli("check", "--json", settings=own / "settings.toml")
    assert said.code == 1
    assert said.json["ok"] is False
    flaw = said.json["flaws"][0]
    assert (flaw["file"], flaw["line"]) == (str(own / "rules" / "m2m" / "policy.toml"), line)
    assert (flaw["what"], flaw["advice"]) == ("attempt.wait_days = 0 cannot be used", "write a number from 1 to 366")


def test_a_letter_that_still_says_the_old_number_of_days_is_told_and_not_refused(cli: Cli, own: Path) -> None:
    letter = own / "letters/m2m/welcome_check_in_again.md"
    words = letter.read_text(encoding="utf-8")
    by_hand = words.replace("{% if wait %} {{ wait }} ago{% else %} to you{% endif %}", " a week ago")
    assert by_hand != words
    letter.write_text(by_hand, encoding="utf-8")
    said = "it says “a week”, and the policy says handover.wait_days = 21"
    assert said not in cli("check", "--offline", settings=own / "settings.toml").out
    policy = own / "rules/m2m/policy.toml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("wait_days              = 7", "wait_days              = 21"), encoding="utf-8")
    ran = cli("check", "--offline", settings=own / "settings.toml")
    assert ran.code == 0
    assert "welcome_check_in_again.md:7: " + said in ran.out
    letter.write_text(words, encoding="utf-8")
    assert "it says" not in cli("check", "--offline", settings=own / "settings.toml").out
