"""Finds safety words in a person's own words: an admin's phrases with exceptions, matched word by word in linear time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from mailer.model.program import Vocabulary

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_PHRASE_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*\*?|\*")
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})
_GAP = 2  # words that a lone "*" inside a phrase may stand for
_LONGEST = 12  # words of a phrase
# ASCII with a blank for all that is in no word: `split` then finds the words five times as fast as a pattern.
_BLANKED = "".join(chr(code) if chr(code).isalnum() or code == 39 else " " for code in range(128))
# Scripts written without spaces between words; there a phrase is looked for in the running text.
_RUNNING = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(slots=True)
class _Node:
    """A place in the tree of phrases; built once by `compile_phrases` and only read afterwards."""

    exact: dict[str, _Node] = field(default_factory=dict)
    open: dict[str, list[tuple[str, _Node]]] = field(default_factory=dict)  # by first letter: (stem, what follows)
    gap: _Node | None = None
    name: str = ""  # the phrase that ends here

    def after(self, part: str) -> _Node:
        """The node behind one part of a phrase, made where it is missing."""
        if part == "*":
            self.gap = self.gap or _Node()
            return self.gap
        if not part.endswith("*"):
            return self.exact.setdefault(part, _Node())
        stem = part[:-1]
        rows = self.open.setdefault(stem[:1], [])
        for known, node in rows:
            if known == stem:
                return node
        rows.append((stem, _Node()))
        return rows[-1][1]


_Needed = tuple[frozenset[str], tuple[str, ...]]  # the whole words of a phrase, and its stems


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases compiled once. `word*` stands for any ending, a lone `*` for up to two words."""

    root: _Node
    running: tuple[str, ...]
    anchors: frozenset[str]  # the keys of `needed`
    needed: Mapping[str, tuple[_Needed, ...]]  # the longest word of a phrase -> all that it needs
    stems: tuple[str, ...]  # the longest stem of each phrase that has no whole word

    def _may_hold(self, folded: str, there: frozenset[str]) -> bool:
        """Whether all words of any phrase are there: most mail holds none, and is passed over for it."""
        for word in there & self.anchors:
            for whole, stems in self.needed[word]:
                if whole <= there and all(stem in folded for stem in stems):
                    return True
        return any(map(folded.__contains__, self.stems))

    def spans(self, text: str) -> tuple[tuple[str, int, int], ...]:
        """Every phrase that stands in the text, with the range of words it takes, in reading order."""
        folded, words, there = _taken_apart(text)
        if not self._may_hold(folded, there):
            return tuple([(phrase, 0, len(words) + 1) for phrase in self.running if phrase in folded])
        found: list[tuple[str, int, int]] = []
        exact, opened = self.root.exact, self.root.open
        last = len(words) - 1
        for at, word in enumerate(words):
            if word[0] in opened:
                _walk(self.root, words, at, at, found)
                continue
            node = exact.get(word)
            # Most first words of phrases are "I" and "not": look whether the second fits before walking.
            if node is not None and (
                node.name or node.gap is not None or (at < last and (words[at + 1] in node.exact or words[at + 1][0] in node.open))
            ):
                _walk(node, words, at, at + 1, found)
        for phrase in self.running:
            if phrase in folded:
                found.append((phrase, 0, len(words) + 1))
        return tuple(found)

    def find(self, text: str) -> tuple[str, ...]:
        """The phrases that stand in the text, each once."""
        return tuple(dict.fromkeys(name for name, _, _ in self.spans(text)))


def _walk(node: _Node, words: list[str], first: int, at: int, found: list[tuple[str, int, int]]) -> None:
    """Every phrase below `node` that goes on at word `at`; as deep as the longest phrase, which admins keep short."""
    if node.name:
        found.append((node.name, first, at))
    if node.gap is not None:
        for step in range(_GAP + 1):
            _walk(node.gap, words, first, at + step, found)
    if at >= len(words):
        return
    word = words[at]
    further = node.exact.get(word)
    if further is not None:
        _walk(further, words, first, at + 1, found)
    for stem, further in node.open.get(word[0], ()):
        if word.startswith(stem):
            _walk(further, words, first, at + 1, found)


def fold(text: str) -> str:
    """Text for comparing: compatible forms, folded case, straight apostrophes."""
    if text.isascii():
        return text.replace("`", "'").lower()
    return unicodedata.normalize("NFKC", text).translate(_STRAIGHT).casefold()


def _words(folded: str) -> list[str]:
    """The words of a folded text, in order."""
    if not folded.isascii():
        return _WORD.findall(folded)
    blanked = f" {folded.translate(_BLANKED)} "
    if "'" in blanked and (" '" in blanked or "' " in blanked or "''" in blanked):  # a quotation mark, not an apostrophe
        return _WORD.findall(folded)
    return blanked.split()


@lru_cache(maxsize=4)  # several lists of phrases are looked for in the same text, one after the other
def _taken_apart(text: str) -> tuple[str, list[str], frozenset[str]]:
    """The folded text, its words in order, and each of them once."""
    folded = fold(text)
    words = _words(folded)
    return folded, words, frozenset(words)


def compile_phrases(phrases: tuple[str, ...]) -> Phrases:
    """Phrases ready to be looked for; empty ones and lone stars are passed over."""
    root = _Node()
    running: list[str] = []
    needed: dict[str, set[_Needed]] = {}
    stems: set[str] = set()
    for phrase in phrases:
        if _RUNNING.search(phrase):
            running.append(fold(phrase).strip())
            continue
        parts = _PHRASE_WORD.findall(fold(phrase))
        while parts and parts[0] == "*":
            del parts[0]
        while parts and parts[-1] == "*":
            del parts[-1]
        node = root
        for part in parts[:_LONGEST]:
            node = node.after(part)
        if parts:
            node.name = node.name or phrase
            whole = frozenset(part for part in parts[:_LONGEST] if not part.endswith("*"))
            open_ends = tuple(part[:-1] for part in parts[:_LONGEST] if part.endswith("*") and len(part) > 1)
            if whole:
                needed.setdefault(max(sorted(whole), key=len), set()).add((whole, open_ends))
            else:
                stems.add(max(open_ends, key=len))
    return Phrases(
        root,
        tuple(running),
        frozenset(needed),
        {word: tuple(rests) for word, rests in needed.items()},
        tuple(sorted(stem for stem in stems if not any(other != stem and other in stem for other in stems))),
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
