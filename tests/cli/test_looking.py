"""Commands that look at a program after three weeks: why, status, forecast, parked, outbox; nothing they do changes it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from db.people import ref_of
from tests.cli.conftest import Cli
from tests.cli.world import World

ANA, MEL = ref_of(3), ref_of(4)


def digest(world: World) -> str:
    return hashlib.sha256((world.folder / "post" / "sample.db").read_bytes()).hexdigest()


def test_the_story_of_a_person_goes_from_the_check_in_to_the_answer_and_on(cli: Cli, october: World) -> None:
    said = cli("why", "ana@example.org", "--json", settings=october.settings_file).json
    texts = [f"{item['at'][:10]} {item['kind']}: {item['text']}" for item in said["story"]]
    wanted = [
        "2027-10-15 decided: Time had passed, and it was decided: contact went from waiting to attempt_1 as time had passed: The check-in has left; no answer yet.",
        f"2027-10-15 letter: Letter 5, check_in, to Ana Ruiz ({ANA}), left.",
        f"2027-10-20 letter: Letter 6, check_in_again, to Ana Ruiz ({ANA}), left.",
        f"2027-10-20 came: Message m2 came from Ana Ruiz ({ANA}), about letter 6; it means: reply (rule m2m/90_otherwise: anything else).",
        "2027-10-20 decided: About this message it was decided (m2): contact went from attempt_2 to contacted as contact was made: Contact has been made; the next check-in comes next month.",
    ]
    assert [text for text in texts if text in wanted] == wanted
    assert [item["at"] for item in said["story"]] == sorted(item["at"] for item in said["story"])
    assert said["next"][0]["text"].startswith(f"contact (Ana Ruiz ({ANA})): Contact has been made")


@pytest.mark.parametrize(
    ("ref", "about"),
    [
        ("5", f"letter 5, check_in, to Ana Ruiz ({ANA})"),
        ("m2", "message m2"),
        (ANA.lower(), f"Ana Ruiz <ana@example.org> ({ANA}), mentor, active; match of Ana Ruiz and Mel Park: active"),
        ("ana ruiz", f"Ana Ruiz <ana@example.org> ({ANA}), mentor, active; match of Ana Ruiz and Mel Park: active"),
        ("mel@example.org/ana@example.org", "match of Ana Ruiz and Mel Park: active: "),
        (f"{ANA}/{MEL}", "match of Ana Ruiz and Mel Park: active: "),
        ("<test.2@example.net>", "message m2"),
    ],
)
def test_a_story_is_found_by_every_name_of_a_thing(cli: Cli, october: World, ref: str, about: str) -> None:
    ran = cli("why", ref, "--json", settings=october.settings_file)
    assert ran.code == 0
    assert ran.json["about"].startswith(about)


def test_a_letter_is_found_by_its_key_and_its_message_id(cli: Cli, october: World) -> None:
    letter = cli("outbox", "show", 5, "--json", settings=october.settings_file).json
    for ref in (letter["key"], letter["message_id"], f"<{letter['message_id']}>"):
        assert cli("why", ref, "--json", settings=october.settings_file).json["about"].startswith("letter 5, check_in")


def test_the_story_of_a_message_shows_which_rules_missed(cli: Cli, october: World) -> None:
    ran = cli("why", "m1", settings=october.settings_file)
    assert "Message m1 came from somebody we do not know; it means: stranger (rule m2m/30_sender: nobody we know)." in ran.out
    assert "miss common/20_safety: a person in danger: no safety words" in ran.out
    assert "hit  m2m/30_sender: nobody we know: the sender is unknown" in ran.out
    assert "It waits for a human: " in ran.out


def test_the_story_of_a_cry_for_help_ends_with_the_case_it_opened(cli: Cli, world: World) -> None:
    world.write("mel@example.org", "I want to kill myself.")
    world.live(world.clock.now() + timedelta(hours=3))
    world.leave()
    said = cli("why", "m1", "--json", settings=world.settings_file).json
    assert [item["text"].partition(" (")[0] for item in said["next"]] == ["cry_for_help"]
    assert "A message waits for a person" in said["next"][0]["text"]
    letters = {item["text"].split(", ")[1]: item["details"] for item in said["story"] if item["kind"] == "letter"}
    assert "because: it answers message m1" in letters["safety_answer"]
    assert "because: message m1 came and concerns them" in letters["safety_hold"]


def test_what_nobody_knows_is_said_politely(cli: Cli, october: World) -> None:
    ran = cli("why", "nobody@example.org", settings=october.settings_file)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "nothing here is called 'nobody@example.org' — name a letter (12), a message (m12), a person (ref or address), "
        "a pair (mentor/mentee) or a Message-ID\n"
    )


def test_status_names_what_needs_a_human(cli: Cli, october: World) -> None:
    ran = cli("status", settings=october.settings_file)
    assert ran.code == 1
    assert "!! 1 message parked for more than a day: m1 (mentorpost parked)" in ran.out.splitlines()
    said = cli("status", "--json", settings=october.settings_file).json
    assert said["ok"] is False
    assert said["owners"]["coordinator"] == 1
    assert said["messages"] == {"done": 1, "parked": 1}
    case = next(item for item in said["open_cases"] if item["ladder"] == "contact")
    assert (case["state"], case["about"]) == ("contacted", ANA)
    assert said["schema"] == said["newest_schema"]


def test_the_forecast_lives_on_in_silence_and_changes_nothing(cli: Cli, october: World) -> None:
    before = digest(october)
    said = cli("forecast", "--days", 40, "--json", settings=october.settings_file).json
    assert digest(october) == before
    found = [(letter["at"], letter["letter"], letter["ref"], letter["first_name"]) for letter in said["letters"]]
    assert ("2027-11-15T09:00:00-05:00", "check_in", ANA, "Ana") in found
    assert all(letter["because"] for letter in said["letters"])
    silent = [item[1] for item in found if item[1] in ("check_in", "check_in_again", "mentor_silent")]
    assert silent == ["check_in", "check_in_again", "mentor_silent"]
    assert not any(
        letter["letter"].startswith("check_in")
        for letter in cli("forecast", "--days", 7, "--json", settings=october.settings_file).json["letters"]
    )


def test_a_program_that_is_no_longer_in_the_settings_does_not_hold_up_the_forecast(
    cli: Cli, october: World, tmp_path: Path
) -> None:
    path = tmp_path / "settings.toml"
    text = october.settings_file.read_text().replace("[programs.m2m]", "[programs.other]")
    path.write_text(text.replace('folder = "post"', f'folder = "{october.folder / "post"}"'))
    said = cli("forecast", "--days", 60, "--json", settings=path).json
    assert {letter["program"] for letter in said["letters"]} <= {"other"}
    assert said["held"] == []


def test_the_forecast_in_words_shows_refs_and_first_names_only(cli: Cli, october: World, tmp_path: Path) -> None:
    ran = cli("forecast", "--days", 40, "--html", tmp_path / "page.html", settings=october.settings_file)
    assert "Mon 2027-11-15 09:00  check_in" in ran.out
    assert f"{ANA} Ana" in ran.out
    assert "ana@example.org" not in ran.out and "Ruiz" not in ran.out
    assert ran.out.splitlines()[-1].endswith(" letters in 40 days if nobody writes.")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Monday, 15 November 2027" in page
    assert "<script" not in page
    assert '<a class="cell full" href="#2027-11-15"><b>15</b>' in page and "<li>check in</li>" in page
    assert 'id="2027-11-15"' in page and "<h2>November 2027</h2>" in page


def test_letters_are_listed_by_state_and_shown_with_their_words(cli: Cli, october: World) -> None:
    letters = cli("outbox", "--json", "--state", "sent", settings=october.settings_file).json
    assert {letter["state"] for letter in letters} == {"sent"}
    assert [letter["id"] for letter in letters] == sorted((letter["id"] for letter in letters), reverse=True)
    shown = cli("outbox", "show", 5, settings=october.settings_file)
    assert "Hello Ana" in shown.out or "Ana" in shown.out
    assert "sent at: 2027-10-15T09:00:00-04:00" in shown.out
    short = cli("outbox", "--limit", 2, settings=october.settings_file)
    assert "More: --limit 4" in short.out
    assert len(cli("outbox", "--limit", 2, "--json", settings=october.settings_file).json) == 2


def test_what_has_left_is_not_called_back(cli: Cli, october: World) -> None:
    for act in ("cancel", "hold"):
        ran = cli("outbox", act, 5, settings=october.settings_file)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err == "letter 5 has left at 2027-10-15 13:00 UTC — nobody can call it back\n"
    assert cli("outbox", "retry", 5, settings=october.settings_file).err.endswith("nobody can send it twice\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("outbox", "show", "99"), "there is no letter 99 — see mentorpost outbox\n"),
        (("outbox", "cancel", "99"), "there is no letter 99 — see mentorpost outbox\n"),
        (("parked", "show", "99"), "there is no message m99 — see mentorpost parked\n"),
        (("parked", "drop", "m2"), "message m2 is not parked: it was answered — see mentorpost why m2\n"),
    ],
)
def test_what_is_not_there_is_refused(cli: Cli, october: World, words: tuple[str, ...], said: str) -> None:
    ran = cli(*words, settings=october.settings_file)
    assert (ran.code, ran.out, ran.err) == (1, "", said)


def test_which_letter_or_message_must_be_said(cli: Cli, october: World) -> None:
    assert cli("outbox", "hold", settings=october.settings_file).code == 2
    ran = cli("parked", "show", settings=october.settings_file)
    assert (ran.code, ran.err) == (2, "mentorpost parked show: which message? — mentorpost parked show 7\n")


def test_parked_messages_are_listed_and_shown_as_they_were_understood(cli: Cli, october: World) -> None:
    (one,) = cli("parked", "--json", settings=october.settings_file).json
    assert (one["id"], one["from"], one["subject"], one["means"]) == (1, "somebody@example.net", "A question", "stranger")
    shown = cli("parked", "show", "m1", settings=october.settings_file)
    assert "Means: stranger, by m2m/30_sender: nobody we know" in shown.out
    assert "Can I have your list of members?" in shown.out


def test_the_help_of_status_calls_a_human_and_never_starts_the_service_anew(cli: Cli) -> None:
    said = " ".join(cli("status", "--help").out.split())
    assert 'mentorpost status || mentorpost status | mail -s "Mentorpost needs you"' in said
    assert "starting the service anew mends none of these" in said
    assert "systemctl restart" not in said
