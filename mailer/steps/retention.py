"""Once a day, words that have been kept long enough are erased (policy retention.body_days; REQUIREMENTS.md 7.2, item 8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from db import evidence, retention
from mailer.core.world.moments import local_day, moment
from mailer.model.classes import LetterClass
from mailer.steps.desk import Desk

_FORM_MONTHS = 24  # the Mentor Contact Form


def let_go(desk: Desk, program: str) -> None:
    """Erase what is older than the policy keeps; at most once a local day, whoever runs the turns."""
    book = desk.books[program]
    zone = book.program.timezone
    today = local_day(desk.now(), zone)
    if desk.let_go.get(program) == today:
        return
    desk.let_go[program] = today
    name = f"let_go/{program}"
    with desk.store.reading() as connection:
        last, _, until = (evidence.get_fact(connection, name) or "").partition(" ")
    if last == today.isoformat():
        return
    # Who agreed to which version is told by the letter itself.
    kept = [letter for letter, kind in book.rules.classes.items() if kind is LetterClass.AGREEMENT]
    before = moment(today - timedelta(days=book.rules.policy.number("retention.body_days")), time(), zone)
    # Once a month all of it: a letter may have waited long for a human.
    since = datetime.fromisoformat(until) if last[:7] == f"{today:%Y-%m}" else datetime.min.replace(tzinfo=UTC)
    with desk.store.transaction() as connection:
        retention.erase_words(connection, program, since, before, kept)
        retention.erase_forms(connection, program, _months_before(today, _FORM_MONTHS))
        evidence.set_fact(connection, name, f"{today} {before.isoformat()}")


def _months_before(day: date, months: int) -> str:
    number = day.year * 12 + day.month - 1 - months
    return f"{number // 12}-{number % 12 + 1:02}"
