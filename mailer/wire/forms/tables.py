"""The contact form as a table: headings in any order, or the seed's order without headings; rows of text, sheets, HTML."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from datetime import date

from mailer.model.mail import FormRow
from mailer.wire.dates.read import find_dates, read_date
from mailer.wire.forms.headings import Column, column_of, heading_row, plain
from mailer.wire.forms.rows import COUNTED, make_row, nothing, says_something

ROW_LIMIT = 2000
_SHORTEST_ROW = 6  # characters: "name||"
_HEAD_ROWS = 25  # rows above the headings: a title, the month, the coordinator's name
_NAMES_MENTORS = re.compile(r"me[nt]{1,3}[oe]r|name")
_PARTICLES = ("van", "von", "der", "den", "de", "la", "di", "da", "del", "dos", "bin", "al", "el")
# A row has bars or tabs, or a date in figures behind its first comma or semicolon.
_MAY_BE_ROW = re.compile(r"[^|\t,;\"]*+(?:[|\t\"]|[,;][^|\t,;\"\d]*+[|\t\"\d])")
_PARTED = re.compile(r"[,;|\t/–-]|   ")  # stands in every row
_COLUMNS = re.compile(r"\s{2,}")
_RULER = re.compile(r"[\s|+:=_-]*")
_ORDERS: dict[int, tuple[Column, ...]] = {
    4: (Column.MENTOR, Column.MADE, Column.MENTEES, Column.SUMMARY),  # the seed's
    5: (Column.MENTOR, Column.MADE, Column.MENTEES, Column.SUMMARY, Column.ISSUES),
    6: (Column.MENTOR, Column.ATTEMPTED, Column.MADE, Column.MENTEES, Column.SUMMARY, Column.ISSUES),
}
_EXTENDED_FIVE = (Column.MENTOR, Column.ATTEMPTED, Column.MADE, Column.MENTEES, Column.SUMMARY)


def rows_of_table(table: Sequence[Sequence[str]], *, sent: date, order: str) -> tuple[FormRow, ...]:
    """The form's rows in a table; empty where the table is no contact form."""
    for number, cells in enumerate(table[:_HEAD_ROWS]):
        places = heading_row(cells)
        if places is not None:
            return _below(table[number + 1 :], places, cells, sent, order)
    return _labelled(table, sent, order) or _unheaded(table, sent, order)


def _unheaded(table: Sequence[Sequence[str]], sent: date, order: str) -> tuple[FormRow, ...]:
    """A table without headings in the seed's order: most of its rows must fit."""
    if len(table) > ROW_LIMIT or not any(4 <= len(cells) <= 6 for cells in table[:_HEAD_ROWS]):
        return ()
    rows = [row for cells in table if (row := in_order(cells, sent=sent, order=order)) is not None]
    return tuple(rows) if 2 * len(rows) > len(table) else ()


def _below(
    table: Sequence[Sequence[str]], places: dict[int, Column], headings: Sequence[str], sent: date, order: str
) -> tuple[FormRow, ...]:
    rows: list[FormRow] = []
    for cells in table[:ROW_LIMIT]:
        if heading_row(cells) is not None or not any(cell.strip() for cell in cells):
            continue
        texts = {column: cells[at] for at, column in places.items() if at < len(cells)}
        extra = {
            " ".join(headings[at].split()): cell
            for at, cell in enumerate(cells)
            if at not in places and at < len(headings) and headings[at].strip() and cell.strip()
        }
        row = make_row(texts, extra, sent=sent, order=order)
        if not row.mentor and rows and not (row.attempted or row.contact_made):
            rows[-1] = _longer(rows[-1], row)  # a cell of the row above went on in the next line
        elif says_something(row) and (row.mentor or row.summary):
            rows.append(row)
    return tuple(rows)


def _longer(row: FormRow, more: FormRow) -> FormRow:
    return FormRow(
        row.mentor,
        row.attempted,
        row.contact_made,
        row.mentees + tuple(name for name in more.mentees if name not in row.mentees),
        f"{row.summary} {more.summary}".strip(),
        f"{row.issues} {more.issues}".strip(),
        {**more.extra, **row.extra},
        row.problems,
    )


