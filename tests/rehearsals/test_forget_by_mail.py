"""FORGET by mail: only the admin, only in reply to the question; what runs ends first, and nothing is left anywhere, the admin's mail included."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from db import forgetting, people, story
from db.records import PersonState
from db.tables import letter, message
from mailer.clock import VirtualClock
from mailer.files.stories import STORY_INBOX, Arrive
from mailer.modes.mailbox import Mailbox
from mailer.modes.rehearse import KEY
from mailer.modes.replay.twice import replay
from mailer.modes.sent import SentLetter
from mailer.modes.story_mail import Writer, written
from mailer.steps.chase import next_moment
from mailer.steps.desk import Desk
from mailer.steps.turn import turn
from tests.desks import Post, Witness
from tests.rehearsals.canaries import MADE, Being
from tests.rehearsals.forgotten import END, canaries_of, cells, found, lived, written_besides
from tests.rehearsals.test_several_programs import ELIF, Town
from tests.rehearsals.village import ANA, BEA, KLAUS, WILMA, ZONE, Village, morning

ADELE = "adele@example.net"


class Away(Mailbox):
    """A mailbox from which nothing can be deleted as long as its server is away."""

    away = False

    async def erase(self, folder: str, message_ids: Iterable[str], senders: Iterable[str] = ()) -> int:
        if self.away:
            raise ConnectionError("away")
        return await super().erase(folder, message_ids, senders)


class Life:
    """Ten weeks of a program in which every private word is a canary, with its mailbox, and an admin who writes."""

    def __init__(self, profile: str, folder: Path) -> None:
        self.profile, self.folder = profile, folder
        self.aviary = MADE[profile](seed=3, months=2)
        self.store, books = lived(self.aviary, f"sqlite:///{folder / 'life.db'}")
        self.clock, self.witness, self.box = VirtualClock(END), Witness(), Away()
        with self.store.transaction() as connection:
            people.add_person(connection, profile, name="Adele Moor", email=ADELE, role="admin", state="active")
            for raw in connection.execute(
                select(message.c.raw).where(message.c.uidvalidity == 1).order_by(message.c.uid)
            ).scalars():
                self.box.put(bytes(raw), END)
        self.desk = Desk(self.store, KEY, self.clock.now, books, {profile: self.box}, {profile: Post()}, self.witness)

    def until(self, moment: datetime) -> None:
        for _ in range(2000):
            planned = next_moment(self.desk)
            if planned is None or planned > moment:
                break
            self.clock.advance_to(max(planned, self.clock.now() + timedelta(minutes=1)))
            asyncio.run(turn(self.desk))
        self.clock.advance_to(max(moment, self.clock.now()))
        asyncio.run(turn(self.desk))

    def newest(self, name: str) -> SentLetter:
        return next(sent for _, sent in reversed(self.witness.letters) if sent.name == name and sent.to_address == ADELE)

    def writes(self, body: str, answers: str = "") -> None:
        self.clock.advance(timedelta(minutes=1))
        arrive = Arrive(self.clock.now(), ADELE, "A word", body, style="gmail" if answers else "plain")
        to = self.newest(answers) if answers else None
        self.box.put(written(arrive, Writer("Adele Moor", ADELE), STORY_INBOX, ZONE, to, len(self.box.kept)), self.clock.now())
        asyncio.run(turn(self.desk))

    def humans_do(self, being: Being) -> None:
        """What only a human can settle before: mail read, letters decided, others in their place."""
        with self.store.transaction() as connection:
            (who,) = people.by_address(connection, self.profile, (being.email,))
            for item in people.everybody(connection, self.profile):
                if item.coordinator_id == who.id:
                    people.change_person(connection, item.id, {"coordinator_id": None})
            people.change_person(connection, who.id, {"held_by_safety": False})
            if being.role == "clinical_coordinator":
                people.add_person(
                    connection, self.profile, name="Next One", email="next@example.org", role=being.role, state="active"
                )
            connection.execute(update(letter).where(letter.c.state == "held").values(state="cancelled"))
            connection.execute(update(message).where(message.c.state.in_(("new", "parked"))).values(state="done"))


@pytest.mark.slow
@pytest.mark.parametrize("profile", sorted(MADE))
def test_nothing_is_left_anywhere_and_the_letters_about_it_name_nobody(profile: str, tmp_path: Path) -> None:
    life = Life(profile, tmp_path)
    roles = {being.role: being for being in reversed(life.aviary.people)}
    chosen = [roles[role] for role in ("mentor", "mentee", "participant", "specialist", "coordinator") if role in roles]
    for being in chosen:
        other = next(item for item in life.aviary.people if item.role != being.role)
        written_besides(life.store, profile, life.aviary, being, other)
        life.humans_do(being)
        own = canaries_of(life.aviary, being)
        with life.store.reading() as connection:
            (who,) = people.by_address(connection, profile, (being.email,))
        life.writes(f"FORGET {being.name}")
        assert who.ref in life.newest("forget_question").text
        life.writes("YES", answers="forget_question")
        life.until(life.clock.now() + timedelta(days=6))
        proof = life.newest("forgotten")
        assert who.ref in proof.text and proof.at > life.newest("forget_question").at, life.newest("forget_waits").text
        assert found([("proof", proof.raw.decode())], own) == []
        assert found(cells(life.store), own) == []
        assert found([("mailbox", one.raw.decode("latin-1")) for one in life.box.kept], own) == []
        file = b"".join(path.read_bytes() for path in tmp_path.glob("life.db*"))
        if forgetting.scrub(life.store):
            assert found([("file", file.decode("latin-1"))], own - {one for one in own if one.isdigit()}) == []
    assert life.witness.troubles == []
    lived_again = asyncio.run(replay(life.store, life.desk.books, life.desk.books, KEY))
    assert lived_again is not None and not lived_again.differences
    again = {item.ref: item.state for item in lived_again.was.people.values()}
    with life.store.reading() as connection:
        gone = [item.ref for item in people.everybody(connection, profile) if item.state is PersonState.FORGOTTEN]
    life.store.close()
    assert len(gone) == len(chosen) and {again[ref] for ref in gone} == {PersonState.FORGOTTEN}


@pytest.mark.slow
def test_nothing_is_erased_before_the_mailbox_can_be_reached(tmp_path: Path) -> None:
    life = Life("peer", tmp_path)
    being = next(item for item in life.aviary.people if item.role == "specialist")
    life.humans_do(being)
    life.box.away = True
    life.writes(f"FORGET {being.email}")
    life.writes("YES", answers="forget_question")
    life.until(life.clock.now() + timedelta(days=1))
    assert being.name in str(list(cells(life.store))) and any("mailbox" in what for what in life.witness.troubles)
    life.box.away = False
    life.until(life.clock.now() + timedelta(hours=2))
    assert life.newest("forgotten") and being.name not in str(list(cells(life.store)))
    life.store.close()


class Asked(Village):
    """The village with an admin who has asked to forget somebody."""

    def __init__(self, whom: str) -> None:
        super().__init__(morning(2027, 10, 4))
        with self._store.transaction() as connection:
            people.add_person(connection, "m2m", name="Adele Moor", email=ADELE, role="admin", state="active")
        self.until(morning(2027, 10, 6, 12))
        self.writes(ADELE, f"FORGET {whom}")

    def answers(self, body: str, name: str = "forget_question") -> None:
        self.writes(ADELE, body, answers=self.newest(name, ADELE))

    def forgotten(self) -> list[str]:
        with self.reading() as connection:
            return [item.ref for item in people.everybody(connection, "m2m") if item.state is PersonState.FORGOTTEN]

    def acts(self) -> list[str]:
        with self.reading() as connection:
            return [row["what"] for row in story.acts(connection, "m2m")]


def test_a_yes_without_the_letters_token_or_after_seven_days_erases_nobody() -> None:
    here = Asked(BEA)
    here.writes(ADELE, "YES", proved=False)
    here.writes(ADELE, "YES")
    here.until(here.now + timedelta(days=1))
    assert here.forgotten() == [] and here.acts() == []
    here.writes(WILMA, "YES", answers=here.newest("forget_question", ADELE))  # somebody else, holding the letter
    here.until(here.now + timedelta(days=7))
    here.answers("YES")
    here.until(here.now + timedelta(days=3))
    assert here.forgotten() == [] and here.acts() == []
    refused = here.newest("not_understood", ADELE)
    assert refused is not None and "seven days" in " ".join(refused.text.split())
    here.leaves()


def test_a_yes_is_taken_back_by_no_as_long_as_it_waits() -> None:
    here = Asked(KLAUS)
    here.answers("YES")
    here.until(here.now + timedelta(hours=2))
    waits = here.newest("forget_waits", ADELE)
    assert waits is not None and "REASSIGN" in waits.text
    here.answers("NO", "forget_waits")
    here.writes(WILMA, f"APPROVE Nora Lind nora@example.org\nREASSIGN {ANA} {BEA}")
    here.until(here.now + timedelta(days=4))
    assert here.forgotten() == [] and here.newest("forgotten", ADELE) is None
    assert [sent.name for _, sent in here.letters if sent.name == "forget_waits"] == ["forget_waits"]
    here.leaves()


def test_what_a_human_has_to_settle_is_told_once_and_then_it_is_done() -> None:
    here = Asked(KLAUS)
    with here._store.transaction() as connection:
        people.add_person(connection, "m2m", name="Nora Lind", email="nora@example.org", role="coordinator", state="active")
    here.answers("YES")
    here.until(here.now + timedelta(days=3))
    assert here.forgotten() == [] and "end matches" not in here.acts()
    with here.reading() as connection:
        led = [item.email for item in people.everybody(connection, "m2m") if item.coordinator_id is not None]
    here.writes(WILMA, "\n".join(f"REASSIGN {address} nora@example.org" for address in led))
    here.until(here.now + timedelta(days=3))
    proof = here.newest("forgotten", ADELE)
    assert proof is not None and len(here.forgotten()) == 1
    assert sum(sent.name == "forget_waits" for _, sent in here.letters) == 1
    assert "Klaus" not in proof.text
    here.leaves()


def test_an_admin_of_one_program_does_not_decide_for_another() -> None:
    town = Town()
    with town.store.transaction() as connection:
        people.add_person(connection, "m2m", name="Adele Moor", email=ADELE, role="admin", state="active")
    town.until(datetime(2027, 10, 5, 15, tzinfo=UTC))
    town.writes("m2m", ADELE, f"FORGET {ELIF}")
    town.writes("m2m", ADELE, "YES", town.newest("m2m", "forget_question", ADELE))
    town.until(datetime(2027, 10, 7, 15, tzinfo=UTC))
    assert "the operator decides for both" in " ".join(town.newest("m2m", "forget_waits", ADELE).text.split())
    with town.store.reading() as connection:
        assert {people.by_address(connection, key, (ELIF,))[0].state for key in town.boxes} == {PersonState.ACTIVE}
    town.store.close()
