"""Finds the answers to our numbered questions wherever people put them: above, below, behind or inside the quoted letter.

REQUIREMENTS.md 4.3 item 3. Texts are given as written; a question without an answer is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mailer.wire.answers.numbers import evenly_numbered, line_heads, shared
from mailer.wire.answers.questions import (
    Line,
    as_question,
    beginnings,
    behind,
    copied,
    counted_up,
    maybe_numbered,
    near_numbers,
    numbered,
    pairs,
    questions_in,
    unrolled,
)
from mailer.wire.quoting.split import Split
from mailer.wire.understand_body import LINE_LIMIT, QUOTE_LIMIT, Body, body_of
from mailer.wire.words import listed

_ANSWER_HEADS = frozenset(("", "q", "question", "answer", "a", "no", "nr", "ad", "re"))  # of `_MAY_ANSWER`
_DIGIT = re.compile(r"\d")
_MAY_ANSWER = re.compile(r"\n[^\w\n]{0,16}(?:(?:q|question|answer|a|no|nr|ad|re)[\s.]{0,3})?\d{1,2}(?!\d)", re.IGNORECASE)
# Words behind a question, on its line or the next.
_BEHIND = re.compile(r"\?(?![?.!\s\"')\]*_]*(?:\n|$))|\?[?.!\"')\]*_ \t]*\n[> \t]*(?![> \t\n(#Qq\d*_•·-])")
# The first two words behind a number in front of a line. Possessive, as it looks at every line of the quoted letter.
_TWO_WORDS = r"(\w++)(?:[^\w\n?]{1,8}(\w++))?"
_FIRST_WORDS = re.compile(
    rf"\n[^\w\n]{{0,16}}+(?:[A-Za-z]{{1,8}}+[\s.]{{0,2}}+)?+\d{{1,2}}+[^\w\n]{{1,10}}+(?:\n[> \t]{{0,10}}+)?{_TWO_WORDS}"
)
_LINE_WORDS = re.compile(rf"\n[^\w\n]*+{_TWO_WORDS}")
_READ = ("quote", "new")
_ANSWER_LIMIT = 8000  # characters of one answer
_CLOSERS = listed("thanks thank cheers best regards kind warm warmly sincerely greetings yours love")


@dataclass(slots=True)
class Answers:
    """What was found: answers by number, and the lines written now that they consist of."""

    values: dict[str, str] = field(default_factory=dict)
    lines: set[str] = field(default_factory=set)
    sure: dict[str, str] = field(default_factory=dict)  # "certain" or "likely", by number

    def add(self, number: int, parts: Sequence[str], *, written: bool, sure: bool = True) -> None:
        """Takes an answer, where that number has none yet. `sure`: its place leaves no doubt which question is meant."""
        bare = [part.strip() for part in parts]
        text = "\n".join(bare).strip(" \n\t>|")
        name = str(number)
        if not text or name in self.values:
            return
        self.values[name] = text[:_ANSWER_LIMIT]
        self.sure[name] = "certain" if sure else "likely"
        if written:
            self.lines.update(bare)


def read_answers(split: Split, questions: tuple[str, ...]) -> Mapping[str, str]:
    """Answers by question number ("1", "2", …). `questions` are the texts asked, in order; empty where they are unknown."""
    return find_answers(body_of(split, bool(questions)), questions).values


def find_answers(body: Body, questions: tuple[str, ...]) -> Answers:
    """As `read_answers`, with the lines that the answers were read from."""
    found = Answers()
    new_text = evenly_numbered(body.new_text)
    if not questions and _unanswered(body, new_text):
        return found
    lines = _lines(body) if body.worth and not body.forwarded else []
    quoted = () if questions else questions_in(lines)
    asked = dict(enumerate(questions, 1)) or {one.number: one.text for one in quoted}
    _numbered_above(new_text, asked, found)
    if lines:
        _in_place(lines, asked, found)
        if not found.values and not any(body.split.body.depths):
            _between(lines, asked, found)
    _repeated(body.new_text, asked, found)
    ordered = dict(sorted(found.values.items(), key=lambda item: int(item[0])))
    return Answers(ordered, found.lines, found.sure)


def _lines(body: Body) -> list[Line]:
    """The lines in which answers may stand: of a quotation with marks, the numbered ones and what is near them."""
    source = body.split.body
    texts: list[str] = []
    kinds: list[str] = []
    left = LINE_LIMIT
    quoted = False
    for raw, depth, kind in zip(source.raws, source.depths, body.split.kinds, strict=True):
        if left <= 0:
            break
        if not depth or source.html:
            left -= 1
            quoted = quoted or kind == "quote"
            if quoted or kind != "new" or " | " in raw or "\t" in raw:  # what stands above all is read by `_numbered_above`
                texts.append(raw.strip().lstrip("> \t"))
                kinds.append(kind)
            continue
        quoted = True
        run = raw.split("\n", left)[:left]
        left -= len(run)
        if kind == "quote" and " | " not in raw and "\t" not in raw:
            run = near_numbers(run)
        texts += [line.lstrip("> \t").strip().lstrip("> \t") for line in run]
        kinds += [kind] * len(run)
    maybe = maybe_numbered(texts)
    return [(text, kind, numbered(text) if text in maybe else None) for text, kind in zip(texts, kinds, strict=True)]


def _unanswered(body: Body, text: str) -> bool:
    """Whether a look shows that nothing answers: no line above is numbered, and no words stand below, inside or behind
    a quoted question. So it is with most mail, and it spares the search."""
    if " | " in text or "\t" in text:
        return False
    if not line_heads(text).isdisjoint(_ANSWER_HEADS) and _MAY_ANSWER.search("\n" + text) is not None:
        return False
    if not body.worth or body.forwarded:
        return not body.worth or not _begins_as_question(text, body.split.quoted_text)
    quoted = body.split.quoted_text[:QUOTE_LIMIT]
    return not (
        " | " in quoted
        or "\t" in quoted
        or _BEHIND.search(quoted) is not None
        or not any(body.split.body.depths)
        or body.new_below
        or _begins_as_question(text, quoted)
    )


def _begins_as_question(text: str, quoted: str) -> bool:
    """Whether a line of `text` may be a quoted question typed again: it begins with the same two words as one."""
    low = quoted.lower()
    typed: dict[str, list[str]] = {}
    for first, second in _LINE_WORDS.findall("\n" + text):
        typed.setdefault(first.lower(), []).append(second.lower())
    return any(
        any(second.startswith(other) or other.startswith(second) for other in typed[first])  # one may be missing, or cut off
        and (f" {first}" in low or f"\n{first}" in low)
        for first, second in _FIRST_WORDS.findall("\n" + low)
        if first in typed
    )


def _numbered_above(new_text: str, asked: Mapping[int, str], found: Answers) -> None:
    """ "1: Only Milo", "2) yes", "Q3 going well", "1 Y 2 N 3 ?" in the sender's own words, with the lines that go on below."""
    if _DIGIT.search(new_text) is None:
        return
    lines = [piece for line in new_text.split("\n") for piece in unrolled(line)]
    if asked:
        lines = counted_up([piece for line in lines for piece in shared(line, asked)])
    maybe = maybe_numbered(lines)
    heads: list[tuple[int, int, str, bool]] = []  # line, number, text behind it, sure by its mark
    for at, line in enumerate(lines):
        if line not in maybe or " | " in line:
            continue  # a row of a table: see _cells
        several = pairs(line)
        if several:
            for number, value in several:
                if not asked or number in asked or number <= 30:
                    found.add(number, [value], written=False)
            found.lines.add(line.strip())
            continue
        head = numbered(line)
        if head is not None and (head[0] in asked if asked else head[0] <= 30):
            heads.append((at, *head))
    if not heads:
        return
    if not asked and not any(sure for *_, sure in heads):
        first = [number for _, number, _, _ in heads]
        if len(first) < 2 or first != sorted(set(first)) or first[0] != 1:
            return  # a day ("19. October") or a list of somebody's own
    known = bool(asked)
    numbers = [number for _, number, _, _ in heads]
    in_order = len(numbers) > 1 and numbers == sorted(set(numbers))
    asked = asked or copied((number, text) for _, number, text, _ in heads)
    ends = [at for at, *_ in heads[1:]] + [len(lines)]
    for (at, number, text, marked), end in zip(heads, ends, strict=True):
        rest = behind(text, asked.get(number, ""))
        parts = [rest] if rest else []
        for line in lines[at + 1 : end]:
            if not line.strip():
                if parts:
                    break
                continue
            if (parts and _closes(line)) or " | " in line:
                break
            parts.append(line)
        if not rest and parts and as_question(text, asked) is not None and as_question(parts[0], asked) is not None:
            continue
        # "19. October" and a list of one's own have numbers too: a mark, known questions or their order take the doubt away.
        found.add(number, parts, written=True, sure=(marked and (known or in_order)) or (known and in_order))


