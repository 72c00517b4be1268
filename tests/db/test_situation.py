"""One person's world in one read: who and what is in it for whom, in few queries, each by an index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, event, insert, text

from db import cases, evidence, outbox, people
from db.engine import Store
from db.prepared import TOLD
from db.records import Case, Situation
from db.situation import load, next_page
from db.tables import form
from tests.db.worlds import KEY, NOW, World, add, letter_row, put, settle_in

DAY = timedelta(days=1)


@contextmanager
def counted(store: Store) -> Iterator[list[tuple[str, object]]]:
    """The statements executed inside."""
    seen: list[tuple[str, object]] = []

    def keep(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        seen.append((statement, parameters))

    def told(statement: str, parameters: object) -> None:
        seen.append((statement, tuple(parameters) if isinstance(parameters, list) else parameters))

    event.listen(store.engine, "before_cursor_execute", keep)
    TOLD.append(told)
    try:
        yield seen
    finally:
        TOLD.remove(told)
        event.remove(store.engine, "before_cursor_execute", keep)


@pytest.fixture
def small(store: Store) -> dict[str, int]:
    """Two coordinators with a mentor each, three mentees, the duties; everybody has one letter and one event."""
    found: dict[str, int] = {}
    with store.transaction() as connection:
        for name, role, boss in (
            ("wanda", "mwoc", ""),
            ("sam", "staff", ""),
            ("cora", "coordinator", ""),
            ("cleo", "coordinator", ""),
            ("ana", "mentor", "cora"),
            ("abe", "mentor", "cleo"),
            ("mel", "mentee", ""),
            ("max", "mentee", ""),
            ("mia", "mentee", ""),
        ):
            found[name] = add(connection, name, role, coordinator_id=found.get(boss))
        for mentor, mentee in (("ana", "mel"), ("ana", "max"), ("abe", "mia")):
            people.add_match(connection, KEY, found[mentor], found[mentee], None)
        for name, number in found.items():
            outbox.add_letters(connection, [letter_row(f"letter of {name}", number)])
            evidence.add_event(connection, KEY, number, "contact", NOW.date(), NOW)
        for mentor, boss in (("ana", "cora"), ("abe", "cleo")):
            row = {"program": KEY, "month": "2027-10", "coordinator_id": found[boss], "mentor_id": found[mentor]}
            connection.execute(insert(form).values(**row))
            put(connection, f"contact/{mentor}", subject_id=found[mentor])
        put(connection, "cycle/2027-10", ladder="cycle", about="program", owner="mwoc", data={"month": "2027-10"})
        stranger = people.add_person(connection, "other", name="Zoe", email="zoe@example.org", role="staff", state="active")
        put(connection, "contact/zoe", program="other", subject_id=stranger, owner="mwoc")
        found["zoe"] = stranger
    return found


def walk(connection: Connection, key: str) -> Case:
    number = cases.id_of(connection, KEY, key)
    found = cases.by_id(connection, number or 0)
    assert found is not None
    return found


def names(situation: Situation) -> set[str]:
    return {person.name for person in situation.people.values()}


def letters(situation: Situation) -> set[str]:
    return {letter.key.removeprefix("letter of ") for letter in situation.letters}


DUTIES = {"wanda", "sam", "cora", "cleo"}


def test_a_mentors_walk_sees_the_mentor_their_mentees_and_the_duties(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        case = walk(connection, "contact/ana")
        found = load(connection, KEY, NOW, case_=case)
    assert names(found) == DUTIES | {"ana", "mel", "max"}
    assert {(pair.mentor_id, pair.mentee_id) for pair in found.matches} == {
        (small["ana"], small["mel"]),
        (small["ana"], small["max"]),
    }
    assert {item.key for item in found.cases} == {"contact/ana", "cycle/2027-10"}
    assert letters(found) == {"ana", "mel", "max"}
    assert {item.person_id for item in found.events} == {small["ana"], small["mel"], small["max"]}
    assert [entry.mentor_id for entry in found.forms] == [small["ana"]]
    assert (found.case, found.loads, found.survey, found.page) == (case, {}, {}, ())


def test_a_mentee_who_writes_is_seen_with_their_mentor_the_mentors_coordinator_and_everybody_matched_with_them(
    store: Store, small: dict[str, int]
) -> None:
    with store.transaction() as connection:
        people.change_person(connection, small["cora"], {"roles": " retired "})
        found = load(connection, KEY, NOW, sender_ids=(small["mel"],))
    assert names(found) == DUTIES | {"mel", "ana", "max"}
    assert {pair.mentee_id for pair in found.matches} == {small["mel"], small["max"]}
    assert found.people[small["ana"]].coordinator_id == small["cora"]
    assert letters(found) == {"mel", "ana"}
    assert found.sender_ids == (small["mel"],)
    assert found.loads == {small["cora"]: 1, small["cleo"]: 1}


def test_a_coordinator_sees_their_own_mentors_with_mentees_walks_letters_and_form_rows(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        found = load(connection, KEY, NOW, sender_ids=(small["cora"],))
    assert names(found) == DUTIES | {"ana", "mel", "max"}
    assert {item.key for item in found.cases} == {"contact/ana", "cycle/2027-10"}
    assert letters(found) == {"cora", "ana", "mel", "max"}
    assert [entry.mentor_id for entry in found.forms] == [small["ana"]]


def test_a_row_that_a_coordinator_wrote_stays_theirs_when_the_mentor_has_moved_on(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        people.change_person(connection, small["ana"], {"coordinator_id": small["cleo"]})
        found = load(connection, KEY, NOW, focus=[small["cora"]])
    assert [entry.mentor_id for entry in found.forms] == [small["ana"]]


def test_the_mwoc_sees_the_walks_whose_turn_is_theirs_or_the_staffs(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        put(connection, "contact/abe", subject_id=small["abe"], owner="mwoc")
        pair = next(pair for pair in people.matches(connection, KEY) if pair.mentee_id == small["mel"])
        put(connection, "mentee/mel", ladder="mentee", about="match", match_id=pair.id, owner="staff")
        found = load(connection, KEY, NOW, sender_ids=(small["wanda"],))
    assert {item.key for item in found.cases} == {"contact/abe", "mentee/mel", "contact/ana", "cycle/2027-10"}
    assert names(found) == DUTIES | {"abe", "mia", "ana", "mel"}


def test_a_walk_about_a_match_sees_both_and_is_there_even_when_it_is_closed(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        pair = next(pair for pair in people.matches(connection, KEY) if pair.mentee_id == small["mia"])
        put(connection, "mentee/mia", ladder="mentee", about="match", match_id=pair.id, closed=True)
        put(connection, "contact/abe", subject_id=small["abe"], closed=True)
        case = walk(connection, "mentee/mia")
        found = load(connection, KEY, NOW, case_=case)
    assert names(found) == DUTIES | {"abe", "mia"}
    assert found.case == case and case in found.cases
    assert {item.key for item in found.cases} == {"mentee/mia", "cycle/2027-10"}


def test_a_walk_that_several_ways_lead_to_is_there_once_and_walks_are_in_the_order_of_their_opening(
    store: Store, small: dict[str, int]
) -> None:
    with store.transaction() as connection:
        pair = next(pair for pair in people.matches(connection, KEY) if pair.mentee_id == small["mel"])
        put(connection, "mentee/mel", ladder="mentee", about="match", subject_id=small["mel"], match_id=pair.id)
        put(connection, "odd", about="program", subject_id=small["ana"])
        found = load(connection, KEY, NOW, case_=walk(connection, "contact/ana"))
    assert [item.key for item in found.cases] == ["contact/ana", "cycle/2027-10", "mentee/mel", "odd"]


def test_whole_reads_everybody_and_every_open_walk_of_the_program_and_of_no_other(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        put(connection, "contact/abe", subject_id=small["abe"], closed=True)
        found = load(connection, KEY, NOW, sender_ids=(small["ana"],), whole=True)
    assert names(found) == {"wanda", "sam", "cora", "cleo", "ana", "abe", "mel", "max", "mia"}
    assert len(found.matches) == 3
    assert {item.key for item in found.cases} == {"contact/ana", "cycle/2027-10"}
    assert letters(found) == names(found) - {"abe", "mia"}  # no duty, not led or matched around Ana, not mentioned
    assert len(found.forms) == 2
    assert found.loads == {small["cora"]: 1, small["cleo"]: 1}


def test_whole_reads_the_letters_of_who_is_mentioned_and_of_their_partners(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        found = load(connection, KEY, NOW, sender_ids=(small["ana"],), whole=True, mentioned="Abe: CONTACT by phone")
    assert letters(found) == names(found)


def test_a_walk_of_the_program_that_looks_at_everybody_reads_the_survey_of_its_month_and_what_counts(
    store: Store, small: dict[str, int]
) -> None:
    with store.transaction() as connection:
        for month in ("2027-09", "2027-10"):
            evidence.add_answers(connection, KEY, small["mel"], "survey", month, {"month": month}, "", NOW, None)
        found = load(connection, KEY, NOW, case_=walk(connection, "cycle/2027-10"), whole=True)
    assert found.survey == {small["mel"]: (("month", "2027-10"),)}
    # What the month's figures are made of: attempts, and what went to coordinators.
    assert found.letters and all(
        letter.attempt or "coordinator" in found.people[letter.to_id or 0].roles for letter in found.letters
    )


def test_a_digest_sees_whom_its_reader_leads_but_only_its_own_letters(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        evidence.add_note(connection, KEY, small["cora"], "stranger", {}, NOW)
        notes = evidence.notes_for(connection, small["cora"])
        found = load(connection, KEY, NOW, page=(small["cora"],), notes=notes)
        message = load(connection, KEY, NOW, sender_ids=(small["cora"],))
    assert {person.id for person in found.people.values() if person.coordinator_id == small["cora"]}
    assert [case.key for case in found.cases] == [case.key for case in message.cases]
    assert {letter.to_id for letter in found.letters} <= {small["cora"]}
    assert {event.person_id for event in found.events} <= {small["cora"]} and found.forms == ()


def test_a_page_sees_its_people_and_their_partners_but_only_its_own_letters(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        found = load(connection, KEY, NOW, page=(small["ana"], small["mia"]))
    assert names(found) == DUTIES | {"ana", "mel", "max", "mia", "abe"}
    assert letters(found) == {"ana", "mia"}
    assert (found.page, found.loads) == ((small["ana"], small["mia"]), {})


def test_addresses_that_a_mail_names_bring_their_people(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        found = load(connection, KEY, NOW, sender_ids=(small["wanda"],), addresses=("MIA@example.org", "zoe@example.org", "x@y"))
    assert names(found) == DUTIES | {"mia", "abe"}
    assert "mia" in letters(found)


def test_the_person_a_refused_letter_was_for_is_in_the_middle(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        letter = next(item for item in outbox.listed(connection) if item.to_id == small["mel"])
        found = load(connection, KEY, NOW, letter_=letter)
    assert found.letter == letter
    assert names(found) == DUTIES | {"mel", "ana"}


def test_a_stranger_meets_the_duties_only(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        found = load(connection, KEY, NOW)
    assert names(found) == DUTIES
    assert (found.matches, found.letters, found.events, found.forms) == ((), (), (), ())
    assert small["zoe"] not in found.people


def test_letters_and_events_reach_back_seventy_days(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        for days in (69, 71):
            outbox.add_letters(connection, [letter_row(f"letter of {days}", small["mia"], NOW - days * DAY)])
            evidence.add_event(connection, KEY, small["mia"], "attempt", NOW.date(), NOW - days * DAY)
        found = load(connection, KEY, NOW, focus=[small["mia"]])
    assert letters(found) == {"mia", "abe", "69"}
    assert len([item for item in found.events if item.person_id == small["mia"]]) == 2


def test_a_blast_turns_the_pages_of_mentors_and_mentees(store: Store, small: dict[str, int]) -> None:
    with store.transaction() as connection:
        everybody = tuple(small[name] for name in ("ana", "abe", "mel", "max", "mia"))
        assert next_page(connection, KEY, 0) == everybody
        assert next_page(connection, KEY, everybody[1], limit=2) == everybody[2:4]
        assert next_page(connection, KEY, everybody[-1]) == ()


@pytest.fixture
def many(store: Store) -> World:
    with store.transaction() as connection:
        return settle_in(connection, 150, months=3)


def test_a_world_is_read_in_few_queries_however_many_people_there_are(store: Store, many: World) -> None:
    with store.transaction() as connection:
        case = walk(connection, f"contact/{many.mentors[0]}/2027-10")
        cycle = put(connection, "cycle/2027-10", ladder="cycle", about="program")
        for most, arguments in (
            (5, {"case_": case}),
            (6, {"sender_ids": (many.mentors[0],)}),
            (7, {"sender_ids": (many.mentees[0],), "addresses": ("ana.ruiz7@example.org",)}),
            (6, {"sender_ids": (many.coordinators[0],)}),
            (7, {"sender_ids": (many.mwoc,)}),
            (5, {"page": many.mentors}),
            (6, {"whole": True, "sender_ids": (many.mwoc,)}),
            (6, {"whole": True, "case_": cases.by_id(connection, cycle)}),
        ):
            load(connection, KEY, NOW, **arguments)
            with counted(store) as seen:
                load(connection, KEY, NOW, **arguments)
            assert len(seen) <= most, [statement for statement, _ in seen]


def test_no_query_about_one_mentor_reads_a_table_from_end_to_end(store: Store, many: World) -> None:
    with store.transaction() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(
                text("SET LOCAL enable_seqscan = off")
            )  # small tables are read whole by choice: is there another way?
        case = walk(connection, f"contact/{many.mentors[0]}/2027-10")
        load(connection, KEY, NOW, page=many.mentees)  # everybody is read once (db/census.py), not for each decision
        with counted(store) as seen:
            load(connection, KEY, NOW, case_=case)
        for statement, parameters in seen:
            explain = "EXPLAIN " if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
            plan = [str(row[-1]) for row in connection.exec_driver_sql(explain + statement, parameters)]  # type: ignore[arg-type]
            whole = [line for line in plan if line.strip(" ->").startswith(("SCAN", "Seq Scan")) and "json_each" not in line]
            assert whole == [], statement
