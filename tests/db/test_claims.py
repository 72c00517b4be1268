"""Several who take letters from one outbox at once: every letter is taken, and by one of them only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from db import cases, journal, outbox, people
from db.engine import Store, open_store
from db.evidence import set_fact
from tests.db.worlds import KEY, NOW, letter_row, put

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
LETTERS = 240
WORKERS = 4
SHARED = pytest.mark.parametrize("shared_url", ["file", "postgresql"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("shared_url", ["postgresql"], indirect=True)

CLAIMS = """
import sys
from datetime import datetime
from db import outbox
from db.engine import open_store
store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
while True:
    with store.transaction() as connection:
        found = outbox.claim(connection, datetime.fromisoformat(sys.argv[2]), 7)
    if not found:
        break
    print(*(letter.id for letter in found), flush=True)
"""


def filled(url: str) -> Store:
    store = open_store(url)
    with store.transaction() as connection:
        outbox.add_letters(connection, [letter_row(f"letter {number}", None) for number in range(LETTERS)])
    return store


def taken_once(numbers: list[int], store: Store) -> None:
    assert [number for number, times in Counter(numbers).items() if times > 1] == []
    assert len(numbers) == LETTERS
    with store.reading() as connection:
        assert outbox.counts(connection) == {"sending": LETTERS}
        assert {letter.tries for letter in outbox.listed(connection)} == {1}


@SHARED
def test_threads_never_claim_the_same_letter(shared_url: str) -> None:
    store = filled(shared_url)
    together = Barrier(WORKERS)

    def work() -> list[int]:
        numbers: list[int] = []
        together.wait()
        while True:
            with store.transaction() as connection:
                found = outbox.claim(connection, NOW, 7)
            if not found:
                return numbers
            numbers.extend(letter.id for letter in found)

    with ThreadPoolExecutor(WORKERS) as pool:
        results = [future.result() for future in [pool.submit(work) for _ in range(WORKERS)]]
    taken_once([number for numbers in results for number in numbers], store)
    store.close()


@SHARED
def test_processes_never_claim_the_same_letter(shared_url: str) -> None:
    store = filled(shared_url)
    pipe = subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", CLAIMS, shared_url, NOW.isoformat()]
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    numbers: list[int] = []
    for process in processes:
        said, error = process.communicate(timeout=90)
        assert process.returncode == 0, error
        numbers.extend(int(word) for word in said.split())
    taken_once(numbers, store)
    store.close()


@POSTGRESQL
def test_a_letter_in_another_hand_is_passed_over_not_waited_for(shared_url: str) -> None:
    store = filled(shared_url)
    with store.transaction() as first:
        mine = outbox.claim(first, NOW, 10)
        with store.transaction() as second:
            others = outbox.claim(second, NOW, 10)
    assert len(mine) == len(others) == 10
    assert {letter.id for letter in mine}.isdisjoint(letter.id for letter in others)
    store.close()


@POSTGRESQL
def test_two_who_write_the_same_natural_key_at_once_both_go_on(shared_url: str) -> None:
    """Each waits for the other's commit at every key, and then finds the row there."""
    store = open_store(shared_url)
    together = Barrier(WORKERS)

    def work(number: int) -> list[object]:
        found: list[object] = []
        for turn in range(12):
            together.wait()
            with store.transaction() as connection:
                found.append(put(connection, f"contact/{turn}", state=f"by {number}"))
                found.append(
                    people.add_person(connection, KEY, name="Ana", email=f"ana{turn}@example.org", role="mentor", state="active")
                )
                found.append(journal.keep(connection, KEY, 1, turn, f"f{turn}", NOW, b"")[0])
                set_fact(connection, f"mark/{turn}", str(number))
                outbox.keep_template(connection, f"digest {turn}", KEY, "check_in", "words")
        return found

    with ThreadPoolExecutor(WORKERS) as pool:
        results = [future.result() for future in [pool.submit(work, number) for number in range(WORKERS)]]
    assert all(result == results[0] for result in results)
    with store.reading() as connection:
        assert len(cases.open_cases(connection)) == 12
        assert len(people.everybody(connection, KEY)) == 12
        assert journal.counts(connection) == {"new": 12}
    store.close()
