"""Choices of our own letter that come back as the letter wrote them: "NOT NOW: not at the moment"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mailer.wire.commands_phrases import holds_back, tokens_of

Offered = Mapping[str, tuple[str, ...]]  # an answer that a letter offers -> how what it says of it begins, in small letters

_CHOICE = re.compile(r"[ \t]{0,8}(?:[-*•–][ \t]{1,3})?([A-Z][A-Z ]{0,24}(?: \d{1,3})?)(?: ?\([^()\n]{1,40}\))?:[ \t]+(\S.*)")
_LEAST = 6  # letters of an explanation that tell it from a remark of one's own


def copied(line: str, offered: Offered) -> str:
    """The answer that a line copies, word and explanation, out of the letter it replies to; "" where it is none of `offered`.

    A line may hold a part of the explanation, cut where the letter's own line ended. What was written anew behind it may take
    the word back ("CONFIRM: it ends, but not before Friday"): then nothing is read.
    """
    found = _CHOICE.match(line)
    if found is None or found[1] not in offered:
        return ""
    said = " ".join(found[2].split()).casefold()
    for meaning in offered[found[1]]:
        if len(said) >= _LEAST and meaning.startswith(said):
            return found[1]
        if said.startswith(meaning) and not holds_back(tokens_of(said[len(meaning) :])):
            return found[1]
    return ""


def may_copy(text: str, offered: Offered) -> bool:
    """Whether a text may hold such a line."""
    return ":" in text and any(f"{word}:" in text or f"{word} (" in text for word in offered)
