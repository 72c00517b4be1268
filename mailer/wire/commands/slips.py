"""Slips of the pen: how many letters one word is away from another, and which of many words is nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


def distance(one: str, other: str, limit: int) -> int:
    """Edit distance with neighbours swapped counted as one; anything above `limit`, a small number, is `limit + 1`.

    Behind the letters that both begin with, each kind of step is tried: with one or two steps that is far less than a table.
    """
    if one == other:
        return 0
    if limit < 1 or abs(len(one) - len(other)) > limit:
        return limit + 1
    at = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        at += 1
    one, other = one[at:], other[at:]
    if not one or not other:
        return len(one) + len(other)
    if limit == 1:
        if len(one) != len(other):
            return 1 if one[1:] == other or one == other[1:] else 2
        return 1 if one[1:] == other[1:] or (one[:2] == other[1::-1] and one[2:] == other[2:]) else 2
    least = min(distance(one[1:], other[1:], limit - 1), distance(one[1:], other, limit - 1), distance(one, other[1:], limit - 1))
    if one[:2] == other[1::-1]:
        least = min(least, distance(one[2:], other[2:], limit - 1))
    return least + 1


def letters_of(word: str) -> int:
    """The letters of a word as bits; letters that share one only make two words look more alike."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def slips_in(size: int) -> int:
    """How many letters of a word of that length may be wrong."""
    return 1 if size <= 5 else 2


class Alike(NamedTuple):
    """Words that a slip of one length may be meant for."""

    rows: tuple[tuple[str, int, str], ...]  # folded, its letters, the word
    holding: Mapping[int, int]  # a letter -> the rows that have it, as bits

    @classmethod
    def of(cls, words: Sequence[tuple[str, str]]) -> Alike:
        """The words, each folded and as it is, made ready."""
        rows = tuple([(folded, letters_of(folded), word) for folded, word in words])
        held = [letters for _, letters, _ in rows]
        return cls(rows, {bit: sum(1 << at for at, letters in enumerate(held) if letters >> bit & 1) for bit in range(64)})

    def nearest(self, wanted: str) -> str:
        """The first of the words nearest to `wanted`, which is none of them; empty where none is near.

        Every letter that only one of two words has costs a step. Which rows lack one, two, three of the letters of `wanted`
        is found for all rows at once, as few are left to be measured then.
        """
        limit = slips_in(len(wanted))
        every = (1 << len(self.rows)) - 1
        once = twice = thrice = 0
        for letter in {ord(letter) & 63 for letter in wanted}:
            without = every & ~self.holding[letter]
            thrice |= twice & without
            twice |= once & without
            once |= without
        left = every & ~(thrice if limit == 2 else twice)
        mine = letters_of(wanted)
        best, least = "", limit + 1
        while left:
            lowest = left & -left
            left ^= lowest
            phrase, letters, word = self.rows[lowest.bit_length() - 1]
            longer = len(wanted) - len(phrase)  # letters that are too many are steps already
            if (letters & ~mine).bit_count() <= limit - max(longer, 0) and (mine & ~letters).bit_count() <= limit + min(longer, 0):
                steps = distance(wanted, phrase, limit)
                if 0 < steps < least:
                    best, least = word, steps
        return best
