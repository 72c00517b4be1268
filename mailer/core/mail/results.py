"""Survey results that came as a sheet: whose row is whose, and each coordinator's own rows (R-013, R-014)."""

from __future__ import annotations

from dataclasses import replace

from db.records import Person
from mailer.core.ladders.walk import Moved, happened, leaves_at, roles_on
from mailer.core.telling.transcript import Transcript
from mailer.core.world.scene import Scene
from mailer.core.world.who import named
from mailer.model.decision import AddEvent, PutAnswers
from mailer.model.mail import IncomingMessage, Sheet

_WHO = ("email", "e-mail", "mail", "address", "email address", "your email", "username", "name", "your name", "full name")


def take(account: Transcript, by: Person, message: IncomingMessage, means: str) -> None:
    """Read the answers of a results sheet and move the month on."""
    if means != "results" or not by.roles & {"mwoc", "staff", "admin", "coordinator"}:
        return
    scene = account.scene
    month = _month(scene)
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    unknown = 0
    for sheet in message.sheets:
        rows, lost = _read(scene, sheet)
        found.update(rows)
        unknown += lost
    if not found:
        account.refuse(message.subject or "-", "results_match_nobody")
        return
    for person_id, answers in sorted(found.items()):
        account.does(
            PutAnswers(person_id, "survey", month, dict(answers)), AddEvent(person_id, "survey_answered", scene.today, "survey")
        )
    account.line(message.subject or "-", "results_read", people=len(found), unknown=unknown)
    account.scene = replace(account.scene, situation=replace(account.scene.situation, survey={**scene.situation.survey, **found}))
    for case in account.scene.situation.cases:
        if case.about == "program" and case.closed_at is None:
            roles = roles_on(scene, by, case)
            moved = happened(account.scene, case, "results", roles, leaves_at(scene, roles))
            if isinstance(moved, Moved):
                account.does(*moved.effects)
                account.because.append(moved.because)


def _month(scene: Scene) -> str:
    for case in scene.situation.cases:
        if case.about == "program" and scene.text(case, "month"):
            return scene.text(case, "month")
    return scene.month


def _read(scene: Scene, sheet: Sheet) -> tuple[dict[int, tuple[tuple[str, str], ...]], int]:
    if len(sheet.rows) < 2:
        return {}, 0
    heading = [cell.strip() for cell in sheet.rows[0]]
    columns = sorted((_WHO.index(cell.casefold()), at) for at, cell in enumerate(heading) if cell.casefold() in _WHO)
    if not columns:
        return {}, len(sheet.rows) - 1
    everyone = tuple(scene.situation.people.values())
    asked = [at for at in range(len(heading)) if at not in {at for _, at in columns} and heading[at]]
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    unknown = 0
    for row in sheet.rows[1:]:
        person = _person(everyone, [row[at] for _, at in columns if at < len(row)])
        if person is None:
            unknown += any(cell.strip() for cell in row)
        else:
            found[person.id] = tuple((heading[at], row[at].strip()) for at in asked if at < len(row) and row[at].strip())
    return found, unknown


def _person(everyone: tuple[Person, ...], cells: list[str]) -> Person | None:
    for cell in cells:
        found = named(everyone, cell)
        if len(found) == 1:
            return found[0]
    return None
