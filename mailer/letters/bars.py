"""A small chart in a letter: a block of lines `label | percent | what it says`, as bars of signs in text, as cells in HTML.

Cells of a table with a background are what mail programs show most reliably; nothing is loaded and nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from mailer.letters.fillable import Fillable

NAME = "bars"  # the word behind the three backticks
_LONG = 20


@dataclass(frozen=True, slots=True)
class Bars:
    """Two lines for each bar: what it is and how much, then the bar."""

    rows: tuple[tuple[Fillable, Fillable, Fillable], ...]
    indent: str = ""

    def lines(self, values: Sequence[str]) -> list[str]:
        found: list[str] = []
        for label, percent, said in self.rows:
            full = _full(percent.filled(values))
            found.append(f"{self.indent}{label.filled(values)}: {said.filled(values)}")
            found.append(f"{self.indent}[{'#' * full}{'.' * (_LONG - full)}]")
        return found

    @property
    def constant(self) -> bool:
        return all(cell.constant for row in self.rows for cell in row)


def _full(percent: str) -> int:
    number = int(percent) if percent.isdecimal() else 0
    return max(min(1, number), round(min(100, number) * _LONG / 100))


def cells_of(content: str) -> tuple[tuple[str, str, str], ...]:
    """The rows of a block; a line that lacks a part is left out."""
    rows = ([part.strip() for part in line.split("|")] for line in content.splitlines())
    return tuple((row[0], row[1], row[2]) for row in rows if len(row) == 3)


def bars_of(content: str, indent: str) -> Bars:
    """The block as plain text will show it."""
    rows = ((Fillable.of(label), Fillable.of(percent), Fillable.of(said)) for label, percent, said in cells_of(content))
    return Bars(tuple(rows), indent)


def html_of(content: str) -> str:
    """The block as table cells; slots stay, the width stands where a value can fill it.

    It stands twice: as an attribute for Outlook, and as a style, because the attribute knows no zero and halves the bar.
    """
    rows = [
        f'<p class="bar-label">{escape(label)}: {escape(said)}</p>\n'
        f'<table class="bar" role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>'
        f'<td class="bar-full" width="{escape(percent)}%" style="width: {escape(percent)}%"></td>'
        f'<td class="bar-rest"></td></tr></table>\n'
        for label, percent, said in cells_of(content)
    ]
    return "".join(rows)
