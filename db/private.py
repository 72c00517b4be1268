"""The file of a SQLite database is for its owner alone: made so, and made so again where it was left open to everybody."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

BESIDE = ("-journal", "-wal", "-shm")  # what SQLite keeps beside a database, with the permissions that the database has


def make_private(place: Path) -> None:
    """Make the file of a new database before SQLite does, which would leave to the umask who may read it."""
    # One that exists is not opened: closing it again would drop the locks that SQLite holds on it in this process.
    with suppress(OSError):  # SQLite says what is wrong with the place
        os.close(os.open(place, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def close_to_others(place: Path) -> tuple[Path, ...]:
    """Take a database of ours, and what lies beside it, away from the other users of this machine; gives what was open to them.

    What its owner has opened to a group alone (for a copying program, say) stays as it is.
    """
    closed: list[Path] = []
    for path in (place, *(place.with_name(place.name + end) for end in (*BESIDE, ".lock"))):
        with suppress(FileNotFoundError):
            found = path.stat()
            if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & 0o007:
                path.chmod(0o600)
                closed.append(path)
    return tuple(closed)
