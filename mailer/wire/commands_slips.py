"""Slips of the pen: how many letters one word is away from another."""

from __future__ import annotations


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
