"""After a story of releases and reports: what the database still holds, and what is nowhere in it any more."""

from __future__ import annotations

import asyncio
from pathlib import Path

from db import people, releases, story
from db.engine import Store, open_store
from db.tables import metadata
from mailer.files.settings import read_settings
from mailer.files.stories import read_story
from mailer.modes.rehearse import rehearse

HERE = Path(__file__).parent


def lived(name: str, tmp_path: Path) -> tuple[Store, bytes]:
    """The database after a story, opened again, and its bytes."""
    settings = read_settings(HERE.parents[1] / "settings.toml", {})
    url = f"sqlite:///{tmp_path / 'story.db'}"
    store = open_store(url)
    metadata.create_all(store.engine)
    told = read_story(HERE / f"{name}.toml", settings)
    asyncio.run(rehearse(told, settings.rules, settings.templates, store))
    again = open_store(url)
    with again.reading() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return again, (tmp_path / "story.db").read_bytes()


def test_what_a_hand_off_told_is_listed_and_its_words_are_gone(tmp_path: Path) -> None:
    store, _ = lived("s14_release_then_match", tmp_path)
    with store.reading() as connection:
        giver = people.by_address(connection, "m2m", ("lucia@example.org",)) or people.by_address(
            connection, "mphp", ("lucia@example.org",)
        )
        told = releases.disclosures_of(connection, [giver[0].id])
        letters = {letter.id: letter for letter, _ in story.letters_of(connection, person_ids=[told[0].recipient_id])}
        assert [(item.giver_id, item.fields) for item in told] == [(giver[0].id, ("first_name", "phone"))]
        assert letters[told[0].letter_id].name == "hand_off" and letters[told[0].letter_id].facts == {}


def test_reports_and_words_passed_on_are_nowhere_in_the_database(tmp_path: Path) -> None:
    secrets = (b"met twice", b"her hours", b"my Mondays", b"does me good")
    store, _ = lived("s15_reports_are_not_kept", tmp_path)
    with store.reading() as connection:
        found = [
            (table.name, secret)
            for table in metadata.sorted_tables
            for row in connection.execute(table.select())
            for text in [b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row)]
            for secret in secrets
            if secret in text
        ]
    assert found == []


def test_no_row_of_an_evaluation_leads_to_a_person(tmp_path: Path) -> None:
    store, _ = lived("s17_five_answers", tmp_path)
    with store.reading() as connection:
        counted = [tuple(row) for row in connection.execute(metadata.tables["tally"].select())]
        kept = [row.raw for row in connection.execute(metadata.tables["message"].select()) if row.means == "answers"]
        answers = connection.execute(metadata.tables["answer"].select()).all()
    assert sorted(row[1:] for row in counted) == [("2027-11", "1", 4, 4), ("2027-11", "1", 5, 1), ("2027-11", "2", 3, 1)]
    assert set(kept) == {b""} and answers == []


def test_a_report_that_a_hand_off_came_back_leaves_no_number_behind(tmp_path: Path) -> None:
    store, _ = lived("mphp_hand_off_comes_back", tmp_path)
    with store.reading() as connection:
        kept = [row.raw for row in connection.execute(metadata.tables["message"].select()) if row.means == "bounce"]
        notes = [row.facts for row in connection.execute(metadata.tables["note"].select()) if row.told_at is not None]
    assert kept == [b""]
    assert notes and all(facts == {} for facts in notes)
