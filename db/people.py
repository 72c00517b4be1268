"""People and matches: adding, changing, finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, select, update

from db import rows
from db.among import among
from db.census import census, changed
from db.engine import stir
from db.evidence import get_fact, set_fact
from db.prepared import Prepared
from db.records import Match, MatchState, Person, PersonState
from db.tables import alias, match, person
from db.upsert import change, insert_new, insert_or_change

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_ROOM = 1 << 40

_PROGRAM: BindParameter[str] = bindparam("program")
_SAME = Prepared(
    select(person).where(person.c.program == _PROGRAM, person.c.address == bindparam("address"), person.c.name == bindparam("name"))
)
_BY_ID = Prepared(select(person).where(person.c.id == bindparam("id")))
_BY_IDS = Prepared(select(person).where(among(person.c.id, "ids")))
_PROGRAM_OF = Prepared(select(person.c.program).where(person.c.id == bindparam("id")))
_PROGRAM_OF_PAIR = Prepared(select(match.c.program).where(match.c.id == bindparam("id")))


def ref_of(number: int) -> str:
    """An opaque ref for a row: the same row always has the same one, neighbours look unlike each other."""
    mixed = (number * 0x9E3779B1 + 0x5BD1E995) % (1 << 20) if number < 1 << 20 else (number * 0x9E3779B97 + 7) % _ROOM
    found = ""
    for _ in range(4 if number < 1 << 20 else 8):
        found = _ALPHABET[mixed & 31] + found
        mixed >>= 5
    return found


def add_person(
    connection: Connection,
    program: str,
    *,
    name: str,
    email: str,
    role: str,
    state: str,
    phone: str = "",
    timezone: str = "",
    since: date | None = None,
    coordinator_id: int | None = None,
    approved_on: date | None = None,
    extra: Mapping[str, object] | None = None,
) -> int:
    """A new person, or a known one (same address and name) with a further role and newer fields. Gives the id."""
    stir(connection)
    same = {"program": program, "address": email.lower(), "name": name}
    known = _same(connection, same)
    given = {"phone": phone, "timezone": timezone, "since": since, "coordinator_id": coordinator_id, "approved_on": approved_on}
    if known is None:
        values = {
            "program": program,
            "ref": "",
            "name": name,
            "email": email,
            "address": email.lower(),
            "roles": f" {role} ",
            "state": state,
            "extra": dict(extra or {}),
            **given,
        }
        number = insert_new(connection, person, values, key=("program", "address", "name"))
        if number is not None:
            change(connection, person, {"id": number}, {"ref": ref_of(number)})
            changed(connection, program, person_id=number)
            _changed(connection, program)
            return number
        known = _same(connection, same)  # another process added them a moment ago
    assert known is not None
    roles = sorted({*known.roles, role})
    changes: dict[str, object] = {"roles": f" {' '.join(roles)} ", "extra": {**known.extra, **(extra or {})}}
    changes.update({key: value for key, value in given.items() if value})
    if known.state is PersonState.WAITING:
        changes["state"] = state
    change(connection, person, {"id": known.id}, changes)
    changed(connection, program, person_id=known.id)
    _changed(connection, program)
    return int(known.id)


def _same(connection: Connection, values: Mapping[str, object]) -> Person | None:
    row = _SAME.first(connection, values)
    return rows.person(row) if row is not None else None


def change_person(connection: Connection, number: int, changes: Mapping[str, object]) -> None:
    stir(connection)
    values = dict(changes)
    if "email" in values:
        values["address"] = str(values["email"]).lower()
    change(connection, person, {"id": number}, values)
    program = str(_PROGRAM_OF.value(connection, {"id": number}))
    changed(connection, program, person_id=number)
    if values.keys() & {"name", "email", "phone", "roles"}:
        _changed(connection, program)


def add_match(
    connection: Connection, program: str, mentor_id: int, mentee_id: int, since: date | None, handed_over_on: date | None = None
) -> None:
    """A pair; a known pair becomes active again only if it was never ended by a decision (it then stays as it is)."""
    stir(connection)
    values = {
        "program": program,
        "mentor_id": mentor_id,
        "mentee_id": mentee_id,
        "state": "active",
        "since": since,
        "handed_over_on": handed_over_on,
    }
    number = insert_new(connection, match, values, key=("mentor_id", "mentee_id"))
    if number is not None:
        changed(connection, program, match_id=number)


def propose_match(connection: Connection, program: str, mentor_id: int, mentee_id: int, since: date | None) -> int:
    """A pair that is matched but not handed to each other yet, also where the same two were a pair before. Gives its id."""
    stir(connection)
    changes = {"state": MatchState.PROPOSED.value, "since": since, "handed_over_on": None}
    values = {"program": program, "mentor_id": mentor_id, "mentee_id": mentee_id, **changes}
    insert_or_change(connection, match, values, ("mentor_id", "mentee_id"), changes)
    found = select(match.c.id).where(match.c.mentor_id == mentor_id, match.c.mentee_id == mentee_id)
    number = int(connection.execute(found).scalar_one())
    changed(connection, program, match_id=number)
    return number


def change_match(connection: Connection, number: int, state: str, handed_over_on: date | None = None) -> None:
    """Move a pair to another state; the day of its hand-over stays where none is given."""
    stir(connection)
    changes = {"state": state} if handed_over_on is None else {"state": state, "handed_over_on": handed_over_on}
    change(connection, match, {"id": number}, changes)
    changed(connection, str(_PROGRAM_OF_PAIR.value(connection, {"id": number})), match_id=number)


def by_address(connection: Connection, program: str, addresses: Iterable[str]) -> tuple[Person, ...]:
    wanted = {address.lower() for address in addresses if address}
    if not wanted:
        return ()
    known = census(connection, program)
    return tuple(known.people[number] for number in known.at_address(wanted))


def add_alias(connection: Connection, program: str, person_id: int, address: str) -> None:
    """A further address from which a person's mail counts as theirs; letters go to the one on file as before."""
    values = {"program": program, "person_id": person_id, "address": address.lower()}
    insert_new(connection, alias, values, key=("program", "address", "person_id"))
    changed(connection, program)
    _changed(connection, program)


