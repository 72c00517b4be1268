"""The Mentor Contact Form of a month: rows from evidence and from what the coordinator wrote (R-016, R-017, R-040)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from db.records import EventKind, FormEntry, Person
from mailer.core.world.attempts import attempts_at
from mailer.core.world.lookups import events_of, form_of
from mailer.core.world.moments import month_of
from mailer.core.world.scene import Scene
from mailer.core.world.who import mentees_of
from mailer.model.decision import Say

_UNTIL_CONTACT = frozenset({"mentor_silent"})  # lines that are true no longer once the month has a contact


@dataclass(frozen=True, slots=True)
class Row:
    """One mentor's row: what evidence says, and what the coordinator wrote; the service never invents an assessment.

    `issues`: what the coordinator wrote (`typed`) and, behind it, the lines of the rules' own that still hold.
    """

    mentor: Person
    attempted: tuple[date, ...]
    contact_made: date | None
    mentees: tuple[str, ...]
    summary: str
    issues: str | Say
    typed: str
    sent: bool

    def as_facts(self) -> dict[str, object]:
        return {
            "mentor": self.mentor.name,
            "attempted": ", ".join(day.isoformat() for day in self.attempted),
            "made": self.contact_made.isoformat() if self.contact_made else "",
            "mentees": ", ".join(self.mentees),
            "summary": self.summary,
            "issues": self.issues,
        }


def entry_of(scene: Scene, mentor_id: int, month: str) -> FormEntry | None:
    return form_of(scene.situation, mentor_id, month)


def row_of(scene: Scene, mentor: Person, month: str) -> Row:
    """A mentor's row of a month: dates from evidence unless the coordinator wrote others."""
    entry = entry_of(scene, mentor.id, month)
    tried = attempts_at(scene.situation, mentor.id, scene.policy.number("attempt.min_gap_days"), scene.zone)
    attempted = tuple(sorted({item.on for item in tried if month_of(item.on) == month and item.result != "bounced"}))
    made = [event.on for event in events_of(scene.situation, mentor.id) if event.kind is EventKind.CONTACT]
    first_made = min((day for day in made if month_of(day) == month), default=None)
    names = tuple(mentee.first_name for mentee in mentees_of(scene.situation, mentor.id))
    if entry is None:
        return Row(mentor, attempted, first_made, names, "", "", "", False)
    return Row(
        mentor,
        entry.attempted or attempted,
        entry.contact_made or first_made,
        entry.mentees or names,
        entry.summary,
        _issues(entry, entry.contact_made or first_made),
        entry.issues,
        entry.sent_at is not None,
    )


def noted_on(entry: FormEntry | None) -> tuple[tuple[str, str | Say], ...]:
    """Lines that the rules wrote on a row by themselves, by kind; words that are not kept yet are a sentence still."""
    return tuple((kind, words) for kind, words in entry.noted if isinstance(words, str | Say)) if entry is not None else ()


def _issues(entry: FormEntry, made: date | None) -> str | Say:
    """What stands under issues: the coordinator's words, then our lines; a silence stands there only until contact was made."""
    lines = [words for kind, words in noted_on(entry) if made is None or kind not in _UNTIL_CONTACT]
    whole: str | Say = entry.issues
    for words in lines:
        whole = Say("form joined", {"text": whole, "said": words}) if whole else words
    return whole


def _own(scene: Scene, coordinator: Person) -> tuple[Person, ...]:
    own = [
        person
        for person in scene.situation.people.values()
        if "mentor" in person.roles and person.coordinator_id == coordinator.id and person.state.value in ("active", "stopped")
    ]
    return tuple(sorted(own, key=lambda person: (person.name.casefold(), person.id)))


def draft_rows(scene: Scene, coordinator: Person, month: str) -> tuple[Row, ...]:
    """Every mentor of the coordinator, with what is known so far."""
    return tuple(row_of(scene, mentor, month) for mentor in _own(scene, coordinator))


def ready_rows(scene: Scene, coordinator: Person, month: str) -> tuple[Row, ...]:
    """Rows that may be sent: a human wrote the assessment; a line of the rules' own is none (R-016, R-017)."""
    return tuple(row_of(scene, mentor, month) for mentor in _own(scene, coordinator) if _assessed(scene, mentor, month))


def rows_without_summary(scene: Scene, coordinator: Person, month: str) -> tuple[Person, ...]:
    return tuple(mentor for mentor in _own(scene, coordinator) if not _assessed(scene, mentor, month))


def all_rows_sent(scene: Scene, coordinator: Person, month: str) -> bool:
    """Whether every row that may be sent has been."""
    entries = (entry_of(scene, mentor.id, month) for mentor in _own(scene, coordinator) if _assessed(scene, mentor, month))
    return all(entry is not None and entry.sent_at is not None for entry in entries)


def _assessed(scene: Scene, mentor: Person, month: str) -> bool:
    entry = entry_of(scene, mentor.id, month)
    return entry is not None and bool(entry.summary or entry.issues)


COLUMNS = {
    "extended": ("Mentor's Name", "Attempted", "Contact Date", "Current mentee(s)", "Summary of mentor check-in", "Issues"),
    "seed": ("Mentor's Name", "Contact Date", "Current mentee(s)", "Summary of mentor check-in"),
}


def sheet(rows: tuple[Row, ...], columns: str) -> tuple[tuple[str | Say, ...], ...]:
    """The form as a table, heading first: our extended columns, or the seed's four (A01)."""
    names = COLUMNS.get(columns, COLUMNS["extended"])
    table: list[tuple[str | Say, ...]] = [names]
    for row in rows:
        facts = row.as_facts()
        summary: str | Say = row.summary
        if columns == "seed" and row.issues:  # four columns have no place of their own for issues
            summary = Say("form joined", {"text": summary, "said": row.issues}) if summary else row.issues
        cells: dict[str, str | Say] = {
            "Mentor's Name": str(facts["mentor"]),
            "Attempted": str(facts["attempted"]),
            "Contact Date": str(facts["made"]),
            "Current mentee(s)": str(facts["mentees"]),
            "Summary of mentor check-in": summary,
            "Issues": row.issues,
        }
        table.append(tuple(cells[name] for name in names))
    return tuple(table)
