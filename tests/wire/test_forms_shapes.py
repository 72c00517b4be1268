"""The contact form as people type it by hand: dashes for colons, labels in another order, rows with numbers, short dates."""

from __future__ import annotations

from datetime import date

import pytest

from mailer.wire.forms.find import read_form
from mailer.wire.forms.headings import Column, column_of
from mailer.wire.parse import parse
from mailer.wire.quoting.split import split
from mailer.wire.sheets.values import decoded, delimited
from tests.wire.test_forms import brief

FIELDS = {
    "Mentor": "Ida Holm",
    "Attempted": "Oct 5",
    "Contact made": "10/8",
    "Current mentee(s)": "Rui",
    "Summary": "calm month - no wishes",
    "Issues": "none",
}
IDA = ("Ida Holm", ["2027-10-05"], "2027-10-08", ["Rui"], "calm month - no wishes", "none")


@pytest.mark.parametrize(
    "shape",
    [
        "{} - {}",
        "{} – {}",
        "{}— {}",
        "{} -> {}",
        "{} ..... {}",
        "{} | {}",
        "{}\t{}",
        "{}; {}",
        "{}：{}",
        "{}:- {}",
        "- {} - {}",
        "3. {}: {}",
        "*{}* – {}",
        "{}\n{}",
        "{} = {}",
    ],
)
def test_a_label_is_parted_from_its_value_by_more_than_a_colon(shape: str) -> None:
    text = "Hello,\n\n" + "".join(shape.format(label, value) + "\n" for label, value in FIELDS.items()) + "\nThanks\n"
    assert brief(text) == [IDA]


@pytest.mark.parametrize(
    "text",
    [
        "Mentor - mentee meetings are on Friday.\nDate - I do not know it.",
        "Mentor\nIda Holm\n555 0100",
        "She is a mentor - a good one.\nSummary - she is fine.",
        "Ida - Rui - Ben - we all met",
        "We went from A - B - C - D in a day",
        "Ida Holm   Mentor   555 0100",
        "I am a mentor - Ida said so, date - unknown, summary - none",
        "Mentor - mentee, date - place, all is open",
    ],
)
def test_dashes_and_gaps_in_other_texts_make_no_form(text: str) -> None:
    assert brief(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "Mentor - Ida Holm, Date - 10/8, Summary - calm, and bright",
        "mentor – Ida Holm; contact date – 10/8; summary – calm, and bright",
        "Mentor = Ida Holm | Date = 10/8 | Summary = calm, and bright",
        "- Mentor-Ida Holm / Date-10/8 / Summary-calm, and bright",
    ],
)
def test_a_form_in_one_line_needs_no_colons(line: str) -> None:
    assert [(row[0], row[2], row[4]) for row in brief(line)] == [("Ida Holm", "2027-10-08", "calm, and bright")]


def test_each_mentors_lines_may_begin_with_another_label() -> None:
    text = "Contact date: Oct 8\nMentor: Ida Holm\nSummary: calm\n\nContact date: Oct 9\nMentor: Leo Brandt\nSummary: busy\n"
    assert [(row[0], row[2], row[4]) for row in brief(text)] == [
        ("Ida Holm", "2027-10-08", "calm"),
        ("Leo Brandt", "2027-10-09", "busy"),
    ]
    note = "Note: I am late.\n\nMentor: Ida Holm\nContact date: Oct 8\nSummary: calm\n"
    assert [(row[0], row[4]) for row in brief(note)] == [("Ida Holm", "calm")]


def test_mentors_may_be_numbered() -> None:
    text = "Mentor 1: Ida Holm\nDate: Oct 8\nSummary: calm\n\nMentor #2: Leo Brandt\nDate: Oct 9\nSummary: busy\n"
    assert [row[0] for row in brief(text)] == ["Ida Holm", "Leo Brandt"]


@pytest.mark.parametrize(
    "row",
    [
        "1. Ida Holm | Oct 8 | Rui | calm",
        "- Ida Holm; 10/8/2027; Rui; calm",
        "2) Ida Holm, 10/8, Rui, calm",
        "Ida Holm - Oct 8 - Rui - calm",
        "Ida Holm / 10-8-2027 / Rui / calm",
        "Ida Holm      Oct 8      Rui      calm",
        "Mentor     Contact date     Mentees     Summary\nIda Holm   Oct 8            Rui         calm",
    ],
)
def test_rows_may_be_numbered_or_parted_by_dashes_strokes_and_spaces(row: str) -> None:
    assert brief(row) == [("Ida Holm", [], "2027-10-08", ["Rui"], "calm", "")]


