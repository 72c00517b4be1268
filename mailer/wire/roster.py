"""Reads a roster: rows of cell texts, headings in any order, to people; every broken row is told with its line (R-011)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from zoneinfo import ZoneInfo

from mailer.model.decision import RosterRow
from mailer.model.errors import BadRoster, Flaw
from mailer.wire.addresses import one_address

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "full name", "names", "person", "member"),
    "email": ("email", "email address", "e mail", "e mail address", "mail", "address", "contact email", "contact email address"),
    "role": ("role", "roles", "is a", "type"),
    "coordinator": ("coordinator", "m2m coordinator", "coordinator email", "coordinators email", "assigned coordinator"),
    "mentor": ("mentor", "mentor email", "mentors email", "assigned mentor", "match"),
    "phone": ("phone", "telephone", "phone number", "telephone number", "mobile", "tel", "cell"),
    "since": ("since", "start", "start date", "joined", "member since", "date joined"),
    "timezone": ("time zone", "timezone", "zone", "tz"),
}
ROLES: Mapping[str, tuple[str, ...]] = {
    "mentor": ("mentors", "mc mentor", "new mentor"),
    "mentee": ("mentees",),
    "coordinator": ("m2m coordinator", "coordinators"),
    "mwoc": ("welcome coordinator", "welcome and orientation coordinator", "member welcome orientation coordinator"),
    "clinical_coordinator": ("clinical coordinator", "cc"),
    "participant": ("participants",),
    "specialist": ("peer support specialist", "peer specialist"),
    "trainer": ("trainers",),
    "staff": ("program staff", "on duty"),
    "admin": ("administrator",),
}
MOST_BROKEN = 200  # rows; more is another kind of file, and nobody reads further
_HEADING = {word: column for column, words in COLUMNS.items() for word in words}
_ROLE = {word: role for role, words in ROLES.items() for word in (role, role.replace("_", " "), *words)}
_SHOWN = {"email": "Email", "name": "Name", "role": "Role", "timezone": "Time zone"}
_NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_NOT_WORDS = re.compile(r"[^\w]+")
_BETWEEN = re.compile(r"[,;/&\n]| and ")


def is_roster(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the heading row is a roster's: an address and a role, by any of their names."""
    if not rows:
        return False
    found = {_HEADING.get(_plain(cell)) for cell in rows[0]}
    return {"email", "role"} <= found


def read_rows(
    rows: Sequence[Sequence[str]],
    source: str,
    known: AbstractSet[str] | None = None,
    *,
    order: str = "mdy",
    extra: AbstractSet[str] = frozenset(),
    roles: Sequence[str] = (),
) -> tuple[RosterRow, ...]:
    """The people of a sheet without a flaw, for an import that is all or nothing; raises BadRoster with every flaw."""
    sound, flaws = sift_rows(rows, source, known, order=order, extra=extra, roles=roles)
    if flaws:
        raise BadRoster(*flaws)
    return sound


def sift_rows(
    rows: Sequence[Sequence[str]],
    source: str,
    known: AbstractSet[str] | None = None,
    *,
    order: str = "mdy",
    extra: AbstractSet[str] = frozenset(),
    roles: Sequence[str] = (),
) -> tuple[tuple[RosterRow, ...], tuple[Flaw, ...]]:
    """The sound rows (a person with several roles is several), and what is wrong with the others. Linear, total.

    `rows` begin with the headings; `source` names the sheet in complaints. `known` are the addresses we know already, in
    lower case: a coordinator or mentor must be among them or in the sheet; None leaves that unchecked. `order` says how
    3/4/2027 is meant ("mdy", "dmy"). `extra` are a profile's own columns, in lower case, kept as texts. `roles` are those that
    its people can have; none given: any.
    """
    if not rows or not any(cell.strip() for cell in rows[0]):
        return (), (Flaw(source, 1, "there is no row of headings", "begin with Name, Email, Role, Coordinator, Mentor"),)
    columns, flaws = _columns(rows[0], source, extra)
    if missing := [name for name in ("name", "email", "role") if name not in columns]:
        words = ", ".join(_SHOWN[name] for name in missing)
        return (), (*flaws, Flaw(source, 1, f"there is no column {words}", "begin with Name, Email, Role, Coordinator, Mentor"))
    found: list[tuple[RosterRow, list[Flaw]]] = []
    first: dict[tuple[str, str, str], int] = {}
    broken = 0
    for line, cells in enumerate(rows[1:], 2):
        if broken >= MOST_BROKEN:
            flaws.append(Flaw(source, line, f"{broken} rows are broken; the rest was not read", "mend these first"))
            break
        if any(cell.strip() for cell in cells):
            written = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
            wrong: list[Flaw] = []
            for row in _row(written, source, line, order, wrong, extra, roles):
                key = (row.name.lower(), row.email.lower(), row.role)
                if key in first:
                    what = f"{row.email} is in line {first[key]} already as {row.role}"
                    wrong.append(Flaw(source, line, what, "take one of the two out"))
                first.setdefault(key, line)
                found.append((row, wrong))
            broken += bool(wrong)
            if not _roles(written["role"]):
                flaws += wrong
    _check_links(found, source, known)
    sound = tuple(row for row, wrong in found if not wrong)
    seen: dict[Flaw, None] = dict.fromkeys([*flaws, *(flaw for _, wrong in found for flaw in wrong)])
    return sound, tuple(sorted(seen, key=lambda flaw: flaw.line))


