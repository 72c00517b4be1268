"""What every ladder may do besides writing letters (`do = [...]`); a closed list, gathered in `core/ladders/verbs.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from db.records import Case, Event, Person
from mailer.core.telling.facts import kept_links, matches_of, recipients
from mailer.core.telling.forms import entry_of, noted_on, ready_rows
from mailer.core.telling.month import compiled, report_of
from mailer.core.telling.periods import periods
from mailer.core.world.attempts import signs_for
from mailer.core.world.disclosure import view
from mailer.core.world.moments import in_words, month_in_words, month_of, slot_on
from mailer.core.world.registers import Done, Verb
from mailer.core.world.scene import Scene, is_away
from mailer.core.world.who import DUTIES, MEMBERS, coordinator_of, first_holder, holder, match_of, mentor_of, subject_of
from mailer.model.counted import listed
from mailer.model.decision import (
    AddAgreement,
    AddEvent,
    AddNote,
    BringForward,
    Effect,
    PutForm,
    PutMatch,
    PutPerson,
    Say,
    Withdraw,
)


def _withdraw(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    return (Withdraw(case_key=case.key, because="the walk moved on"),), case


def _match(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    return tuple(PutMatch(match_id, words[0]) for match_id in matches_of(scene, case)), case


def _person(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    subject = scene.person(case.subject_id)
    stays = subject is None or (subject.state.value == "stopped" and words[0] != "active")
    return (() if stays or subject is None else (PutPerson(subject.id, {"state": words[0]}),)), case


def _let_go(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """A human has looked after a cry for help: letters may go on."""
    subject = scene.person(case.subject_id)
    held = subject is not None and subject.held_by_safety
    return ((PutPerson(subject.id, {"held_by_safety": False}),) if subject is not None and held else ()), case


def _mark(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Remember something about the person: `mark private_mailbox yes`, `mark signed_off today`; "no" takes it away."""
    subject = subject_of(scene.situation, case)
    if subject is None:
        return (), case
    marks = {name: value for name, value in subject.extra.items() if name != words[0]}
    if words[1] != "no":
        marks[words[0]] = {"yes": True, "today": scene.today.isoformat()}.get(words[1], words[1])
    return (PutPerson(subject.id, {"extra": marks}),), case


