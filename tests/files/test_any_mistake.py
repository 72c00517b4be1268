"""Whatever somebody types into an editable file, the answer is a list of flaws with advice, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailer.files.policy import policy_from
from mailer.files.settings import read_settings
from mailer.files.stories import story_from
from mailer.model.errors import Bad
from tests.files.test_settings import GOOD as SETTINGS
from tests.files.test_stories import GOOD as STORY

POLICY = (Path(__file__).parents[2] / "inbox_rules/m2m/policy.toml").read_text(encoding="utf-8")
VALUES = (
    "",
    "1",
    "-1",
    "true",
    '""',
    '"x"',
    "[]",
    "[1]",
    '["x", 2]',
    "{}",
    "{ a = 1 }",
    "2027-10-01",
    "09:00:00",
    "2027-10-01T08:00:00Z",
    "1e400",
    "nan",
    '"\\u0000"',
    '"a\\nb"',
    "9999999999999999999999",
)


@st.composite
def mistaken(draw: st.DrawFn, text: str) -> str:
    """The text with a few of its lines left out, doubled, swapped, or given another value."""
    lines = text.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        key = lines[at].partition("=")[0]
        match draw(st.sampled_from(("drop", "double", "swap", "value", "value", "value", "bracket", "noise"))):
            case "drop":
                lines[at] = ""
            case "double":
                lines.insert(at, lines[at])
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case "value" if "=" in lines[at]:
                lines[at] = f"{key}= {draw(st.sampled_from(VALUES))}"
            case "bracket":
                lines[at] = lines[at].replace("[[", "[").replace("]]", "]") if draw(st.booleans()) else f"[{key.strip('[] ')}.x]"
            case _:
                lines[at] += draw(st.text("\"'[]{}=#,\\é\x00 1", max_size=4))
    return "\n".join(lines) + "\n"


def assert_told(bad: Bad, file: str) -> None:
    assert bad.flaws
    for flaw in bad.flaws:
        assert flaw.file.endswith(file)
        assert flaw.what and flaw.advice and "\n" not in str(flaw)


@given(mistaken(STORY))
def test_a_mistaken_story_is_told(text: str) -> None:
    try:
        story_from(text, Path("s.toml"))
    except Bad as bad:
        assert_told(bad, "s.toml")


@given(mistaken(POLICY))
def test_a_mistaken_policy_is_told(text: str) -> None:
    try:
        policy_from(text, "policy.toml")
    except Bad as bad:
        assert_told(bad, "policy.toml")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("settings")
    (place / "inbox_rules/m2m").mkdir(parents=True)
    (place / "inbox_rules/m2m/policy.toml").touch()
    (place / "templates/email").mkdir(parents=True)
    return place


@given(mistaken(SETTINGS))
def test_mistaken_settings_are_told(folder: Path, text: str) -> None:
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    try:
        read_settings(folder / "settings.toml", {})
    except Bad as bad:
        assert_told(bad, "settings.toml")
