"""Tables in attachments are read as text with ISO dates; hostile and damaged files are refused at once with one sentence."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest
import xlsxwriter
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from mailer.model.mail import Parsed, Part
from mailer.wire.sheets.read import read_sheets
from mailer.wire.sheets.values import delimited, text_of

TABLE = (("Mentor", "Contact Date", "Mentees"), ("Käthe", "2027-10-22", "Bruno, Milo"))


def message(name: str, content: bytes, kind: str = "application/octet-stream") -> Parsed:
    return Parsed((), (Part("1", kind, {}, "attachment", name, content),), len(content))


def rows(name: str, content: bytes, kind: str = "application/octet-stream") -> tuple[tuple[str, ...], ...]:
    sheets, problems = read_sheets(message(name, content, kind))
    assert problems == ()
    return sheets[0].rows


def refused(name: str, content: bytes) -> str:
    started = time.perf_counter()
    sheets, problems = read_sheets(message(name, content))
    assert time.perf_counter() - started < 2
    assert sheets == ()
    return problems[0]


def zipped(entries: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(cells: dict[tuple[int, int], object]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    for (row, column), value in cells.items():
        if isinstance(value, datetime):
            sheet.write_datetime(row, column, value, days)
        else:
            sheet.write(row, column, value)
    book.close()
    return buffer.getvalue()


def test_xlsx_with_a_date_cell() -> None:
    cells: dict[tuple[int, int], object] = {(0, column): text for column, text in enumerate(TABLE[0])}
    cells |= {(1, 0): "Käthe", (1, 1): datetime(2027, 10, 22), (1, 2): "Bruno, Milo"}
    assert rows("form.xlsx", workbook(cells)) == TABLE
    assert rows("form.xls", workbook(cells)) == TABLE  # a wrong name does not matter


@pytest.mark.parametrize(
    "content",
    [
        'Mentor,Contact Date,Mentees\r\nKäthe,2027-10-22,"Bruno, Milo"\r\n'.encode(),
        "\ufeffMentor;Contact Date;Mentees\nKäthe;2027-10-22;Bruno, Milo\n".encode(),
        "Mentor\tContact Date\tMentees\nKäthe\t2027-10-22\tBruno, Milo\n".encode("utf-16"),
        "Mentor;Contact Date;Mentees\r\nKäthe;2027-10-22;Bruno, Milo\r\n".encode("cp1252"),
        "Mentor;Contact Date;Mentees\rKäthe;2027-10-22;Bruno, Milo\r".encode("mac-roman"),
    ],
)
def test_delimited_files_in_any_charset_and_delimiter(content: bytes) -> None:
    assert rows("form.csv", content) == TABLE


ODS = (
    '<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><table:table>'
    "<table:table-row><table:table-cell><text:p>Mentor</text:p></table:table-cell><table:table-cell><text:p>Contact Date</text:p></table:table-cell>"
    '<table:table-cell><text:p>Mentees</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16381"/></table:table-row>'
    "<table:table-row><table:table-cell><text:p>Kä<text:span>the</text:span></text:p></table:table-cell>"
    '<table:table-cell office:value-type="date" office:date-value="2027-10-22"><text:p>22/10/27</text:p></table:table-cell>'
    "<table:table-cell><text:p>Bruno, Milo</text:p></table:table-cell></table:table-row>"
    '<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    "</table:table></office:document-content>"
)


def test_ods_with_a_million_empty_rows_at_its_end() -> None:
    assert rows("form.ods", zipped({"content.xml": ODS})) == TABLE


def docx(*table: tuple[str, ...], below: str = "") -> bytes:
    lines = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in row) + "</w:tr>" for row in table
    )
    paragraph = f"<w:p><w:r><w:t>{below}</w:t></w:r></w:p>" if below else ""
    return zipped({"word/document.xml": f'<w:document xmlns:w="w"><w:body><w:tbl>{lines}</w:tbl>{paragraph}</w:body></w:document>'})


def test_tables_of_a_word_document_and_its_paragraphs() -> None:
    sheets, _ = read_sheets(message("form.docx", docx(*TABLE, below="Mentor: Ana")))
    assert [sheet.rows for sheet in sheets] == [TABLE, (("Mentor: Ana",),)]


def test_a_fillable_pdf_has_a_row_for_each_number() -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    fields = ArrayObject()
    values = {"Mentor 1": "Käthe", "Contact_Date_1": "2027-10-22", "Mentor 2": "Oskar", "Contact_Date_2": "Oct 3"}
    for name, value in values.items():
        field = {
            NameObject("/T"): TextStringObject(name),
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/V"): TextStringObject(value),
        }
        fields.append(writer._add_object(DictionaryObject(field)))
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): fields})
    buffer = io.BytesIO()
    writer.write(buffer)
    assert rows("form.pdf", buffer.getvalue()) == (("Mentor", "Contact Date"), ("Käthe", "2027-10-22"), ("Oskar", "Oct 3"))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xlsx", lambda: workbook({(0, 0): "x", (1_048_575, 16_383): "y"}), "a.xlsx has more than 50,000 rows"),
        ("a.xlsx", lambda: workbook({(0, 0): "x", (3, 300): "y"}), "a.xlsx has more than 200 columns"),
        ("a.xlsx", lambda: workbook({(0, 0): "x", (40_000, 150): "y"}), "a.xlsx has more than 200,000 cells"),
        ("a.xlsx", zipped({"xl/worksheets/sheet1.xml": b"<a>" + b" " * 20_000_000}), "a.xlsx is packed far too densely"),
        ("a.xlsx", zipped({f"{number}.xml": "x" for number in range(300)}), "a.xlsx holds more than 200 files"),
        (
            "a.xlsx",
            zipped({"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            "a.xlsx declares a document type of its own",
        ),
        ("a.xlsx", zipped({"xl/workbook.xml": "<a/>"}), "a.xlsx is damaged"),
        ("a.xlsx", b"PK\x03\x04 no zip at all", "a.xlsx is no readable file of its kind"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 3000, "a.xls is damaged"),
        (
            "a.ods",
            zipped({"content.xml": ODS.replace('repeated="16384"/>', 'repeated="9"><text:p>x</text:p></table:table-cell>')}),
            "a.ods has more than 50,000 rows",
        ),
        ("a.ods", zipped({"content.xml": "<!DOCTYPE x>" + ODS}), "a.ods declares a document type of its own"),
        ("a.docx", zipped({"word/document.xml": "<w:p>" * 500}), "a.docx is nested too deeply"),
        ("a.docx", zipped({"other.xml": "x"}), "a.docx is damaged"),
        ("a.csv", b"a,b\n" * 60_000, "a.csv has more than 50,000 rows"),
        ("a.csv", b"," * 5_000 + b"\n", "a.csv has more than 200 columns"),
        ("a.pdf", b"%PDF-1.7 nothing", "a.pdf is damaged or protected"),
    ],
)
def test_hostile_and_damaged_files_are_refused_fast(name: str, content: bytes | Callable[[], bytes], sentence: str) -> None:
    assert refused(name, content() if callable(content) else content) == sentence


def test_entries_that_overlap_are_refused() -> None:
    content = bytearray(zipped({"a.xml": "x" * 200, "b.xml": "y" * 200}))
    second = content.rfind(b"PK\x01\x02")
    content[second + 42 : second + 46] = (0).to_bytes(4, "little")  # b.xml begins where a.xml does
    assert refused("a.xlsx", bytes(content)) == "a.xlsx holds files that overlap"


def test_what_lies_in_an_attached_message_is_not_read() -> None:
    part = Part("1.1", "text/csv", {}, "attachment", "a.csv", b"a,b\n1,2\n", in_message=True)
    assert read_sheets(Parsed((), (part,), 10)) == ((), ())


def test_values_read_as_a_person_would_type_them() -> None:
    values = (None, True, 3.0, 2.5, datetime(2027, 10, 22), datetime(2027, 10, 22, 9, 30), " x\x00 ")
    assert [text_of(value) for value in values] == ["", "yes", "3", "2.5", "2027-10-22", "2027-10-22 09:30", "x"]


def test_text_without_any_delimiter_is_no_table() -> None:
    assert delimited("just words\nand more words\n") == ()
