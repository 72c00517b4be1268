"""Notices, cheaply, that editable files have changed: times and sizes at each look, contents only when those differ."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

_Stamp = tuple[int, int, int]  # modified (ns), size, inode


class Watch:
    """Watches files and whole folders.

    A change is told once it has held still from one look to the next: an editor that is still writing, or a copy of many
    files that is half done, is not taken up. What was told once, good or bad, is not told again until it changes.
    """

    def __init__(self, *places: Path) -> None:
        self._places = places
        self._seen = self._stamps()
        self._told = self._digest()
        self._moving = False

    @property
    def digest(self) -> str:
        """Of the contents last told (at first: of those found)."""
        return self._told

    def look(self) -> bool:
        """Whether the contents have changed since they were last told, and have come to rest."""
        stamps = self._stamps()
        if stamps != self._seen:
            self._seen = stamps
            self._moving = True
            return False
        if not self._moving:
            return False
        self._moving = False
        digest = self._digest()
        if digest == self._told:
            return False
        self._told = digest
        return True

    def _stamps(self) -> dict[str, _Stamp]:
        found: dict[str, _Stamp] = {}
        for path in self._files():
            try:
                stat = os.stat(path)
            except OSError:
                continue  # replaced just now: the missing stamp is itself a change
            found[path] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        return found

    def _digest(self) -> str:
        sha = hashlib.sha256()
        for path in sorted(self._files()):
            try:
                raw = Path(path).read_bytes()
            except OSError:
                continue
            sha.update(f"{path}\0{len(raw)}\0".encode() + raw)
        return sha.hexdigest()

    def _files(self) -> Iterator[str]:
        for place in self._places:
            if place.is_file():
                yield str(place)
                continue
            for folder, folders, names in os.walk(place):
                folders[:] = [name for name in folders if not name.startswith(".")]
                yield from (
                    os.path.join(folder, name) for name in names if not name.startswith((".", "#")) and not name.endswith("~")
                )
