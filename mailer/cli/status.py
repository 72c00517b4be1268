"""`mentorpost status`: how the service is; also what a supervisor asks."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, command
from mailer.cli.opening import database, moment_of, settings_of
from mailer.cli.printing import count, say, say_json, table

if TYPE_CHECKING:
    from datetime import datetime

    from db.records import Case
    from mailer.files.settings import Settings
    from mailer.modes.health import Health

_NEXT = 10


def add(commands: Commands) -> None:
    parser = command(
        commands,
        "status",
        "owners, open cases, what is due, queues, last contact with each server",
        run,
        'mentorpost status || mentorpost status | mail -s "Mentorpost needs you" admin@example.org',
        "Exit code 1 where something needs a human: an open cry for help, a service that is not at work, a mail server that cannot "
        "be used, a letter held or refused, a message parked for more than a day, an edit that cannot be used. Call one then; "
        "starting the service anew mends none of these. A service that has died is started again by its supervisor "
        "(Restart=on-failure of systemd).",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from mailer.modes.health import examine
    from mailer.modes.library import database_of
    from mailer.modes.lock import somebody_works
    from mailer.modes.servers import places

    settings = settings_of(arguments)
    with database(settings) as store:
        working = somebody_works(database_of(settings), store)
        health = examine(store, settings.keys, moment_of(store), places=places(settings), working=working)
    if arguments.json:
        say_json(_as_json(settings, health), indent=2)
    else:
        _show(settings, health)
    return 1 if health.needs else 0


def _local(settings: Settings, program: str, at: datetime) -> datetime:
    return at.astimezone(settings.program(program).timezone if program in settings.keys else None)


def _about(health: Health, case: Case) -> str:
    person = health.people.get(case.subject_id or 0)
    if person is not None:
        return person.ref
    return f"match {case.match_id}" if case.match_id is not None else case.program


def _due(health: Health) -> list[tuple[datetime, Case]]:
    return sorted(((case.due_at, case) for case in health.open_cases if case.due_at is not None), key=lambda item: item[0])


def _show(settings: Settings, health: Health) -> None:
    say(f"Programs: {', '.join(f'{program.key} ({program.name})' for program in settings.programs)}.")
    if health.by_owner:
        say("", "Whose turn it is:")
        for owner, found in sorted(health.by_owner.items()):
            due = min((case.due_at for case in found if case.due_at is not None), default=None)
            when = f"; next on {_local(settings, found[0].program, due):%Y-%m-%d %H:%M}" if due is not None else ""
            say(f"  {'nobody' if owner in ('', 'none') else owner}: {count(len(found), 'open case')}{when}")
            if owner not in ("", "none"):
                _cases_of(settings, health, found)
        say("", "Next:")
        table(
            ("When", "Case", "State", "About"),
            [
                [f"{_local(settings, case.program, at):%Y-%m-%d %H:%M}", case.ladder, case.state, _about(health, case)]
                for at, case in _due(health)[:_NEXT]
            ],
        )
    else:
        say("No case is open.")
    say("")
    say(f"Outbox: {_counted(health.letters, 'no letters')}{_next_letter(settings, health)}.")
    say(f"Messages: {_counted(health.messages, 'none came')}.")
    _show_servers(settings, health)
    behind = "" if health.schema == health.newest_schema else f"; this version knows {health.newest_schema}"
    say(f"Database: schema {health.schema or 'none yet'}{behind}.")
    if health.restored is not None and health.restored.ended:
        past = health.restored
        say(f"Restored from a copy of {past.copied_at:%Y-%m-%d %H:%M} UTC at {past.began_at:%Y-%m-%d %H:%M} UTC.")
    say("")
    for need in health.needs:
        say(f"!! {need}")
    say("Something needs a human: see above." if health.needs else "All is well.")


def _show_servers(settings: Settings, health: Health) -> None:
    for name, at in sorted(health.contacts.items()):
        place = f" ({health.places[name]})" if name in health.places else ""
        say(f"Server {name}{place}: last answered {_local(settings, name.partition('/')[2], at):%Y-%m-%d %H:%M}.")
    for program in sorted(program for program in health.deaf if f"imap/{program}" not in health.contacts):
        name = f"imap/{program}"
        say(f"Server {name}{f' ({health.places[name]})' if name in health.places else ''}: has never answered.")
    if not health.contacts and not health.deaf:
        say("Servers: none has been asked yet.")
    say("Service: at work." if health.working else "Service: not at work at this moment.")


def _cases_of(settings: Settings, health: Health, found: list[Case]) -> None:
    """An owner's cases, the first due first."""
    by_day = sorted(
        found, key=lambda case: (case.due_at is None, case.due_at.isoformat() if case.due_at is not None else "", case.id)
    )
    for case in by_day[:_NEXT]:
        when = f"by {_local(settings, case.program, case.due_at):%Y-%m-%d}" if case.due_at is not None else "waits for a word"
        say(f"      {_about(health, case)}: {case.ladder}, {case.state}, {when}")
    if len(found) > _NEXT:
        say(f"      and {len(found) - _NEXT} more (--json lists all)")


def _counted(counts: dict[str, int], none: str) -> str:
    return ", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or none


def _next_letter(settings: Settings, health: Health) -> str:
    if health.next_letter is None:
        return ""
    return f"; the next leaves on {_local(settings, settings.programs[0].key, health.next_letter):%Y-%m-%d %H:%M}"


def _as_json(settings: Settings, health: Health) -> dict[str, object]:
    past = health.restored
    return {
        "ok": not health.needs,
        "needs": list(health.needs),
        "at": health.at.isoformat(),
        "programs": [program.key for program in settings.programs],
        "owners": {owner: len(found) for owner, found in sorted(health.by_owner.items())},
        "open_cases": [
            {
                "program": case.program,
                "key": case.key,
                "ladder": case.ladder,
                "state": case.state,
                "owner": case.owner,
                "about": _about(health, case),
                "due_at": _local(settings, case.program, case.due_at).isoformat() if case.due_at is not None else None,
            }
            for case in health.open_cases
        ],
        "next_letter": health.next_letter.isoformat() if health.next_letter is not None else None,
        "outbox": health.letters,
        "messages": health.messages,
        "at_work": health.working,
        "contacts": {name: at.isoformat() for name, at in health.contacts.items()},
        "servers": dict(health.places),
        "deaf": sorted(health.deaf),
        "schema": health.schema,
        "newest_schema": health.newest_schema,
        "restored": {"copy_of": past.copied_at.isoformat(), "at": past.began_at.isoformat(), "read": past.ended} if past else None,
    }
