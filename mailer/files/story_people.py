"""The `[[person]]` tables of a story: who takes part, with the keys that each profile adds (CONTRACT.md sections 4 and 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date as Day

from mailer.files.fields import Table
from mailer.files.values import nearest, read_zone

PERSON_KEYS = ("name", "email", "role", "phone", "timezone", "since", "coordinator", "mentor", "confirmed")
_EVERYWHERE = ("staff", "admin")
ROLES: Mapping[str, tuple[str, ...]] = {
    "m2m": ("coordinator", "mwoc", "mentor", "mentee", *_EVERYWHERE),
    "mphp": ("clinical_coordinator", "participant", "mentor", *_EVERYWHERE),
    "icb": ("mentor", "mentee", *_EVERYWHERE),
    "peer": ("specialist", "trainer", *_EVERYWHERE),
}
_ANY_ROLE = tuple(dict.fromkeys(role for roles in ROLES.values() for role in roles))
_SAME = {("mphp", "mentee"): "participant"}  # CONTRACT.md section 8: `mentee` is the same


def roles_of(profile: str) -> tuple[str, ...]:
    """The roles that people of a program can have; of a profile of one's own, any (CONTRACT.md sections 6 and 8)."""
    return ROLES.get(profile, _ANY_ROLE)


_Reader = Callable[[Table, str], object]
PUBLISHED = ("name", "certification", "topics", "region", "email")


@dataclass(frozen=True, slots=True)
class StoryPerson:
    """Somebody who is approved and introduced when the story begins.

    `extra` holds the profile's own keys with their defaults filled in; days in it are ISO texts.
    """

    name: str
    email: str
    roles: tuple[str, ...]
    phone: str = ""
    timezone: str = ""  # IANA name; "" means the program's
    since: Day | None = None
    coordinator: str = ""  # address
    mentor: str = ""  # address
    confirmed: bool = True  # has confirmed the address
    extra: Mapping[str, object] = field(default_factory=dict)
    line: int = 0


def _text(table: Table, key: str) -> object:
    return table.text(key, "")


def _day(table: Table, key: str) -> object:
    found = table.day(key)
    return found.isoformat() if found else ""


def _flag(default: bool) -> _Reader:
    return lambda table, key: table.flag(key, default)


def _tag(table: Table, key: str) -> object:
    tag = table.text(key, "")
    if len(tag.split()) > 1:
        table.complain(key, f"{key} = {tag!r} is more than one word", "write one word, as mentees will write it after DIRECTORY")
    return tag


def _tags(table: Table, key: str) -> object:
    tags = table.words(key)
    if any(len(tag.split()) != 1 for tag in tags):
        table.complain(key, f"every one of the {key} must be one word", 'write ["career", "training"]')
    return list(tags)


def _eligible(table: Table, key: str) -> object:
    if table.data.get(key) is False:
        return False
    return table.choice(key, ("C1a", "C1b", "C2", "C3"), "C1a")


def _published(table: Table, key: str) -> object:
    fields = table.words(key, PUBLISHED)
    possible = (*PUBLISHED, "phone", "setting", "years")
    for name in fields:
        if name not in possible:
            table.complain(key, f"{name!r} cannot be published", nearest(name, possible))
    return list(fields)


_EXTRA: Mapping[tuple[str, str], Mapping[str, _Reader]] = {
    ("mphp", "participant"): {
        "field": _text,
        "surveyed": _flag(False),
        "peer_willing": _flag(False),
        "matched": _day,
        "released": _day,
    },
    ("mphp", "mentor"): {
        "field": _text,
        "eligible": _eligible,
        "signed_off": _flag(True),
        "private_mailbox": _flag(True),
    },
    ("icb", "mentor"): {
        "listed": _flag(True),
        "certification": _text,
        "certified_until": _day,
        "years": lambda table, key: table.number(key, 10, 0, 80),
        "topics": _tags,
        "region": _tag,
        "setting": _text,
        "ethics_version": _text,
        "publish": _published,
    },
    ("icb", "mentee"): {"certification": _text, "setting": _text},
    ("peer", "specialist"): {"enrolled": _day},
}


def read_people(tables: list[Table], profile: str, rostered: bool) -> tuple[StoryPerson, ...]:
    """Everybody in the story. One name and address with several roles is one person; two names may share an address.

    Where a roster brings further people (`rostered`), addresses of mentors and coordinators may be found there instead.
    """
    people: dict[tuple[str, str], StoryPerson] = {}
    for table in tables:
        person = _person(table, profile)
        key = (person.name.lower(), person.email.lower())
        before = people.get(key)
        if before is not None and set(before.roles) & set(person.roles):
            table.complain("email", f"{person.email} is in this story already, on line {before.line}", "take one of the two out")
        people[key] = person if before is None else _both(before, person)
    if not rostered:
        _check_links(tables, people)
    return tuple(people.values())


def _person(table: Table, profile: str) -> StoryPerson:
    roles = _roles(table, profile)
    readers: dict[str, _Reader] = {}
    for role in roles:
        readers.update(_EXTRA.get((profile, role), {}))
    table.refuse_unknown((*PERSON_KEYS, *readers))
    zone = table.text("timezone", "")
    if zone and read_zone(zone) is None:
        table.zone("timezone")  # complains, with the nearest name
    person = StoryPerson(
        name=table.text("name"),
        email=table.address("email"),
        roles=roles,
        phone=table.text("phone", ""),
        timezone=zone,
        since=table.day("since"),
        coordinator=table.address("coordinator", ""),
        mentor=table.address("mentor", ""),
        confirmed=table.flag("confirmed", True),
        extra={key: reader(table, key) for key, reader in readers.items()},
        line=table.line,
    )
    if any(person.extra.get(key) for key in ("matched", "released")) and not person.mentor:
        table.complain("name", f"{person.name} is handed off to nobody", "add mentor = their mentor's address")
    return person


def _roles(table: Table, profile: str) -> tuple[str, ...]:
    if not table.has("role"):
        table.text("role")  # complains
        return ()
    known = roles_of(profile)
    roles = tuple(_SAME.get((profile, role), role) for role in table.words("role"))
    for role in roles:
        if role not in known:
            table.complain("role", f"{role!r} is no role of profile {profile!r}", nearest(role, known))
    return roles


def _both(one: StoryPerson, other: StoryPerson) -> StoryPerson:
    """One person told in two tables, one for each role."""
    return replace(
        one,
        roles=(*one.roles, *other.roles),
        phone=one.phone or other.phone,
        timezone=one.timezone or other.timezone,
        since=one.since or other.since,
        coordinator=one.coordinator or other.coordinator,
        mentor=one.mentor or other.mentor,
        confirmed=one.confirmed and other.confirmed,
        extra={**one.extra, **other.extra},
    )


def _check_links(tables: list[Table], people: Mapping[tuple[str, str], StoryPerson]) -> None:
    addresses = {person.email.lower() for person in people.values() if person.email}
    for table in tables:
        for key in ("coordinator", "mentor"):
            written = table.data.get(key)
            if isinstance(written, str) and "@" in written and written.strip().lower() not in addresses:
                table.complain(
                    key, f"nobody in this story has the address {written}", nearest(written, addresses, "ana@example.org")
                )
