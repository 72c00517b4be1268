"""The embedded post office as mail programs and the service meet it; and as it is found again after a restart."""

from __future__ import annotations

import asyncio
import imaplib
import smtplib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymap.parsing.exceptions import NotParseable

from mailer.model.errors import BadSettings
from mailer.model.post import Mark, Outgoing
from mailer.office import PostOffice
from mailer.office.maildir import Maildir, names_in, path_for
from mailer.office.names import decode
from mailer.post.imap import ImapInbox
from mailer.post.imap_words import modified_utf7
from mailer.post.smtp import SmtpPost
from tests.post import inboxes
from tests.post.inboxes import OWNER, everything
from tests.post.letters import fates, here, letters, raw, sent
from tests.servers import office


def imap(opened: PostOffice, user: str, work: Callable[[imaplib.IMAP4], None]) -> None:
    client = imaplib.IMAP4("127.0.0.1", opened.imap_port)
    try:
        client.login(user, "anything")
        work(client)
    finally:
        client.logout()


def handed_in(opened: PostOffice, user: str, sender: str, recipient: str, text: str = "Yes.") -> None:
    """What a person's mail program does."""
    with smtplib.SMTP("127.0.0.1", opened.smtp_port, local_hostname="laptop") as client:
        if user:
            client.login(user, "anything")
        client.sendmail(sender, [recipient], f"From: <{sender}>\r\nTo: <{recipient}>\r\nSubject: Re: x\r\n\r\n{text}\r\n".encode())


def test_letters_arrive_in_the_mailboxes_of_their_recipients(tmp_path: Path) -> None:
    async def story() -> None:
        async with office(tmp_path) as opened:
            post = SmtpPost(here(opened.smtp_port))
            assert await post.probe() is None
            assert set(fates(await sent(post, letters(30))).values()) == {"sent"}
            await post.close()
            (arrived,) = opened.mailbox("P3@Example.org")
            assert arrived.endswith(raw(3))
            assert arrived.startswith(b"Return-Path: <bounce+3@example.org>\r\nDelivered-To: p3@example.org\r\n")
            assert opened.mailbox("nobody@example.org") == []

            def reads(client: imaplib.IMAP4) -> None:
                assert client.select()[1] == [b"1"]
                answer = client.fetch("1", "(RFC822.SIZE BODY.PEEK[])")[1]
                assert isinstance(answer[0], tuple) and answer[0][1] == arrived
                assert b"RFC822.SIZE %d" % len(arrived) in answer[0][0]

            await asyncio.to_thread(imap, opened, "p3@example.org", reads)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("user", "sender", "proved"),
    [
        ("anna@example.org", "anna@example.org", True),
        ("Anna@Example.org", "anna@example.org", True),
        ("", "anna@example.org", False),
        ("eve@example.org", "anna@example.org", False),
    ],
)
def test_a_reply_to_a_subaddress_reaches_the_inbox_with_its_proof(tmp_path: Path, user: str, sender: str, proved: bool) -> None:
    async def story() -> None:
        async with office(tmp_path) as opened:
            await asyncio.to_thread(handed_in, opened, user, sender, "inbox+c7.Ab@example.org")
            (arrived,) = opened.mailbox(OWNER)
            head = arrived.decode().partition("\r\n\r\n")[0]
            assert "\r\nX-Original-To: inbox+c7.Ab@example.org\r\n" in head
            assert ("dmarc=pass header.from=example.org" in head) is proved
            await asyncio.to_thread(handed_in, opened, "", "a@example.org", "person+x@example.org")
            assert len(opened.mailbox("person+x@example.org")) == 1 and not opened.mailbox("person@example.org")

    asyncio.run(story())


def test_mail_arrives_by_the_clock_of_the_program_that_is_served(tmp_path: Path) -> None:
    async def story() -> None:
        async with office(tmp_path) as opened:
            assert opened.last_arrival() is None
            opened.clock = lambda: datetime(2027, 10, 14, 12, 30, tzinfo=UTC)
            await asyncio.to_thread(handed_in, opened, OWNER, OWNER, OWNER)
            inbox = ImapInbox(inboxes.here(opened.imap_port))
            _, (fetched,) = await everything(inbox, Mark())
            await inbox.close()
            assert fetched.internal_date == opened.last_arrival() == datetime(2027, 10, 14, 12, 30, tzinfo=UTC)

    asyncio.run(story())


