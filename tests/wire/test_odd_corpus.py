"""Malformed and rare messages are answered at once and without an exception, and so are mutations of them."""

from __future__ import annotations

import time

import pytest

from tests.wire.fuzz import SEEDS, fuzz, odd_messages, read_all


@pytest.mark.parametrize("name", SEEDS)
def test_an_own_odd_message_is_read(name: str) -> None:
    read_all(SEEDS[name])


def test_the_corpus_of_odd_messages_is_read_under_a_second_each() -> None:
    found = odd_messages()
    if not found:
        pytest.skip("the corpus of odd messages is not beside the project")
    for raw in found:
        start = time.perf_counter()
        read_all(raw)
        assert time.perf_counter() - start < 1


def test_mutations_are_read_without_an_exception_or_a_wait() -> None:
    outcome = fuzz(seconds=3, seed=7)
    assert outcome.messages > 200
    assert not outcome.failures
