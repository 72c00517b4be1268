"""What every command of the command line has in common: how it is declared, and the options many share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Run: TypeAlias = Callable[[argparse.Namespace], int]


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


def whole(least: int, most: int = 0) -> Callable[[str], int]:
    """Reads an option that is a whole number within bounds; `most` 0 means any."""

    def number(written: str) -> int:
        found = int(written) if written.strip().lstrip("+-").isdecimal() else least - 1
        if found < least or (most and found > most):
            bounds = f"from {least} to {most}" if most else f"of at least {least}"
            raise argparse.ArgumentTypeError(f"{written!r} cannot be used: write a whole number {bounds}")
        return found

    return number


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs: JSON instead of text")


def add_program(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("--program", metavar="KEY", default="", help=what)
