"""One service for one database: on a SQLite file a second one is refused, on PostgreSQL it waits; a lock dies with its process."""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from db.at_work import is_taken, take_place
from db.engine import Store
from mailer.model.errors import BadSettings, Flaw

_PATIENCE = 2.0  # seconds between two looks whether the service at work is gone
_GLANCES = 5  # tries for a lock that `status` may hold for the blink of an eye


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
        if not any(_taken(handle, fcntl.LOCK_EX, again) for again in range(_GLANCES)):
            what = "another service is running on this database"
            raise BadSettings(Flaw(file, 0, what, "stop it first; several nodes need PostgreSQL"))
        yield
    finally:
        os.close(handle)


def _taken(handle: int, how: int, again: int = 0) -> bool:
    """Take a lock if nobody has it; `again` is the number of tries before this one."""
    time.sleep(0.05 * bool(again))
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def somebody_works(url: str, store: Store) -> bool:
    """Whether a service holds this database now. Nothing is made or changed by asking."""
    if store.engine.dialect.name == "postgresql":
        return is_taken(store)
    try:
        handle = os.open(url.removeprefix("sqlite:///") + ".lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _taken(handle, fcntl.LOCK_SH)
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
