"""A program's book: everything its admins wrote, read and compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailer.letters.notes import Notes
from mailer.letters.template import LetterTemplate
from mailer.model.program import Program, Rulebook


@dataclass(frozen=True, slots=True)
class Book:
    """Everything admins wrote for one program, compiled; replaced whole when a file changes."""

    rules: Rulebook
    letters: Mapping[str, LetterTemplate]
    notes: Notes
    sources: Mapping[str, str]  # template digest -> JSON of what it was compiled from
    digest: str
    files: Mapping[str, str] = field(default_factory=dict)  # all of it as it was read: "inbox_rules/m2m/policy.toml" -> its text

    @property
    def program(self) -> Program:
        return self.rules.program

    @property
    def everyday(self) -> frozenset[str]:
        return self.rules.everyday

    @property
    def consents(self) -> bool:
        """Whether people of this program are told of each other by signed releases only."""
        return "roi.max_days" in self.rules.policy.values
