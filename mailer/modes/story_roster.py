"""The people of a story as a roster: approved and introduced already, but a mentor without coordinator, who waits."""

from __future__ import annotations

from mailer.files.stories import Story
from mailer.model.decision import RosterRow
from mailer.modes.tables import read_table
from mailer.wire.roster import read_rows


def roster_of(story: Story) -> tuple[RosterRow, ...]:
    """One row for each role of each person; coordinators and mentors before those who point to them."""
    rows = [
        RosterRow(
            person.name,
            person.email,
            role,
            person.coordinator if role == "mentor" else "",
            person.mentor if role in ("mentee", "participant") else "",
            person.phone,
            person.since,
            person.timezone,
            person.line,
            dict(person.extra),
        )
        for person in story.people
        for role in person.roles
    ]
    if story.roster is not None:
        rows.extend(read_rows(read_table(story.roster), story.roster.name, order=story.program.date_order))
    return tuple(sorted(rows, key=lambda row: _ORDER.get(row.role, 0)))


_ORDER = {"mentor": 1, "mentee": 2, "participant": 2}
