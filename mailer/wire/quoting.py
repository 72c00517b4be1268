"""Tells the words an author has just written from the ones they quote, sign with, or hand on; linear in time.

Where it is not sure the words are kept: to lose what somebody wrote is the worse error. What was cut is named with its
reason in `Split.cut`, and every line of the body, in order, is in `Split.lines`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from mailer.model.mail import Parsed
from mailer.wire.quoting_body import body, html_lines, marks_quotation, text_lines
from mailer.wire.quoting_footers import holds_form, is_device_footer, is_disclaimer
from mailer.wire.quoting_marks import Raw, attributions, bare, below, is_rule, marked_like_quote, named_mark, next_filled
from mailer.wire.quoting_words import FORWARD_SUBJECT

_SIGNATURES = frozenset(("--", "—", "–", "-- -", "- --"))
_SIGNATURE_LINES = 15  # with words; a longer "signature" is text behind a line of dashes
_FOOTER_LINES = 4  # with words, below a drawn line
_CITATION_LINES = 3  # a quotation without attribution that is no longer is the author's own


class Line(NamedTuple):
    """One line of the body."""

    text: str  # without quote marks
    kind: str  # "new", "quote", "attribution", "signature", "header" or "footer"
    depth: int  # quotations it lies in; 0 for the author's own
    number: int  # from 1


class Cut(NamedTuple):
    """Lines that are not the author's new words, and why."""

    first: int  # line numbers, both included
    last: int
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Split:
    """A body taken apart.

    `new_text` may hold lines that begin with ">": a short quotation without attribution that the author kept on purpose.
    """

    new_text: str
    quoted_text: str
    forwarded: bool  # another message is handed on
    cut: tuple[Cut, ...]
    lines: tuple[Line, ...]

    @property
    def own_text(self) -> str:
        """`new_text` without kept quotations: what commands and safety words are looked for in."""
        return "\n".join(line for line in self.new_text.split("\n") if line[:1] != ">").strip()


def split(parsed: Parsed) -> Split:
    """Takes the message apart. The plain text is read where it is real; its HTML twin decides where it is in doubt."""
    lines, twins, is_html = body(parsed)
    walk = _Walk(lines, html=is_html)
    if twins and (walk.unsure or not walk.found) and marks_quotation(twins):
        second = _Walk([line for part in twins for line in html_lines(part.text or "")], html=True)
        if second.found and (second.has_words or walk.unsure):
            walk = second
    return walk.result(parsed)


def split_text(text: str) -> Split:
    """The same for a plain text without a message around it."""
    return _Walk(text_lines(text), html=False).result(None)


