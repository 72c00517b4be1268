"""What comes before somebody is forgotten: nothing is left hanging, and whoever has to be told is told first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db import forgetting, story
from db.engine import Connection
from db.records import DUTIES, LetterState, MatchState, Person
from mailer.core.world.forgetting import Traces, texts_in
from mailer.model.disclosure import TOLD

MATCH, LEAVES = "match", "leaves"  # of these no human has to do anything where the service itself forgets


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One matter that has to be settled first: `text` for operators; `kind` and `facts` of a sentence for admins, no names."""

    kind: str
    text: str
    facts: Mapping[str, object] = field(default_factory=dict)
    until: datetime | None = None  # when a letter leaves

    @property
    def passes(self) -> bool:
        """Whether it ends without a human's doing."""
        return self.kind in (MATCH, LEAVES)


def hindrances(
    connection: Connection, people: tuple[Person, ...], others: Sequence[Any], waiting: Sequence[int], traces: Traces
) -> list[Hindrance]:
    """What would be left hanging: it is ended first, by those whose it is, with the letters that exist for it."""
    ids = [person.id for person in people]
    refs = {row.id: row.ref for row in others}
    matches = forgetting.matches_of(connection, ids)
    found = [
        Hindrance(MATCH, f"the match with {refs.get(other, '?')} is {state}: it ends first, so that who goes on is told (--end)")
        for _, state, other in matches
        if MatchState(state).goes_on
    ]
    led = [row.ref for row in others if row.coordinator_id in ids and row.state not in ("inactive", "stopped")]
    if led:
        text = f"{', '.join(led)} would have no coordinator: write REASSIGN, or import them with another one"
        found.append(Hindrance("coordinator", text, {"refs": led}))
    for person in people:
        for role in sorted(person.roles & DUTIES - {"coordinator"}):
            if not any(row.program == person.program and row.state == "active" and role in row.roles.split() for row in others):
                text = f"nobody else is {role} in {person.program}: import somebody first"
                found.append(Hindrance("duty", text, {"role": role.replace("_", " ")}))
        if person.held_by_safety:
            found.append(Hindrance("safety", "a cry for help waits for staff: they answer it with DONE first"))
    walks = {case.id for case in story.cases_of(connection, person_ids=ids, match_ids=[number for number, _, _ in matches])}
    for row in forgetting.waits_elsewhere(connection):
        told = row["facts"].get(TOLD, ())
        spoken_of = row["case_id"] in walks or any(item[0] in ids for item in told)
        spoken_of = spoken_of or any(traces.named_in(text) for text in (*texts_in(row["facts"]), row["subject"]))
        if row["to_id"] not in ids and spoken_of:
            text = (
                f"letter {row['id']} ({row['name']}) to somebody else is about them and leaves at "
                f"{row['not_before']:%Y-%m-%d %H:%M} UTC: "
                f"wait for it, or: mentorpost outbox cancel {row['id']}"
            )
            held = row["state"] == LetterState.HELD.value
            found.append(Hindrance("held" if held else LEAVES, text, {"number": row["id"]} if held else {}, row["not_before"]))
    for number in waiting:
        text = f"message m{number} of somebody else names them and waits: answer or drop it first (mentorpost parked)"
        found.append(Hindrance("parked", text, {"number": number}))
    return found
