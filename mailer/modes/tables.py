"""A table from a file on disk: CSV, XLSX, XLS or ODS, read with the same care as an attachment."""

from __future__ import annotations

from pathlib import Path

from mailer.model.errors import BadRoster, Flaw, Unreadable
from mailer.model.mail import Parsed, Part
from mailer.wire.sheets.read import read_sheets


def read_table(path: Path) -> tuple[tuple[str, ...], ...]:
    """The first table of a file, headings first; raises BadRoster where it holds none, Unreadable where there is no file."""
    try:
        content = path.read_bytes()
    except OSError as trouble:
        raise Unreadable(str(path), trouble, "name a CSV, XLSX, XLS or ODS file") from trouble
    part = Part("1", "application/octet-stream", disposition="attachment", filename=path.name, content=content)
    sheets, problems = read_sheets(Parsed((), (part,), len(content)))
    if problems or not sheets:
        what = problems[0] if problems else f"{path.name} holds no table"
        raise BadRoster(Flaw(str(path), 0, what, "save it as CSV or XLSX, the headings in the first row"))
    return sheets[0].rows
