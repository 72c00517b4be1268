"""A restored copy lives the time it does not remember once more, without a word to anybody.

The same turn over the same mail, in virtual time: what was decided then is decided again, so that answers find the letters they
answer. No letter leaves: what may have left already is held until a human, or its reader's answer, says so (docs/decisions/0063).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from db import cases, evidence, journal, marks, outbox
from db.engine import Connection
from db.marks import Past
from db.records import Letter, LetterState
from mailer.clock import VirtualClock
from mailer.core.world.moments import in_words, local_day
from mailer.model.classes import LetterClass
from mailer.steps.answer import answer_all
from mailer.steps.chase import chase, sweep
from mailer.steps.collect import Deaf, collect, deaf
from mailer.steps.consents import had_left
from mailer.steps.deliver import ask_about
from mailer.steps.desk import Desk, Nobody
from mailer.steps.drafts import Drafts
from mailer.steps.held import tell

_WAS_ANSWERED = "its mail had been answered before the database was restored"
_BREATH = timedelta(minutes=1)
_MARGIN = timedelta(days=2)  # servers search by day, of their own zone; what is known already is passed over
# Numbers no letter may have: more than any service can have given to letters since the copy was made.
_NUMBERS, _NUMBERS_A_SECOND = 100_000, 10
_AGAIN = frozenset({"safety_hold"})  # asks for a human now: rather twice than never


async def relive(desk: Desk) -> bool:
    """True once nothing of the lost time is left; False where a mailbox cannot be read yet: until then not a word leaves."""
    if desk.present:
        return True
    past = _begin(desk)
    if past is not None:
        for program in sorted(desk.books):
            if not await _gather(desk, program, past):
                return False
        if not await _live(desk, past):
            return False
    desk.present = True
    return True


def _begin(desk: Desk) -> Past | None:
    with desk.store.transaction() as connection:
        past, copied = marks.past_of(connection), marks.copied_at(connection)
        if past is not None and past.ended:
            past = None
        if copied is not None:
            now = max(desk.now(), copied)
            passed = int((now - copied).total_seconds())
            outbox.leave_numbers_free(connection, _NUMBERS + _NUMBERS_A_SECOND * passed)
            if past is None:
                past = Past(copied, now, copied, journal.newest(connection))
            past = replace(past, began_at=now)
            marks.set_past(connection, past)
            for letter in outbox.decided_after(connection, copied):  # by a roster imported once more before this start
                _hold(connection, letter)
            for program in desk.books:
                evidence.set_fact(connection, _first(program), "")
        marks.unmark_copy(connection)
    return past


def _first(program: str) -> str:
    """The fact that tells the first message which had been filed, so answered, before the copy was restored."""
    return f"restored/{program}"


def _copy(past: Past) -> str:
    return f"the database is a copy of {past.copied_at:%Y-%m-%d %H:%M} UTC"


async def _gather(desk: Desk, program: str, past: Past) -> bool:
    """Journal the mail of the lost time: first what lies unread, then what had been filed, which is brought back."""
    inbox, folders = desk.inboxes[program], [folder for folder in desk.folders.get(program, ()) if folder]
    try:
        with desk.store.reading() as connection:
            known = evidence.get_fact(connection, _first(program))
            heard = evidence.get_fact(connection, f"contact/imap/{program}")
        since = min([past.copied_at, *([datetime.fromisoformat(heard)] if heard else [])]) - _MARGIN
        if not known:
            if folders:
                await collect(desk, program)
            with desk.store.transaction() as connection:
                first = journal.newest(connection) if folders else past.last_message
                evidence.set_fact(connection, _first(program), str(first + 1))
        for folder in folders:
            try:
                await inbox.bring_back(folder, since.date())
            except Exception as error:  # whatever the library raises, we are deaf and say so
                raise deaf(desk, program, error) from error
        await collect(desk, program)
    except Deaf as error:
        what = f"nothing leaves: {_copy(past)}, and the inbox cannot be read: {error}"
        desk.watcher.trouble(desk.books[program].program, what)
        return False
    return True


async def _live(desk: Desk, past: Past) -> bool:
    """From the copy's moment to the last one at which the service can have lived; False where it is to stop now."""
    clock = VirtualClock(past.lived_until)
    lived = replace(desk, now=clock.now, watcher=Nobody(), drafts=Drafts(), swept={}, begun=set(), paused_until={}, contacts={})
    unread, surely, until = _unread(desk, past)
    while True:
        for program in sorted(lived.books):
            sweep(lived, lived.books[program])
        answer_all(lived, until=clock.now())
        chase(lived, frozenset(lived.books), digests=False)
        _settle(lived, clock.now(), unread, left=clock.now() <= surely)
        following = _next(lived, clock.now())
        if following is None or following > until:
            break
        clock.advance_to(max(following, clock.now() + _BREATH))
        with desk.store.transaction() as connection:
            marks.set_past(connection, replace(past, lived_until=clock.now()))
        await asyncio.sleep(0)  # it may take a while, and mail servers and signals want to be heard
        if desk.stopping():
            return False
    _settle(lived, past.began_at, unread, left=False)
    _tell(desk, past, _end(lived, past))
    return True


