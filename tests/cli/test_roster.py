"""`mentorpost import` and `people`: the difference first, then everything or nothing, journalled."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from db import people
from db.engine import open_store
from db.story import acts
from tests.cli.conftest import Cli, Ran
from tests.cli.world import HOUSE, ROSTER

# Whom others point to may stand below them.
UPSIDE_DOWN = "\n".join([ROSTER.splitlines()[0], *reversed(ROSTER.splitlines()[1:])])


def sheet(folder: Path, text: str, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def workbook(folder: Path, text: str) -> Path:
    path = folder / "people.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        for number, line in enumerate(text.strip().splitlines()):
            page.write_row(number, 0, line.split(","))
    return path


def known(settings: Path) -> list[str]:
    store = open_store(f"sqlite:///{settings.parent / 'post' / 'sample.db'}")
    with store.reading() as connection:
        found = [person.email for person in people.everybody(connection, "m2m")]
    store.close()
    return found


def listed(cli: Cli, settings: Path, *words: str) -> list[dict[str, object]]:
    ran: Ran = cli("people", "--json", *words, settings=settings)
    assert ran.code == 0
    return list(ran.json)


def test_without_a_yes_nothing_is_written(cli: Cli, settings: Path, tmp_path: Path) -> None:
    ran = cli("import", sheet(tmp_path, ROSTER), settings=settings)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "+ Wanda Orr <wanda@example.org>: mwoc  (row 2)",
        "+ Cora Lind <cora@example.org>: coordinator  (row 3)",
        "+ Ana Ruiz <ana@example.org>: mentor, coordinator cora@example.org  (row 4)",
        "+ Mel Park <mel@example.org>: mentee  (row 5)",
        "+ match ana@example.org and mel@example.org",
        "4 people new, none changed, 1 new match, 0 unchanged; 0 not in the sheet stay as they are.",
        "Nothing was written. To apply it: the same command with --apply.",
    ]
    assert not (tmp_path / "post").exists()


def test_a_workbook_upside_down_is_applied_whole(cli: Cli, settings: Path, tmp_path: Path) -> None:
    ran = cli("import", workbook(tmp_path, UPSIDE_DOWN), "--apply", settings=settings)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-1] == "Imported."
    ana = next(one for one in listed(cli, settings) if one["email"] == "ana@example.org")
    assert (ana["coordinator"], ana["state"], ana["roles"]) == ("cora@example.org", "active", ["mentor"])
    assert [(match["with"], match["state"]) for match in ana["matches"]] == [("mel@example.org", "active")]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("typed", "last"), [("yes", "Imported."), ("y", "Nothing was written."), ("", "Nothing was written.")])
@pytest.mark.slow
def test_at_a_terminal_only_a_whole_yes_applies_it(settings: Path, tmp_path: Path, typed: str, last: str) -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "mailer", "--settings", str(settings), "import", str(sheet(tmp_path, ROSTER))]
    os.write(ours, f"{typed}\n".encode())
    done = subprocess.run(command, cwd=HOUSE, stdin=theirs, capture_output=True, text=True, check=True, timeout=60)
    os.close(ours)
    os.close(theirs)
    assert "Apply this? Type yes: " in done.stdout
    assert last in done.stdout
    assert (tmp_path / "post").exists() is (typed == "yes")


def test_an_import_is_journalled(cli: Cli, settings: Path, tmp_path: Path) -> None:
    cli("import", sheet(tmp_path, ROSTER), "--yes", settings=settings)
    store = open_store(f"sqlite:///{settings.parent / 'post' / 'sample.db'}")
    with store.reading() as connection:
        (act,) = acts(connection, "m2m")
    store.close()
    assert act["what"] == "import"
    rows = act["details"].pop("people")
    assert act["details"] == {"file": "people.csv", "rows": 4, "new": 4, "changed": 0, "matches": 1, "by": "operator"}
    assert [row["name"] for row in rows] == ["Wanda Orr", "Cora Lind", "Ana Ruiz", "Mel Park"]


def test_the_same_sheet_again_changes_nothing(cli: Cli, settings: Path, tmp_path: Path) -> None:
    cli("import", sheet(tmp_path, ROSTER), "--apply", settings=settings)
    ran = cli("import", sheet(tmp_path, ROSTER), "--apply", settings=settings)
    assert ran.out.splitlines() == [
        "no people new, none changed, no new matches, 4 unchanged; 0 not in the sheet stay as they are.",
        "Nothing to import: everything in the sheet is known already.",
    ]


def test_a_later_sheet_shows_what_it_changes_and_leaves_the_absent_alone(cli: Cli, settings: Path, tmp_path: Path) -> None:
    cli("import", sheet(tmp_path, ROSTER), "--apply", settings=settings)
    refs = {one["email"]: one["ref"] for one in listed(cli, settings)}
    later = (
        "Role,Name,Email,Phone,Coordinator,Mentor\n"
        "coordinator,Dora Hill,dora@example.org,,,\n"
        "mentor,Ana Ruiz,Ana@Example.org,555-0100,dora@example.org,\n"
        "mentor,Ben Ode,ben@example.org,,,\n"
    )
    ran = cli("import", sheet(tmp_path, later), "--apply", settings=settings)
    assert ran.code == 0
    changed = "phone nothing -> 555-0100; coordinator cora@example.org -> dora@example.org"
    assert ran.out.splitlines() == [
        "+ Dora Hill <dora@example.org>: coordinator  (row 2)",
        "+ Ben Ode <ben@example.org>: mentor, waits for APPROVE  (row 4)",
        f"~ {refs['ana@example.org']} Ana Ruiz <Ana@example.org>: {changed}  (row 3)",
        "2 people new, 1 changed, no new matches, 0 unchanged; 3 not in the sheet stay as they are.",
        "Imported.",
    ]
    assert [one["email"] for one in listed(cli, settings, "--role", "mentor", "--state", "waiting")] == ["ben@example.org"]
    assert "wanda@example.org" in known(settings)


def test_another_name_at_a_known_address_is_pointed_out(cli: Cli, settings: Path, tmp_path: Path) -> None:
    cli("import", sheet(tmp_path, ROSTER), "--apply", settings=settings)
    ran = cli(
        "import", sheet(tmp_path, "Name,Email,Role,Mentor\nMel Parks,mel@example.org,mentee,ana@example.org\n"), settings=settings
    )
    assert (
        "  ! Mel Park has this address already: both will share it. If it is one person, mend the name in the sheet."
        in ran.out.splitlines()
    )


def test_a_broken_roster_is_told_line_by_line_and_nothing_happens(cli: Cli, settings: Path, tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        "Name,Email,Role,Coordinator,Mentor\n"
        "Wanda Orr,wanda@example.org,mwoc,,\n"
        "Ana Ruiz,ana at example.org,mentor,,\n"
        "Mel Park,mel@example.org,mentee,,nobody@example.org\n"
        "Ben Ode,ben@example.org,mentro,,\n",
    )
    ran = cli("import", path, "--apply", settings=settings)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        f"{path}:3: 'ana at example.org' in column Email is no mail address — write it as name@example.org",
        f"{path}:4: the mentor nobody@example.org is not known — add a row for them with the role mentor",
        f"{path}:5: 'mentro' is no role — did you mean 'mentor'?",
        f"nothing was imported: 3 flaws in {path}",
    ]
    assert listed(cli, settings) == []


def test_a_file_that_holds_no_table_is_told(cli: Cli, settings: Path, tmp_path: Path) -> None:
    ran = cli("import", tmp_path / "none.csv", settings=settings)
    assert ran.code == 2
    assert ran.err.splitlines()[0] == f"{tmp_path / 'none.csv'}: there is no such file — name a CSV, XLSX, XLS or ODS file"


def test_json_shows_the_plan_and_asks_nobody(cli: Cli, settings: Path, tmp_path: Path) -> None:
    planned = cli("import", sheet(tmp_path, ROSTER), "--json", settings=settings).json
    assert (planned["applied"], planned["rows"], planned["unchanged"]) == (False, 4, 0)
    assert planned["matches"] == [{"mentor": "ana@example.org", "mentee": "mel@example.org"}]
    assert cli("import", sheet(tmp_path, ROSTER), "--json", "--apply", settings=settings).json["applied"] is True
    assert len(listed(cli, settings)) == 4


def test_people_are_listed_by_role(cli: Cli, settings: Path, tmp_path: Path) -> None:
    cli("import", sheet(tmp_path, ROSTER), "--apply", settings=settings)
    ran = cli("people", "--role", "mentee", settings=settings)
    assert "Mel Park  mel@example.org  mentee" in ran.out
    assert ran.out.splitlines()[-1] == "1 person."
    assert cli("people", "--role", "trainer", settings=settings).out == "None of 4 people.\n"
