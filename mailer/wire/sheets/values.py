"""Texts of spreadsheet cells and of delimited files: dates ISO, whole numbers without ".0", the delimiter found by counting."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from mailer.wire.sheets.zip import CELL_LIMIT, COLUMN_LIMIT, ROW_LIMIT, Refused

Rows = tuple[tuple[str, ...], ...]
# "JosŽ", "trs", "dÕaccord": what the one encoding makes of the other.
_SMALL = "a-zß-öø-ÿœšž"
_ODD = re.compile(
    rf"(?<=[{_SMALL}])(?=[^\x00-\x7f’–\u00a0])[^\W\d_{_SMALL}]|(?<=[A-Z])(?=[^\x00-\x7f])[^\W\d_{_SMALL}](?=[{_SMALL}])"
    rf"|(?<=[{_SMALL}])[^\w\s\x00-\x7f’–](?=[{_SMALL}])|\ufffd"
)
_DELIMITERS = ("\t", ";", ",", "|")


def text_of(value: object) -> str:
    """A cell's value as a person would type it; days as 2027-10-22."""
    match value:
        case None:
            return ""
        case str():
            return value[:CELL_LIMIT].replace("\x00", "").strip()
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime():
            return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
        case date() | time() | timedelta() | int() | float():
            return str(value)
        case _:
            return str(value)[:CELL_LIMIT]


def tidy(rows: Iterable[Sequence[object]]) -> Rows:
    """Rows of texts without empty cells at their ends and without empty rows."""
    found: list[tuple[str, ...]] = []
    for row in rows:
        texts = [text_of(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            found.append(tuple(texts))
    return tuple(found)


def delimited(text: str) -> Rows:
    """The rows of CSV or TSV text; empty where it is no table. Raises Refused beyond the limits."""
    head = [line for line in text[:20_000].split("\n")[:30] if line.strip()][:12]
    if len(text) > 20_000 and len(head) > 1:
        head = head[:-1]
    best, most = "", 0.0
    for mark in _DELIMITERS:
        counts = [_outside_quotes(line, mark) for line in head]
        # Many in the first line and the same number further down: a heading row and what belongs to it.
        alike = sum(1 for count in counts if count == counts[0]) if counts and counts[0] else 0
        score = counts[0] * (1 + alike) if alike else 0.0
        if score > most:
            best, most = mark, score
    if not best:
        return ()
    rows: list[list[str]] = []
    try:
        # Lines keep their ends: inside quotation marks they belong to the cell.
        lines = [f"{line}\n" for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
        for row in csv.reader(lines, delimiter=best, skipinitialspace=True):
            if len(rows) >= ROW_LIMIT:
                raise Refused(f"has more than {ROW_LIMIT:,} rows")
            if len(row) > COLUMN_LIMIT:
                raise Refused(f"has more than {COLUMN_LIMIT} columns")
            rows.append(row)
    except csv.Error as error:
        raise Refused("has a quotation mark that is never closed, or a cell that is far too long") from error
    return tidy(rows)


def _outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])


def decoded(content: bytes) -> str:
    """The text of a delimited file: by its byte order mark, else UTF-8, else the encoding of Windows or of older Macs."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    if content[1:2] == b"\x00" == content[3:4]:  # UTF-16 as Windows writes it, its mark lost
        return content.decode("utf-16-le", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        windows = content.decode("cp1252", "replace")
    mac = content.decode("mac-roman")
    return mac if _odd(mac) < _odd(windows) else windows


def _odd(text: str) -> int:
    """How many signs beyond ASCII nobody writes where they stand: a capital or a mark between small letters, an unknown one."""
    return len(_ODD.findall(text[:50_000]))
