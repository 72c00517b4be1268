"""`mentorpost rehearse`: the timeline, the verdicts, JSON as promised, mailbox and page."""

from __future__ import annotations

import html.parser
import json
import mailbox
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.cli.world import HOUSE, write_settings

STORY = """
title   = "A check-in that is answered <b>well</b>"
profile = "m2m"
start   = "2027-10-01T08:00"
end     = "2027-10-25T18:00"

[[person]]
name  = "Wanda Orr"
email = "wanda@example.org"
role  = "mwoc"

[[person]]
name  = "Cora Lind"
email = "cora@example.org"
role  = "coordinator"

[[person]]
name        = "Ana Ruiz"
email       = "ana@example.org"
role        = "mentor"
coordinator = "cora@example.org"

[[arrive]]
at      = "2027-10-16T10:00"
from    = "ana@example.org"
answers = "check_in"
body    = "All <good>, thanks!"

[[expect]]
letter = "check_in"
to     = "ana@example.org"
by     = "2027-10-18"
count  = 1

[[never]]
letter = "mentor_silent"
"""
BROKEN = STORY.replace('"check_in"\nto', '"chek_in"\nto')
WRONG = STORY.replace("count  = 1", "count  = 2")
EXAMPLES = sorted((HOUSE.parent / "shared" / "examples" / "rehearsals").glob("*.toml"))


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.toml"
    path.write_text(STORY, encoding="utf-8")
    return path


def beside(story: Path, text: str, name: str) -> Path:
    path = story.with_name(name)
    path.write_text(text, encoding="utf-8")
    return path


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_a_story_that_holds_prints_what_happened(cli: Cli, settings: Path, story: Path) -> None:
    ran = cli("rehearse", story, settings=settings)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == f"A check-in that is answered <b>well</b> ({story})"
    assert any(re.match(r"  Fri 2027-10-15 09:00  -> check_in +ana@example\.org", line) for line in lines)
    assert any(
        re.match(r"  Sat 2027-10-16 10:00  <- reply +ana@example\.org \[m2m/90_otherwise: anything else\] ", line) for line in lines
    )
    at = line_of(STORY, "[[expect]]")
    assert f"  ok  {story}:{at}: exactly 1 check_in to ana@example.org by 2027-10-18" in lines
    assert lines[-2].startswith("ok: ") and lines[-2].endswith(" letters, 2 of 2 expectations hold.")


def test_what_does_not_hold_says_what_was_found(cli: Cli, settings: Path, story: Path) -> None:
    wrong = beside(story, WRONG, "wrong.toml")
    ran = cli("rehearse", "--quiet", wrong, settings=settings)
    assert ran.code == 1
    head, expected, found = ran.out.splitlines()
    assert head.startswith(f"NOT {wrong}: ") and head.endswith(" letters, 1 of 2 expectations hold.")
    assert expected == f"  NOT {wrong}:{line_of(WRONG, '[[expect]]')}: exactly 2 check_in to ana@example.org by 2027-10-18"
    assert found == "      found: check_in to ana@example.org on 2027-10-15 09:00"


def test_a_story_that_cannot_be_read_is_one_line_and_code_two(cli: Cli, settings: Path, story: Path) -> None:
    broken = beside(story, BROKEN, "broken.toml")
    ran = cli("rehearse", broken, settings=settings)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"{broken}:{line_of(BROKEN, 'letter = ')}: there is no letter 'chek_in' — did you mean 'check_in'?\n"


def test_several_stories_end_with_a_summary(cli: Cli, settings: Path, story: Path) -> None:
    paths = [story, beside(story, WRONG, "wrong.toml"), beside(story, BROKEN, "broken.toml")]
    ran = cli("rehearse", "--quiet", *paths, settings=settings)
    assert ran.code == 2
    assert ran.out.splitlines()[-1] == "3 stories: 1 hold, 1 do not, 1 cannot be read."
    assert cli("rehearse", "--quiet", *paths[:2], settings=settings).code == 1


def test_json_is_the_object_of_the_contract(cli: Cli, settings: Path, story: Path) -> None:
    told = cli("rehearse", "--json", story, settings=settings).json
    assert list(told) == ["title", "ok", "letters", "messages", "expectations"]
    assert told["ok"] is True
    letter = next(one for one in told["letters"] if one["letter"] == "check_in")
    assert list(letter) == ["at", "letter", "to", "from", "reply_to", "subject", "text", "html", "message_id", "because"]
    assert letter["at"] == "2027-10-15T09:00:00-04:00"
    assert letter["reply_to"].startswith("mc+")
    message = told["messages"][0]
    assert list(message) == ["at", "from", "means", "rule", "effects"]
    assert (message["at"], message["from"], message["means"]) == ("2027-10-16T10:00:00-04:00", "ana@example.org", "reply")
    assert message["effects"]
    assert told["expectations"][1] == {"ok": True, "text": "never mentor_silent", "found": "none"}


