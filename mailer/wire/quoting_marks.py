"""Finds where another message begins in lines of text: attribution lines, header blocks, "original message", signatures."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailer.wire.quoting_words import ADDRESS, COLONS, DASHED, DATE, FORWARDED, HEADERS, OPENS, ORIGINAL, VERB

_SPAN_LINES = 6  # an attribution is at most so many lines, blank ones too
_SPAN_LENGTH = 600  # characters
_CANDIDATES = 400  # lines ending like an attribution that are looked at; a mail has a few
_BLOCK_LINES = 25  # of a header block
_WRAPPED = 34  # characters; a shorter line was not broken by a mail program
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h時시点點]\s?\d{2}(?!\d)")
_INTRO = re.compile(r"[\s*_>-]{0,6}(?:on|am|le|el|em|il|op|den|de|dnia|dne|w dniu|v|vào|la|în|στις|pada|в|у)\b", re.IGNORECASE)
_ENDS_WITH_ADDRESS = re.compile(r"@[^\s<>]{1,200}[>)\]\"'*]{0,4}\s{0,3}[:：]?$")
_NAME_MARK = re.compile(r"([A-Za-z]{1,12}>)(?:\s|$|>)")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
_TRIM = " \t*_\u00a0"


class Raw(NamedTuple):
    """One line of a body before it is known who wrote it."""

    text: str  # without quote marks
    depth: int = 0
    mark: str = ""  # what an HTML mail program said about it


class Below(NamedTuple):
    """Where another message begins."""

    end: int  # the first line behind the lines that say so
    forwarded: bool


def bare(text: str) -> str:
    """A line without blanks, stars of bold print and invisible characters at its ends."""
    clean = text if text.isascii() else text.translate(_INVISIBLE)
    return clean.strip(_TRIM) or clean.strip()  # a drawn line of stars stays one


def named_mark(text: str) -> str:
    """The mark of a line like "Ann> words" or "AR>", or nothing."""
    found = _NAME_MARK.match(text) if ">" in text[:13] else None
    return found.group(1) if found else ""


def marked_like_quote(text: str) -> bool:
    """Other marks than ">": a bar, or a name ("Ann> words"). Only to be asked below an attribution."""
    return text[:1] == "|" or named_mark(text) != ""


def attributions(lines: list[Raw], texts: list[str]) -> dict[int, int]:
    """First line -> line behind the last, of every attribution outside quotations."""
    found: dict[int, int] = {}
    behind = 0
    left = _CANDIDATES
    for number, text in enumerate(texts):
        if not text or number < behind or (lines[number].depth and not _torn(lines, texts, number)):
            continue
        last = text[-1]
        if last not in COLONS and (last not in ">*_)" or "@" not in text or bare(text)[-1:] not in (*COLONS, ">", ")")):
            continue
        left -= 1
        if left < 0:
            break
        start = _start(lines, texts, number, behind)
        if start is not None:
            found[start] = behind = number + 1
    return found


def _torn(lines: list[Raw], texts: list[str], number: int) -> bool:
    """Whether what looks like a quoted line is the rest of "Name <address> wrote:", torn off before its ">"."""
    if lines[number].depth != 1 or len(texts[number]) > 20 or not VERB.match(texts[number]):
        return False
    above = " ".join(texts[max(number - 4, 0) : number])
    return above.count("<") > above.count(">")


def _start(lines: list[Raw], texts: list[str], end: int, behind: int) -> int | None:
    """The first line of the attribution that ends with line `end`, or None where there is none."""
    follows = next_filled(texts, end + 1)
    marked = follows is not None and (
        lines[follows].depth > lines[end].depth or marked_like_quote(texts[follows]) or lines[end].depth > 0
    )
    joined = ""
    fallback: int | None = None
    for start in range(end, max(end - _SPAN_LINES, behind - 1), -1):
        text = texts[start]
        open_bracket = joined.count("<") < joined.count(">") or joined.startswith("<")
        if not text:
            if not open_bracket:
                break
            continue
        if start < end and (lines[start].depth or not (open_bracket or _wraps(text))):
            break
        joined = f"{text} {joined}".strip() if lines[start].depth == 0 else f"> {text} {joined}".strip()
        if len(joined) > _SPAN_LENGTH:
            break
        if joined.count("<") < joined.count(">"):
            continue
        verdict = _judged(bare(joined), text, marked)
        if verdict == 2:
            return _with_opening(lines, texts, start, behind)
        if verdict == 1 and fallback is None:
            fallback = start
    return fallback


def _wraps(text: str) -> bool:
    """Whether a line may have been broken by a mail program: it goes on below."""
    if text[-1] in ".!?。！？" and not text[-2:-1].isdigit():
        return False
    return len(text) >= _WRAPPED or (OPENS.match(text) is not None and any(letter.isdigit() for letter in text))


def _judged(joined: str, first: str, marked: bool) -> int:
    """2 where `joined` surely is an attribution, 1 where it is one unless a line above completes it, else 0."""
    colon = joined[-1:] in COLONS
    if not colon and not marked:
        return 0
    dated = DATE.search(joined) is not None
    address = "@" in joined and ADDRESS.search(joined) is not None
    opens = OPENS.match(first) is not None
    if VERB.search(joined[-400:]):
        if dated and (marked or address or _TIME.search(joined)):
            return 2 if opens or address or not colon else 1
        if marked and (address or opens or len(joined) <= 80):
            return 1
        return 1 if address and "<" in joined and opens else 0
    if dated and address and opens and _ENDS_WITH_ADDRESS.search(joined):
        return 2 if marked or ("<" in joined and _TIME.search(joined)) else 0
    return 2 if dated and opens and marked and colon and _TIME.search(joined) else 0


def _with_opening(lines: list[Raw], texts: list[str], start: int, behind: int) -> int:
    """Takes in a line "On Monday," above, that the date below would do without."""
    above = start - 1
    if above >= behind and texts[above] and not lines[above].depth and not _INTRO.match(texts[start]):
        text = texts[above]
        if _INTRO.match(text) and (text.endswith(",") or DATE.search(text)) and len(text) < 120:
            return above
    return start


def next_filled(texts: list[str], start: int) -> int | None:
    """The next line with words in it."""
    for number in range(start, len(texts)):
        if texts[number]:
            return number
    return None


def header_kind(text: str) -> str:
    """ "from", "sent", "to", "cc" or "subject" where a line is such a header in some language, else nothing."""
    place = text.find(":", 0, 40)
    if place < 0:
        place = text.find("：", 0, 40)
        if place < 0:
            return ""
    return HEADERS.get(bare(text[:place]).lower(), "")


def header_block(lines: list[Raw], texts: list[str], start: int, *, enough: int = 3) -> int | None:
    """The line behind the block of headers that begins at `start`; None where there is none.

    A block names its sender, or date and subject, and `enough` of sender, date, recipient and subject; the date has
    digits or the sender an address. Long values may be wrapped, and the block may have a blank line behind each header.
    """
    if not header_kind(texts[start]):
        return None
    kinds: set[str] = set()
    believable = False
    end = start
    wrapped = 0
    for number in range(start, min(start + _BLOCK_LINES, len(lines))):
        text = texts[number]
        if lines[number].depth != lines[start].depth:
            break
        if not text:
            following = next_filled(texts, number)
            if following is None or following > number + 1 or not header_kind(texts[following]) or len(kinds) >= 4:
                break
            continue
        kind = header_kind(text)
        if kind:
            kinds.add(kind)
            wrapped = 0
            believable = believable or "@" in text or (kind == "sent" and any(letter.isdigit() for letter in text))
        elif wrapped >= 3 and "@" not in text:
            break
        else:
            wrapped += 1
        end = number + 1
    named = kinds - {"cc"}
    if len(named) >= enough and believable and ("from" in named or {"sent", "subject"} <= named):
        return end
    return None


def below(lines: list[Raw], texts: list[str], number: int) -> Below | None:
    """Whether line `number` says that another message begins: a separator, the phrase of a forward, or a header block."""
    text = texts[number]
    first = text[0]
    if (first in "-_=*—–>" or text[-1] in "-_=*") and len(text) <= 200:
        dashed = DASHED.fullmatch(text)
        if dashed is not None:
            words = dashed.group(1)
            forwarded = FORWARDED.search(words) is not None
            following = next_filled(texts, number + 1)
            block = header_block(lines, texts, following, enough=2) if following is not None and following <= number + 3 else None
            if forwarded or block is not None or ORIGINAL.search(words):
                return Below(block or number + 1, forwarded)
    elif len(text) <= 80 and text[-1] in ":：" and FORWARDED.search(text):
        following = next_filled(texts, number + 1)
        block = header_block(lines, texts, following, enough=2) if following is not None else None
        if block is not None or (following is not None and lines[following].depth > lines[number].depth):
            return Below(block or number + 1, True)
    block = header_block(lines, texts, number)
    return Below(block, False) if block is not None else None


def is_rule(text: str) -> bool:
    """Whether a line is drawn, not written."""
    return len(text) >= 3 and not text.strip("_-=*—–─━ ")
