"""`mentorpost why`: the whole story of a letter, a message, a match or a person."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, command
from mailer.cli.opening import database, settings_of
from mailer.cli.printing import complain, say, say_json

if TYPE_CHECKING:
    from mailer.files.settings import Settings
    from mailer.modes.explain import Account
    from mailer.modes.explain_words import Words


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "why",
        "the whole story of a letter, message, match or person",
        run,
        "mentorpost why 12\nmentorpost why m7\nmentorpost why K7F3\nmentorpost why ana@example.org/mel@example.org",
        "What came, which rule hit and which did not, what was decided and why, what left, what comes next. It shows names.",
    )
    parser.add_argument(
        "ref",
        metavar="REF",
        help="a letter's number, key or Message-ID; a message (m7); a person's ref or address; a pair of them, mentor/mentee",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from mailer.modes.explain import Unknown, explain

    settings = settings_of(arguments)
    words = _words(settings)
    with database(settings) as store:
        try:
            account = explain(store, arguments.ref, words)
        except Unknown as unknown:
            complain(unknown)
            return 1
    if arguments.json:
        say_json(_as_json(account, words), indent=2)
    else:
        _show(account, words)
    return 0


def _words(settings: Settings) -> Words:
    """The words of every program whose rules can be read; a broken rule must not keep a story from being told."""
    from mailer.core.ladders.parse import parse_ladder
    from mailer.files.rulebook import read_rulebook
    from mailer.model.errors import Bad
    from mailer.model.program import Rulebook
    from mailer.modes.explain_words import Words
    from mailer.wire.classify_rules import parse_rules

    rulebooks: dict[str, Rulebook] = {}
    for program in settings.programs:
        try:
            rulebooks[program.key] = read_rulebook(program, settings.rules, parse_rules=parse_rules, parse_ladder=parse_ladder)
        except Bad as bad:
            for flaw in bad.flaws:
                complain(flaw)
    return Words({program.key: program for program in settings.programs}, rulebooks)


def _show(account: Account, words: Words) -> None:
    say(f"{account.about[:1].upper()}{account.about[1:]} ({account.program})", "")
    for entry in account.entries:
        say(f"{words.when(account.program, entry.at)}  {entry.text}")
        for detail in entry.details:
            say(f"                    {detail}")
    say("", "What comes next:")
    for coming in account.next:
        say(f"  {coming.text}")
        for detail in coming.details:
            say(f"      {detail}")
    if not account.next:
        say("  Nothing: no case is open here and no letter waits.")


def _as_json(account: Account, words: Words) -> dict[str, object]:
    return {
        "about": account.about,
        "program": account.program,
        "story": [
            {
                "at": words.local(account.program, entry.at).isoformat(),
                "kind": entry.kind,
                "text": entry.text,
                "details": list(entry.details),
            }
            for entry in account.entries
        ],
        "next": [
            {
                "at": words.local(account.program, coming.at).isoformat() if coming.at is not None else None,
                "text": coming.text,
                "details": list(coming.details),
            }
            for coming in account.next
        ],
    }
