"""What people told us, as effects: contact and absence, answers by number, rows of a log. Part of the union in `decision`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AddEvent:
    person_id: int
    kind: str
    on: date
    how: str = ""
    letter_id: int | None = None


@dataclass(frozen=True, slots=True)
class PutAnswers:
    """What a person answered to a letter: numbered answers and free words."""

    person_id: int
    letter: str
    month: str
    answers: Mapping[str, str]
    text: str = ""


@dataclass(frozen=True, slots=True)
class PutConversation:
    """A row of somebody's conversation log: a new one, or (`new` False) the row with that number anew, or struck."""

    person_id: int
    number: int
    on: date
    client: str
    kind: str  # "S", "M" or "SM"
    minutes: int
    how: str = ""
    skill: str = ""
    broker: str = ""
    voided: bool = False
    new: bool = True
