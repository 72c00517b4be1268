"""What a verb (`do = [...]`) and a condition (`if = [...]`) of a ladder are; all of them are listed in `verbs` and `conditions`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from db.records import Case
from mailer.core.world.scene import Scene
from mailer.model.decision import Effect

Done = tuple[tuple[Effect, ...], Case]  # what is to be done, and the walk as it stands afterwards
Asks = Callable[[Scene, Case, tuple[str, ...]], bool]
_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing a ladder may do; `words` is how many words stand after it."""

    words: int
    does: Callable[[Scene, Case, tuple[str, ...]], Done]


@dataclass(frozen=True, slots=True)
class Condition:
    """One question; `words` is how many words stand after it."""

    words: int
    asks: Asks


def gathered(*parts: Mapping[str, _Entry]) -> Mapping[str, _Entry]:
    """The parts of a closed list as one; a name that two of them have is an error, for one of the two would never be used."""
    found: dict[str, _Entry] = {}
    for part in parts:
        twice = sorted(found.keys() & part.keys())
        if twice:
            raise ValueError(f"two modules register {', '.join(twice)} — take one of them out, or name it differently")
        found |= part
    return found