def _labelled(table: Sequence[Sequence[str]], sent: date, order: str) -> tuple[FormRow, ...]:
    """A table on its side: labels in the first column, one mentor in every further one, or one block below the other."""
    columns = [column_of(cells[0]) if cells else None for cells in table[:ROW_LIMIT]]
    known = {column for column in columns if column is not None}
    if Column.MENTOR not in known or len(known) < 3 or not known & {Column.MADE, Column.ATTEMPTED, Column.SUMMARY}:
        return ()
    width = max(len(cells) for cells in table)
    rows: list[FormRow] = []
    for at in range(1, min(width, 40)):
        texts: dict[Column, str] = {}
        extra: dict[str, str] = {}
        for column, cells in zip(columns, table, strict=False):
            value = cells[at] if at < len(cells) else ""
            if column is Column.MENTOR and texts.get(Column.MENTOR, "").strip():
                rows.append(make_row(texts, extra, sent=sent, order=order))
                texts, extra = {}, {}
            if column is not None:
                texts[column] = value
            elif cells and plain(cells[0]) and value.strip():
                extra[" ".join(cells[0].split())] = value
        if texts.get(Column.MENTOR, "").strip():
            rows.append(make_row(texts, extra, sent=sent, order=order))
    return tuple(row for row in rows if says_something(row))


def in_order(cells: Sequence[str], *, sent: date, order: str) -> FormRow | None:
    """A row without headings, in the seed's or our extended order: its second cell must be a date and nothing else."""
    if not 4 <= len(cells) <= 6 or not _name(cells[0]):
        return None
    columns = _ORDERS[len(cells)]
    if len(cells) == 5 and _only_dates(cells[2], sent, order):
        columns = _EXTENDED_FIVE
    dated = [cell for column, cell in zip(columns, cells, strict=True) if column in (Column.ATTEMPTED, Column.MADE)]
    if not any(_only_dates(cell, sent, order) for cell in dated) or not all(
        nothing(cell) or _only_dates(cell, sent, order) for cell in dated
    ):
        return None
    return make_row(dict(zip(columns, cells, strict=True)), {}, sent=sent, order=order)


def _name(text: str) -> bool:
    words = text.split()
    return 1 <= len(words) <= 6 and len(text) <= 80 and any(letter.isalpha() for letter in text)


def _only_dates(text: str, sent: date, order: str) -> bool:
    """Whether a cell is made of dates: whatever is left beside them is no longer than a joining word."""
    if not text.strip() or len(text) > 120:
        return False
    found = find_dates(text, sent=sent, order=order, future=False)
    left = text
    for _, start, end in reversed(found):
        left = left[:start] + left[end:]
    if found:
        return len(left.strip(" ,;&/.()").replace("and", "")) <= 4
    return read_date(text, sent=sent, order=order, future=False) is not None and len(text) <= 24


def cells_of(line: str) -> tuple[str, ...]:
    """The cells of a line with pipes or tabs; empty where it is no such row."""
    if line.count("|") >= 2:
        inner = line.strip()
        inner = inner[1:] if inner.startswith("|") else inner
        inner = inner[:-1] if inner.endswith("|") else inner
        return tuple(cell.strip() for cell in inner.split("|"))
    if line.strip("\t ").count("\t") >= 2:
        return tuple(cell.strip() for cell in line.strip("\n").split("\t"))
    return ()


def comma_cells(line: str) -> tuple[str, ...]:
    """The cells of a comma or semicolon row, quotation marks understood; empty where it is no such row."""
    if len(line) > 4000 or '"""' in line:
        return ()
    for mark in (",", ";"):
        if line.count(mark) >= 3:
            try:
                return tuple(cell.strip() for cell in next(csv.reader([line], delimiter=mark, skipinitialspace=True)))
            except (csv.Error, StopIteration):
                return ()
    return ()


def spaced_cells(line: str) -> tuple[str, ...]:
    """The cells of a row parted by dashes or strokes in spaces, or set in columns with spaces; empty where it is no such row.

    What stands behind the fourth dash belongs to the last cell: people write dashes in sentences.
    """
    if "   " in (bare := line.strip()) and len(cells := _COLUMNS.split(bare)) >= 3:
        return tuple(cells)
    for mark in (" - ", " – ", " — ", " / "):
        if line.count(mark) >= 3:
            return tuple(cell.strip() for cell in bare.split(mark, 3))
    return ()