@pytest.mark.parametrize(
    ("written", "attempted", "made"),
    [
        ("Oct 3, 8 and 12", ["2027-10-03", "2027-10-08"], "2027-10-12"),
        ("10/3 and 17", ["2027-10-03"], "2027-10-17"),
        ("October 3rd, 17th", ["2027-10-03"], "2027-10-17"),
        ("10/3, 7:30 pm", [], "2027-10-03"),
        ("Oct 3, 2 mentees", [], "2027-10-03"),
        ("3rd", [], "2027-10-03"),
        ("Oct 3 & 45", [], "2027-10-03"),
    ],
)
def test_further_days_of_a_month_need_not_name_it_again(written: str, attempted: list[str], made: str) -> None:
    assert brief(f"Mentor: Ida Holm\nContact date: {written}\nSummary: calm\n") == [("Ida Holm", attempted, made, [], "calm", "")]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Mentr", Column.MENTOR),
        ("Menter", Column.MENTOR),
        ("Mntees", Column.MENTEES),
        ("Contact Date (mm/dd)", Column.MADE),
        ("Mentees (first names only)", Column.MENTEES),
        ("Comments / notes", Column.SUMMARY),
        ("Meter", None),
        ("Members", None),
    ],
)
def test_slips_and_additions_in_headings(heading: str, column: Column | None) -> None:
    assert column_of(heading) is column


def test_a_cells_own_lines_part_the_names_in_it() -> None:
    rows = "<tr><td>Mentor</td><td>Date</td><td>Mentees</td><td>Summary</td></tr><tr><td>Ida Holm</td><td>Oct 8</td><td>Rui<br>Mo</td><td>calm</td></tr>"
    assert brief(f"<table>{rows}</table>", "html")[0][3] == ["Rui", "Mo"]


PAGE = "<html><table><tr><td>Mentor</td><td>Date</td><td>Summary</td></tr><tr><td>Ida Holm</td><td>Oct 8</td><td>calm</td></tr></table>"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("october.txt", "Mentor\tDate\tSummary\nIda Holm\tOct 8\tcalm\n"),
        ("october.txt", "Mentor: Ida Holm\nDate: Oct 8\nSummary: calm\n"),
        ("october.xls", PAGE),
        ("october.html", PAGE),
        ("october.csv", "Ida Holm,10/8/2027,,calm\n"),
    ],
)
def test_a_form_comes_as_a_text_a_page_or_a_table_without_headings(name: str, content: str) -> None:
    raw = (
        "From: piet@example.com\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHere it is.\n--b\n"
        f'Content-Type: application/octet-stream; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n\n{content}\n--b--\n'
    )
    parsed = parse(raw.encode())
    rows, problems = read_form(parsed, split(parsed), sent=date(2027, 10, 27), order="mdy")
    assert ([(row.mentor, str(row.contact_made), row.summary) for row in rows], problems) == (
        [("Ida Holm", "2027-10-08", "calm")],
        (),
    )


def test_text_of_windows_without_its_mark_is_still_read() -> None:
    assert decoded("Mentor\tDate – day".encode("utf-16-le")) == "Mentor\tDate – day"


@pytest.mark.parametrize("denied", ["no contact so far", "never", "unsuccessful", "none yet, sorry", "0", "still waiting", "x"])
def test_a_contact_that_was_not_made_is_no_mistake(denied: str) -> None:
    parsed = parse(f"From: a@example.org\n\nMentor: Ida Holm\nAttempted: Oct 5\nContact made: {denied}\nSummary: silent\n".encode())
    rows, problems = read_form(parsed, split(parsed), sent=date(2027, 10, 27), order="mdy")
    assert ([row.contact_made for row in rows], problems) == ([None], ())


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("1) Rui 2) Mo", ["Rui", "Mo"]),
        ("\n1. Rui\n2. Mo", ["Rui", "Mo"]),
        ("none at the moment", []),
        ("Noel, Notburga", ["Noel", "Notburga"]),
    ],
)
def test_mentees_may_be_numbered_or_denied(written: str, names: list[str]) -> None:
    assert brief(f"Mentor: Ida Holm\nContact date: Oct 8\nMentees: {written}\nSummary: calm\n")[0][3] == names


def test_a_postscript_is_no_part_of_the_summary() -> None:
    assert brief("Mentor: Ida Holm\nContact date: Oct 8\nSummary: calm\n\nPS: I am away next week.\n")[0][4] == "calm"


def test_lines_of_a_quoted_cell_stay_apart() -> None:
    assert delimited('Mentor,Summary\nIda,"calm\nand bright"\n')[1] == ("Ida", "calm\nand bright")
