"""What the gate and the daily summary tell: the letters by their Message-IDs, and one thing once."""

from __future__ import annotations

import re

from tests.rehearsals.village import ANA, BEA, KLAUS, WILMA, Village, morning

TRIED = ("check_in", "check_in_again", "welcome_check_in", "welcome_check_in_again")


def test_the_gate_names_every_letter_by_its_message_id_below_the_decision() -> None:
    village = Village(morning(2027, 4, 1))
    village.until(morning(2027, 5, 13))
    gates = [letter for _, letter in village.letters if letter.name == "closing_gate" and letter.to_address == WILMA]
    assert len(gates) == 2
    for gate, mentor in ((gate, ANA if "Ana Torre" in gate.text else BEA) for gate in gates):
        listed = re.findall(r"2027: (m\.\w+@\S+)", gate.text)
        assert listed == [
            letter.message_id for _, letter in village.letters if letter.to_address == mentor and letter.name in TRIED
        ]
        assert gate.text.index("CONFIRM") < gate.text.index(listed[0]), "who decides on a telephone does not scroll past it"
    assert {"Ana Torre" in gate.text for gate in gates} == {True, False}
    village.leaves()


def test_that_a_mentor_is_away_for_long_is_said_once_however_many_matters_it_holds_up() -> None:
    village = Village(morning(2027, 4, 1), {"pause.max_days": 7})
    village.until(morning(2027, 4, 5, 10))
    village.writes(ANA, "NO ANSWER Mina\nNO ANSWER Noor")
    village.until(morning(2027, 4, 7, 10))
    village.writes(ANA, "AWAY until 2027-05-20")
    village.until(morning(2027, 5, 4))
    summaries = [letter.text for _, letter in village.letters if letter.name == "digest" and letter.to_address == KLAUS]
    assert max(text.count("away for longer than usual") for text in summaries) == 1
    village.leaves()
