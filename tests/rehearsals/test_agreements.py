"""Nobody is listed without a verification and an agreement on record: which words, which day, which mail (R-206, 4E invariants)."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from db import evidence, people
from db.engine import open_store
from db.records import Person
from db.tables import metadata, template
from mailer.files.settings import read_settings
from mailer.files.stories import read_story
from mailer.modes.rehearse import Lived, rehearse

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def live(name: str, place: Path) -> Lived:
    known = read_settings(ROOT / "settings.toml")
    letters = frozenset(path.stem for path in (ROOT / "templates" / "email").glob("*/*.md"))
    store = open_store(f"sqlite:///{place}")
    metadata.create_all(store.engine)
    return asyncio.run(rehearse(read_story(HERE / name, known, letters), known.rules, known.templates, store))


def test_an_agreement_says_which_words_which_day_and_which_mail(tmp_path: Path) -> None:
    place = tmp_path / "story.db"
    lived = live("s19_ten_years_and_agree.toml", place)
    program = lived.story.program.key
    store = open_store(f"sqlite:///{place}")
    with store.reading() as connection:
        tove = people.by_address(connection, program, ("tove@example.net",))[0]
        agreed = evidence.agreements_of(connection, tove.id)
        kept = connection.execute(select(template.c.source).where(template.c.digest == agreed[0].text)).scalar_one()
    store.close()
    assert [(item.kind, item.version, item.on) for item in agreed] == [("ethics", "1", date(2027, 10, 8))]
    assert "Mentors give notice in advance" in kept
    assert agreed[0].message_id is not None and "@" in agreed[0].answer
    assert (tove.extra["ethics_version"], tove.extra["ethics_agreed_on"], tove.extra["verified_on"]) == (
        "1",
        "2027-10-08",
        "2027-10-06",
    )
    assert (tove.extra["listed"], tove.extra["certified_until"]) == (True, "2028-12-31")


LISTING = sorted(path.name for path in HERE.glob("icb_*.toml") if "AGREE" in path.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTING)
def test_whoever_is_listed_was_verified_and_has_agreed(name: str, tmp_path: Path) -> None:
    place = tmp_path / "story.db"
    program = live(name, place).story.program.key
    store = open_store(f"sqlite:///{place}")
    with store.reading() as connection:
        everybody = people.everybody(connection, program)
    store.close()
    assert all(_on_record(person) for person in everybody if person.extra.get("listed"))


def _on_record(person: Person) -> bool:
    return bool(person.extra.get("ethics_version")) and bool(person.extra.get("verified_on")) and "mentor" in person.roles
