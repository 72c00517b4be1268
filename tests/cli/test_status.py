"""What `mentorpost status` says to somebody who is woken at night: no false calm, no alarm that nobody can end."""

from __future__ import annotations

import io
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from db import evidence, people
from mailer.clock import SystemClock
from mailer.files.keys import make_key
from mailer.files.settings import read_settings
from mailer.modes import needs
from mailer.modes.console import Console
from mailer.modes.edits import take_up
from mailer.modes.library import database_of, open_books, open_database
from mailer.modes.lock import only_one
from mailer.steps.desk import Desk
from tests.cli.conftest import Cli
from tests.cli.world import HOUSE, START, World, with_servers, write_settings

ICB = '\n[programs.cb]\nprofile = "icb"\nname = "CB"\ninbox = "cb@example.org"\ntimezone = "UTC"\nadmin = "lea@example.org"\n'


def alarms(out: str) -> list[str]:
    return [line.removeprefix("!! ") for line in out.splitlines() if line.startswith("!!")]


def test_a_mailbox_that_was_never_read_is_an_alarm_that_names_the_server(cli: Cli, tmp_path: Path, unused_port: int) -> None:
    settings = with_servers(tmp_path, unused_port)
    ran = cli("once", settings=settings)
    assert ran.code == 1
    assert f"!! m2m: the inbox cannot be read: 127.0.0.1:{unused_port}: " in ran.out
    assert "Away" not in ran.out and "Errno" not in ran.out
    ran = cli("status", settings=settings)
    assert ran.code == 1
    (alarm,) = alarms(ran.out)
    assert alarm.startswith("the inbox of m2m cannot be read since 20")
    assert f", nobody is chased there: 127.0.0.1:{unused_port}: " in alarm
    assert f"Server imap/m2m (127.0.0.1:{unused_port}): has never answered." in ran.out
    assert cli("status", "--json", settings=settings).json["deaf"] == ["m2m"]


def test_a_service_that_has_ended_is_an_alarm_and_one_at_work_is_none(cli: Cli, world: World) -> None:
    world.live(START + timedelta(hours=1))
    with world.store.transaction() as connection:
        needs.note_turn(connection, needs.FOREGROUND, world.clock.now())
    world.leave()
    with only_one(database_of(world.settings), "settings.toml"):
        ran = cli("status", settings=world.settings_file)
        assert (ran.code, alarms(ran.out)) == (0, [])
        assert "Service: at work." in ran.out
    ran = cli("status", settings=world.settings_file)
    assert ran.code == 1
    assert alarms(ran.out) == [
        "the service is not at work: its last turn was at 2027-10-01 13:00 UTC (start it: mentorpost run)",
    ]
    with only_one(database_of(world.settings), "settings.toml"):
        assert cli("status", "--json", settings=world.settings_file).json["at_work"] is True, "asking has left the lock alone"


@pytest.mark.parametrize(("minutes", "wanted"), [(5, 0), (59, 0), (61, 1)])
def test_a_turn_that_cron_began_is_good_for_an_hour(minutes: int, wanted: int) -> None:
    turn = (needs.CRON, START)
    assert len(needs.of_work(turn, START + timedelta(minutes=minutes), working=False)) == wanted


def test_an_open_cry_for_help_is_an_alarm_until_somebody_says_done(cli: Cli, world: World) -> None:
    world.live(START + timedelta(hours=1))
    world.write("mel@example.org", "I do not want to be alive any more.")
    world.live(START + timedelta(hours=2))
    world.leave()
    ran = cli("status", settings=world.settings_file)
    assert ran.code == 1
    with open_database(world.settings).reading() as connection:
        ref = people.by_address(connection, "m2m", ("mel@example.org",))[0].ref
    assert f"a cry for help is open: {ref} (read it now: mentorpost parked; whoever is on duty answers DONE)" in alarms(ran.out)
    assert "mel@example.org" not in ran.out and "Mel" not in ran.out
    world.store = world.desk.store = open_database(world.settings)
    world.write("wanda@example.org", "DONE", answers="safety_hold")
    world.live(START + timedelta(hours=3))
    world.leave()
    assert not [alarm for alarm in alarms(cli("status", settings=world.settings_file).out) if "cry for help" in alarm]


def test_a_cry_for_help_of_somebody_unknown_does_not_wait_a_day(cli: Cli, world: World) -> None:
    world.live(START + timedelta(hours=1))
    world.write("nobody@example.net", "I do not want to be alive any more.", proved=False)
    world.live(START + timedelta(hours=2))
    world.leave()
    ran = cli("status", settings=world.settings_file)
    assert (ran.code, alarms(ran.out)) == (1, ["a cry for help came from somebody unknown: m1 (read it now: mentorpost parked)"])


