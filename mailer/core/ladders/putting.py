"""A walk as it is to be recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from db.records import Case
from mailer.model.decision import PutCase

_KEEP: Mapping[str, object] = {}


def put(case: Case, *, due_at: datetime | Mapping[str, object] | None = _KEEP, closed: bool = False) -> PutCase:
    """Record a walk as it stands; with `due_at` time moves it then (None: never)."""
    due = case.due_at if due_at is _KEEP else due_at
    assert due is None or isinstance(due, datetime)
    return PutCase(
        key=case.key,
        ladder=case.ladder,
        state=case.state,
        owner=case.owner,
        due_at=None if closed else due,
        entered_at=case.entered_at or case.opened_at or due or datetime.min,
        about=case.about,
        subject_id=case.subject_id,
        match_id=case.match_id,
        data=case.data,
        closed=closed,
    )
