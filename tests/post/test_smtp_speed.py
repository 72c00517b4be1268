"""Sending compared with smtplib, side by side in the same run, the same bytes, one connection each, to Postfix's smtp-sink."""

from __future__ import annotations

import asyncio
import smtplib
import statistics
import time
from collections.abc import Sequence

import pytest

from mailer.model.post import Outgoing
from mailer.post.smtp import SmtpPost
from tests.post.letters import fates, here, letters, sent
from tests.servers import postfix, smtp_sink

COUNT = 2000
ROUNDS = 5


async def ours(port: int, batch: Sequence[Outgoing]) -> float:
    """Letters a second."""
    post = SmtpPost(here(port, letters_per_connection=10**9))
    await sent(post, batch[:1])
    started = time.perf_counter()
    outcomes = await sent(post, batch)
    took = time.perf_counter() - started
    assert set(fates(outcomes).values()) == {"sent"}
    await post.close()
    return len(batch) / took


def theirs(port: int, batch: Sequence[Outgoing]) -> float:
    """Letters a second."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="us.example.org") as client:
        client.ehlo()
        started = time.perf_counter()
        for letter in batch:
            client.sendmail(letter.envelope_from, [letter.to_address], letter.raw)
        return len(batch) / (time.perf_counter() - started)


@pytest.mark.slow
def test_a_batch_is_not_slower_than_smtplib(capsys: pytest.CaptureFixture[str]) -> None:
    async def measure() -> list[tuple[float, float]]:
        batch = letters(COUNT, 3000)
        async with smtp_sink() as port:
            return [(await ours(port, batch), await asyncio.to_thread(theirs, port, batch)) for _ in range(ROUNDS)]

    pairs = asyncio.run(measure())
    ratio = statistics.median(mine / other for mine, other in pairs)
    with capsys.disabled():
        best = max(mine for mine, _ in pairs), max(other for _, other in pairs)
        print(f"\nsmtp-sink: ours {best[0]:,.0f}/s, smtplib {best[1]:,.0f}/s, median ratio {ratio:.2f} of {ROUNDS} rounds")
    assert ratio > 0.7


@pytest.mark.slow
def test_a_real_postfix_takes_a_pipelined_batch() -> None:
    async def story() -> None:
        async with postfix() as port:
            post = SmtpPost(here(port, timeout=20.0, dot_timeout=20.0))
            assert await post.probe() is None
            batch = letters(200, 2000)
            batch.insert(100, Outgoing(1000, "us@example.org", "no-domain-here@x..y", b"Subject: x\r\n\r\nx\r\n"))
            told = fates(await sent(post, batch))
            assert told.pop(1000) == "refused"
            assert set(told.values()) == {"sent"} and len(told) == 200
            await post.close()

    asyncio.run(story())
