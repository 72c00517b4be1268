"""Reads templates/email: the letters of a profile, those of common/ where it has none of its own, and what all letters share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailer.files.folders import Source, digest_of, from_here, read_folder
from mailer.model.errors import BadTemplate, Flaw

SHARED = ("layout.html", "footer.md", "neutral.toml", "notes.toml", "wording.toml")
_SUFFIXES = (".md", ".html", ".toml")


@dataclass(frozen=True, slots=True)
class LetterFolder:
    """The texts of one profile, read at one go."""

    letters: Mapping[str, Source]  # letter name -> its source
    shared: Mapping[str, Source]  # file name in SHARED -> its source
    digest: str  # over all of them

    def text(self, name: str) -> str:
        """The text of a shared file, "" where there is none."""
        source = self.shared.get(name)
        return source.text if source else ""


def read_letter_folder(folder: Path, profile: str) -> LetterFolder:
    """Everything in `folder`/common and `folder`/`profile`, the profile's file before the common one of the same name.

    Raises BadTemplate if a file cannot be read or a shared one is missing.
    """
    if not folder.is_dir():
        raise BadTemplate(Flaw(from_here(folder), 0, "there is no such folder", "see `templates` in the settings"))
    sources = {source.name: source for source in read_folder(folder / "common", _SUFFIXES, BadTemplate)}
    sources |= {source.name: source for source in read_folder(folder / profile, _SUFFIXES, BadTemplate)}
    missing = [name for name in SHARED if name not in sources]
    if missing:
        raise BadTemplate(
            *(Flaw(from_here(folder / "common" / name), 0, "this file is missing", "every letter needs it") for name in missing)
        )
    letters = {name.removesuffix(".md"): source for name, source in sources.items() if name.endswith(".md") and name not in SHARED}
    shared = {name: sources[name] for name in SHARED}
    return LetterFolder(letters, shared, digest_of(sources[name] for name in sorted(sources)))
