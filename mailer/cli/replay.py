"""`mentorpost replay`: the recorded past under edited rules, letters or settings, and what would have been different."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, add_program, command
from mailer.cli.opening import database, program_of, settings_of
from mailer.cli.printing import complain, count, say, say_json, table

if TYPE_CHECKING:
    from datetime import datetime

    from mailer.files.settings import Settings
    from mailer.files.values import Override
    from mailer.model.program import Program
    from mailer.modes.replay.differences import LetterChange
    from mailer.modes.replay.twice import Replayed
    from mailer.steps.book import Book

_MOST_LINES = 12  # of the words of one letter
_LONG = 500  # moments: more than this takes so long that somebody wants to see it move


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "replay",
        "the recorded past under edited rules, letters or settings: what would have been different",
        run,
        "mentorpost replay --since 2027-01-01\n"
        "mentorpost replay --rules edited/inbox_rules --templates edited/email --html replay.html\n"
        "mentorpost replay --policy attempt.wait_days=2",
        "It lives the past twice in memory, as it was and with the edit. Nothing is sent and nothing is changed. "
        "Exit 1 if something differs.",
    )
    parser.add_argument("--since", metavar="DAY", type=_day, help="let the edit hold from this day on (2027-01-31)")
    add_program(parser, "only this program")
    parser.add_argument("--rules", metavar="DIR", type=Path, help="a folder with edited rules, in place of the service's own")
    parser.add_argument("--templates", metavar="DIR", type=Path, help="a folder with edited letters")
    parser.add_argument(
        "--policy",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="one policy key with another value, in every program that has it",
    )
    parser.add_argument("--html", metavar="FILE", type=Path, help="write it as a page: both pasts side by side, week by week")
    add_json(parser)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{written!r} is no day; write one such as 2027-01-31") from None


def run(arguments: argparse.Namespace) -> int:
    import asyncio
    from datetime import time

    from mailer.core.world.moments import moment
    from mailer.files.keys import read_key
    from mailer.modes.library import open_books
    from mailer.modes.rehearse import KEY
    from mailer.modes.replay.twice import replay

    settings = settings_of(arguments)
    programs = (program_of(settings, arguments.program).key,) if arguments.program else settings.keys
    lying, edited = _books(settings, arguments, programs, open_books)
    zone = settings.program(programs[0]).timezone
    since = moment(arguments.since, time(), zone) if arguments.since is not None else None
    with database(settings) as store:
        key = read_key(settings) or KEY
        found = asyncio.run(replay(store, lying, edited, key, since=since, programs=programs, progress=_progress()))
    if found is None:
        if arguments.json:
            say_json({"letters": [], "matches": [], "owners": [], "differs": False})
        else:
            say("Nothing is recorded yet: there is no past to live again.")
        return 0
    shown = {name: edited[name].program for name in programs}
    if arguments.html is not None:
        from mailer.modes.replay.page import page_of

        arguments.html.write_text(page_of(found, shown), encoding="utf-8")
    if arguments.json:
        from mailer.modes.replay.as_json import as_json

        say_json(as_json(found, shown), indent=2)
    else:
        _show(found, shown)
    return 1 if found.differences else 0


def _books(
    settings: Settings, arguments: argparse.Namespace, programs: tuple[str, ...], open_books: Callable[..., dict[str, Book]]
) -> tuple[dict[str, Book], dict[str, Book]]:
    """The books as they lie in the service's folders, and with what the user named in place of them; raises Bad."""
    from dataclasses import replace

    from mailer.model.errors import BadSettings, Flaw

    for place in (arguments.rules, arguments.templates):
        if place is not None and not place.is_dir():
            raise BadSettings(Flaw(str(place), 0, "there is no such folder", "name a folder with common/ and one for each profile"))
    edit = replace(settings, rules=arguments.rules or settings.rules, templates=arguments.templates or settings.templates)
    overrides = _overrides(arguments.policy)
    edited = open_books(edit)
    lying = open_books(settings) if arguments.rules or arguments.templates else edited
    return lying, open_books(edit, _where_they_mean_something(overrides, edited, programs)) if overrides else edited