class _Walk:
    """One pass over the lines of a body: what each is, and why."""

    def __init__(self, lines: list[Raw], *, html: bool) -> None:
        self.lines = lines
        self.html = html
        self.texts = [bare(line.text) for line in lines]
        self.kinds = ["new"] * len(lines)
        self.why = [""] * len(lines)
        self.wrote = False  # words of the author stand above
        self.unsure = False
        self.found = False  # a quotation, or another message
        self.attributed = False
        self.forwarded = False
        self.spans = attributions(lines, self.texts)
        self.walk()
        self.cut_footers()
        self.restore()

    def set(self, start: int, end: int, kind: str, why: str) -> None:
        self.kinds[start:end] = [kind] * (end - start)
        self.why[start:end] = [why] * (end - start)

    def walk(self) -> None:
        lines, texts = self.lines, self.texts
        number, count = 0, len(lines)
        while number < count:
            text = texts[number]
            line = lines[number]
            if number in self.spans:
                number = self.attribution(number, self.spans[number], "attribution line")
            elif line.depth:
                self.kinds[number] = "quote"
                self.why[number] = "quote marks"
                self.found = True
                number += 1
            elif line.mark and line.mark != "rule":
                number = self.marked(number)
            elif not text:
                number += 1
            elif (another := below(lines, texts, number)) is not None:
                number = self.another(number, another.end, another.forwarded)
            elif (name := named_mark(text)) and number + 1 < count and texts[number + 1].startswith(name):
                end = number + 1
                while end < count and texts[end].startswith(name):
                    end += 1
                self.set(number, end, "quote", "quote marks")
                number = end
            elif text in _SIGNATURES and self.wrote:
                number = self.signature(number)
            else:
                self.wrote = True
                number += 1

    def attribution(self, start: int, end: int, why: str) -> int:
        """An attribution: what it names follows, with marks, or else up to the end."""
        self.set(start, end, "attribution", why)
        self.found = self.attributed = True
        following = next_filled(self.texts, end)
        if following is None or self.lines[following].depth:
            return end
        if marked_like_quote(self.texts[following]):
            last = following
            while last < len(self.lines) and (not self.texts[last] or marked_like_quote(self.texts[last])):
                last += 1
            self.set(following, last, "quote", "quote marks")
            return last
        if self.wrote:
            return self.rest(end, "below an attribution line")
        self.unsure = True  # nothing above, no marks: what stands below is all there is, so it is kept
        return end

    def marked(self, number: int) -> int:
        """Lines that an HTML mail program marked itself."""
        mark = self.lines[number].mark
        end = number
        while end < len(self.lines) and self.lines[end].mark == mark and not self.lines[end].depth:
            end += 1
        if mark == "signature":
            self.set(number, end, "signature", "marked as signature")
            return end
        if mark == "attribution":
            return self.attribution(number, end, "marked as attribution")
        return self.another(number, end, False)

    def another(self, start: int, end: int, forwarded: bool) -> int:
        """Another message begins: up to the end, unless its lines carry marks."""
        first = start
        while first and (not self.texts[first - 1] or is_rule(self.texts[first - 1])) and self.kinds[first - 1] == "new":
            first -= 1
        self.set(first, end, "header", "forwarded message" if forwarded else "headers of another message")
        self.found = self.attributed = True
        self.forwarded = self.forwarded or forwarded
        self.unsure = self.unsure or not self.wrote
        following = next_filled(self.texts, end)
        if following is not None and self.lines[following].depth and not self.lines[start].mark:
            return end
        return self.rest(end, "forwarded message" if forwarded else "below the headers of another message")

    def rest(self, start: int, why: str) -> int:
        self.set(start, len(self.lines), "quote", why)
        return len(self.lines)

    def signature(self, number: int) -> int:
        """A signature ends where the next quotation begins, or with the text."""
        end, filled = number + 1, 0
        exact = self.lines[number].text == "-- "
        while end < len(self.lines) and filled <= _SIGNATURE_LINES:
            if self.lines[end].depth or end in self.spans or self.lines[end].mark not in ("", "rule"):
                break
            if self.texts[end]:
                if below(self.lines, self.texts, end) is not None:
                    break
                filled += 1
            end += 1
        if filled > _SIGNATURE_LINES or (not exact and holds_form(self.texts[number + 1 : end])):
            self.wrote = True
            return number + 1
        self.set(number, end, "signature", "signature")
        return end

    def cut_footers(self) -> None:
        """Cuts devices, disclaimers and lists from the end of every run of new lines."""
        number = len(self.lines)
        while number:
            if self.kinds[number - 1] != "new":
                number -= 1
                continue
            end = number
            while number and self.kinds[number - 1] == "new":
                number -= 1
            self.cut_footer(number, end)

    def cut_footer(self, start: int, end: int) -> None:
        texts = self.texts
        for number in range(start, end):
            if texts[number] and (number == start or not texts[number - 1]) and is_disclaimer(texts[number]):
                self.set(number, end, "footer", "disclaimer")
                end = number
                break
        end = self.cut_devices(start, end)
        filled = 0
        number = end
        while number > start and filled <= _FOOTER_LINES:
            number -= 1
            text = texts[number]
            if len(text) >= 5 and not text.strip("_"):
                if any(texts[start:number]) and not holds_form(texts[number + 1 : end]):
                    self.set(number, end, "signature", "below a drawn line")
                    self.cut_devices(start, number)
                return
            filled += bool(text)

    def cut_devices(self, start: int, end: int) -> int:
        while end > start:
            text = self.texts[end - 1]
            if text and not is_device_footer(text) and (not is_rule(text) or self.lines[end - 1].mark != "rule"):
                return end
            if text:
                self.set(end - 1, end, "footer", "device footer")
            end -= 1
        return end

    @property
    def has_words(self) -> bool:
        return any(text and kind == "new" for text, kind in zip(self.texts, self.kinds, strict=True))

    def restore(self) -> None:
        """Gives a signature back if nothing else is left: somebody wrote below the dashes."""
        if not self.has_words and "signature" in self.kinds:
            for number, kind in enumerate(self.kinds):
                if kind == "signature" and self.texts[number] not in _SIGNATURES and not is_rule(self.texts[number]):
                    self.set(number, number + 1, "new", "")

    def citations(self) -> range:
        """Lines of the one short quotation that an author set between words of theirs, or sent alone."""
        marked = [number for number, line in enumerate(self.lines) if line.depth]
        if not marked or self.html:
            return range(0)
        block = range(marked[0], marked[-1] + 1)
        filled = sum(1 for number in marked if self.texts[number])
        if filled > _CITATION_LINES or any(self.kinds[number] != "quote" and self.texts[number] for number in block):
            return range(0)
        above = any(self.kinds[number] == "new" and self.texts[number] for number in range(block.start))
        behind = any(self.kinds[number] == "new" and self.texts[number] for number in range(block.stop, len(self.kinds)))
        return block if (behind and (above or not self.attributed)) or not (above or behind or self.attributed) else range(0)

    def result(self, parsed: Parsed | None) -> Split:
        kept = self.citations()
        new: list[str] = []
        quoted: list[str] = []
        lines: list[Line] = []
        cut: list[Cut] = []
        for number, (raw, kind) in enumerate(zip(self.lines, self.kinds, strict=True)):
            depth = 0 if kind == "new" else max(raw.depth, 1) if kind == "quote" else raw.depth
            lines.append(Line(raw.text, kind, depth, number + 1))
            if kind == "new":
                if raw.text or (new and new[-1]):
                    new.append(raw.text)
                continue
            written = f"{'>' * min(raw.depth, 20)} {raw.text}" if raw.depth else raw.text
            if number in kept:
                new.append(written)
                continue
            quoted.append(written)
            if cut and cut[-1].last == number and cut[-1].kind == kind and cut[-1].why == self.why[number]:
                cut[-1] = Cut(cut[-1].first, number + 1, kind, self.why[number])
            else:
                cut.append(Cut(number + 1, number + 1, kind, self.why[number]))
            if new and new[-1]:
                new.append("")
        return Split("\n".join(new).strip(), "\n".join(quoted).strip(), self.hands_on(parsed), tuple(cut), tuple(lines))

    def hands_on(self, parsed: Parsed | None) -> bool:
        """Whether the message forwards another one: by a mark in it, or by its subject and what it carries."""
        if self.forwarded:
            return True
        if any(raw.depth == 1 and "orward" in raw.text for raw in self.lines) and self.quoted_forward():
            return True
        if parsed is None or not FORWARD_SUBJECT.match(parsed.first("subject")):
            return False
        return self.found or any(part.type == "message/rfc822" for part in parsed.parts)

    def quoted_forward(self) -> bool:
        """Apple Mail puts "Begin forwarded message:" inside the quotation."""
        first = next((number for number, kind in enumerate(self.kinds) if kind == "quote" and self.texts[number]), None)
        return first is not None and self.texts[first].lower().startswith("begin forwarded")
