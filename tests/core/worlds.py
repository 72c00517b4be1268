"""Small situations as plain values, for tables of decisions: one program, a handful of people, moments by the wall clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from db.records import Case, Event, EventKind, Letter, LetterState, Match, Person, Situation
from mailer.core.world.scene import Scene
from mailer.model.program import Program, Rulebook
from mailer.steps.bookshelf import open_book

ZONE = ZoneInfo("America/Chicago")
_ROOT = Path(__file__).parent.parent.parent
WILMA, KLAUS, SVEN, ANA, BEA, MINA, NOOR = range(1, 8)
PEOPLE = {
    WILMA: Person(WILMA, "m2m", "W2", "Wilma Ost", "wilma@example.org", frozenset({"mwoc"})),
    KLAUS: Person(KLAUS, "m2m", "K2", "Klaus Berg", "klaus@example.com", frozenset({"coordinator"})),
    SVEN: Person(SVEN, "m2m", "S2", "Sven Dahl", "sven@example.org", frozenset({"staff"})),
    ANA: Person(ANA, "m2m", "A2", "Ana Torre", "ana@example.org", frozenset({"mentor"}), coordinator_id=KLAUS),
    BEA: Person(BEA, "m2m", "B2", "Bea Ring", "bea@example.com", frozenset({"mentor"}), coordinator_id=KLAUS),
    MINA: Person(MINA, "m2m", "M2", "Mina Holt", "mina@example.com", frozenset({"mentee"})),
    NOOR: Person(NOOR, "m2m", "N2", "Noor Vale", "noor@example.com", frozenset({"mentee"})),
}
MATCHES = (Match(1, "m2m", ANA, MINA), Match(2, "m2m", ANA, NOOR))


@cache
def book() -> Rulebook:
    program = Program("m2m", "m2m", "MC update", "mc@example.org", ZONE)
    return open_book(program, _ROOT / "inbox_rules", _ROOT / "templates" / "email").rules


def at(text: str, zone: ZoneInfo = ZONE) -> datetime:
    """The UTC moment of a wall clock time, "2027-04-15 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def walk(state: str, entered: str, due: str | None = None, **changes: object) -> Case:
    """Ana's walk up the contact ladder."""
    case = Case(
        11,
        "m2m",
        "contact",
        f"contact/{ANA}/2027-04-01",
        state,
        "mentor",
        "mentor",
        ANA,
        due_at=at(due) if due else None,
        entered_at=at(entered),
        opened_at=at("2027-04-01 08:00"),
        data={"step": 3, "round": 2, "month": "2027-04"},
    )
    return replace(case, **changes)  # type: ignore[arg-type]


def sent(name: str, when: str, *, step: int = 2, to: int = ANA, bounced: str = "", attempt: bool = True, number: int = 0) -> Letter:
    """A letter of Ana's walk that left."""
    return Letter(
        number or step * 100 + len(name),
        "m2m",
        f"contact/{ANA}/2027-04-01/{step}/{name}/{to}",
        name,
        PEOPLE[to].email,
        LetterState.SENT,
        f"{name}.{step}@example.org",
        at(when),
        at(when),
        to_id=to,
        case_id=11,
        attempt=attempt,
        sent_at=at(when),
        bounced_at=at(bounced) if bounced else None,
    )


def event(kind: EventKind, when: str, who: int = ANA, how: str = "mail") -> Event:
    return Event(1, "m2m", who, kind, at(when).astimezone(ZONE).date(), at(when), how)


def situation(*cases: Case, letters: tuple[Letter, ...] = (), events: tuple[Event, ...] = (), **changes: object) -> Situation:
    found = Situation("m2m", PEOPLE, MATCHES, cases, letters, events, case=cases[0] if cases else None)
    return replace(found, **changes)  # type: ignore[arg-type]


def scene(now: str, world: Situation) -> Scene:
    return Scene(book(), world, at(now))
