"""Markdown tokens become plain text that reads well by itself: wrapped, tables in columns, links with their address."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from mailer.letters.bars import NAME, Bars, bars_of
from mailer.letters.fillable import Fillable
from mailer.letters.links import answer_body, encoded

WIDTH = 72  # RFC 5322 section 2.1.1 recommends 78; this leaves room for two levels of "> "
_BETWEEN_COLUMNS = "   "


@dataclass(frozen=True, slots=True)
class Flow:
    """Words that fill lines; `first` and `rest` stand before the first and the other lines."""

    text: Fillable
    first: str = ""
    rest: str = ""
    underline: str = ""

    def lines(self, values: Sequence[str]) -> list[str]:
        lines = wrap(self.text.filled(values), self.first, self.rest)
        return [*lines, self.underline * max(map(width, lines))] if self.underline else lines

    @property
    def constant(self) -> bool:
        return self.text.constant


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines that stay as they are, such as a form to fill in."""

    text: Fillable
    indent: str = ""

    def lines(self, values: Sequence[str]) -> list[str]:
        return [(self.indent + line).rstrip() for line in self.text.filled(values).rstrip("\n").split("\n")]

    @property
    def constant(self) -> bool:
        return self.text.constant


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: columns where they fit, else one group of `Heading: value` lines a row."""

    heading: tuple[Fillable, ...]
    rows: tuple[tuple[Fillable, ...], ...]
    indent: str = ""

    def lines(self, values: Sequence[str]) -> list[str]:
        heading = [" ".join(cell.filled(values).split()) for cell in self.heading]
        rows = [[" ".join(cell.filled(values).split()) for cell in row] for row in self.rows]
        widths = [max(map(width, column)) for column in zip(heading, *rows, strict=True)]
        if sum(widths) + len(_BETWEEN_COLUMNS) * (len(widths) - 1) + len(self.indent) <= WIDTH:
            rule = ["-" * columns for columns in widths]
            return [self._row(cells, widths) for cells in (heading, rule, *rows)]
        lines: list[str] = []
        for number, row in enumerate(rows):
            lines += [""] if number else []
            for name, cell in zip(heading, row, strict=True):
                lines += wrap(f"{name}: {cell}", self.indent, self.indent + "  ")
        return lines

    def _row(self, cells: Sequence[str], widths: Sequence[int]) -> str:
        padded = [cell + " " * (columns - width(cell)) for cell, columns in zip(cells, widths, strict=True)]
        return (self.indent + _BETWEEN_COLUMNS.join(padded)).rstrip()

    @property
    def constant(self) -> bool:
        return all(cell.constant for row in (self.heading, *self.rows) for cell in row)


@dataclass(frozen=True, slots=True)
class Links:
    """Below the words that offer answers: each as a link to tap, on a line of its own (RFC 3986 appendix C: in angle brackets)."""

    words: tuple[Fillable, ...]
    indent: str = ""

    def lines(self, values: Sequence[str], reply: str, offered: set[str]) -> list[str]:
        """Those that are not in `offered` yet: each answer has its link once a letter."""
        links = [f"<{reply}{encoded(answer_body(word.filled(values)))}>" for word in self.words]
        fresh = [link for link in dict.fromkeys(links) if link not in offered]
        offered.update(fresh)
        return [self.indent + link for link in fresh]


Block = Flow | Verbatim | Grid | Bars


def width(text: str) -> int:
    """Columns of a terminal that `text` takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def wrap(text: str, first: str = "", rest: str = "") -> list[str]:
    """Lines of at most WIDTH columns; a word longer than that (an address) keeps a line of its own."""
    lines: list[str] = []
    start = first
    for given in text.split("\n"):
        line, room = "", WIDTH - len(start)
        for word in given.split(" "):
            columns = len(word) if word.isascii() else width(word)
            if not columns:
                continue
            if line and columns + 1 > room:
                lines.append(start + line)
                start, line, room = rest, word, WIDTH - len(rest) - columns
            elif line:
                line, room = f"{line} {word}", room - columns - 1
            else:
                line, room = word, room - columns
        lines.append((start + line).rstrip())
        start = rest
    return lines


@dataclass(frozen=True, slots=True)
class PlainPage:
    """A letter's plain text, ready to be filled: constant stretches are wrapped already."""

    parts: tuple[str | Block | Links, ...]

    def filled(self, values: Sequence[str], reply: str = "mailto:") -> str:
        """The text of one letter; `reply` is the start of a mailto: address that answers it."""
        lines: list[str] = []
        offered: set[str] = set()
        for part in self.parts:
            match part:
                case str():
                    lines.append(part)
                case Links():
                    lines += part.lines(values, reply, offered)
                case _:
                    lines += part.lines(values)
        return "\n".join(lines)


