"""`mentorpost forget`: erase everything about one person, shown before it is done."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, command
from mailer.cli.opening import database, moment_of, settings_of
from mailer.cli.printing import complain, count, say, say_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from db.engine import Store
    from mailer.files.settings import Settings
    from mailer.steps.book import Book
    from mailer.steps.forget_look import Plan

_ROWS = {
    "letter": ("letter to them", "letters to them"),
    "answer": ("answer", "answers"),
    "event": ("note of a contact", "notes of contacts"),
    "form": ("line of a contact form", "lines of contact forms"),
    "conversation": ("line of their log", "lines of their log"),
    "note": ("line of a summary", "lines of summaries"),
    "agreement": ("agreement", "agreements"),
    "case_": ("case", "cases"),
    "release": ("release", "releases"),
}


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "forget",
        "erase everything about one person",
        run,
        "mentorpost forget K7F3\nmentorpost forget K7F3 --end      # the matches first\nmentorpost forget ana@example.org --yes",
        "It shows what would go and asks. Ids, times and states stay, without a word; letters and messages of others say the ref "
        "instead of the name. A match that is running ends first. Backups made before still hold it all: see docs/operating.md.",
    )
    parser.add_argument("person", metavar="PERSON", help="a ref, an address or a full name")
    parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--end", action="store_true", help="end running matches now; forget once the letters about it have left")
    parser.add_argument("--offline", action="store_true", help="leave the copies in the mailbox to you")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    import asyncio

    from db import forgetting
    from mailer.modes.explain import Unknown
    from mailer.modes.forget import plan
    from mailer.modes.forget_mailbox import erase_everywhere
    from mailer.modes.library import open_books, sealing_key
    from mailer.post.imap import Away
    from mailer.steps.forget import forget

    settings = settings_of(arguments)
    books = open_books(settings)
    with database(settings) as store:
        try:
            planned = plan(store, books, arguments.person)
        except Unknown as unknown:
            complain(unknown)
            return 1
        if not planned.known:
            return _already(planned, scrubbed=forgetting.scrub(store), as_json=arguments.json)
        if not arguments.json and not planned.hindrances:
            _show(planned)
        if arguments.end and planned.running:
            return _end(settings, store, books, planned, arguments)
        if planned.hindrances:
            return _refuse(planned, as_json=arguments.json)
        if not (arguments.yes or (not arguments.json and _agreed(f"Forget {planned.ref} for good?"))):
            if arguments.json:
                say_json(_as_json(planned, done=False), indent=2)
            else:
                say("Nothing was erased. To do it: the same command with --yes.")
            return 0
        copies = 0
        if not arguments.offline:
            try:
                copies = asyncio.run(erase_everywhere(settings, planned.mailbox, planned.traces.addresses))
            except Away as away:
                complain(f"the mailbox cannot be reached ({away}), nothing was erased — try again, or use --offline")
                return 1
        done = forget(store, books, sealing_key(settings), planned, moment_of(store))
        if done.hindrances:
            return _refuse(done, as_json=arguments.json)
        scrubbed = forgetting.scrub(store)
    if arguments.json:
        say_json({**_as_json(done, done=True), "mailbox_copies": copies, "scrubbed": scrubbed}, indent=2)
        return 0
    say(f"{done.ref} is forgotten.", "")
    _remains(settings, planned, copies, scrubbed=scrubbed, offline=arguments.offline)
    return 0


def _end(settings: Settings, store: Store, books: Mapping[str, Book], planned: Plan, arguments: argparse.Namespace) -> int:
    """End the matches, and leave the rest for when the letters have left."""
    from mailer.modes.library import sealing_key
    from mailer.steps.forget import end_matches

    wanted = arguments.yes or (not arguments.json and _agreed(f"End {count(planned.running, 'match', 'matches')}?"))
    now = moment_of(store)
    letters = end_matches(store, books, sealing_key(settings), planned, now) if wanted else 0
    told = _told(store, planned, now) if wanted else []
    if arguments.json:
        done = {"ended": planned.running if wanted else 0, "letters": letters}
        say_json(
            {**_as_json(planned, done=False), **done, "told": [{"to": who, "letter": name} for who, name, _ in told]}, indent=2
        )
    elif wanted:
        ended = "The match has ended" if planned.running == 1 else f"{planned.running} matches have ended"
        say(
            f"{ended}. These letters leave in the next turns, and say no reason:"
            if told
            else f"{ended}; no letter is due about it."
        )
        for who, name, _ in told:
            say(f"  {name} to the {who}")
        if not any(own for _, _, own in told):
            say(f"None of them goes to {planned.ref}: if they should hear of it, tell them yourself.")
        say(f"Then: mentorpost forget {planned.ref}")
    else:
        say("Nothing was done. To end the matches: the same command with --yes.")
    return 0


def _told(store: Store, planned: Plan, now: datetime) -> list[tuple[str, str, bool]]:
    """Who is written to because of the ending: in which role, by which letter, and whether it is the person themselves."""
    from datetime import timedelta

    from db import outbox, people

    own, programs = {person.id for person in planned.people}, {person.program for person in planned.people}
    with store.reading() as connection:
        letters = [one for one in outbox.decided_after(connection, now - timedelta(seconds=1)) if one.program in programs]
        readers = people.by_ids(connection, [one.to_id for one in letters if one.to_id is not None])
    return [
        (" and ".join(sorted(readers[one.to_id].roles)), one.name, one.to_id in own)
        for one in letters
        if one.to_id is not None and one.to_id in readers
    ]


def _show(planned: Plan) -> None:
    one = planned.people[0]
    where = ", ".join(f"{' and '.join(sorted(person.roles))} in {person.program}" for person in planned.people)
    say(f"{one.name} <{one.email}> ({one.ref}), {where}", "")
    lines = _lines(planned.counts, planned.wrote)
    say("What goes: the name, the addresses, the telephone number" + (", and" if lines else "."))
    for line in lines:
        say(f"  {line}")
    if planned.named_in or planned.rows:
        say(f"What says {one.ref} instead, without their words:")
        for number, word in ((len(planned.named_in), "message of others"), (planned.rows, "letter or note of others")):
            if number:
                say(f"  {count(number, word, word.replace(' of', 's of', 1).replace('letter ', 'letters '))}")
    say("What stays: ids, times, states and reasons without words; of releases who, when and which fields; a STOP.", "")


def _lines(counts: Mapping[str, int], wrote: Sequence[int]) -> list[str]:
    written = [count(len(wrote), "message they wrote", "messages they wrote")] if wrote else []
    return written + [count(counts[name], *words) for name, words in _ROWS.items() if counts.get(name)]


def _agreed(question: str) -> bool:
    """Whether somebody at the terminal types yes; without a terminal nobody does."""
    if not sys.stdin.isatty():
        return False
    print(f"{question} Type yes: ", end="", flush=True)
    return sys.stdin.readline().strip().lower() == "yes"


def _refuse(planned: Plan, *, as_json: bool) -> int:
    if as_json:
        say_json(_as_json(planned, done=False), indent=2)
    for hindrance in planned.hindrances:
        complain(f"{planned.ref}: {hindrance.text}")
    complain(f"nothing was erased: {count(len(planned.hindrances), 'matter has', 'matters have')} to be settled first")
    return 1


def _already(planned: Plan, *, scrubbed: bool, as_json: bool) -> int:
    if as_json:
        say_json({**_as_json(planned, done=True), "scrubbed": scrubbed}, indent=2)
    else:
        say(f"{planned.ref} is forgotten already." + ("" if scrubbed else " The file is busy: stop the service, then again."))
    return 0


def _remains(settings: Settings, planned: Plan, copies: int, *, scrubbed: bool, offline: bool) -> None:
    """What nobody but the operator can reach."""
    say("What remains, and is yours to look after:")
    say("  backups made before today hold everything until they are deleted;")
    if offline:
        say(f"  the mailbox still holds copies of {count(sum(len(names) for names in planned.mailbox.values()), 'message')};")
    else:
        say(f"  {count(copies, 'copy', 'copies')} in the mailbox deleted; the mail host's own backups are not ours;")
    if planned.unnamed:
        say(f"  {count(planned.unnamed, 'message')} without a Message-ID: look in the folders of the mailbox by hand;")
    if not scrubbed:
        say("  the database file was busy and may hold traces: stop the service and run the same command once more;")
    say("  files of yours that name them: templates, rosters, exports.")


def _as_json(planned: Plan, *, done: bool) -> dict[str, object]:
    return {
        "forgotten": done,
        "ref": planned.ref,
        "programs": [person.program for person in planned.people],
        "first": [hindrance.text for hindrance in planned.hindrances],
        "own_rows": dict(planned.counts),
        "messages_written": len(planned.wrote),
        "messages_of_others": len(planned.named_in),
        "rows_of_others": planned.rows,
    }
