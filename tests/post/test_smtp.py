"""Handing over batches to servers that behave and servers that do not: every letter's fate is told, once, and it is the true one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path

import pytest

from mailer.model.errors import BadSettings
from mailer.model.post import Outgoing
from mailer.post.smtp import Security, SmtpPost, SmtpServer
from tests.post.chaos import OFFERS
from tests.post.letters import fates, here, letter, letters, raw, sent
from tests.servers import Chaos, certificate, chaos_server

Acts = Mapping[str, str | list[str]]
LOCKSTEP = ("ENHANCEDSTATUSCODES",)


def run(
    count: int,
    acts: Acts | None = None,
    *,
    offers: tuple[str, ...] = OFFERS,
    size: int = 400,
    settings: dict[str, object] | None = None,
) -> tuple[dict[int, str], Chaos]:
    """Send `count` letters to a chaos server with these acts; gives the fates and the server's memory."""

    async def story() -> tuple[dict[int, str], Chaos]:
        async with chaos_server(offers=offers) as chaos:
            chaos.plan(**(acts or {}))
            post = SmtpPost(here(chaos.port, **(settings or {})))
            outcomes = await sent(post, letters(count, size))
            assert len(outcomes) == count and len(fates(outcomes)) == count
            await post.close()
            return fates(outcomes), chaos

    return asyncio.run(story())


@pytest.mark.parametrize("offers", [OFFERS, LOCKSTEP])
def test_a_batch_goes_over_one_connection_and_arrives_byte_for_byte(offers: tuple[str, ...]) -> None:
    told, chaos = run(20, offers=offers)
    assert set(told.values()) == {"sent"}
    assert [one.raw for one in chaos.accepted] == [raw(number) for number in range(20)]
    assert [one.recipient for one in chaos.accepted] == [f"p{number}@example.org" for number in range(20)]
    assert chaos.connections == 1
    assert chaos.seen.count("QUIT") == 1


def test_large_letters_go_piece_by_piece_and_whole() -> None:
    told, chaos = run(3, size=700_000)
    assert set(told.values()) == {"sent"}
    assert [one.raw for one in chaos.accepted] == [raw(number, 700_000) for number in range(3)]


# What the server does to the second of four letters, what becomes of that letter, how many copies it took, on how many connections.
TROUBLES: list[tuple[Acts, str, int, int]] = [
    ({"mail": ["usual", "451 4.3.0 later"]}, "try_again", 0, 1),
    ({"rcpt": ["usual", "450 4.2.0 greylisted"]}, "try_again", 0, 1),
    ({"rcpt": ["usual", "550 5.1.1 nobody"]}, "refused", 0, 1),
    ({"rcpt": ["usual", "550-5.1.1 nobody|550 5.1.1 here"]}, "refused", 0, 1),
    ({"data": ["usual", "451 4.3.0 later"]}, "try_again", 0, 1),
    ({"data": ["usual", "554 5.7.1 no"]}, "refused", 0, 1),
    ({"dot": ["usual", "452 4.3.1 full"]}, "try_again", 0, 1),
    ({"dot": ["usual", "554 5.7.1 spam"]}, "refused", 0, 1),
    ({"dot": ["usual", "421 4.3.2 going down"]}, "try_again", 0, 2),
    ({"mail": ["usual", "421 4.7.0 enough"]}, "try_again", 0, 2),
    ({"mail": ["usual", "close"]}, "try_again", 0, 2),
    ({"rcpt": ["usual", "close"]}, "try_again", 0, 2),
    ({"data": ["usual", "close"]}, "try_again", 0, 2),
    ({"dot": ["usual", "close"]}, "unsure", 0, 2),
    ({"dot": ["usual", "accept+close"]}, "unsure", 1, 2),
    ({"mail": ["usual", "bytes nonsense\r\n"]}, "try_again", 0, 2),
    ({"rcpt": ["usual", "354 go on"]}, "try_again", 0, 2),
    ({"dot": ["usual", "bytes nonsense\r\n"]}, "unsure", 0, 2),
]


@pytest.mark.parametrize("offers", [OFFERS, LOCKSTEP])
@pytest.mark.parametrize(("acts", "fate", "copies", "connections"), TROUBLES)
def test_trouble_with_one_letter_is_told_of_that_letter_only(
    acts: Acts, fate: str, copies: int, connections: int, offers: tuple[str, ...]
) -> None:
    told, chaos = run(4, acts, offers=offers)
    assert told == {0: "sent", 1: fate, 2: "sent", 3: "sent"}
    assert [chaos.copies(f"p{number}@example.org") for number in range(4)] == [1, copies, 1, 1]
    assert chaos.connections == connections


