"""A word of the ladders has one meaning: a name that two modules register is found when the program starts."""

from __future__ import annotations

import pytest

from mailer.core.ladders import act, act_consent
from mailer.core.ladders.conditions import CONDITIONS
from mailer.core.ladders.verbs import VERBS
from mailer.core.world.registers import gathered


def test_a_name_that_two_modules_register_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"two modules register set \u2014 take one of them out"):
        gathered(act.VERBS, act_consent.VERBS, {"set": act.VERBS["set"]})


def test_every_part_of_the_closed_lists_is_in_force() -> None:
    assert {**act.VERBS, **act_consent.VERBS}.items() <= VERBS.items()
    assert {"set", "halve", "cover", "certify"} <= VERBS.keys()
    assert {"match_is", "passed", "first_moment", "logged_last_month"} <= CONDITIONS.keys()
