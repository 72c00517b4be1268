"""How the service is: whose turn it is, what is due, what waits, what needs a human. Also what a supervisor asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from db import cases, evidence, journal, outbox
from db.engine import Connection, Store
from db.marks import Past, copied_at, is_sample, past_of
from db.records import Case, JournalledMessage, Letter, LetterState, Person
from db.schema import current, newest
from db.story import facts_under, people_by_id
from mailer.model.counted import count

_OLD = timedelta(days=1)


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

    @property
    def by_owner(self) -> dict[str, list[Case]]:
        """Open walks by whose turn it is."""
        found: dict[str, list[Case]] = {}
        for case in self.open_cases:
            found.setdefault(case.owner, []).append(case)
        return found


def examine(store: Store, programs: tuple[str, ...], now: datetime) -> Health:
    """Look at everything once."""
    schema = current(store)
    with store.reading() as connection:
        open_ = cases.open_cases(connection)
        people = people_by_id(connection, (case.subject_id for case in open_ if case.subject_id is not None))
        parked = journal.parked(connection)
        stuck = outbox.listed(connection, states=(LetterState.HELD, LetterState.FAILED))
        contacts = {name: datetime.fromisoformat(value) for name, value in facts_under(connection, "contact/").items() if value}
        bad = {name: value for name, value in facts_under(connection, "bad_edit/").items() if value}
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
                *_restored(connection),
                *_letters(stuck),
                *_parked(parked, now),
                *_edits(bad),
                *_silent(contacts, programs, now),
            ),
            past_of(connection),
        )


def _restored(connection: Connection) -> list[str]:
    """A copy says so until the service has read the mail of the time it does not know."""
    past = past_of(connection)
    copied = copied_at(connection) or (past.copied_at if past is not None and not past.ended else None)
    if copied is None:
        return []
    since = f"restored from a copy of {copied:%Y-%m-%d %H:%M} UTC"
    return [f"{since}: nothing leaves before the service has read the mail that came after it (mentorpost run)"]


def _letters(stuck: tuple[Letter, ...]) -> list[str]:
    found: list[str] = []
    for state, what in ((LetterState.HELD, "held for a human"), (LetterState.FAILED, "refused for good")):
        chosen = [letter for letter in stuck if letter.state is state]
        if chosen:
            numbers = ", ".join(str(letter.id) for letter in chosen[:10]) + (", …" if len(chosen) > 10 else "")
            found.append(f"{count(len(chosen), 'letter')} {what}: {numbers} (mentorpost outbox --state {state})")
    return found


def _parked(parked: tuple[JournalledMessage, ...], now: datetime) -> list[str]:
    old = [message for message in parked if now - message.received_at > _OLD]
    if not old:
        return []
    numbers = ", ".join(f"m{message.id}" for message in old[:10]) + (", …" if len(old) > 10 else "")
    return [f"{count(len(old), 'message')} parked for more than a day: {numbers} (mentorpost parked)"]


def _edits(bad: dict[str, str]) -> list[str]:
    return [
        f"an edit of {program} cannot be used, the old version is in force: {flaw}"
        for program, text in bad.items()
        for flaw in text.split("\n")
    ]


def _silent(contacts: dict[str, datetime], programs: tuple[str, ...], now: datetime) -> list[str]:
    """Mailboxes that were read once and have not been for a day."""
    found: list[str] = []
    for program in programs:
        at = contacts.get(f"imap/{program}")
        if at is not None and now - at > _OLD:
            found.append(f"the inbox of {program} was last read at {at:%Y-%m-%d %H:%M} UTC: does the service run?")
    return found


def sample_moment(store: Store) -> datetime | None:
    """Where the imagined month of the sample program stands; None in any other database."""
    with store.reading() as connection:
        said = evidence.get_fact(connection, "sample/clock") if is_sample(connection) else None
    return datetime.fromisoformat(said) if said else None
