"""Rosters as people make them: headings in any order, every broken row told with its line, the sound ones kept."""

from __future__ import annotations

import time
from datetime import date

import pytest

from mailer.model.errors import BadRoster
from mailer.wire.roster import MOST_BROKEN, is_roster, read_rows, sift_rows

HEAD = ("Name", "Email", "Role", "Coordinator", "Mentor", "Phone", "Since", "Time zone")
CORA = ("Cora Lind", "cora@example.org", "coordinator")
ANA = ("Ana Ruiz", "ana@example.org", "mentor", "cora@example.org", "", "+1 312 555 0100", "2027-01-05", "America/Chicago")
MEL = ("Mel Park", "mel@example.org", "mentee", "", "ana@example.org")


def flaws_of(*rows: tuple[str, ...], known: frozenset[str] | None = frozenset()) -> list[str]:
    return [str(flaw) for flaw in sift_rows(rows, "people.csv", known)[1]]


def test_a_sound_roster_is_read_whole() -> None:
    rows, flaws = sift_rows((HEAD, CORA, ANA, MEL), "people.csv", frozenset())
    assert flaws == ()
    assert [(row.name, row.role, row.line) for row in rows] == [
        ("Cora Lind", "coordinator", 2),
        ("Ana Ruiz", "mentor", 3),
        ("Mel Park", "mentee", 4),
    ]
    assert (rows[1].coordinator, rows[1].since, rows[1].timezone, rows[1].phone) == (
        "cora@example.org",
        date(2027, 1, 5),
        "America/Chicago",
        "+1 312 555 0100",
    )
    assert rows[2].mentor == "ana@example.org"


def test_headings_may_stand_in_any_order_and_be_called_what_people_call_them() -> None:
    rows, flaws = sift_rows(
        (
            ("E-mail address", "", "ROLE", "Full name", "Mentor's email"),
            ("Mel <mel@Example.ORG>", "x", "Mentee", " Mel  Park ", "a@example.org"),
        ),
        "people.csv",
    )
    assert flaws == ()
    assert (rows[0].name, rows[0].email, rows[0].role, rows[0].mentor) == ("Mel Park", "mel@example.org", "mentee", "a@example.org")


def test_a_person_in_two_roles_is_two_rows_and_a_couple_may_share_an_address() -> None:
    rows, flaws = sift_rows((HEAD, CORA, ("Jo Ruiz", "ana@example.org", "mentor and staff"), ANA), "people.csv", frozenset())
    assert flaws == ()
    assert [(row.name, row.role) for row in rows[1:]] == [("Jo Ruiz", "mentor"), ("Jo Ruiz", "staff"), ("Ana Ruiz", "mentor")]


def test_broken_rows_are_left_out_and_the_others_kept() -> None:
    rows, flaws = sift_rows((HEAD, CORA, ("", "x", "mentor"), (*MEL[:4], "nobody@example.org"), ANA), "people.csv", frozenset())
    assert [row.name for row in rows] == ["Cora Lind", "Ana Ruiz"]
    assert [flaw.line for flaw in flaws] == [3, 3, 4]


WRONG = (
    ((), "people.csv:1: there is no row of headings — begin with Name, Email, Role, Coordinator, Mentor"),
    ((("Name", "Role"),), "people.csv:1: there is no column Email — begin with Name, Email, Role, Coordinator, Mentor"),
    (((*HEAD, "Colour"),), "people.csv:1: the column 'Colour' is not known — take it out, or leave its heading empty"),
    (((*HEAD, "Telefone"),), "people.csv:1: the column 'Telefone' is not known — did you mean 'Phone'?"),
    (((*HEAD, "E-mail"),), "people.csv:1: two columns are called 'Email' — keep one of them"),
    ((HEAD, ("", *ANA[1:])), "people.csv:2: a person without a name — write one into the column Name"),
    ((HEAD, ("Ana", "", "mentor")), "people.csv:2: Ana has no address — write one into the column Email"),
    ((HEAD, ("Ana", "ana@", "mentor")), "people.csv:2: 'ana@' in column Email is no mail address — write it as name@example.org"),
    (
        (HEAD, ("Ana", "a@example.org, b@example.org", "mentor")),
        "people.csv:2: 'a@example.org, b@example.org' in column Email is no mail address — write it as name@example.org",
    ),
    ((HEAD, ("Ana", "ana@example.org", "menter")), "people.csv:2: 'menter' is no role — did you mean 'mentor'?"),
    (
        (HEAD, ("Ana", "ana@example.org", "")),
        "people.csv:2: Ana has no role — write one of mentor, mentee, coordinator, mwoc, clinical_coordinator, participant, specialist, trainer, staff, admin",
    ),
    (
        (HEAD, ("Mel", "mel@example.org", "mentee")),
        "people.csv:2: the mentee Mel has no mentor — write the mentor's address into the column Mentor",
    ),
    ((HEAD, MEL), "people.csv:2: the mentor ana@example.org is not known — add a row for them with the role mentor"),
    ((HEAD, ANA), "people.csv:2: the coordinator cora@example.org is not known — add a row for them with the role coordinator"),
    (
        (HEAD, (*CORA[:2], "mentee", "", "cora@example.org")),
        "people.csv:2: the mentor cora@example.org is not known — add a row for them with the role mentor",
    ),
    ((HEAD, CORA, CORA), "people.csv:3: cora@example.org is in line 2 already as coordinator — take one of the two out"),
    ((HEAD, (*CORA, "", "", "", "soon")), "people.csv:2: since 'soon' is no day — write it as 2027-10-01"),
    ((HEAD, (*CORA, "", "", "", "2027-02-30")), "people.csv:2: since '2027-02-30' is no day — write it as 2027-10-01"),
    (
        (HEAD, (*CORA, "", "", "", "", "Eastern")),
        "people.csv:2: 'Eastern' is no time zone — write one such as America/New_York, or leave it empty",
    ),
)