def test_a_restart_changes_nothing_a_mail_program_has_seen(tmp_path: Path) -> None:
    seen: list[object] = []

    def looks(client: imaplib.IMAP4) -> None:
        client.select()
        seen.append(
            (
                client.response("UIDVALIDITY"),
                client.uid("FETCH", "1:*", "(FLAGS INTERNALDATE)")[1],
                sorted(map(str, client.list()[1])),
            )
        )

    def works(client: imaplib.IMAP4) -> None:
        client.select()
        client.create('"Done &- gone.really"')
        client.create("A/B")
        client.uid("MOVE", "2", '"Done &- gone.really"')
        client.uid("STORE", "1", "+FLAGS", "(\\Seen \\Answered)")
        client.uid("STORE", "5", "+FLAGS", "(\\Deleted)")
        client.expunge()
        client.append("A/B", "(\\Flagged)", "", b"Subject: kept\r\n\r\nx\r\n")
        client.subscribe("A/B")

    async def story() -> None:
        async with office(tmp_path) as opened:
            for number in range(5):
                await opened.deliver(OWNER, inboxes.message(number))
            await asyncio.to_thread(imap, opened, OWNER, works)
            await asyncio.to_thread(imap, opened, OWNER, looks)
        async with office(tmp_path) as opened:
            await asyncio.to_thread(imap, opened, OWNER, looks)
            assert seen[0] == seen[1] or str(seen[0]).replace(" \\\\Recent", "").replace("\\\\Recent", "") == str(seen[1])
            assert len(opened.mailbox(OWNER)) == 3
            inbox = ImapInbox(inboxes.here(opened.imap_port))
            mark, _ = await everything(inbox, Mark())
            await opened.deliver(OWNER, inboxes.message(9))
            after, found = await inbox.fetch(mark, 10)
            assert len(found) == 1 and after.last_uid > 5  # the number of the deleted message is not used again
            await inbox.close()

    asyncio.run(story())


def test_the_service_reads_files_and_waits(tmp_path: Path) -> None:
    async def story() -> None:
        async with office(tmp_path) as opened:
            for number in range(300):
                await opened.deliver(OWNER, inboxes.message(number))
            inbox = ImapInbox(inboxes.here(opened.imap_port))
            mark, found = await everything(inbox, Mark(), 100)
            assert len(found) == 300 and found[7].raw.endswith(inboxes.message(7))
            assert await inbox.file([one.uid for one in found[:200]], "Mentorpost/Grün & Co") is True
            assert await inbox.file([one.uid for one in found[:200]], "Mentorpost/Grün & Co") is True
            assert len(opened.mailbox(OWNER)) == 100
            waiting = asyncio.create_task(inbox.wait(10))
            await asyncio.sleep(0.1)
            await opened.deliver("inbox+x@example.org", b"Subject: new\n\nhello\n")
            assert await waiting is True
            _, new = await inbox.fetch(mark, 10)
            assert [one.raw.endswith(b"\r\nhello\r\n") for one in new] == [True]
            await inbox.close()

    asyncio.run(story())


def test_a_filed_copy_is_erased_by_its_message_id(tmp_path: Path) -> None:
    async def story() -> None:
        async with office(tmp_path) as opened:
            for number in range(3):
                await opened.deliver(OWNER, f"Message-ID: <{number}@example.org>\r\nSubject: x\r\n\r\nwords {number}\r\n".encode())
            inbox = ImapInbox(inboxes.here(opened.imap_port))
            await inbox.fetch(Mark(), 10)
            assert await inbox.file([1, 2], "Mentorpost/Done") is True
            wanted = ["<1@example.org>", "<2@example.org>"]
            assert [await inbox.erase(folder, wanted) for folder in ("", "Mentorpost/Done", "Mentorpost/Parked")] == [1, 1, 0]
            await opened.deliver(OWNER, b"From: Ana <ana@example.org>\r\nSubject: x\r\n\r\nwords 3\r\n")
            await opened.deliver(OWNER, b"From: Diana <diana@example.org>\r\nTo: ana@example.org\r\n\r\nwords 4\r\n")
            assert await inbox.erase("", [], ["ana@example.org"]) == 1
            await inbox.close()
        left = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert [number for number in range(5) if b"words %d" % number in left] == [0, 4]

    asyncio.run(story())


def test_closing_while_programs_are_connected_is_quick_and_clean(tmp_path: Path) -> None:
    async def story() -> None:
        async with office(tmp_path) as opened:
            await opened.deliver(OWNER, inboxes.message(1))
            inbox = ImapInbox(inboxes.here(opened.imap_port))
            await inbox.fetch(Mark(), 1)
            waiting = asyncio.create_task(inbox.wait(30))
            _, writer = await asyncio.open_connection("127.0.0.1", opened.smtp_port)
            await asyncio.sleep(0.1)
        await asyncio.wait_for(asyncio.gather(waiting, return_exceptions=True), 2)
        writer.close()
        await inbox.close()

    asyncio.run(story())


