"""One service for one database: on a SQLite file a second one is refused, on PostgreSQL it waits; a lock dies with its process."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from db.at_work import take_place
from db.engine import Store
from mailer.model.errors import BadSettings, Flaw

_PATIENCE = 2.0  # seconds between two looks whether the service at work is gone


@contextmanager
def only_one(url: str, file: str) -> Iterator[None]:
    """Hold the lock beside a SQLite database; other databases have locks of their own. Raises BadSettings if it is taken."""
    if not url.startswith("sqlite:///") or url.endswith(":memory:"):
        yield
        return
    path = Path(url.removeprefix("sqlite:///") + ".lock")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            what = "another service is running on this database"
            raise BadSettings(Flaw(file, 0, what, "stop it first; several nodes need PostgreSQL")) from taken
        yield
    finally:
        os.close(handle)


@asynccontextmanager
async def at_work(store: Store, file: str, say: Callable[[str], None] | None) -> AsyncIterator[None]:
    """Hold the right to work on a PostgreSQL database. `say` tells once that another service has it, and then waits for it.

    Raises BadSettings instead of waiting where `say` is None.
    """
    if store.engine.dialect.name != "postgresql":
        yield
        return
    place = take_place(store)
    if place is None and say is None:
        what = "another service is at work on this database"
        raise BadSettings(Flaw(file, 0, what, "leave the work to it: `run` waits until it is needed, `once` does not"))
    if place is None and say is not None:
        say("Another service is at work on this database; this one waits until it is needed.")
        while place is None:
            await asyncio.sleep(_PATIENCE)
            place = take_place(store)
        say("The other service is gone; this one works from now on.")
    assert place is not None
    try:
        yield
    finally:
        store.guard = None
        place.give_up()
