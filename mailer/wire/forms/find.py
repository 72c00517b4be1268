"""Reads the Mentor Contact Form from any shape people send it in (R-016, R-017, R-040, REQUIREMENTS.md 4.3 item 4).

Block, rows with pipes, tabs or commas, HTML tables, spreadsheets, Word tables and PDF forms, and answers written into the quoted
draft. Right rows are kept beside wrong ones; each wrong row says what is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mailer.model.mail import FormRow, Parsed, Sheet
from mailer.wire.forms.blocks import BlockLine, read_blocks
from mailer.wire.forms.labels import may_be_weak
from mailer.wire.forms.lines import opened
from mailer.wire.forms.tables import rows_of_lines, rows_of_table
from mailer.wire.quoting.split import Split
from mailer.wire.sheets.read import read_sheets
from mailer.wire.understand_body import Body, Tables, body_of, tables_of

# "Mentor" as it is written and miswritten.
_MENTOR = ("entor", "ENTOR", "entr:", "enter:", "Mentr", "Menter", "Mntr")


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was found: its rows, the lines of new_text (1-based) they took, and the attachments they came from."""

    rows: tuple[FormRow, ...] = ()
    problems: tuple[str, ...] = ()
    lines: frozenset[int] = frozenset()
    sources: frozenset[str] = frozenset()


def read_form(parsed: Parsed, split: Split, *, sent: date, order: str) -> tuple[tuple[FormRow, ...], tuple[str, ...]]:
    """The form's rows in a message, and sentences about what is wrong with them and with its attachments. Never raises."""
    sheets, refused = read_sheets(parsed)
    form = find_form(tables_of(parsed), body_of(split), sheets, sent=sent, order=order)
    return form.rows, (*refused, *form.problems)


def find_form(tables: Tables, body: Body, sheets: Sequence[Sheet], *, sent: date, order: str) -> Form:
    """As `read_form`, with the tables of HTML and attachments read already."""
    rows, lines = _in_text(body, sent, order)
    from_html, cells = _in_html(tables, sent, order) if not body.forwarded else ((), frozenset())
    if from_html:  # the plain twin of a table is its cells, one a line or all in a row
        lines |= {at for at, line in enumerate(body.new_text.split("\n"), 1) if " ".join(line.split()) in cells}
    if not rows and not from_html and not sheets:
        return Form(lines=lines)
    alike = [row.mentor for row in from_html] == [row.mentor for row in rows]  # a cell's own lines are known in the HTML only
    if len(from_html) > len(rows) or (from_html and (alike or not any(row.summary for row in rows))):
        rows = from_html
    sources: set[str] = set()
    for sheet in sheets:
        found = rows_of_table(sheet.rows, sent=sent, order=order)
        if not found and all(len(cells) == 1 for cells in sheet.rows):
            block = [BlockLine(cells[0], number=0) for cells in sheet.rows]
            found, _, _ = read_blocks(block, sent=sent, order=order)
        if found:
            sources.add(sheet.source)
            rows = (*rows, *found)
    rows = _each_once(rows)
    return Form(rows, tuple(dict.fromkeys(problem for row in rows for problem in row.problems)), lines, frozenset(sources))


def _each_once(rows: Sequence[FormRow]) -> tuple[FormRow, ...]:
    """The same row in the text and in an attachment is one row."""
    kept: dict[tuple[object, ...], FormRow] = {}
    for row in rows:
        kept.setdefault((row.mentor.casefold(), row.attempted, row.contact_made, row.mentees, row.summary), row)
    return tuple(kept.values())


def _in_text(body: Body, sent: date, order: str) -> tuple[tuple[FormRow, ...], frozenset[int]]:
    if not _may_be_form(body.new_text):
        return ((), frozenset()) if body.forwarded else _in_quote(body, sent, order)
    written = body.new_text.split("\n")
    rows: tuple[FormRow, ...] = ()
    used: frozenset[int] = frozenset()
    weakly = may_be_weak(body.new_text)
    if weakly or (any(map(body.new_text.__contains__, ":=：")) and any(map(_labelled, written))):
        block = [BlockLine(piece, number=number) for number, line in enumerate(written, 1) for piece in opened(line)]
        rows, _, used = read_blocks(block, sent=sent, order=order, weakly=weakly)
    if not rows:
        rows, taken = rows_of_lines(written, sent=sent, order=order)
        used = frozenset(number + 1 for number in taken)
    if rows or body.forwarded:
        return rows, used
    return _in_quote(body, sent, order)


def _may_be_form(text: str) -> bool:
    """Whether a text can hold a form at all: it names mentors, or has separators enough for a row."""
    return (
        text.count(",") > 2
        or "|" in text
        or "\t" in text
        or any(map(text.__contains__, _MENTOR))
        or "   " in text
        or any(text.count(mark) > 2 for mark in (";", " - ", " – ", " / "))
    )


def _labelled(line: str) -> bool:
    """Whether a line may begin with a label: letters stand before a colon or an equals sign."""
    place = max(line.rfind(":"), line.rfind("="), line.rfind("："))
    return place > 0 and any(map(str.isalpha, line[:place]))


def _in_quote(body: Body, sent: date, order: str) -> tuple[tuple[FormRow, ...], frozenset[int]]:
    """Rows of the quoted draft that were filled in: written into below a label, or a summary typed inside the quote."""
    if not body.draft:
        return (), frozenset()
    block: list[BlockLine] = []
    for text, kind in body.told:
        if kind in ("new", "quote"):
            block += [BlockLine(piece, kind == "new", len(block)) for piece in opened(text.lstrip("> \t"))]
    rows, fresh, used = read_blocks(block, sent=sent, order=order)
    kept = tuple(row for row, new in zip(rows, fresh, strict=True) if new or row.summary)
    if not kept:
        return (), frozenset()
    fresh_texts = {block[at].text.strip() for at in used if block[at].fresh}
    lines = frozenset(at for at, text in enumerate(body.new_text.split("\n"), 1) if text.strip() in fresh_texts)
    return kept, lines


def _in_html(tables: Tables, sent: date, order: str) -> tuple[tuple[FormRow, ...], frozenset[str]]:
    """The form's rows in the message's HTML tables, and the texts of their cells."""
    rows: list[FormRow] = []
    cells: set[str] = set()
    for table in tables:
        found = rows_of_table(table, sent=sent, order=order)
        if found:
            rows.extend(found)
            cells.update(" ".join(cell.split()) for row in table for cell in row if cell)
    return tuple(rows), frozenset(cells)
