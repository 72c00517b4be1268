"""Headings of the Mentor Contact Form, the roster and survey results, as people and spreadsheets write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from mailer.wire.commands.phrases import fold
from mailer.wire.commands.slips import distance
from mailer.wire.words import phrases


class Column(StrEnum):
    """What a column or a label of the contact form holds (R-017, R-040)."""

    MENTOR = "mentor"
    ATTEMPTED = "attempted"
    MADE = "contact_made"
    MENTEES = "mentees"
    SUMMARY = "summary"
    ISSUES = "issues"


_KNOWN: dict[str, Column] = {
    heading: column
    for column, headings in {
        Column.MENTOR: """mentor;mentors name;mentor name;name of mentor;name of the mentor;assigned mentor;mentor member;mentors;
            mentor full name;mntr;mentor first and last name;nombre del mentor""",
        Column.ATTEMPTED: """attempted;attempt;attempts;attempted on;attempt date;attempt dates;attempted date;attempted dates;
            date attempted;dates attempted;date contact was attempted;dates contact was attempted;date s contact was attempted;
            contact attempted;contact attempts;attempted contact;date s attempted;date s of attempt;tried;tried on;intentos""",
        Column.MADE: """contact made;contact date;date;date of contact;contact made on;contact made date;date contact was made;
            date contact made;made;contacted;contacted on;reached;reached on;contact;last contact;contact dates;contact date s;
            date contacted;check in date;date of check in;day;dates;contact dt;dt;contacts;fecha de contacto;fecha""",
        Column.MENTEES: """current mentee s;current mentees;current mentee;mentee;mentees;mentee s;mentee name;
            mentees names;
            mentee names;mentee s name;matched mentee s;matched mentees;matched with;assigned mentee s;
            assigned mentees;mentee name s""",
        Column.SUMMARY: """summary;summary of mentor check in;summary of check in;summary of the check in;check in summary;notes;
            note;comments;comment;assessment;summary of assessment;remarks;mentor check in summary;summary of contact;
            summary of mentor checkin;sum;how is it going;details;resumen;check in notes;effectiveness""",
        Column.ISSUES: """issues;issue;concerns;concern;problems;problem;issues concerns;issues or concerns;any issues;
            concerns issues;issues that have arisen;difficulties;issues if any""",
    }.items()
    for heading in (" ".join(entry.split()) for entry in headings.split(";"))
}
# A slip of the pen seldom spares the first letter, and this keeps the search short.
_BY_LETTER = {
    letter: tuple((known, column) for known, column in _KNOWN.items() if known[0] == letter)
    for letter in {word[0] for word in _KNOWN}
}
_ADDED = re.compile(r"\s*\([^()]{3,60}\)\s*:?\s*$")  # "Contact Date (mm/dd)"; "mentee(s)" is a word
_APART = re.compile(r"[^\w]+|_")


def plain(heading: str) -> str:
    """A heading for comparing: folded, possessives and punctuation gone ("Mentor’s Name" is "mentors name")."""
    return " ".join(_APART.sub(" ", fold(heading[:120]).replace("'s", "s").replace("s'", "s").replace("'", "")).split())


def exactly(heading: str) -> Column | None:
    """The column whose heading this is, word for word."""
    return _KNOWN.get(plain(heading))


@lru_cache(maxsize=2048)
def column_of(heading: str) -> Column | None:
    """The column a heading names, spelling mistakes forgiven; None where it names none of ours."""
    text = plain(heading)
    if not text or len(text) > 60:
        return None
    if text in _KNOWN:
        return _KNOWN[text]
    trimmed = text.removeprefix("the ").removesuffix(" optional").removesuffix(" required")
    if trimmed in _KNOWN:
        return _KNOWN[trimmed]
    if (added := _ADDED.search(heading[:120])) is not None and (column := column_of(heading[: added.start()])) is not None:
        return column
    words = set(text.split())
    if len(words) <= 8:
        if any(word.startswith("attempt") for word in words):
            return Column.ATTEMPTED
        if words & {"summary", "assessment"}:
            return Column.SUMMARY
        if any(word.startswith("mentee") for word in words) and len(words) <= 4:
            return Column.MENTEES
        if "contact" in words and words & {"made", "date", "dates", "successful"}:
            return Column.MADE
        if words & {"issues", "concerns"} and len(words) <= 5:
            return Column.ISSUES
        if len(words) >= 2 and all(_KNOWN.get(word) is Column.SUMMARY for word in words - {"and", "or"}):
            return Column.SUMMARY  # "Comments / notes"
    if 5 <= len(text) <= 7 and text[:2] in ("me", "mn", "mt"):
        return _mentor_or_mentee(text)
    if 6 <= len(text) <= 40:
        for known, column in _BY_LETTER.get(text[0], ()):
            # "mentor" and "mentee" differ by two letters: what is that close must not be forgiven.
            limit = 2 if len(known) >= 10 and "ment" not in known[:4] else 1
            if known not in ("mentor", "mentee", "mentors", "mentees") and distance(text, known, limit) <= limit:
                return column
    return None


def _mentor_or_mentee(text: str) -> Column | None:
    """ "Mentr" and "menter" are mentors, "mentes" are mentees: they differ in two letters, and their ends tell."""
    if text.endswith(("r", "rs")) and min(distance(text, "mentor", 1), distance(text, "mentors", 1)) == 1:
        return Column.MENTOR
    if text.endswith(("e", "es", "ee", "ees")) and min(distance(text, "mentee", 1), distance(text, "mentees", 1)) == 1:
        return Column.MENTEES
    return None


def heading_row(cells: Sequence[str]) -> dict[int, Column] | None:
    """Which column stands where, if `cells` are the headings of a contact form; None where they are not.

    A form names the mentor and at least two more of its columns, among them a date or the summary.
    """
    found: dict[int, Column] = {}
    for at, cell in enumerate(cells[:40]):
        column = column_of(cell)
        if column is not None and column not in found.values():
            found[at] = column
    columns = set(found.values())
    if Column.MENTOR not in columns and plain(cells[0] if cells else "") in ("name", "full name") and len(columns) >= 2:
        found[0] = Column.MENTOR
        columns.add(Column.MENTOR)
    if Column.MENTOR not in columns or is_roster(cells):
        return None
    evidence = columns & {Column.MADE, Column.ATTEMPTED, Column.SUMMARY}
    if len(columns) >= 3 and evidence:
        return found
    return found if len(columns) == 2 and evidence and len([cell for cell in cells if cell.strip()]) == 2 else None


_MAIL = frozenset(
    {"email", "e mail", "mail", "email address", "e mail address", "address", "mail address", "contact email", "emails"}
)
_ROSTER = frozenset({"role", "coordinator", "mentor", "since", "time zone", "timezone", "phone", "mentors", "mentors email"})
_PEOPLE = phrases(
    """name; full name; first name; last name; timestamp; respondent; respondent id; mentor; mentee; participant; submitted;
    submitted at; start date; end date; completed; date submitted; who; your name; your email; username; ip address; collector id"""
)


def is_roster(cells: Sequence[str]) -> bool:
    """Whether the headings are a roster's: an address and what the person is or belongs to (CONTRACT.md section 7)."""
    words = {plain(cell) for cell in cells[:60]}
    return bool(words & _MAIL) and ("role" in words or (len(words & _ROSTER) >= 2 and bool(words & {"name", "full name"})))


def is_results(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table holds survey results: people in rows, questions in columns (R-013)."""
    if len(rows) < 2 or is_roster(rows[0]) or heading_row(rows[0]) is not None:
        return False
    words = [plain(cell) for cell in rows[0] if cell.strip()]
    people = [word for word in words if word in _MAIL or word in _PEOPLE]
    questions = [cell for cell in rows[0] if cell.strip().endswith("?") or len(cell.split()) >= 3]
    return (
        bool(people) and len(words) > len(people) and (bool(questions) or any(word.startswith(("q", "question")) for word in words))
    )
