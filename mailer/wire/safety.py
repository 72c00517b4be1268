"""Finds safety words in a person's own words: an admin's phrases with exceptions, matched word by word in linear time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from mailer.model.program import Vocabulary

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_PHRASE_WORD = re.compile(r"\*?[^\W_]+(?:'[^\W_]+)*\*?|\*")
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})
_GAP = 2  # words that a lone "*" inside a phrase may stand for
_STEM = 3  # letters by which open-ended first words are looked up
# Scripts written without spaces between words; there a phrase is looked for in the running text.
_RUNNING = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases compiled once. `word*` stands for any ending, a lone `*` for up to two words."""

    exact: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]
    open: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]]  # by the first letters of an open-ended first word
    running: tuple[str, ...]

    def spans(self, text: str) -> tuple[tuple[str, int, int], ...]:
        """Every phrase that stands in the text, with the range of words it takes, in reading order."""
        folded = fold(text)
        words = _WORD.findall(folded)
        found: list[tuple[str, int, int]] = []
        for at, word in enumerate(words):
            for name, parts in self.exact.get(word, ()):
                end = _ends(parts, words, at)
                if end:
                    found.append((name, at, end))
            for name, parts in self.open.get(word[:_STEM], ()):
                end = _ends(parts, words, at)
                if end:
                    found.append((name, at, end))
        for phrase in self.running:
            if phrase in folded:
                found.append((phrase, 0, len(words) + 1))
        return tuple(found)

    def find(self, text: str) -> tuple[str, ...]:
        """The phrases that stand in the text, each once."""
        return tuple(dict.fromkeys(name for name, _, _ in self.spans(text)))


def fold(text: str) -> str:
    """Text for comparing: compatible forms, folded case, straight apostrophes."""
    return unicodedata.normalize("NFKC", text).translate(_STRAIGHT).casefold()


def _fits(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def _ends(parts: tuple[str, ...], words: list[str], at: int) -> int:
    """Index behind the phrase that begins at word `at`; 0 where it does not stand there."""
    places = [at]
    for index, part in enumerate(parts):
        if part == "*":
            places = sorted({place + step for place in places for step in range(_GAP + 1)})
            continue
        places = [place + 1 for place in places if place < len(words) and _fits(part, words[place])]
        if not places:
            return 0
        if index == len(parts) - 1:
            break
    return min(places) if places else 0


def compile_phrases(phrases: tuple[str, ...]) -> Phrases:
    """Phrases ready to be looked for; empty ones and lone stars are passed over."""
    exact: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    opened: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    running: list[str] = []
    for phrase in phrases:
        if _RUNNING.search(phrase):
            running.append(fold(phrase).strip())
            continue
        parts = tuple(_PHRASE_WORD.findall(fold(phrase)))
        while parts and parts[0] == "*":
            parts = parts[1:]
        if not parts:
            continue
        if parts[0].endswith("*"):
            opened.setdefault(parts[0].rstrip("*")[:_STEM], []).append((phrase, parts))
        else:
            exact.setdefault(parts[0], []).append((phrase, parts))
    return Phrases(
        {key: tuple(rows) for key, rows in exact.items()},
        {key: tuple(rows) for key, rows in opened.items()},
        tuple(running),
    )


# Compiled lists by identity of their vocabulary, which lives until an admin edits a file.
_COMPILED: dict[int, tuple[Vocabulary, Phrases, Phrases]] = {}


def find(new_text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The safety phrases of the vocabulary that stand in `new_text` and lie in none of its exceptions (REQUIREMENTS.md 4.1).

    The caller hands in the sender's own words only: nothing quoted, no signature, no footer.
    """
    kept = _COMPILED.get(id(vocabulary))
    if kept is None or kept[0] is not vocabulary:
        if len(_COMPILED) >= 8:
            _COMPILED.clear()
        kept = vocabulary, compile_phrases(vocabulary.safety), compile_phrases(vocabulary.safety_except)
        _COMPILED[id(vocabulary)] = kept
    hits = kept[1].spans(new_text)
    if not hits:
        return ()
    excused = kept[2].spans(new_text)
    ends: dict[int, int] = {}
    for _, start, end in excused:
        ends[start] = max(end, ends.get(start, 0))
    left: dict[str, None] = {}
    reach = sorted(ends.items())
    at = 0
    furthest = 0
    for name, start, end in sorted(hits, key=lambda hit: hit[1]):
        while at < len(reach) and reach[at][0] <= start:
            furthest = max(furthest, reach[at][1])
            at += 1
        if end > furthest:
            left[name] = None
    return tuple(left)
