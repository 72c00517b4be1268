"""`mentorpost preview`: every letter with sample facts, in a browser of this machine."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, command
from mailer.cli.opening import settings_of
from mailer.cli.printing import complain, count, say

if TYPE_CHECKING:
    from mailer.modes.preview.site import Edition


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "preview",
        "a local web page of every letter with sample data, anew whenever a file is saved",
        run,
        "mentorpost preview\nmentorpost preview --program m2m --letter check_in\nmentorpost preview --profile m2m --out letters",
        "It serves this machine only, until Ctrl+C. Nothing is sent and nothing is changed.",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--program", metavar="KEY", default="", help="the letters of one program (all programs)")
    which.add_argument("--profile", metavar="NAME", default="", help="the letters of one profile, also one that no program has yet")
    parser.add_argument("--letter", metavar="NAME", default="", help="the letter to begin with")
    parser.add_argument("--port", metavar="N", type=_port, default=0, help="the port to serve on (a free one)")
    parser.add_argument("--out", metavar="DIR", type=Path, help="write the pages into this folder instead, and serve nothing")


def _port(written: str) -> int:
    if not written.isdecimal() or not 1 <= int(written) <= 65535:
        raise argparse.ArgumentTypeError("write a number from 1 to 65535")
    return int(written)


def run(arguments: argparse.Namespace) -> int:
    from mailer.modes.preview.serve import Newsstand, serve
    from mailer.modes.preview.site import programs_of

    settings = settings_of(arguments)
    stand = Newsstand(settings, programs_of(settings, arguments.program, arguments.profile))
    edition = stand.edition
    for flaw in edition.flaws:
        complain(flaw)
    if arguments.out is not None:
        return _write(edition, arguments.out)
    opens_at = edition.page_of(arguments.letter) if arguments.letter and not edition.flaws else ""
    serve(stand, arguments.port, say, opens_at)
    return 0


def _write(edition: Edition, folder: Path) -> int:
    if edition.flaws:
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    pages = list(edition.everything())
    for name, text in pages:
        (folder / name).write_text(text, encoding="utf-8")
    say(f"{count(len(pages), 'file')} written: open {folder / 'index.html'}.")
    return 0
