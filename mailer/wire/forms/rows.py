"""Texts of one row of the contact form become a `FormRow`: dates read, names parted, what is wrong told in sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from mailer.model.mail import FormRow
from mailer.wire.dates.read import find_dates, read_date
from mailer.wire.forms.headings import Column
from mailer.wire.words import listed, phrases

_NAMES = re.compile(r"\s*(?:[,;/&\n]|\s\+\s|(?:^|\s)(?:and|y|und|et)\s)\s*")
_NOTHING = phrases(
    """none; no; nil; n/a; na; -; --; ---; ?; /; not yet; no contact; contact not made; tbd; nobody; no one; nothing; pending;
    unknown; without; not reached; no answer; no reply; no response; none yet; not made; not this month; no contact
    made; no contact yet; not applicable; no attempt; not attempted; non; nein; keine; keiner; ninguno; ninguna; aucun;
    aucune; 0; x; zero; still waiting; still silent; waiting; silent; failed"""
)
# First words of a short remark that there is nothing: "none at the moment", "no contact so far", "never".
_DENIES = listed("no none not never nobody nothing unable unsuccessful without couldn't didn't hasn't keine keiner ninguno")
_COUNTED_NAME = re.compile(r"(?:^|(?<=\s))\(?\d{1,2}[.)]\s+(?=[^\W\d])")
_TEXT_LIMIT = 8000  # characters of a summary; more is a document


# A number or bullet in front of a row.
COUNTED = re.compile(r"\s*(?:[-–•·*]|\(?\d{1,3}[.)]|#\d{1,3}[.:)]?)\s+(?=[^\W\d])")
# A further day of the month that was just named: "Oct 3, 8 and 12", "10/3 and 17".
_LATER_DAY = re.compile(
    r"\s{0,3}(?:,|;|/|\+|&|and|then)(?:\s{0,3}(?:and|then|the|&))?\s{0,3}([0-3]?\d)(?:st|nd|rd|th)?"
    r"(?=\s{0,3}(?:$|[,;/+&(]|\.(?:\s|$)|and\b|then\b))",
    re.IGNORECASE,
)
_LONE_DAY = re.compile(r"\s*(?:on\s)?\d{1,2}(?:st|nd|rd|th)\.?\s*", re.IGNORECASE)


def nothing(text: str) -> bool:
    """Whether a cell says that there is nothing to say."""
    bare = text.strip(" .!()[]_").casefold()
    if bare in _NOTHING or not text.strip(" .-–—_"):
        return True
    words = bare.replace("’", "'").split(None, 7) if len(bare) <= 60 else []
    return 1 <= len(words) <= 6 and words[0].strip(",;") in _DENIES and not any(map(str.isdigit, bare))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_TEXT_LIMIT]


def _dates(text: str, sent: date, order: str) -> tuple[date, ...]:
    found = find_dates(text[:400], sent=sent, order=order, future=False)
    days: list[date] = []
    for at, (day, _, end) in enumerate(found):
        days.append(day)
        if at + 1 < len(found) and found[at + 1][2] == end:
            continue
        until = found[at + 1][1] if at + 1 < len(found) else 400
        while (more := _LATER_DAY.match(text, end, until)) is not None and (later := _in_month(day, int(more[1]))) is not None:
            days.append(later)
            end = more.end()
    if not days:
        text = f"the {text.strip()}" if _LONE_DAY.fullmatch(text) else text
        only = read_date(text[:100], sent=sent, order=order, future=False)
        days = [only] if only else []
    return tuple(dict.fromkeys(days))


def _in_month(day: date, number: int) -> date | None:
    try:
        return day.replace(day=number)
    except ValueError:
        return None


def names_in(text: str) -> tuple[str, ...]:
    """The mentees named in a cell: "Bruno, Milo", "Bruno and Milo", one a line."""
    if nothing(text):
        return ()
    names = [" ".join(name.split()).strip(" .*•-\"'") for name in _NAMES.split(_COUNTED_NAME.sub(", ", text[:1000]))]
    return tuple(dict.fromkeys(name for name in names if name))


def make_row(texts: Mapping[Column, str], extra: Mapping[str, str], *, sent: date, order: str) -> FormRow:
    """One row as written. `problems` are sentences about it: a date that cannot be read, lies ahead, or precedes the attempt.

    A contact date that holds several dates names the attempts and, last, the day of the contact.
    """
    problems: list[str] = []
    mentor = _one_line(texts.get(Column.MENTOR, "")).strip(" *_")
    if (counted := COUNTED.match(mentor)) is not None:
        mentor = mentor[counted.end() :]
    who = mentor or "a row without a mentor"
    if not mentor:
        problems.append("a row of the form names no mentor")
    attempted = _read(texts.get(Column.ATTEMPTED, ""), "attempted", who, problems, sent, order)
    made_all = _read(texts.get(Column.MADE, ""), "contact made", who, problems, sent, order)
    made = made_all[-1] if made_all else None
    if len(made_all) > 1 and not attempted:
        attempted = made_all[:-1]
    for day in (*attempted, *((made,) if made else ())):
        if day > sent:
            problems.append(f"{who}: {day.isoformat()} lies in the future")
    if made and attempted and made < min(attempted):
        problems.append(f"{who}: contact made on {made.isoformat()} lies before the attempt of {min(attempted).isoformat()}")
    return FormRow(
        mentor=mentor,
        attempted=attempted,
        contact_made=made,
        mentees=names_in(texts.get(Column.MENTEES, "")),
        summary=_one_line(texts.get(Column.SUMMARY, "")),
        issues=_one_line(texts.get(Column.ISSUES, "")),
        extra={key: _one_line(value) for key, value in extra.items() if value.strip()},
        problems=tuple(dict.fromkeys(problems)),
    )


def _read(text: str, what: str, who: str, problems: list[str], sent: date, order: str) -> tuple[date, ...]:
    if nothing(text):
        return ()
    days = _dates(text, sent, order)
    if not days:
        problems.append(f"{who}: “{_one_line(text)[:40]}” ({what}) is no date that could be read")
    return days


def says_something(row: FormRow) -> bool:
    """Whether a row holds more than a name."""
    return bool(row.attempted or row.contact_made or row.mentees or row.summary or row.issues or row.problems)
