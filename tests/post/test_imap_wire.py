"""Reading from IMAP servers that say odd things, in odd pieces, or nothing at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from mailer.model.errors import BadSettings
from mailer.model.post import Mark
from mailer.post.imap import Away, ImapInbox, ImapServer, Security
from tests.post.inboxes import here

GREETING = b"* OK ready\r\n"
# What a plain server says to each command; TAG is put in. A value without TAG leaves the command unanswered.
USUAL = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1 UIDPLUS MOVE IDLE AUTH=PLAIN\r\nTAG OK done\r\n",
    "AUTHENTICATE": b"+ \r\n",
    "": b"TAG OK in\r\n",  # the answer to a continuation
    "LOGIN": b"TAG OK in\r\n",
    "SELECT": b"* 2 EXISTS\r\n* OK [UIDVALIDITY 9] x\r\nTAG OK [READ-WRITE] done\r\n",
    "NOOP": b"TAG OK done\r\n",
    "UID SEARCH": b"* SEARCH 4 5\r\nTAG OK done\r\n",
    "UID FETCH SIZE": b"* 1 FETCH (UID 4 RFC822.SIZE 3)\r\n* 2 FETCH (UID 5 RFC822.SIZE 3)\r\nTAG OK done\r\n",
    "UID FETCH BODY": b"* 1 FETCH (UID 4 BODY[] {3}\r\nabc)\r\n* 2 FETCH (UID 5 BODY[] {3}\r\ndef)\r\nTAG OK done\r\n",
    "IDLE": b"+ idling\r\n",
    "DONE": b"TAG OK done\r\n",
    "LOGOUT": b"* BYE bye\r\nTAG OK done\r\n",
}


@asynccontextmanager
async def canned(
    said: Mapping[str, bytes], greeting: bytes = GREETING, piece: int = 0, close_after: str = "never"
) -> AsyncIterator[tuple[int, list[str]]]:
    """A server that answers as written, in pieces of `piece` bytes; gives its port and the command lines it has heard."""
    answers = USUAL | dict(said)
    heard: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        tag = b""
        try:
            while raw := await reader.readline():
                line = raw.decode().strip("\r\n")
                heard.append(line)
                words = line.split(" ")
                if words[0] == "DONE" or len(words) == 1:
                    kind = words[0] if words[0] == "DONE" else ""
                else:
                    tag, kind = words[0].encode(), words[1]
                    if kind == "UID":
                        kind = f"UID {words[2]}" + (" SIZE" if "SIZE" in line else " BODY" if "BODY" in line else "")
                answer = answers[kind].replace(b"TAG", tag)
                for start in range(0, len(answer), piece or len(answer) or 1):
                    writer.write(answer[start : start + (piece or len(answer))])
                    await writer.drain()
                    if piece:
                        await asyncio.sleep(0)
                if kind == close_after:
                    return
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], heard
    finally:
        server.close()
        await server.wait_closed()


async def read(said: Mapping[str, bytes], mark: Mark = Mark(), **how: object) -> tuple[Mark, list[tuple[int, bytes]], list[str]]:  # noqa: B008
    async with canned(said, **how) as (port, heard):  # type: ignore[arg-type]
        inbox = ImapInbox(here(port, timeout=0.5))
        try:
            after, found = await inbox.fetch(mark, 10)
        finally:
            await inbox.close()
        return after, [(one.uid, one.raw) for one in found], heard


@pytest.mark.parametrize("piece", [0, 1, 2, 3, 5, 11])
def test_answers_are_whole_however_they_are_cut(piece: int) -> None:
    assert asyncio.run(read({}, piece=piece))[:2] == (Mark(9, 5), [(4, b"abc"), (5, b"def")])


# Odd but lawful answers, and what is read from them.
ODD: list[tuple[dict[str, bytes], Mark, list[tuple[int, bytes]]]] = [
    ({"UID SEARCH": b"* SEARCH\r\nTAG OK done\r\n"}, Mark(9, 0), []),
    ({"UID SEARCH": b"TAG OK done\r\n"}, Mark(9, 0), []),
    ({"UID SEARCH": b"* SEARCH 5\r\n* SEARCH 4\r\nTAG OK done\r\n"}, Mark(9, 5), [(4, b"abc"), (5, b"def")]),
    ({"UID FETCH BODY": b"* 2 FETCH (UID 5 BODY[] {3}\r\ndef)\r\nTAG OK done\r\n"}, Mark(9, 5), [(5, b"def")]),
    ({"UID FETCH BODY": b"TAG NO some are gone\r\n"}, Mark(9, 5), []),
    ({"UID FETCH SIZE": b"TAG OK none\r\n"}, Mark(9, 5), []),
    (
        {
            "UID FETCH BODY": b"* 3 EXISTS\r\n* 1 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 4 BODY[] {3}\r\nabc FLAGS ())\r\n"
            b'* 1 EXPUNGE\r\n* 9 FETCH (UID 77 BODY[] {1}\r\nx)\r\n* 2 FETCH (BODY[] "UID 4" UID 5)\r\nTAG OK done\r\n'
        },
        Mark(9, 5),
        [(4, b"abc"), (5, b"UID 4")],
    ),
    ({"UID FETCH BODY": b"* 1 FETCH (UID 4 BODY[] {11}\r\nA1 OK xx\r\n*)\r\nTAG OK done\r\n"}, Mark(9, 5), [(4, b"A1 OK xx\r\n*")]),
    ({"UID FETCH BODY": b"* 1 FETCH (UID 4 BODY[] {0}\r\n)\r\nTAG OK done\r\n"}, Mark(9, 5), [(4, b"")]),
]


@pytest.mark.parametrize(("said", "mark", "found"), ODD)
def test_odd_answers_are_understood(said: dict[str, bytes], mark: Mark, found: list[tuple[int, bytes]]) -> None:
    assert asyncio.run(read(said))[:2] == (mark, found)


def test_the_last_message_is_not_read_twice_though_the_server_offers_it() -> None:
    """`n:*` with n beyond the end means the last message (RFC 3501 section 6.4.8)."""
    mark, found, heard = asyncio.run(read({"UID SEARCH": b"* SEARCH 5\r\nTAG OK done\r\n"}, Mark(9, 5)))
    assert (mark, found) == (Mark(9, 5), [])
    assert not any("FETCH" in line for line in heard)


# Servers of no use, and what is said of them.
USELESS: list[tuple[dict[str, bytes], dict[str, object], str]] = [
    ({}, {"greeting": b"* BYE too busy\r\n"}, "too busy"),
    ({}, {"greeting": b"220 smtp ready\r\n"}, "no IMAP server"),
    ({}, {"greeting": b""}, "silent"),
    ({"CAPABILITY": b""}, {}, "silent"),
    ({"": b"TAG NO [AUTHENTICATIONFAILED] no\r\n"}, {}, "refused the login"),
    ({"SELECT": b"TAG NO no such mailbox\r\n"}, {}, "does not open"),
    ({"SELECT": b"TAG OK done\r\n"}, {}, "UIDVALIDITY"),
    ({"UID SEARCH": b"TAG BAD what\r\n"}, {}, "does not search"),
    ({"UID FETCH BODY": b"* 1 FETCH (UID 4 BODY[] {300}\r\nabc"}, {}, "silent"),
    ({"UID FETCH BODY": b"* 1 FETCH (UID 4 BODY[] {300}\r\nabc"}, {"close_after": "UID FETCH BODY"}, "closed"),
    ({"UID FETCH BODY": b"* BYE shutting down\r\n"}, {}, "shutting down"),
    ({"UID FETCH BODY": b"XX99 OK done\r\n"}, {}, "not given"),
    ({"UID FETCH BODY": b"\x16\x03\x01\r\n"}, {}, "not given"),
    ({"NOOP": b"* SEARCH " + b"9" * 17_000_000}, {}, "no end"),
]


@pytest.mark.parametrize(("said", "how", "words"), USELESS)
def test_a_server_that_is_of_no_use_is_told_of_in_time(said: dict[str, bytes], how: dict[str, object], words: str) -> None:
    started = time.monotonic()
    with pytest.raises(Away, match=words):
        asyncio.run(read(said, **how))  # type: ignore[arg-type]
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    ("said", "close_after"),
    [({"IDLE": b"+ idling\r\n* BYE idle too long\r\n"}, "never"), ({}, "IDLE"), ({"IDLE": b""}, "never"), ({"DONE": b""}, "never")],
)
def test_a_connection_that_dies_in_idle_is_noticed(said: dict[str, bytes], close_after: str) -> None:
    async def story() -> None:
        async with canned(said, close_after=close_after) as (port, _):
            inbox = ImapInbox(here(port, timeout=0.3, idle_renewal=0.2))
            await inbox.fetch(Mark(), 10)
            with pytest.raises(Away):
                await inbox.wait(20)
            assert len((await inbox.fetch(Mark(), 10))[1]) == 2  # and the next call begins anew
            await inbox.close()

    started = time.monotonic()
    asyncio.run(story())
    assert time.monotonic() - started < 3


async def _token() -> str:
    return "fresh"


# Capabilities, credentials, the command that logs in.
LOGINS: list[tuple[bytes, dict[str, object], str]] = [
    (b"IMAP4rev1", {"username": 'us"er x', "password": "p\\w"}, 'LOGIN "us\\"er x" "p\\\\w"'),
    (b"IMAP4rev1 AUTH=PLAIN SASL-IR", {"username": "u", "password": "pä"}, "AUTHENTICATE PLAIN AHUAcMOk"),
    (b"IMAP4rev1 AUTH=PLAIN", {"username": "u", "password": "p"}, "AHUAcA=="),
    (
        b"IMAP4rev1 AUTH=XOAUTH2 SASL-IR",
        {"username": "u", "token": _token},
        "AUTHENTICATE XOAUTH2 dXNlcj11AWF1dGg9QmVhcmVyIGZyZXNoAQE=",
    ),
]


@pytest.mark.parametrize(("capability", "credentials", "line"), LOGINS)
def test_the_login_is_said_as_the_server_wants_it(capability: bytes, credentials: dict[str, object], line: str) -> None:
    async def story() -> None:
        answers = {"CAPABILITY": b"* CAPABILITY " + capability + b"\r\nTAG OK done\r\n"}
        if b"SASL-IR" in capability:
            answers["AUTHENTICATE"] = b"TAG OK in\r\n"
        async with canned(answers) as (port, heard):
            assert await ImapInbox(here(port, **credentials)).probe() is None
            assert any(said.endswith(line) for said in heard)

    asyncio.run(story())


def test_an_expired_token_is_answered_politely_and_told() -> None:
    async def story() -> None:
        answers = {
            "CAPABILITY": b"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR\r\nTAG OK done\r\n",
            "AUTHENTICATE": b"+ eyJzdGF0dXMiOiI0MDAifQ==\r\n",
            "": b"TAG NO expired\r\n",
        }
        async with canned(answers) as (port, heard):
            assert await ImapInbox(here(port, token=_token)).probe() == "the server refused the login: expired"
            assert heard[-1] == ""

    asyncio.run(story())


def test_a_server_elsewhere_is_never_spoken_to_without_tls() -> None:
    with pytest.raises(BadSettings, match="without TLS"):
        ImapInbox(ImapServer("imap.example.org", 143, Security.NONE))
