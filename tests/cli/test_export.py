"""Handing over what is kept about somebody: a new file that nobody else can read, a page that loads nothing, the same as JSON."""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path

from db.story import acts
from mailer.modes.library import open_database
from tests.cli.conftest import Cli
from tests.cli.world import World


def test_a_zip_with_a_page_and_data_for_its_owner_alone(cli: Cli, october: World, tmp_path: Path) -> None:
    file = tmp_path / "ana.zip"
    ran = cli("export", "Ana Ruiz", file, settings=october.settings_file)
    assert ran.code == 0 and ran.out.startswith(f"{file}: everything about ") and "Ana" not in ran.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["read-me-first.html", "data.json"]
        page, told = archive.read("read-me-first.html").decode(), json.loads(archive.read("data.json"))
    (program,) = told["programs"]
    assert [one["letter"] for one in program["letters_we_sent"]] == ["check_in", "check_in_again"]
    assert "checking in for October 2027" in program["letters_we_sent"][0]["text"]
    assert [one["text"] for one in program["messages_you_sent"]] == ["All is well, thanks!"]
    assert "Contact has been made; the next check-in comes next month" in program["messages_you_sent"][0]["because"]
    assert "attempt_2" not in page and "to contacted" not in page
    assert program["matches"][0]["the_other"] == {"first_name": "Mel"}
    assert "All is well, thanks!" in page and "Mel" in page
    for text in (page, json.dumps(told)):
        assert "Park" not in text and "mel@" not in text and "http:" not in text and "https:" not in text and "%2Ba" not in text
    store = open_database(october.settings)
    with store.reading() as connection:
        assert [act["what"] for act in acts(connection, "m2m")][-1] == "export"
    store.close()


def test_another_file_is_never_written_over(cli: Cli, october: World, tmp_path: Path) -> None:
    file = tmp_path / "mine.zip"
    file.write_text("mine")
    ran = cli("export", "ana@example.org", file, settings=october.settings_file)
    assert ran.code == 2 and "there is a file of this name already" in ran.err and file.read_text() == "mine"


def test_json_goes_to_standard_output_and_an_unknown_person_is_told_so(cli: Cli, october: World) -> None:
    told = cli("export", "mel@example.org", "--json", settings=october.settings_file).json
    assert told["person"]["name"] == "Mel Park" and "Ruiz" not in json.dumps(told)
    ran = cli("export", "nobody@example.org", settings=october.settings_file)
    assert ran.code == 1 and "nobody here is called" in ran.err
