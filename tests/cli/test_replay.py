"""The past lived again from the terminal: nothing differs under the files that were in force, and an edit shows what it would have done."""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import evidence, people
from db.people import ref_of
from tests.cli.conftest import Cli
from tests.cli.world import HOUSE, World, write_settings

ANA, WANDA = ref_of(3), ref_of(1)
FRIDAY = datetime(2027, 10, 15, 16, tzinfo=UTC)


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A copy of everything an admin may edit: rules/ and email/."""
    shutil.copytree(HOUSE / "inbox_rules", tmp_path / "edited" / "rules")
    shutil.copytree(HOUSE / "templates/email", tmp_path / "edited" / "email")
    return tmp_path / "edited"


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_under_unchanged_files_nothing_would_have_been_different(cli: Cli, october: World) -> None:
    file = october.folder / "post" / "sample.db"
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    ran = cli("replay", settings=october.settings_file)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "Nothing would have been different.\n(1 October 2027 to 21 October 2027, 8 letters recorded. Edited: nothing.)\n"
    )
    said = cli("replay", "--json", settings=october.settings_file).json
    assert (said["differs"], said["letters"], said["not_as_recorded"], said["not_kept"]) == (False, [], [], [])
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before


def test_a_shorter_wait_shows_the_other_days_and_who_would_have_heard_more(cli: Cli, october: World) -> None:
    ran = cli("replay", "--policy", "attempt.wait_days=2", "--policy", "attempt.min_gap_days=2", settings=october.settings_file)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0].startswith("2 letters more, 1 on another day, ")
    assert f"{ANA} Ana    check_in_again  on another day  Wed 2027-10-20 09:00  Mon 2027-10-18 09:00" in lines
    assert f"{WANDA} Wanda  mentor_silent   more                                  Wed 2027-10-20 09:00" in lines
    assert lines[-1].startswith("! From 18 October 2027 on, replies were written to other letters: 2 messages")
    for private in ("Ruiz", "Lind", "Orr", "example.org"):
        assert private not in "\n".join(line for line in lines if not line.startswith("  "))


@pytest.fixture
def two(october: World) -> Path:
    """The same program beside one of another profile, of which the past holds nothing."""
    text = october.settings_file.read_text(encoding="utf-8")
    more = '[programs.mphp]\nprofile = "mphp"\nname = "HP update"\ninbox = "hp@example.org"\ntimezone = "America/New_York"\n'
    path = october.settings_file.with_name("two.toml")
    path.write_text(f"{text}\n{more}", encoding="utf-8")
    return path


def test_a_policy_key_is_edited_in_the_programs_that_have_it(cli: Cli, two: Path) -> None:
    ran = cli("replay", "--policy", "attempt.wait_days=2", "--policy", "attempt.min_gap_days=2", settings=two)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("2 letters more, 1 on another day, ")
    other = cli("replay", "--policy", "attempt.wait_days=2", "--program", "mphp", settings=two)
    assert (other.code, other.out) == (2, "")
    assert other.err == "--policy: 'attempt.wait_days' is no policy key of mphp — it is one of m2m: --program m2m\n"
    nowhere = cli("replay", "--policy", "attempt.wait_dayz=2", settings=two)
    assert nowhere.code == 2 and "did you mean 'attempt.wait_days'?" in nowhere.err


def test_the_page_of_one_program_shows_no_letter_of_another(cli: Cli, two: Path, tmp_path: Path) -> None:
    cli("replay", "--program", "mphp", "--html", tmp_path / "mphp.html", settings=two)
    assert "no letters recorded" in (page := (tmp_path / "mphp.html").read_text(encoding="utf-8"))
    assert "the same in both" not in page and "check in" not in page
    cli("replay", "--program", "m2m", "--html", tmp_path / "m2m.html", settings=two)
    assert "the same in both" in (tmp_path / "m2m.html").read_text(encoding="utf-8")


def test_the_edit_may_begin_on_a_day(cli: Cli, october: World) -> None:
    policy = ("--policy", "cycle.check_in_day=8")
    assert cli("replay", *policy, "--since", "2027-10-09", settings=october.settings_file).out.startswith("Nothing")
    early = cli("replay", *policy, "--since", "2027-10-01", "--json", settings=october.settings_file).json
    moved = {item["letter"]: (item["was"][:10], item["would"][:10]) for item in early["letters"] if item["change"] == "other_day"}
    assert moved["check_in"] == ("2027-10-15", "2027-10-08")
    assert cli("replay", "--since", "2028", settings=october.settings_file).code == 2


def test_edited_words_show_as_words_and_nothing_else(cli: Cli, october: World, edited: Path) -> None:
    rewrite(edited / "email/m2m/check_in.md", "Hello {{ you.first_name }},", "Good morning {{ you.first_name }},")
    ran = cli("replay", "--templates", edited / "email", settings=october.settings_file)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert lines[0] == "1 letter in other words."
    assert lines[1].endswith("Edited: templates/email/m2m/check_in.md.)")
    assert lines[-3:] == [f"check_in to {ANA} Ana:", "  - Hello Ana,", "  + Good morning Ana,"]


def test_without_a_rule_its_messages_mean_something_else(cli: Cli, world: World, edited: Path) -> None:
    world.live(FRIDAY)
    world.write("ana@example.org", "I am safe, but Mel wants to die.", answers="check_in")
    world.live(FRIDAY + timedelta(days=7))
    world.leave()
    assert cli("replay", settings=world.settings_file).code == 0
    (edited / "rules/common/20_safety.toml").unlink()
    said = cli("replay", "--rules", edited / "rules", "--json", settings=world.settings_file).json
    assert said["edited"] == ["inbox_rules/common/20_safety.toml"]
    fewer = {(item["letter"], item["ref"]) for item in said["letters"] if item["change"] == "fewer"}
    assert ("safety_answer", ANA) in fewer


def test_a_stricter_policy_key_says_which_matches_and_owners_stand_otherwise(cli: Cli, world: World) -> None:
    world.live(datetime(2027, 11, 12, 16, tzinfo=UTC))
    world.leave()
    said = cli(
        "replay", "--policy", "handover.confirm_before_closing=false", "--policy", "handover.attempts=1", "--json",
        settings=world.settings_file,
    ).json  # fmt: skip
    assert "1 match would be closed that is open" in said["sum"]
    assert [(item["mentor"]["ref"], item["was"], item["would"]) for item in said["matches"]] == [(ANA, "active", "rematch_needed")]
    assert {"mentor_set_inactive", "new_match_needed_mentee"} <= {
        item["letter"] for item in said["letters"] if item["change"] == "more"
    }
    contact = next(item for item in said["owners"] if item["ladder"] == "contact")
    assert (contact["about"], contact["would"]) == ([{"ref": ANA, "first_name": "Ana"}], "")


def test_files_edited_in_place_are_held_against_those_that_were_in_force(cli: Cli, world: World, edited: Path) -> None:
    world.live(FRIDAY)
    world.leave()
    write_settings(world.folder, rules=edited / "rules", templates=edited / "email")
    assert cli("replay", settings=world.settings_file).code == 0
    rewrite(edited / "rules/m2m/policy.toml", "check_in_day        = 15", "check_in_day        = 8")
    ran = cli("replay", settings=world.settings_file)
    assert ran.code == 1
    assert "Edited: inbox_rules/m2m/policy.toml.)" in ran.out
    assert f"{ANA} Ana  check_in        on another day  Fri 2027-10-15 09:00  Fri 2027-10-08 09:00" in ran.out
    assert "were not kept" not in ran.out


def test_an_edit_that_cannot_be_used_is_told_with_file_and_line(cli: Cli, october: World, edited: Path) -> None:
    rewrite(edited / "rules/m2m/policy.toml", "check_in_day        = 15", "check_in_day        = 45")
    ran = cli("replay", "--rules", edited / "rules", settings=october.settings_file)
    assert (ran.code, ran.out) == (2, "")
    assert "policy.toml:" in ran.err and "check_in_day" in ran.err and " — " in ran.err
    assert cli("replay", "--rules", edited / "nowhere", settings=october.settings_file).err == (
        f"{edited / 'nowhere'}: there is no such folder — name a folder with common/ and one for each profile\n"
    )
    assert cli("replay", "--policy", "attempt.wait", settings=october.settings_file).code == 2
    assert "is no policy key" in cli("replay", "--policy", "no.such=1", settings=october.settings_file).err
    assert cli("replay", "--program", "other", settings=october.settings_file).code == 2


def test_what_operators_did_is_done_again(cli: Cli, world: World) -> None:
    world.post.refuses.add("ana@example.org")
    world.live(FRIDAY)
    world.leave()
    (letter,) = cli("outbox", "--state", "failed", "--json", settings=world.settings_file).json
    for act in ("retry", "hold", "release", "cancel"):
        assert cli("outbox", act, letter["id"], settings=world.settings_file).code == 0
    ran = cli("replay", settings=world.settings_file)
    assert (ran.code, "!" in ran.out) == (0, False)


def test_an_import_of_former_times_is_told_as_not_kept(cli: Cli, world: World) -> None:
    world.live(FRIDAY)
    with world.store.transaction() as connection:
        connection.exec_driver_sql("UPDATE act SET details = '{\"rows\": 4}'")
        assert people.everybody(connection, "m2m") and evidence.get_fact(connection, "names/m2m")
    world.leave()
    ran = cli("replay", settings=world.settings_file)
    assert ran.code == 0
    assert "! Not kept: the rows of an import. What was decided about it then is taken as it was." in ran.out
    assert "cannot be lived again" not in ran.out


def test_before_anything_is_recorded_there_is_no_past(cli: Cli, settings: Path) -> None:
    ran = cli("replay", settings=settings)
    assert (ran.code, ran.out) == (0, "Nothing is recorded yet: there is no past to live again.\n")
    assert cli("replay", "--json", settings=settings).json["differs"] is False


def test_the_page_has_both_pasts_and_no_surname_or_address(cli: Cli, october: World, tmp_path: Path) -> None:
    page = tmp_path / "replay.html"
    assert cli("replay", "--policy", "cycle.check_in_day=8", "--html", page, settings=october.settings_file).code == 1
    text = page.read_text(encoding="utf-8")
    assert "<h3>As it was</h3>" in text and "<h3>With the edit</h3>" in text
    assert '<li class="moved"><time>Fri 09:00</time><b>check in</b>' in text and "was Fri 15 October, 09:00" in text
    assert '<li class="heard"><time>Mon 09:00</time><b>mentor silent</b>' in text
    assert "27 September to 3 October 2027: " in text and "the same in both" in text
