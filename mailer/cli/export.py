"""`mentorpost export`: hand over everything about one person."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, command
from mailer.cli.opening import database, moment_of, settings_of
from mailer.cli.printing import complain, say, say_json

if TYPE_CHECKING:
    from collections.abc import Mapping


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "export",
        "hand over everything about one person",
        run,
        "mentorpost export K7F3\nmentorpost export ana@example.org ana.zip\nmentorpost export K7F3 --json",
        "A zip with a page to read and data.json, for that person alone: of others it holds only what this person may know. "
        "No other user of this machine can read the file, and it is never written over another one.",
    )
    parser.add_argument("person", metavar="PERSON", help="a ref, an address or a full name")
    parser.add_argument("file", metavar="FILE", type=Path, nargs="?", help="the zip to write (export-REF.zip)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from mailer.modes.explain import Unknown
    from mailer.modes.export import gather, handed_over
    from mailer.modes.library import open_books

    settings = settings_of(arguments)
    books = open_books(settings)
    with database(settings) as store:
        now = moment_of(store)
        try:
            told = gather(store, settings, books, arguments.person, now)
        except Unknown as unknown:
            complain(unknown)
            return 1
        person = told["person"]
        assert isinstance(person, dict)
        ref = str(person["ref"])
        file: Path = arguments.file or Path(f"export-{ref}.zip")
        if arguments.json:
            say_json(told, indent=2)
        else:
            try:
                _write(file, told)
            except FileExistsError:
                complain(f"{file}: there is a file of this name already — name another one: mentorpost export {ref} FILE")
                return 2
            say(f"{file}: everything about {ref}. Hand it over by a way that nobody else reads, then delete it.")
        handed_over(store, ref, now)
    return 0


def _write(file: Path, told: Mapping[str, object]) -> None:
    """A new file that only its owner may read."""
    import json
    import os
    import zipfile

    from mailer.cli.printing import plain
    from mailer.modes.export_page import page_of

    content = {
        "read-me-first.html": page_of(told),
        "data.json": json.dumps(told, ensure_ascii=False, indent=2, default=plain) + "\n",
    }
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as opened, zipfile.ZipFile(opened, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
