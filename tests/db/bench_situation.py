"""How long a situation takes to read, in SQLite's memory, by size of the program. Run: python -m tests.db.bench_situation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from time import process_time

from sqlalchemy import Connection

from db import cases
from db.engine import open_store
from db.situation import load
from db.tables import metadata
from tests.db.worlds import KEY, NOW, settle_in

ROUNDS = 3


def each(subjects: Sequence[int], read: Callable[[int], object]) -> float:
    """The median milliseconds of CPU one read takes, of the best round."""
    for subject in subjects[:5]:
        read(subject)
    rounds = []
    for _ in range(ROUNDS):
        taken = []
        for subject in subjects:
            begun = process_time()
            read(subject)
            taken.append(process_time() - begun)
        rounds.append(median(taken))
    return 1000 * min(rounds)


def measured(people_count: int) -> None:
    store = open_store("sqlite://")
    metadata.create_all(store.engine)
    with store.transaction() as connection:
        world = settle_in(connection, people_count)
    with store.transaction() as connection:
        due = {case.subject_id: case for case in cases.open_cases(connection, KEY)}
        rows: tuple[tuple[str, Sequence[int], Callable[[Connection, int], object]], ...] = (
            ("a mentor's walk is due", world.mentors, lambda known, number: load(known, KEY, NOW, case_=due[number])),
            ("a mentee writes", world.mentees, lambda known, number: load(known, KEY, NOW, sender_ids=(number,))),
            ("a coordinator writes", world.coordinators, lambda known, number: load(known, KEY, NOW, sender_ids=(number,))),
            ("a digest is due", world.coordinators, lambda known, number: load(known, KEY, NOW, page=(number,))),
        )
        for name, subjects, read in rows:
            found = each(subjects[:100], lambda number, read=read: read(connection, number))  # type: ignore[misc]
            print(f"{people_count:6} people  {name:24} {found:7.2f} ms")
    store.close()


if __name__ == "__main__":
    for people_count in (60, 500, 3000):
        measured(people_count)
