"""`mentorpost import`: a roster from a spreadsheet, its difference shown before anything is written."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, add_program, command
from mailer.cli.opening import database, moment_of, program_of, settings_of
from mailer.cli.printing import complain, count, say, say_json

if TYPE_CHECKING:
    from mailer.files.settings import Settings
    from mailer.model.program import Program
    from mailer.modes.roster import Difference


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "import",
        "read a roster from a spreadsheet, showing the difference before it is applied",
        run,
        "mentorpost import people.xlsx\nmentorpost import people.csv --program m2m --apply",
        "The first row holds Name, Email, Role, Coordinator, Mentor, and if you like Phone, Since, Time zone, in any order. "
        "All of it is applied or none. Somebody who is missing from the sheet stays as they are.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="CSV, XLSX, XLS or ODS")
    add_program(parser, "the program whose people these are (needed where several have the roles of the sheet)")
    parser.add_argument("--apply", "--yes", action="store_true", help="apply it without asking")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from mailer.model.errors import BadRoster, Unreadable
    from mailer.modes.library import sealing_key
    from mailer.modes.roster import apply, difference, read_roster
    from mailer.steps.bookshelf import open_book

    settings = settings_of(arguments)
    program = _program(settings, arguments)
    book = open_book(program, settings.rules, settings.templates)
    with database(settings) as store:
        try:
            rows = read_roster(arguments.file, store, book)
        except BadRoster as bad:
            for flaw in bad.flaws:
                complain(flaw)
            complain(f"nothing was imported: {count(len(bad.flaws), 'flaw')} in {arguments.file}")
            return 1
        except Unreadable as bad:
            complain(bad)
            return 2
        planned = difference(store, book, rows, moment_of(store))
    if not arguments.json:
        _show(planned)
    wanted = not planned.nothing and (arguments.apply or (not arguments.json and _agreed()))
    if wanted:
        with database(settings, create=True) as store:
            planned = apply(store, book, sealing_key(settings), rows, str(arguments.file), moment_of(store))
    if arguments.json:
        say_json(_as_json(planned, applied=wanted), indent=2)
    elif planned.nothing:
        say("Nothing to import: everything in the sheet is known already.")
    elif wanted:
        say("Imported.")
    else:
        say("Nothing was written. To apply it: the same command with --apply.")
    return 0


def _program(settings: Settings, arguments: argparse.Namespace) -> Program:
    """The program named; of several the only one that knows every role in the sheet. Raises BadSettings where that is not clear."""
    from mailer.files.story_people import roles_of
    from mailer.model.errors import BadRoster, Unreadable
    from mailer.modes.tables import read_table
    from mailer.wire.roster import read_rows

    if arguments.program or len(settings.programs) == 1:
        return program_of(settings, arguments.program)
    try:
        rows = read_rows(read_table(arguments.file), arguments.file.name)
    except (BadRoster, Unreadable):
        return settings.programs[0]  # whichever it is meant for, its flaws are told and nothing is written
    roles = {row.role for row in rows} | ({"coordinator"} if any(row.coordinator for row in rows) else set())
    fitting = [program for program in settings.programs if roles <= set(roles_of(program.profile))]
    return fitting[0] if len(fitting) == 1 else program_of(settings, "")


def _agreed() -> bool:
    """Whether somebody at the terminal types yes; without a terminal nobody does."""
    if not sys.stdin.isatty():
        return False
    print("Apply this? Type yes: ", end="", flush=True)
    return sys.stdin.readline().strip().lower() == "yes"


def _show(planned: Difference) -> None:
    for one in planned.new:
        more = f", coordinator {one.coordinator}" if one.coordinator else ""
        waits = ", waits for APPROVE" if one.state == "waiting" else ""
        say(f"+ {one.name} <{one.email}>: {' and '.join(one.roles)}{more}{waits}  (row {one.line})")
        if one.beside:
            say(f"  ! {one.beside} has this address already: both will share it. If it is one person, mend the name in the sheet.")
    for change in planned.changed:
        fields = "; ".join(f"{name} {was or 'nothing'} -> {new}" for name, was, new in change.fields)
        say(f"~ {change.ref} {change.name} <{change.email}>: {fields}  (row {change.line})")
    for mentor, mentee in planned.matches:
        say(f"+ match {mentor} and {mentee}")
    say(
        f"{count(len(planned.new), 'person', 'people')} new, {len(planned.changed) or 'none'} changed, "
        f"{count(len(planned.matches), 'new match', 'new matches')}, {planned.unchanged} unchanged; "
        f"{planned.absent} not in the sheet stay as they are."
    )


def _as_json(planned: Difference, *, applied: bool) -> dict[str, object]:
    return {
        "applied": applied,
        "rows": planned.rows,
        "new": [
            {
                "name": one.name,
                "email": one.email,
                "roles": list(one.roles),
                "state": one.state,
                "coordinator": one.coordinator,
                "row": one.line,
                "shares_address_with": one.beside,
            }
            for one in planned.new
        ],
        "changed": [
            {
                "ref": one.ref,
                "name": one.name,
                "email": one.email,
                "fields": {name: {"was": was, "new": new} for name, was, new in one.fields},
                "row": one.line,
            }
            for one in planned.changed
        ],
        "matches": [{"mentor": mentor, "mentee": mentee} for mentor, mentee in planned.matches],
        "unchanged": planned.unchanged,
        "absent": planned.absent,
    }
