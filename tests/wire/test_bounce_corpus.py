"""Delivery reports of many mail servers, where the corpus lies beside the repository: how often the verdict is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailer.model.mail import Origin
from mailer.wire.bounces.read import read_bounce
from mailer.wire.machines import OwnMail, origin
from mailer.wire.parse import parse
from mailer.wire.quoting.split import split

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "bounces"
NO_FAILURE = {"feedback", "delivered", "vacation"}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of delivery reports is not beside the repository")


def _cases() -> list[tuple[bytes, list[dict[str, object]], str]]:
    lines = (CORPUS / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [((CORPUS / row["file"]).read_bytes(), row["recipients"], row["file"]) for row in rows]


def test_addresses_called_dead_are_dead_and_the_dead_are_found() -> None:
    right = wrong = missed = 0
    for raw, recipients, _ in _cases():
        bounce = read_bounce(parse(raw))
        dead = sum(bool(recipient["hard"]) for recipient in recipients)
        called = sum(one.permanent for one in bounce.recipients) if bounce else 0
        right += min(dead, called)
        wrong += max(0, called - dead)
        missed += max(0, dead - called)
    assert right / (right + wrong) >= 0.97, f"precision {right}/{right + wrong}"
    assert right / (right + missed) >= 0.95, f"recall {right}/{right + missed}"


def test_complaints_successes_and_absences_are_no_failed_delivery() -> None:
    for raw, recipients, file in _cases():
        if all(recipient["reason"] in NO_FAILURE for recipient in recipients):
            assert read_bounce(parse(raw)) is None, file


def test_every_report_is_told_from_a_persons_mail() -> None:
    for raw, recipients, file in _cases():
        parsed = parse(raw)
        found, because = origin(parsed, split(parsed).new_text, OwnMail())
        assert found is not Origin.HUMAN, f"{file}: {because}"
        if any(recipient["reason"] == "feedback" for recipient in recipients):
            assert found is Origin.COMPLAINT, f"{file}: {because}"
