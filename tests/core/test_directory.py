"""Who stands in the directory, with which fields, in which order: tables of plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from db.records import Person, PersonState, Situation
from mailer.core.telling.directory import directory_facts, earliest_end, entry, fitting, is_shown, shown
from mailer.core.world.scene import Scene
from mailer.files.policy import default_policy
from mailer.model.decision import Say
from mailer.model.program import Program, Rulebook, Vocabulary

TODAY = date(2027, 10, 5)
NOW = datetime(2027, 10, 5, 15, 0, tzinfo=UTC)
PROGRAM = Program("icb", "icb", "News", "ib@example.org", ZoneInfo("America/Chicago"))
BOOK = Rulebook(PROGRAM, default_policy("directory"), (), Vocabulary(), {})
MARKS: dict[str, object] = {
    "listed": True, "certification": "CADC 1", "years": 12, "topics": ["career", "Ethics"], "region": "north",
    "setting": "hospital", "publish": ["name", "certification", "topics", "region", "email"],
}  # fmt: skip


def mentor(number: int, name: str, **marks: object) -> Person:
    address = f"{name.split()[0].lower()}@example.org"
    return Person(number, "icb", f"R{number}", name, address, frozenset({"mentor"}), phone="555 0100", extra={**MARKS, **marks})


HEDDA = mentor(1, "Hedda Vik")


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (HEDDA, True),
        (mentor(1, "Hedda Vik", listed=False), False),
        (mentor(1, "Hedda Vik", full=True), False),
        (mentor(1, "Hedda Vik", certified_until="2027-10-05"), True),
        (mentor(1, "Hedda Vik", certified_until="2027-10-04"), False),
        (replace(HEDDA, away_until=date(2027, 10, 5)), False),
        (replace(HEDDA, away_until=date(2027, 10, 4)), True),
        (replace(HEDDA, state=PersonState.STOPPED), False),
        (replace(HEDDA, state=PersonState.INACTIVE), False),
        (replace(HEDDA, roles=frozenset({"mentee"})), False),
    ],
)
def test_a_mentor_is_shown_while_listed_free_here_and_certified(person: Person, expected: bool) -> None:
    assert is_shown(person, TODAY) is expected


@pytest.mark.parametrize(
    ("tags", "found"),
    [((), True), (("career",), True), (("ETHICS", "north"), True), (("career", "south"), False), (("hospital",), False)],
)
def test_every_tag_has_to_fit_a_topic_or_the_region(tags: tuple[str, ...], found: bool) -> None:
    assert bool(fitting((HEDDA,), tags)) is found


def test_an_entry_holds_what_is_published_and_nothing_else() -> None:
    told = entry(mentor(1, "Hedda Vik", publish=["topics", "phone"]))
    assert {name: told[name] for name in ("title", "call", "lines")} == {
        "title": Say("entry_without_name", {"ref": "R1"}),
        "call": "R1",
        "lines": [
            {"label": Say("field topics"), "value": "career, Ethics"},
            {"label": Say("field phone"), "value": "555 0100"},
        ],
    }
    assert entry(mentor(1, "Hedda Vik", publish=["name", "years"]))["lines"] == [{"label": Say("field years"), "value": "12"}]


@pytest.mark.parametrize(
    ("setting", "order"),
    [("", ["Anna", "Bruno", "Carla", "Dora"]), ("hospital", ["Bruno", "Dora", "Anna", "Carla"])],
)
def test_another_setting_comes_first_for_a_reader_whose_own_is_known(setting: str, order: list[str]) -> None:
    people = [
        mentor(1, "Anna A", setting="Hospital"),
        mentor(2, "Bruno B", setting="outreach"),
        mentor(3, "Carla C", setting=""),
        mentor(4, "Dora D", setting="school"),
    ]
    reader = Person(9, "icb", "R9", "Milo Rand", "milo@example.com", frozenset({"mentee"}), extra={"setting": setting})
    scene = Scene(BOOK, Situation("icb", {person.id: person for person in (*people, reader)}), NOW)
    assert [person.first_name for person in shown(scene, reader)] == order


def test_where_nobody_fits_the_words_that_would_find_somebody_are_told() -> None:
    scene = Scene(BOOK, Situation("icb", {1: HEDDA, 2: mentor(2, "Bruno Salt", topics=["secret"], publish=["name"])}), NOW)
    nobody = directory_facts(scene, None, ("west",))
    assert (nobody["entries"], nobody["known_topics"], nobody["known_regions"]) == ([], "Ethics, career", "north")
    assert directory_facts(scene, None)["known_topics"] == ""


def test_a_notice_is_counted_from_the_local_day_on_which_the_mail_came() -> None:
    late = datetime(2027, 10, 6, 3, 0, tzinfo=UTC)  # the evening of 5 October in Chicago
    scene = Scene(BOOK, Situation("icb"), datetime(2027, 10, 9, 3, 0, tzinfo=UTC), received_at=late)
    assert earliest_end(scene) == date(2027, 10, 19)
