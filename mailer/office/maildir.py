"""One mail folder on disk: a maildir whose file names carry the IMAP UID, so that a restart changes nothing a mail client has seen.

`cur/1767225600.U42.office:2,FS` is the message with UID 42, flagged and seen; its file time is the moment it arrived. What another
program drops into `new/` or `cur/` gets its UID when the folder is opened next. Any program that reads maildirs can read it.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

_NUMBERED = re.compile(r"\d+\.U(\d{1,10})\.office:2,([A-Za-z]*)")
_RESERVED = 64  # UIDs promised on disk at a time: none is ever given twice (RFC 3501 section 2.3.1.1), and few writes are needed
_STATE = "office-uids"


@dataclass(slots=True)
class Stored:
    """One message file."""

    uid: int
    flags: str  # letters of the maildir convention, sorted: D F R S T
    path: Path
    arrived: float  # seconds since 1970, UTC


class Maildir:
    """One folder, opened by one process at a time. All calls are short and blocking."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self.uidvalidity, self._promised = self._read_state()
        self._next = self._promised
        self.messages: dict[int, Stored] = {}
        self._load()

    @property
    def next_uid(self) -> int:
        """The UID the next message will have."""
        return self._next

    def add(self, raw: bytes, flags: str = "", arrived: float | None = None) -> Stored:
        """Keep a message: on disk, flushed, before this returns. Raises OSError where the disk does not take it."""
        uid = self._new_uid()
        moment = time.time() if arrived is None else arrived
        name = f"{int(moment)}.U{uid}.office:2,{flags}"
        draft = self.folder / "tmp" / name
        try:
            with draft.open("xb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            os.utime(draft, (moment, moment))
            path = self.folder / "cur" / name
            draft.rename(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        stored = Stored(uid, flags, path, moment)
        self.messages[uid] = stored
        return stored

    def take(self, message: Stored) -> Stored:
        """Move in a message file from another folder of the same disk, under a UID of this one; FileNotFoundError if it is gone."""
        uid = self._new_uid()
        path = self.folder / "cur" / f"{int(message.arrived)}.U{uid}.office:2,{message.flags}"
        message.path.rename(path)
        stored = Stored(uid, message.flags, path, message.arrived)
        self.messages[uid] = stored
        return stored

    def mark(self, uid: int, flags: str) -> None:
        """Give a message these flags, which are part of its name; one that has vanished stays as it is."""
        message = self.messages[uid]
        path = message.path.with_name(message.path.name.rpartition(",")[0] + "," + flags)
        try:
            message.path.rename(path)
        except FileNotFoundError:
            return
        message.path, message.flags = path, flags

    def forget(self, uid: int) -> Stored | None:
        """Leave a message out from now on without touching its file."""
        return self.messages.pop(uid, None)

    def remove(self, uids: Iterable[int]) -> list[int]:
        """Delete messages; gives the UIDs that were there."""
        gone = []
        for uid in uids:
            message = self.messages.pop(uid, None)
            if message is not None:
                message.path.unlink(missing_ok=True)
                gone.append(uid)
        return gone

    def _new_uid(self) -> int:
        if self._next >= self._promised:
            self._promised = self._next + _RESERVED
            self._write_state()
        uid, self._next = self._next, self._next + 1
        return uid

    def _read_state(self) -> tuple[int, int]:
        try:
            validity, promised = (self.folder / _STATE).read_text("ascii").split()
            return int(validity), int(promised)
        except (FileNotFoundError, ValueError):
            # A folder made anew must not carry the UIDVALIDITY of one that had its name before (RFC 3501 section 2.3.1.1).
            return int(time.time()), 1

    def _write_state(self) -> None:
        draft = self.folder / "tmp" / _STATE
        with draft.open("w", encoding="ascii") as file:
            file.write(f"{self.uidvalidity} {self._promised}\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / _STATE)

    def _load(self) -> None:
        known: list[Stored] = []
        foreign: list[os.DirEntry[str]] = []
        for part in ("cur", "new"):
            with os.scandir(self.folder / part) as entries:
                for entry in entries:
                    found = _NUMBERED.fullmatch(entry.name)
                    if found and part == "cur":
                        known.append(Stored(int(found[1]), found[2], Path(entry.path), entry.stat().st_mtime))
                    elif entry.is_file():
                        foreign.append(entry)
        known.sort(key=lambda message: message.uid)
        self.messages = {message.uid: message for message in known}
        self._next = max(self._next, known[-1].uid + 1 if known else 1)
        self._promised = max(self._promised, self._next)
        if not (self.folder / _STATE).exists():
            self._write_state()
        for entry in sorted(foreign, key=lambda entry: entry.stat().st_mtime):
            flags = entry.name.rpartition(":2,")[2] if ":2," in entry.name else ""
            self.take(Stored(0, flags, Path(entry.path), entry.stat().st_mtime))


def path_for(root: Path, name: str) -> Path:
    """Where a mail folder lies: INBOX is the root itself, others beside it as `.Name` and `.Name.Child` (Maildir++)."""
    if name.upper() == "INBOX":
        return root
    return root / ("." + ".".join((quote(part, safe=" &+-_").replace(".", "%2E") or "%00") for part in name.split("/")))


def names_in(root: Path) -> list[str]:
    """The folders beside INBOX, in order of name."""
    return sorted(
        "/".join(unquote(part) for part in entry.name[1:].split("."))
        for entry in root.iterdir()
        if entry.name.startswith(".") and (entry / "cur").is_dir()
    )
