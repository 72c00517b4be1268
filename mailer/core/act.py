"""What a ladder may do besides writing letters (`do = [...]`); a closed list of verbs, see `ladders.ACTIONS`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from db.records import Case, Person
from mailer.core.facts import kept_links, matches_of, recipients, view
from mailer.core.forms import entry_of, ready_rows, row_of
from mailer.core.moments import month_of, slot_on
from mailer.core.scene import Scene, is_away
from mailer.core.who import coordinator_of, holder, holders, match_of, mentor_of
from mailer.model.decision import AddEvent, AddNote, BringForward, Effect, PutForm, PutMatch, PutPerson, Say, Withdraw


def do(scene: Scene, case: Case, action: str) -> tuple[tuple[Effect, ...], Case]:
    """Carry out one action; gives its effects and the walk as it stands afterwards."""
    match action.split():
        case ["withdraw"]:
            return (Withdraw(case_key=case.key, because="the walk moved on"),), case
        case ["match", state]:
            return tuple(PutMatch(match_id, state) for match_id in matches_of(scene, case)), case
        case ["person", state]:
            subject = scene.person(case.subject_id)
            stays = subject is None or (subject.state.value == "stopped" and state != "active")
            return (() if stays or subject is None else (PutPerson(subject.id, {"state": state}),)), case
        case ["note", role, kind]:
            return note(scene, case, role, kind), case
        case ["form", kind]:
            return _form_note(scene, case, kind), case
        case ["bring", ladder, state]:
            return (BringForward(ladder, state, slot_on(scene.today + timedelta(days=1), scene.policy, scene.zone)),), case
        case ["keep", name]:
            return (), replace(case, data={**case.data, **_kept(scene, case, name)})
        case ["drop", name]:
            return (), replace(case, data={key: value for key, value in case.data.items() if key != name})
        case ["round"]:
            return (), replace(case, data={**case.data, "round": scene.number(case, "step")})
        case ["contact", role]:
            person = holder(scene.situation, role, case, ())
            given = scene.words.get("date")
            on = given if isinstance(given, date) else scene.today
            how = str(scene.words.get("how") or "told by coordinator")
            return ((AddEvent(person.id, "contact", on, how),) if person else ()), case
        case ["transmit"]:
            return _transmit(scene, case), case
        case _:
            raise ValueError(f"unknown action {action!r}")


def _kept(scene: Scene, case: Case, name: str) -> dict[str, object]:
    """A word's argument, remembered with the walk as plain data; "since" may be given as a day or a number of days."""
    if name == "links":
        return {name: kept_links(scene, case)}
    value = scene.words.get(name)
    if name == "since":
        days = scene.words.get("days")
        value = scene.words.get("date") or (scene.today - timedelta(days=days) if isinstance(days, int) else None)
    if isinstance(value, date):
        return {name: value.isoformat()}
    return {name: value} if isinstance(value, (int, str)) else {}


def note(scene: Scene, case: Case, role: str, kind: str) -> tuple[Effect, ...]:
    """A line for the next digest of each holder of a role, in words that this holder may read."""
    people: tuple[Person, ...]
    if role == "people_who_waited":
        waited = bool(case.data.get("waited"))
        people = tuple(person for word in ("coordinator", "mwoc") for person in recipients(scene, case, word)) if waited else ()
        role = "coordinator"
    else:
        people = recipients(scene, case, role)
        if role == "coordinator" and any(is_away(scene, person) for person in people):
            people += recipients(scene, case, "mwoc")  # somebody who is here reads it as well (4A, boundary cases)
        role = role.removesuffix("s") if role == "coordinators" else role
    mentor = mentor_of(scene.situation, case)
    pair = match_of(scene.situation, case)
    facts: dict[str, object] = {
        "mentor": view(scene, role, "mentor", mentor),
        "mentee": view(scene, role, "mentee", scene.person(pair[1]) if pair else None),
        "month": scene.text(case, "month") or scene.month,
    }
    unique = {person.id: person for person in people}
    return tuple(AddNote(person.id, kind, facts) for person in unique.values())


def _form_note(scene: Scene, case: Case, kind: str) -> tuple[Effect, ...]:
    """A line on the month's contact form that the rules write by themselves: a silence, never an assessment (R-032)."""
    mentor = mentor_of(scene.situation, case)
    coordinator = coordinator_of(scene.situation, mentor.id) if mentor else None
    if mentor is None or coordinator is None:
        return ()
    month = month_of(scene.today)
    row = row_of(scene, mentor, month)
    entry = entry_of(scene, mentor.id, month)
    pair = match_of(scene.situation, case)
    mentee = scene.person(pair[1]) if pair else None
    since = str(case.data.get("since", ""))
    said = Say(f"form {kind}", {"mentee": mentee.first_name if mentee else "", "since": since, "before": row.issues})
    return (
        PutForm(
            month,
            coordinator.id,
            mentor.id,
            entry.attempted if entry else (),
            entry.contact_made if entry else None,
            entry.mentees if entry else (),
            row.summary,
            said,
        ),
    )


def _transmit(scene: Scene, case: Case) -> tuple[Effect, ...]:
    coordinator = scene.person(case.subject_id)
    if coordinator is None:
        return ()
    month = scene.text(case, "month") or scene.month
    return tuple(
        PutForm(
            month, coordinator.id, row.mentor.id, row.attempted, row.contact_made, row.mentees, row.summary, row.issues, scene.now
        )
        for row in ready_rows(scene, coordinator, month)
    )


def duty_note(scene: Scene, role: str, kind: str, facts: dict[str, object]) -> tuple[Effect, ...]:
    """A digest line for the first holder of a duty, whatever it is about."""
    for duty in (role, "mwoc", "staff", "admin"):
        found = holders(scene.situation, duty)
        if found:
            return (AddNote(found[0].id, kind, facts),)
    return ()
