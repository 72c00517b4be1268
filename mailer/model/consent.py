"""Releases of information and what is never kept: effects about consent, a part of the closed union of `decision.Effect`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AddRelease:
    """A release signed on paper, as a coordinator recorded it: one giver, one recipient, these fields (R-110, 42 CFR 2.31)."""

    giver_id: int
    recipient_id: int
    fields: tuple[str, ...]
    purpose: str  # "match" or "peer_talk"
    signed_on: date
    expires_on: date  # the last day on which it is good
    recorded_by: int


@dataclass(frozen=True, slots=True)
class EndRelease:
    """The giver's releases towards one recipient are rescinded now; what was disclosed stays listed (R-121).

    `unsaid`: only the newest one, which was recorded by mistake: it goes without a trace unless something was told under it.
    """

    giver_id: int
    recipient_id: int
    unsaid: bool = False


@dataclass(frozen=True, slots=True)
class Disclosing:
    """What a letter tells its addressee of somebody: checked against the releases again when it leaves."""

    giver_id: int
    fields: tuple[str, ...]
    purpose: str


@dataclass(frozen=True, slots=True)
class CountAnswers:
    """Answers to an evaluation, added to the month's counters: nothing says who gave them (R-126)."""

    month: str
    answers: Mapping[str, int]  # question -> 1 to 5


@dataclass(frozen=True, slots=True)
class NotKept:
    """The message in hand is kept nowhere: bytes and mailbox copy go with this decision (CONTRACT.md section 9, Not kept)."""

    because: str