def _closes(line: str) -> bool:
    """Whether a line closes the letter: "Thanks,", "Best regards"."""
    words = line.strip(" ,.!-–—").casefold().split()
    return bool(words) and len(words) <= 4 and words[0] in _CLOSERS


def _in_place(lines: Sequence[Line], asked: Mapping[int, str], found: Answers) -> None:
    """Answers below a quoted question, behind it on its line, or in a cell beside it."""
    current: int | None = None
    question: list[str] = []
    below: list[str] = []
    after_blank = False
    spread: list[tuple[int, list[str]]] = []

    def settle() -> None:
        nonlocal below
        if current is not None:
            rest = behind(" ".join(question), asked.get(current, ""))
            if below:
                spread.append((current, below))
            elif rest:
                typed_over = rest == " ".join(question).strip()  # nothing of the question is left
                found.add(current, [rest], written=False, sure=not typed_over)
        below = []

    for text, kind, head in lines:
        barred = " | " in text or "\t" in text
        if current is None and head is None and kind == "quote" and not barred:
            continue  # most of a letter: nothing was asked just above
        if kind not in _READ:
            if kind in ("attribution", "header"):
                settle()
                current = None
            continue
        cell = _cells(text, asked) if barred else None
        if cell is not None:
            settle()
            current = None
            found.add(cell[0], [cell[1]], written=False)
            continue
        if kind == "new":
            if text and head is None and not pairs(text):
                below.append(text)
            after_blank = not text  # a page's paragraphs have empty lines between them that belong to nobody
            continue
        if not text:
            after_blank = True
            continue
        if head is not None and (head[0] in asked):
            settle()
            current, question = head[0], [head[1]]
        elif current is not None and not after_blank and not below:
            question.append(text)
        else:
            settle()
            current = None
        after_blank = False
    closing = current if below else None
    settle()
    for number, parts in spread:
        # Words below a quotation that ends with its last question are a letter, unless other questions were answered in place.
        if number == closing and len(spread) == 1 and len(asked) > 1 and not found.values:
            continue
        kept: list[str] = []
        for part in parts:
            if kept and _closes(part):
                break
            kept.append(part)
        # Below the last question of a quotation somebody may just go on writing.
        found.add(number, kept, written=True, sure=number != closing)


