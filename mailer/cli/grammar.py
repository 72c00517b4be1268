"""The grammar of the command line: what every command has in common, and which commands there are."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Run: TypeAlias = Callable[[argparse.Namespace], int]

_ABOUT = "Mentorpost keeps a mentorship program's promises by email."
_ENDING = """\
`mentorpost COMMAND --help` shows an example of each.
Exit codes: 0 done, 1 the answer is "no", 2 wrong usage or unreadable settings.
"""


def build() -> argparse.ArgumentParser:
    """The whole grammar. Command modules import what is heavy only when they run: help must come at once."""
    from mailer.cli import check, forecast, outbox, parked, people, read, rehearse, roster, service, status, why

    parser = argparse.ArgumentParser(
        prog="mentorpost", description=_ABOUT, epilog=_ENDING, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--settings", metavar="FILE", default="", help="another settings.toml than the one in this folder")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (service, check, read, rehearse, forecast, why, parked, outbox, people, roster, status):
        module.add(commands)
    return parser


def command(commands: Commands, name: str, summary: str, run: Run, example: str, more: str = "") -> argparse.ArgumentParser:
    """A command with its help; `example` is one or more lines somebody could type."""
    lines = "\n".join(f"  {line}" for line in example.strip().splitlines())
    parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[:1].upper()}{summary[1:]}.{' ' + more if more else ''}",
        epilog=f"example{'s' if chr(10) in lines else ''}:\n{lines}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    # Also behind the command, where people look for it; before the command it is kept if this one is not given.
    parser.add_argument("--settings", metavar="FILE", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    parser.set_defaults(run=run)
    return parser


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs: JSON instead of text")


def add_program(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--program", metavar="KEY", default="", help=what)
