"""Reading and filing against a real Dovecot, with everything that goes wrong between us and it."""

from __future__ import annotations

import asyncio
import imaplib
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from mailer.model.post import Fetched, Mark
from mailer.post.imap import Away, ImapInbox, ImapServer, Security
from tests.post.inboxes import OWNER, everything, here, message, messages
from tests.servers import Dovecot, cutting_proxy, dovecot

pytestmark = pytest.mark.slow


def with_dovecot(story: Callable[[Dovecot], Awaitable[None]], extra: str = "") -> None:
    async def run() -> None:
        async with dovecot(extra) as server:
            await story(server)

    asyncio.run(run())


def other_client(server: Dovecot) -> imaplib.IMAP4:
    client = imaplib.IMAP4("127.0.0.1", server.port)
    client.login(OWNER, "secret")
    client.select()
    return client


def test_two_thousand_small_messages_come_whole_and_in_order() -> None:
    async def story(server: Dovecot) -> None:
        server.put(OWNER, messages(2000))
        inbox = ImapInbox(here(server.port))
        mark, found = await inbox.fetch(Mark(), 5000)
        assert [one.raw for one in found] == messages(2000)
        assert [one.uid for one in found] == list(range(1, 2001)) and mark.last_uid == 2000
        assert all(one.size == len(one.raw) and one.internal_date.tzinfo for one in found)
        assert await inbox.fetch(mark, 10) == (mark, [])
        _, again = await everything(inbox, Mark(mark.uidvalidity, 1500), 33)
        assert [one.uid for one in again] == list(range(1501, 2001))
        await inbox.close()
        client = other_client(server)
        assert client.search(None, "SEEN")[1] == [b""]  # nothing was marked as read
        client.logout()

    with_dovecot(story)


def test_tls_is_had_as_asked_for_or_nothing_is_read() -> None:
    async def story(server: Dovecot) -> None:
        server.put(OWNER, messages(3))
        for security, port in ((Security.STARTTLS, server.port), (Security.TLS, server.tls_port)):
            inbox = ImapInbox(here(port, security=security, tls=server.client_tls))
            assert await inbox.probe() is None
            assert len((await inbox.fetch(Mark(), 10))[1]) == 3
            await inbox.close()
            stranger = ImapInbox(ImapServer("localhost", port, security, OWNER, "secret", timeout=5))
            assert "certificate" in (await stranger.probe() or "").lower()
            with pytest.raises(Away):
                await stranger.fetch(Mark(), 1)
        wrong = ImapInbox(here(server.port, password="wrong"))
        assert "refused the login" in (await wrong.probe() or "")
        deaf = ImapInbox(here(server.tls_port, timeout=0.3))
        assert "silent" in (await deaf.probe() or "")

    with_dovecot(story)


def test_without_starttls_nothing_is_said() -> None:
    async def story(server: Dovecot) -> None:
        inbox = ImapInbox(here(server.port, security=Security.STARTTLS, tls=server.client_tls))
        assert await inbox.probe() == "the server does not offer STARTTLS"

    with_dovecot(story, "ssl = no")


def test_a_connection_cut_anywhere_in_a_fetch_loses_and_repeats_nothing() -> None:
    async def story(server: Dovecot) -> None:
        server.put(OWNER, messages(40))
        cuts = [*range(0, 9000, 450), None]
        async with cutting_proxy(server.port, cuts) as port:
            inbox = ImapInbox(here(port))
            mark, failures = Mark(), 0
            found: list[Fetched] = []
            while len(found) < 40:
                started = time.monotonic()
                try:
                    mark, some = await inbox.fetch(mark, 15)
                except Away:
                    failures += 1
                    assert time.monotonic() - started < 2  # a lost connection is noticed, not waited out
                else:
                    found += some
            assert [one.raw for one in found] == messages(40)
            assert failures >= 10
            await inbox.close()

    with_dovecot(story)


def test_new_uidvalidity_starts_over() -> None:
    async def story(server: Dovecot) -> None:
        server.put(OWNER, messages(5))
        inbox = ImapInbox(here(server.port))
        mark, found = await inbox.fetch(Mark(), 10)
        await inbox.close()
        await asyncio.sleep(1.1)  # Dovecot's UIDVALIDITY is a clock in seconds
        server.renumber(OWNER)
        assert await inbox.file([one.uid for one in found], "Done") is False  # those numbers mean nothing any more
        after, again = await inbox.fetch(mark, 10)
        assert after.uidvalidity != mark.uidvalidity and after.last_uid == 5
        assert sorted(one.raw for one in again) == sorted(one.raw for one in found)
        await inbox.close()

    with_dovecot(story)


