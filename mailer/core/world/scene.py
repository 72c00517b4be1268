"""What a decision looks at: the rulebook, the situation and the moment, with the few questions everybody asks of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from db.records import Case, Letter, Person, Situation
from mailer.core.world.moments import local_day, month_of
from mailer.model.disclosure import Grant
from mailer.model.program import Ladder, Policy, Rulebook


@dataclass(frozen=True, slots=True)
class Scene:
    """A decision's surroundings; `now` is aware, UTC. `words` are a command's arguments or a kit's links for the walk in hand."""

    book: Rulebook
    situation: Situation
    now: datetime
    words: Mapping[str, object] = field(default_factory=dict)
    answers_message: str = ""  # Message-ID of the mail being answered
    timed: bool = False  # time moves the walk in hand, not somebody's word: a state may be entered later than planned
    received_at: datetime | None = None  # when that mail came
    by_token: bool = False  # it carries the token of the letter it answers, from whom that letter was written to

    @property
    def policy(self) -> Policy:
        return self.book.policy

    @property
    def zone(self) -> ZoneInfo:
        return self.book.program.timezone

    @property
    def today(self) -> date:
        return local_day(self.now, self.zone)

    @property
    def said_on(self) -> date:
        """The day on which the mail in hand came; today where nobody wrote."""
        return local_day(self.received_at or self.now, self.zone)

    @property
    def month(self) -> str:
        return month_of(self.today)

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Releases of information that are on record for the people looked at."""
        return self.situation.releases

    def ladder(self, case: Case) -> Ladder | None:
        """The ladder a case walks, or None where an edit has removed it."""
        return self.book.ladders.get(case.ladder)

    def person(self, person_id: int | None) -> Person | None:
        return self.situation.people.get(person_id) if person_id is not None else None

    def case(self, key: str) -> Case | None:
        """The open walk with this key."""
        return next((case for case in self.situation.cases if case.key == key and case.closed_at is None), None)

    def zone_of(self, person: Person | None) -> ZoneInfo:
        return ZoneInfo(person.timezone) if person is not None and person.timezone else self.zone

    def text(self, case: Case, name: str) -> str:
        """A remembered text of a walk, "" where there is none."""
        return str(case.data.get(name, ""))

    def number_said(self, name: str) -> int:
        """A number that came with the word in hand, 0 where none did."""
        value = self.words.get(name, 0)
        return value if isinstance(value, int) else 0

    def number(self, case: Case, name: str) -> int:
        value = case.data.get(name, 0)
        return int(value) if isinstance(value, (int, str)) else 0


def written_by(person: Person, letter: Letter | None) -> dict[str, object]:
    """Who wrote, and which letter of which walk their mail answers: what conditions and verbs may ask of the mail in hand."""
    return {
        "by": person.id,
        "ref": person.ref,
        "letter": letter.name if letter else "",
        "letter_case": letter.case_id if letter else None,
    }


def is_away(scene: Scene, person: Person) -> bool:
    """Whether a person has told us that they are away today."""
    return person.away_until is not None and person.away_until >= scene.today
