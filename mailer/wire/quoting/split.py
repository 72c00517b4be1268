"""Tells the words an author has just written from the ones they quote, sign with, or hand on; linear in time.

Where it is not sure the words are kept: to lose what somebody wrote is the worse error. What was cut is named with its
reason in `Split.cut`, and every line of the body, in order, is in `Split.lines`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from mailer.model.mail import Parsed
from mailer.wire.quoting.body import Body, body, html_body, marks_quotation, strikes, text_body, unmarked
from mailer.wire.quoting.walk import Walk
from mailer.wire.quoting.words import FORWARD_SUBJECT


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

    `new_text` may hold lines that begin with ">": a short quotation that the author kept between words of theirs.
    """

    new_text: str
    quoted_text: str
    forwarded: bool  # another message is handed on
    cut: tuple[Cut, ...]
    body: Body
    kinds: tuple[str, ...]  # of the entries of `body`
    unsure: bool = False  # `new_text` stands below an attribution or headers without marks: it may be the quoted letter itself

    @property
    def lines(self) -> tuple[Line, ...]:
        """The whole body, line by line, in order. Made when asked for, as most readers need only `new_text`."""
        done: list[Line] = []
        for entry, kind in enumerate(self.kinds):
            for text, depth in self.body.lines(entry):
                done.append(Line(text, kind, 0 if kind == "new" else max(depth, 1) if kind == "quote" else depth, len(done) + 1))
        return tuple(done)

    def told(self, limit: int) -> list[tuple[str, str]]:
        """Text and kind of at most `limit` lines of the body, in order: `lines` for readers in a hurry."""
        done: list[tuple[str, str]] = []
        body = self.body
        for entry, kind in enumerate(self.kinds):
            if body.html or not body.depths[entry]:
                done.append((body.raws[entry], kind))
            else:
                lines = body.raws[entry].split("\n")
                done += [
                    (line[2:] if line[:2] == "> " and line[2:3] != ">" else unmarked(line)[0], kind)  # nearly all are written so
                    for line in lines
                ]
            if len(done) >= limit:
                break
        return done[:limit]

    @property
    def own_text(self) -> str:
        """`new_text` without kept quotations: what safety words are looked for in."""
        if ">" not in self.new_text:
            return self.new_text
        return "\n".join([line for line in self.new_text.split("\n") if line[:1] != ">"]).strip()


def split(parsed: Parsed) -> Split:
    """Takes the message apart. The plain text is read where it is real; its HTML twin decides where it is in doubt."""
    found, twins = body(parsed)
    walk = Walk(found)
    if twins and (walk.unsure or not walk.found or not walk.has_words) and marks_quotation(twins):
        second = Walk(html_body(twins))
        if second.found and (second.has_words or walk.unsure):
            walk = second
    elif twins and strikes(twins):  # the plain twin holds what was taken back as well
        second = Walk(html_body(twins))
        if second.has_words and second.found == walk.found:
            walk = second
    if (
        walk.forwarded
        and not walk.has_words
        and not (FORWARD_SUBJECT.match(parsed.first("subject")) or parsed.first("in-reply-to"))
    ):
        walk.keep_rest()
    return _result(walk, walk.forwarded or _hands_on(walk, parsed))


def split_text(text: str) -> Split:
    """The same for a plain text without a message around it."""
    walk = Walk(text_body(text))
    return _result(walk, walk.forwarded)


def _hands_on(walk: Walk, parsed: Parsed) -> bool:
    """Whether a message that does not say so inside forwards another one: by its subject and what it carries."""
    if not FORWARD_SUBJECT.match(parsed.first("subject")):
        return False
    return walk.found or any(part.type == "message/rfc822" for part in parsed.parts)


def _result(walk: Walk, forwarded: bool) -> Split:
    source, kinds = walk.body, walk.kinds
    kept = walk.citation()
    new: list[str] = []
    quoted: list[str] = []
    cut: list[Cut] = []
    line = start = 0
    count = len(kinds)
    while start < count:
        kind, why = kinds[start], walk.why[start]
        end = start + 1
        if start >= walk.rest_from:
            end = count
        elif kind == "new":
            while end < count and kinds[end] == "new":
                end += 1
        else:
            while end < count and kinds[end] == kind and walk.why[end] == why and (start in kept) == (end in kept):
                end += 1
        in_runs = not source.html and any(source.depths[start:end])
        lines = sum(map(source.count, range(start, end))) if in_runs else end - start
        if kind == "new":
            new += source.raws[start:end]
        elif start in kept:
            new.append(source.written(start, end))
        else:
            new.append("")
            quoted.append(source.written(start, end))
            cut.append(Cut(line + 1, line + lines, kind, why))
        line += lines
        start = end
    return Split(
        _squeezed(new), "\n".join(quoted).strip(), forwarded, tuple(cut), source, tuple(kinds), walk.unsure and walk.has_words
    )


def _squeezed(lines: list[str]) -> str:
    """Lines as text, no two blank ones together."""
    text = "\n".join(map(str.rstrip, lines)).strip()
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text if text.isascii() else text.replace("\ufeff", "").strip()