def _between(lines: Sequence[Line], asked: Mapping[int, str], found: Answers) -> None:
    """Answers typed between the questions of a letter that Outlook quotes without marks: likely, where two questions have one."""
    gaps: dict[int, list[str]] = {}
    current: int | None = None
    question = ""
    for text, kind, head in lines:
        if kind != "quote" or not text:
            continue
        if head is not None and head[0] in asked:
            current, question = head[0], head[1]
            gaps[current] = []
        elif current is not None and "?" not in question:
            question = text  # the question goes on
        elif current is not None:
            gaps[current].append(text)
    answered = {number: parts for number, parts in gaps.items() if parts and number + 1 in gaps}
    for number, parts in answered.items() if len(answered) >= 2 else ():
        found.add(number, parts, written=False, sure=False)


def _cells(text: str, asked: Mapping[int, str]) -> tuple[int, str] | None:
    """Number and answer of a table row "1 | How is it going? | well" or "How is it going? | well"."""
    if " | " not in text and "\t" not in text:
        return None
    cells = [cell.strip() for cell in text.replace("\t", " | ").split("|")]
    for at, cell in enumerate(cells[:3]):
        number = int(cell.strip(" .):")) if cell.strip(" .):").isdigit() and len(cell) <= 4 else None
        head = numbered(cell)
        if number is None and head is not None:
            number = head[0]
        if number is None:
            number = as_question(cell, asked)
        if number is None or not (number in asked if asked else any("?" in other for other in cells[at + 1 : at + 2])):
            continue
        further = cells[at + 1 :] if asked else cells[at + 2 :]
        rest = [other for other in further if other and as_question(other, asked) is None]
        return (number, " ".join(rest)) if rest else None
    return None


def _repeated(new_text: str, asked: Mapping[int, str], found: Answers) -> None:
    """Answers below or behind a question that was typed again, without its number."""
    if not asked:
        return
    begins = beginnings(asked)
    current: int | None = None
    parts: list[str] = []
    for line in [*new_text.split("\n"), ""]:
        text = line.strip()
        may = 0 < len(text) <= 600 and (
            begins is None or text[0].lower() in begins or not text[0].isascii() or not text[0].isalnum()
        )
        if current is None and not may:
            continue  # most lines
        number = as_question(text, asked) if may and numbered(text) is None else None
        if number is not None or (not text and parts):
            if current is not None:
                found.add(current, parts, written=True)
            current, parts = number, []
            rest = behind(text, asked[number]) if number is not None else ""
            if rest:
                parts.append(rest)
        elif text and current is not None:
            parts.append(text)
    if current is not None and parts:
        found.add(current, parts, written=True)
