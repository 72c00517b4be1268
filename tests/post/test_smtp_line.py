"""The connection letters go over: kept, left, cancelled, halted, logged in, secured; and what that means for the letters."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from mailer.model.errors import BadSettings
from mailer.post.smtp import Security, SmtpPost, SmtpServer
from tests.post.letters import fates, here, letters, raw, sent
from tests.servers import certificate, chaos_server


def test_the_connection_is_kept_between_batches_and_left_when_idle_or_full() -> None:
    async def story() -> None:
        async with chaos_server() as chaos:
            post = SmtpPost(here(chaos.port, idle_seconds=0.2, letters_per_connection=5))
            await sent(post, letters(2))
            await sent(post, letters(2))
            assert chaos.connections == 1
            await asyncio.sleep(0.4)
            assert chaos.open == 0
            assert set(fates(await sent(post, letters(12))).values()) == {"sent"}
            assert chaos.connections == 4
            await post.close()
            assert chaos.seen.count("QUIT") == 4

    asyncio.run(story())


@pytest.mark.parametrize("farewell", [b"421 4.4.2 idle too long\r\n", b""])
def test_a_connection_that_died_while_idle_costs_no_letter_anything(farewell: bytes) -> None:
    async def story() -> None:
        writers: list[asyncio.StreamWriter] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", chaos.port)
            writers.append(writer)

            async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
                while data := await source.read(65536):
                    target.write(data)
                target.close()

            await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))

        async with chaos_server() as chaos:
            between = await asyncio.start_server(serve, "127.0.0.1", 0)
            post = SmtpPost(here(between.sockets[0].getsockname()[1]))
            await sent(post, letters(2))
            writers[0].write(farewell)
            writers[0].close()
            if farewell:
                await asyncio.sleep(0.05)
            assert set(fates(await sent(post, letters(3))).values()) == {"sent"}
            assert len(chaos.accepted) == 5
            await post.close()
            between.close()
            await asyncio.sleep(0.05)

    asyncio.run(story())


def test_stopping_early_closes_the_connection_and_the_next_batch_is_clean() -> None:
    async def story() -> None:
        async with chaos_server() as chaos:
            post = SmtpPost(here(chaos.port))
            async with aclosing(post.send(letters(10))) as outcomes:
                assert str((await anext(outcomes)).fate) == "sent"
            assert set(fates(await sent(post, letters(3))).values()) == {"sent"}
            assert chaos.copies("p0@example.org") == 2
            assert chaos.copies("p5@example.org") == 0
            await post.close()

    asyncio.run(story())


def test_halting_leaves_nothing_unsure() -> None:
    async def story() -> None:
        async with chaos_server() as chaos:
            post = SmtpPost(here(chaos.port))
            told: dict[int, str] = {}
            async with aclosing(post.send(letters(20))) as outcomes:
                async for outcome in outcomes:
                    told[outcome.letter_id] = str(outcome.fate)
                    if outcome.letter_id == 3:
                        await asyncio.sleep(0.05)
                        post.halt()
            went = [number for number, fate in told.items() if fate == "sent"]
            assert len(told) == 20 and set(told.values()) == {"sent", "paused"}
            assert [one.recipient for one in chaos.accepted] == [f"p{number}@example.org" for number in went]
            assert 4 <= len(went) <= 7
            assert set(fates(await sent(post, letters(2))).values()) == {"sent"}
            await post.close()

    asyncio.run(story())


def test_a_slow_listener_is_at_most_two_letters_behind() -> None:
    async def story() -> None:
        async with chaos_server() as chaos:
            post = SmtpPost(here(chaos.port))
            async with aclosing(post.send(letters(20))) as outcomes:
                told = 0
                async for _ in outcomes:
                    told += 1
                    await asyncio.sleep(0.02)
                    assert len(chaos.accepted) <= told + 2
            await post.close()

    asyncio.run(story())


@pytest.mark.parametrize("step", ["connect", "ehlo", "mail", "rcpt", "data", "dot"])
def test_cancelling_at_any_step_leaves_no_half_spoken_transaction(step: str) -> None:
    async def story() -> None:
        async with chaos_server() as chaos:
            chaos.plan(**{step: "delay 30"})
            post = SmtpPost(here(chaos.port))
            task = asyncio.create_task(sent(post, letters(3)))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert set(fates(await sent(post, letters(3))).values()) == {"sent"}
            await post.close()

    asyncio.run(story())


def test_two_batches_at_once_wait_for_each_other() -> None:
    async def story() -> None:
        async with chaos_server() as chaos:
            post = SmtpPost(here(chaos.port))
            both = await asyncio.gather(sent(post, letters(20)), sent(post, letters(20)))
            assert all(set(fates(one).values()) == {"sent"} for one in both)
            assert len(chaos.accepted) == 40 and chaos.connections == 1
            await post.close()

    asyncio.run(story())


async def _token() -> str:
    return "fresh"


# How the login goes: offered mechanisms, settings, acts, the fate.
LOGINS: list[tuple[str, dict[str, object], dict[str, str], str]] = [
    ("AUTH PLAIN LOGIN", {"username": "u", "password": "p"}, {}, "sent"),
    ("AUTH LOGIN", {"username": "u", "password": "p"}, {}, "sent"),
    ("AUTH PLAIN", {"username": "u", "password": "p"}, {"auth": "535 5.7.8 wrong"}, "paused"),
    ("AUTH PLAIN", {"username": "u", "password": "p"}, {"auth": "close"}, "paused"),
    ("8BITMIME", {"username": "u", "password": "p"}, {}, "paused"),
    ("AUTH XOAUTH2", {"username": "u", "token": _token}, {}, "sent"),
    ("AUTH XOAUTH2", {"username": "u", "token": _token}, {"auth": "535 5.7.8 expired"}, "paused"),
    ("AUTH PLAIN", {"username": "u", "token": _token}, {}, "paused"),
]


@pytest.mark.parametrize(("offer", "settings", "acts", "fate"), LOGINS)
def test_a_login_works_or_pauses_the_queue(offer: str, settings: dict[str, object], acts: dict[str, str], fate: str) -> None:
    async def story() -> None:
        async with chaos_server(offers=("PIPELINING", offer)) as chaos:
            chaos.plan(**acts)
            post = SmtpPost(here(chaos.port, **settings))
            assert set(fates(await sent(post, letters(2))).values()) == {fate}
            await post.close()

    asyncio.run(story())


def test_tls_is_had_as_asked_for_or_nothing_is_sent(tmp_path: Path) -> None:
    server_tls, client_tls = certificate(tmp_path)

    async def story() -> None:
        async with chaos_server(tls=server_tls) as chaos:
            good = SmtpPost(SmtpServer("localhost", chaos.port, tls=client_tls, timeout=5))
            assert set(fates(await sent(good, letters(5, 100_000))).values()) == {"sent"}
            await good.close()
            assert chaos.accepted[0].raw == raw(0, 100_000)
            strict = SmtpPost(SmtpServer("localhost", chaos.port, timeout=5))
            outcomes = await sent(strict, letters(2))
            assert set(fates(outcomes).values()) == {"paused"} and "certificate" in outcomes[0].text.lower()
            assert "certificate" in (await strict.probe() or "").lower()
        async with chaos_server(tls=server_tls, implicit=True) as chaos:
            post = SmtpPost(SmtpServer("localhost", chaos.port, Security.TLS, tls=client_tls, timeout=5))
            assert await post.probe() is None
            assert set(fates(await sent(post, letters(5))).values()) == {"sent"}
            await post.close()
        async with chaos_server(offers=("AUTH PLAIN",)) as chaos:
            stripped = SmtpPost(SmtpServer("localhost", chaos.port, username="u", password="p", tls=client_tls, timeout=5))
            assert set(fates(await sent(stripped, letters(2))).values()) == {"paused"}
            assert "AUTH" not in chaos.seen and not chaos.accepted

    asyncio.run(story())


def test_what_is_said_before_tls_is_not_heard_inside_it(tmp_path: Path) -> None:
    server_tls, client_tls = certificate(tmp_path)

    async def story() -> None:
        async with chaos_server(tls=server_tls) as chaos:
            chaos.plan(starttls="220 go ahead|250 2.0.0 injected|250 2.0.0 injected")
            post = SmtpPost(SmtpServer("localhost", chaos.port, tls=client_tls, timeout=2))
            told = fates(await sent(post, letters(2)))
            assert set(told.values()) <= {"sent", "paused"}
            assert len(chaos.accepted) == sum(fate == "sent" for fate in told.values())
            await post.close()

    asyncio.run(story())


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1", "localhost.example.org"])
def test_a_server_elsewhere_is_never_spoken_to_without_tls(host: str) -> None:
    with pytest.raises(BadSettings, match="without TLS"):
        SmtpPost(SmtpServer(host, 25, Security.NONE))
    SmtpPost(SmtpServer(host, 25, Security.NONE, plain_allowed=True))


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "127.9.9.9"])
def test_this_machine_may_be_spoken_to_without_tls(host: str) -> None:
    SmtpPost(SmtpServer(host, 25, Security.NONE))


def test_an_old_server_that_knows_only_helo_is_served() -> None:
    async def story() -> None:
        async with chaos_server() as chaos:
            chaos.plan(ehlo="502 5.5.1 what")
            post = SmtpPost(here(chaos.port))
            outcomes = await sent(post, letters(2))
            assert set(fates(outcomes).values()) == {"paused"}  # this one knows no HELO either
            await post.close()

    asyncio.run(story())