def test_a_server_that_takes_no_letters_is_named_while_letters_wait(world: World) -> None:
    since = datetime(2027, 10, 15, 13, tzinfo=UTC)
    with world.store.transaction() as connection:
        needs.note_post(connection, "m2m", since + timedelta(seconds=30), None, since)
        needs.note_post(connection, "m2m", since + timedelta(seconds=90), None, since + timedelta(minutes=1))
        assert evidence.get_fact(connection, "mute/m2m") == since.isoformat()
    places = {"smtp/m2m": "smtp.example.org:587"}
    assert needs.of_post({"m2m": since.isoformat()}, {"m2m": 3}, places) == [
        "the SMTP server of m2m (smtp.example.org:587) takes nothing since 2027-10-15 13:00 UTC, 3 letters wait (mentorpost check)"
    ]
    assert needs.of_post({"m2m": since.isoformat()}, {"other": 3}, places) == []
    with world.store.transaction() as connection:
        needs.note_post(connection, "m2m", None, since, since)
        assert evidence.get_fact(connection, "mute/m2m") == ""


def test_an_edit_that_was_mended_while_the_service_was_down_is_no_alarm_after_the_next_turn(
    cli: Cli, tmp_path: Path, unused_port: int
) -> None:
    settings = with_servers(tmp_path, unused_port)
    cli("once", settings=settings)
    with open_database(read_settings(settings)).transaction() as connection:
        evidence.set_fact(connection, "bad_edit/m2m", "rules/x.toml:3: this is wrong — mend it")
        evidence.set_fact(connection, "bad_edit/gone", "rules/x.toml:3: this is wrong — mend it")
    assert "an edit of m2m and gone cannot be used" in cli("status", settings=settings).out.replace("gone and m2m", "m2m and gone")
    cli("once", settings=settings)
    assert "an edit of" not in cli("status", settings=settings).out


def test_a_flaw_is_told_once_and_to_the_program_it_belongs_to(cli: Cli, tmp_path: Path) -> None:
    for name in ("inbox_rules", "templates"):
        shutil.copytree(HOUSE / name, tmp_path / name)
    path = write_settings(tmp_path, rules=tmp_path / "inbox_rules", templates=tmp_path / "templates/email")
    path.write_text(path.read_text() + 'admin = "ada@example.org"\n' + ICB)
    settings = read_settings(path)
    log = io.StringIO()
    console = Console(SystemClock().now, plain_names=False, out=log)
    store = open_database(settings)
    with store.transaction() as connection:
        ids = {
            key: people.add_person(connection, key, name=key, email=f"{key}@example.org", role="admin", state="active")
            for key in settings.keys
        }
    desk = Desk(store, make_key(settings), SystemClock().now, open_books(settings), {}, {}, console)

    letter = tmp_path / "templates/email/m2m/check_in.md"
    good = letter.read_text(encoding="utf-8")
    letter.write_text(good + "{{ you.first_name", encoding="utf-8")
    take_up(settings, desk, console)
    assert log.getvalue().count("!!") == 1 and "!! m2m: the edit is not taken up: " in log.getvalue()
    (alarm,) = alarms(cli("status", settings=path).out)
    assert alarm.startswith("an edit of m2m cannot be used, the old version is in force: ") and "check_in.md:" in alarm
    with store.reading() as connection:
        noted = {key: [note.kind for note in evidence.notes_for(connection, number)] for key, number in ids.items()}
    assert noted == {"m2m": ["bad_edit"], "cb": []}

    letter.write_text(good, encoding="utf-8")
    shared = tmp_path / "templates/email/common/footer.md"
    shared.write_text(shared.read_text(encoding="utf-8") + "{{ you.first_name", encoding="utf-8")
    take_up(settings, desk, console)
    assert log.getvalue().count("!!") == 2
    (alarm,) = alarms(cli("status", settings=path).out)
    assert alarm.startswith("an edit of cb and m2m cannot be used") and "footer.md:" in alarm
    store.close()


def test_a_start_with_a_bad_letter_says_that_nothing_is_collected(cli: Cli, tmp_path: Path, unused_port: int) -> None:
    shutil.copytree(HOUSE / "templates", tmp_path / "templates")
    settings = with_servers(tmp_path, unused_port)
    settings.write_text(settings.read_text().replace(str(HOUSE / "templates/email"), str(tmp_path / "templates/email")))
    letter = tmp_path / "templates/email/m2m/check_in.md"
    letter.write_text(letter.read_text(encoding="utf-8") + "{{ you.first_name", encoding="utf-8")
    ran = cli("once", settings=settings)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[0].startswith(f"{letter}:")
    assert ran.err.splitlines()[-1].startswith(f"{settings}: until then no mail is read and no letter leaves — ")
