"""What an operator may do to letters and parked messages by hand; every act is journalled, and none undoes what has left."""

from __future__ import annotations

from datetime import datetime

from db import evidence, journal, outbox
from db.engine import Connection, Store
from db.records import JournalledMessage, Letter, LetterState, MessageState

_FROM = {  # verb -> the states it may be done in, and the state it leads to
    "hold": ((LetterState.WAITING,), LetterState.HELD),
    "release": ((LetterState.HELD,), LetterState.WAITING),
    "retry": ((LetterState.FAILED, LetterState.WAITING), LetterState.WAITING),
    "cancel": ((LetterState.WAITING, LetterState.HELD, LetterState.FAILED), LetterState.CANCELLED),
}
_DONE = {"hold": "is held", "release": "may leave", "retry": "is tried again at once", "cancel": "is cancelled"}


class Refused(Exception):
    """It cannot be done; a sentence for people."""


def move_letter(store: Store, number: int, verb: str, now: datetime) -> str:
    """Hold, release, retry or cancel one letter; gives what was done, in words. Raises Refused."""
    allowed, state = _FROM[verb]
    with store.transaction() as connection:
        letter = _letter(connection, number)
        changes: dict[str, object] = {}
        if verb == "hold":
            changes = {"last_error": "held by an operator"}
        elif verb == "cancel":
            changes = {"last_error": "cancelled by an operator"}
        elif verb == "retry" or letter.not_before < now:
            changes = {"not_before": now, "last_error": ""}
        else:
            changes = {"last_error": ""}
        if letter.state not in allowed or not outbox.set_state(connection, number, state, only_from=allowed, **changes):
            raise Refused(_why_not(letter, verb))
        evidence.add_act(connection, letter.program, now, f"outbox {verb}", {"letter": number, "was": str(letter.state)})
    return f"letter {number} ({letter.name}) {_DONE[verb]}"


def _letter(connection: Connection, number: int) -> Letter:
    letter = outbox.by_id(connection, number)
    if letter is None:
        raise Refused(f"there is no letter {number} — see mentorpost outbox")
    return letter


def _why_not(letter: Letter, verb: str) -> str:
    match letter.state:
        case LetterState.SENT:
            at = f" at {letter.sent_at:%Y-%m-%d %H:%M} UTC" if letter.sent_at else ""
            return (
                f"letter {letter.id} has left{at} — nobody can {'call it back' if verb in ('cancel', 'hold') else 'send it twice'}"
            )
        case LetterState.SENDING:
            return f"letter {letter.id} is being handed over just now — look again in a moment"
        case LetterState.CANCELLED:
            why = f": {letter.last_error}" if letter.last_error else ""
            return f"letter {letter.id} was cancelled{why} — what it was about may have changed; it cannot be brought back"
        case LetterState.HELD:
            return f"letter {letter.id} is held{f': {letter.last_error}' if letter.last_error else ''} — release it, or cancel it"
        case LetterState.WAITING:
            at = f"{letter.not_before:%Y-%m-%d %H:%M} UTC"
            return f"letter {letter.id} is waiting already and leaves by itself at {at} — nothing to do"
        case LetterState.FAILED:
            said = f": {letter.last_error}" if letter.last_error else ""
            return f"letter {letter.id} was refused for good{said} — retry it, or cancel it"


def parked_message(connection: Connection, number: int) -> JournalledMessage:
    """A message that is parked. Raises Refused."""
    message = journal.by_id(connection, number)
    if message is None:
        raise Refused(f"there is no message m{number} — see mentorpost parked")
    if message.state is not MessageState.PARKED:
        done = {MessageState.NEW: "waits for its answer already", MessageState.DROPPED: "was dropped"}
        raise Refused(
            f"message m{number} is not parked: it {done.get(message.state, 'was answered')} — see mentorpost why m{number}"
        )
    return message


def answer_parked(store: Store, number: int, now: datetime, *, confirmed: bool) -> str:
    """Let the next turn decide a parked message anew. Raises Refused.

    `confirmed`: the operator knows that the sender wrote it; else it is as well proved as it was.
    """
    with store.transaction() as connection:
        message = parked_message(connection, number)
        changes = {"confirmed": True} if confirmed else {}
        journal.decided(connection, number, MessageState.NEW, tries=0, filed=False, **changes)
        evidence.add_act(connection, message.program, now, "parked answer", {"message": number, "confirmed": confirmed})
    return f"message m{number} is answered again in the next turn"


def drop_parked(store: Store, number: int, now: datetime) -> str:
    """Say that nothing is to be done about a parked message; it stays in the journal. Raises Refused."""
    with store.transaction() as connection:
        message = parked_message(connection, number)
        journal.decided(connection, number, MessageState.DROPPED)
        evidence.add_act(connection, message.program, now, "parked drop", {"message": number})
    return f"message m{number} is dropped; it stays in the journal"
