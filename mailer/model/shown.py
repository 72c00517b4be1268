"""A letter that is shown before it leaves: a value among the facts of another letter, which becomes words when that is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter as it would be, to be shown inside another one; its words are made when the decision is recorded."""

    letter: str
    facts: Mapping[str, object] = field(default_factory=dict)
