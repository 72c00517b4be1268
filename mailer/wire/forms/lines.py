"""A contact form that somebody wrote into one line: "Mentor: Ana Ruiz. Contact made: 3/21. Mentees: Mel. Summary: going well"."""

from __future__ import annotations

import re

from mailer.wire.forms.headings import Column, column_of, exactly

_LINE_LIMIT = 4000  # characters
_LABEL_WORDS = 6
_COLON = re.compile(r"[:=](?=\s|[^\s/:=\d]|\d{1,2}[/.-]|\d{4}-)")  # not of "https://" and "9:30"
_APART = re.compile(r"[.,;|/–—]\s|\s[-|]\s|\s{2,}|\t|\s\(")
_PIECE = re.compile(r"[,;|](?=\s)|\s/\s|$")
_DASH_LABEL = re.compile(r"[\s*•-]{0,6}([^\W\d_][\w .'’()]{1,40}?)\s?(?:[-–—=]|->)\s?")
_ENDS = " \t.,;|/–—-("


def opened(line: str) -> tuple[str, ...]:
    """The line cut before each label of the form, one "Label: value" a piece; the line itself where it is no form.

    It must begin with the mentor's label, and name two more of the form's columns, a date or the summary among them.
    """
    colon = line.find(":", 0, 60) if "ent" in line[:60].lower() else -1
    if colon < 0 and "ent" in line[:30].lower() and len(line) <= _LINE_LIMIT and (dashed := _dashed(line)):
        return dashed
    if colon < 0 or len(line) > _LINE_LIMIT or column_of(line[:colon].strip(" *_>-•")) is not Column.MENTOR:
        return (line,)
    cuts: list[int] = [len(line) - len(line.lstrip())]
    seen: list[Column] = [Column.MENTOR]
    for found in _COLON.finditer(line, colon + 1):
        start, column = _label(line, cuts[-1], found.start())
        if column is None or (column in seen and column is not Column.MENTOR):
            continue
        if column is Column.MENTOR:
            seen = [column]
        else:
            seen.append(column)
        cuts.append(start)
    named = {column for at, end in zip(cuts, [*cuts[1:], len(line)], strict=True) if (column := _first(line[at:end])) is not None}
    if len(named) < 3 or not named & {Column.MADE, Column.ATTEMPTED, Column.SUMMARY}:
        return (line,)
    pieces = [line[at:end] for at, end in zip(cuts, [*cuts[1:], len(line)], strict=True)]
    last = pieces[-1].strip()
    last = last[:-1] if last.endswith(")") and last.count(")") > last.count("(") else last
    return (*(piece.rstrip(_ENDS) for piece in pieces[:-1]), last)


def _dashed(line: str) -> tuple[str, ...]:
    """ "Mentor - Ana Ruiz, Date - 3/21, Summary - fine" as "Mentor: Ana Ruiz" and so on; empty where it is none."""
    pieces: list[str] = []
    named: list[Column] = []
    last = 0
    for found in _PIECE.finditer(line):
        text = line[last : found.start()]
        last = found.end()
        label = _DASH_LABEL.match(text)
        column = exactly(label[1].strip(" *_>-•")) if label else None
        if label and column is not None and column not in named:
            named.append(column)
            pieces.append(f"{label[1]}: {text[label.end() :]}".rstrip(_ENDS))
        elif pieces and text.strip():
            pieces[-1] += f", {text.strip()}"
    sure = len(named) >= 3 and named[0] is Column.MENTOR and not {Column.MADE, Column.ATTEMPTED, Column.SUMMARY}.isdisjoint(named)
    return tuple(pieces) if sure else ()


def _first(piece: str) -> Column | None:
    return column_of(piece[: piece.find(":") if ":" in piece else piece.find("=")].strip(" *_>-•"))


def _label(line: str, since: int, colon: int) -> tuple[int, Column | None]:
    """Where the label that ends at `colon` begins, and which column it names: the longest words of ours in front of it."""
    begin = max(since + 1, colon - 60)
    apart = 0
    for found in _APART.finditer(line, begin, colon):
        apart = found.end()
    if apart and (column := column_of(line[apart:colon].strip(" *_"))) is not None:
        return apart, column
    # No mark in front: the words must be ours, and begin with a capital ("3/21 Summary: going well").
    words = list(re.finditer(r"\S+", line[max(begin, apart) : colon]))[-_LABEL_WORDS:]
    for word in words:
        start = max(begin, apart) + word.start()
        if line[start].isupper() and (column := exactly(line[start:colon].strip(" *_"))) is not None:
            return start, column
    return colon, None
