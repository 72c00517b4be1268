"""Lines of the conversation log: what is a line, what a piece of it, and what is narrative and goes (CONTRACT.md section 8, peer)."""

from __future__ import annotations

from datetime import date

import pytest

from mailer.model.program import Vocabulary
from mailer.wire.commands.read import read_commands

SENT = date(2027, 10, 12)
DAY = {"date": date(2027, 10, 12)}
WHOLE = {**DAY, "client": "C-18", "kind": "S", "minutes": 25, "how": "T"}


def read(text: str) -> list[tuple[str, dict[str, object]]]:
    commands, _ = read_commands(text, Vocabulary(), sent=SENT, order="mdy")
    return [(command.word, dict(command.arguments)) for command in commands]


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("2027-10-12 C-18 S 25 T", WHOLE),
        ("2027-10-12, c-18, support, 25 min, phone", WHOLE),
        ("2027-10-12 C-18 S 25 T skill=budget broker=card", {**WHOLE, "skill": "budget", "broker": "card"}),
        ("2027-10-12 C-18 S 25 T thanks", WHOLE),
        ("2027-10-12 C-18 S 25 T with her sister", {**WHOLE, "besides": "with her sister"}),
        ("2027-10-12 C-18 S 25 T skill=budget she cried", {**WHOLE, "skill": "budget", "besides": "she cried"}),
        ("C-18 S 25 T", {key: value for key, value in WHOLE.items() if key != "date"}),
        ("2027-10-12 C-18 25 T", {key: value for key, value in WHOLE.items() if key != "kind"}),
        ("2027-10-12 C-18 X 25 T", {key: value for key, value in WHOLE.items() if key != "kind"}),
        ("2027-10-12 C-18 S T", {key: value for key, value in WHOLE.items() if key != "minutes"}),
        ("2027-13-40 C-18 S 25 T", {**{key: value for key, value in WHOLE.items() if key != "date"}, "unread": "date"}),
    ],
)
def test_a_line_is_read_piece_by_piece(line: str, pieces: dict[str, object]) -> None:
    assert read(line) == [("LOG", pieces)]


@pytest.mark.parametrize(
    "line", ["I met C-18 today.", "C-18 told me of her sister", "Her flat is C-18", "C-18", "2027-10-12 Jane S 25 T"]
)
def test_a_sentence_is_no_line(line: str) -> None:
    assert not read(line)


@pytest.mark.parametrize("text", ["M", "M\n\nThanks,\nMarek", "m.\nBest regards\nMarek Dolan"])
def test_a_kind_alone_may_have_a_name_below_it(text: str) -> None:
    assert read(text) == [("KIND", {"kind": "M"})]


def test_a_kind_above_a_sentence_is_no_answer() -> None:
    assert not read("M\nwas what she wrote on the wall yesterday")


def test_a_trainer_who_forgets_the_address_is_still_understood() -> None:
    assert read("ENROLL Una Vane") == [("ENROLL", {"name": "Una Vane"})]
