"""Mutated messages are read for a few seconds: no exception, none slow, memory bounded. `make fuzz` does it for longer."""

from __future__ import annotations

import os

import pytest

from tests.wire.fuzz import fuzz

SECONDS = 10


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_mutated_messages_are_read_without_an_exception_in_time_and_in_little_memory() -> None:
    outcome = fuzz(SECONDS, seed=os.getpid())
    assert not outcome.failures, "\n".join(outcome.failures)
    assert outcome.messages > 100
