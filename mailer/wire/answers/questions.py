"""Recognises numbers in front of lines and questions in running text, for the reader of answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from mailer.wire.commands.phrases import fold

# "1: x", "1) x", "1. x", "1 - x", "(1) x", "Q1 x", "Question 1: x", "#1 x"; never "9:30" or "19.10.2027".
_NUMBERED = re.compile(
    r"[\s*_>•·-]{0,12}(?:(?P<word>(?:q|question|answer|a|no|nr|ad|re)\s?\.?\s?|#)|(?P<open>\())?"
    r"(?P<number>\d{1,2})(?P<mark>\s?[:)]|\.|\s?[-–—=]|\])?[*_]{0,2}(?P<gap>\s+|$)(?P<text>.*)",
    re.IGNORECASE,
)
_USUALLY_NUMBERED = re.compile(r"(\d{1,2})([:).])(?:\s+|$)(.*)")  # what it finds is found by the one above too
_MAY_BE_NUMBERED = re.compile(r"[^\w\n]{0,16}+(?:(?:q|question|answer|a|no|nr|ad|re)[\s.]{0,3})?\d", re.IGNORECASE)
# Every line of a text that may begin so, or with a pair; most are let go for their first letter. Possessive: each is read once.
_NUMBERED_LINE = re.compile(r"\n(?![b-mo-ps-zB-MO-PS-Z\n])([^\w\n]*+(?:[qQaAnNrR][a-zA-Z]{0,7}+(?:(?!\n)[\s.]){0,3}+)?+\d[^\n]*+)")
_LINE_LIMIT = 4000  # characters
_PAIR = re.compile(r"#?(\d{1,2})\s?[:.)=-]?\s{0,3}(y|n|yes|no|\?|mentor|not)(?=[\s,;./]|$)[\s,;./]*", re.IGNORECASE)
_NEXT = re.compile(r"(?:^|(?<=\s))[Qq]?(\d{1,2})[:)](?=\s)")
_NEXT_STOP = re.compile(r"(?:^|(?<=\s))(\d{1,2})[:).](?=\s)")
_NEXT_DASH = re.compile(r"(?:^|(?<=\s))(\d{1,2})\s?-(?=\s)")
_NEXT_LETTERED = re.compile(r"(?:^|(?<=\s))[Qq](\d{1,2})(?:[:.)]|(?=\s))(?=\s)")
_UNMARKED = re.compile(r"(\d{1,2})[ \t]{1,3}([^\W\d].{0,1000})")
_VALUES = {"y": "Y", "yes": "Y", "n": "N", "no": "N", "?": "?", "mentor": "Y", "not": "N"}
_COUNTED = re.compile(r"\w+(?:\([sS]\))?")  # "mentee(s)" is one word
_LETTERS = re.compile(r"[^\w]+")
_MONTHS = re.compile(
    r"(?:jan|feb|mar|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|week|day|mentee|letter|call|time|hour|month|year|tag|woche|monat)",
    re.IGNORECASE,
)


class Asked(NamedTuple):
    """A question of ours as it stands in the quoted letter."""

    number: int
    text: str


def maybe_numbered(lines: Iterable[str]) -> frozenset[str]:
    """The lines that may begin with a number: what `numbered` and `pairs` need to be asked about."""
    return frozenset(_NUMBERED_LINE.findall("\n" + "\n".join(lines)))


def near_numbers(lines: Sequence[str]) -> list[str]:
    """Of quoted lines, those that may be numbered with what stands below each, up to the first line of the next paragraph.

    The beginning is kept as well: a question may have been asked above it.
    """
    maybe = maybe_numbered(lines)
    kept: list[str] = []
    behind_kept = 0
    for start in (0, *compress(range(len(lines)), map(maybe.__contains__, lines))):
        if start < behind_kept:
            continue
        end, blank = start, False
        while end < len(lines):
            line = lines[end]
            end += 1
            if line in maybe:
                blank = False
            elif line == ">" or not line.lstrip("> \t").strip():
                blank = True
            elif blank:
                break
        kept += lines[start:end]
        behind_kept = end
    return kept


def numbered(line: str) -> tuple[int, str, bool] | None:
    """Number, text behind it, and whether the mark leaves no doubt ("1:" does not, "1." may be a day or a list)."""
    return _numbered(line[:_LINE_LIMIT])


@lru_cache(maxsize=256)  # every reply to a letter brings the same questions
def _numbered(line: str) -> tuple[int, str, bool] | None:
    if (usual := _USUALLY_NUMBERED.match(line)) is not None:
        text = usual[3].strip()
        if usual[2] == "." and _MONTHS.match(text):
            return None
        return (int(usual[1]), text, usual[2] != ".") if 1 <= int(usual[1]) <= 60 else None
    if _MAY_BE_NUMBERED.match(line) is None:
        return None
    found = _NUMBERED.match(line)
    if found is None:
        return None
    word, opened, digits, mark, text = found.group("word", "open", "number", "mark", "text")
    mark = (mark or "").strip()
    text = text.strip()
    if not mark and not word:
        return None
    if word and word.strip(" .").lower() in ("a", "no", "nr", "re") and not mark:
        return None
    if mark == "." and _MONTHS.match(text) and not opened:
        return None
    number = int(digits)
    return (number, text, mark in (":", ")") or bool(word)) if 1 <= number <= 60 else None


def pairs(line: str) -> tuple[tuple[int, str], ...]:
    """ "1 Y 2 N 3 ?" as pairs; empty where the line holds anything else (CONTRACT.md section 8, peer)."""
    text = line.strip(" .,;")
    if not text or len(text) > 400 or not text.lstrip("#")[:1].isdigit():
        return ()
    found: list[tuple[int, str]] = []
    at = 0
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None or (value := _VALUES.get(pair.group(2).lower())) is None:
            return ()
        found.append((int(pair.group(1)), value))
        at = pair.end()
    if len(found) == 1 and not re.fullmatch(r"#?\d{1,2}\s{0,3}(?:[yYnN]|\?)", text):
        return ()  # "1: yes" is a numbered answer in words
    return tuple(found)


def unrolled(line: str) -> tuple[str, ...]:
    """ "1: Mel 2: yes 3: good" as three lines, where the numbers count up by one; else the line itself.

    With full stops or dashes too, as "1. Mel 2. yes 3. good", from one to three at least: fewer may be days.
    """
    first = line.lstrip()[:1]
    if not 5 < len(line) <= 1000 or not (first.isdigit() or first in ("q", "Q", "*", "_")):
        return (line,)
    begins = line.lstrip(" *_")
    least = 2
    if begins[:1] in ("Q", "q") and begins[1:2].isdigit():
        mark = _NEXT_LETTERED
    elif line.count(".") >= 3 and begins.startswith("1. "):
        mark, least = _NEXT_STOP, 3
    elif line.count("-") >= 3 and begins.startswith(("1- ", "1 - ")):
        mark, least = _NEXT_DASH, 3
    elif line.count(":") + line.count(")") >= 2:
        mark = _NEXT
    else:
        return (line,)
    cuts = [0]
    expected = 0
    for found in mark.finditer(line):
        number = int(found.group(1))
        if expected and number == expected:
            cuts.append(found.start())
        if not expected and found.start() > len(line) - len(line.lstrip()):
            return (line,)
        if not expected or number == expected:
            expected = number + 1
    if len(cuts) < least:
        return (line,)
    return tuple(line[start:end].strip().rstrip(" ,;") for start, end in zip(cuts, [*cuts[1:], len(line)], strict=True))


def counted_up(lines: list[str]) -> list[str]:
    """Lines "1 Mel", "2 yes", "3 good" with a mark behind the number, where at least three of them count up from one."""
    heads = [
        (at, found) for at, line in enumerate(lines) if line[:1].isdigit() and (found := _UNMARKED.fullmatch(line)) is not None
    ]
    if len(heads) < 3 or [int(found[1]) for _, found in heads] != list(range(1, len(heads) + 1)):
        return lines
    if all(pairs(lines[at]) for at, _ in heads):
        return lines
    done = list(lines)
    for at, found in heads:
        done[at] = f"{found[1]}: {found[2]}"
    return done


_PUNCTUATION = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) != "_"}


def plain(text: str) -> str:
    """Text for comparing: folded, letters and digits only."""
    if text.isascii():
        return " ".join(text.lower().replace("(s)", "s").translate(_PUNCTUATION).split())
    return " ".join(_LETTERS.sub(" ", fold(text).replace("(s)", "s")).split())


@lru_cache(maxsize=512)
def _wanted(question: str) -> str:
    """A question of ours for comparing; every reply to a letter brings the same ones."""
    return plain(question)


Line = tuple[str, str, tuple[int, str, bool] | None]  # of a body: text without marks, kind, what `numbered` says of it


def questions_in(lines: Sequence[Line]) -> tuple[Asked, ...]:
    """The numbered lines of the quoted letter, wrapped ones joined, when they are questions of one list (1, 2, 3 …)."""
    found: list[Asked] = []
    for at, (_, kind, head) in enumerate(lines):
        if head is None or kind != "quote":
            continue
        number, words, _ = head
        below = at + 1
        while below < len(lines):
            more, other, another = lines[below]
            below += 1
            if other == "quote" and more and another is None and "?" not in words and len(words) < 400:
                words = f"{words} {more}"
            elif other in ("quote", "new"):
                break
        found.append(Asked(number, words))
    kept: dict[int, Asked] = {}
    for one in found:
        if one.number not in kept:
            kept[one.number] = Asked(one.number, _only_question(one.text))
    return tuple(kept.values()) if len(kept) >= 2 or any("?" in one.text for one in kept.values()) else ()


def _only_question(text: str) -> str:
    """The question of a quoted line, without an answer written behind it."""
    at = text.find("?")
    return text[: at + 1] if at >= 0 else text


def copied(heads: Iterable[tuple[int, str]]) -> dict[int, str]:
    """The questions that somebody copied in front of the answers ("1. How is it going? Well"); empty where there are none."""
    found = {number: text[: text.find("?") + 1] for number, text in heads if len(text[: text.find("?") + 1].split()) >= 3}
    return found if len(found) >= 2 else {}


def as_question(text: str, asked: Mapping[int, str]) -> int | None:
    """The number of the question that `text` begins with; None where it begins with none."""
    bare = text
    head = numbered(text)
    if head is not None:
        bare = head[1]
    words = plain(bare[:600])
    if len(words) < 8:
        return None
    for number, question in asked.items():
        wanted = _wanted(question)
        if len(wanted) >= 8 and (words.startswith(wanted) or (len(words) >= 20 and wanted.startswith(words))):
            return number
    return None


def beginnings(asked: Mapping[int, str]) -> frozenset[str] | None:
    """The letters and digits that the questions begin with, in lower case; None where one begins with anything else.

    A line that begins with another letter is no question typed again: most need no more than this look.
    """
    found = frozenset([question[:1].lower() for question in asked.values()])
    return found if all(first.isascii() and first.isalnum() for first in found) else None


def _begin_apart(text: str, question: str) -> bool:
    """Whether two texts surely begin with different words: with different letters or digits."""
    one, other = text[:1], question[:1]
    return one.isascii() and other.isascii() and one.isalnum() and other.isalnum() and one.lower() != other.lower()


def behind(text: str, question: str) -> str:
    """What stands behind a question on its own line; the text itself where it does not begin with the question.

    Empty where the text is the question and nothing more. Without a known question, what follows the question mark.
    """
    if question:
        if text == question:
            return ""
        if _begin_apart(text, question):
            return text.strip()
        wanted, words = _wanted(question), plain(text)
        if words == wanted or (len(words) >= 20 and wanted.startswith(words)):
            return ""
        if wanted and words.startswith(wanted):
            return _after(text, len(wanted.split()))
    return text.strip()


def _after(text: str, words: int) -> str:
    """The text behind its first `words` words, counted as `plain` does."""
    for seen, found in enumerate(_COUNTED.finditer(text), 1):
        if seen == words:
            return text[found.end() :].lstrip(" ?.:;,!)\"'’”*_").lstrip("-–—>→= ").strip()
    return ""
