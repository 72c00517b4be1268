"""Looks into a zip file before anything unpacks it: bombs, overlaps and document type declarations are refused (A17)."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

ENTRY_LIMIT = 200
SUM_LIMIT = 50 * 1024 * 1024  # bytes of all entries, unpacked
RATIO_LIMIT = 100  # unpacked to packed, for entries above _SMALL
ROW_LIMIT = 50_000
COLUMN_LIMIT = 200
AREA_LIMIT = 200_000  # cells of one sheet; a reader lays them out in full, empty ones too
CELL_LIMIT = 32 * 1024  # characters of one cell
_SMALL = 64 * 1024
_DECLARATION = re.compile(rb"<\s{0,4}!\s{0,4}(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CELL = re.compile(rb"""\br\s{0,8}=\s{0,8}["']([A-Za-z]{1,4})(\d{1,8})["']""")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    OSError,
    RuntimeError,
    OverflowError,
    KeyError,
)


class Refused(Exception):
    """A file that is not read; the text is a sentence for its sender."""


def opened(content: bytes) -> zipfile.ZipFile:
    """The zip file, looked over by its directory alone. Raises Refused."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    if end < 0 or end + 12 > len(content):
        raise Refused("is no readable file of its kind")
    if int.from_bytes(content[end + 10 : end + 12], "little") > ENTRY_LIMIT:
        raise Refused(f"holds more than {ENTRY_LIMIT} files")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN as error:
        raise Refused("is no readable file of its kind") from error
    entries = archive.infolist()
    if len(entries) > ENTRY_LIMIT:
        raise Refused(f"holds more than {ENTRY_LIMIT} files")
    if sum(entry.file_size for entry in entries) > SUM_LIMIT:
        raise Refused(f"unpacks to more than {SUM_LIMIT // 1024 // 1024} MB")
    reach = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.flag_bits & 1:
            raise Refused("is protected by a password")
        if entry.file_size > _SMALL and entry.file_size > RATIO_LIMIT * max(1, entry.compress_size):
            raise Refused("is packed far too densely")
        if entry.header_offset < reach:
            raise Refused("holds files that overlap")
        reach = entry.header_offset + 30 + len(entry.filename.encode("utf-8", "replace")) + entry.compress_size
    return archive


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One unpacked entry, never more than its directory promised. Raises Refused."""
    try:
        size = archive.getinfo(name).file_size
        with archive.open(name) as stream:
            content = stream.read(size + 1)
    except _BROKEN as error:
        raise Refused("is damaged") from error
    if len(content) > size:
        raise Refused("is packed far too densely")
    return content


def xml_of(archive: zipfile.ZipFile, name: str) -> bytes:
    """One XML entry without document type or entities, in a one-byte encoding. Raises Refused."""
    content = member(archive, name)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content[:400]:
        raise Refused("is written in a way that is not read here")
    if _DECLARATION.search(content):
        raise Refused("declares a document type of its own")
    return content


def check_workbook(content: bytes) -> None:
    """Whether an XLSX file is safe to hand to a reader that lays out whole sheets. Raises Refused."""
    archive = opened(content)
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        text = xml_of(archive, entry.filename)
        if "worksheets/" in entry.filename.lower():
            _check_extent(text)


def _check_extent(sheet: bytes) -> None:
    widest = deepest = 0
    for found in _CELL.finditer(sheet):
        row = int(found.group(2))
        if row > deepest:
            deepest = row
        column = column_number(found.group(1))
        if column > widest:
            widest = column
    check_size(deepest, widest)


def check_size(rows: int, columns: int) -> None:
    """Raises Refused where a sheet is larger than a person's sheet could be."""
    if rows > ROW_LIMIT:
        raise Refused(f"has more than {ROW_LIMIT:,} rows")
    if columns > COLUMN_LIMIT:
        raise Refused(f"has more than {COLUMN_LIMIT} columns")
    if rows * columns > AREA_LIMIT:
        raise Refused(f"has more than {AREA_LIMIT:,} cells")


def column_number(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