def test_json_of_several_stories_is_one_object_a_line(cli: Cli, settings: Path, story: Path) -> None:
    wrong = beside(story, WRONG, "wrong.toml")
    ran = cli("rehearse", "--json", story, wrong, settings=settings)
    assert [(json.loads(line)["file"], json.loads(line)["ok"]) for line in ran.out.splitlines()] == [
        (str(story), True),
        (str(wrong), False),
    ]


def test_the_same_story_gives_the_same_bytes(cli: Cli, settings: Path, story: Path) -> None:
    assert cli("rehearse", "--json", story, settings=settings).out == cli("rehearse", "--json", story, settings=settings).out


def test_the_mailbox_opens_in_mail_programs(cli: Cli, settings: Path, story: Path, tmp_path: Path) -> None:
    told = cli("rehearse", "--json", story, "--mbox", tmp_path / "letters.mbox", settings=settings).json
    box = mailbox.mbox(tmp_path / "letters.mbox", create=False)
    found = [(message["Subject"], message["To"]) for message in box]
    box.close()
    assert found == [(letter["subject"], letter["to"]) for letter in told["letters"]]


@pytest.fixture
def greets(tmp_path: Path) -> Path:
    """Settings whose question of the month greets its reader in the subject."""
    shutil.copytree(HOUSE / "templates" / "email", tmp_path / "letters")
    letter = tmp_path / "letters" / "m2m" / "check_in.md"
    first, _, rest = letter.read_text(encoding="utf-8").partition("\n")
    letter.write_text(f"subject: {{{{ program.name }}}}: a note for {{{{ you.first_name }}}}\n{rest}", encoding="utf-8")
    assert first.startswith("subject:")
    return write_settings(tmp_path, templates=tmp_path / "letters")


def test_a_letter_that_is_held_stands_in_the_timeline_the_page_and_the_json(cli: Cli, greets: Path, story: Path) -> None:
    unlucky = beside(
        story, STORY.replace("Ana Ruiz", "Sober Ruiz").replace('answers = "check_in"', 'subject = "Hello"'), "held.toml"
    )
    ran = cli("rehearse", unlucky, "--html", story.with_name("held.html"), settings=greets)
    what = r"check_in +ana@example\.org is held for a human: check_in: the subject says “Sober”"
    assert any(re.match(rf"  Fri 2027-10-15 09:00  \|\| {what}", line) for line in ran.out.splitlines())
    assert re.search(r"NOT ok: \d+ letters \(\d+ more held\), ", ran.out)
    assert "is held for a human" in story.with_name("held.html").read_text(encoding="utf-8")
    told = cli("rehearse", "--json", unlucky, settings=greets).json
    assert list(told) == ["title", "ok", "letters", "messages", "expectations", "held"]
    assert told["held"][0] == {
        "at": "2027-10-15T09:00:00-04:00",
        "letter": "check_in",
        "to": "ana@example.org",
        "why": "check_in: the subject says “Sober”",
    }


def test_a_story_may_not_give_the_program_a_name_that_tells(cli: Cli, settings: Path, story: Path) -> None:
    text = STORY.replace("[[person]]", '[settings]\nname = "Mentor news"\n\n[[person]]', 1)
    ran = cli("rehearse", beside(story, text, "named.toml"), settings=settings)
    assert (ran.code, ran.out) == (2, "")
    said = f"{story.with_name('named.toml')}:{line_of(text, 'name = ')}: the name of the program says “Mentor”"
    assert ran.err.startswith(said) and "choose one that tells a bystander nothing" in ran.err


class Page(html.parser.HTMLParser):
    """The elements of a page and whatever would load something."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.loads += [
            f"{tag} {name}" for name, _ in attrs if name in ("src", "href", "srcset", "data", "action") or name.startswith("on")
        ]


def test_the_page_stands_alone_and_escapes_every_word(cli: Cli, settings: Path, story: Path, tmp_path: Path) -> None:
    assert cli("rehearse", "--quiet", story, "--html", tmp_path / "story.html", settings=settings).code == 0
    text = (tmp_path / "story.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert page.loads == []
    assert not page.elements & {"script", "img", "link", "iframe", "object"}
    assert "url(" not in text and "@import" not in text
    assert "answered &lt;b&gt;well&lt;/b&gt;" in text
    assert 'name="viewport"' in text


@pytest.mark.skipif(not EXAMPLES, reason="the public examples are not beside the repository (shared)")
@pytest.mark.slow
def test_the_public_stories_of_m2m_can_be_told(cli: Cli) -> None:
    paths = [path for path in EXAMPLES if 'profile = "m2m"' in path.read_text(encoding="utf-8")]
    ran = cli("rehearse", "--quiet", *paths, settings=HOUSE / "settings.toml")
    assert (ran.code, ran.err) == (0, "")
