"""What people did and said: events, answers, form rows, notes for digests, decisions, operators' acts, single facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from db import rows
from db.among import among
from db.prepared import Prepared
from db.records import Agreement, Note
from db.tables import act, agreement, answer, decision, event, fact, form, letter, note
from db.upsert import change, insert_or_replace

_SURVEY_OF = Prepared(
    select(answer.c.person_id, answer.c.answers)
    .where(answer.c.program == bindparam("program"), answer.c.letter == "survey", answer.c.month == bindparam("month"))
    .order_by(answer.c.id)
)
_TOLD = Prepared(update(note).where(among(note.c.id, "ids")).values(told_at=bindparam("new_told_at")))
_WAITING = Prepared(
    select(note.c.program, note.c.to_id, func.min(note.c.at)).where(note.c.told_at.is_(None)).group_by(note.c.program, note.c.to_id)
)
_NOTES_FOR = Prepared(select(note).where(note.c.told_at.is_(None), note.c.to_id == bindparam("to_id")).order_by(note.c.id))
_FACT = Prepared(select(fact.c.value).where(fact.c.name == bindparam("name")))
_ADD_EVENT = Prepared(insert(event), ("program", "person_id", "kind", "on", "at", "how", "message_id", "letter_id"))
_ADD_ANSWER = Prepared(insert(answer), ("program", "person_id", "letter", "month", "answers", "text", "at", "message_id"))
_ADD_NOTE = Prepared(insert(note), ("program", "to_id", "kind", "facts", "at"))
_ADD_DECISION = Prepared(
    insert(decision).returning(decision.c.id),
    ("program", "at", "stimulus", "message_id", "case_id", "person_id", "effects", "because", "rules"),
)


def add_event(
    connection: Connection,
    program: str,
    person_id: int,
    kind: str,
    on: date,
    at: datetime,
    how: str = "",
    message_id: int | None = None,
    letter_id: int | None = None,
) -> None:
    _ADD_EVENT.run(
        connection,
        {
            "program": program,
            "person_id": person_id,
            "kind": str(kind),
            "on": on,
            "at": at,
            "how": how,
            "message_id": message_id,
            "letter_id": letter_id,
        },
    )


def add_answers(
    connection: Connection,
    program: str,
    person_id: int,
    letter_name: str,
    month: str,
    answers: Mapping[str, str],
    text: str,
    at: datetime,
    message_id: int | None,
) -> None:
    _ADD_ANSWER.run(
        connection,
        {
            "program": program,
            "person_id": person_id,
            "letter": letter_name,
            "month": month,
            "answers": dict(answers),
            "text": text,
            "at": at,
            "message_id": message_id,
        },
    )


def add_agreement(
    connection: Connection,
    program: str,
    person_id: int,
    kind: str,
    version: str,
    text: str,
    on: date,
    at: datetime,
    message_id: int | None,
    answer_: str,
) -> None:
    """Somebody agreed to a text; nothing of it is ever changed, a later agreement is a further row."""
    values = {"program": program, "person_id": person_id, "kind": kind, "version": version, "text": text}
    connection.execute(insert(agreement).values(**values, on=on, at=at, message_id=message_id, answer=answer_))


def letters_counted(connection: Connection, program: str, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """How many letters of each name left in a time, and about how many walks; nothing about persons (R-224)."""
    found = connection.execute(
        select(letter.c.name, func.count(), func.count(letter.c.case_id.distinct()))
        .where(letter.c.program == program, letter.c.sent_at >= since, letter.c.sent_at < until)
        .group_by(letter.c.name)
    )
    return {name: (letters, walks) for name, letters, walks in found}


def agreements_of(connection: Connection, person_id: int) -> tuple[Agreement, ...]:
    """Everything a person agreed to, oldest first."""
    query = select(agreement).where(agreement.c.person_id == person_id).order_by(agreement.c.id)
    return tuple(rows.agreement(row) for row in connection.execute(query))


def survey_of(connection: Connection, program: str, month: str) -> dict[int, tuple[tuple[str, str], ...]]:
    """Survey answers of a month by person; a later sheet wins."""
    found = _SURVEY_OF.rows(connection, {"program": program, "month": month})
    return {person_id: tuple(answers.items()) for person_id, answers in found}


def put_form(connection: Connection, program: str, entry: Mapping[str, object]) -> None:
    """Write a mentor's row of a month; the same mentor and month again replaces it."""
    if not change(connection, form, {"mentor_id": entry["mentor_id"], "month": entry["month"]}, entry):
        insert_or_replace(connection, form, {"program": program, **entry}, ("mentor_id", "month"), tuple(entry))


