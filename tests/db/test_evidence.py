"""Evidence: events, answers, form rows, notes, decisions, acts, single facts and the sample mark."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from db import evidence, rows
from db.engine import Store
from db.marks import is_sample, mark_sample
from db.records import FormEntry, Note
from db.tables import act, answer, form
from tests.db.worlds import KEY, NOW, add

DAY = date(2027, 10, 7)


def test_a_mentors_row_of_the_form_is_replaced_by_the_same_month_and_kept_beside_another(store: Store) -> None:
    with store.transaction() as connection:
        boss, mentor = add(connection, "Cora Lind", "coordinator"), add(connection, "Ana Ruiz", "mentor")
        row: dict[str, object] = {
            "month": "2027-10",
            "coordinator_id": boss,
            "mentor_id": mentor,
            "attempted": ["2027-10-02", "2027-10-05"],
            "contact_made": DAY,
            "mentees": ["Mel", "Max"],
            "summary": "Goes well.",
            "issues": "",
            "sent_at": None,
        }
        evidence.put_form(connection, KEY, row)
        evidence.put_form(connection, KEY, {**row, "month": "2027-09"})
        evidence.put_form(connection, KEY, {**row, "summary": "Goes better.", "sent_at": NOW})
        before, found = (rows.form(row) for row in connection.execute(select(form).order_by(form.c.month)))
    assert (before.month, before.summary) == ("2027-09", "Goes well.")
    days = (date(2027, 10, 2), date(2027, 10, 5))
    assert found == FormEntry(found.id, KEY, "2027-10", boss, mentor, days, DAY, ("Mel", "Max"), "Goes better.", "", NOW)


def test_survey_answers_of_a_month_are_read_by_person_and_a_later_sheet_wins(store: Store) -> None:
    with store.transaction() as connection:
        ana, mel = add(connection, "Ana Ruiz", "mentor"), add(connection, "Mel Park", "mentee")
        for person, letter, month, answers in (
            (ana, "survey", "2027-10", {"zest": "1"}),
            (ana, "survey", "2027-10", {"zest": "5", "art": "no"}),
            (mel, "survey", "2027-10", {}),
            (mel, "survey", "2027-09", {"zest": "2"}),
            (mel, "check_in", "2027-10", {"1": "Mel"}),
        ):
            evidence.add_answers(connection, KEY, person, letter, month, answers, "words", NOW, None)
        assert evidence.survey_of(connection, KEY, "2027-10") == {ana: (("zest", "5"), ("art", "no")), mel: ()}
        assert evidence.survey_of(connection, "other", "2027-10") == {}
        assert connection.execute(select(answer.c.text, answer.c.at)).first() == ("words", NOW)


def test_notes_wait_for_their_person_until_they_are_told(store: Store) -> None:
    with store.transaction() as connection:
        ana, mel = add(connection, "Ana Ruiz", "mentor"), add(connection, "Mel Park", "mentee")
        evidence.add_note(connection, KEY, ana, "contact_made", {"name": "Mel"}, NOW)
        evidence.add_note(connection, KEY, ana, "form_missing", {}, NOW - timedelta(hours=1))
        evidence.add_note(connection, KEY, mel, "news", {}, NOW)
        assert sorted(evidence.waiting_notes(connection)) == sorted([(KEY, ana, NOW - timedelta(hours=1)), (KEY, mel, NOW)])
        first, second = evidence.notes_for(connection, ana)
        assert first == Note(first.id, KEY, ana, "contact_made", {"name": "Mel"}, NOW)
        evidence.notes_told(connection, [first.id, second.id], NOW)
        evidence.notes_told(connection, [], NOW)
        assert evidence.notes_for(connection, ana) == ()
        assert evidence.waiting_notes(connection) == ((KEY, mel, NOW),)


def test_decisions_are_found_by_the_walk_or_the_message_they_are_about(store: Store) -> None:
    with store.transaction() as connection:
        by_time = evidence.add_decision(connection, KEY, NOW, "time", "silence", ["PutCase contact/1"], "d" * 64, case_id=4)
        by_mail = evidence.add_decision(connection, KEY, NOW, "mail", "a reply", [], "d" * 64, message_id=5, case_id=6, person_id=7)
        found = evidence.decisions_of(connection, case_ids=[4], message_ids=[5])
        assert [item["id"] for item in found] == [by_time, by_mail]
        assert (found[0]["effects"], found[0]["at"], found[1]["because"]) == (["PutCase contact/1"], NOW, "a reply")
        assert [item["id"] for item in evidence.decisions_of(connection, case_ids=[6, 99])] == [by_mail]
        assert evidence.decisions_of(connection) == []


def test_what_operators_do_is_journalled(store: Store) -> None:
    with store.transaction() as connection:
        evidence.add_act(connection, KEY, NOW, "import", {"rows": 12})
        (row,) = connection.execute(select(act)).all()
        assert (row.what, row.details, row.at, row.program) == ("import", {"rows": 12}, NOW, KEY)


def test_a_fact_has_one_value(store: Store) -> None:
    with store.transaction() as connection:
        assert evidence.get_fact(connection, "mark/INBOX") is None
        evidence.set_fact(connection, "mark/INBOX", "1:2")
        evidence.set_fact(connection, "mark/INBOX", "1:3")
        assert evidence.get_fact(connection, "mark/INBOX") == "1:3"


def test_only_a_marked_database_is_the_sample(store: Store) -> None:
    with store.transaction() as connection:
        assert not is_sample(connection)
        mark_sample(connection)
        mark_sample(connection)
    with store.reading() as connection:
        assert is_sample(connection)