def _unread(desk: Desk, past: Past) -> tuple[frozenset[int], datetime, datetime]:
    """The messages that nobody had answered; until when the service surely lived; until when at most."""
    with desk.store.reading() as connection:
        first = {program: int(evidence.get_fact(connection, _first(program)) or 0) for program in desk.books}
        came = [item for item in journal.arrived_after(connection, past.last_message) if item[1] in first]
    unread = {number: at for number, program, at in came if number < first[program] or at >= past.began_at}
    answered = [at for number, _, at in came if number not in unread]
    surely = max([past.copied_at, *answered])
    at_most = max(surely, min([past.began_at, *unread.values()]))
    return frozenset(unread), surely, min(at_most, past.began_at)


def _next(desk: Desk, now: datetime) -> datetime | None:
    with desk.store.reading() as connection:
        moments = [cases.next_after(connection, now), outbox.next_after(connection, now), journal.next_arrival(connection, now)]
    return min((moment for moment in moments if moment is not None), default=None)


def _settle(desk: Desk, until: datetime, unread: Collection[int], *, left: bool) -> None:
    """What becomes of letters whose moment has come in the lost time.

    `left`: the service lived then, so they count as sent until all of that time has been lived; then a human is asked. Else they
    are held at once: an attempt that is held is no attempt, and nothing follows from it.
    """
    with desk.store.transaction() as connection:
        for letter, message in outbox.in_question(connection, until):
            book = desk.books.get(letter.program)
            if book is None or letter.name in _AGAIN:
                continue
            if book.rules.classes.get(letter.name) is not LetterClass.ANSWER or message is None:
                if left:
                    outbox.count_as_sent(connection, letter, outbox.MAY_HAVE_LEFT, perhaps_twice=True)
                else:
                    _hold(connection, letter)
            elif message not in unread:  # mail is filed once its answer is decided, and the answer leaves in the same turn
                outbox.count_as_sent(connection, letter, _WAS_ANSWERED)
                had_left(connection, book, letter.id)


def _hold(connection: Connection, letter: Letter) -> None:
    why = {"perhaps_twice": True, "last_error": outbox.MAY_HAVE_LEFT}
    outbox.settle(connection, [{"id": letter.id, "state": LetterState.HELD.value, "sent_at": None, **why}])


def _end(desk: Desk, past: Past) -> tuple[Letter, ...]:
    """Of what may have left, and no reader's answer has proved, a human is asked; gives these letters."""
    with desk.store.transaction() as connection:
        unsure = outbox.unsure(connection)
        for letter in unsure:
            _hold(connection, letter)
            if letter.program in desk.books:
                ask_about(connection, desk, letter, desk.now())
        for name, book in desk.books.items():
            day = in_words(local_day(past.copied_at, book.program.timezone))
            count = sum(letter.program == name for letter in unsure)
            tell(connection, name, "restored", {"date": day, "letters": count}, desk.now())
        marks.set_past(connection, replace(past, lived_until=past.began_at, ended=True))
    return unsure


def _tell(desk: Desk, past: Past, unsure: Sequence[Letter]) -> None:
    what = f"{_copy(past)}: the mail since then has been read again"
    for name, book in desk.books.items():
        count = sum(letter.program == name for letter in unsure)
        more = f"; letters that may have left already are held: {count} (mentorpost outbox --state held)" if count else ""
        desk.watcher.trouble(book.program, what + more)
