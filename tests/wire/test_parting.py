"""Plain words of somebody who would rather stop are found; everything else that holds the same words is left alone."""

from __future__ import annotations

import pytest

from mailer.model.program import Vocabulary
from mailer.wire.parting import would_rather_stop
from tests.wire.desk import vocabulary

WORDS = vocabulary()


@pytest.mark.parametrize(
    "text",
    [
        "please stop the letters, I can't do this any more",
        "I'd like to stop being a mentor, sorry.",
        "Can you stop emailing me so often?",
        "I think I want to leave the program",
        "I would like to step back from mentoring for good.",
    ],
)
def test_who_would_rather_stop_is_heard(text: str) -> None:
    assert would_rather_stop(text, WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "We stopped at a nice cafe and talked.",
        "She quit smoking last week, a good step!",
        "All good here, no letters from her yet but a call.",
        "I left the house early to meet him.",
    ],
)
def test_ordinary_reports_are_no_parting(text: str) -> None:
    assert not would_rather_stop(text, WORDS)


def test_without_phrases_nobody_is_asked() -> None:
    assert not would_rather_stop("please stop the letters", Vocabulary())
