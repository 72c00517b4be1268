"""Reads HTML mail as lines of text that still know what was quoted, and its tables as rows; linear in time."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from mailer.wire.html.tables import HtmlLine, Table
from mailer.wire.html.tags import Tag, attributes, meaning, tokens

RULE = "_" * 32  # what a horizontal rule is written as
TOKEN_LIMIT = 150_000  # tags and texts; the rest of a longer message is not read
_NESTING = 20  # tables inside tables, and quotations inside quotations, that are told apart
_LINK_LIMIT = 2000  # characters of an address that is shown behind its label

_VOID = frozenset(("br", "hr", "img", "meta", "input", "col", "link", "area", "base", "wbr", "embed", "source", "param", "track"))
_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "center",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "fieldset",
            "figcaption",
        ),
        *(
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hgroup",
            "html",
            "li",
            "main",
            "nav",
            "ol",
            "p",
        ),
        *("pre", "section", "summary", "ul", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption"),
    )
)
_TELLING = frozenset(("blockquote", "pre", "textarea", "s", "strike", "del"))  # mean something without attributes
_SPACED = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6"))


class HtmlTable(NamedTuple):
    """A table of two or more columns, cells as text."""

    rows: tuple[tuple[str, ...], ...]
    depth: int  # quotations it lies in


class Document(NamedTuple):
    lines: tuple[HtmlLine, ...]
    tables: tuple[HtmlTable, ...]


@dataclass(slots=True)
class _Zone:
    """What one open element says about all inside it."""

    meaning: str
    outer_mark: str
    active: bool = True


@dataclass(slots=True)
class _Reader:
    lines: list[HtmlLine] = field(default_factory=list)
    tables: list[HtmlTable] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # of the line being written
    solid: bool = False  # the line holds a no-break space: an empty one is then a line all the same
    open_tables: list[tuple[Table, list[HtmlLine]]] = field(default_factory=list)
    unread_tables: int = 0
    zones: list[_Zone] = field(default_factory=list)
    opened: dict[str, list[_Zone | None]] = field(default_factory=dict)
    lists: list[int] = field(default_factory=list)  # next number; -1 for bullets
    links: list[tuple[str, int]] = field(default_factory=list)
    depth: int = 0
    hidden: int = 0
    pre: int = 0
    mark: str = ""

    def text(self, text: str) -> None:
        if self.hidden:
            return
        if "\xa0" in text:
            self.solid = True
            text = text.replace("\xa0", " ")
        if self.pre:
            first, *rest = text.split("\n")
            self.words.append(first)
            for line in rest:
                self.end_line(always=True)
                self.words.append(line)
            return
        words = text.split()
        if not words:
            if text and self.words and not self.words[-1].endswith(" "):
                self.words.append(" ")
            return
        joined = " ".join(words)
        if text[0].isspace() and self.words:
            joined = " " + joined
        self.words.append(joined + " " if text[-1].isspace() else joined)

    def end_line(self, *, always: bool = False) -> None:
        """Finishes the line being written; an empty one counts only if asked for (`<br>`) or held by a no-break space."""
        text = ""
        if self.words:
            text = "".join(self.words)
            text = text.rstrip() if self.pre else " ".join(text.split())
            self.words.clear()
        if text or always or self.solid:
            self.lines.append(HtmlLine(text, self.depth, self.mark))
            self.solid = False

    def blank(self) -> None:
        if self.lines and self.lines[-1].text:
            self.lines.append(HtmlLine("", self.depth, self.mark))

    def open(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self.end_line(always=not self.hidden)
            return
        if name in _BLOCKS:
            self.end_line()
        found = meaning(tag) if tag.written or name in _TELLING else ""
        if name in _VOID:
            self.void(tag, found)
            return
        if name == "p" and (last := self.opened.pop("p", None)) and last[-1] is not None:
            self.leave(last[-1])  # a paragraph ends where the next begins
        self.opened.setdefault(name, []).append(self.enter(found) if found else None)
        if name in _SPACED and _has_margin(tag):
            self.blank()
        match name:
            case "table":
                self.open_table()
            case "tr" if self.reads_table():
                self.open_tables[-1][0].start_row()
                self.lines = self.open_tables[-1][0].loose
            case "td" | "th" if self.reads_table():
                found_attributes = attributes(tag.written)
                self.lines = self.open_tables[-1][0].start_cell(
                    found_attributes.get("colspan", ""), found_attributes.get("rowspan", "")
                )
            case "ol" | "ul":
                start = attributes(tag.written).get("start", "1")
                self.lists.append(-1 if name == "ul" else int(start) if start.isdecimal() and len(start) < 6 else 1)
            case "li":
                self.open_item(tag)
            case "a":
                href = attributes(tag.written).get("href", "").strip()
                self.links.append((href, len(self.words)))

    def void(self, tag: Tag, found: str) -> None:
        if self.hidden:
            return
        match tag.name:
            case "hr":
                self.end_line()
                self.lines.append(HtmlLine(RULE, self.depth, "header" if found == "header" else self.mark or "rule"))
            case "img":
                alt = attributes(tag.written).get("alt", "")
                if len(alt) <= 8 and alt and not alt.isascii():
                    self.words.append(alt)  # an emoji drawn as an image

    def close(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self.end_line(always=True)
            return
        if name in _BLOCKS:
            self.end_line()
        stack = self.opened.get(name)
        if not stack:
            return
        zone = stack.pop()
        match name:
            case "table":
                self.close_table()
            case "td" | "th" if self.reads_table():
                self.lines = self.open_tables[-1][0].loose
            case "ol" | "ul" if self.lists:
                self.lists.pop()
            case "a" if self.links:
                self.close_link()
        if zone is not None:
            self.leave(zone)

    def enter(self, found: str) -> _Zone:
        zone = _Zone(found, self.mark)
        self.zones.append(zone)
        match found:
            case "quote":
                self.end_line()
                self.depth += 1
            case "hidden":
                self.hidden += 1
            case "pre":
                self.pre += 1
            case _:
                self.end_line()
                self.depth += found == "bar"
                self.mark = found
        return zone

    def leave(self, zone: _Zone) -> None:
        """Ends `zone` and every one that was opened inside it and never closed."""
        while zone.active:
            last = self.zones.pop()
            last.active = False
            match last.meaning:
                case "quote":
                    self.end_line()
                    self.depth -= 1
                case "hidden":
                    self.hidden -= 1
                case "pre":
                    self.end_line()
                    self.pre -= 1
                case _:
                    self.end_line()
                    self.depth -= last.meaning == "bar"
                    self.mark = last.outer_mark

    def reads_table(self) -> bool:
        return bool(self.open_tables) and not self.unread_tables

    def open_table(self) -> None:
        if len(self.open_tables) >= _NESTING or self.unread_tables:
            self.unread_tables += 1
            return
        table = Table(self.depth)
        self.open_tables.append((table, self.lines))
        self.lines = table.loose

    def close_table(self) -> None:
        """Writes the table that ends: as rows where it holds data, as paragraphs where it only lays out."""
        if self.unread_tables:
            self.unread_tables -= 1
            return
        if not self.open_tables:
            return
        table, self.lines = self.open_tables.pop()
        self.lines += table.loose
        if not table.holds_data:
            for row in table.rows:
                for cell in row:
                    self.lines += cell.lines
            return
        if self.open_tables:
            self.open_tables[-1][0].contains_table = True
        self.tables.append(HtmlTable(table.cells(), table.depth))
        plain = all(cell.fits_row for row in table.rows for cell in row)
        for row in table.rows:
            if not plain:
                for cell in row:
                    self.lines += cell.lines
                continue
            texts = [" ".join(line.text for line in cell.lines if line.text) for cell in row]
            if any(texts):
                first = next(line for cell in row for line in cell.lines if line.text)
                text = " | ".join(texts) if sum(map(bool, texts)) > 1 else "".join(texts)
                self.lines.append(HtmlLine(text, first.depth, first.mark))

    def open_item(self, tag: Tag) -> None:
        if self.hidden:
            return
        if not self.lists or self.lists[-1] < 0:
            self.words.append("- ")
            return
        value = attributes(tag.written).get("value", "")
        number = int(value) if value.isdecimal() and len(value) < 6 else self.lists[-1]
        self.words.append(f"{number}. ")
        self.lists[-1] = number + 1

    def close_link(self) -> None:
        """Shows where a link leads, unless its label says so: labelled links are how some surveys are sent."""
        href, place = self.links.pop()
        if self.hidden or not href.lower().startswith(("http://", "https://")) or len(href) > _LINK_LIMIT:
            return
        label = "".join(self.words[place:]).strip()
        bare = href.split("://", 1)[1].rstrip("/").lower()
        if label and bare not in label.lower() and label.lower().rstrip("/") not in bare:
            self.words.append(f" <{href}>")

    def finish(self) -> Document:
        self.end_line()
        while self.open_tables:
            self.unread_tables = 0
            self.close_table()
        return Document(tuple(self.lines), tuple(self.tables))


def _has_margin(tag: Tag) -> bool:
    """Word and Outlook write every line as a paragraph without a gap."""
    if not tag.written:
        return True
    written = tag.written[:400].lower()
    return "msonormal" not in written and "msolist" not in written and "margin:0" not in written.replace(" ", "")


def read(html: str) -> Document:
    """The lines and tables of an HTML text. Total and linear: a megabyte of anything takes less than a second."""
    reader = _Reader()
    for token in islice(tokens(html), TOKEN_LIMIT):
        if isinstance(token, str):
            reader.text(token)
        elif token.closing:
            reader.close(token)
        else:
            reader.open(token)
    return reader.finish()


def to_text(html: str) -> str:
    """HTML as plain text: tables as rows "a | b | c", quotations with ">" in front, links behind their labels."""
    done: list[str] = []
    for line in read(html).lines:
        marks = ">" * min(line.depth, _NESTING)
        written = f"{marks} {line.text}".rstrip() if marks else line.text
        if line.text or (done and done[-1].strip("> ")):
            done.append(written)
    return "\n".join(done).strip("\n")


def tables(html: str) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Every table of two or more columns as rows of cell texts, inner tables before outer ones; lines of a cell by newlines."""
    return tuple(table.rows for table in read(html).tables)
