"""`mentorpost people`: the roster."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, add_program, command
from mailer.cli.opening import database, program_of, settings_of
from mailer.cli.printing import count, say, say_json, table

if TYPE_CHECKING:
    from db.records import Match, Person


def add(commands: Commands) -> None:
    parser = command(
        commands, "people", "the roster: who is known, in which role and state", run, "mentorpost people --role mentor"
    )
    parser.add_argument(
        "--role", metavar="ROLE", default="", help="only those who hold it: mentor, mentee, coordinator, mwoc, staff …"
    )
    parser.add_argument(
        "--state", choices=("waiting", "active", "inactive", "stopped"), default="", help="only those in this state"
    )
    add_program(parser, "only the people of this program")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from db import people

    settings = settings_of(arguments)
    programs = (program_of(settings, arguments.program),) if arguments.program else settings.programs
    shown: list[dict[str, object]] = []
    with database(settings) as store, store.reading() as connection:
        for program in programs:
            everybody = {person.id: person for person in people.everybody(connection, program.key)}
            matches = people.matches(connection, program.key)
            for person in everybody.values():
                if (not arguments.role or arguments.role in person.roles) and (
                    not arguments.state or person.state == arguments.state
                ):
                    shown.append(_as_json(person, everybody, matches))
    if arguments.json:
        say_json(shown, indent=2)
        return 0
    if not shown:
        say("Nobody. To add people: mentorpost import FILE")
        return 0
    table(("Ref", "Name", "Address", "Role", "State", "Coordinator", "Matched with", "Remarks"), [_row(one) for one in shown])
    say(f"{count(len(shown), 'person', 'people')}.")
    return 0


def _as_json(person: Person, everybody: dict[int, Person], matches: tuple[Match, ...]) -> dict[str, object]:
    coordinator = everybody.get(person.coordinator_id or 0)
    pairs = [(match, everybody.get(match.mentee_id if match.mentor_id == person.id else match.mentor_id)) for match in matches]
    return {
        "ref": person.ref,
        "program": person.program,
        "name": person.name,
        "email": person.email,
        "roles": sorted(person.roles),
        "state": str(person.state),
        "phone": person.phone,
        "timezone": person.timezone,
        "since": person.since.isoformat() if person.since else None,
        "coordinator": coordinator.email if coordinator is not None else None,
        "matches": [
            {"with": other.email, "ref": other.ref, "state": str(match.state)}
            for match, other in pairs
            if other is not None and person.id in (match.mentor_id, match.mentee_id)
        ],
        "away_until": person.away_until.isoformat() if person.away_until else None,
        "address_broken_on": person.address_broken_on.isoformat() if person.address_broken_on else None,
        "held_by_safety": person.held_by_safety,
    }


def _row(one: dict[str, object]) -> list[str]:
    roles, matches = one["roles"], one["matches"]
    assert isinstance(roles, list) and isinstance(matches, list)
    pairs = [str(item["with"]) + ("" if item["state"] == "active" else f" ({item['state']})") for item in matches]
    remarks = [
        f"away until {one['away_until']}" if one["away_until"] else "",
        "address broken" if one["address_broken_on"] else "",
        "held by safety words" if one["held_by_safety"] else "",
    ]
    return [
        str(one["ref"]),
        str(one["name"]),
        str(one["email"]),
        ", ".join(roles),
        str(one["state"]),
        str(one["coordinator"] or ""),
        ", ".join(pairs),
        ", ".join(remark for remark in remarks if remark),
    ]
