"""The monthly blast over real SMTP and IMAP: right links, few transactions, one connection, and SIGKILL in the middle of it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path

import pytest

from db import outbox
from db.engine import open_store
from db.records import LetterState
from mailer.steps.deliver import GROUP
from mailer.steps.turn import turn
from tests.live.world import BLAST, INBOX, KIT_MAIL, MENTEES, MENTORS, ROOT, WELCOME, hand_in, on_the_eve
from tests.post.chaos import chaos_server
from tests.servers import office

SURVEYED = frozenset(MENTORS + MENTEES)


def test_43_letters_take_at_most_one_transaction_each_and_one_connection(tmp_path: Path) -> None:
    asyncio.run(_few_transactions(tmp_path))


async def _few_transactions(tmp_path: Path) -> None:
    async with on_the_eve(tmp_path) as (service, sink):
        service.desk.store.transactions, sink.connections = 0, 0
        service.clock.advance_to(BLAST)
        await turn(service.desk)
        surveys = [letter for letter in sink.accepted if letter.recipient in SURVEYED]
        assert len(surveys) == 43
        assert service.desk.store.transactions <= 43
        assert sink.connections == 1
        for letter in surveys:
            right, wrong = (b"/m", b"/e") if letter.recipient in MENTORS else (b"/e", b"/m")
            assert b"https://survey.example.org" + right in letter.raw.replace(b"=\r\n", b"")
            assert b"https://survey.example.org" + wrong not in letter.raw.replace(b"=\r\n", b"")
            named = [address for address in SURVEYED if address.encode() in letter.raw]
            assert named == [letter.recipient], "a letter names one person and nobody else"


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 7, 13, 25, 40])
def test_killed_in_mid_blast_every_letter_arrives_once_or_twice_the_same(tmp_path: Path, after: int) -> None:
    asyncio.run(_killed(tmp_path, after))


async def _killed(tmp_path: Path, after: int) -> None:
    database = tmp_path / "killed.db"
    async with chaos_server(always={"DOT": "delay 0.01"}) as sink, office(tmp_path / "post", (INBOX,)) as post:
        await hand_in(post, WELCOME, KIT_MAIL)
        ports = (str(sink.port), str(post.imap_port))

        async def start() -> asyncio.subprocess.Process:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.live.blast_service", str(database), *ports, cwd=ROOT, stdout=asyncio.subprocess.PIPE
            )

        first = await start()
        async with asyncio.timeout(60):
            while sum(letter.recipient in SURVEYED for letter in sink.accepted) < after:
                assert first.returncode is None, "the service ended before it could be killed"
                await asyncio.sleep(0.002)
        os.kill(first.pid, signal.SIGKILL)
        await first.wait()
        taken = Counter(letter.recipient for letter in sink.accepted if letter.recipient in SURVEYED)
        assert 0 < len(taken) < 43
        second = await start()
        async with asyncio.timeout(60):
            assert await second.wait() == 0
    copies: dict[str, list[bytes]] = {}
    for letter in sink.accepted:
        if letter.recipient in SURVEYED:
            copies.setdefault(letter.recipient, []).append(letter.raw)
    assert set(copies) == SURVEYED
    twice = [recipient for recipient, raws in copies.items() if len(raws) > 1]
    assert all(len(raws) <= 2 and len(set(raws)) == 1 for raws in copies.values())
    store = open_store(f"sqlite:///{database}")
    with store.reading() as connection:
        kept = [letter for letter in outbox.listed(connection) if letter.to_address in SURVEYED]
    store.close()
    assert all(letter.state is LetterState.SENT for letter in kept)
    doubtful = {letter.to_address for letter in kept if letter.perhaps_twice}
    assert set(twice) <= doubtful, "whoever may have two copies is listed"
    assert len(doubtful) <= GROUP
