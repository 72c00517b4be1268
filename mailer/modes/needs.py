"""What needs a human, as sentences: each one makes `mentorpost status` say no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from db.engine import Connection
from db.evidence import get_fact, set_fact
from db.marks import Past
from db.records import JournalledMessage, Letter, LetterState, Person
from mailer.model.counted import count, listed

_OLD = timedelta(days=1)
_CRON = timedelta(hours=1)  # the longest pause between two turns that cron begins
_SHOWN = 10
_AT_WORK = "at_work"
FOREGROUND, CRON = "run", "once"


def note_turn(connection: Connection, how: str, at: datetime) -> None:
    """Keep that a service (`how`: FOREGROUND or CRON) is at work at this moment."""
    set_fact(connection, _AT_WORK, f"{how} {at.isoformat()}")


def last_turn(connection: Connection) -> tuple[str, datetime] | None:
    """How and when a service was last at work; None where none ever was."""
    how, _, at = (get_fact(connection, _AT_WORK) or "").partition(" ")
    return (how, datetime.fromisoformat(at)) if at else None


def note_post(connection: Connection, program: str, rests_until: datetime | None, took: datetime | None, now: datetime) -> None:
    """Keep since when the server of a program has taken no letter; nothing is written where nothing has changed."""
    name = f"mute/{program}"
    since = get_fact(connection, name)
    if took is not None and rests_until is None and since:
        set_fact(connection, name, "")
    elif rests_until is not None and not since:
        set_fact(connection, name, now.isoformat())


def of_help(held: Sequence[Person], parked: Sequence[JournalledMessage]) -> list[str]:
    """Cries for help that nobody has answered with DONE, and those of strangers that nobody has looked at."""
    found: list[str] = []
    if held:
        refs = _first([person.ref for person in held])
        found.append(f"a cry for help is open: {refs} (read it now: mentorpost parked; whoever is on duty answers DONE)")
    strangers = [message for message in parked if message.means == "safety" and message.person_id is None]
    if strangers:
        numbers = _first([f"m{message.id}" for message in strangers])
        found.append(f"a cry for help came from somebody unknown: {numbers} (read it now: mentorpost parked)")
    return found


def of_work(turn: tuple[str, datetime] | None, now: datetime, *, working: bool) -> list[str]:
    """A service that has ended, or that cron no longer begins."""
    if turn is None or working or (turn[0] == CRON and now - turn[1] <= _CRON):
        return []
    start = "start it: mentorpost run" if turn[0] == FOREGROUND else "see why cron no longer begins mentorpost once"
    return [f"the service is not at work: its last turn was at {_utc(turn[1])} ({start})"]


def of_inboxes(
    contacts: Mapping[str, datetime], deaf: Mapping[str, str], programs: Sequence[str], now: datetime, *, working: bool
) -> list[str]:
    """Mailboxes that cannot be read, that were not for a day, and that have never been though others were."""
    found: list[str] = []
    others = any(name.startswith("imap/") for name in contacts)
    for program in programs:
        since, _, why = deaf.get(program, "").partition(" ")
        at = contacts.get(f"imap/{program}")
        if why:
            moment = _utc(datetime.fromisoformat(since))
            found.append(f"the inbox of {program} cannot be read since {moment}, nobody is chased there: {why}")
        elif since:  # as versions before this one kept it
            found.append(f"the inbox of {program} cannot be read, nobody is chased there (mentorpost check)")
        elif at is not None and now - at > _OLD:
            found.append(f"the inbox of {program} was last read at {_utc(at)}: does the service run?")
        elif at is None and others and working:
            found.append(f"the inbox of {program} has never been read: start the service anew, it knows older settings")
    return found


def of_post(mute: Mapping[str, str], due: Mapping[str, int], places: Mapping[str, str]) -> list[str]:
    """Servers that take no letters, while there are `due` ones for them (program -> how many)."""
    found: list[str] = []
    for program, since in mute.items():
        place = places.get(f"smtp/{program}")
        if due.get(program):
            who = f"the SMTP server of {program}{f' ({place})' if place else ''}"
            waiting = f"{count(due[program], 'letter')} {'waits' if due[program] == 1 else 'wait'}"
            found.append(f"{who} takes nothing since {_utc(datetime.fromisoformat(since))}, {waiting} (mentorpost check)")
    return found


def of_letters(stuck: Sequence[Letter]) -> list[str]:
    found: list[str] = []
    for state, what in ((LetterState.HELD, "held for a human"), (LetterState.FAILED, "refused for good")):
        chosen = [str(letter.id) for letter in stuck if letter.state is state]
        if chosen:
            found.append(f"{count(len(chosen), 'letter')} {what}: {_first(chosen)} (mentorpost outbox --state {state})")
    return found


def of_messages(parked: Sequence[JournalledMessage], now: datetime) -> list[str]:
    old = [f"m{message.id}" for message in parked if now - message.received_at > _OLD]
    return [f"{count(len(old), 'message')} parked for more than a day: {_first(old)} (mentorpost parked)"] if old else []


def of_edits(bad: Mapping[str, str]) -> list[str]:
    """Edits that cannot be used; a flaw in what programs share is told once."""
    programs: dict[str, list[str]] = {}
    for program, text in bad.items():
        for flaw in text.split("\n"):
            programs.setdefault(flaw, []).append(program)
    return [
        f"an edit of {listed(names)} cannot be used, the old version is in force: {flaw}"
        for flaw, names in programs.items()
        if flaw
    ]


def of_copy(copied: datetime | None, past: Past | None) -> list[str]:
    """A copy says so until the service has read the mail of the time it does not know."""
    copied = copied or (past.copied_at if past is not None and not past.ended else None)
    if copied is None:
        return []
    since = f"restored from a copy of {_utc(copied)}"
    return [f"{since}: nothing leaves before the service has read the mail that came after it (mentorpost run)"]


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _first(names: Sequence[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
