"""Handing over batches to servers that behave and servers that do not: every letter's fate is told, once, and it is the true one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from mailer.model.post import Outgoing
from mailer.post.smtp import SmtpPost
from tests.post.chaos import OFFERS
from tests.post.letters import fates, here, letter, letters, raw, sent
from tests.servers import Chaos, chaos_server

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
