"""`mentorpost parked`: messages set aside for a human."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, command
from mailer.cli.opening import database, moment_of, settings_of
from mailer.cli.printing import colours, complain, say, say_json, table

if TYPE_CHECKING:
    from db.engine import Store
    from db.records import JournalledMessage
    from mailer.files.settings import Settings


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "parked",
        "messages set aside for a human: list, show, answer again, drop",
        run,
        "mentorpost parked\nmentorpost parked show 7\nmentorpost parked answer 7   # after mending a rule",
        "answer lets the next turn decide a message anew, drop says that nothing is to be done about it.",
    )
    parser.add_argument(
        "act", metavar="list|show|answer|drop", nargs="?", default="list", choices=("list", "show", "answer", "drop")
    )
    parser.add_argument("number", metavar="N", nargs="?", help="the number of a message, such as 7 or m7")
    parser.add_argument("--confirmed", action="store_true", help="with answer: you know that its sender wrote it")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    settings = settings_of(arguments)
    number = (arguments.number or "").removeprefix("m")
    if arguments.act != "list" and not number.isdecimal():
        complain(f"mentorpost parked {arguments.act}: which message? — mentorpost parked {arguments.act} 7")
        return 2
    from mailer.modes.outbox_desk import Refused, answer_parked, drop_parked

    with database(settings) as store:
        if arguments.act == "list":
            return _list(settings, store, as_json=arguments.json)
        try:
            if arguments.act == "show":
                return _show(settings, store, int(number), as_json=arguments.json)
            now = moment_of(store)
            if arguments.act == "answer":
                done = answer_parked(store, int(number), now, confirmed=arguments.confirmed)
            else:
                done = drop_parked(store, int(number), now)
        except Refused as refused:
            complain(refused)
            return 1
    if arguments.json:
        say_json({"message": int(number), "act": arguments.act, "done": done})
    else:
        say(f"{done}.")
    return 0


def _list(settings: Settings, store: Store, *, as_json: bool) -> int:
    from db import journal

    with store.reading() as connection:
        parked = journal.parked(connection)
    found = [_as_json(settings, message) for message in parked]
    if as_json:
        say_json(found, indent=2)
    elif not found:
        say("No message waits for a human.")
    else:
        table(
            ("N", "Came", "From", "Subject", "Means", "Why it waits"),
            [[f"m{one['id']}", str(one["at"])[:16].replace("T", " "), *(str(one[key]) for key in _SHOWN)] for one in found],
        )
        say("To see one: mentorpost parked show N")
    return 0


_SHOWN = ("from", "subject", "means", "because")


def _as_json(settings: Settings, message: JournalledMessage) -> dict[str, object]:
    from mailer.wire.addresses import one_address
    from mailer.wire.parse import parse

    parsed = parse(message.raw)
    zone = settings.program(message.program).timezone if message.program in settings.keys else None
    return {
        "id": message.id,
        "program": message.program,
        "at": message.received_at.astimezone(zone).isoformat(),
        "from": one_address(parsed.first("From"))[1] or parsed.first("From"),
        "subject": parsed.first("Subject"),
        "means": message.means,
        "rule": message.rule,
        "because": message.because,
        "tries": message.tries,
    }


def _show(settings: Settings, store: Store, number: int, *, as_json: bool) -> int:
    from dataclasses import replace

    from db import journal
    from mailer.model.mail import Considered
    from mailer.modes.outbox_desk import parked_message
    from mailer.modes.reading import Assumed, Reader
    from mailer.wire import report

    with store.reading() as connection:
        message = parked_message(connection, number)
        kept = journal.described(connection, number) or {}
    reader = Reader(settings, message.program if message.program in settings.keys else "")
    classified, _ = reader.read(message.raw, message.received_at, Assumed())
    # What it was taken to mean when it came, when its sender could be looked up.
    considered = tuple(Considered(*item) for item in kept.get("considered", ()))
    classified = replace(classified, means=message.means, rule=message.rule, considered=considered)
    head = _as_json(settings, message)
    if as_json:
        say_json({**head, "read": report.as_json(classified)}, indent=2)
        return 0
    say(f"m{number}, {head['at']}: parked because {head['because'] or 'nobody said why'}.", "")
    say(report.as_text(classified, colours(), reader.cuts(message.raw)), "")
    say(f"mentorpost parked answer {number}   decide it again; add --confirmed if you know that its sender wrote it")
    say(f"mentorpost parked drop {number}     there is nothing to do")
    say(f"mentorpost why m{number}            its whole story")
    return 0
