"""A month of somebody's conversation log in figures: minutes of each kind for each client, and no word of what was said (4F)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from db.records import Case, Conversation
from mailer.core.world.conversations import as_line, lacks, row_line, rows_of
from mailer.core.world.moments import month_in_words, month_of
from mailer.core.world.registers import Condition
from mailer.core.world.scene import Scene

_LONG = timedelta(days=60)  # without mentoring in so many days the month's letter gives a hint (4F)


def month_before(day: date) -> str:
    """The month before the one a day lies in, "2027-09"."""
    return month_of(day.replace(day=1) - timedelta(days=1))


def _valid(scene: Scene, person_id: int) -> tuple[Conversation, ...]:
    return tuple(row for row in rows_of(scene, person_id) if not row.voided)


def _amount(scene: Scene, rows: list[Conversation], kind: str) -> float:
    """Minutes of a kind, or conversations where the program asks for no minutes; what was both counts half."""
    each = [(row.minutes if scene.policy.flag("log.minutes") else 1, row.kind) for row in rows if kind in row.kind]
    return sum(amount if whole == kind else amount / 2 for amount, whole in each)


def log_facts(scene: Scene, case: Case, letter: str) -> dict[str, object]:
    """What the letters about a log may say of it, for the one who keeps it."""
    match letter:
        case "conversation_log_request":
            return _so_far(scene, case)
        case "conversation_log_question":
            missing = lacks(case.data)
            return {
                "line": as_line(case.data),
                "lacks_day": "date" in missing,
                "lacks_kind": "kind" in missing,
                "lacks_halves": "halves" in missing,
                "example_day": scene.today.isoformat(),
            }
        case "conversation_month":
            return _month(scene, case)
        case _:
            return {}


def _so_far(scene: Scene, case: Case) -> dict[str, object]:
    rows = [row for row in _valid(scene, case.subject_id or 0) if month_of(row.on) == scene.month]
    return {
        "month": month_in_words(scene.month),
        "example_day": scene.today.isoformat(),
        "counted": not scene.policy.flag("log.minutes"),
        "rows": [{"number": row.number, "line": row_line(row)} for row in rows],
    }


def _month(scene: Scene, case: Case) -> dict[str, object]:
    """Minutes by client, who has had one contact so far, and the hint, of the month before this one."""
    month = month_before(scene.today)
    known = [row for row in _valid(scene, case.subject_id or 0) if month_of(row.on) <= month]
    rows = [row for row in known if month_of(row.on) == month]
    clients = sorted({row.client for row in rows}, key=lambda ref: (len(ref), ref))
    of = {ref: [row for row in rows if row.client == ref] for ref in clients}
    return {
        "month": month_in_words(month),
        "clients": [
            {"ref": ref, "support": f"{_amount(scene, own, 'S'):g}", "mentoring": f"{_amount(scene, own, 'M'):g}"}
            for ref, own in of.items()
        ],
        "counted": not scene.policy.flag("log.minutes"),
        "support": f"{_amount(scene, rows, 'S'):g}",
        "mentoring": f"{_amount(scene, rows, 'M'):g}",
        "once": [ref for ref in clients if len({row.on for row in known if row.client == ref}) < 2],
        "only_support": _only_support(scene, case, known),
    }


def _only_support(scene: Scene, case: Case, known: list[Conversation]) -> bool:
    """Whether nobody was mentored for so long, by somebody who has been here for so long."""
    since = scene.today - _LONG
    person = scene.person(case.subject_id)
    enrolled = str(person.extra.get("enrolled") or "")[:10] if person is not None else ""
    new_here = bool(enrolled) and date.fromisoformat(enrolled) > since
    return not new_here and not any("M" in row.kind and row.on >= since for row in known)


def _logged_last_month(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    month = month_before(scene.today)
    return any(month_of(row.on) == month for row in _valid(scene, case.subject_id or 0))


CONDITIONS: Mapping[str, Condition] = {"logged_last_month": Condition(0, _logged_last_month)}
