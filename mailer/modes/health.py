"""How the service is: whose turn it is, what is due, what waits, what needs a human. Also what a supervisor asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from db import cases, evidence, journal, outbox
from db.engine import Store
from db.marks import Past, copied_at, is_sample, past_of
from db.people import held_by_safety
from db.records import Case, LetterState, Person
from db.schema import current, newest
from db.story import facts_under, people_by_id
from mailer.modes import needs

_REST = timedelta(minutes=1)  # letters that a server did not take are due again within it


@dataclass(frozen=True, slots=True)
class Health:
    """What stands at one moment (UTC)."""

    at: datetime
    open_cases: tuple[Case, ...]
    people: dict[int, Person]  # whom the open cases are about
    letters: dict[str, int]  # state -> how many
    messages: dict[str, int]
    next_letter: datetime | None
    contacts: dict[str, datetime]  # "smtp/m2m" -> last answer of that server
    schema: str
    newest_schema: str
    needs: tuple[str, ...]  # sentences; any of them makes the answer "no"
    restored: Past | None = None  # the lost time of a copy that was restored once
    places: Mapping[str, str] = field(default_factory=dict)  # "smtp/m2m" -> host and port of that server
    deaf: frozenset[str] = frozenset()  # programs whose inbox could not be read last time
    working: bool = False  # whether a service is at work now

    @property
    def by_owner(self) -> dict[str, list[Case]]:
        """Open walks by whose turn it is."""
        found: dict[str, list[Case]] = {}
        for case in self.open_cases:
            found.setdefault(case.owner, []).append(case)
        return found


def examine(
    store: Store,
    programs: tuple[str, ...],
    now: datetime,
    *,
    places: Mapping[str, str] = MappingProxyType({}),
    working: bool = False,
) -> Health:
    """Look at everything once. `places` are the servers' hosts ("smtp/m2m"); `working`: whether a service holds the database."""
    schema = current(store)
    with store.reading() as connection:
        open_ = cases.open_cases(connection)
        people = people_by_id(connection, (case.subject_id for case in open_ if case.subject_id is not None))
        parked = journal.parked(connection)
        stuck = outbox.listed(connection, states=(LetterState.HELD, LetterState.FAILED))
        contacts = {name: datetime.fromisoformat(value) for name, value in facts_under(connection, "contact/").items() if value}
        bad = {name: value for name, value in facts_under(connection, "bad_edit/").items() if value}
        deaf = {name: value for name, value in facts_under(connection, "deaf/").items() if value}
        mute = {name: value for name, value in facts_under(connection, "mute/").items() if value}
        past = past_of(connection)
        turned = needs.last_turn(connection)
        return Health(
            now,
            open_,
            people,
            outbox.counts(connection),
            journal.counts(connection),
            outbox.next_due(connection),
            contacts,
            schema,
            newest(),
            (
                *needs.of_help(held_by_safety(connection), parked),
                *needs.of_copy(copied_at(connection), past),
                *needs.of_work(turned, now, working=working),
                *needs.of_inboxes(contacts, deaf, programs, now, working=working),
                *needs.of_post(mute, outbox.due_counts(connection, now + _REST), places),
                *needs.of_letters(stuck),
                *needs.of_messages(parked, now),
                *needs.of_edits(bad),
            ),
            past,
            places,
            frozenset(deaf),
            working,
        )


def sample_moment(store: Store) -> datetime | None:
    """Where the imagined month of the sample program stands; None in any other database."""
    with store.reading() as connection:
        said = evidence.get_fact(connection, "sample/clock") if is_sample(connection) else None
    return datetime.fromisoformat(said) if said else None
