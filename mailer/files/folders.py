"""Takes a folder of editable text files into memory at one go, so that what is checked is what is used."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mailer.model.errors import Bad, Flaw

LARGEST = 1_000_000  # bytes; a template or rule file beyond this is a mistake, and would hold up every reload


@dataclass(frozen=True, slots=True)
class Source:
    """One file as it was read."""

    name: str  # file name: "check_in.md"
    file: str  # path for complaints, as somebody would write it who stands here
    text: str
    folder: str = ""  # last part of its folder: "m2m"


def from_here(place: Path) -> str:
    """A path as somebody would write it who works in this folder: relative where it lies below."""
    here = os.getcwd() + os.sep
    return str(place).removeprefix(here)


def read_folder(folder: Path, suffixes: Iterable[str], error: type[Bad]) -> tuple[Source, ...]:
    """The folder's files of these suffixes in order of their names; none where there is no folder.

    Hidden files and editors' leavings (`.x`, `x~`, `#x#`) are left out. Raises `error` for what cannot be read.
    """
    wanted = tuple(suffixes)
    found: list[Source] = []
    flaws: list[Flaw] = []
    for place in sorted(folder.iterdir()) if folder.is_dir() else ():
        if place.suffix not in wanted or place.name.startswith((".", "#")) or not place.is_file():
            continue
        try:
            raw = place.read_bytes()
            text = raw.decode("utf-8-sig")
        except FileNotFoundError:
            continue  # removed, or replaced by an editor, while we looked: the next look will tell
        except UnicodeDecodeError as trouble:
            line = trouble.object.count(b"\n", 0, trouble.start) + 1
            flaws.append(Flaw(from_here(place), line, "this is no UTF-8 text", "save the file as UTF-8"))
            continue
        except OSError:
            flaws.append(Flaw(from_here(place), 0, "it cannot be read", "give this user the right to read it"))
            continue
        if len(raw) > LARGEST:
            flaws.append(Flaw(from_here(place), 0, f"it has {len(raw)} bytes", f"{LARGEST} are the most"))
            continue
        found.append(Source(place.name, from_here(place), text.replace("\r\n", "\n"), folder.name))
    if flaws:
        raise error(*flaws)
    return tuple(found)


def digest_of(sources: Iterable[Source], *further: str) -> str:
    """SHA-256 over names and texts, so that a renamed file is another version too."""
    sha = hashlib.sha256()
    for part in (*(word for source in sources for word in (f"{source.folder}/{source.name}", source.text)), *further):
        raw = part.encode()
        sha.update(len(raw).to_bytes(8, "big") + raw)
    return sha.hexdigest()
