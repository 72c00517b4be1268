"""Somebody who would rather stop and says so in plain words: an admin's phrases, which only lead to a question (words.toml)."""

from __future__ import annotations

from mailer.model.program import Vocabulary
from mailer.wire.safety import Phrases, compile_phrases

_LONGEST = 1500  # characters; a longer mail is a report, and a person reads it anyway

# Compiled lists by identity of their vocabulary, which lives until an admin edits a file.
_COMPILED: dict[int, tuple[Vocabulary, Phrases]] = {}


def would_rather_stop(own_text: str, vocabulary: Vocabulary) -> bool:
    """Whether one of the phrases stands in a person's own words; the caller hands in nothing quoted and no signature."""
    if not vocabulary.parting or len(own_text) > _LONGEST:
        return False
    kept = _COMPILED.get(id(vocabulary))
    if kept is None or kept[0] is not vocabulary:
        if len(_COMPILED) >= 8:
            _COMPILED.clear()
        kept = vocabulary, compile_phrases(vocabulary.parting)
        _COMPILED[id(vocabulary)] = kept
    return bool(kept[1].spans(own_text))
