"""Writes the many ways to number an answer as "1: …", so that one reader understands them: "1st -", "ii.", "[3]", "4️⃣"."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache

_SPELT = {
    word: str(number)
    for number, words in enumerate(
        (
            ("one", "first", "firstly"),
            ("two", "second", "secondly"),
            ("three", "third", "thirdly"),
            ("four", "fourth"),
            ("five", "fifth"),
            ("six", "sixth"),
            ("seven", "seventh"),
            ("eight", "eighth"),
            ("nine", "ninth"),
            ("ten", "tenth"),
        ),
        1,
    )
    for word in words
}
_WORDS = "|".join(_SPELT)
# The last word in front of a number: "Question #1", "Answer to 1", "On 1".
_NAMED = r"(?:my\s)?(?:answers?|reply|response)(?:\s(?:to|for))?|questions?|q|frage|antwort|pregunta|respuesta|réponse"
_ASKED_WORDS = (
    "answer answers reply response question questions q frage antwort pregunta respuesta réponse to on ad for point item number"
)
_ASKED = rf"(?:{_NAMED}|to|on|ad|for|point|item|number)"
_LEAD = r"(?P<lead>\n[^\w\n#\[(-]{0,8}+)"
_HEADS = re.compile(
    rf"{_LEAD}(?=\d{{1,2}}[\ufe0f\u20e3snrt]|[\[aefimnopqrst])(?:"  # these letters alone let most lines go
    r"(?P<cap>\d{1,2})\ufe0f?\u20e3[^\S\n]*[:.)–-]?"
    rf"|{_ASKED}[^\S\n]?(?:(?:no|nr)\.?[^\S\n]?)?#?[^\S\n]?(?P<asked>\d{{1,2}})[^\S\n]?(?:[:)]|[^\S\n][-–—])(?!\d)"
    # A full stop ends a sentence as well: "on 3. October", "That is number 3."
    rf"|(?:{_NAMED})[^\S\n]?#?(?P<named>\d{{1,2}})\.(?=[^\S\n]+\S)"
    rf"|(?:{_ASKED}[^\S\n])?(?P<word>{_WORDS})(?:[^\S\n]?[:)]|[^\S\n][-–—](?=[^\S\n]))"
    r"|(?P<ordinal>\d{1,2})(?:st|nd|rd|th)(?:[^\S\n](?:question|one))?(?:[^\S\n]?[:)]|[^\S\n][-–—](?=[^\S\n]+[^\W\d]))"
    r"|[\[](?P<boxed>\d{1,2})[\]][:.]?(?=[^\S\n]+(?!https?:))"
    r")[^\S\n]*",
    re.IGNORECASE,
)
# "1 -> x", "1 → x", "1/ x", and "1.x", "1)x" with no gap: numbers that may be something else.
_LOOSE = re.compile(rf"{_LEAD}(?P<number>\d{{1,2}})(?P<mark>[^\S\n]?(?:->|→|=>)[^\S\n]*|/[^\S\n]+|[.)](?=[^\W\d_](?!\.)))")
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_ROMAN = re.compile(
    rf"{_LEAD}\(?(?:{_ASKED}[^\S\n])?(?P<roman>i{{1,3}}|iv|vi{{0,3}}|ix|x)(?:[.):]|[^\S\n][-–—])[^\S\n]+(?=\S)", re.IGNORECASE
)
_LONE = re.compile(r"\n[^\S\n]*(\d{1,2})[^\S\n]*(?=\n[^\S\n]*[^\W\d])")
_LETTERED = re.compile(r"\n[^\S\n]*[Aa](\d{1,2})[^\S\n]+(?=[^\W\d])")
_JOINT = re.compile(
    r"(?P<lead>[\s*_>•-]{0,8}(?:(?:questions?|qs?|answers?)\s?)?)(?P<first>\d{1,2})(?P<more>(?:\s?(?:,|;|and|&|\+|und|y|-|–|to)\s?#?\d{1,2}){1,5})"
    r"\s?(?:[:)]|\s[-–—](?=\s))\s*(?P<text>\S.*)",
    re.IGNORECASE,
)
_MORE = re.compile(r"(,|;|and|&|\+|und|y|-|–|to)\s?#?(\d{1,2})", re.IGNORECASE)
_LONGEST = 2000  # characters of a line that answers several questions
_LINE_HEAD = re.compile(r"\n[^\w\n]*+(?=\w)([^\W\d_]*+)")
_ALIKE = str.maketrans("ſıİ", "sii")  # what IGNORECASE takes for one letter, and `lower` does not
# The first words of lines that the patterns above can change.
_CHANGED = frozenset(
    (*("", "a", "my", *_SPELT, *_ROMANS[1:]), *(f"{word}{more}" for word in _ASKED_WORDS.split() for more in ("", "no", "nr"))),
)


@lru_cache(maxsize=4)  # several readers ask about the same text, one after the other
def line_heads(text: str) -> frozenset[str]:
    """The letters that the lines of a text begin with, in lower case and without marks in front; empty for a digit.

    Looking for a word in them spares most texts a search line by line.
    """
    if not text.isascii() and any(map(text.__contains__, "ſıİ")):
        text = text.translate(_ALIKE)
    return frozenset(_LINE_HEAD.findall("\n" + text.lower()))


def evenly_numbered(text: str) -> str:
    """The text with the numbers in front of its lines written as "1: …"; the text itself where no line has any."""
    heads = line_heads(text)
    if heads.isdisjoint(_CHANGED):
        return text
    lined = "\n" + text
    done = _HEADS.sub(_plain, _arabic(lined) if "ii" in text or "II" in text or "iv" in text or "IV" in text else lined)
    if done == lined and "" not in heads and "a" not in heads:
        return text  # no line begins with a digit
    if "\n1" in done or "\n 1" in done or "1->" in done or "1 ->" in done:
        done = _LOOSE.sub(
            lambda found: f"{found['lead']}{found['number']}{found['mark'] if found['mark'] in '.)' else ' -'} ", done
        )
    for counted in (_LONE, _LETTERED):
        numbers = counted.findall(done) if counted is _LONE or "\nA1" in done or "\na1" in done else []
        if len(numbers) > 1 and numbers[0] == "1" and sorted(set(numbers), key=int) == numbers:
            done = counted.sub(r"\n\1: ", done)
    return done[1:]


def _arabic(text: str) -> str:
    """The text with lines numbered "i.", "ii)", "(iv)" written as "1: …"; it must begin with one and go on."""
    found = list(_ROMAN.finditer(text))
    numbers = [_arabic_of(hit) for hit in found]
    if len(numbers) < 2 or numbers[0] != 1 or numbers != sorted(set(numbers)):
        return text
    return _ROMAN.sub(lambda hit: f"{hit['lead']}{_arabic_of(hit)}: ", text)


def _arabic_of(found: re.Match[str]) -> int:
    return _ROMANS.index(found["roman"].translate(_ALIKE).lower()) + 1


def _plain(found: re.Match[str]) -> str:
    number = (
        next(filter(None, (found["cap"], found["asked"], found["named"], found["ordinal"], found["boxed"])), "")
        or _SPELT[found["word"].translate(_ALIKE).lower()]
    )
    return f"{found['lead']}{number}: "


def shared(line: str, asked: Container[int]) -> tuple[str, ...]:
    """ "2 and 3: yes", "2-4: all fine" as one line for each question; the line itself where it is nothing of the kind.

    Only numbers of known questions count: "3-10: she called" names a day.
    """
    if ":" in line[1:3]:  # "1: yes"
        return (line,)
    if not line or len(line) > _LONGEST or (found := _JOINT.fullmatch(line)) is None:
        return (line,)
    numbers = [int(found["first"])]
    for mark, written in _MORE.findall(found["more"]):
        number = int(written)
        if mark in ("-", "–", "to") and 0 < number - numbers[-1] <= 10:
            numbers += range(numbers[-1] + 1, number)
        numbers.append(number)
    if numbers != sorted(set(numbers)) or not all(number in asked for number in numbers):
        return (line,)
    return tuple(f"{number}: {found['text']}" for number in numbers)
