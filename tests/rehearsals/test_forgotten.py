"""Whoever is forgotten is nowhere: every cell of every table, and every byte of the file, after a life in each profile."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table

from db import forgetting, people, releases
from db.engine import Store
from db.records import LetterState, MatchState, PersonState
from db.tables import disclosure, letter, match, metadata, person, release
from mailer.modes.forget import plan
from mailer.modes.mailbox import Mailbox
from mailer.modes.rehearse import KEY
from mailer.steps.book import Book
from mailer.steps.desk import Desk
from mailer.steps.forget import end_matches, forget
from mailer.steps.forget_look import Plan
from mailer.steps.turn import turn
from tests.db.conftest import SLOW_POSTGRESQL
from tests.desks import Post
from tests.rehearsals.canaries import MADE, Aviary, Being
from tests.rehearsals.forgotten import END, canaries_of, cells, found, lived, settle, written_besides
from tests.servers_postgres import Postgres, postgres_server

__all__ = ["postgres_server"]

ROLES = ("mentor", "mentee", "participant", "specialist", "coordinator", "clinical_coordinator")


def chosen(aviary: Aviary) -> list[tuple[Being, Being]]:
    """One of each role, and somebody of another role who writes of them."""
    firsts = {role: aviary.each(role)[0] for role in ROLES if aviary.each(role)}
    return [(being, next(item for item in aviary.people if item.role != role)) for role, being in firsts.items()]


def forgotten(store: Store, books: dict[str, Book], program: str, being: Being) -> Plan:
    settle(store, program, being)
    planned = plan(store, books, being.email)
    assert planned.hindrances == ()
    done = forget(store, books, KEY, planned, END)
    assert done.hindrances == ()
    return done


@pytest.mark.parametrize("profile", sorted(MADE))
@pytest.mark.parametrize("database", ["file", SLOW_POSTGRESQL])
def test_nothing_of_whoever_is_forgotten_is_left_anywhere(
    profile: str, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if database == "file":
        _forgets_everybody(profile, f"sqlite:///{tmp_path / 'life.db'}", tmp_path)
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    with server.database() as url:
        _forgets_everybody(profile, url, tmp_path)


def _forgets_everybody(profile: str, url: str, folder: Path) -> None:
    aviary = MADE[profile](seed=3, months=2)
    store, books = lived(aviary, url)
    (program,) = books
    try:
        for being, other in chosen(aviary):
            written_besides(store, program, aviary, being, other)
            own = canaries_of(aviary, being)
            assert found(cells(store), own), "the test looks where nothing is"
            forgotten(store, books, program, being)
            assert found(cells(store), own) == []
            # Who is not forgotten is still there, and so are the words of the colleague who wrote of them.
            assert {"person.name", "person.email"} <= {where for where, _ in found(cells(store), canaries_of(aviary, other))}
            if url.startswith("sqlite"):
                assert forgetting.scrub(store)
                file = b"".join(path.read_bytes() for path in folder.glob("life.db*"))
                assert found([("file", file.decode("latin-1"))], own - {one for one in own if one.isdigit()}) == []
    finally:
        store.close()


def test_ids_times_and_states_stay_and_so_do_releases_and_disclosures(tmp_path: Path) -> None:
    aviary = MADE["mphp"](seed=3, months=2)
    store, books = lived(aviary, f"sqlite:///{tmp_path / 'life.db'}")
    kept: list[Table] = [letter, match, release, disclosure]
    before = {table.name: _skeleton(store, table) for table in kept}
    giver, receiver = aviary.each("participant")[0], aviary.each("mentor")[0]
    for being in (giver, receiver):
        forgotten(store, books, "mphp", being)
    assert {table.name: _skeleton(store, table) for table in kept} == before
    with store.reading() as connection:
        gone = [item for item in people.everybody(connection, "mphp") if item.state is PersonState.FORGOTTEN]
        assert [(item.name, item.email, item.roles, item.extra) for item in gone] == [
            (item.ref, "", frozenset(), {}) for item in gone
        ]
        papers = releases.around(connection, [item.id for item in gone])
        assert papers and all(item.rescinded_at is not None for item in papers)
        waiting = [row for row in connection.execute(letter.select()) if row.state in (LetterState.WAITING, LetterState.HELD)]
        assert not {row.to_id for row in waiting} & {item.id for item in gone}
    store.close()


def _skeleton(store: Store, table: Table) -> list[tuple[object, ...]]:
    """What must outlast a person: ids, keys, days, names of letters and of fields."""
    words = {"to_address", "facts", "subject", "in_reply_to", "sha256", "state", "last_error", "rescinded_at"}
    with store.reading() as connection:
        return [
            tuple(value for name, value in row._mapping.items() if name not in words or table.name == "disclosure")
            for row in connection.execute(table.select().order_by(table.c.id))
        ]


def test_every_table_that_points_to_people_says_what_goes_out_of_it() -> None:
    pointing = {table.name for table in metadata.sorted_tables if any(key.column.table is person for key in table.foreign_keys)}
    bare = {"match", "release", "disclosure"}  # nothing but ids, days and the names of fields
    said = {table.name for table in forgetting.OWN} | bare | {"person", "alias", "message"}
    assert pointing - said == set()


@pytest.mark.parametrize(
    ("profile", "role", "letters"),
    [
        ("m2m", "mentor", {"new_match_needed_mentee"}),
        ("m2m", "mentee", {"new_match_needed_mentor"}),
        ("icb", "mentor", {"mentoring_ended"}),
        ("icb", "mentee", {"mentoring_ended"}),
        ("mphp", "mentor", {"end_notice"}),
        ("mphp", "participant", {"end_notice"}),
    ],
)
def test_what_runs_ends_in_the_way_each_program_has_for_it(profile: str, role: str, letters: set[str], tmp_path: Path) -> None:
    aviary = MADE[profile](seed=3, months=2)
    store, books = lived(aviary, f"sqlite:///{tmp_path / 'life.db'}")
    with store.reading() as connection:
        everybody = {item.id: item for item in people.everybody(connection, profile)}
        pair = next(item for item in people.matches(connection, profile) if item.state is MatchState.ACTIVE)
    one, other = (pair.mentor_id, pair.mentee_id) if role == "mentor" else (pair.mentee_id, pair.mentor_id)
    planned = plan(store, books, everybody[one].ref)
    assert planned.running >= 1 and any("it ends first" in hindrance.text for hindrance in planned.hindrances)
    end_matches(store, books, KEY, planned, END)
    assert plan(store, books, everybody[one].ref).running == 0
    desk = Desk(store, KEY, lambda: END + timedelta(days=3), books, {profile: Mailbox()}, {profile: Post()})
    asyncio.run(turn(desk))
    with store.reading() as connection:
        to_other = [row for row in connection.execute(letter.select().where(letter.c.to_id == other)) if row.name in letters]
    assert to_other, "the other side was not told"
    store.close()