def add_note(connection: Connection, program: str, to_id: int, kind: str, facts: Mapping[str, object], at: datetime) -> None:
    _ADD_NOTE.run(connection, {"program": program, "to_id": to_id, "kind": kind, "facts": dict(facts), "at": at})


def take_back(
    connection: Connection,
    program: str,
    message_id: int,
    at: datetime,
    events: Sequence[tuple[int, str, date]],
    notes: Sequence[tuple[int, str]],
) -> None:
    """Remove evidence that a message gave, and the notes of that moment which nobody has read yet."""
    for person_id, kind, on in events:
        same = (event.c.message_id == message_id) & (event.c.person_id == person_id) & (event.c.kind == kind) & (event.c.on == on)
        connection.execute(delete(event).where(event.c.program == program, same))
    for to_id, kind in notes:
        unread = (note.c.to_id == to_id) & (note.c.kind == kind) & (note.c.at == at) & note.c.told_at.is_(None)
        connection.execute(delete(note).where(note.c.program == program, unread))


def notes_told(connection: Connection, ids: Sequence[int], at: datetime) -> None:
    _TOLD.run(connection, {"ids": ids, "new_told_at": at})


def forget_notes(connection: Connection, ids: Sequence[int]) -> None:
    """Erase what notes said that have been told: the summary has left, and nothing of it is kept here."""
    connection.execute(update(note).where(note.c.id.in_(list(ids))).values(facts={}))


def waiting_notes(connection: Connection) -> tuple[tuple[str, int, datetime], ...]:
    """(program, person, moment of the oldest note) for everybody whose digest waits."""
    return tuple((row[0], row[1], row[2]) for row in _WAITING.rows(connection, {}))


def notes_for(connection: Connection, person_id: int) -> tuple[Note, ...]:
    return tuple(rows.note(row) for row in _NOTES_FOR.rows(connection, {"to_id": person_id}))


def add_decision(
    connection: Connection,
    program: str,
    at: datetime,
    stimulus: str,
    because: str,
    effects: Sequence[object],
    rules: str,
    *,
    message_id: int | None = None,
    case_id: int | None = None,
    person_id: int | None = None,
) -> int:
    found = _ADD_DECISION.value(
        connection,
        {
            "program": program,
            "at": at,
            "stimulus": stimulus,
            "message_id": message_id,
            "case_id": case_id,
            "person_id": person_id,
            "effects": list(effects),
            "because": because,
            "rules": rules,
        },
    )
    return int(found)


def decisions_of(
    connection: Connection, *, case_ids: Sequence[int] = (), message_ids: Sequence[int] = ()
) -> list[dict[str, object]]:
    """Decisions about walks and messages, oldest first, as plain values."""
    query = select(decision).where(decision.c.case_id.in_(list(case_ids)) | decision.c.message_id.in_(list(message_ids)))
    return [dict(row._mapping) for row in connection.execute(query.order_by(decision.c.id))]


def add_act(connection: Connection, program: str, at: datetime, what: str, details: Mapping[str, object]) -> None:
    """Journal what an operator did."""
    connection.execute(insert(act).values(program=program, at=at, what=what, details=dict(details)))


def letter_bounced(connection: Connection, letter_id: int, at: datetime) -> None:
    change(connection, letter, {"id": letter_id}, {"bounced_at": at})


def get_fact(connection: Connection, name: str) -> str | None:
    found: str | None = _FACT.value(connection, {"name": name})
    return found


def set_fact(connection: Connection, name: str, value: str) -> None:
    insert_or_replace(connection, fact, {"name": name, "value": value}, ("name",), ("value",))