def test_numbers_lost_under_an_open_connection_lose_no_message() -> None:
    async def story(server: Dovecot) -> None:
        server.put(OWNER, messages(5))
        inbox = ImapInbox(here(server.port))
        mark, _ = await inbox.fetch(Mark(), 10)
        await asyncio.sleep(1.1)
        server.renumber(OWNER)
        server.put(OWNER, messages(1, start=5))
        for _ in range(2):
            try:
                after, found = await inbox.fetch(mark, 10)
                break
            except Away:
                continue
        # Dovecot may go on under the old UIDVALIDITY and number everything anew: then all comes again, too.
        assert after != mark
        assert sorted(one.raw for one in found) == sorted(messages(6))
        await inbox.close()

    with_dovecot(story)


@pytest.mark.parametrize("capability", ["", "imap_capability = IMAP4rev1 UIDPLUS LITERAL+ IDLE", "imap_capability = IMAP4rev1"])
def test_filing_makes_the_folder_and_passes_over_what_is_gone(capability: str) -> None:
    async def story(server: Dovecot) -> None:
        server.put(OWNER, messages(6))
        inbox = ImapInbox(here(server.port))
        _, found = await inbox.fetch(Mark(), 10)
        client = other_client(server)
        client.uid("STORE", "2", "+FLAGS", "(\\Deleted)")
        client.expunge()
        assert await inbox.file([1, 2, 3, 99], "Grün & Co") is True
        assert await inbox.file([1, 2], "Grün & Co") is True
        assert await inbox.file([4], 'Say "hi" \\ now') is True
        assert await inbox.file([], "Nowhere") is True
        client.noop()
        left = client.uid("SEARCH", "UNDELETED")[1][0].split()
        assert left == [b"5", b"6"]
        assert client.select('"Gr&APw-n &- Co"')[1] == [b"2"]
        client.logout()
        await inbox.close()
        assert len(found) == 6

    with_dovecot(story, capability)


@pytest.mark.parametrize("capability", ["", "imap_capability = IMAP4rev1 UIDPLUS LITERAL+ IDLE", "imap_capability = IMAP4rev1"])
def test_what_was_filed_is_brought_back_as_it_came(capability: str) -> None:
    async def story(server: Dovecot) -> None:
        server.put(OWNER, messages(6))
        inbox = ImapInbox(here(server.port))
        mark, found = await inbox.fetch(Mark(), 10)
        today = min(one.internal_date for one in found).date()
        assert await inbox.bring_back("Ours/Done", today) == 0, "no folder, nothing to bring back"
        assert await inbox.file([1, 2, 3], "Ours/Done") is True
        assert await inbox.bring_back("Ours/Done", today + timedelta(days=3)) == 0
        assert await inbox.bring_back("Ours/Done", today - timedelta(days=1)) == 3
        assert await inbox.bring_back("Ours/Done", today - timedelta(days=1)) == 0
        _, again = await inbox.fetch(mark, 10)
        assert [one.raw for one in again] == messages(3)
        assert [one.internal_date for one in again] == [one.internal_date for one in found[:3]]
        assert await inbox.file([one.uid for one in again], "Ours/Done") is True
        await inbox.close()

    with_dovecot(story, capability)


def test_a_message_taken_by_somebody_between_looking_and_reading_is_passed_over() -> None:
    async def story(server: Dovecot) -> None:
        server.put(OWNER, messages(6))
        inbox = ImapInbox(here(server.port))
        mark, _ = await inbox.fetch(Mark(), 2)  # the others are known by number now
        client = other_client(server)
        client.uid("STORE", "3:4", "+FLAGS", "(\\Deleted)")
        client.expunge()
        client.logout()
        mark, found = await inbox.fetch(mark, 10)
        assert [one.uid for one in found] == [5, 6] and mark.last_uid == 6
        await inbox.close()

    with_dovecot(story)


