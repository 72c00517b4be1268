"""Who may read what of whom, as values: the clauses of disclose.toml, the consents they may ask for, and a verdict."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

# All that can be told of a person. What is not in this list reaches no letter.
FIELDS = (
    *("name", "first_name", "email", "phone", "ref"),
    *("certification", "certified_until", "years", "topics", "region", "setting", "field"),
)

# Beside the facts of a letter: what it tells of whom, as [person, role of the reader, role of the person, fields].
TOLD = "_told"

# In which roles people read and are read about; "inbox" is the program's own mailbox.
ROLES = (
    *("mentor", "mentee", "coordinator", "mwoc", "staff", "admin", "inbox"),
    *("clinical_coordinator", "participant", "specialist", "trainer", "applicant"),
    "anybody",  # whoever knows the program: of what a person has agreed to publish
    *("willing", "asker"),  # who would talk about having a mentor, and who would like to hear of it
    *("team", "member"),  # all who have agreed to be a team, and each of them
)


class Needs(StrEnum):
    """The consent a clause asks for besides itself."""

    NOTHING = ""
    RELEASE = "release"  # a signed release of the person for this very reader, in force at that moment
    PUBLISHED = "published"  # the person has put this field among those to be shown


class Grant(Protocol):
    """A release of information: what one person lets one other know, and when it may be relied on."""

    @property
    def giver_id(self) -> int: ...

    @property
    def recipient_id(self) -> int: ...

    @property
    def fields(self) -> Collection[str]: ...

    @property
    def purpose(self) -> str: ...

    def good_on(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True)
class Clause:
    """One permission: a reader in a role may read these fields of a person in a role."""

    reader: str
    about: str
    fields: tuple[str, ...]
    letter: str = ""  # only in this letter; "": in any
    needs: Needs = Needs.NOTHING
    purpose: str = ""  # what the release must be for; "": whatever it is for
    within: str = ""  # policy key whose fields limit it further
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        only = f" in {self.letter}" if self.letter else ""
        return f"{self.file}:{self.line} ({self.reader} about {self.about}{only})"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """All clauses of a program; what none of them allows is not told to anybody."""

    clauses: tuple[Clause, ...] = ()
    _found: dict[tuple[str, str, str], tuple[Clause, ...]] = field(default_factory=dict, repr=False, compare=False)

    def for_reader(self, reader: str, about: str, letter: str) -> tuple[Clause, ...]:
        """The clauses that can allow this reader something of such a person in that letter."""
        key = (reader, about, letter)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = tuple(
                clause
                for clause in self.clauses
                if clause.reader == reader and clause.about == about and clause.letter in ("", letter)
            )
        return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a field may be told, and the rule that says so; the rule names roles, fields and places, never a person."""

    allowed: bool
    rule: str
