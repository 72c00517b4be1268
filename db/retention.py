"""What is kept no longer than it must be: words go, ids, times and states stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, String, bindparam, cast, or_, update

from db.among import among_texts
from db.prepared import Prepared
from db.records import LetterState, MessageState
from db.tables import answer, case, form, letter, message, note


def _says(column: Column[Any]) -> ColumnElement[bool]:
    """Whether a column of JSON holds anything: a row that is empty already is not written again."""
    return cast(column, String) != "{}"


def _one_of(column: Column[Any], *states: str) -> ColumnElement[bool]:
    return or_(*(column == state for state in states))


def _within(column: Column[Any]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column >= bindparam("since"), column < bindparam("before")


# Built once: this is asked each day of a year that is lived in a minute.
_PROGRAM: Any = bindparam("of_program")
_MESSAGES = Prepared(
    update(message)
    .where(message.c.program == _PROGRAM, message.c.received_at < bindparam("before"), message.c.not_kept.is_not(True))
    .where(_one_of(message.c.state, MessageState.DONE.value, MessageState.DROPPED.value))
    .values(raw=b"", considered=[], not_kept=True)
)
_LETTERS = Prepared(
    update(letter)
    .where(letter.c.program == _PROGRAM, *_within(letter.c.not_before), ~among_texts(letter.c.name, "kept"), _says(letter.c.facts))
    .where(_one_of(letter.c.state, LetterState.SENT.value, LetterState.FAILED.value, LetterState.CANCELLED.value))
    .values(facts={}, subject="")
)
_ANSWERS = Prepared(
    update(answer)
    .where(answer.c.program == _PROGRAM, answer.c.at < bindparam("before"), (answer.c.text != "") | _says(answer.c.answers))
    .values(answers={}, text="")
)
_NOTES = Prepared(update(note).where(note.c.program == _PROGRAM, *_within(note.c.told_at), _says(note.c.facts)).values(facts={}))
_CASES = Prepared(
    update(case).where(case.c.program == _PROGRAM, case.c.closed_at < bindparam("before"), _says(case.c.data)).values(data={})
)
_FORMS = Prepared(
    update(form)
    .where(form.c.program == _PROGRAM, form.c.month < bindparam("before_month"))
    .where((form.c.summary != "") | (form.c.issues != "") | (cast(form.c.noted, String) != "[]"))
    .values(mentees=[], summary="", issues="", noted=[])
)


def erase_words(connection: Connection, program: str, since: datetime, before: datetime, kept: Sequence[str]) -> None:
    """Erase the words of messages, letters, answers, told notes and closed cases that are older than `before`.

    What waits for a human stays as it is, and so do letters of the names `kept`: what somebody agreed to. Letters and notes are
    looked for from `since` on: there are many, and those before have been looked for.
    """
    known = {"of_program": program, "since": since, "before": before, "kept": list(kept)}
    for statement in (_MESSAGES, _LETTERS, _ANSWERS, _NOTES, _CASES):
        statement.run(connection, known)


def erase_forms(connection: Connection, program: str, before: str) -> None:
    """Erase what coordinators wrote on contact forms of months before this one ("2027-10"); the days stay."""
    _FORMS.run(connection, {"of_program": program, "before_month": before})
