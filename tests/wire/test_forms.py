"""The Mentor Contact Form is read from any shape, right rows beside wrong ones, and no other table is taken for it."""

from __future__ import annotations

from datetime import date

import pytest

from mailer.model.mail import FormRow
from mailer.wire.forms.find import read_form
from mailer.wire.forms.headings import Column, column_of, heading_row, is_results, is_roster
from mailer.wire.parse import parse
from mailer.wire.quoting.split import split

SENT = date(2027, 10, 27)


def read(body: str, kind: str = "plain", order: str = "mdy") -> tuple[tuple[FormRow, ...], tuple[str, ...]]:
    parsed = parse(f"From: piet@example.com\nMIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n\n{body}".encode())
    return read_form(parsed, split(parsed), sent=SENT, order=order)


def brief(body: str, kind: str = "plain", order: str = "mdy") -> list[tuple[object, ...]]:
    rows, _ = read(body, kind, order)
    return [
        (row.mentor, [str(day) for day in row.attempted], str(row.contact_made or ""), list(row.mentees), row.summary, row.issues)
        for row in rows
    ]


CARMEN = ("Carmen Ibarra", ["2027-10-15"], "2027-10-18", ["Milo"], "They write every Friday.", "none")
BLOCK = """Mentor: Carmen Ibarra
Attempted: 2027-10-15
Contact made: 2027-10-18
Current mentee(s): Milo
Summary: They write every Friday.
Issues: none
"""


@pytest.mark.parametrize(
    "text",
    [
        BLOCK,
        "Hello,\n\n" + BLOCK + "\nBest wishes\nPiet\n",
        BLOCK.replace(": ", " : ").replace("Mentor", "*Mentor*"),
        BLOCK.replace("Mentor:", "Mentor's name:")
        .replace("Contact made", "Date contact was made")
        .replace("Summary", "Summary of mentor check-in"),
        BLOCK.replace("2027-10-15", "Oct 15").replace("2027-10-18", "18 October 2027"),
        BLOCK.replace("They write every Friday.", "They write\nevery Friday."),
        BLOCK.lower()
        .replace("carmen ibarra", "Carmen Ibarra")
        .replace("milo", "Milo")
        .replace("they write every friday", "They write every Friday"),
        "Mentor | Attempted | Contact made | Mentees | Summary | Issues\n---|---|---|---|---|---\nCarmen Ibarra | 10/15 | 10/18 | Milo | They write every Friday. | none\n",
        "Summary\tMentor\tIssues\tMade\tAttempted\tMentee(s)\nThey write every Friday.\tCarmen Ibarra\tnone\t10/18\t10/15\tMilo\n",
        "Name,Attempted,Contact Date,Mentees,Notes,Issues\nCarmen Ibarra,10/15/2027,10/18/2027,Milo,They write every Friday.,none\n",
        "| Carmen Ibarra | 2027-10-15 | 2027-10-18 | Milo | They write every Friday. | none |\n",
    ],
)
def test_one_row_in_many_shapes(text: str) -> None:
    assert brief(text) == [CARMEN]


def test_the_seeds_order_needs_no_headings() -> None:
    text = "Carmen Ibarra | 2027-10-18 | Milo | good\nOskar Nyman\tOct 19\tSaskia & Bruno\tfine\nTilde Voss, 10/20/2027, Mo, Jo, Two are fine, she says"
    assert brief(text) == [
        ("Carmen Ibarra", [], "2027-10-18", ["Milo"], "good", ""),
        ("Oskar Nyman", [], "2027-10-19", ["Saskia", "Bruno"], "fine", ""),
        ("Tilde Voss", [], "2027-10-20", ["Mo", "Jo"], "Two are fine, she says", ""),
    ]


def test_dates_follow_the_programs_order() -> None:
    assert brief(BLOCK.replace("2027-10-18", "3/4/2027"))[0][2] == "2027-03-04"
    assert brief(BLOCK.replace("2027-10-18", "3/4/2027"), order="dmy")[0][2] == "2027-04-03"


def test_many_mentors_with_long_summaries_and_unknown_columns() -> None:
    text = (
        BLOCK
        + "Hours: 3\n\nMentor: Oskar Nyman\nContact date: Oct 19\nMentees: none\nSummary: first part\n\nsecond part of a longer text\nIssues: wants training\n\nSEND\n"
    )
    rows, problems = read(text)
    assert [row.mentor for row in rows] == ["Carmen Ibarra", "Oskar Nyman"]
    assert rows[0].extra == {"Hours": "3"}
    assert (rows[1].mentees, rows[1].summary, rows[1].issues) == ((), "first part second part of a longer text", "wants training")
    assert problems == ()


