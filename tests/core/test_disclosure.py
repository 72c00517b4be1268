"""The disclosure firewall: nothing is told unless a clause says so, and a consent holds only for its reader, its fields, its days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest

from db.records import Person
from mailer.core.world.disclosure import OF, allow, could_tell, shown, still_allowed
from mailer.model.disclosure import Clause, Disclosure, Needs
from mailer.model.program import Policy, Rulebook
from tests.core.worlds import book

GIVER = Person(
    1,
    "p",
    "G2",
    "Pia Marsh",
    "pia@example.org",
    frozenset({"participant"}),
    phone="+1 555 0100",
    extra={"publish": ["name", "region"], "region": "North"},
)
READER, OTHER = 2, 3
TODAY = date(2027, 6, 10)


@dataclass(frozen=True)
class Paper:
    giver_id: int = 1
    recipient_id: int = READER
    fields: tuple[str, ...] = ("first_name", "phone")
    purpose: str = "match"
    signed: date = date(2027, 6, 1)
    until: date = date(2028, 6, 1)
    rescinded: bool = False

    def good_on(self, day: date) -> bool:
        return not self.rescinded and self.signed <= day <= self.until


CLAUSES = (
    Clause(
        "mentor", "participant", ("first_name", "phone", "email"), "hand_off", Needs.RELEASE, "match", "tell", "disclose.toml", 4
    ),
    Clause("participant", "mentor", ("first_name",), file="disclose.toml", line=9),
    Clause("mentee", "participant", ("name", "region", "phone"), "directory", Needs.PUBLISHED, file="disclose.toml", line=12),
)


def rules(*clauses: Clause, tell: tuple[str, ...] = ("first_name", "phone")) -> Rulebook:
    return replace(book(), disclosure=Disclosure(clauses or CLAUSES), policy=Policy({"tell": tell}))


@pytest.mark.parametrize(
    ("reader", "letter", "about", "field", "papers", "may"),
    [
        ("mentor", "hand_off", "participant", "phone", (Paper(),), True),
        ("mentor", "hand_off", "participant", "phone", (), False),
        ("mentor", "hand_off", "participant", "email", (Paper(fields=("email",)),), False),  # the policy says less
        ("mentor", "hand_off", "participant", "name", (Paper(fields=("name",)),), False),  # no clause
        ("mentor", "match_made", "participant", "phone", (Paper(),), False),  # another letter
        ("staff", "hand_off", "participant", "phone", (Paper(),), False),  # another reader's role
        ("mentor", "hand_off", "participant", "phone", (Paper(recipient_id=OTHER),), False),
        ("mentor", "hand_off", "participant", "phone", (Paper(giver_id=OTHER),), False),
        ("mentor", "hand_off", "participant", "phone", (Paper(fields=("first_name",)),), False),
        ("mentor", "hand_off", "participant", "phone", (Paper(purpose="peer_talk"),), False),
        ("mentor", "hand_off", "participant", "phone", (Paper(rescinded=True),), False),
        ("mentor", "hand_off", "participant", "phone", (Paper(until=date(2027, 6, 9)),), False),
        ("mentor", "hand_off", "participant", "phone", (Paper(signed=date(2027, 6, 11)),), False),
        ("mentor", "hand_off", "participant", "phone", (Paper(rescinded=True), Paper()), True),  # signed anew
        ("participant", "any", "mentor", "first_name", (), True),
        ("participant", "any", "mentor", "name", (), False),
        ("mentee", "directory", "participant", "region", (), True),
        ("mentee", "directory", "participant", "phone", (), False),  # not among what the person publishes
    ],
)
def test_who_may_read_what(reader: str, letter: str, about: str, field: str, papers: tuple[Paper, ...], may: bool) -> None:
    said = allow(rules(), reader, letter, about, field, subject=GIVER, reader_id=READER, grants=papers, on=TODAY)
    assert said.allowed is may
    assert "Pia" not in said.rule and "555" not in said.rule and said.rule


def test_a_view_holds_what_may_be_read_and_whose_it_is() -> None:
    seen = shown(rules(), "mentor", "hand_off", "participant", GIVER, reader_id=READER, grants=(Paper(),), on=TODAY)
    assert seen == {"first_name": "Pia", "phone": "+1 555 0100", OF: [1, "mentor", "participant"]}
    assert shown(rules(), "mentor", "hand_off", "participant", GIVER, reader_id=READER, grants=(), on=TODAY) == {}


def test_what_a_letter_could_ever_tell_is_known_without_data() -> None:
    known = rules()
    assert could_tell(known.disclosure, known.policy, "mentor", "hand_off", "participant", "phone")
    assert not could_tell(known.disclosure, known.policy, "mentor", "hand_off", "participant", "email")
    less = rules(tell=("first_name",))
    assert not could_tell(less.disclosure, less.policy, "mentor", "hand_off", "participant", "phone")


@pytest.mark.parametrize(
    ("known", "people", "papers", "on", "may"),
    [
        (rules(), {1: GIVER}, (Paper(),), TODAY, True),
        (rules(), {1: GIVER}, (Paper(rescinded=True),), TODAY, False),  # taken back after the letter was written
        (rules(), {1: GIVER}, (Paper(),), date(2028, 6, 2), False),  # expired while it waited
        (rules(*CLAUSES[1:]), {1: GIVER}, (Paper(),), TODAY, False),  # the admins have taken the clause out
        (rules(tell=("first_name",)), {1: GIVER}, (Paper(),), TODAY, False),
        (rules(), {}, (Paper(),), TODAY, False),  # forgotten
    ],
)
def test_a_waiting_letter_is_asked_about_again(
    known: Rulebook, people: dict[int, Person], papers: tuple[Paper, ...], on: date, may: bool
) -> None:
    told = [[1, "mentor", "participant", ["first_name", "phone"]]]
    said = still_allowed(known, "hand_off", told, people, reader_id=READER, grants=papers, on=on)
    assert said.allowed is may and "Pia" not in said.rule and "555" not in said.rule
