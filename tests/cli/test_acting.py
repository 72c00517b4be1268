"""What an operator does to letters and messages by hand: it takes effect in the next turn, and is journalled."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from db import evidence
from db.story import acts
from mailer.modes.library import open_database
from tests.cli.conftest import Cli
from tests.cli.world import START, World

MONDAY = datetime(2027, 10, 18, 15, tzinfo=UTC)


def reopen(world: World) -> None:
    """Go on living after a command looked."""
    world.store = open_database(world.settings)
    world.desk.store = world.store


def journalled(world: World) -> list[tuple[str, dict[str, object]]]:
    with world.store.reading() as connection:
        return [(act["what"], act["details"]) for act in acts(connection, "m2m") if act["what"] != "import"]


def test_a_message_answered_again_with_confirmation_takes_effect(cli: Cli, world: World) -> None:
    world.live(MONDAY)
    world.write("somebody@example.net", "All is well!", proved=False)
    world.live(MONDAY + timedelta(hours=1))
    world.leave()
    assert cli("parked", "answer", "m1", settings=world.settings_file).out == "message m1 is answered again in the next turn.\n"
    assert cli("parked", "--json", settings=world.settings_file).json == []
    reopen(world)
    world.live(MONDAY + timedelta(hours=2))
    assert journalled(world) == [("parked answer", {"message": 1, "confirmed": False})]
    world.leave()
    assert [one["id"] for one in cli("parked", "--json", settings=world.settings_file).json] == [1]
    assert cli("parked", "drop", "1", settings=world.settings_file).out == "message m1 is dropped; it stays in the journal.\n"
    assert (
        cli("parked", "show", "1", settings=world.settings_file).err
        == "message m1 is not parked: it was dropped — see mentorpost why m1\n"
    )
    told = cli("why", "m1", settings=world.settings_file).out
    assert "It was parked, and dropped: " in told
    assert re.search(r"\n2027-10-\d\d \d\d:\d\d  An operator dropped message m1: there is nothing to do about it\.\n", told)


def test_a_refused_letter_needs_a_human_and_may_be_tried_again(cli: Cli, world: World) -> None:
    world.post.refuses.add("ana@example.org")
    world.live(MONDAY)
    world.leave()
    (failed,) = cli("outbox", "--state", "failed", "--json", settings=world.settings_file).json
    assert (failed["letter"], failed["last_error"]) == ("check_in", "550 5.1.1")
    status = cli("status", settings=world.settings_file)
    assert status.code == 1
    number = failed["id"]
    assert f"!! 1 letter refused for good: {number} (mentorpost outbox --state failed)" in status.out
    assert cli("outbox", "release", number, settings=world.settings_file).err == (
        f"letter {number} was refused for good: 550 5.1.1 — retry it, or cancel it\n"
    )
    ran = cli("outbox", "retry", number, settings=world.settings_file)
    assert (ran.code, ran.out) == (0, f"letter {number} (check_in) is tried again at once.\n")
    again = cli("outbox", "show", number, "--json", settings=world.settings_file).json
    assert (again["state"], again["last_error"]) == ("waiting", "")
    assert cli("outbox", "hold", number, settings=world.settings_file).code == 0
    assert cli("outbox", "hold", number, settings=world.settings_file).err == (
        f"letter {number} is held: held by an operator — release it, or cancel it\n"
    )
    assert cli("outbox", "release", number, settings=world.settings_file).code == 0
    assert cli("outbox", "cancel", number, settings=world.settings_file).code == 0
    assert cli("outbox", "release", number, settings=world.settings_file).err == (
        f"letter {number} was cancelled: cancelled by an operator — what it was about may have changed; it cannot be brought back\n"
    )
    assert cli("status", settings=world.settings_file).code == 0
    reopen(world)
    assert [what for what, _ in journalled(world)] == ["outbox retry", "outbox hold", "outbox release", "outbox cancel"]
    world.store.close()
    assert "An operator: outbox cancel." in cli("why", number, settings=world.settings_file).out


def test_a_bad_edit_and_a_silent_server_are_told_to_the_supervisor(cli: Cli, world: World) -> None:
    world.live(START + timedelta(days=2))
    with world.store.transaction() as connection:
        evidence.set_fact(connection, "bad_edit/m2m", "rules/x.toml:3: this is wrong — mend it")
        evidence.set_fact(connection, "contact/imap/m2m", START.isoformat())
        evidence.set_fact(connection, "contact/smtp/m2m", START.isoformat())
    world.leave()
    ran = cli("status", settings=world.settings_file)
    assert ran.code == 1
    assert [line for line in ran.out.splitlines() if line.startswith("!!")] == [
        "!! the inbox of m2m was last read at 2027-10-01 12:00 UTC: does the service run?",
        "!! an edit of m2m cannot be used, the old version is in force: rules/x.toml:3: this is wrong — mend it",
    ]
    assert "Server imap/m2m: last answered 2027-10-01 08:00." in ran.out


def test_a_held_letter_is_in_the_forecast_as_held(cli: Cli, world: World) -> None:
    world.post.refuses.add("ana@example.org")
    world.live(MONDAY)
    world.leave()
    number = cli("outbox", "--state", "failed", "--json", settings=world.settings_file).json[0]["id"]
    for act in ("retry", "hold"):
        assert cli("outbox", act, number, settings=world.settings_file).code == 0
    said = cli("forecast", "--json", "--days", "5", settings=world.settings_file).json
    assert [(item["letter"], item["why"]) for item in said["held"]] == [("check_in", "held by an operator")]
    assert "  held for a human: check_in, key " in cli("forecast", "--days", "5", settings=world.settings_file).out
    assert (
        f"is held: mentorpost outbox release {number}, or cancel {number}." in cli("why", number, settings=world.settings_file).out
    )