def test_a_message_too_large_comes_as_its_header() -> None:
    async def story(server: Dovecot) -> None:
        server.put(OWNER, [message(1), message(2, 200_000), message(3)])
        inbox = ImapInbox(here(server.port, largest=100_000))
        _, found = await inbox.fetch(Mark(), 10)
        assert [len(one.raw) < 1000 for one in found] == [True] * 3
        assert found[1].raw == b"Subject: 5 * 3 = 2 * ok\r\n\r\n" and found[1].size == len(message(2, 200_000))
        assert found[2].raw == message(3)
        await inbox.close()

    with_dovecot(story)


@pytest.mark.parametrize("capability", ["", "imap_capability = IMAP4rev1 UIDPLUS"])
def test_waiting_ends_when_something_arrives(capability: str) -> None:
    async def story(server: Dovecot) -> None:
        server.put(OWNER, messages(1))
        inbox = ImapInbox(here(server.port, poll_seconds=0.2, idle_renewal=0.3))
        assert await inbox.wait(5) is True  # not yet read: there may be anything
        mark, _ = await inbox.fetch(Mark(), 10)
        started = time.monotonic()
        assert await inbox.wait(0.8) is False
        assert 0.7 < time.monotonic() - started < 3
        waiting = asyncio.create_task(inbox.wait(20))
        await asyncio.sleep(0.3)
        server.put(OWNER, messages(1, start=1))
        assert await waiting is True
        assert time.monotonic() - started < 10
        assert await inbox.wait(5) is True  # it is still there to be fetched
        assert len((await inbox.fetch(mark, 10))[1]) == 1
        await inbox.close()

    with_dovecot(story, capability)


def test_a_connection_lost_while_waiting_is_told_at_once() -> None:
    async def story(server: Dovecot) -> None:
        server.put(OWNER, messages(1))
        async with cutting_proxy(server.port, []) as port:
            inbox = ImapInbox(here(port))
            mark, _ = await inbox.fetch(Mark(), 10)
            waiting = asyncio.create_task(inbox.wait(30))
            await asyncio.sleep(0.2)
        with pytest.raises(Away):
            await asyncio.wait_for(waiting, 5)
        fresh = ImapInbox(here(server.port))
        assert await fresh.fetch(mark, 10) == (mark, [])
        await fresh.close()

    with_dovecot(story)


def test_a_cancelled_call_leaves_a_usable_inbox() -> None:
    async def story(server: Dovecot) -> None:
        server.put(OWNER, messages(1500))
        inbox = ImapInbox(here(server.port))
        for pause in (0.001, 0.01, 0.02, 0.05):
            task = asyncio.create_task(inbox.fetch(Mark(), 1500))
            await asyncio.sleep(pause)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        both = await asyncio.gather(inbox.fetch(Mark(), 700), inbox.fetch(Mark(), 700))
        assert [len(found) for _, found in both] == [700, 700]
        await inbox.close()

    with_dovecot(story)


@pytest.mark.parametrize("capability", ["", "imap_capability = IMAP4rev1 UIDPLUS LITERAL+ IDLE"])
def test_copies_are_erased_by_message_id_in_the_mailbox_and_in_folders_and_nothing_else(capability: str) -> None:
    async def story(server: Dovecot) -> None:
        names = [f"<{number}@ana.example.org>" for number in range(12)]
        server.put(OWNER, [f"Message-ID: {name}\r\nSubject: x\r\n\r\nwords\r\n".encode() for name in names])
        inbox = ImapInbox(here(server.port))
        await inbox.fetch(Mark(), 20)
        assert await inbox.file([1, 2, 3], "Mentorpost/Done") is True
        wanted = [names[1], names[10], "<nobody@example.org>", '<"odd"@example.org>']
        assert [await inbox.erase(folder, wanted) for folder in ("", "Mentorpost/Done", "Mentorpost/Missing")] == [1, 1, 0]
        assert await inbox.erase("", wanted) == 0
        server.put(OWNER, [f"From: <{name}@example.org>\r\nSubject: x\r\n\r\nwords\r\n".encode() for name in ("ana", "diana")])
        assert await inbox.erase("", [], ["ana@example.org"]) == 1
        client = other_client(server)
        assert len(client.uid("SEARCH", "ALL")[1][0].split()) == 9
        assert client.select("Mentorpost/Done")[1] == [b"2"] or client.select('"Mentorpost.Done"')[1] == [b"2"]
        client.logout()
        await inbox.close()

    with_dovecot(story, capability)
