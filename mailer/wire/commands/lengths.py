"""Lengths of time as people write them: "3 weeks", "about two months", "10d"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailer.wire.commands.phrases import Token
from mailer.wire.words import listed

_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "zero",
            "one a an ein eine einen un una une uno",
            "two couple zwei dos deux",
            "three few drei tres trois",
            "four vier cuatro quatre",
            "five fünf cinco cinq",
            "six sechs seis",
            "seven sieben siete sept",
            "eight acht ocho huit",
            "nine neun nueve neuf",
            "ten zehn diez dix",
            "eleven",
            "twelve",
        )
    )
    for word in words.split()
}
_UNITS = {
    word: days
    for words, days in (
        ("day days d tag tage tagen día días dia dias jour jours", 1),
        ("week weeks w wk wks woche wochen semana semanas semaine semaines", 7),
        ("fortnight", 14),
        ("month months mo monat monate monaten mes meses mois", 30),
        ("year years", 365),
    )
    for word in words.split()
}
_BEFORE_LENGTH = listed(
    "for about another approximately circa ca around nearly almost over more than some the last past it at least of in"
)
FIRST_WORDS = _BEFORE_LENGTH.union(_NUMBERS)  # a length of time begins with one of these, or with a digit
_JOINED = re.compile(r"(\d{1,4})-?(d|day|days|w|wk|week|weeks|month|months)", re.IGNORECASE)


def may_be_length(first: str, line: str) -> bool:
    """Whether a line that begins with this word can be a length of time: "3 weeks", "about a month"."""
    if not (first[:1].isdigit() or first in _NUMBERS or first in _BEFORE_LENGTH):
        return False
    return any(word.strip(".,;:!?").lower() in _UNITS or word[:1].isdigit() for word in line.split())


def length(tokens: Sequence[Token]) -> tuple[int, int] | None:
    """Days and tokens used of "3 weeks", "about two months", "7", "10d"; None where no length of time stands there."""
    at = 0
    while at < len(tokens) and tokens[at].core in _BEFORE_LENGTH:
        at += 1
    if at >= len(tokens):
        return None
    word = tokens[at].core
    joined = _JOINED.fullmatch(word)
    if joined:
        return int(joined.group(1)) * _UNITS[joined.group(2).lower()], at + 1
    if word.isascii() and word.isdigit() and len(word) <= 4:
        number = int(word)
    elif word in _NUMBERS:
        number = _NUMBERS[word]
    else:
        return None
    at += 1
    unit = 0
    for step in range(3):  # "a couple of weeks", "7 more days"
        if at + step < len(tokens) and tokens[at + step].core in _UNITS:
            unit = _UNITS[tokens[at + step].core]
            at += step + 1
            break
        if at + step < len(tokens) and tokens[at + step].core not in ("of", "couple", "more", "full", "working"):
            break
        if at + step < len(tokens) and tokens[at + step].core == "couple":
            number = 2
    if unit == 0:
        return (number, at) if word.isdigit() else None
    return number * unit, at
