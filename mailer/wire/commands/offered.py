"""Choices of our own letter that come back as the letter wrote them: "NOT NOW: not at the moment"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mailer.wire.commands.phrases import holds_back, tokens_of

Offered = Mapping[str, tuple[str, ...]]  # an answer that a letter offers -> how what it says of it begins, in small letters

_CHOICE = re.compile(r"[ \t]{0,8}(?:[-*•–][ \t]{1,3})?([A-Z][A-Z ]{0,24}(?: \d{1,3})?)(?: ?\([^()\n]{1,40}\))?:[ \t]+(\S.*)")
_LEAST = 6  # letters of an explanation that tell it from a remark of one's own
_LEAST_WORDS = 3  # of an explanation that stands alone
_REMARKS = frozenset({"OK"})  # what only says that all is well needs no word
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def copied(line: str, offered: Offered) -> str:
    """The answer that a line copies out of the letter it replies to, word and explanation or the whole explanation alone.

    "" where it is none of `offered`.

    A line may hold a part of the explanation, cut where the letter's own line ended. What was written anew behind it may take
    the word back ("CONFIRM: it ends, but not before Friday"): then nothing is read.
    """
    found = _CHOICE.match(line)
    if found is None or found[1] not in offered:
        return _said_back(line, offered)
    said = " ".join(found[2].split()).casefold()
    for meaning in offered[found[1]]:
        if len(said) >= _LEAST and meaning.startswith(said):
            return found[1]
        if said.startswith(meaning) and not holds_back(tokens_of(said[len(meaning) :])):
            return found[1]
    return ""


def _said_back(line: str, offered: Offered) -> str:
    """ "Yes, that is it.": the one answer of which a letter says just this; short remarks ("all is well") are words like others."""
    said = _plain(line)
    if said.count(" ") < _LEAST_WORDS - 1:
        return ""
    found = [word for word, meanings in offered.items() if word not in _REMARKS and any(_plain(item) == said for item in meanings)]
    return found[0] if len(found) == 1 else ""


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def may_copy(text: str, offered: Offered) -> bool:
    """Whether a text may hold such a line."""
    said = f" {_plain(text)} "
    if any(f" {_plain(item)} " in said for meanings in offered.values() for item in meanings):
        return True
    return ":" in text and any(f"{word}:" in text or f"{word} (" in text for word in offered)