def test_a_refused_recipient_followed_by_354_is_left_with_a_lone_dot() -> None:
    told, chaos = run(4, {"rcpt": ["usual", "550 5.1.1 nobody"], "data": ["usual", "354 go on", "usual", "usual"]})
    assert told == {0: "sent", 1: "refused", 2: "sent", 3: "sent"}
    assert [one.recipient for one in chaos.accepted] == ["p0@example.org", "p2@example.org", "p3@example.org"]
    assert chaos.connections == 1


def test_a_drop_in_the_middle_of_a_large_letter_leaves_nothing_unsure() -> None:
    told, chaos = run(2, {"data": "drop 1000"}, size=8_000_000)
    assert told == {0: "try_again", 1: "sent"}
    assert chaos.copies("p0@example.org") == 0


@pytest.mark.parametrize("act", ["delay 5", "bytes 250-never ends\r\n", "drip 0.2"])
@pytest.mark.parametrize(("step", "fate"), [("mail", "try_again"), ("rcpt", "try_again"), ("data", "try_again"), ("dot", "unsure")])
def test_a_server_that_hangs_is_given_up_in_time(act: str, step: str, fate: str) -> None:
    last = step == "dot"  # what follows in the same breath would otherwise end the endless answer
    told, _ = run(1 if last else 2, {step: act}, settings={"timeout": 0.3, "dot_timeout": 0.3})
    assert told == ({0: fate} if last else {0: fate, 1: "sent"})


# Trouble that is nobody's letter: the whole batch waits.
PAUSES: list[Acts] = [
    {"connect": "554 5.7.1 not you"},
    {"connect": "421 4.3.2 busy"},
    {"connect": "close"},
    {"connect": "bytes SSH-2.0-x\r\n"},
    {"mail": "530 5.7.0 log in first"},
    {"mail": "550 5.7.1 sender refused"},
    {"rcpt": "530 5.7.0 log in first"},
    {"rcpt": "454 4.7.0 temporary login failure"},
]


@pytest.mark.parametrize("acts", PAUSES)
def test_trouble_that_is_not_a_letters_fault_pauses_all(acts: Acts) -> None:
    told, chaos = run(3, acts)
    assert told == {0: "paused", 1: "paused", 2: "paused"}
    assert not chaos.accepted


def test_a_server_that_breaks_every_connection_is_left_alone_after_three() -> None:
    told, chaos = run(10, {"mail": ["close"] * 10})
    assert list(told.values()) == ["try_again"] * 3 + ["paused"] * 7
    assert chaos.connections == 3


def test_a_refused_port_pauses_and_names_no_letter() -> None:
    async def story() -> None:
        async with chaos_server() as chaos:
            port = chaos.port
        post = SmtpPost(here(port))
        assert set(fates(await sent(post, letters(3))).values()) == {"paused"}
        assert await post.probe()

    asyncio.run(story())


def test_flawed_letters_are_refused_without_the_server_and_the_others_go() -> None:
    async def story() -> None:
        async with chaos_server(offers=("PIPELINING", "SIZE 100000")) as chaos:
            post = SmtpPost(here(chaos.port))
            bad = [
                Outgoing(1, "us@example.org", "a@b.org> SIZE=1", raw(1)),
                Outgoing(2, "us@example.org", "a@b.org", b"bare\nline\r\n"),
                Outgoing(3, "us@example.org", "a@b.org", raw(3, 100_200)),
            ]
            outcomes = await sent(post, [letter(0), *bad, letter(4)])
            assert fates(outcomes) == {0: "sent", 1: "refused", 2: "refused", 3: "refused", 4: "sent"}
            assert len(chaos.accepted) == 2
            assert "MAIL FROM:<bounce+0@example.org> SIZE=" + str(len(raw(0))) in chaos.seen
            await post.close()

    asyncio.run(story())


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
def test_a_login_works_or_pauses_the_queue(offer: str, settings: dict[str, object], acts: Acts, fate: str) -> None:
    told, _ = run(2, acts, offers=("PIPELINING", offer), settings=settings)
    assert set(told.values()) == {fate}


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
