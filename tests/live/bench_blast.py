"""A blast end to end (decide, render, enqueue, send to a local sink, record) beside smtplib sending the same finished letters.

Run: python -m tests.live.bench_blast
"""

from __future__ import annotations

import asyncio
import smtplib
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from db.engine import open_store
from db.records import Letter
from db.schema import upgrade
from mailer.clock import VirtualClock
from mailer.model.decision import RosterRow
from mailer.model.mail import Classified
from mailer.model.program import Program
from mailer.modes.mailbox import Mailbox
from mailer.post.servers import Security, SmtpServer
from mailer.post.smtp import SmtpPost
from mailer.steps.desk import Desk
from mailer.steps.turn import turn
from tests.desks import settle
from tests.live.world import BLAST, INBOX, KEY, KIT, KIT_MAIL, START, TRUSTED, book
from tests.servers import smtp_sink

PEOPLE = 2000
VOUCHED = f"Authentication-Results: {TRUSTED}; dmarc=pass header.from=example.org\r\n".encode() + KIT_MAIL
ROUNDS = 3


class _Keeps:
    """Keeps the bytes of what left, for the second contender."""

    def __init__(self) -> None:
        self.raws: list[tuple[str, bytes]] = []

    def left(self, program: Program, letter: Letter, raw: bytes) -> None:
        if letter.name.startswith("survey_ment"):
            self.raws.append((letter.to_address, raw))

    def understood(self, program: Program, number: int, classified: Classified, because: str, effects: Sequence[str]) -> None:
        return None

    def progress(self, done: int, total: int) -> None:
        return None

    def trouble(self, program: Program, what: str) -> None:
        print(f"  trouble: {what}")


def _rows() -> tuple[RosterRow, ...]:
    """One mentor and many mentees: on the first of a month nothing else falls due but the blast."""
    rows = [
        RosterRow("Wanda Orr", "wanda@example.org", "mwoc"),
        RosterRow("Cora Lind", "cora@example.org", "coordinator"),
        RosterRow("Ana Ruiz", "ana@example.org", "mentor", "cora@example.org"),
    ]
    rows += [
        RosterRow(f"Mentee {number}", f"e{number}@example.org", "mentee", mentor="ana@example.org") for number in range(PEOPLE - 1)
    ]
    return tuple(rows)


async def _ours(port: int, folder: Path) -> tuple[float, float, list[tuple[str, bytes]]]:
    """(letters a second by the wall clock, CPU microseconds a letter, the letters)."""
    store = open_store(f"sqlite:///{folder / 'bench.db'}")
    upgrade(store)
    opened = book()
    settle(store, opened, KEY, _rows(), START, "operator")
    clock, inbox, keeps = VirtualClock(START), Mailbox(), _Keeps()
    post = SmtpPost(SmtpServer("127.0.0.1", port, Security.NONE, letters_per_connection=10**9))
    desk = Desk(store, KEY, clock.now, {"m2m": opened}, {"m2m": inbox}, {"m2m": post}, keeps)
    await turn(desk)
    inbox.put(VOUCHED, KIT)
    clock.advance_to(KIT)
    await turn(desk)
    clock.advance_to(BLAST)
    wall, cpu = time.perf_counter(), time.process_time()
    await turn(desk)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    await post.close()
    store.close()
    assert len(keeps.raws) == PEOPLE, len(keeps.raws)
    return PEOPLE / wall, cpu / PEOPLE * 1e6, keeps.raws


def _smtplib(port: int, raws: Sequence[tuple[str, bytes]]) -> tuple[float, float]:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="bench.localhost") as client:
        wall, cpu = time.perf_counter(), time.process_time()
        for address, raw in raws:
            client.sendmail(INBOX, [address], raw)
        return len(raws) / (time.perf_counter() - wall), (time.process_time() - cpu) / len(raws) * 1e6


async def main() -> None:
    ratios: list[float] = []
    async with smtp_sink() as port:
        for number in range(ROUNDS):
            with tempfile.TemporaryDirectory() as folder:
                ours, our_cpu, raws = await _ours(port, Path(folder))
            theirs, their_cpu = await asyncio.to_thread(_smtplib, port, raws)
            ratios.append(ours / theirs)
            print(
                f"  round {number + 1}: end to end {ours:,.0f}/s ({our_cpu:.0f} us CPU), smtplib prebuilt {theirs:,.0f}/s ({their_cpu:.0f} us CPU)"
            )
    size = sum(len(raw) for _, raw in raws) // len(raws)
    print(
        f"blast of {PEOPLE} letters of {size} bytes, SQLite file: {statistics.median(ratios):.2f} times smtplib sending finished letters"
    )


if __name__ == "__main__":
    asyncio.run(main())