def _comma_row(line: str, sent: date, order: str) -> FormRow | None:
    """ "Tilde Voss, 2027-10-22, Bruno, Milo, Two are not too many, she says": names first, the rest is the summary."""
    cells = comma_cells(line)
    # A sentence has commas too: a row begins with a name, and its date is written in figures.
    if len(cells) < 4 or not _only_dates(cells[1], sent, order) or not any(letter.isdigit() for letter in cells[1]):
        return None
    if len(cells[0].split()) > 4 or not all(word[0].isupper() or word in _PARTICLES for word in cells[0].split()):
        return None
    if len(cells) > 4:
        names = 3
        while names < len(cells) - 1 and len(cells[names].split()) <= 2 and cells[names][:1].isupper():
            names += 1
        cells = (cells[0], cells[1], ", ".join(cells[2:names]), ", ".join(cells[names:]))
    return in_order(cells, sent=sent, order=order)


def rows_of_lines(lines: Sequence[str], *, sent: date, order: str) -> tuple[tuple[FormRow, ...], frozenset[int]]:
    """The form's rows in lines of text with pipes, tabs or commas, and the 0-based lines they were read from."""
    rows: list[FormRow] = []
    used: set[int] = set()
    at = 0
    while at < len(lines) and len(rows) < ROW_LIMIT:
        line = lines[at]
        if len(line) < _SHORTEST_ROW or _PARTED.search(line) is None:
            at += 1
            continue
        spaced = (  # a single letter is found much faster than three
            ("-" in line and line.count(" - ") > 2)
            or ("/" in line and line.count(" / ") > 2)
            or line.count(" – ") > 2
            or "   " in line.strip()
        )
        if not spaced and line.count(",") < 3 and line.count(";") < 3 and line.count("|") < 2 and line.count("\t") < 2:
            at += 1
            continue  # no row: see `cells_of` and `comma_cells`
        if (counted := COUNTED.match(line)) is not None:
            line = line[counted.end() :]
        low = line.lower()
        named = "name" in low or (("men" in low or "met" in low) and _NAMES_MENTORS.search(low) is not None)
        if not named and not spaced and _MAY_BE_ROW.match(line) is None:
            at += 1
            continue
        cells = (cells_of(line) or comma_cells(line) or spaced_cells(line)) if named else ()
        places = heading_row(cells) if len(cells) >= 2 else None
        if places is not None:
            parted = cells_of if "|" in line or "\t" in line else comma_cells if comma_cells(line) else spaced_cells
            table, taken = _table_from(lines, at + 1, len(cells), parted)
            rows.extend(_below(table, places, cells, sent, order))
            used.update({at, *taken})
            at = max({at, *taken}) + 1
            continue
        row = in_order(cells_of(line) or (spaced_cells(line) if spaced else ()), sent=sent, order=order)
        row = row or _comma_row(line, sent, order)
        if row is not None:
            rows.append(row)
            used.add(at)
            if at + 1 < len(lines) and len(lines[at]) > 60 and cells_of(lines[at]) and _goes_on(lines[at + 1]):
                rows[-1] = _longer(rows[-1], FormRow("", summary=" ".join(lines[at + 1].split())))
                used.add(at + 1)
                at += 1
        at += 1
    return tuple(rows), frozenset(used)


def _goes_on(line: str) -> bool:
    return bool(line.strip()) and line.strip()[:1].islower() and "|" not in line and "\t" not in line


def _table_from(
    lines: Sequence[str], at: int, width: int, parted: Callable[[str], tuple[str, ...]]
) -> tuple[list[tuple[str, ...]], set[int]]:
    """The rows below headings: until a line that is none; a blank line or a ruler between rows is passed over."""
    barred = parted is cells_of
    table: list[tuple[str, ...]] = []
    taken: set[int] = set()
    blank = 0
    while at < len(lines) and len(table) < ROW_LIMIT:
        line = lines[at]
        if _RULER.fullmatch(line):
            blank += not line.strip()
            if blank > 1:
                break
            at += 1
            continue
        cells = parted(line)
        if not cells and barred and width == 2 and "|" in line:
            cells = tuple(cell.strip() for cell in line.strip(" |").split("|"))
        if cells:
            if len(cells) > width:
                cells = (*cells[: width - 1], (" | " if barred else ", ").join(cells[width - 1 :]))
            table.append(cells)
            blank = 0
        elif table and not blank and len(lines[at - 1]) > 60:
            last = table[-1]
            table[-1] = (*last[:-1], f"{last[-1]} {line.strip()}")  # a long row that the mail program wrapped
        else:
            break
        taken.add(at)
        at += 1
    return table, taken
