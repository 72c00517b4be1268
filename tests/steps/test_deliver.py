"""What becomes of letters when servers misbehave: nothing is lost, nothing is blamed on a letter that is not its fault."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from db import outbox
from db.records import Letter, LetterState
from mailer.steps.deliver import deliver
from mailer.steps.turn import turn
from tests.live.world import BLAST, Serving, on_the_eve
from tests.post.chaos import Chaos


def lived(tmp_path: Path, plan: Callable[[Chaos], object], check: Callable[[Serving, Chaos, list[Letter]], object]) -> None:
    """Live the blast against a server with a plan, then look at the letters of the blast, oldest first."""

    async def story() -> None:
        async with on_the_eve(tmp_path) as (service, sink):
            plan(sink)
            service.clock.advance_to(BLAST)
            await turn(service.desk)
            result = check(service, sink, letters(service))
            if asyncio.iscoroutine(result):
                await result

    asyncio.run(story())


def letters(service: Serving) -> list[Letter]:
    with service.desk.store.reading() as connection:
        found = [letter for letter in outbox.listed(connection) if letter.name.startswith("survey_ment")]
    return sorted(found, key=lambda letter: letter.id)


def test_a_temporary_refusal_is_tried_again_later_with_the_same_bytes(tmp_path: Path) -> None:
    async def check(service: Serving, sink: Chaos, found: list[Letter]) -> None:
        assert [letter.state for letter in found].count(LetterState.WAITING) == 1
        assert len(sink.accepted) == 42
        service.clock.advance(timedelta(minutes=10))
        await deliver(service.desk)
        assert all(letter.state is LetterState.SENT for letter in letters(service))
        assert len(sink.accepted) == 43

    lived(tmp_path, lambda sink: sink.plan(rcpt="450 4.2.0 greylisted"), check)


def test_a_dead_address_fails_alone_and_its_owner_is_never_called_silent(tmp_path: Path) -> None:
    def check(service: Serving, sink: Chaos, found: list[Letter]) -> None:
        failed = [letter for letter in found if letter.state is LetterState.FAILED]
        assert len(failed) == 1 and len(sink.accepted) == 42
        assert failed[0].bounced_at is not None
        with service.desk.store.reading() as connection:
            from db.people import by_id

            person = by_id(connection, failed[0].to_id or 0)
        assert person is not None and person.address_broken_on is not None

    lived(tmp_path, lambda sink: sink.plan(rcpt="550 5.1.1 no such user here"), check)


def test_a_server_that_is_away_pauses_the_queue_and_blames_no_letter(tmp_path: Path) -> None:
    async def check(service: Serving, sink: Chaos, found: list[Letter]) -> None:
        assert all(letter.state is LetterState.WAITING for letter in found)
        assert all(letter.tries == 0 for letter in found)
        sink.always.pop("CONNECT", None)
        service.clock.advance(timedelta(minutes=5))
        await deliver(service.desk)
        assert all(letter.state is LetterState.SENT for letter in letters(service))

    def plan(sink: Chaos) -> None:
        sink.always["CONNECT"] = "421 4.3.2 closed for the night"

    lived(tmp_path, plan, check)


def test_a_lost_answer_after_the_last_dot_is_sent_again_the_same_and_listed(tmp_path: Path) -> None:
    async def check(service: Serving, sink: Chaos, found: list[Letter]) -> None:
        doubtful = [letter for letter in found if letter.perhaps_twice]
        assert len(doubtful) == 1
        service.clock.advance(timedelta(minutes=30))
        await deliver(service.desk)
        assert all(letter.state is LetterState.SENT for letter in letters(service))
        copies = [item.raw for item in sink.accepted if item.recipient == doubtful[0].to_address]
        assert len(copies) == 2 and len(set(copies)) == 1

    lived(tmp_path, lambda sink: sink.plan(dot="accept+close"), check)
