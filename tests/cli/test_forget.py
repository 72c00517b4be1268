"""Forgetting from the terminal: nothing is left hanging, nothing leaves after it, a STOP holds, and who writes again is a stranger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import people
from db.people import ref_of
from db.records import PersonState
from mailer.modes.library import open_database
from tests.cli.conftest import Cli
from tests.cli.world import ROSTER, World
from tests.rehearsals.forgotten import cells

MONDAY = datetime(2027, 10, 18, 15, tzinfo=UTC)


def reopen(world: World) -> None:
    world.store = open_database(world.settings)
    world.desk.store = world.store


def parted(world: World) -> None:
    """Ana asked for no more letters, and Wanda confirmed the ending: Mel has been told."""
    world.live(MONDAY)
    world.write("ana@example.org", "STOP")
    world.live(MONDAY + timedelta(hours=1))
    world.live(MONDAY + timedelta(days=1, hours=1))
    world.write("wanda@example.org", "CONFIRM", answers="closing_gate")
    world.live(MONDAY + timedelta(days=4))


def test_a_running_match_comes_first_and_nothing_is_touched(cli: Cli, world: World) -> None:
    world.live(MONDAY)
    world.leave()
    ran = cli("forget", "Ana Ruiz", "--yes", "--offline", settings=world.settings_file)
    assert ran.code == 1 and "is active: it ends first, so that who goes on is told (--end)" in ran.err
    assert "nothing was erased" in ran.err and "Ana Ruiz" not in ran.err
    assert "Ana Ruiz" in cli("people", settings=world.settings_file).out


def test_a_coordinator_with_mentors_and_the_only_mwoc_stay_until_somebody_else_is_there(cli: Cli, world: World) -> None:
    world.leave()
    assert "would have no coordinator" in cli("forget", "cora@example.org", "--yes", settings=world.settings_file).err
    assert "nobody else is mwoc in m2m" in cli("forget", "wanda@example.org", "--yes", settings=world.settings_file).err


@pytest.mark.parametrize(("whom", "says"), [("nobody@example.org", "nobody here is called"), ("Nobody", "nobody here is called")])
def test_an_unknown_person_is_told_so(cli: Cli, world: World, whom: str, says: str) -> None:
    world.leave()
    ran = cli("forget", whom, settings=world.settings_file)
    assert ran.code == 1 and says in ran.err


def test_it_shows_what_would_go_and_does_nothing_without_a_yes(cli: Cli, world: World) -> None:
    parted(world)
    world.leave()
    ran = cli("forget", "ana@example.org", "--offline", settings=world.settings_file)
    assert ran.code == 0 and "letters to them" in ran.out and "1 message they wrote" in ran.out
    assert ran.out.endswith("Nothing was erased. To do it: the same command with --yes.\n")
    assert cli("forget", "ana@example.org", "--json", settings=world.settings_file).json["forgotten"] is False
    assert "Ana Ruiz" in cli("people", settings=world.settings_file).out


def test_who_is_forgotten_is_a_ref_and_a_stop_outlasts_it(cli: Cli, world: World, tmp_path: Path) -> None:
    parted(world)
    with world.store.reading() as connection:
        (ana,) = people.by_address(connection, "m2m", ("ana@example.org",))
    world.leave()
    ran = cli("forget", ana.ref, "--yes", "--offline", settings=world.settings_file)
    assert ran.code == 0 and f"{ana.ref} is forgotten." in ran.out, ran.err
    shown = "".join(
        cli(*words, settings=world.settings_file).out for words in (["people"], ["outbox"], ["why", ana.ref], ["status"])
    )
    assert ana.ref in shown and "Ana" not in shown and "ana@" not in shown and "Ruiz" not in shown
    assert f"{ana.ref}, forgotten" in shown
    assert cli("forget", ana.ref, "--yes", settings=world.settings_file).out == f"{ana.ref} is forgotten already.\n"
    assert cli("forget", "ana@example.org", settings=world.settings_file).code == 1
    reopen(world)
    letters = len(world.witness.letters)
    world.write("ana@example.org", "All is well, thanks!", answers="check_in")
    world.live(MONDAY + timedelta(days=40))
    assert {one.to_address for _, one in world.witness.letters[letters:]} <= {
        "wanda@example.org",
        "cora@example.org",
        "mel@example.org",
    }
    world.leave()
    assert "somebody we do not know" in cli("why", "m3", settings=world.settings_file).out
    sheet = tmp_path / "again.csv"
    sheet.write_text(ROSTER, encoding="utf-8")
    assert cli("import", sheet, "--yes", settings=world.settings_file).code == 0
    reopen(world)
    with world.store.reading() as connection:
        (again,) = people.by_address(connection, "m2m", ("ana@example.org",))
    assert again.id != ana.id and again.state is PersonState.STOPPED
    world.live(MONDAY + timedelta(days=60))
    assert "ana@example.org" not in {one.to_address for _, one in world.witness.letters[letters:]}
    world.leave()


def test_a_letter_that_comes_back_later_brings_no_address_back(cli: Cli, world: World) -> None:
    parted(world)
    letter, sent = next(pair for pair in reversed(world.witness.letters) if pair[1].to_address == "ana@example.org")
    world.leave()
    assert cli("forget", "ana@example.org", "--yes", "--offline", settings=world.settings_file).code == 0
    reopen(world)
    report = (
        "From: Mail Delivery System <mailer-daemon@mx.example.org>\nTo: mc@example.org\nSubject: Undelivered Mail Returned to Sender\n"
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nana@example.org is unknown\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n"
        "Final-Recipient: rfc822; ana@example.org\nAction: failed\nStatus: 5.1.1\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{sent.message_id}>\nSubject: x\n--b--\n"
    )
    world.inbox.put(report.replace("\n", "\r\n").encode(), world.clock.now())
    world.live(MONDAY + timedelta(days=5))
    world.leave()
    assert "it means: bounce" in cli("why", letter.id, settings=world.settings_file).out
    reopen(world)
    own_files = {"template.source"}  # an Ana stands in the examples beside the rules
    assert [where for where, text in cells(world.store) if "ana@" in text and where not in own_files] == []
    world.leave()


@pytest.mark.parametrize(
    ("whom", "other", "letter"),
    [
        ("mel@example.org", "ana@example.org", "new_match_needed_mentor"),
        ("ana@example.org", "mel@example.org", "new_match_needed_mentee"),
    ],
)
def test_a_match_is_ended_with_the_letters_there_are_and_then_one_is_forgotten(
    cli: Cli, world: World, whom: str, other: str, letter: str
) -> None:
    world.live(MONDAY)
    world.leave()
    shown = cli("forget", whom, "--end", settings=world.settings_file)
    assert shown.code == 0 and "Nothing was done" in shown.out
    ran = cli("forget", whom, "--end", "--yes", settings=world.settings_file)
    assert ran.code == 0 and "The match has ended. These letters leave in the next turns, and say no reason:" in ran.out, ran.err
    role, ref = ("mentor", ref_of(4)) if whom.startswith("mel") else ("mentee", ref_of(3))
    assert f"\n  {letter} to the {role}\nNone of them goes to {ref}: " in ran.out and f"Then: mentorpost forget {ref}" in ran.out
    waiting = cli("forget", whom, "--yes", "--offline", settings=world.settings_file)
    assert waiting.code == 1 and f"({letter}) to somebody else is about them and leaves" in waiting.err
    reopen(world)
    world.live(MONDAY + timedelta(days=2))
    (told,) = [one for _, one in world.witness.letters if one.name == letter and one.to_address == other]
    assert "forg" not in told.text and "erase" not in told.text
    since = [" ".join(one.text.split()) for _, one in world.witness.letters if one.name == "digest" and one.at > MONDAY]
    over = "Ana Ruiz and Mel: the match has ended; Ana has been asked about a new one."
    assert any(over in text for text in since) or role == "mentee"
    assert not any("does not wish" in text or "forg" in text for text in since)
    world.leave()
    done = cli("forget", whom, "--yes", "--offline", settings=world.settings_file)
    assert done.code == 0, done.err
    assert whom not in cli("people", settings=world.settings_file).out
    again = cli("replay", settings=world.settings_file)
    assert again.code == 0 and "by an operator" not in again.out, again.out
