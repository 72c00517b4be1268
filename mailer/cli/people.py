"""`mentorpost people`: the roster."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailer.cli.command import Commands, add_json, add_program, command
from mailer.cli.opening import database, program_of, settings_of
from mailer.cli.printing import complain, count, say, say_json, table

if TYPE_CHECKING:
    from db.records import Match, Person
    from mailer.files.settings import Settings
    from mailer.model.program import Program


def add(commands: Commands) -> None:
    parser = command(
        commands, "people", "the roster: who is known, in which role and state", run, "mentorpost people --role mentor"
    )
    parser.add_argument(
        "--role", metavar="ROLE", default="", help="only those who hold it: mentor, mentee, coordinator, mwoc, staff …"
    )
    parser.add_argument(
        "--state",
        choices=("waiting", "unconfirmed", "active", "inactive", "stopped", "forgotten"),
        default="",
        help="only those in this state",
    )
    parser.add_argument(
        "--basis",
        action="store_true",
        help="only mentors with a recorded basis, and whom a change of eligibility.months would concern",
    )
    add_program(parser, "only the people of this program")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    from db import people
    from mailer.files.story_people import roles_of

    settings = settings_of(arguments)
    programs = (program_of(settings, arguments.program),) if arguments.program else settings.programs
    shown: list[dict[str, object]] = []
    roles = {role for program in programs for role in roles_of(program.profile)}
    known = 0
    with database(settings) as store, store.reading() as connection:
        for program in programs:
            everybody = {person.id: person for person in people.everybody(connection, program.key)}
            roles.update(role for person in everybody.values() for role in person.roles)
            known += len(everybody)
            matches = people.matches(connection, program.key)
            asked = _months_asked(settings, program) if arguments.basis else None
            for person in everybody.values():
                if arguments.basis and not person.extra.get("eligible"):
                    continue
                if (not arguments.role or arguments.role in person.roles) and (
                    not arguments.state or person.state == arguments.state
                ):
                    shown.append({**_as_json(person, everybody, matches), **(_basis(person, asked) if arguments.basis else {})})
    if arguments.role and arguments.role not in roles and arguments.role not in roles_of(""):
        complain(f"mentorpost people: there is no role {arguments.role!r} — write one of {', '.join(sorted(roles))}")
        return 2
    if arguments.json:
        say_json(shown, indent=2)
        return 0
    if not shown:
        say(f"None of {count(known, 'person', 'people')}." if known else "Nobody. To add people: mentorpost import FILE")
        return 0
    table(("Ref", "Name", "Address", "Role", "State", "Coordinator", "Matched with", "Remarks"), [_row(one) for one in shown])
    say(f"{count(len(shown), 'person', 'people')}.")
    return 0


def _months_asked(settings: Settings, program: Program) -> int | None:
    """How many months basis C1 needs by the policy as it stands now."""
    from mailer.files.policy import read_policy

    months = read_policy(settings.rules / program.profile / "policy.toml").values.get("eligibility.months")
    return months if isinstance(months, int) else None


def _basis(person: Person, asked: int | None) -> dict[str, object]:
    """Why somebody can be a mentor, by which threshold, and whether another one stands in the policy since (R-102, R-103).

    Nobody loses the basis by an edit: whom it concerns is for a clinical coordinator to look at again.
    """
    basis, recorded = str(person.extra["eligible"]), person.extra.get("eligible_months")
    concerned = basis.startswith("C1") and asked is not None and recorded is not None and recorded != asked
    return {
        "basis": basis,
        "basis_on": person.extra.get("eligible_on"),
        "months": recorded,
        "months_now": asked,
        "concerned": concerned,
    }


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
        f"basis {one['basis']}" if one.get("basis") else "",
        f"recorded when {one['months']} months were asked, now {one['months_now']}" if one.get("concerned") else "",
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
