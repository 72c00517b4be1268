"""Real replies, where the corpus of them lies beside the project: the author's words, exactly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mailer.wire.parse import parse
from mailer.wire.quoting.split import split

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora" / "replies" / "replies.jsonl"
EXACT = 0.97  # of all replies, white space collapsed


def test_replies_are_read_as_a_careful_human_reads_them() -> None:
    if not CORPUS.exists():
        pytest.skip("the corpus of replies is not beside the project")
    wrong: list[str] = []
    losing: list[str] = []
    cases = [json.loads(line) for line in CORPUS.read_text("utf-8").splitlines()]
    for case in cases:
        kind = "plain" if case["kind"] == "text" else "html"
        head = f"From: a@example.org\nContent-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        found = split(parse((head + case["message"]).encode())).new_text.split()
        expected = case["reply"].split()
        if found != expected:
            wrong.append(case["id"])
            if not set(expected) <= set(found):
                losing.append(case["id"])
    assert not losing
    assert len(wrong) <= len(cases) * (1 - EXACT), wrong
