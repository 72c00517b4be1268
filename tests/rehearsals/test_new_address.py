"""A dead address and a new one: the coordinator and whoever reads at the new address must both say so (4.1 Unknown sender)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailer.modes.sent import SentLetter
from tests.rehearsals.village import ANA, KLAUS, NAMES, Village, morning

NEW = "ana.torre@example.net"


def newest(village: Village, name: str, to: str) -> SentLetter:
    letter = village.newest(name, to)
    assert letter is not None, f"no {name} to {to}"
    return letter


def called_silent(village: Village) -> bool:
    return any(sent.name == "mentor_silent" and NAMES[ANA] in sent.text for _, sent in village.letters)


@pytest.fixture
def village() -> Village:
    """Ana's check-in has come back for good; she answers it from an address nobody has."""
    village = Village(morning(2027, 4, 13))
    village.until(morning(2027, 4, 15, 10))
    check_in = newest(village, "check_in", ANA)
    village.comes_back(check_in, "5.1.1")
    village.until(morning(2027, 4, 19, 10))
    village.writes(NEW, "I have a new address. All is well.", answers=check_in)
    return village


def test_a_new_address_needs_the_coordinators_word_and_a_yes_of_its_own(village: Village) -> None:
    question = newest(village, "address_question", KLAUS)
    assert NAMES[ANA] in question.text and NEW in question.text
    village.writes(KLAUS, "ADDRESS OK", answers=question)
    confirmation = newest(village, "address_confirmation", NEW)
    village.until(village.now + timedelta(hours=1))
    village.writes(NEW, "YES", answers=confirmation)
    assert village.newest("receipt", NEW) is not None
    village.until(morning(2027, 5, 18))
    assert village.newest("check_in", NEW) is not None, "the next check-in goes to the new address"
    asked = [sent.name for _, sent in village.letters if sent.to_address == ANA and sent.at > question.at]
    assert set(asked) <= {"address_question"} and not called_silent(village)
    village.leaves()


def test_the_coordinators_word_alone_moves_nothing(village: Village) -> None:
    village.writes(KLAUS, "ADDRESS OK", answers=newest(village, "address_question", KLAUS))
    village.until(morning(2027, 5, 18))
    assert village.newest("check_in", NEW) is None and not called_silent(village)
    village.leaves()


def test_a_yes_from_yet_another_address_moves_nothing(village: Village) -> None:
    village.writes(KLAUS, "ADDRESS OK", answers=newest(village, "address_question", KLAUS))
    village.writes("nosy@example.org", "YES", answers=newest(village, "address_confirmation", NEW))
    village.until(morning(2027, 5, 18))
    assert village.newest("check_in", NEW) is None and village.newest("check_in", "nosy@example.org") is None
    village.leaves()


def test_the_coordinator_may_say_no(village: Village) -> None:
    village.writes(KLAUS, "NO", answers=newest(village, "address_question", KLAUS))
    assert village.newest("address_confirmation", NEW) is None
    village.leaves()


def test_mail_from_the_broken_address_mends_it(village: Village) -> None:
    village.writes(ANA, "My mailbox works again.")
    village.until(morning(2027, 5, 18))
    assert newest(village, "check_in", ANA).at > morning(2027, 5, 1)
    village.leaves()
