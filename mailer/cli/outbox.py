"""`mentorpost outbox`: letters decided, and what an operator may do to one that has not left."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, command, whole
from mailer.cli.opening import database, moment_of, settings_of
from mailer.cli.printing import complain, count, say, say_json, table

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from db.engine import Store
    from db.records import Letter
    from mailer.files.settings import Settings

_STATES = ("waiting", "held", "sending", "sent", "failed", "cancelled")
_ACTS = ("hold", "release", "retry", "cancel")


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "outbox",
        "letters: list, show, hold, release, retry, cancel",
        run,
        "mentorpost outbox --state held --state failed\nmentorpost outbox show 12\nmentorpost outbox cancel 12",
        "hold stops a letter that waits, release lets it go, retry tries at once one that was refused or waits for another try, "
        "cancel gives a letter up. A letter that has left cannot be called back.",
    )
    parser.add_argument(
        "act", metavar="list|show|hold|release|retry|cancel", nargs="?", default="list", choices=("list", "show", *_ACTS)
    )
    parser.add_argument("number", metavar="N", nargs="?", type=whole(1), help="the number of a letter")
    parser.add_argument("--state", choices=_STATES, action="append", default=[], help="only letters in this state; may be repeated")
    parser.add_argument("--limit", metavar="COUNT", type=whole(1), default=100, help="list at most so many, the newest first (100)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    settings = settings_of(arguments)
    if arguments.act != "list" and arguments.number is None:
        complain(f"mentorpost outbox {arguments.act}: which letter? — mentorpost outbox {arguments.act} 12")
        return 2
    if arguments.act in _ACTS:
        return _act(settings, arguments)
    with database(settings) as store:
        return _list(settings, store, arguments) if arguments.act == "list" else _show(settings, store, arguments)


def _act(settings: Settings, arguments: argparse.Namespace) -> int:
    from mailer.modes.outbox_desk import Refused, move_letter

    with database(settings) as store:
        try:
            done = move_letter(store, arguments.number, arguments.act, moment_of(store))
        except Refused as refused:
            complain(refused)
            return 1
    if arguments.json:
        say_json({"letter": arguments.number, "act": arguments.act, "done": done})
    else:
        say(f"{done}.")
    return 0


def _list(settings: Settings, store: Store, arguments: argparse.Namespace) -> int:
    from db import outbox

    with store.reading() as connection:
        letters = outbox.listed(connection, states=tuple(arguments.state), limit=arguments.limit + 1)
        counts = outbox.counts(connection)
    more = len(letters) > arguments.limit
    letters = letters[: arguments.limit]
    if arguments.json:
        say_json([_as_json(settings, letter) for letter in letters], indent=2)
        return 0
    if letters:
        table(("N", "State", "Leaves", "Letter", "To", "Subject", "Remarks"), [_row(settings, letter) for letter in letters])
    if more:
        say(f"More: --limit {2 * arguments.limit}")
    say(", ".join(f"{counts[state]} {state}" for state in _STATES if counts.get(state)) + "." if counts else "No letters yet.")
    return 0


def _row(settings: Settings, letter: Letter) -> list[str]:
    from db.outbox import MAY_HAVE_LEFT

    remarks = [
        "perhaps sent twice" if letter.perhaps_twice and letter.last_error != MAY_HAVE_LEFT else "",
        "came back" if letter.bounced_at else "",
        letter.last_error,
    ]
    at = _local(settings, letter, letter.sent_at or letter.not_before)
    return [
        str(letter.id),
        str(letter.state),
        f"{at:%Y-%m-%d %H:%M}",
        letter.name,
        letter.to_address,
        letter.subject,
        "; ".join(remark for remark in remarks if remark),
    ]


def _zone(settings: Settings, program: str) -> ZoneInfo:
    from zoneinfo import ZoneInfo

    return settings.program(program).timezone if program in settings.keys else ZoneInfo("UTC")


def _local(settings: Settings, letter: Letter, at: datetime) -> datetime:
    return at.astimezone(_zone(settings, letter.program))


def _as_json(settings: Settings, letter: Letter) -> dict[str, object]:
    def moment(at: datetime | None) -> str | None:
        return _local(settings, letter, at).isoformat() if at is not None else None

    return {
        "id": letter.id,
        "program": letter.program,
        "key": letter.key,
        "letter": letter.name,
        "to": letter.to_address,
        "state": str(letter.state),
        "subject": letter.subject,
        "message_id": letter.message_id,
        "not_before": moment(letter.not_before),
        "sent_at": moment(letter.sent_at),
        "bounced_at": moment(letter.bounced_at),
        "attempt": letter.attempt,
        "tries": letter.tries,
        "perhaps_twice": letter.perhaps_twice,
        "because": letter.because,
        "last_error": letter.last_error,
    }


def _show(settings: Settings, store: Store, arguments: argparse.Namespace) -> int:
    from db import outbox
    from mailer.modes.letter_words import words_of

    with store.reading() as connection:
        letter = outbox.by_id(connection, arguments.number)
        source = outbox.template_source(connection, letter.template) if letter is not None else None
    if letter is None:
        complain(f"there is no letter {arguments.number} — see mentorpost outbox")
        return 1
    rendered = words_of(settings, letter, source)
    if arguments.json:
        text, html = (rendered.text, rendered.html) if rendered is not None else (None, None)
        say_json({**_as_json(settings, letter), "text": text, "html": html}, indent=2)
        return 0
    for name, value in _as_json(settings, letter).items():
        if value not in (None, "", False):
            say(f"{name.replace('_', ' ')}: {value}")
    say("", rendered.text if rendered is not None else "(the words it was written from are gone)")
    say(f"The whole story: mentorpost why {letter.id}. {count(letter.tries, 'try', 'tries')} so far.")
    return 0
