"""`mentorpost rehearse`: stories lived in virtual time, and whether they hold what they expect."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, command
from mailer.cli.opening import settings_of
from mailer.cli.printing import complain, count, say, say_json

if TYPE_CHECKING:
    from mailer.modes.stories import Told


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "rehearse",
        "live a story in virtual time and check what it expects",
        run,
        "mentorpost rehearse story.toml --html story.html\nmentorpost rehearse --quiet tests/rehearsals/*.toml",
        "The same code that serves real mail, on an empty database in memory; nothing is sent.",
    )
    parser.add_argument("files", metavar="FILE.toml", nargs="+", type=Path)
    add_json(parser)
    parser.add_argument("--mbox", metavar="FILE", type=Path, help="keep every letter in a mailbox file that mail programs open")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write the timeline as a page")
    parser.add_argument("--quiet", action="store_true", help="only the expectations that do not hold")


def run(arguments: argparse.Namespace) -> int:
    import asyncio

    from mailer.model.errors import BadStory
    from mailer.modes.stories import as_json, as_mbox, letter_names, tell

    settings = settings_of(arguments)
    letters = letter_names(settings)
    several = len(arguments.files) > 1
    told: list[Told] = []
    unread = 0
    for path in arguments.files:
        try:
            one = asyncio.run(tell(path, settings, letters))
        except BadStory as bad:
            unread += 1
            for flaw in bad.flaws:
                complain(flaw)
            continue
        told.append(one)
        if arguments.json:
            say_json({"file": one.file, **as_json(one)} if several else as_json(one))
        else:
            _show(one, quiet=arguments.quiet)
    if arguments.mbox is not None:
        arguments.mbox.write_bytes(as_mbox(letter for one in told for letter in one.lived.letters))
    if arguments.html is not None:
        from mailer.modes.story_page import page_of

        arguments.html.write_text(page_of(told), encoding="utf-8")
    held = sum(one.ok for one in told)
    if several and not arguments.json:
        say(f"{count(len(arguments.files), 'story', 'stories')}: {held} hold, {len(told) - held} do not, {unread} cannot be read.")
    if unread:
        return 2
    return 0 if held == len(told) else 1


def _show(told: Told, *, quiet: bool) -> None:
    failed = [verdict for verdict in told.verdicts if not verdict.ok]
    summary = f"{len(told.verdicts) - len(failed)} of {count(len(told.verdicts), 'expectation')} hold"
    letters = count(len(told.lived.letters), "letter") + (f" ({len(told.lived.held)} more held)" if told.lived.held else "")
    if quiet:
        say(f"{'ok ' if told.ok else 'NOT'} {told.file}: {letters}, {summary}.")
    else:
        say(f"{told.title} ({told.file})", "")
        _timeline(told)
        say("")
    for verdict in told.verdicts:
        if not quiet or not verdict.ok:
            say(f"  {'ok ' if verdict.ok else 'NOT'} {told.file}:{verdict.line}: {verdict.text}")
        if not verdict.ok:
            say(f"      found: {verdict.found}")
    if not quiet:
        say("", f"{'ok' if told.ok else 'NOT ok'}: {letters}, {summary}.", "")


def _timeline(told: Told) -> None:
    from mailer.modes.stories import timeline

    day = ""
    for entry in timeline(told):
        today = f"{entry.at:%a %Y-%m-%d}"
        shown, day = (today if today != day else " " * len(today)), today
        if entry.letter is not None:
            what = f"-> {entry.letter.name:<24} {entry.letter.to_address}  “{entry.letter.subject}”"
        elif entry.message is not None:
            rule = f" [{entry.message.rule}]" if entry.message.rule else ""
            what = f"<- {entry.message.means:<24} {entry.message.sender}{rule} {entry.message.because}"
        elif entry.held is not None:
            what = f"|| {entry.held.name:<24} {entry.held.to_address} is held for a human: {entry.held.why}"
        else:
            what = f"!! {entry.text}"
        say(f"  {shown} {entry.at:%H:%M}  {what}")
