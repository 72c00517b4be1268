"""Forgetting somebody, in one transaction; and ending before what runs between them and others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from db import evidence, forgetting, story
from db.engine import Connection, Store
from db.records import PersonState
from db.situation import load
from mailer.core.decide import decide
from mailer.core.world.forgetting import Traces
from mailer.core.world.moments import local_day
from mailer.model.decision import Enqueue, Parts
from mailer.steps.book import Book
from mailer.steps.desk import Inbox
from mailer.steps.forget_first import hindrances
from mailer.steps.forget_look import Plan, changes, everywhere, look
from mailer.steps.record import record
from mailer.steps.stopped import keep_stop
from mailer.wire.whole_text import plain_copy, whole_text


def forget(
    store: Store,
    books: Mapping[str, Book],
    key: bytes,
    planned: Plan,
    now: datetime,
    besides: Callable[[Connection, Plan], None] | None = None,
) -> Plan:
    """Do it, in one transaction; gives what was done: nothing, where something has come in the way meanwhile.

    `besides` is done in the same transaction.
    """
    ids = [person.id for person in planned.people]
    with store.transaction() as connection:
        current = _still(connection, books, planned)
        if current.hindrances:
            return current
        for person in current.people:
            if person.state is PersonState.STOPPED:
                zone = books[person.program].program.timezone
                keep_stop(connection, key, person.program, person.email, local_day(now, zone))
        brought = forgetting.brought_about(connection, current.wrote)
        forgetting.erase_own(connection, ids, now)
        copies = _copies(connection, current.traces, current.named_in)
        forgetting.erase_messages(connection, (*current.wrote, *(number for number in current.named_in if number not in copies)))
        forgetting.put_messages(connection, copies)
        forgetting.rewrite(connection, lambda table, row, words: changes(current.traces, brought, table, row, words))
        for program in sorted({person.program for person in current.people}):
            refs = [person.ref for person in current.people if person.program == program]
            evidence.add_act(connection, program, now, "forget", {"refs": refs})
        if besides is not None:
            besides(connection, current)
    return current


def _still(connection: Connection, books: Mapping[str, Book], planned: Plan) -> Plan:
    """The plan as it stands now. Mail is read again only where some of theirs has come meanwhile: others wait to write."""
    one, traces = story.person_by_ref(connection, planned.ref), planned.traces
    assert one is not None
    people = everywhere(connection, one)
    for row in forgetting.messages(connection, planned.last):
        if traces.met_in(whole_text(bytes(row["raw"]))):
            return look(connection, books, people)
    if people != planned.people:
        return look(connection, books, people)
    others, _ = forgetting.others(connection, [person.id for person in people])
    return replace(planned, hindrances=tuple(hindrances(connection, people, others, (), traces)))


def _copies(connection: Connection, traces: Traces, numbers: Sequence[int]) -> dict[int, bytes]:
    """What is kept instead of these messages: their own writers' words. Nothing of a machine's or a stranger's."""
    found: dict[int, bytes] = {}
    known = [row["id"] for row in story.messages_of(connection, ids=numbers) if row["person_id"] is not None]
    for number, raw in story.raw_of(connection, known).items():
        copy = plain_copy(raw, lambda text: traces.without(text, near=True))
        if not traces.named_in(whole_text(copy)):
            found[number] = copy
    return found


def end_matches(store: Store, books: Mapping[str, Book], key: bytes, planned: Plan, now: datetime) -> int:
    """End what runs between them and others, so that whoever goes on is told; gives how many letters wait to leave then."""
    with store.transaction() as connection:
        return sum(part(connection, books[person.program], key, person.id, now) for person in planned.people)


def part(connection: Connection, book: Book, key: bytes, number: int, now: datetime) -> int:
    """The same for one person of one program, journalled as an act."""
    program = book.program.key
    situation = load(connection, program, now, focus=(number,), consents=book.consents)
    decision = decide(situation, Parts(number), book.rules, now)
    evidence.add_act(connection, program, now, "end matches", {"person": number})
    record(connection, book, key, situation, decision, now, stimulus="parts", person_id=number)
    return sum(isinstance(effect, Enqueue) for effect in decision.effects)


async def erase_copies(inbox: Inbox, folders: Iterable[str], names: Sequence[str], addresses: Collection[str]) -> int:
    """Delete these messages, and all from these addresses, in the mailbox ("") and its folders; gives how many."""
    return sum([await inbox.erase(folder, names, addresses) for folder in folders])
