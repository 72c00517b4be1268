"""One person's world in one read: the bounded view a decision is made in.

Every statement is made once, here, and its text never varies: a decision is taken for each walk and each message, and most of
the time of a naive read goes into building and compiling statements, not into the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, Connection, bindparam, or_, select, union_all

from db import conversations, evidence, releases, rows
from db.among import among, among_texts
from db.census import Census, census
from db.nearness import near
from db.people import has_role
from db.prepared import Prepared
from db.records import Case, Event, FormEntry, Letter, Match, Note, Person, Situation
from db.remembered import letters_where, read
from db.tables import case, event, form, letter, person

REACH = timedelta(days=70)  # how far back letters and events are read
FORM_REACH = timedelta(days=62)  # how far back rows of the contact form are read, in whole months

_PROGRAM: BindParameter[str] = bindparam("program")
_OPEN = select(case).where(case.c.closed_at.is_(None))
_OF_PROGRAM = _OPEN.where(case.c.program == _PROGRAM)
_ALL_CASES = Prepared(_OF_PROGRAM)
_WATCHED = Prepared(_OF_PROGRAM.where(among_texts(case.c.owner, "owners")).order_by(case.c.id).limit(500))
# Whose turn it is in the walks that a duty watches over: its own, and of those it looks after.
_WATCHES = {
    "mwoc": ("mwoc", "staff", "admin"),
    "staff": ("mwoc", "staff", "admin"),
    "admin": ("admin",),
    "clinical_coordinator": ("clinical_coordinator", "participant"),
}
# Three reads by three indexes; joined with OR, SQLite reads every open walk of the program. A walk may come twice.
_CASES = Prepared(
    union_all(
        _OF_PROGRAM.where(case.c.about == "program"),
        _OPEN.where(among(case.c.subject_id, "ids")),
        _OPEN.where(among(case.c.match_id, "match_ids")),
    )
)
# People belong to one program, so their letters do: naming it here leads SQLite to the letters of everybody.
_LETTERS = letters_where(among(letter.c.to_id, "ids"), letter.c.not_before >= bindparam("since"))
# What the month's figures are made of: attempts, and what was asked of coordinators.
_COUNTED = letters_where(
    letter.c.program == _PROGRAM, letter.c.not_before >= bindparam("since"), or_(letter.c.attempt, among(letter.c.to_id, "ids"))
)
_HELD = Prepared(select(letter).where(letter.c.program == _PROGRAM, letter.c.state == "held").order_by(letter.c.id).limit(2000))
_EVENTS = Prepared(select(event).where(among(event.c.person_id, "ids"), event.c.at >= bindparam("since")).order_by(event.c.id))
_FORMS = Prepared(
    select(form)
    .where(or_(among(form.c.mentor_id, "ids"), among(form.c.coordinator_id, "led")), form.c.month >= bindparam("month"))
    .order_by(form.c.id)
)
_NEXT_PAGE = Prepared(
    select(person.c.id)
    .where(
        person.c.program == _PROGRAM,
        person.c.id > bindparam("after"),
        or_(has_role(person.c.roles, "mentor"), has_role(person.c.roles, "mentee")),
    )
    .order_by(person.c.id)
    .limit(bindparam("most"))
)


def load(
    connection: Connection,
    program: str,
    now: datetime,
    *,
    focus: Iterable[int] = (),
    addresses: Iterable[str] = (),
    case_: Case | None = None,
    letter_: Letter | None = None,
    sender_ids: tuple[int, ...] = (),
    page: tuple[int, ...] = (),
    whole: bool = False,
    notes: tuple[Note, ...] = (),
    consents: bool = False,
    counted: tuple[datetime, datetime] | None = None,
    mentioned: str = "",
    disclosed: bool = False,
) -> Situation:
    """The situation around `focus` (person ids), further `addresses` named in a mail, and the program's duties.

    With `notes`, for a digest, letters, evidence and forms are of `page` alone: of the others it says where they stand, not how.

    `whole` reads everybody of the program (a roster, survey results), but letters only around the senders, the duties and
    whoever is `mentioned` in a mail's words; `page` are people a blast or a sweep concerns.
    Coordinators' own mentors come with the coordinator in focus only. `loads` is empty where nobody wrote and nobody is in
    `focus`: time assigns no mentors. `consents`: the program works with releases of information, they are read as well.
    `counted`: the time of which letters are to be counted, first moment and the one behind the last. `disclosed`: what letters
    of these days told under releases is asked for, which they do not keep themselves.
    """
    focus = tuple(focus)
    known = census(connection, program)
    wanted = {*focus, *page, *sender_ids}
    if letter_ is not None and letter_.to_id is not None:
        wanted.add(letter_.to_id)
    if case_ is not None and case_.subject_id is not None:
        wanted.add(case_.subject_id)
    if whole:
        people, found_matches = dict(known.people), tuple(known.pairs.values())
        cases = _cases(connection, _ALL_CASES, {"program": program}, case_)
        written_to = near(people, found_matches, cases, wanted, mentioned.casefold())
        wanted = set(people)
    else:
        # The mentor of a mentee who writes comes with everybody matched with them: a letter to that mentor names them all (A23).
        beside = {pair.mentor_id for number in sender_ids for pair in known.pairs_of.get(number, ())}
        people, found_matches, wanted = _around(
            connection, program, known, wanted, tuple(addresses), case_, beside, alone=bool(page)
        )
        around = {"program": program, "ids": wanted, "match_ids": [item.id for item in found_matches]}
        cases = _cases(connection, _CASES, around, case_)
        wanted.update(item.subject_id for item in cases if item.subject_id is not None)
        written_to = wanted
    held = _held(connection, program, known, people, sender_ids)
    writers = (*sender_ids, case_.subject_id or 0) if case_ is not None else sender_ids
    loggers = {number for number in writers if number in people and "specialist" in people[number].roles}
    month = case_.data.get("month", "") if whole and case_ is not None and case_.about == "program" else None
    wanted = set(page) if notes else wanted
    written_to = wanted if notes else written_to
    led = [number for number in wanted if number in people and "coordinator" in people[number].roles]
    return Situation(
        program=program,
        people=people,
        matches=found_matches,
        cases=cases,
        letters=(
            *(_letters(connection, written_to, now) if month is None else _counted(connection, program, led, now)),
            *(item for item in held if item.to_id not in written_to),
        ),
        events=_events(connection, wanted, now),
        forms=_forms(connection, wanted, led, now) if not notes else (),
        notes=notes,
        sender_ids=sender_ids,
        letter=letter_,
        case=case_,
        page=page,
        releases=releases.around(connection, wanted) if consents else (),
        disclosures=releases.disclosed_since(connection, program, now - REACH) if consents and disclosed else (),
        tallies=releases.tallies(connection, program) if consents and whole else (),
        loads=known.loads if sender_ids or focus or whole else {},
        conversations=conversations.log_of(connection, sorted(loggers)) if loggers else (),
        survey=evidence.survey_of(connection, program, str(month)) if month is not None else {},
        counted=evidence.letters_counted(connection, program, *counted) if counted is not None else {},
    )


def _around(
    connection: Connection,
    program: str,
    known: Census,
    wanted: set[int],
    addresses: tuple[str, ...],
    case_: Case | None,
    beside: set[int],
    *,
    alone: bool,
) -> tuple[dict[int, Person], tuple[Match, ...], set[int]]:
    """People and matches around those `wanted`, and whose walks, letters and evidence are wanted (`alone`: no partners').

    Of those `beside` them only matches are read, and who they are.
    """
    named = known.at_address(address.lower() for address in addresses)
    wanted.update(named)
    if case_ is not None and case_.match_id is not None and (pair := known.pairs.get(case_.match_id)) is not None:
        wanted.update((pair.mentor_id, pair.mentee_id))
    asked = sorted(number for number in wanted if number in known.people)
    led = [item for number in asked if "coordinator" in known.people[number].roles for item in known.led.get(number, ())]
    own = wanted.union(led)
    watched: list[int] = []
    owners = {owner for number in asked for role in known.people[number].roles for owner in _WATCHES.get(role, ())}
    if owners:
        for walk in _WATCHED.records(connection, {"program": program, "owners": sorted(owners)}, rows.case):
            own.update(() if walk.subject_id is None else (walk.subject_id,))
            watched.extend(() if walk.match_id is None else (walk.match_id,))
    pairs = {pair.id: pair for number in own for pair in known.pairs_of.get(number, ())}
    pairs.update((number, known.pairs[number]) for number in watched)
    found = tuple(pairs[number] for number in sorted(pairs))
    around = {number for pair in found for number in (pair.mentor_id, pair.mentee_id)} | own
    with_them = {pair.id: pair for number in beside for pair in known.pairs_of.get(number, ())}
    found = tuple(sorted({*found, *with_them.values()}, key=lambda pair: pair.id))
    matched = {number for pair in found for number in (pair.mentor_id, pair.mentee_id)}
    order = (*named, *known.duties, *asked, *led, *sorted(around | matched))
    people = {number: known.people[number] for number in order if number in known.people}
    for number in sorted({item.coordinator_id for item in people.values() if item.coordinator_id is not None} - people.keys()):
        people[number] = known.people[number]
    return people, found, own if alone else around


def _cases(connection: Connection, query: Prepared, known: Mapping[str, object], case_: Case | None) -> tuple[Case, ...]:
    """Open walks, by id, and the walk in hand even if it is closed."""
    cases = {item.id: item for item in query.records(connection, known, rows.case)}
    if case_ is not None:
        cases.setdefault(case_.id, case_)
    return tuple(cases[number] for number in sorted(cases))


def _letters(connection: Connection, numbers: set[int], now: datetime) -> tuple[Letter, ...]:
    if not numbers:
        return ()
    return read(connection, _LETTERS, {"ids": numbers, "since": now - REACH})


def _held(
    connection: Connection, program: str, known: Census, people: dict[int, Person], senders: tuple[int, ...]
) -> tuple[Letter, ...]:
    """Where a duty of the program writes: the letters that wait for a human's word, whomever they are to."""
    duties = {"coordinator", "mwoc", "staff", "admin"}
    if not any(people[number].roles & duties for number in senders if number in people):
        return ()
    found = tuple(rows.letter(row) for row in _HELD.rows(connection, {"program": program}))
    lacking = sorted({item.to_id for item in found if item.to_id is not None and item.to_id not in people})
    people.update((number, known.people[number]) for number in lacking)
    return found


def _counted(connection: Connection, program: str, led: list[int], now: datetime) -> tuple[Letter, ...]:
    """A walk of the whole program reads attempts and what went to coordinators, not the letters of everybody."""
    return read(connection, _COUNTED, {"program": program, "ids": led or [0], "since": now - REACH})


def _events(connection: Connection, numbers: set[int], now: datetime) -> tuple[Event, ...]:
    if not numbers:
        return ()
    return tuple(_EVENTS.records(connection, {"ids": numbers, "since": now - REACH}, rows.event))


def _forms(connection: Connection, numbers: set[int], led: list[int], now: datetime) -> tuple[FormEntry, ...]:
    """The rows of these mentors, and all that these coordinators wrote (also of mentors they lead no more)."""
    if not numbers:
        return ()
    month = (now - FORM_REACH).strftime("%Y-%m")
    return tuple(_FORMS.records(connection, {"ids": numbers, "led": led, "month": month}, rows.form))


def next_page(connection: Connection, program: str, after: int, limit: int = 200) -> tuple[int, ...]:
    """The next people of a program a blast may concern, by id."""
    found = _NEXT_PAGE.rows(connection, {"program": program, "after": after, "most": limit})
    return tuple(number for (number,) in found)
