"""Looks over an old Excel file (BIFF in a compound file) before a reader lays out its sheets in full."""

from __future__ import annotations

from mailer.wire.sheets.zip import Refused, check_size

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIZE_LIMIT = 5 * 1024 * 1024
_SECTORS = 12_000
_END = 0xFFFFFFFA  # markers from here on end a chain ([MS-CFB] section 2.1)
# NUMBER, RK, MULRK, LABELSST, LABEL, RSTRING, FORMULA, BOOLERR, BLANK, MULBLANK: row and column come first ([MS-XLS] section 2.4)
_CELLS = frozenset((0x0203, 0x027E, 0x00BD, 0x00FD, 0x0204, 0x00D6, 0x0006, 0x0206, 0x0406, 0x0205, 0x0201, 0x00BE, 0x0003, 0x0004))


def check_xls(content: bytes) -> None:
    """Raises Refused where the file is damaged or a sheet is larger than a person's sheet could be."""
    if len(content) > SIZE_LIMIT:
        raise Refused("is larger than 5 MB; please save it as XLSX")
    stream = _workbook(content)
    at = rows = columns = 0
    while at + 4 <= len(stream):
        kind = int.from_bytes(stream[at : at + 2], "little")
        length = int.from_bytes(stream[at + 2 : at + 4], "little")
        if kind == 0x002F:
            raise Refused("is protected by a password")
        if kind == 0x0809:  # a new sheet begins
            check_size(rows, columns)
            rows = columns = 0
        if kind in _CELLS and length >= 4:
            rows = max(rows, int.from_bytes(stream[at + 4 : at + 6], "little") + 1)
            columns = max(columns, int.from_bytes(stream[at + 6 : at + 8], "little") + 1)
        at += 4 + length
    check_size(rows, columns)


def _workbook(content: bytes) -> bytes:
    """The workbook stream, by the file's own allocation table."""
    if content[:8] != MAGIC or len(content) < 1536:
        raise Refused("is no readable file of its kind")
    shift = int.from_bytes(content[30:32], "little")
    if shift not in (9, 12):
        raise Refused("is damaged")
    size = 1 << shift

    def sector(number: int) -> bytes:
        return content[(number + 1) << shift : (number + 2) << shift]

    table: list[int] = []
    for place in range(76, 512, 4):
        number = int.from_bytes(content[place : place + 4], "little")
        if number < _END:
            block = sector(number)
            table.extend(int.from_bytes(block[at : at + 4], "little") for at in range(0, len(block) - 3, 4))

    def chain(first: int) -> bytes:
        parts: list[bytes] = []
        number = first
        while number < _END:
            if number >= len(table) or len(parts) > _SECTORS:
                raise Refused("is damaged")
            parts.append(sector(number))
            number = table[number]
        return b"".join(parts)

    directory = chain(int.from_bytes(content[48:52], "little"))
    for at in range(0, len(directory) - 127, 128):
        entry = directory[at : at + 128]
        name = entry[: max(0, int.from_bytes(entry[64:66], "little") - 2)].decode("utf-16-le", "replace").lower()
        length = int.from_bytes(entry[120:124], "little")
        if name in ("workbook", "book") and length >= max(4096, size // 8):
            return chain(int.from_bytes(entry[116:120], "little"))[:length]
    raise Refused("holds no sheets that could be read; please save it as XLSX")
