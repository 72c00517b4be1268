"""Collect: new messages are journalled as raw bytes before anything reads them; filed on the server after their decision."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from db import evidence, journal
from db.records import MessageState
from mailer.model.post import ERASED, Away, Fetched, Mark
from mailer.steps.desk import Desk

DEAF, HEARS = "deaf", "hears again"  # acts of the journal
_BATCH = 50
_TRACE = re.compile(rb"^(received|return-path|delivered-to|x-original-to|x-envelope-to|envelope-to):", re.IGNORECASE)


class Deaf(Exception):
    """A mailbox could not be read, and why: nobody of that program is chased in this turn (HOUSE.md law 2)."""


def deaf(desk: Desk, program: str, error: Exception) -> Deaf:
    """Names the server; what the line itself says stands alone, of anything else the kind as well."""
    why = str(error) if isinstance(error, Away) else f"{type(error).__name__}: {error}"
    place = desk.places.get(program)
    return Deaf(f"{place}: {why}" if place else why)


async def collect(desk: Desk, program: str) -> int:
    """Journal what came to a program's inbox; gives how many new messages. Raises Deaf if the server cannot be asked."""
    inbox = desk.inboxes[program]
    name = f"mark/{program}"
    with desk.store.reading() as connection:
        validity, _, last = (evidence.get_fact(connection, name) or "0/0").partition("/")
    mark = Mark(int(validity), int(last))
    count = 0
    while True:
        try:
            after, fetched = await inbox.fetch(mark, _BATCH)
        except Exception as error:  # whatever the library raises, we are deaf and say so
            raise deaf(desk, program, error) from error
        desk.contacts[f"imap/{program}"] = desk.now()
        if not fetched and after == mark:
            return count
        with desk.store.transaction() as connection:
            for item in fetched:
                _, new = journal.keep(
                    connection, program, item.uidvalidity, item.uid, fingerprint(item), item.internal_date, item.raw
                )
                count += new
            evidence.set_fact(connection, name, f"{after.uidvalidity}/{after.last_uid}")
        mark = after
        if not fetched:
            return count


def journal_deaf(desk: Desk, why: Mapping[str, str]) -> None:
    """From when on an inbox could not be read and why, and until when: nobody was chased meanwhile, nor is in a replay."""
    deaf = frozenset(why)
    if desk.deaf is None:
        with desk.store.reading() as connection:
            desk.deaf = frozenset(name for name in desk.books if evidence.get_fact(connection, f"deaf/{name}"))
    if deaf != desk.deaf:
        with desk.store.transaction() as connection:
            for program in sorted(deaf ^ desk.deaf):
                said = f"{desk.now().isoformat()} {why[program]}" if program in deaf else ""
                evidence.set_fact(connection, f"deaf/{program}", said)
                evidence.add_act(connection, program, desk.now(), DEAF if program in deaf else HEARS, {})
        desk.deaf = deaf


def fingerprint(item: Fetched) -> str:
    """Content identity without trace headers: the same message over two routes is one (I7); another text is another."""
    head, _, body = item.raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    kept: list[bytes] = []
    skipping = False
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if not skipping:
                kept.append(line)
            continue
        skipping = _TRACE.match(line) is not None
        if not skipping:
            kept.append(line)
    return hashlib.sha256(b"\n".join(kept) + b"\n\n" + body).hexdigest()


async def file_away(desk: Desk, program: str) -> None:
    """Move decided messages into folders, so that a human with a mail client can follow; trouble here loses nothing."""
    inbox = desk.inboxes[program]
    with desk.store.reading() as connection:
        rows = journal.unfiled(connection, program)
        if not rows:
            return
        validity, _, _ = (evidence.get_fact(connection, f"mark/{program}") or "0/0").partition("/")
    done_folder, parked_folder = desk.folders.get(program, ("", ""))
    places = {MessageState.PARKED.value: parked_folder, "not_kept": ERASED}
    for folder in dict.fromkeys((done_folder, parked_folder, ERASED)):
        chosen = [row for row in rows if places.get(row[3], done_folder) == folder]
        here = [row[2] for row in chosen if row[1] == int(validity)]
        if folder and here and not await inbox.file(here, folder):
            continue
        if chosen:
            with desk.store.transaction() as connection:
                journal.set_filed(connection, [row[0] for row in chosen])
