"""`mentorpost people --basis`: on which basis mentors are eligible, and whom a change of the threshold would concern.

Shows R-102, R-103.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from db import people
from db.engine import open_store
from db.schema import upgrade
from tests.cli.conftest import Cli
from tests.cli.world import HOUSE

BASES = {"gregor@example.com": ("C1a", 36), "ida@example.org": ("C1b", 60), "otto@example.org": ("C2", 36)}


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program with three mentors on record, whose rules an admin may edit."""
    rules = tmp_path / "inbox_rules"
    for name in ("common", "mphp"):
        (rules / name).mkdir(parents=True)
        for source in (HOUSE / "inbox_rules" / name).glob("*.toml"):
            (rules / name / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    path = tmp_path / "settings.toml"
    path.write_text(
        f"""rules = "{rules}"
templates = "{HOUSE / "templates/email"}"
key_file = "key"
[mail.embedded]
folder = "post"
[programs.mphp]
profile = "mphp"
name = "PH update"
inbox = "ph@example.org"
timezone = "America/New_York"
""",
        encoding="utf-8",
    )
    (tmp_path / "post").mkdir()
    store = open_store(f"sqlite:///{tmp_path / 'post' / 'sample.db'}")
    upgrade(store)
    with store.transaction() as connection:
        for email, (basis, months) in BASES.items():
            extra = {"eligible": basis, "eligible_on": "2027-03-01", "eligible_months": months}
            people.add_person(
                connection, "mphp", name=email.split("@")[0].title(), email=email, role="mentor", state="active", extra=extra
            )
        people.add_person(connection, "mphp", name="Lucia", email="lucia@example.org", role="participant", state="active")
    store.close()
    return path


@pytest.mark.parametrize(
    ("months", "concerned"),
    [(36, ["ida@example.org"]), (60, ["gregor@example.com"]), (48, ["gregor@example.com", "ida@example.org"])],
)
def test_another_threshold_lists_whom_it_concerns(cli: Cli, program: Path, months: int, concerned: list[str]) -> None:
    policy = program.parent / "inbox_rules" / "mphp" / "policy.toml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(re.sub(r"(?m)^months( *)= 36", rf"months\1= {months}", text), encoding="utf-8")
    found = cli("people", "--basis", "--json", settings=program).json
    assert sorted(item["email"] for item in found) == sorted(BASES), "only mentors with a basis on record"
    assert sorted(item["email"] for item in found if item["concerned"]) == concerned
    assert {item["email"]: (item["basis"], item["months"]) for item in found} == BASES
