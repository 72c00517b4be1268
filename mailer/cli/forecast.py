"""`mentorpost forecast`: every letter that will leave if nobody writes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, command, whole
from mailer.cli.opening import database, moment_of, settings_of
from mailer.cli.printing import count, say, say_json, table

if TYPE_CHECKING:
    from datetime import datetime

    from db.records import Letter
    from mailer.files.settings import Settings
    from mailer.modes.forecast import Forecast, Foreseen

_MOST_DAYS = 3660


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "forecast",
        "every letter that will leave in the next days if nobody writes",
        run,
        "mentorpost forecast --days 14\nmentorpost forecast --days 60 --html forecast.html",
        "It lives a copy of the database in virtual time, by the rules as they stand now. Nothing is sent and nothing is changed.",
    )
    parser.add_argument("--days", metavar="N", type=whole(1, _MOST_DAYS), default=30, help="how far to look ahead (30)")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write it as a page, with the words of every letter")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    import asyncio

    from mailer.files.keys import read_key
    from mailer.modes.forecast import foresee
    from mailer.modes.library import open_books
    from mailer.modes.rehearse import KEY

    settings = settings_of(arguments)
    books = open_books(settings)
    with database(settings) as store:
        found = asyncio.run(foresee(store, books, read_key(settings) or KEY, moment_of(store), arguments.days))
    if arguments.html is not None:
        from mailer.modes.forecast_page import page_of

        arguments.html.write_text(page_of(found, {program.key: program for program in settings.programs}), encoding="utf-8")
    if arguments.json:
        say_json(_as_json(settings, found), indent=2)
    else:
        _show(settings, found, arguments.days)
    return 0


def _local(settings: Settings, program: str, at: datetime) -> datetime:
    return at.astimezone(settings.program(program).timezone)


def _whom(one: Foreseen) -> str:
    return f"{one.ref} {one.first_name}".strip() or "the inbox"


def _show(settings: Settings, found: Forecast, days: int) -> None:
    if found.letters:
        table(
            ("When", "Letter", "To", "Because"),
            [
                [f"{_local(settings, one.program, one.at):%a %Y-%m-%d %H:%M}", one.letter.name, _whom(one), one.letter.because]
                for one in found.letters
            ],
        )
    say(f"{count(len(found.letters), 'letter')} in {count(days, 'day')} if nobody writes.")
    for letter in found.later:
        say(f"  decided, and leaving later: {letter.name} on {_local(settings, letter.program, letter.not_before):%Y-%m-%d %H:%M}")
    for letter in found.held:
        why = f": {letter.last_error}" if letter.last_error else ""
        say(f"  held for a human: {letter.name}, key {letter.key}{why}")
    for at, text in found.troubles:
        say(f"  !! {at:%Y-%m-%d %H:%M} UTC {text}")


def _as_json(settings: Settings, found: Forecast) -> dict[str, object]:
    def kept(letter: Letter) -> dict[str, object]:
        at = _local(settings, letter.program, letter.not_before).isoformat()
        return {"key": letter.key, "program": letter.program, "letter": letter.name, "not_before": at, "why": letter.last_error}

    return {
        "from": found.since.isoformat(),
        "until": found.until.isoformat(),
        "letters": [
            {
                **one.letter.as_json(_local(settings, one.program, one.at).isoformat()),
                "program": one.program,
                "ref": one.ref,
                "first_name": one.first_name,
            }
            for one in found.letters
        ],
        "waiting": [kept(letter) for letter in found.later],
        "held": [kept(letter) for letter in found.held],
        "troubles": [{"at": at.isoformat(), "text": text} for at, text in found.troubles],
    }
