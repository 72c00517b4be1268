"""A service in a process of its own, to be killed in the middle of a blast: `python -m tests.live.blast_service DB SMTP IMAP`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from db import evidence, outbox
from db.engine import open_store
from db.schema import upgrade
from mailer.steps.turn import turn
from tests.live.world import BLAST, KIT, START, add_people, book, serving


async def main(database: Path, smtp_port: int, imap_port: int) -> None:
    store = open_store(f"sqlite:///{database}")
    upgrade(store)
    opened = book()
    with store.reading() as connection:
        known = evidence.get_fact(connection, "test/begun")
    service = serving(store, opened, smtp_port, imap_port, START if known is None else BLAST)
    if known is None:
        add_people(store, opened)
        with store.transaction() as connection:
            evidence.set_fact(connection, "test/begun", "yes")
        await turn(service.desk)
        service.clock.advance_to(KIT)
        await turn(service.desk)
        print("kit read", flush=True)
        service.clock.advance_to(BLAST)
    else:
        with store.transaction() as connection:
            outbox.recover(connection, "m2m", ask=False)
    await turn(service.desk)
    print("done", flush=True)
    await service.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
