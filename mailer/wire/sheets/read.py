"""Reads the tables in a message's attachments: CSV, TSV, XLSX, XLS, ODS, Word tables and fillable PDF forms.

Whatever is hostile or damaged is refused with one sentence, before anything is unpacked (reliability A17, finding 10).
"""

from __future__ import annotations

import io
import re

from mailer.model.mail import Parsed, Part, Sheet
from mailer.wire.html.read import tables
from mailer.wire.sheets.values import Rows, decoded, delimited, tidy
from mailer.wire.sheets.xls import MAGIC, check_xls
from mailer.wire.sheets.xml import docx_tables, ods_tables
from mailer.wire.sheets.zip import Refused, check_workbook

SHEET_LIMIT = 40  # tables a message
_PDF_LIMIT = 3 * 1024 * 1024
_FIELD_LIMIT = 2000
_TEXT_LIMIT = 400_000  # bytes of a text or page
# "Mentor 1", "mentor_1", "Mentors NameRow1" as Acrobat calls the fields of a table.
_NUMBERED = re.compile(r"(.*?)(?:[\s_.\-]*[Rr]ow)?[\s_.\-\[(#]*(\d{1,3})[\])]?\s*")
_KINDS = {
    "text/csv": "csv",
    "application/csv": "csv",
    "text/x-csv": "csv",
    "text/comma-separated-values": "csv",
    "text/tab-separated-values": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.12": "xlsx",
    "application/vnd.ms-excel": "xls",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/pdf": "pdf",
}
_ENDINGS = {
    "csv": "csv",
    "tsv": "csv",
    "tab": "csv",
    "xlsx": "xlsx",
    "xlsm": "xlsx",
    "xls": "xls",
    "ods": "ods",
    "docx": "docx",
    "pdf": "pdf",
    "txt": "txt",
    "html": "html",
    "htm": "html",
}


def kind_of(part: Part) -> str:
    """ "csv", "txt", "html", "xlsx", "xls", "ods", "docx" or "pdf", by content, then name, then type; empty for any other file."""
    ending = part.filename.lower().rpartition(".")[2] if "." in part.filename else ""
    kind = _ENDINGS.get(ending) or _KINDS.get(part.type, "")
    if kind in ("xlsx", "xls") and part.content[:8] == MAGIC:
        return "xls"
    if kind == "xls" and part.content[:2] == b"PK":
        return "xlsx"
    if kind in ("xlsx", "xls") and part.content[:2] != b"PK":  # "Excel" as some exports mean it
        return "html" if part.content[:200].lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" else "csv"
    return kind


def read_sheets(parsed: Parsed) -> tuple[tuple[Sheet, ...], tuple[str, ...]]:
    """Every table of every attachment, headings first, and sentences about files that could not be read. Never raises.

    What lies inside an attached message is not read: somebody else sent it.
    """
    sheets: list[Sheet] = []
    problems: list[str] = []
    for part in parsed.parts:
        if part.in_message or not part.content or not (part.filename or part.disposition == "attachment" or part.type in _KINDS):
            continue
        kind = kind_of(part)
        if not kind or len(sheets) >= SHEET_LIMIT:
            continue
        name = part.filename or f"attachment.{kind}"
        try:
            found = _tables(part, kind)
        except Refused as refused:
            problems.append(f"{name} {refused}")
            continue
        sheets.extend(Sheet(name, rows) for rows in found if rows)
    return tuple(sheets[:SHEET_LIMIT]), tuple(problems)


def _tables(part: Part, kind: str) -> tuple[Rows, ...]:
    match kind:
        case "csv":
            told = part.text is not None and part.parameters.get("charset", "").lower() not in ("", "us-ascii", "utf-8")
            return (delimited((part.text or "") if told and b"\x00" not in part.content[:200] else decoded(part.content)),)
        case "html":
            return tables(decoded(part.content[:_TEXT_LIMIT]))
        case "txt":
            return _text(decoded(part.content[:_TEXT_LIMIT]))
        case "xlsx":
            check_workbook(part.content)
            return _workbook(part.content)
        case "xls":
            check_xls(part.content)
            return _workbook(part.content)
        case "ods":
            return tuple(tidy(table) for table in ods_tables(part.content))
        case "docx":
            return tuple(tidy(table) for table in docx_tables(part.content))
        case _:
            return _pdf(part.content)


def _text(text: str) -> tuple[Rows, ...]:
    """A text file's rows, where it names mentors; few such files are a form, and none that is not is complained of."""
    if "entor" not in text and "ENTOR" not in text:
        return ()
    try:
        rows = delimited(text)
    except Refused:
        return ()
    return (rows or tuple((line.strip(),) for line in text.splitlines() if line.strip()),)


def _workbook(content: bytes) -> tuple[Rows, ...]:
    from python_calamine import CalamineWorkbook  # here, for few messages need it and every start would pay for it

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return tuple(tidy(book.get_sheet_by_name(name).to_python(skip_empty_area=True)) for name in book.sheet_names[:20])
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of the reader, which is written in Rust, is no Exception
        raise Refused("is damaged") from error


def _pdf(content: bytes) -> tuple[Rows, ...]:
    """The filled-in fields of a PDF form: one row for each number behind the names ("Mentor 1", "Mentor 2")."""
    if len(content) > _PDF_LIMIT:
        raise Refused("is larger than 3 MB")
    if not content[:1024].lstrip().startswith(b"%PDF"):
        raise Refused("is no readable file of its kind")
    from pypdf import PdfReader  # here, as in _workbook

    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        fields = reader.get_fields() or {}
        values = {str(name): _value(entry) for name, entry in list(fields.items())[:_FIELD_LIMIT]}
    except Exception as error:  # damaged files raise anything
        raise Refused("is damaged or protected") from error
    return (_by_number({name: value for name, value in values.items() if value}),) if any(values.values()) else ()


def _value(entry: object) -> str:
    value = entry.get("/V") if isinstance(entry, dict) else None
    text = "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n")
    return text.removeprefix("/")[:8000].strip()


def _by_number(values: dict[str, str]) -> Rows:
    headings: list[str] = []
    rows: dict[int, dict[str, str]] = {}
    for name, value in values.items():
        leaf = name.rpartition(".")[2] or name
        found = _NUMBERED.fullmatch(leaf) or _NUMBERED.fullmatch(name)
        heading, number = (found.group(1).strip(), int(found.group(2))) if found and found.group(1).strip() else (leaf, 0)
        heading = " ".join(heading.replace("_", " ").split())
        if heading not in headings:
            headings.append(heading)
        rows.setdefault(number, {})[heading] = value
    return (tuple(headings), *(tuple(rows[number].get(heading, "") for heading in headings) for number in sorted(rows)))
