"""Finds where another message begins in lines of text: attribution lines, header blocks, "original message", signatures."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailer.wire.quoting.body import Body, bare
from mailer.wire.quoting.words import (
    COLONS,
    DASHED,
    DATE,
    FINAL_VERB,
    FORWARDED,
    HEADERS,
    INNER_VERB,
    OPENS,
    ORIGINAL,
    RUN_ON,
    THEN,
    VERB,
    WHO,
)

_SPAN_LINES = 6  # an attribution is at most so many lines, blank ones too
_SPAN_LENGTH = 600  # characters
_CANDIDATES = 400  # lines ending like an attribution that are looked at; a mail has a few
_BLOCK_LINES = 25  # of a header block
_RFC_DATE = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d")  # RFC 5322 section 3.3
_INLINE_HEADER = re.compile(r"\s([^\W\d_]{2,14})\s?:\s")
_NOTES = re.compile(r".{2,80}?\s?---\s?\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4} \d{1,2}:\d\d(?::\d\d)?(?: [AP]M)?---")
_GROUPWISE = re.compile(r".{3,160}\d[:.]\d\d(?::\d\d)?(?: ?[AP]M)? >>>$", re.IGNORECASE)
# Somebody speaks of what somebody wrote; no attribution without an address or quote marks has such a
# word behind its date; with a capital it may be a name ("Ella", "Lei").
_SPEAKS = re.compile(
    r"(?<!\w)(?:I(?!\.)|me|she|he|we|they|her|him|ich|sie|er|wir|mir|uns|je|elle|nous|yo|ella|io|lei|lui|eu|ela|ele|ik|zij|ze|hij|wij|mij|"
    r"ja|ona|mnie|я|мне|она|он|мы|нам|мені|вона|він|ми|jag|mig|hon|han|jeg|meg|hun)(?!\w)|(?<!\w)j['’]",
)
_NOTED = re.compile(r"(?!.*(?<!\w)(?:hat|heeft)(?!\w)).*(?:geschrieben|geschreven)\W*", re.IGNORECASE)  # "18:30 Tom geschrieben:"
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)[+-]\d\d:\d\d \S")
_WRAPPED = 34  # characters; a shorter line was not broken by a mail program
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h時시点點]\s?\d{2}(?!\d)")
_HOUR = re.compile(r"\d\s?(?:[:.h時时시点點]\s?\d\d(?!\d|\.\d)|[ap]\.?\s?m\b|uhr|h\b)", re.IGNORECASE)
_LONE_ORIGINAL = re.compile(r"Original (?:Message processed by|(?:message|appointment)\W*$)", re.IGNORECASE)
_INTRO = re.compile(r"[\s*_>-]{0,6}(?:on|am|le|el|em|il|op|den|de|dnia|dne|w dniu|v|vào|la|în|στις|pada|в|у)\b", re.IGNORECASE)
_ENDS_WITH_ADDRESS = re.compile(r"@[^\s<>]{1,200}[>)\]\"'*]{0,4}\s{0,3}[:：]?$")
_NAME_MARK = re.compile(r"([^\W\d_]{1,12}>)(?:\s|$|>)")
_ENDINGS = frozenset((*COLONS, ">", ")"))
_COMMON = ("wrote:", "escribió:", "a écrit :", "napisał(a):", "写道：")  # spares the search for a verb of forty languages
_BARE_VERBS = (
    " wrote",
    " schrieb",
    " escribió",
    " a écrit",
    " ha scritto",
    " escreveu",
    " skrev",
    " napisał",
)  # some forget the colon
_LAST = _ENDINGS | {verb[-1] for verb in _BARE_VERBS}
_DRAWN = frozenset("-_=*—–>#")


class Below(NamedTuple):
    """Where another message begins."""

    end: int  # the first line behind the lines that say so
    forwarded: bool
    sure: bool = True  # not only a name and a verb between dashes


def named_mark(text: str) -> str:
    """The mark of a line like "Ann> words" or "AR>", or nothing."""
    found = _NAME_MARK.match(text) if ">" in text[:13] else None
    return found.group(1) if found else ""


def marked_like_quote(text: str) -> bool:
    """Other marks than ">": a bar, or a name ("Ann> words"). Only to be asked below an attribution."""
    return text[:1] == "|" or named_mark(text) != ""


class Attributions:
    """The attribution lines of a body outside quotations, looked for only as far as the body is read."""

    __slots__ = ("_behind", "_body", "_candidates", "_next", "_pending", "first")

    def __init__(self, body: Body) -> None:
        depths = body.depths
        self._body = body
        self._behind = 0  # the entry behind the last attribution
        self._next = 0
        self._pending: tuple[int, int] | None = None  # found ahead
        self._candidates = [
            entry
            for entry, text in enumerate(body.texts)
            if text
            and text[-1] in _LAST
            and (text[-1] in _ENDINGS or text.endswith(_BARE_VERBS))
            and (not depths[entry] or _torn(body, entry))
        ]
        del self._candidates[_CANDIDATES:]
        self.first = self._candidates[0] - _SPAN_LINES + 1 if self._candidates else len(depths)  # none begins above it

    def end(self, entry: int) -> int | None:
        """The entry behind the attribution that begins at `entry`, if one does. To be asked in order."""
        candidates = self._candidates
        while True:
            if self._pending is not None:
                start, end = self._pending
                if start > entry:
                    return None
                self._pending = None
                if start == entry:
                    self._behind = end
                    return end
            if self._next >= len(candidates) or candidates[self._next] >= entry + _SPAN_LINES:
                return None
            last = candidates[self._next]
            self._next += 1
            if last >= entry:
                found = _start(self._body, last, max(self._behind, entry))
                if found is not None:
                    self._pending = found, last + 1

    def begins(self, entry: int) -> bool:
        """Whether an attribution begins at `entry`, without passing it."""
        end = self.end(entry)
        if end is not None:
            self._pending = entry, end
        return end is not None


def _torn(body: Body, entry: int) -> bool:
    """Whether what looks like a quoted line is the rest of "Name <address> wrote:", torn off before its ">"."""
    raw = body.raws[entry]
    if body.depths[entry] != 1 or len(raw) > 28 or not (VERB.search(raw) or raw[1:].strip() in COLONS):
        return False
    above = " ".join(body.texts[max(entry - 4, 0) : entry])
    return above.count("<") > above.count(">")


def _start(body: Body, end: int, behind: int) -> int | None:
    """The first entry of the attribution that ends with entry `end`, or None where there is none."""
    texts, depths = body.texts, body.depths
    last = texts[end]
    if last[-1] not in COLONS and ("@" not in last or not DATE.search(last)) and not last.endswith(_BARE_VERBS):
        return None
    follows = next_filled(texts, end + 1)
    marked = depths[end] > 0 or (follows is not None and (depths[follows] > 0 or marked_like_quote(texts[follows])))
    joined = ""
    fallback: int | None = None
    for start in range(end, max(end - _SPAN_LINES, behind - 1), -1):
        text = texts[start]
        torn = joined.count("<") < joined.count(">") or joined.startswith("<")
        if not text:
            if not torn:
                break
            continue
        if start < end and (depths[start] or not (torn or _wraps(text) or ("@" in text and "@" not in joined))):
            break
        joined = f"{text} {joined}" if joined else text
        if len(joined) > _SPAN_LENGTH:
            break
        if joined.count("<") < joined.count(">"):
            continue
        verdict = _judged(joined, text, marked)
        if verdict == 2:
            return _with_opening(body, start, behind)
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
    dated = DATE.search(joined) is not None
    address = "@" in joined
    opens = OPENS.match(first) is not None
    if not colon and not marked and not (dated and opens and "<" in joined and joined.endswith(_BARE_VERBS)):
        return 0
    common = joined.endswith(_COMMON)
    if common and colon and dated and (marked or address) and (opens or address):
        return 2  # as nearly all are written
    if colon and dated and THEN.search(joined[-140:].rstrip(":： ")):
        return 2
    if common or VERB.search(joined[-400:]):
        if dated and (marked or address):
            return 2 if opens or address or not colon else 1
        hour = _TIME.search(joined) if dated and opens else None
        if hour is not None and (FINAL_VERB.search(joined[-60:]) or INNER_VERB.search(joined)):
            told = not (address or marked) and (_SPEAKS.search(joined[hour.end() :]) or _NOTED.fullmatch(joined))
            return 0 if told else 2
        if marked and (address or opens or len(joined) <= 80):
            return 1
        return 1 if address and (("<" in joined and opens) or WHO.fullmatch(joined[:-1])) else 0
    if dated and address and opens and _ENDS_WITH_ADDRESS.search(joined):
        if marked:
            return 2
        found = _TIME.search(joined)
        return 2 if found is not None and "<" in joined and not _SPEAKS.search(joined, found.end(), joined.rfind("<")) else 0
    if dated and marked and colon and (address or (opens and _TIME.search(joined))):
        return 2 if opens else 1  # some language that is not known here
    return 0


def _with_opening(body: Body, start: int, behind: int) -> int:
    """Takes in a line "On Monday," above, that the date below would do without."""
    texts = body.texts
    above = start - 1
    if above >= behind and texts[above] and not body.depths[above] and not _INTRO.match(texts[start]):
        text = texts[above]
        if _INTRO.match(text) and (text.endswith(",") or DATE.search(text)) and len(text) < 120:
            return above
    return start


def runs_on(text: str) -> bool:
    """Whether a line is an attribution with the quotation behind it on the same line, as Yahoo writes on phones."""
    place = text.find(":  ", 0, _SPAN_LENGTH)
    if place < 0 or "@" not in text[:place]:
        return False
    head = text[: place + 1]
    if OPENS.match(head) is None or DATE.search(head) is None:
        return False
    return FINAL_VERB.search(head[-60:]) is not None or (head.endswith(">:") and INNER_VERB.search(head) is not None)


def next_filled(texts: list[str], start: int) -> int | None:
    """The next line with words in it."""
    for number in range(start, len(texts)):
        if texts[number]:
            return number
    return None


def header_kind(text: str) -> str:
    """ "from", "sent", "to", "cc" or "subject" where a line is such a header in some language, else nothing."""
    place = text.find(":", 0, 40)
    if "：" in text[:40] and not -1 < place < text.find("："):  # "日期： 2027-11-08 09:00"
        place = text.find("：")
    if place < 0:
        return ""
    return HEADERS.get(bare(text[:place]).lower(), "")


def header_block(body: Body, start: int, *, enough: int = 3) -> int | None:
    """The line behind the block of headers that begins at `start`; None where there is none.

    A block names its sender, or date and subject, and `enough` of sender, date, recipient and subject; the date has
    an hour or somebody an address. Long values may be wrapped, and the block may have a blank line behind each header.
    """
    texts, depths = body.texts, body.depths
    if body.patience < 0 or not header_kind(texts[start]):
        return None
    kinds: set[str] = set()
    believable = False
    end = start
    wrapped = 0
    for number in range(start, min(start + _BLOCK_LINES, len(texts))):
        text = texts[number]
        if depths[number] != depths[start]:
            break
        if not text:
            following = next_filled(texts, number)
            if following is None or following > number + 1 or not header_kind(texts[following]) or len(kinds) >= 4:
                break
            continue
        kind = header_kind(text)
        if kind:
            kinds.add(kind)
            if kind == "from" and "@" in text and text.count(":") > 1:  # "From: a@b.c Date: …" on one line
                kinds.update(HEADERS.get(found[1].lower(), "from") for found in _INLINE_HEADER.finditer(text[:400]))
            wrapped = 0
            believable = believable or "@" in text or (kind == "sent" and _HOUR.search(text) is not None)
        elif wrapped >= 3 and "@" not in text:
            break
        else:
            wrapped += 1
        end = number + 1
    body.patience -= 1
    named = kinds - {"cc"}
    if len(named) == 2 and "sent" in named and "@" in " ".join(texts[start:end]) and _RFC_DATE.search(" ".join(texts[start:end])):
        return end  # a date no person writes
    if len(named) >= enough and believable and ("from" in named or {"sent", "subject"} <= named):
        return end
    return None


def below(body: Body, entry: int) -> Below | None:
    """Whether an entry says that another message begins: a separator, the phrase of a forward, or a header block."""
    texts = body.texts
    text = texts[entry]
    if (text[0] in _DRAWN or text[-1] in _DRAWN) and len(text) <= 200:
        dashed = DASHED.fullmatch(text)
        if dashed is not None:
            words = dashed.group(1)
            forwarded = FORWARDED.search(words) is not None
            follows = next_filled(texts, entry + 1)
            block = header_block(body, follows, enough=2) if follows is not None and follows <= entry + 3 else None
            if forwarded or block is not None or ORIGINAL.search(words) or _says_who(words):
                return Below(block or entry + 1, forwarded, forwarded or block is not None or not VERB.search(words[-12:]))
    elif text[-1] in COLONS and len(text) <= 80 and FORWARDED.search(text):
        follows = next_filled(texts, entry + 1)
        block = header_block(body, follows, enough=2) if follows is not None else None
        if block is not None or (follows is not None and body.depths[follows] > body.depths[entry]):
            return Below(block or entry + 1, True)
    if text[0] in "-O2" and _opens_alone(text):
        return Below(entry + 1, FORWARDED.search(text[:80]) is not None)
    if "---" in text and _NOTES.match(text):
        return Below(header_block(body, min(entry + 2, len(texts) - 1)) or entry + 1, False)
    may_be_header = not text[0].isdigit() and (":" in text[:40] or "：" in text[:40])
    block = header_block(body, entry) if may_be_header else None
    return Below(block, False) if block is not None else None


def _opens_alone(text: str) -> bool:
    """Whether a line says by itself that another message begins, in rarer forms."""
    if text[0] == "-":
        run_on = RUN_ON.match(text)
        return run_on is not None and (ORIGINAL.search(run_on[1]) or FORWARDED.search(run_on[1])) is not None
    if text[0] == "O":
        return text[:9] == "Original " and _LONE_ORIGINAL.match(text) is not None
    return len(text) < 200 and _STAMP.match(text) is not None  # older Gmail: "2027-11-08 09:00 GMT+01:00 Name"


def is_arrowed(text: str) -> bool:
    """Whether what stands behind ">>> " is an attribution of GroupWise: name, day, hour and ">>>" again."""
    return text.endswith(">>>") and DATE.search(text) is not None and _GROUPWISE.fullmatch(text) is not None


def _says_who(words: str) -> bool:
    """Whether words between dashes are an attribution: "On that day somebody wrote", or on phones a name and the verb."""
    verb = VERB.search(words)
    return verb is not None and (
        DATE.search(words) is not None or (verb.end() == len(words) and len(words) < 80 and words[0].isupper())
    )


def is_rule(text: str) -> bool:
    """Whether a line is drawn, not written."""
    return len(text) >= 3 and not text.strip("_-=*—–─━ ")
