"""One service for one SQLite file: a second one is refused, and a lock dies with its process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailer.model.errors import BadSettings, Flaw


@contextmanager
def only_one(url: str, file: str) -> Iterator[None]:
    """Hold the lock beside a SQLite database; other databases know their own locks. Raises BadSettings if it is taken."""
    if not url.startswith("sqlite:///") or url.endswith(":memory:"):
        yield
        return
    path = Path(url.removeprefix("sqlite:///") + ".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
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