@pytest.mark.parametrize("kind", ["smtp", "imap"])
def test_a_port_that_is_taken_is_refused_in_words(tmp_path: Path, kind: str) -> None:
    async def story() -> None:
        async with office(tmp_path / "a") as opened:
            port = opened.smtp_port
            ports: dict[str, object] = {f"{kind}_port": port}
            with pytest.raises(BadSettings, match=f"{kind.upper()} port {port} of the embedded post office is taken"):
                async with office(tmp_path / "b", (), **ports):
                    pass

    asyncio.run(story())


NAMES = [
    (b"Gr&APw-n", "Grün"),
    (b"A &- B", "A & B"),
    (b"&U,BTFw-/x", "台北/x"),
    (b"INBOX", "INBOX"),
    (b"", ""),
    (b"A & B", None),
    (b"A&", None),
    (b"&APw", None),
    (b"&A-", None),
    (b"&!-", None),
    (b"\xff", None),
    (b"&2D0-", None),
]


@pytest.mark.parametrize(("wire", "name"), NAMES)
def test_a_mailbox_name_is_read_or_refused_but_never_hangs_the_server(wire: bytes, name: str | None) -> None:
    if name is None:
        with pytest.raises(NotParseable):
            decode(wire)
    else:
        assert decode(wire) == name
        assert modified_utf7(name).encode() == wire


def test_a_bad_name_on_the_wire_is_answered(tmp_path: Path) -> None:
    def bad(client: imaplib.IMAP4) -> None:
        for command in ("CREATE", "SELECT", "SUBSCRIBE"):
            with pytest.raises(imaplib.IMAP4.error, match="BAD"):
                client._simple_command(command, '"A & B"')
        with pytest.raises(imaplib.IMAP4.error, match="BAD"):
            client.list('""', '"A & *"')

    async def story() -> None:
        async with office(tmp_path) as opened:
            await asyncio.wait_for(asyncio.to_thread(imap, opened, OWNER, bad), 5)

    asyncio.run(story())


def test_a_password_is_asked_for_where_there_is_one(tmp_path: Path) -> None:
    async def story() -> None:
        async with office(tmp_path, password="secret") as opened:
            assert await ImapInbox(inboxes.here(opened.imap_port)).probe() is None
            assert "refused the login" in (await ImapInbox(inboxes.here(opened.imap_port, password="no")).probe() or "")
            assert await SmtpPost(here(opened.smtp_port, username="a@b.org", password="secret")).probe() is None
            assert (await SmtpPost(here(opened.smtp_port, username="a@b.org", password="no")).probe() or "").startswith("535")
            assert "refused the login" in (await ImapInbox(inboxes.here(opened.imap_port, username="../x")).probe() or "")

    asyncio.run(story())


@pytest.mark.parametrize("address", ["../../x@example.org", ".hidden@example.org", "a/b@example.org", "..@..", "%2e@x.org"])
def test_an_address_never_leads_out_of_the_folder(tmp_path: Path, address: str) -> None:
    async def story() -> None:
        async with office(tmp_path / "mail") as opened:
            post = SmtpPost(here(opened.smtp_port))
            await sent(post, [Outgoing(1, "", address, b"Subject: x\r\n\r\nx\r\n")])
            await post.close()
        assert [path.name for path in tmp_path.iterdir()] == ["mail"]
        assert all((path / "cur").is_dir() and not path.name.startswith(".") for path in (tmp_path / "mail").iterdir())

    asyncio.run(story())


@pytest.mark.parametrize("name", ["Sent", "A/B/C", "with.dot", "Grün & Co", "..", "a/../b", "../../x", "100%", "~"])
def test_a_folders_name_is_found_again_and_stays_inside(tmp_path: Path, name: str) -> None:
    root = tmp_path / "box"
    folder = Maildir(path_for(root, name))
    folder.add(b"x\r\n")
    assert path_for(root, name).parent == root
    assert names_in(root) == [name]


def test_foreign_files_get_numbers_and_numbers_are_never_given_twice(tmp_path: Path) -> None:
    folder = Maildir(tmp_path)
    first = [folder.add(b"%d\r\n" % number).uid for number in range(3)]
    (tmp_path / "new" / "1700000000.M1P2.host").write_bytes(b"foreign\r\n")
    (tmp_path / "cur" / "1700000001.M2P2.host:2,FS").write_bytes(b"foreign, seen\r\n")
    folder.remove([first[-1]])
    again = Maildir(tmp_path)
    assert again.uidvalidity == folder.uidvalidity
    assert [message.flags for message in again.messages.values()] == ["", "", "", "FS"]
    assert min(set(again.messages) - set(first)) > first[-1]
    third = Maildir(tmp_path)
    assert list(third.messages) == list(again.messages)
    assert third.add(b"x\r\n").uid > max(again.messages)
