"""The public examples, where they lie beside the repository, are understood to the letter."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.wire.comparing import differs
from tests.wire.desk import ROOT, said

EXAMPLES = ROOT.parent / "shared" / "examples" / "understand"
LINES = (EXAMPLES / "expected.jsonl").read_text(encoding="utf-8").splitlines() if (EXAMPLES / "expected.jsonl").exists() else []


@pytest.mark.skipif(not LINES, reason="the public examples are not beside the repository")
@pytest.mark.parametrize("line", LINES, ids=[json.loads(line)["file"] for line in LINES])
def test_every_public_example_is_understood(line: str) -> None:
    case = json.loads(line)
    started = time.perf_counter()
    got = said((Path(EXAMPLES) / case["file"]).read_bytes())
    assert time.perf_counter() - started < 1
    assert [text for key, wanted in case["expect"].items() if (text := differs(key, wanted, got))] == []
