"""What a verb (`do = [...]`) and a condition (`if = [...]`) of a ladder are; all of them are listed in `verbs` and `conditions`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from db.records import Case
from mailer.core.scene import Scene
from mailer.model.decision import Effect

Done = tuple[tuple[Effect, ...], Case]  # what is to be done, and the walk as it stands afterwards
Asks = Callable[[Scene, Case, tuple[str, ...]], bool]


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
