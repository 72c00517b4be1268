"""How commands speak: lines of text without anything a terminal would obey, JSON, tables."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from mailer.model.counted import count as count

# Mail may hold anything: what a terminal would obey is taken out, but for the plain colours of our own reports.
_OBEYED = re.compile(r"\x1b(?!\[(?:0|1|2|31|32|33)m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """The text without control characters (but line feeds and tabs) and without changes of writing direction."""
    return _OBEYED.sub("\ufffd", text)


def say(*lines: str) -> None:
    """Lines for people, to standard output."""
    print(clean("\n".join(lines)))


def complain(text: object) -> None:
    """A line to standard error: `file:line: what — advice`."""
    print(clean(str(text)), file=sys.stderr)


def say_json(value: object, *, indent: int | None = None) -> None:
    """One JSON value on one line, or indented."""
    print(json.dumps(value, ensure_ascii=False, indent=indent, default=plain))


def plain(value: object) -> object:
    """What JSON has no word for: moments with their offset, days, sets."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return dict(value)
        case frozenset() | set():
            return sorted(str(item) for item in value)
        case tuple():
            return list(value)
        case _:
            return str(value)


def colours() -> bool:
    """Whether somebody looks at a terminal that shows colours."""
    import os

    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table: ruled and fitted to the width on a terminal, plain aligned columns elsewhere."""
    rows = [[clean(cell).replace("\n", " ") for cell in row] for row in rows]
    if sys.stdout.isatty():
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        shown = Table(*headings, box=box.SIMPLE_HEAD, pad_edge=False)
        for row in rows:
            shown.add_row(*(Text(cell) for cell in row))
        Console().print(shown)
        return
    widths = [max(len(row[at]) for row in (headings, *rows)) for at in range(len(headings))]
    for row in (headings, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
