"""Malformed and rare messages are answered at once and without an exception."""

from __future__ import annotations

import time

import pytest

from tests.wire.fuzz import SEEDS, odd_messages, read_all


@pytest.mark.parametrize("name", SEEDS)
def test_an_own_odd_message_is_read(name: str) -> None:
    read_all(SEEDS[name])


def test_the_corpus_of_odd_messages_is_read_under_a_second_each() -> None:
    found = odd_messages()
    if not found:
        pytest.skip("the corpus of odd messages is not beside the project")
    for raw in found:
        start = time.process_time()
        read_all(raw)
        assert time.process_time() - start < 1
