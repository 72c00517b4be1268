"""Who wrote, over real servers: a known person's letter answered from another address is asked about, and believed when confirmed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

from db import journal, people
from db.engine import open_store
from db.records import EventKind, MessageState
from db.schema import upgrade
from db.situation import load
from mailer.steps.turn import turn
from tests.live.world import COORDINATORS, INBOX, MENTORS, START, Serving, add_people, book, hand_in, serving
from tests.post.chaos import Chaos, chaos_server
from tests.servers import office

CHECK_IN = datetime(2027, 10, 15, 13, 0, tzinfo=UTC)
HOME = "ana.at.home@example.net"


def reply(sender: str, sink: Chaos, to: str, words: str) -> tuple[str, bytes]:
    """(where it goes, the bytes) of an answer to the newest letter this address got."""
    letter = message_from_bytes(next(item.raw for item in reversed(sink.accepted) if item.recipient == to))
    head = (
        f"From: {sender}\r\nTo: {letter['Reply-To']}\r\nSubject: Re: {letter['Subject']}\r\nIn-Reply-To: {letter['Message-ID']}\r\n"
    )
    return letter["Reply-To"], f"{head}Message-ID: <{hash((sender, words)) & 0xFFFFFF}@example.net>\r\n\r\n{words}\r\n".encode()


def contacts(service: Serving, address: str) -> list[EventKind]:
    with service.desk.store.reading() as connection:
        person = people.by_address(connection, "m2m", (address,))[0]
        situation = load(connection, "m2m", service.clock.now(), focus=(person.id,))
    return [event.kind for event in situation.events if event.person_id == person.id]


def test_a_letter_answered_from_another_address_is_asked_about_and_believed_when_confirmed(tmp_path: Path) -> None:
    asyncio.run(_another_address(tmp_path))


async def _another_address(tmp_path: Path) -> None:
    async with chaos_server() as sink, office(tmp_path / "post", (INBOX,)) as post:
        store = open_store(f"sqlite:///{tmp_path / 'answer.db'}")
        upgrade(store)
        opened = book()
        add_people(store, opened)
        service = serving(store, opened, sink.port, post.imap_port, START)
        await turn(service.desk)
        service.clock.advance_to(CHECK_IN)
        await turn(service.desk)
        mentor = MENTORS[0]

        await hand_in(post, HOME, reply(HOME, sink, mentor, "We are well.")[1])
        service.clock.advance(timedelta(hours=1))
        await turn(service.desk)
        assert contacts(service, mentor) == [EventKind.SIGN_OF_LIFE], "an unknown address makes no contact"
        with store.reading() as connection:
            assert [item.state for item in journal.parked(connection)] == [MessageState.PARKED]
        asked = [item for item in sink.accepted if b"which address is right" in item.raw]
        assert sorted(item.recipient for item in asked) == [COORDINATORS[0], mentor], "each is asked alone"
        asked = [item for item in asked if item.recipient == mentor]
        assert HOME.encode() not in asked[0].raw, "the question tells the old address nothing it need not know"

        await hand_in(post, mentor, reply(mentor, sink, mentor, "ADDRESS OK")[1])
        service.clock.advance(timedelta(hours=1))
        await turn(service.desk)
        assert EventKind.CONTACT in contacts(service, HOME), "the waiting mail has been answered as theirs"
        with store.reading() as connection:
            assert not journal.parked(connection)
            assert [person.email for person in people.by_address(connection, "m2m", (HOME,))] == [mentor]
        await service.close()
