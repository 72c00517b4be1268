"""One turn: collect, answer, chase, deliver. Listen before you speak: who is deaf in a program chases nobody there."""

from __future__ import annotations

from dataclasses import dataclass

from mailer.steps.answer import answer_all
from mailer.steps.chase import chase, sweep
from mailer.steps.collect import Deaf, collect, file_away, journal_deaf
from mailer.steps.deliver import deliver
from mailer.steps.desk import Desk
from mailer.steps.forget_wanted import forget_wanted
from mailer.steps.kept_books import keep_books
from mailer.steps.relive import relive
from mailer.steps.retention import let_go


@dataclass(frozen=True, slots=True)
class Turned:
    """What a turn did."""

    collected: int
    answered: int
    chased: int
    sent: int
    deaf: frozenset[str]


async def turn(desk: Desk) -> Turned:
    """Live one turn for all programs."""
    if not await relive(desk):
        return Turned(0, 0, 0, 0, frozenset(desk.books))
    keep_books(desk)
    await forget_wanted(desk)
    collected = 0
    why: dict[str, str] = {}  # program -> why its inbox could not be read
    for program in sorted(desk.books):
        try:
            collected += await collect(desk, program)
        except Deaf as error:
            why[program] = str(error)
            desk.watcher.trouble(desk.books[program].program, f"the inbox cannot be read: {error}")
    journal_deaf(desk, why)
    hearing = frozenset(desk.books) - why.keys()
    for program in sorted(hearing - desk.begun):
        sweep(desk, desk.books[program])  # the walks must be there before the first mail is answered
        desk.begun.add(program)
    answered = answer_all(desk)
    for program in sorted(hearing):
        await file_away(desk, program)
    chased = chase(desk, hearing)
    sent = await deliver(desk)
    for program in sorted(desk.books):
        let_go(desk, program)
    return Turned(collected, answered, chased, sent, frozenset(why))
