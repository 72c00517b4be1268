"""Collects the rows and cells of one HTML table, and tells a table of data from one that only lays out a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

CELL_LIMIT = 50_000  # cells of one table that are spread out
COLUMN_LIMIT = 200
_ROW_LINES = 12  # a cell with more lines than that is no cell of a row, it is a page
_ROW_CHARACTERS = 4000


class HtmlLine(NamedTuple):
    """One line as a reader sees it."""

    text: str
    depth: int = 0  # quotations it lies in
    mark: str = ""  # "attribution", "signature", "header" as the mail program marked it; "rule" for a horizontal rule


@dataclass(slots=True)
class Cell:
    wide: int = 1
    high: int = 1
    lines: list[HtmlLine] = field(default_factory=list)

    @property
    def fits_row(self) -> bool:
        """Whether its lines may be joined to one cell of a row: short, and all of the same quotation."""
        filled = [line for line in self.lines if line.text]
        return (
            len(filled) <= _ROW_LINES
            and sum(len(line.text) for line in filled) <= _ROW_CHARACTERS
            and len({(line.depth, line.mark) for line in filled}) <= 1
        )


@dataclass(slots=True)
class Table:
    depth: int  # quotations it lies in
    loose: list[HtmlLine] = field(default_factory=list)  # what stands between cells, where nothing should
    rows: list[list[Cell]] = field(default_factory=list)
    contains_table: bool = False  # of data

    def start_row(self) -> None:
        if not self.rows or self.rows[-1]:
            self.rows.append([])

    def start_cell(self, wide: str, high: str) -> list[HtmlLine]:
        """Opens the next cell of the row; gives the list its lines go to."""
        if not self.rows:
            self.rows.append([])
        cell = Cell(_count(wide), _count(high))
        self.rows[-1].append(cell)
        return cell.lines

    @property
    def holds_data(self) -> bool:
        """Two columns or more with words in them, and no table of data inside."""
        if self.contains_table:
            return False
        return any(sum(1 for cell in row if any(line.text for line in cell.lines)) > 1 for row in self.rows)

    def cells(self) -> tuple[tuple[str, ...], ...]:
        """The rows as texts. A cell over several columns is followed by empty ones, a cell over several rows is repeated."""
        done: list[tuple[str, ...]] = []
        hanging: dict[int, tuple[int, str]] = {}  # column -> rows it still fills, text
        left = CELL_LIMIT
        for row in self.rows:
            texts: list[str] = []
            for cell in row:
                _hang(hanging, texts)
                text = "\n".join(line.text for line in cell.lines if line.text)
                for column in range(min(cell.wide, COLUMN_LIMIT - len(texts))):
                    if cell.high > 1:
                        hanging[len(texts)] = (cell.high - 1, text if column == 0 else "")
                    texts.append(text if column == 0 else "")
            _hang(hanging, texts)
            left -= len(texts)
            if left < 0:
                break
            if any(texts):
                done.append(tuple(texts))
        return tuple(done)


def _hang(hanging: dict[int, tuple[int, str]], texts: list[str]) -> None:
    """Fills the columns that a cell of an earlier row reaches into."""
    while (found := hanging.pop(len(texts), None)) is not None:
        rows, text = found
        if rows > 1:
            hanging[len(texts)] = (rows - 1, text)
        texts.append(text)


def _count(written: str) -> int:
    return min(max(int(written), 1), COLUMN_LIMIT) if written.isdecimal() and len(written) < 5 else 1
