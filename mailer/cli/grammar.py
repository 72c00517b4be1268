"""The grammar of the command line: which commands there are."""

from __future__ import annotations

import argparse

from mailer.cli import (
    backup,
    check,
    export,
    forecast,
    forget,
    outbox,
    parked,
    people,
    preview,
    read,
    rehearse,
    replay,
    roster,
    service,
    status,
    why,
)

_ABOUT = "Mentorpost keeps a mentorship program's promises by email."
_ENDING = """\
`mentorpost COMMAND --help` shows an example of each.
Exit codes: 0 done, 1 the answer is "no", 2 wrong usage or unreadable settings.
"""


class _Version(argparse.Action):
    """Says the version and the schema that goes with it; looked up only when asked."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        from db.schema import newest

        print(f"mentorpost {version('mentorpost')}, database schema {newest()}")
        parser.exit()


def build() -> argparse.ArgumentParser:
    """The whole grammar. Command modules import what is heavy only when they run: help must come at once."""
    parser = argparse.ArgumentParser(
        prog="mentorpost", description=_ABOUT, epilog=_ENDING, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--settings",
        metavar="FILE",
        default="",
        help="another settings.toml than the one in this folder, or, where it has none, beside the program",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="say which version this is")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (
        service,
        check,
        read,
        rehearse,
        replay,
        forecast,
        why,
        parked,
        outbox,
        people,
        roster,
        export,
        forget,
        status,
        preview,
        backup,
    ):
        module.add(commands)
    return parser
