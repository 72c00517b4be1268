"""How far random search goes: a little before every commit (make check), further in make test, for long in make fuzz.

MENTORPOST_SEARCH is "quick", nothing or "long"; MENTORPOST_SEARCH_SECONDS bounds the lives of one state machine in a long search.
"""

from __future__ import annotations

import os
import time

from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

QUICK = os.environ.get("MENTORPOST_SEARCH") == "quick"
LONG = os.environ.get("MENTORPOST_SEARCH") == "long"
_SECONDS = float(os.environ.get("MENTORPOST_SEARCH_SECONDS") or 900)
_BATCH = 10  # lives between two looks at the time


def tries(usual: int) -> int:
    """How often something is tried, or how large a flood is, whose usual number is this one: a fifth of it before a commit."""
    return max(1, usual // 5) if QUICK else usual


def live_and_look(machine: type[RuleBasedStateMachine], usual: int) -> None:
    """Live so many lives of a state machine; in a long search as many as its time allows, and say how many those were.

    A failure is shown as it was found: to shorten a life of months would take longer than to read it.
    """
    lives = 0

    class Counted(machine):  # type: ignore[misc, valid-type]
        def __init__(self) -> None:
            nonlocal lives
            lives += 1
            super().__init__()

    began = time.monotonic()
    chosen = settings(
        max_examples=_BATCH if LONG else usual,
        stateful_step_count=20,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
    )
    run_state_machine_as_test(Counted, settings=chosen)
    while LONG and time.monotonic() - began < _SECONDS:
        run_state_machine_as_test(Counted, settings=chosen)
    assert lives, "nobody lived"
    print(f"{machine.__name__}: {lives} lives in {time.monotonic() - began:.0f} s")