def test_right_rows_are_kept_beside_wrong_ones_and_each_wrong_one_says_why() -> None:
    text = (
        "Mentor | Attempted | Made | Mentees | Summary\nAna | Oct 18 | Oct 10 | Mel | a\nBen | Oct 3 | 12/24/2027 | Jo | b\n"
        "Cem | Oct 1 | someday | Al | c\nDora | Oct 1 | Oct 5 | Bo | d\n"
    )
    rows, problems = read(text)
    assert [bool(row.problems) for row in rows] == [True, True, True, False]
    assert problems == (
        "Ana: contact made on 2027-10-10 lies before the attempt of 2027-10-18",
        "Ben: 2027-12-24 lies in the future",
        "Cem: “someday” (contact made) is no date that could be read",
    )


def test_no_contact_yet_is_nothing_wrong() -> None:
    rows, problems = read(BLOCK.replace("Contact made: 2027-10-18", "Contact made: not yet"))
    assert (rows[0].contact_made, problems) == (None, ())


DRAFT = """On Mon, Oct 25, 2027 at 9:00 AM Program Post <post+a2.c3@example.org> wrote:

> Hello Piet,
>
> Mentor: Carmen Ibarra
> Attempted: 2027-10-15
> Contact made: 2027-10-18
> Current mentee(s): Milo
> Summary:
> Issues:
>
> Mentor: Oskar Nyman
> Attempted: 2027-10-15
> Contact made:
> Current mentee(s): Saskia
> Summary:
> Issues:
>
> A spreadsheet with the same headings works too.
"""


def test_a_quoted_draft_that_nobody_filled_in_is_no_form() -> None:
    assert brief("SEND\n\n" + DRAFT) == []
    assert brief("I shall fill it in tomorrow.\n\n" + DRAFT) == []


def test_answers_inside_the_quoted_draft_are_read() -> None:
    below = DRAFT.replace("> Summary:\n> Issues:\n", "> Summary:\nThey write every Friday.\n> Issues:\nnone\n", 1)
    inside = DRAFT.replace("> Summary:\n> Issues:\n", "> Summary: They write every Friday.\n> Issues: none\n", 1)
    assert brief(below) == [CARMEN]
    assert brief(inside) == [CARMEN]


def html(rows: list[list[str]]) -> str:
    return (
        "<table>"
        + "".join("<tr>" + "".join(f"<td><p class=MsoNormal>{cell}<o:p></o:p></p></td>" for cell in row) + "</tr>" for row in rows)
        + "</table>"
    )


def test_tables_of_outlook_and_gmail_nested_or_on_their_side() -> None:
    heading = ["Mentor&#8217;s Name", "Contact Date", "Current mentee(s)", "Summary of mentor check-in"]
    flat = html([heading, ["Oskar Nyman", "10/19/2027", "Saskia", "Short and cheerful."]])
    row: tuple[object, ...] = ("Oskar Nyman", [], "2027-10-19", ["Saskia"], "Short and cheerful.", "")
    assert brief(flat, "html") == [row]
    assert brief(f"<table><tr><td><p>Hi</p>{flat}</td></tr></table>", "html") == [row]
    assert brief(
        html(
            [
                [label, cell]
                for label, cell in zip(heading, ["Oskar Nyman", "10/19/2027", "Saskia", "Short and cheerful."], strict=True)
            ]
        ),
        "html",
    ) == [row]


@pytest.mark.parametrize(
    "text",
    [
        "Ana Ruiz: spoke 3 March, going well",
        "Name,Email,Role,Coordinator,Mentor\nAna,a@example.org,mentor,c@example.org,\n",
        "Day | Topic | Place\nMon | Intro | Room 1\n",
        "Mentor | Phone | Topic\nAna | 555 | Gardens\n",
        "we had lunch, 2027-10-18, Rome, Paris",
        "Dear Mentor: I hope you are well.\nSummary: none of this is a form?",
        "We met on Monday, Tuesday, Wednesday, and Friday",
    ],
)
def test_other_tables_and_sentences_are_no_form(text: str) -> None:
    assert brief(text) == []


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("Mentor’s Name", Column.MENTOR),
        ("MENTOR", Column.MENTOR),
        ("Contact Date", Column.MADE),
        ("Date(s) contact was attempted", Column.ATTEMPTED),
        ("Current mentee(s)", Column.MENTEES),
        ("Sumary of mentor checkin", Column.SUMMARY),
        ("Issues / concerns", Column.ISSUES),
        ("Attemped", Column.ATTEMPTED),
        ("Mentee", Column.MENTEES),
        ("Email", None),
        ("Hours", None),
        ("", None),
    ],
)
def test_headings_are_forgiven_their_spelling(heading: str, column: Column | None) -> None:
    assert column_of(heading) is column


def test_a_roster_and_survey_results_are_told_from_a_form() -> None:
    roster = ("Name", "Email", "Role", "Coordinator", "Mentor")
    assert is_roster(roster) and heading_row(roster) is None
    assert is_results([("Email", "How is it going?"), ("a@example.org", "well")])
    assert not is_results([roster, ("Ana", "a@example.org", "mentor", "", "")])
    assert not is_results([("Mentor", "Contact Date", "Summary"), ("Ana", "Oct 3", "ok")])
