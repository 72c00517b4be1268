"""What the preview shows at one moment: every page by its name, and the step to the next moment when a file was saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from mailer.files.settings import Settings
from mailer.files.values import nearest
from mailer.model.errors import Bad, BadSettings, Flaw
from mailer.model.program import Program
from mailer.modes.preview.page import LOOKS, address, alone, page
from mailer.modes.preview.shelf import Entry, entries_of, sample_program
from mailer.steps.bookshelf import open_book

_FIXED = {"page.css": "text/css", "page.js": "text/javascript"}  # beside this file; the same in every edition
_INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class Found:
    """What stands under a name. `alone`: a letter by itself, for its frame; `there`: whether there is what was asked for."""

    type: str
    text: str
    alone: bool = False
    there: bool = True


@dataclass(frozen=True, slots=True)
class Edition:
    """The letters of the chosen programs as they could last be used, and what is wrong with the files now."""

    programs: tuple[Program, ...]
    shelves: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)  # program key -> its letters in order
    flaws: tuple[Flaw, ...] = ()
    number: int = 0

    def page_of(self, letter: str) -> str:
        """The name of a letter's page, of the first program that has it. Raises BadSettings where none has."""
        for shelf in self.shelves.values():
            for entry in shelf:
                if entry.name == letter:
                    return address(entry)
        known = {entry.name for shelf in self.shelves.values() for entry in shelf}
        raise BadSettings(Flaw("--letter", 0, f"there is no letter {letter!r}", nearest(letter, known, "check_in")))

    def find(self, name: str, mark: str = "") -> Found:
        """What stands under a name such as "m2m.check_in.2.html"; `mark` tells this edition to the page's script.

        Names are looked up among the letters that were read, never on the disk.
        """
        if name in _FIXED:
            return Found(_FIXED[name], files(__package__).joinpath(name).read_text(encoding="utf-8"))
        key, _, rest = name.removesuffix(".html").partition(".") if name.endswith(".html") else ("", "", "")
        if name == _INDEX:
            key = next((key for key, shelf in self.shelves.items() if shelf), self.programs[0].key)
        if key not in self.shelves:
            home = self.shelves[self.programs[0].key]
            return Found("text/html", page(self.programs, home, self.flaws, mark, None, 0), there=False)
        shelf = self.shelves[key]
        entry, number, look = _place(shelf, rest) if rest else (next(iter(shelf), None), 0, "")
        if entry is not None and look:
            return Found("text/html", alone(entry.samples[number].html, look), alone=True)
        there = entry is not None or not rest
        return Found("text/html", page(self.programs, shelf, self.flaws, mark, entry, number), there=there)

    def everything(self) -> Iterator[tuple[str, str]]:
        """Every page with its name, as files that need no server."""
        entries = [entry for shelf in self.shelves.values() for entry in shelf]
        names = ["page.css", _INDEX, *(f"{program.key}.html" for program in self.programs)]
        for entry in entries:
            for number in range(len(entry.samples)):
                names += [address(entry, number), *(address(entry, number, look) for look in LOOKS)]
        yield from ((name, self.find(name).text) for name in names)


def _place(shelf: Sequence[Entry], rest: str) -> tuple[Entry | None, int, str]:
    """ "check_in.2.dark" -> the letter, the number of the sample, the look; no letter where there is nothing of that name."""
    letters = {entry.name: entry for entry in shelf}
    look = next((look for look in LOOKS if rest.endswith(f".{look}")), "")
    rest = rest.removesuffix(f".{look}") if look else rest
    if rest in letters:
        return letters[rest], 0, look
    name, _, number = rest.rpartition(".")
    if name in letters and number.isascii() and number.isdecimal() and len(number) < 4:
        # A sample that an edit has taken away: the letter itself is still what one wants to see.
        return letters[name], int(number) if int(number) < len(letters[name].samples) else 0, look
    return None, 0, ""


def read_edition(settings: Settings, programs: tuple[Program, ...], before: Edition | None = None) -> Edition:
    """Reads the files anew; a program whose files cannot be used stays as it was `before`."""
    shelves: dict[str, tuple[Entry, ...]] = {}
    flaws: dict[Flaw, None] = {}
    for program in programs:
        shelves[program.key] = before.shelves[program.key] if before else ()
        try:
            shelves[program.key] = entries_of(open_book(program, settings.rules, settings.templates), shelves[program.key])
        except Bad as bad:
            flaws.update(dict.fromkeys(bad.flaws))
    return Edition(programs, shelves, tuple(flaws), before.number + 1 if before else 0)


def programs_of(settings: Settings, key: str, profile: str) -> tuple[Program, ...]:
    """The programs to look at: the one of that key, those of a profile (or a sample one), else all. Raises BadSettings."""
    if key and key not in settings.keys:
        raise BadSettings(Flaw(settings.file, 0, f"there is no program {key!r}", nearest(key, settings.keys)))
    if key:
        return (settings.program(key),)
    if not profile:
        return settings.programs
    known = {place.name for place in settings.templates.iterdir() if (settings.rules / place.name).is_dir()} - {"common"}
    if profile not in known:
        raise BadSettings(Flaw(str(settings.templates), 0, f"there is no profile {profile!r}", nearest(profile, known)))
    return tuple(one for one in settings.programs if one.profile == profile) or (sample_program(profile),)
