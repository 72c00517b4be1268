"""`mentorpost read`: what the service would understand of a message."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, add_program, command
from mailer.cli.opening import program_of, settings_of
from mailer.cli.printing import colours, complain, say, say_json

if TYPE_CHECKING:
    from mailer.modes.reading import Assumed

_PROOFS = ("unknown", "claimed", "authenticated", "token", "confirmed")


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "read",
        "what the service would understand of a message",
        run,
        "mentorpost read message.eml\nmentorpost read --json inbox/*.eml\nmentorpost read --role mentor - < message.eml",
        "It looks nothing up: whose address it is and which letter is answered can be said with the options.",
    )
    parser.add_argument("files", metavar="FILE.eml", nargs="+", help="a message as it came; - reads standard input")
    add_json(parser)
    add_program(parser, "the program whose inbox it came to (else found by its addresses, else the first)")
    parser.add_argument(
        "--role", metavar="ROLE", default="", help="the sender's role; several with commas (else any the rules ask for)"
    )
    parser.add_argument(
        "--proof", choices=_PROOFS, default="", help="how well the sender is proved (else as far as the message tells)"
    )
    parser.add_argument("--answers", metavar="LETTER", default="", help="the letter it answers, such as check_in")


def run(arguments: argparse.Namespace) -> int:
    from mailer.clock import SystemClock
    from mailer.modes.reading import Reader
    from mailer.wire.report import as_json, as_text

    settings = settings_of(arguments)
    key = program_of(settings, arguments.program).key if arguments.program else ""
    reader = Reader(settings, key)
    assumed = _assumed(arguments)
    now = SystemClock().now()
    several = len(arguments.files) > 1
    unread = 0
    for name in arguments.files:
        raw = _bytes(name)
        if raw is None:
            unread += 1
            continue
        classified, program = reader.read(raw, now, assumed)
        if arguments.json:
            say_json({"file": name, **as_json(classified)})
            continue
        if several:
            say(f"== {name}")
        if len(settings.programs) > 1:
            say(f"Program: {program.key}")
        say(as_text(classified, colours(), reader.cuts(raw)))
        if several:
            say("")
    return 2 if unread else 0


def _assumed(arguments: argparse.Namespace) -> Assumed:
    from mailer.model.mail import Proof
    from mailer.modes.reading import Assumed

    roles = frozenset(arguments.role.replace(",", " ").split())
    return Assumed(roles, Proof(arguments.proof) if arguments.proof else None, arguments.answers)


def _bytes(name: str) -> bytes | None:
    from mailer.model.errors import Unreadable

    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as trouble:
        complain(Unreadable(name, trouble, "name a message saved as it came (.eml)"))
        return None