def forget(connection: Connection, numbers: Iterable[int]) -> None:
    """Leave nothing of these people but their ref: the row stays for what points to it, and nobody can write from it."""
    for number in numbers:
        row = _BY_ID.first(connection, {"id": number})
        known = rows.person(row)
        nothing = {column.name: None for column in person.c if column.nullable}
        values = {"name": known.ref, "email": "", "roles": " ", "state": PersonState.FORGOTTEN.value, "phone": "", "timezone": ""}
        connection.execute(delete(alias).where(alias.c.person_id == number))
        connection.execute(update(person).where(person.c.coordinator_id == number).values(coordinator_id=None))
        change_person(connection, number, {**nothing, **values, "held_by_safety": False, "extra": {}})
        proposed = (match.c.state == MatchState.PROPOSED.value) & ((match.c.mentor_id == number) | (match.c.mentee_id == number))
        connection.execute(update(match).where(proposed).values(state=MatchState.DROPPED.value))
        changed(connection, known.program)


def everybody(connection: Connection, program: str) -> tuple[Person, ...]:
    return tuple(census(connection, program).people.values())


def matches(connection: Connection, program: str) -> tuple[Match, ...]:
    return tuple(census(connection, program).pairs.values())


def has_role(column: Any, role: str) -> Any:
    return column.like(f"% {role} %")


def by_id(connection: Connection, number: int) -> Person | None:
    row = _BY_ID.first(connection, {"id": number})
    return rows.person(row) if row is not None else None


def holding(connection: Connection, program: str, role: str) -> tuple[Person, ...]:
    """Everybody of a program who has a role."""
    return tuple(item for item in census(connection, program).people.values() if role in item.roles)


def held_by_safety(connection: Connection) -> tuple[Person, ...]:
    """Everybody of all programs whose cry for help is with whoever is on duty."""
    query = select(person).where(person.c.held_by_safety.is_(True)).order_by(person.c.id)
    return tuple(rows.person(row) for row in connection.execute(query))


def by_ids(connection: Connection, numbers: Iterable[int]) -> dict[int, Person]:
    """People by id, in one read."""
    return {item.id: item for item in _BY_IDS.records(connection, {"ids": set(numbers)}, rows.person)}


_WATCHED = Prepared(
    select(person.c.id, person.c.name, person.c.phone, person.c.address, person.c.roles).where(
        person.c.program == bindparam("program"), person.c.state != PersonState.FORGOTTEN.value
    )
)
_ALIASES = Prepared(select(alias.c.person_id, alias.c.address).where(alias.c.program == bindparam("program")))


def _changed(connection: Connection, program: str) -> None:
    """Names, numbers or addresses are others now: what was made of them is made anew (`names_mark`)."""
    set_fact(connection, f"names/{program}", str(int(names_mark(connection, program) or 0) + 1))


def names_mark(connection: Connection, program: str) -> str:
    """Another text whenever anybody's name, number, address or role has changed; "" while there is nobody."""
    return get_fact(connection, f"names/{program}") or ""


def names(connection: Connection, program: str) -> list[tuple[int, str, str, tuple[str, ...], frozenset[str]]]:
    """(id, name, telephone, addresses, roles) of everybody, with the further addresses their mail comes from.

    Not of the forgotten: their name is a ref, which letters may say.
    """
    further: dict[int, list[str]] = {}
    for number, address in _ALIASES.rows(connection, {"program": program}):
        further.setdefault(number, []).append(address)
    return [
        (number, name, phone, (address, *further.get(number, ())), frozenset(roles.split()))
        for number, name, phone, address, roles in _WATCHED.rows(connection, {"program": program})
    ]
