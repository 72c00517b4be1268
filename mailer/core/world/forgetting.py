"""What in a text is somebody's: the name, addresses and numbers, and the words they wrote; taken out, so that nobody can tell.

Names become the ref. Words are known again by runs: seven in a row that somebody wrote are theirs anywhere, and so is a whole text
with a word that nothing of ours uses; beside their name three in a row are, and each such word
(docs/decisions/0064-what-stays-after-forgetting.md).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from mailer.core.world.leaks import CALENDAR, SUFFIXES, folded

GONE = "(forgotten)"
_NAME = re.compile(r"[^\W\d_]+")
_TOKEN = re.compile(r"\w+")
_ADDRESS = re.compile(r"[\w.+'%-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\+?\d[\d\s().\-/\xa0]{5,}\d")
_NOT_DIGITS = re.compile(r"\D+")
_DIGITS = 7
_ANYWHERE, _NEAR = 7, 3  # words in a row


@dataclass(frozen=True, slots=True)
class Whose:
    """Somebody as the roster knows them."""

    name: str
    phone: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traces:
    """All that leads to one person. `words` are the distinct ones they wrote, `runs` those in a row, `lines` whole lines."""

    ref: str
    names: frozenset[tuple[str, ...]]  # full names, folded
    parts: frozenset[str]  # parts of the name that are nobody else's, and no word of ours
    addresses: frozenset[str]
    numbers: frozenset[str]  # the last seven digits
    runs: frozenset[tuple[str, ...]] = frozenset()
    words: frozenset[str] = frozenset()
    lines: frozenset[tuple[str, ...]] = frozenset()

    def named_in(self, text: str) -> bool:
        """Whether a text names them, or holds an address or number of theirs."""
        return any(True for _ in self._places(text))

    def about(self, text: str) -> bool:
        """Whether a text names them, by the ref too: what stands beside it is theirs rather than anybody's."""
        return self.ref in text or self.named_in(text)

    def repeated_in(self, text: str) -> bool:
        """Whether a text repeats what they wrote, whoever wrote it and whether or not it names them."""
        return bool(self._own(text, near=False))

    def met_in(self, text: str) -> bool:
        """Whether a text names them or repeats their words."""
        return self.named_in(text) or self.repeated_in(text)

    def without(self, text: str, *, near: bool) -> str:
        """The text without them. `near`: it stands in a row that is about them."""
        text = _cut(text, self._own(text, near=near))
        found = sorted(self._places(text))
        for start, end in reversed(found):
            text = f"{text[:start]}{self.ref}{text[end:]}"
        return text

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the text names them; a name in several parts is one place."""
        taken: list[tuple[int, int]] = []
        if "@" in text:
            taken = [hit.span() for hit in _ADDRESS.finditer(text) if hit[0].lower().strip("'") in self.addresses]
            yield from taken
        if self.numbers:
            for hit in _NUMBER.finditer(text):
                if _NOT_DIGITS.sub("", hit[0])[-_DIGITS:] in self.numbers:
                    yield hit.span()
        if not self.names:
            return
        words = [(folded(hit[0]), hit.span()) for hit in _NAME.finditer(text)]
        words = [item for item in words if not any(start <= item[1][0] < end for start, end in taken)]
        at = 0
        while at < len(words):
            length = self._name_at([word for word, _ in words[at : at + 6]])
            if length:
                yield words[at][1][0], words[at + length - 1][1][1]
            at += length or 1

    def _name_at(self, words: list[str]) -> int:
        """How many of these words from the first one on are their name."""
        found = max((len(name) for name in self.names if tuple(words[: len(name)]) == name), default=0)
        while found < len(words) and words[found] in self.parts:
            found += 1
        return found

    def _own(self, text: str, *, near: bool) -> list[tuple[int, int]]:
        tokens = [(folded(hit[0]), hit.span()) for hit in _TOKEN.finditer(text)]
        said = tuple(word for word, _ in tokens)
        if said in self.lines and (near or (len(said) > 1 and not self.words.isdisjoint(said))):
            return [span for _, span in tokens]
        length = _NEAR if near else _ANYWHERE
        own = [near and word in self.words for word in said]
        for at in range(len(said) - length + 1):
            if said[at : at + length] in self.runs:
                own[at : at + length] = [True] * length
        return [span for (_, span), theirs in zip(tokens, own, strict=True) if theirs]


def traces_of(ref: str, whose: Iterable[Whose], wrote: Iterable[str], others: Iterable[str], everyday: Collection[str]) -> Traces:
    """What leads to the people of `whose` (one human, perhaps of several programs) and to what they `wrote`.

    `others` are the names of everybody else and what is known of them, `everyday` words that letters and rules use by themselves.
    """
    theirs = list(whose)
    names = {tuple(_NAME.findall(folded(person.name))) for person in theirs} - {()}
    elsewhere = {word for name in others for word in _NAME.findall(folded(name))}
    usual = set(everyday) | CALENDAR
    parts = {word for name in names for word in name if len(word) > 1} - SUFFIXES - elsewhere - usual
    names |= {name[::-1] for name in names}
    digits = {_NOT_DIGITS.sub("", person.phone) for person in theirs}
    runs: set[tuple[str, ...]] = set()
    words: set[str] = set()
    lines: set[tuple[str, ...]] = set()
    for text in wrote:
        said = tuple(folded(token) for token in _TOKEN.findall(text))
        runs.update(said[at : at + length] for length in (_NEAR, _ANYWHERE) for at in range(len(said) - length + 1))
        words.update(said)
        lines.update(tuple(folded(token) for token in _TOKEN.findall(line)) for line in text.splitlines())
    return Traces(
        ref,
        frozenset(name for name in names if len(name) > 1 or name[0] in parts),
        frozenset(parts),
        frozenset(address.lower() for person in theirs for address in person.addresses if address),
        frozenset(number[-_DIGITS:] for number in digits if len(number) >= _DIGITS),
        frozenset(runs),
        frozenset(word for word in words if len(word) > 2 and not word.isdigit() and word not in usual and word not in elsewhere),
        frozenset(lines - {()}),
    )


def _cut(text: str, places: list[tuple[int, int]]) -> str:
    """The text with these words, one after the other, replaced by one mark for each run of them."""
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and not text[joined[-1][1] : start].strip(" \t\r\n,.;:!?-"):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    for start, end in reversed(joined):
        text = f"{text[:start]}{GONE}{text[end:]}"
    return text


def texts_in(value: object) -> Iterator[str]:
    """Every text in a value of a column, names of keys too."""
    match value:
        case str():
            yield value
        case Mapping():
            for key, item in value.items():
                yield str(key)
                yield from texts_in(item)
        case list() | tuple():
            for item in value:
                yield from texts_in(item)
        case _:
            return


def cleaned(traces: Traces, value: object, *, near: bool) -> object:
    """The value of a column without them."""
    match value:
        case str():
            return traces.without(value, near=near)
        case Mapping():
            return {traces.without(str(key), near=False): cleaned(traces, item, near=near) for key, item in value.items()}
        case list() | tuple():
            return [cleaned(traces, item, near=near) for item in value]
        case _:
            return value
