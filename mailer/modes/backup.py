"""A copy of the database in a file, whole or not at all; and putting a copy in the place of a database that is lost."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from db.backup import Copied, Progress, copy_database, ready_to_restore, restore_dump
from db.engine import open_store
from db.private import BESIDE, close_to_others
from mailer.files.settings import Settings
from mailer.modes.library import database_of
from mailer.modes.lock import only_one

_SQLITE = "sqlite:///"
_SORTS = {b"SQLite format 3\0": "SQLite", b"PGDMP": "PostgreSQL"}


class Refused(Exception):
    """It cannot be done; `file: what — what to do`."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A copy has taken its place; `aside` is where the database before it lies now."""

    copied: Copied
    aside: Path | None


def write_copy(settings: Settings, target: Path, moment: datetime, progress: Progress, *, force: bool) -> tuple[Copied, int]:
    """Copy the database into `target` while the service runs; gives what it holds, and its size in bytes.

    Written beside `target`, flushed, checked, then renamed: there is a whole copy under that name or none. Raises Refused,
    db.backup.CopyFailed, OSError.
    """
    url = database_of(settings)
    own = Path(url.removeprefix(_SQLITE)) if url.startswith(_SQLITE) else None
    if own is not None and not own.exists():
        raise Refused(f"{own}: there is no database yet — it is made when the service starts")
    _look_at(target, own, force)
    with _draft(target) as draft:
        store = open_store(url)  # not brought to a newer schema: a copy is what one makes before that
        try:
            copied = copy_database(store, draft, moment, progress)
        finally:
            store.close()
        _put(draft, target)
    return copied, target.stat().st_size


def _look_at(target: Path, own: Path | None, force: bool) -> None:
    if target.is_dir():
        raise Refused(f"{target}: this is a folder — name a file in it")
    if not target.exists():
        return
    if own is not None and any(_same(target, own.with_name(own.name + end)) for end in ("", ".lock", *BESIDE)):
        raise Refused(f"{target}: this is the database itself — name another file")
    if not target.is_file():
        raise Refused(f"{target}: this is no ordinary file — name one, or - for standard output")
    if not force:
        raise Refused(f"{target}: there is a file already — name another one, or say --force")


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.samefile(other)


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """An empty file beside `target` that its owner alone can read; gone afterwards unless it was put in place."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
    finally:
        for end in ("", *BESIDE):
            draft.with_name(draft.name + end).unlink(missing_ok=True)


def _put(draft: Path, target: Path) -> None:
    """Under its name from here on, on disk before this returns."""
    _flush(draft)
    draft.chmod(0o600)
    draft.replace(target)
    _flush(target.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def restore(settings: Settings, copy: Path, now: datetime) -> Restored:
    """Put a copy in the place of the database; what was there is kept aside. Raises Refused, CopyFailed, BadSettings, OSError."""
    url = database_of(settings)
    with copy.open("rb") as file:
        start = file.read(16)
    sort = next((name for head, name in _SORTS.items() if start.startswith(head)), "")
    wanted = "SQLite" if url.startswith(_SQLITE) else "PostgreSQL"
    if sort != wanted:
        what = f"a copy of {sort}, and `database` in {settings.file} is {wanted}" if sort else "no copy of a database"
        raise Refused(f"{copy}: this is {what} — name a file that mentorpost backup has written")
    if wanted == "PostgreSQL":
        store = open_store(url)
        try:
            return Restored(restore_dump(store, copy), None)
        finally:
            store.close()
    place = Path(url.removeprefix(_SQLITE))
    if _same(copy, place):
        raise Refused(f"{copy}: this is the database itself — name a copy of it")
    with only_one(url, settings.file), _draft(place) as draft:
        shutil.copyfile(copy, draft)
        copied = ready_to_restore(draft)
        aside = _set_aside(place, now)
        _put(draft, place)
    return Restored(copied, aside)


def _set_aside(place: Path, now: datetime) -> Path | None:
    """Keep what is there under another name, with what SQLite had not finished: its journal must never meet another database."""
    if not place.exists():
        return None
    close_to_others(place)
    aside = place.with_name(f"{place.name}.before-{now:%Y%m%dT%H%M%S}")
    os.link(place, aside)  # the name itself is never without a database
    for end in BESIDE:
        beside = place.with_name(place.name + end)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + end))
    return aside
