"""Whom an admin has asked by mail to be forgotten (FORGET, YES): what runs ends, letters leave, then it is done and the admin told.

A turn begins with it, so that a replay, which tells the same acts again before the turn of their moment, finds the same past.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from db import evidence, forgetting, people
from db.engine import Connection
from db.forgetting import Wish
from db.records import Person, PersonState
from db.situation import load
from mailer.core.decide import decide
from mailer.model.decision import Forgetting
from mailer.steps.book import Book
from mailer.steps.desk import Desk
from mailer.steps.forget import end_matches, erase_copies, forget
from mailer.steps.forget_first import LEAVES, MATCH, Hindrance
from mailer.steps.forget_look import Plan, everywhere, first, look
from mailer.steps.record import record

TOLD = "forget told"  # an act: whoever asked was told what is done, or what has to be settled first
_OTHERS = ("answer", "event", "form", "conversation", "note", "agreement", "case_", "release")
_SOON, _LATER, _DAILY = timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)


async def forget_wanted(desk: Desk) -> None:
    """Do what has been asked for as far as it can be done now; what cannot is looked at again later."""
    if not desk.forgets:
        return
    now = desk.now()
    with desk.store.reading() as connection:
        wishes = [wish for wish in forgetting.wishes(connection) if wish.program in desk.books]
    for wish in wishes:
        earliest, _ = desk.forget_again.get(wish.person_id, (now, now))
        if now >= earliest:
            try:
                soonest, surely = await _one(desk, wish, now)
            except Exception as error:  # one wish that cannot be fulfilled must not keep the letters of everybody else
                soonest = surely = _LATER
                what = f"somebody is to be forgotten and could not be: {type(error).__name__}"
                desk.watcher.trouble(desk.books[wish.program].program, what)
            desk.forget_again[wish.person_id] = (now + soonest, now + surely)


async def _one(desk: Desk, wish: Wish, now: datetime) -> tuple[timedelta, timedelta]:
    """One wish; gives how soon it may be looked at again, and when it surely is."""
    with desk.store.reading() as connection:
        one = people.by_id(connection, wish.person_id)
        assert one is not None
        humans = everywhere(connection, one)
        comes_first = _first(connection, desk, wish, humans)
        leave = [item.until for item in comes_first if item.kind == LEAVES and item.until is not None]
        leave += forgetting.waits_for(connection, one.id)  # who leaves is told of the end as well
    if one.state is PersonState.FORGOTTEN:  # an operator was quicker
        with desk.store.transaction() as connection:
            _tell_done(connection, desk, wish, one.ref, {}, now)
        return _SOON, _DAILY
    if any(not item.passes for item in comes_first):
        _tell_first(desk, wish, one, comes_first, now)
        return _SOON, _DAILY
    runs = any(item.kind == MATCH for item in comes_first)
    if leave and not runs:
        wait = max(max(leave) - now, timedelta())
        return timedelta(), wait + timedelta(minutes=1)
    with desk.store.reading() as connection:
        plan = look(connection, desk.books, humans)
    if any(not item.passes for item in plan.hindrances):  # mail that nobody has answered names them
        _tell_first(desk, wish, one, plan.hindrances, now)
        return _LATER, _DAILY
    if runs:
        end_matches(desk.store, desk.books, desk.key, plan, now)
        return timedelta(), timedelta()
    return await _forget(desk, wish, plan, now)


async def _forget(desk: Desk, wish: Wish, plan: Plan, now: datetime) -> tuple[timedelta, timedelta]:
    program = desk.books[wish.program].program
    copies = 0
    try:
        for key, names in plan.mailbox.items():
            if key in desk.inboxes:
                folders = ("", *filter(None, desk.folders.get(key, ())))
                copies += await erase_copies(desk.inboxes[key], folders, names, plan.traces.addresses)
    except Exception as error:  # whatever the library raises, the mailbox cannot be reached: nothing is erased before it can
        desk.watcher.trouble(program, f"forgetting waits until the mailbox can be reached: {type(error).__name__}")
        return _SOON, _LATER

    def told(connection: Connection, done: Plan) -> None:
        own = sum(done.counts.get(name, 0) for name in _OTHERS)
        counts = {"letters": done.counts.get("letter", 0), "written": len(done.wrote), "named": len(done.named_in), "own": own}
        counts |= {"rows": done.rows, "copies": copies, "unnamed": done.unnamed}
        _tell_done(connection, desk, wish, done.ref, counts, now)

    done = forget(desk.store, desk.books, desk.key, plan, now, told)
    if not done.hindrances and not forgetting.scrub(desk.store):
        what = f"the database was busy and may hold traces of somebody: mentorpost forget {plan.ref}, once more"
        desk.watcher.trouble(program, what)
    return _SOON, _LATER


def _first(connection: Connection, desk: Desk, wish: Wish, humans: tuple[Person, ...]) -> tuple[Hindrance, ...]:
    """What stands in the way, without reading all mail."""
    if humans[0].state is PersonState.FORGOTTEN:
        return ()
    found = first(connection, desk.books, humans)
    if any(person.program != wish.program for person in humans):  # an admin of one program does not decide for another
        found = (*found, Hindrance("elsewhere", "another program knows them as well"))
    return found


def _tell_first(desk: Desk, wish: Wish, one: Person, comes_first: Sequence[Hindrance], now: datetime) -> None:
    """Tell the admin once what is to be settled; again only where something else has come up."""
    first = [item for item in comes_first if not item.passes]
    if {item.kind for item in first} <= set(wish.told):
        return
    details = _details(wish, one.ref) | {"first": [[item.kind, dict(item.facts)] for item in first], "time": len(wish.told)}
    with desk.store.transaction() as connection:
        wish.keep(connection, told=[item.kind for item in first])
        evidence.add_act(connection, wish.program, now, TOLD, details)
        tell(connection, desk.books[wish.program], desk.key, details, now)


def _tell_done(connection: Connection, desk: Desk, wish: Wish, ref: str, counts: Mapping[str, int], now: datetime) -> None:
    details = _details(wish, ref) | {"counts": dict(counts)}
    wish.keep(connection, done=True)
    evidence.add_act(connection, wish.program, now, TOLD, details)
    tell(connection, desk.books[wish.program], desk.key, details, now)


def _details(wish: Wish, ref: str) -> dict[str, Any]:
    return {"person": wish.person_id, "ref": ref, "to": wish.by_id}


def tell(connection: Connection, book: Book, key: bytes, details: Mapping[str, Any], now: datetime) -> None:
    """Write the letter to whoever asked, as an act of the journal has it."""
    first = tuple((str(kind), dict(facts)) for kind, facts in details.get("first", ()))
    stimulus = Forgetting(
        details["person"], details["ref"], details["to"], details.get("counts", {}), first, details.get("time", 0)
    )
    situation = load(connection, book.program.key, now, focus=(stimulus.to_id,))
    decision = decide(situation, stimulus, book.rules, now)
    record(connection, book, key, situation, decision, now, stimulus="forgetting", person_id=stimulus.to_id)
