"""FORGET by mail: what an admin has asked for, and what is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Forget:
    """An admin has confirmed that somebody is to be forgotten (steps/forget_wanted.py does it), or has taken that back."""

    person_id: int
    by_id: int
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What an admin asked for by FORGET is done, or has to wait for somebody: the admin `to_id` hears of it."""

    person_id: int
    ref: str
    to_id: int
    counts: Mapping[str, int]  # what went, by kind
    first: tuple[tuple[str, Mapping[str, object]], ...] = ()  # what has to be settled first: kind of sentence, facts
    time: int = 0  # how often that was told before