def _where_they_mean_something(
    overrides: tuple[Override, ...], books: Mapping[str, Book], programs: tuple[str, ...]
) -> dict[str, list[Override]]:
    """The keys each program's policy has: one that is a key of m2m alone changes nothing elsewhere. Raises BadRules."""
    from mailer.model.errors import BadRules, Flaw

    found: dict[str, list[Override]] = {name: [] for name in programs}
    for override in overrides:
        words = {override.key, override.key.partition(".")[0]}
        having = [name for name, book in books.items() if words & book.rules.policy.values.keys()]
        if having and not set(having) & set(programs):
            what = f"{override.key!r} is no policy key of {' or '.join(programs)}"
            raise BadRules(Flaw("--policy", 0, what, f"it is one of {' and '.join(having)}: --program {having[0]}"))
        for name in programs:
            if name in having or not having:  # a key that nobody has is refused where the policy is read
                found[name].append(override)
    return found


def _overrides(written: list[str]) -> tuple[Override, ...]:
    import tomllib

    from mailer.files.values import Override
    from mailer.model.errors import BadRules, Flaw

    found: list[Override] = []
    for text in written:
        key, equals, value = text.partition("=")
        if not equals:
            raise BadRules(Flaw("--policy", 0, f"{text!r} has no value", "write it as --policy attempt.wait_days=2"))
        try:
            found.append(Override(key.strip(), tomllib.loads(f"value = {value}")["value"], "--policy"))
        except tomllib.TOMLDecodeError:  # a word or a time of day, which the shell has left without its quotes
            found.append(Override(key.strip(), value.strip(), "--policy"))
    return tuple(found)


def _progress() -> Callable[[str, int, int], None]:
    told: set[tuple[str, int]] = set()

    def progress(what: str, done: int, total: int) -> None:
        tenth = done * 10 // max(total, 1)
        if total > _LONG and tenth and (what, tenth) not in told:
            told.add((what, tenth))
            complain(f"{what}: {tenth * 10} %")

    return progress


def _show(found: Replayed, programs: Mapping[str, Program]) -> None:
    from mailer.modes.replay.words import cautions, day_in_words, in_sum

    zones = {name: program.timezone for name, program in programs.items()}
    zone = next(iter(zones.values()))
    say(in_sum(found.differences))
    about = f"{day_in_words(found.since, zone)} to {day_in_words(found.until, zone)}, {count(found.recorded, 'letter')} recorded"
    say(f"({about}. Edited: {', '.join(found.edited) or 'nothing'}.)")
    changes = sorted(found.differences.letters, key=lambda one: (one.whom.ref, one.at))
    if changes:
        say()
        table(
            ("To", "Letter", "What", "Was", "Would be"),
            [
                [
                    str(one.whom),
                    one.letter,
                    one.change.value,
                    _when(one.was, zones[one.program]),
                    _when(one.would, zones[one.program]),
                ]
                for one in changes
            ],
        )
    for pair in found.differences.pairs:
        say(f"  match of {pair.mentor} and {pair.mentee}: {pair.was or 'none'}, would be {pair.would or 'none'}")
    for case in found.differences.owners:
        whom = " and ".join(str(one) for one in case.about) or "the program"
        say(f"  {case.ladder} of {whom}: waits for {case.was or 'nobody'}, would wait for {case.would or 'nobody'}")
    _words(changes)
    told = list(cautions(found, zone))
    if told:
        say("", *(f"! {text}" for text in told))


def _words(changes: list[LetterChange]) -> None:
    """For each letter one example of how its words differ."""
    from mailer.modes.replay.differences import Change

    examples: dict[str, list[LetterChange]] = {}
    for one in changes:
        if one.words and one.change is not Change.MORE:
            examples.setdefault(one.letter, []).append(one)
    for name, alike in examples.items():
        lines = alike[0].words
        others = f", and {len(alike) - 1} more" if len(alike) > 1 else ""
        say("", f"{name} to {alike[0].whom}{others}:", *(f"  {line}" for line in lines[:_MOST_LINES]))
        if len(lines) > _MOST_LINES:
            say(f"  and {count(len(lines) - _MOST_LINES, 'line')} more: see --html")


def _when(at: datetime | None, zone: object) -> str:
    from zoneinfo import ZoneInfo

    assert isinstance(zone, ZoneInfo)
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M}" if at is not None else ""