@pytest.mark.parametrize(("rows", "printed"), WRONG, ids=[case[1][12:60] for case in WRONG])
def test_a_flaw_is_printed_with_its_line_and_what_to_do(rows: tuple[tuple[str, ...], ...], printed: str) -> None:
    assert printed in flaws_of(*rows)


def test_an_import_is_all_or_nothing() -> None:
    assert len(read_rows((HEAD, CORA, ANA), "people.csv", frozenset())) == 2
    with pytest.raises(BadRoster) as found:
        read_rows((HEAD, ANA, ("Mel", "mel@", "mentee")), "people.csv", frozenset())
    assert [flaw.line for flaw in found.value.flaws] == [2, 3, 3]


def test_people_we_know_already_need_no_row() -> None:
    assert flaws_of(HEAD, ANA, known=frozenset({"cora@example.org"})) == []
    assert flaws_of(HEAD, ANA, known=None) == []


DAYS = (
    ("2027-10-01", "mdy", date(2027, 10, 1)),
    ("2027-10-01 00:00:00", "mdy", date(2027, 10, 1)),
    ("3/4/2027", "mdy", date(2027, 3, 4)),
    ("3/4/2027", "dmy", date(2027, 4, 3)),
    ("3.4.2027", "mdy", date(2027, 4, 3)),
)


@pytest.mark.parametrize(("written", "order", "day"), DAYS)
def test_days_are_read_as_spreadsheets_and_people_write_them(written: str, order: str, day: date) -> None:
    rows, _ = sift_rows((HEAD, (*CORA, "", "", "", written)), "people.csv", order=order)
    assert rows[0].since == day


def test_a_profiles_own_columns_are_kept_as_texts() -> None:
    rows, flaws = sift_rows((("Name", "Email", "Role", "Field"), (*CORA, "nurse")), "people.csv", extra={"field"})
    assert (dict(rows[0].extra), flaws) == ({"field": "nurse"}, ())


def test_only_a_table_with_addresses_and_roles_is_a_roster() -> None:
    assert is_roster((("role", "e-mail"),))
    assert not is_roster((("Mentor's Name", "Contact Date", "Current mentee(s)"),))
    assert not is_roster(())


def test_a_file_of_another_kind_is_not_read_to_its_end() -> None:
    began = time.perf_counter()
    rows, flaws = sift_rows((HEAD, *((f"x{number}", "no", f"role{number}") for number in range(50_000))), "people.csv", frozenset())
    assert rows == ()
    assert (
        str(flaws[-1]) == f"people.csv:{MOST_BROKEN + 2}: {MOST_BROKEN} rows are broken; the rest was not read — mend these first"
    )
    assert time.perf_counter() - began < 5


def test_a_large_roster_is_read_quickly() -> None:
    people = ((f"Person {number}", f"p{number}@example.org", "mentor", "cora@example.org") for number in range(20_000))
    began = time.perf_counter()
    rows, flaws = sift_rows((HEAD, CORA, *people), "people.csv", frozenset())
    assert (len(rows), flaws) == (20_001, ())
    assert time.perf_counter() - began < 10


def test_where_mentees_are_called_participants_either_word_means_them() -> None:
    sheet = (("Name", "Email", "Role"), ("Mel Park", "mel@example.org", "mentee"), ("Sol Ito", "sol@example.org", "participant"))
    assert [row.role for row in read_rows(sheet, "people.csv", roles=("participant", "mentor"))] == ["participant"] * 2