@dataclass(slots=True)
class _Level:
    """One list or quotation that the writer is inside of."""

    indent: str
    marker: str = ""  # waits for the item's first line
    number: int = 0  # 0: bullets
    tight: bool = False
    begun: bool = False  # an item of this list was written already


@dataclass(slots=True)
class _Writer:
    parts: list[str | Block | Links] = field(default_factory=list)
    levels: list[_Level] = field(default_factory=lambda: [_Level("")])
    cells: list[list[Fillable]] = field(default_factory=list)

    def block(self, block: Block, apart: bool = True) -> None:
        if apart and self.parts:
            self.parts.append("")
        self.parts.append("\n".join(block.lines(())) if block.constant else block)

    def write(self, tokens: Sequence[Token]) -> None:
        for place, token in enumerate(tokens):
            level = self.levels[-1]
            match token.type:
                case "inline" if tokens[place - 1].type in ("th_open", "td_open"):
                    self.cells[-1].append(Fillable.of(inline(token)))
                case "inline":
                    self._paragraph(token, tokens[place - 1])
                case "bullet_list_open" | "ordered_list_open":
                    number = int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else 0
                    self.levels.append(_Level(level.indent, number=number, tight=_tight(tokens, place)))
                case "list_item_open":
                    level.marker = f"{level.number}. " if level.number else "- "
                    level.number += 1 if level.number else 0
                    self.levels.append(_Level(level.indent + " " * len(level.marker), level.marker, tight=level.tight))
                case "blockquote_open":
                    self.levels.append(_Level(level.indent + "    "))
                case "bullet_list_close" | "ordered_list_close" | "list_item_close" | "blockquote_close":
                    self.levels.pop()
                case "fence" if token.info.strip() == NAME:
                    self.block(bars_of(token.content, level.indent))
                case "fence":
                    self.block(Verbatim(Fillable.of(token.content), level.indent))
                case "hr":
                    self.block(Flow(Fillable.of("-" * 12), level.indent))
                case "tr_open":
                    self.cells.append([])
                case "table_close":
                    heading, *rows = [tuple(row) for row in self.cells]
                    self.block(Grid(heading, tuple(rows), level.indent))
                    self.cells.clear()
                    self._links([cell for cell in tokens[:place] if cell.type == "inline"], level.indent)

    def _paragraph(self, token: Token, opening: Token) -> None:
        level = self.levels[-1]
        marker, level.marker = level.marker, ""
        first = level.indent[: len(level.indent) - len(marker)] + marker
        underline = "-" if opening.type == "heading_open" else ""
        follows = False
        if marker:
            owner = self.levels[-2]
            follows, owner.begun = owner.begun or self.levels[-3].tight, True
        apart = not (follows and level.tight)
        self.block(Flow(Fillable.of(inline(token)), first, level.indent, underline), apart)
        self._links([token], level.indent)

    def _links(self, tokens: Sequence[Token], indent: str) -> None:
        """The answers these words offer."""
        words = [str(child.meta["word"]) for token in tokens for child in token.children or () if child.type == "answer"]
        if words:
            self.parts.append(Links(tuple(Fillable.of(word) for word in words), indent))


def _tight(tokens: Sequence[Token], start: int) -> bool:
    """A list is tight where its first paragraph is hidden (CommonMark 5.3)."""
    paragraph = next((token for token in tokens[start:] if token.type == "paragraph_open"), None)
    return paragraph is None or paragraph.hidden


def inline(token: Token) -> str:
    """The words of one paragraph; slots stay. A link shows its address unless its words are the address."""
    words: list[str] = []
    links: list[tuple[str, int]] = []
    for child in token.children or ():
        match child.type:
            case "text" | "code_inline":
                words.append(child.content)
            case "softbreak" | "hardbreak":
                words.append("\n")
            case "answer":
                word = str(child.meta["word"])
                words.append(child.content if child.content == word else f"{child.content} ({word})")
            case "link_open":
                links.append((str(child.attrGet("href") or ""), len(words)))
            case "link_close":
                address, start = links.pop()
                shown = "".join(words[start:])
                if address not in (shown, f"mailto:{shown}"):
                    words.append(f" <{address.removeprefix('mailto:')}>")
    return "".join(words)


def plain_page(*documents: Sequence[Token]) -> PlainPage:
    """One plain text of several documents, set apart by a short rule."""
    writer = _Writer()
    for number, tokens in enumerate(documents):
        if number:
            writer.block(Flow(Fillable.of("-" * 12)))
        writer.write(tokens)
    merged: list[str | Block | Links] = []
    for part in writer.parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] = f"{merged[-1]}\n{part}"
        else:
            merged.append(part)
    return PlainPage(tuple(merged))
