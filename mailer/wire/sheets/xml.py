"""Tables inside ODS and DOCX files, read by expat as a stream of elements, within the limits of sheets_zip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from mailer.wire.sheets.zip import AREA_LIMIT, CELL_LIMIT, COLUMN_LIMIT, ROW_LIMIT, Refused, opened, xml_of

_TABLE_LIMIT = 60
_DEPTH_LIMIT = 120


@dataclass(slots=True)
class _Reader:
    """Collects tables while expat walks; nested tables count as text of the cell they stand in."""

    tables: list[list[list[str]]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    length: int = 0  # characters in the cell
    cells: int = 0  # laid out in all tables
    nested: int = 0  # tables the walk is inside of
    depth: int = 0
    in_cell: int = 0
    in_text: int = 0
    value: str = ""  # of an ODS cell that has a typed value
    times: int = 1  # an ODS cell that is repeated
    row_times: int = 1

    def write(self, text: str) -> None:
        if self.in_cell and self.length < CELL_LIMIT:
            self.cell.append(text[: CELL_LIMIT - self.length])
            self.length += len(text)

    def end_cell(self) -> None:
        text = self.value or "".join(self.cell).strip("\n ")
        times = self.times if text else min(self.times, COLUMN_LIMIT - len(self.row))
        if len(self.row) + times > COLUMN_LIMIT:
            raise Refused(f"has more than {COLUMN_LIMIT} columns")
        self.row.extend([text] * max(0, times))
        self.cell, self.length, self.value, self.times = [], 0, "", 1

    def end_row(self) -> None:
        while self.row and not self.row[-1]:
            self.row.pop()
        times = self.row_times if self.row else min(self.row_times, 1)
        if len(self.rows) + times > ROW_LIMIT:
            raise Refused(f"has more than {ROW_LIMIT:,} rows")
        self.cells += len(self.row) * times
        if self.cells > AREA_LIMIT:
            raise Refused(f"has more than {AREA_LIMIT:,} cells")
        self.rows.extend(list(self.row) for _ in range(times))
        self.row, self.row_times = [], 1

    def end_table(self) -> None:
        if any(self.rows) and len(self.tables) < _TABLE_LIMIT:
            self.tables.append(self.rows)
        self.rows = []


Start = Callable[[str, dict[str, str]], None]
Table = tuple[tuple[str, ...], ...]


def _walk(
    content: bytes, reader: _Reader, start: Start, end: Callable[[str], None], text: Callable[[str], None]
) -> tuple[Table, ...]:
    def refuse(*_: object) -> None:
        raise Refused("declares a document type of its own")

    def enter(name: str, attributes: dict[str, str]) -> None:
        reader.depth += 1
        if reader.depth > _DEPTH_LIMIT:
            raise Refused("is nested too deeply")
        start(name, attributes)

    def leave(name: str) -> None:
        reader.depth -= 1
        end(name)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise Refused("is damaged") from error
    return tuple(tuple(tuple(row) for row in table) for table in reader.tables)


def ods_tables(content: bytes) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """The sheets of an OpenDocument spreadsheet; dates as ISO texts. Raises Refused."""
    xml = xml_of(opened(content), "content.xml")
    reader = _Reader()

    def repeated(attributes: dict[str, str], name: str) -> int:
        digits = attributes.get(name, "1")
        return max(1, int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 9 else 1

    def start(name: str, attributes: dict[str, str]) -> None:
        match name:
            case "table:table-row":
                reader.row_times = repeated(attributes, "table:number-rows-repeated")
            case "table:table-cell" | "table:covered-table-cell":
                reader.in_cell += 1
                reader.times = repeated(attributes, "table:number-columns-repeated")
                if attributes.get("office:value-type") == "date":
                    reader.value = attributes.get("office:date-value", "").removesuffix("T00:00:00")[:40]
            case "text:p":
                reader.in_text += 1
                if reader.cell:
                    reader.write("\n")
            case "text:s":
                reader.write(" ")
            case "text:line-break" | "text:tab":
                reader.write("\n" if name == "text:line-break" else "\t")
            case "office:annotation":
                reader.in_text -= 1000  # a comment on a cell is not its text

    def end(name: str) -> None:
        match name:
            case "table:table-cell" | "table:covered-table-cell":
                reader.in_cell -= 1
                reader.end_cell()
            case "table:table-row":
                reader.end_row()
            case "table:table":
                reader.end_table()
            case "text:p":
                reader.in_text -= 1
            case "office:annotation":
                reader.in_text += 1000

    return _walk(xml, reader, start, end, lambda data: reader.write(data) if reader.in_text > 0 else None)


def docx_tables(content: bytes) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """The tables of a Word document, and as a last table of one column its paragraphs outside of tables. Raises Refused."""
    xml = xml_of(opened(content), "word/document.xml")
    reader = _Reader()
    paragraphs: list[str] = []
    loose: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        match name:
            case "w:tbl":
                reader.nested += 1
            case "w:tc" if reader.nested == 1:
                reader.in_cell = 1
            case "w:p" if reader.in_cell and reader.cell:
                reader.write("\n")
            case "w:t":
                reader.in_text += 1
            case "w:br" | "w:tab":
                reader.write("\n" if name == "w:br" else "\t")
                if not reader.nested:
                    loose.append("\n" if name == "w:br" else "\t")

    def end(name: str) -> None:
        match name:
            case "w:tbl":
                reader.nested -= 1
                if not reader.nested:
                    reader.end_table()
            case "w:tr" if reader.nested == 1:
                reader.end_row()
            case "w:tc" if reader.nested == 1:
                reader.in_cell = 0
                reader.end_cell()
            case "w:t":
                reader.in_text -= 1
            case "w:p" if not reader.nested and len(paragraphs) < 5000:
                paragraphs.extend("".join(loose).split("\n"))
                loose.clear()

    def text(data: str) -> None:
        if not reader.in_text:
            return
        if reader.nested:
            reader.write(data)
        elif len(loose) < 10_000:
            loose.append(data)

    tables = _walk(xml, reader, start, end, text)
    return (*tables, tuple((line,) for line in paragraphs)) if any(line.strip() for line in paragraphs) else tables
