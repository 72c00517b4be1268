"""`mentorpost backup` and `mentorpost restore`: a copy of the database while the service runs, and the way back."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, command
from mailer.cli.opening import settings_of
from mailer.cli.printing import clean, complain, count, say, say_json

if TYPE_CHECKING:
    from datetime import datetime

    from db.backup import Copied
    from mailer.files.settings import Settings


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "backup",
        "a consistent copy of the database while the service runs",
        backup,
        "mentorpost backup /backup/mentorpost-$(date +%F).db\nmentorpost backup - | gpg -e -r admin > copy.gpg",
        "The copy is written whole, checked, and readable by its owner alone; or there is none. PostgreSQL needs pg_dump. "
        "Keep the key file, settings.toml, inbox_rules/ and templates/ with it: with them it is everything.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="where to; - is standard output")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")
    add_json(parser)
    parser = command(
        commands,
        "restore",
        "put a copy in the place of the database; the service must be stopped",
        restore,
        "mentorpost restore /backup/mentorpost-2026-11-21.db",
        "The database that was there is kept aside. Nothing is sent by this. The service then reads by itself the mail that came "
        "since the copy was made, and holds every letter that may have left already until a human says SENT or RESEND.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="a copy that mentorpost backup has written")
    add_json(parser)


def backup(arguments: argparse.Namespace) -> int:
    from db.backup import CopyFailed
    from mailer.modes.backup import Refused, write_copy

    settings = settings_of(arguments)
    moment = _moment(settings)
    progress = _Bar()
    try:
        if str(arguments.file) == "-":
            return _to_output(settings, moment, progress)
        copied, size = write_copy(settings, arguments.file, moment, progress.show, force=arguments.force)
    except Refused as refused:
        complain(refused)
        return 2
    except CopyFailed as failed:
        complain(f"{arguments.file}: no copy was made: {failed}")
        return 1
    finally:
        progress.end()
    if arguments.json:
        say_json({"file": str(arguments.file), "size": size, **_as_json(copied)})
    else:
        say(f"{arguments.file}: {_size(size)}, {_held(copied)}.")
        say(f"Keep with it: the key ({settings.key_file}), {settings.file}, {settings.rules} and {settings.templates}.")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    from db.backup import CopyFailed
    from db.schema import SchemaRefused
    from mailer.clock import SystemClock
    from mailer.modes.backup import Refused
    from mailer.modes.backup import restore as put_back

    settings = settings_of(arguments)
    try:
        done = put_back(settings, arguments.file, SystemClock().now())
    except Refused as refused:
        complain(refused)
        return 2
    except CopyFailed as failed:
        complain(f"{arguments.file}: nothing was restored: {failed}")
        return 1
    except SchemaRefused as refused:
        complain(f"{arguments.file}: nothing was restored: {refused}")
        return 1
    if arguments.json:
        say_json({"file": str(arguments.file), "aside": str(done.aside) if done.aside else None, **_as_json(done.copied)})
        return 0
    say(f"Restored {arguments.file}: {_held(done.copied)}.")
    if done.aside is not None:
        say(f"The database that was there: {done.aside}.")
    say(
        "When the service starts it first reads the mail that came since then, also in the folders where it had been filed.",
        "Letters that may have left already are held (mentorpost outbox --state held), and the daily summary asks about each.",
        "Rosters imported and people forgotten since then: the copy does not know. Do that again before you start the service.",
    )
    return 0


def _moment(settings: Settings) -> datetime:
    """The present moment; in the sample program, whose month is imagined, its own."""
    from db.engine import open_store
    from mailer.cli.opening import moment_of
    from mailer.clock import SystemClock
    from mailer.modes.library import database_of, embedded

    url = database_of(settings)
    if not embedded(settings) or not Path(url.removeprefix("sqlite:///")).exists():
        return SystemClock().now()
    store = open_store(url)
    try:
        return moment_of(store)
    finally:
        store.close()


def _to_output(settings: Settings, moment: datetime, progress: _Bar) -> int:
    """Through a file that is gone afterwards: what is not whole is not begun to be written."""
    from mailer.modes.backup import write_copy

    if sys.stdout.isatty():
        complain("a copy is not for the terminal — name a file, or send it on: mentorpost backup - > FILE")
        return 2
    with tempfile.TemporaryDirectory(prefix="mentorpost-") as folder:
        place = Path(folder) / "copy"
        copied, size = write_copy(settings, place, moment, progress.show, force=False)
        with place.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    progress.end()
    complain(f"{_size(size)}, {_held(copied)}.")
    return 0


def _held(copied: Copied) -> str:
    people = count(copied.people, "person", "people")
    rows = f"{people}, {count(copied.letters, 'letter')}, {count(copied.messages, 'message')}"
    return f"{rows}, as of {copied.moment:%Y-%m-%d %H:%M:%S} UTC, schema {copied.schema}"


def _as_json(copied: Copied) -> dict[str, object]:
    return {
        "moment": copied.moment.isoformat(),
        "schema": copied.schema,
        "people": copied.people,
        "letters": copied.letters,
        "messages": copied.messages,
    }


def _size(number: int) -> str:
    return f"{number / 1e6:,.1f} MB" if number >= 1e6 else f"{max(1, number // 1000):,} kB"


class _Bar:
    """How far a long copy is, on a terminal only."""

    def __init__(self) -> None:
        self._looked_at = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._shown = False

    def show(self, done: int, total: int) -> None:
        if self._looked_at:
            of = f" of {_size(total)}" if total else ""
            print(clean(f"\r{_size(done)}{of} copied "), end="", file=sys.stderr, flush=True)
            self._shown = True

    def end(self) -> None:
        if self._shown:
            print(file=sys.stderr)
            self._shown = False