def _agree(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """The person has agreed to the newest letter of a name: `agree ethics ethics_agreement` (R-206)."""
    kind, name = words
    subject = scene.person(case.subject_id)
    asked = [item for item in scene.situation.letters if item.name == name and item.to_id == case.subject_id and item.sent_at]
    if subject is None or not asked:
        return (), case
    letter = max(asked, key=lambda item: item.sent_at or item.date)
    version = str(letter.facts.get("version", ""))
    agreed = AddAgreement(subject.id, kind, version, letter.template, scene.today, scene.answers_message)
    marks = {**subject.extra, f"{kind}_version": version, f"{kind}_agreed_on": scene.today.isoformat()}
    return (agreed, PutPerson(subject.id, {"extra": marks})), case


def _note(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    return note(scene, case, words[0], words[1]), case


def _form(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    kind, month = words[0], month_of(scene.today)
    if kind.endswith("_back") and case.data.get("silent_on_form") != month:
        return (), case  # nothing on this month's form says otherwise
    data = {name: value for name, value in case.data.items() if name != "silent_on_form"}
    if kind.endswith("_silent"):
        data["silent_on_form"] = month
    return _form_note(scene, case, kind), replace(case, data=data)


def _bring(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    tomorrow = slot_on(scene.today + timedelta(days=1), scene.policy, scene.zone)
    return (BringForward(words[0], words[1], tomorrow),), case


def _keep(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    return (), replace(case, data={**case.data, **_kept(scene, case, words[0])})


def _drop(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    return (), replace(case, data={key: value for key, value in case.data.items() if key != words[0]})


def _take(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Keep what somebody wrote, as this or that: the text of a problem, a plan."""
    written = shortened(str(scene.words.get("text") or ""))
    return (), replace(case, data={**case.data, words[0]: written}) if written else case


def _set(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Remember a word of the ladder's own: `set kind concern`, `set by_mentor yes`."""
    return (), replace(case, data={**case.data, words[0]: words[1]})


def _count(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """One more of something: loops of a plan, tries of a mentor."""
    return (), replace(case, data={**case.data, words[0]: scene.number(case, words[0]) + 1})


def _yes(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Remember that the writer has said yes."""
    return (), replace(case, data={**case.data, "agreed": sorted({*agreed(case), scene.number_said("by")})})


def _round(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    return (), replace(case, data={**case.data, "round": scene.number(case, "step")})


def _contact(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    person = holder(scene.situation, words[0], case, ())
    given = scene.words.get("date")
    on = given if isinstance(given, date) else scene.today
    how = str(scene.words.get("how") or "told by coordinator")
    return ((AddEvent(person.id, "contact", on, how),) if person else ()), case


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
    if isinstance(value, str):
        value = shortened(value)
    return {name: value} if isinstance(value, (int, str)) else {}


_MOST_LINES = 10  # of what somebody wrote, kept with a walk (4C PLANNING)
_MOST_CHARACTERS = 2000


def shortened(text: str) -> str:
    """As much of somebody's words as a walk keeps: ten lines."""
    lines = [line.rstrip() for line in text.strip().split("\n")]
    return "\n".join([line for line in lines if line][:_MOST_LINES])[:_MOST_CHARACTERS]


def agreed(case: Case) -> frozenset[int]:
    """Who has said yes to what a walk asks several people."""
    known = case.data.get("agreed")
    return frozenset(number for number in known if isinstance(number, int)) if isinstance(known, list) else frozenset()


def note(scene: Scene, case: Case, role: str, kind: str) -> tuple[AddNote, ...]:
    """A line for the next digest of each holder of a role, in words that this holder may read."""
    people: tuple[Person, ...]
    if role == "people_who_waited":
        waited = bool(case.data.get("waited"))
        by = scene.number_said("by")  # who has just told us needs not be told
        waiting = (person for word in ("coordinator", "mwoc") for person in recipients(scene, case, word) if person.id != by)
        people = tuple(waiting) if waited else ()
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
        "month": month_in_words(scene.text(case, "month") or scene.month),
        "signs": listed(f"{in_words(event.on)}" for event in _signs(scene, case)),
        **periods(scene, kind),
        **({name: scene.text(case, name) for name in _TOLD if scene.text(case, name)} if role == "coordinator" else {}),
        **_others(scene, case, role),
    }
    ladder = scene.ladder(case)
    if ladder is not None and ladder.pair:
        facts["walk"] = case.key  # two of them may be about the same two people
    subject = scene.person(case.subject_id) if case.about == "coordinator" else None
    if subject is not None and role in DUTIES:
        facts["coordinator"] = subject.name
    writer = scene.person(scene.number_said("by"))
    if writer is not None and role in DUTIES:
        facts["person"] = {"name": writer.name}
        if scene.words.get("phone"):
            facts["phone"] = str(scene.words["phone"])
    unique = {person.id: person for person in people}
    return tuple(AddNote(person.id, kind, facts) for person in unique.values())


# What people wrote in the course of a problem: told to whoever works on it with them, to nobody else.
_TOLD = ("text", "plan", "result")


def _signs(scene: Scene, case: Case) -> tuple[Event, ...]:
    """Signs of life of a mentee shortly before the report (4B REPORTED)."""
    pair = match_of(scene.situation, case)
    return signs_for(scene.situation, case, pair[1]) if pair is not None and case.about == "match" else ()


def _others(scene: Scene, case: Case, role: str) -> dict[str, object]:
    """Whom a note is about beside a mentor and a mentee: the participant of a walk, and who asks them."""
    found: dict[str, object] = {}
    for name in ("participant", "asker", "subject"):
        person = holder(scene.situation, name, case, ())
        about = next((item for item in MEMBERS if person is not None and item in person.roles), name)
        seen = view(scene, role, about, person)
        if seen:
            found["person" if name == "subject" else name] = seen
    return found


def _form_note(scene: Scene, case: Case, kind: str) -> tuple[Effect, ...]:
    """A line on the month's contact form that the rules write by themselves: a silence, never an assessment (R-032)."""
    mentor = mentor_of(scene.situation, case)
    coordinator = coordinator_of(scene.situation, mentor.id) if mentor else None
    if mentor is None or coordinator is None:
        return ()
    month = month_of(scene.today)
    entry = entry_of(scene, mentor.id, month)
    pair = match_of(scene.situation, case)
    mentee = scene.person(pair[1]) if pair else None
    since = str(case.data.get("since", ""))
    line = (kind, Say(f"form {kind}", {"mentee": mentee.first_name if mentee else "", "since": since}))
    return (
        PutForm(
            month,
            coordinator.id,
            mentor.id,
            entry.attempted if entry else (),
            entry.contact_made if entry else None,
            entry.mentees if entry else (),
            entry.summary if entry else "",
            entry.issues if entry else "",
            noted=(*noted_on(entry), line),
        ),
    )


def _transmit(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    coordinator = scene.person(case.subject_id)
    if coordinator is None:
        return (), case
    month = scene.text(case, "month") or scene.month
    rows = tuple(
        PutForm(
            month, coordinator.id, row.mentor.id, row.attempted, row.contact_made, row.mentees, row.summary, row.typed, scene.now
        )
        for row in ready_rows(scene, coordinator, month)
    )
    return rows, case


def _report(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """The figures of the month this walk is about, for the digest of a duty; nothing where nothing happened."""
    month = scene.text(case, "month") or scene.month
    found = report_of(scene, month)
    if found is None:
        return (), case
    table = [list(row) for row in compiled(scene, month)]
    return duty_note(scene, words[0], "month_report", {**found, "sheet": table, "sheet_name": f"forms-{month}"}), case


def duty_note(scene: Scene, role: str, kind: str, facts: dict[str, object], but: Person | None = None) -> tuple[Effect, ...]:
    """A digest line for the first holder of a duty, whatever it is about; `but` wrote the words, and somebody else reads them."""
    order = (role, "mwoc", "staff", "clinical_coordinator", "trainer", "admin")
    reader = first_holder(scene.situation, order, but.id if but is not None else None)
    return (AddNote(reader.id, kind, facts),) if reader is not None else ()


VERBS: Mapping[str, Verb] = {
    "withdraw": Verb(0, _withdraw),
    "match": Verb(1, _match),
    "person": Verb(1, _person),
    "let_go": Verb(0, _let_go),
    "mark": Verb(2, _mark),
    "agree": Verb(2, _agree),
    "note": Verb(2, _note),
    "form": Verb(1, _form),
    "report": Verb(1, _report),
    "bring": Verb(2, _bring),
    "keep": Verb(1, _keep),
    "drop": Verb(1, _drop),
    "take": Verb(1, _take),
    "set": Verb(2, _set),
    "count": Verb(1, _count),
    "yes": Verb(0, _yes),
    "round": Verb(0, _round),
    "contact": Verb(1, _contact),
    "transmit": Verb(0, _transmit),
}
