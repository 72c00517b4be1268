"""Subjects tell a bystander nothing: the words they may not hold (R 7.2, rule 2)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from mailer.model.errors import BadTemplate, Flaw

_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}|\{%[^%]*%\}")


@dataclass(frozen=True, slots=True)
class Neutral:
    """The deny-list; matches whole words in any case, a space or hyphen in a word matches either."""

    words: tuple[str, ...]
    pattern: re.Pattern[str] | None

    def breach(self, text: str) -> str:
        """The first word of `text` that gives the program away, or the empty string."""
        found = self.pattern.search(text) if self.pattern else None
        return found[0] if found else ""

    def breach_in_source(self, subject: str) -> str:
        """As `breach`, for the fixed words of a subject with placeholders."""
        return self.breach(_PLACEHOLDER.sub(" ", subject))


def compile_neutral(source: str, file: str) -> Neutral:
    """Reads neutral.toml (`words = […]`); raises BadTemplate."""
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise BadTemplate(Flaw(file, 0, f"not readable: {error}", 'write words = ["…", "…"]')) from None
    words = table.get("words", [])
    if set(table) - {"words"} or not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
        raise BadTemplate(Flaw(file, 1, "there is more or less here than a list of words", 'write words = ["…", "…"]'))
    if not words:
        return Neutral((), None)
    choices = (re.escape(word.strip()).replace(r"\ ", "[ -]").replace(r"\-", "[ -]") for word in words)
    return Neutral(tuple(words), re.compile(rf"\b(?:{'|'.join(choices)})\b", re.IGNORECASE))
