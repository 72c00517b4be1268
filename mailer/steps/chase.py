"""Chase: time has passed. Missing walks begin, due walks move, waiting notes become a digest."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from db import cases, evidence, forgetting, outbox
from db.engine import Connection
from db.records import Case
from db.situation import load, next_page
from mailer.core.decide import decide
from mailer.core.ladders.parse import SWEPT
from mailer.core.world.moments import day_in, moment, next_month, slot
from mailer.model.decision import DigestDue, TimePassed, WalksMissing
from mailer.model.program import Ladder
from mailer.steps.book import Book
from mailer.steps.desk import Desk
from mailer.steps.record import record

_BATCH = 50


def chase(desk: Desk, programs: frozenset[str], *, digests: bool = True) -> int:
    """Do what time asks for in these programs; gives how many decisions were made."""
    made = 0
    for program in sorted(programs):
        made += sweep(desk, desk.books[program])
    while True:
        now = desk.now()
        with desk.store.reading() as connection:
            due = tuple(case for case in cases.due(connection, now, _BATCH) if case.program in programs)
        if not due:
            break
        with desk.store.transaction() as connection:
            for case in due:
                _due(connection, desk, desk.books[case.program], case, now)
        made += len(due)
    if made:  # what time has done may call for further walks, and mail may come before the next turn
        made += sum(sweep(desk, desk.books[program]) for program in sorted(programs))
    return made + (_digests(desk, programs) if digests else 0)


def sweep(desk: Desk, book: Book) -> int:
    """Open the walks that people (or the program) should have by now: self-healing, whatever added the people."""
    made = 0
    for ladder in _lacking(desk, book):
        while True:
            with desk.store.reading() as connection:
                page = _missing(connection, book, ladder)
            if not page:
                break
            now = desk.now()
            with desk.store.transaction() as connection:
                people = () if page == (0,) else page
                situation = load(connection, book.program.key, now, page=people)
                decision = decide(situation, WalksMissing(ladder.name), book.rules, now)
                record(connection, book, desk.key, situation, decision, now, stimulus="walks", drafts=desk.drafts)
            made += 1
            if not decision.effects:
                break
    return made


def _lacking(desk: Desk, book: Book) -> tuple[Ladder, ...]:
    """The ladders of which somebody lacks a walk: in most turns none, and none as long as nothing they are found by changes."""
    program = book.program.key
    lacking: list[Ladder] = []
    with desk.store.reading() as connection:
        for ladder in book.rules.ladders.values():
            if ladder.opens.partition(" ")[0] not in SWEPT:
                continue
            stirred = desk.store.stirred(connection, ladder.name)
            mark = (stirred, book.digest) if stirred is not None else None
            if mark is not None and desk.swept.get((program, ladder.name)) == mark:
                continue
            if _missing(connection, book, ladder):
                lacking.append(ladder)
            elif mark is not None:
                desk.swept[program, ladder.name] = mark
    return tuple(lacking)


def _missing(connection: Connection, book: Book, ladder: Ladder) -> tuple[int, ...]:
    how, _, what = ladder.opens.partition(" ")
    version = book.rules.policy.word(f"{what}.version") if how == "outdated" else ""
    return cases.missing(connection, book.program.key, ladder.name, ladder.opens, ladder.about, version)


def _due(connection: Connection, desk: Desk, book: Book, case: Case, now: datetime) -> None:
    ladder = book.rules.ladders.get(case.ladder)
    state = ladder.states.get(case.state) if ladder is not None else None
    blasting = state is not None and bool(state.blast)
    page: tuple[int, ...] = ()
    if blasting:
        cursor = case.data.get("cursor", 0)
        page = next_page(connection, book.program.key, cursor if isinstance(cursor, int) else 0)
    whole = (case.about == "program" and not blasting) or (ladder is not None and ladder.everybody)
    counted = _month_of(book, case) if ladder is not None and _reports(ladder) else None
    situation = load(connection, book.program.key, now, case_=case, page=page, whole=whole, consents=book.consents, counted=counted)
    assert case.due_at is not None
    decision = decide(situation, TimePassed(case.due_at), book.rules, now)
    record(connection, book, desk.key, situation, decision, now, stimulus="time", drafts=desk.drafts, case_id=case.id)


def _reports(ladder: Ladder) -> bool:
    return any(action.startswith("counts ") for state in ladder.states.values() for action in state.do)


def _month_of(book: Book, case: Case) -> tuple[datetime, datetime] | None:
    """The month a walk of the program is about, from its first moment to the one behind its last."""
    month = str(case.data.get("month") or "")
    zone = book.program.timezone
    return (moment(day_in(month, 1), time(), zone), moment(day_in(next_month(month), 1), time(), zone)) if month else None


def digest_moment(book: Book, oldest: datetime) -> datetime:
    """When a digest leaves whose oldest note was taken at `oldest`: the next send hour after it."""
    return slot(oldest + timedelta(seconds=1), book.rules.policy, book.program.timezone)


def _digests(desk: Desk, programs: frozenset[str]) -> int:
    made = 0
    now = desk.now()
    with desk.store.reading() as connection:
        waiting = evidence.waiting_notes(connection)
    for program, person_id, oldest in waiting:
        if program not in programs:
            continue
        book = desk.books[program]
        due = digest_moment(book, oldest)
        if due > now:
            continue
        with desk.store.transaction() as connection:
            situation = load(connection, program, now, page=(person_id,), notes=evidence.notes_for(connection, person_id))
            decision = decide(situation, DigestDue(due), book.rules, now)
            record(connection, book, desk.key, situation, decision, now, stimulus="digest", drafts=desk.drafts, person_id=person_id)
        made += 1
    return made


def next_moment(desk: Desk) -> datetime | None:
    """The next moment at which a walk moves, a digest or a letter leaves, somebody is forgotten; None where nothing is planned."""
    with desk.store.reading() as connection:
        moments = [cases.next_due(connection), outbox.next_due(connection)]
        waiting = evidence.waiting_notes(connection)
        wishes = forgetting.wishes(connection) if desk.forgets else []
    now = desk.now()
    moments += [desk.forget_again.get(wish.person_id, (now, now))[1] for wish in wishes if wish.program in desk.books]
    oldest: dict[str, datetime] = {}
    for program, _, taken in waiting:
        oldest[program] = min(taken, oldest.get(program, taken))
    moments += [digest_moment(desk.books[program], taken) for program, taken in oldest.items() if program in desk.books]
    return min((moment for moment in moments if moment is not None), default=None)