def _columns(headings: Sequence[str], source: str, extra: AbstractSet[str]) -> tuple[dict[str, int], list[Flaw]]:
    columns: dict[str, int] = {}
    flaws: list[Flaw] = []
    for at, heading in enumerate(headings):
        word = _plain(heading)
        name = _HEADING.get(word) or (word if word in extra else "")
        if not word:
            continue
        if not name:
            near = difflib.get_close_matches(word, [*_HEADING, *extra], n=1, cutoff=0.7)
            advice = (
                f"did you mean {_shown(_HEADING.get(near[0], near[0]))!r}?" if near else "take it out, or leave its heading empty"
            )
            flaws.append(Flaw(source, 1, f"the column {heading.strip()!r} is not known", advice))
        elif name in columns:
            flaws.append(Flaw(source, 1, f"two columns are called {_shown(name)!r}", "keep one of them"))
        else:
            columns[name] = at
    return columns, flaws


def _row(
    written: Mapping[str, str],
    source: str,
    line: int,
    order: str,
    wrong: list[Flaw],
    extra: AbstractSet[str],
    possible: Sequence[str],
) -> list[RosterRow]:
    """One row as a person in each of its roles; `wrong` takes what is wrong with it."""

    def complain(what: str, advice: str) -> None:
        wrong.append(Flaw(source, line, what, advice))

    name = " ".join(written["name"].split())
    if not name or not name.isprintable():
        complain("a person without a name", "write one into the column Name")
    address = {key: _address(written.get(key, ""), key, complain) for key in ("email", "coordinator", "mentor")}
    if not written["email"]:
        complain(f"{name or 'a person'} has no address", "write one into the column Email")
    since = _day(written.get("since", ""), order)
    if since is None and written.get("since"):
        complain(f"since {written['since']!r} is no day", "write it as 2027-10-01")
    zone = written.get("timezone", "")
    if zone and not _is_zone(zone):
        complain(f"{zone!r} is no time zone", "write one such as America/New_York, or leave it empty")
    roles = _roles(written["role"])
    if not roles:
        near = difflib.get_close_matches(_plain(written["role"]), _ROLE, n=1, cutoff=0.6)
        advice = f"did you mean {_ROLE[near[0]]!r}?" if near else f"write one of {', '.join(possible or ROLES)}"
        complain(f"{written['role']!r} is no role" if written["role"] else f"{name or 'a person'} has no role", advice)
    if "participant" in possible and "mentee" not in possible:  # the same (CONTRACT.md section 8)
        roles = tuple(dict.fromkeys("participant" if role == "mentee" else role for role in roles))
    elsewhere = [role for role in roles if possible and role not in possible]
    for role in elsewhere:
        complain(f"this program has no role {role!r}", f"write one of {', '.join(possible)}")
    if "mentee" in roles and not elsewhere and not written.get("mentor"):
        complain(f"the mentee {name} has no mentor", "write the mentor's address into the column Mentor")
    kept = {key: written[key] for key in extra if written.get(key)}
    phone = written.get("phone", "")
    return [
        RosterRow(name, address["email"], role, address["coordinator"], address["mentor"], phone, since, zone, line, kept)
        for role in roles
    ]


def _address(written: str, column: str, complain: Callable[[str, str], None]) -> str:
    if not written:
        return ""
    _, address = one_address(written)
    if not address:
        complain(f"{written!r} in column {_shown(column)} is no mail address", "write it as name@example.org")
    return address


def _check_links(found: list[tuple[RosterRow, list[Flaw]]], source: str, known: AbstractSet[str] | None) -> None:
    """A coordinator or mentor named in a row must be known, or be in the sheet in that role."""
    if known is None:
        return
    here = {(row.email.lower(), row.role) for row, _ in found}
    fitting = {"coordinator": ("coordinator", "clinical_coordinator"), "mentor": ("mentor",)}
    for row, wrong in found:
        for column, address in (("coordinator", row.coordinator), ("mentor", row.mentor)):
            low = address.lower()
            if low and low not in known and not any((low, role) in here for role in fitting[column]):
                flaw = Flaw(source, row.line, f"the {column} {address} is not known", f"add a row for them with the role {column}")
                if flaw not in wrong:
                    wrong.append(flaw)


def _plain(cell: str) -> str:
    """A heading or role without case, punctuation and spare spaces."""
    return _NOT_WORDS.sub(" ", cell.replace("'", "").replace("\u2019", "").lower()).strip()


def _roles(cell: str) -> tuple[str, ...]:
    """The roles of a cell ("mentor, coordinator"); none where one of them is unknown."""
    if whole := _ROLE.get(_plain(cell)):
        return (whole,)
    roles = [_ROLE.get(_plain(word), "") for word in _BETWEEN.split(cell) if word.strip()]
    return tuple(dict.fromkeys(roles)) if roles and all(roles) else ()


def _day(cell: str, order: str) -> date | None:
    """A day as ISO (with or without a time, as spreadsheets give it) or in numbers with a four-digit year."""
    try:
        if found := _NUMBERS.fullmatch(cell):
            one, two, year = (int(part) for part in found.groups())
            return date(year, two, one) if order == "dmy" or "." in cell else date(year, one, two)
        return date.fromisoformat(cell[:10]) if cell[10:11] in ("", " ", "T") else None
    except ValueError:
        return None


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return False
    return True


def _shown(column: str) -> str:
    return _SHOWN.get(column, column.capitalize())
