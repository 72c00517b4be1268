"""Errors by whose fault they are: somebody wrote something unreadable, or the other server did something."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in something a person wrote: `file:line: what — what to do`."""

    file: str
    line: int  # 1-based; 0 where the whole file is meant
    what: str
    advice: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what} — {self.advice}" if self.advice else f"{place}: {self.what}"


class Bad(Exception):
    """Somebody wrote something unreadable; carries every flaw found, so that all can be mended at once."""

    def __init__(self, *flaws: Flaw) -> None:
        super().__init__("\n".join(str(flaw) for flaw in flaws))
        self.flaws = flaws


class Unreadable(Bad):
    """A file that somebody named cannot be opened."""

    def __init__(self, file: str, trouble: OSError, advice: str) -> None:
        match trouble:
            case FileNotFoundError():
                what = "there is no such file"
            case IsADirectoryError():
                what = "this is a folder"
            case PermissionError():
                what = "this user may not read it"
            case _:
                what = f"it cannot be read ({trouble.strerror or trouble})"
        super().__init__(Flaw(file, 0, what, advice))


class BadSettings(Bad):
    """settings.toml cannot be used."""


class BadRules(Bad):
    """A file in inbox_rules/ cannot be used."""


class BadTemplate(Bad):
    """A letter's template cannot be used."""


class BadRoster(Bad):
    """A roster cannot be imported."""


class BadStory(Bad):
    """A rehearsal cannot be lived."""
