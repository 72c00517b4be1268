"""The people of a story as a roster: approved and introduced already, but a mentor without coordinator, who waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mailer.core.world.moments import local_day
from mailer.files.stories import Story
from mailer.files.story_people import roles_of
from mailer.model.decision import RosterRow
from mailer.model.program import Policy
from mailer.modes.tables import read_table
from mailer.wire.roster import read_rows


def roster_of(story: Story, policy: Policy) -> tuple[RosterRow, ...]:
    """One row for each role of each person; coordinators and mentors before those who point to them.

    Where a program has one clinical coordinator only, it is who looks after everybody that names none.
    """
    first = local_day(story.start, story.program.timezone)
    coordinators = [person.email for person in story.people if "clinical_coordinator" in person.roles]
    alone = coordinators[0] if len(coordinators) == 1 else ""
    rows = [
        RosterRow(
            person.name,
            person.email,
            role,
            (person.coordinator or alone) if role in ("mentor", "participant") else "",
            person.mentor if role in ("mentee", "participant") else "",
            person.phone,
            person.since or (first if person.extra.get("listed") else None),
            person.timezone,
            person.line,
            {**_marks(person.extra, policy, first), **({} if person.confirmed else {"confirmed": False})},
        )
        for person in story.people
        for role in person.roles
    ]
    if story.roster is not None:
        program = story.program
        rows.extend(
            read_rows(read_table(story.roster), story.roster.name, order=program.date_order, roles=roles_of(program.profile))
        )
    return tuple(sorted(rows, key=lambda row: _ORDER.get(row.role, 0)))


def _marks(extra: Mapping[str, object], policy: Policy, first: date) -> dict[str, object]:
    """What is remembered of a person; who is listed was verified, and agreed to the text in force where nothing else is said."""
    marks = dict(extra)
    if "listed" in marks:
        listed = bool(marks["listed"])
        agreed = str(marks.get("ethics_version") or policy.values.get("ethics.version", ""))
        marks |= {"ethics_version": agreed if listed else "", "verified_on": first.isoformat() if listed else ""}
    return marks


_ORDER = {"mentor": 1, "mentee": 2, "participant": 2}
