"""What people and machines write, in many tongues and from many mail programs, is understood as a careful reader would."""

from __future__ import annotations

import pytest

from tests.wire.comparing import differs
from tests.wire.desk import said
from tests.wire.people import Case
from tests.wire.people_further import FURTHER
from tests.wire.people_replies import REPLIES
from tests.wire.people_reports import REPORTS
from tests.wire.people_words import ABSENCES, ANSWERS, COMMANDS, FORMS


def _understood(case: Case) -> None:
    wanted = dict(case.says)
    if case.new_text is not None:
        wanted["new_text"] = case.new_text
    got = said(case.raw)
    wrong = [sentence for key, value in wanted.items() if (sentence := differs(key, value, got))]
    assert not wrong, wrong


@pytest.mark.parametrize("case", REPLIES, ids=lambda case: case.name)
def test_the_new_words_of_a_reply_are_told_from_what_it_quotes_and_nothing_quoted_acts(case: Case) -> None:
    _understood(case)
    assert said(case.raw)["commands"] == case.says.get("commands", [])


@pytest.mark.parametrize("case", FURTHER, ids=lambda case: case.name)
def test_a_message_of_any_mail_program_is_understood(case: Case) -> None:
    _understood(case)
    if case.new_text is not None:
        assert said(case.raw)["commands"] == []


@pytest.mark.parametrize("case", COMMANDS, ids=lambda case: case.name)
def test_words_of_ours_are_found_where_they_are_meant(case: Case) -> None:
    _understood(case)


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: case.name)
def test_answers_are_found_wherever_they_stand(case: Case) -> None:
    _understood(case)


@pytest.mark.parametrize("case", FORMS, ids=lambda case: case.name)
def test_a_form_is_read_in_any_shape(case: Case) -> None:
    _understood(case)


@pytest.mark.parametrize("case", ABSENCES, ids=lambda case: case.name)
def test_a_note_of_absence_tells_its_last_day(case: Case) -> None:
    _understood(case)


@pytest.mark.parametrize("case", REPORTS, ids=lambda case: case.name)
def test_a_delivery_report_tells_whether_the_address_is_dead(case: Case) -> None:
    _understood(case)
