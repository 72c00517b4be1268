"""Planted violations: `check` and the service refuse each of them, with file and line, over copies of the shipped folders.

One row is one edit that an admin could make: where, what is replaced by what, and which words the flaw on that line has.

Shows R-125, R-302.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailer.model.errors import Bad, Flaw
from mailer.model.program import Program
from mailer.steps.bookshelf import open_book

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Planted:
    """An edit of one file and the flaw it brings.

    `at`: the line that is named: "" the edit's; "line TEXT" the first with that text; "state" the head of the ladder's state
    in which the edit lies; "state NAME" that of another; "FILE: TEXT" the first with that text in another file.
    """

    profile: str
    file: str  # *.md: below templates/email/<profile>; *.toml: below inbox_rules/<profile>
    old: str  # empty: the file is new, and `new` is all of it
    new: str
    says: str
    at: str = ""

    def __str__(self) -> str:
        return f"{self.profile}/{self.file}: {self.says}"


NEW = "subject: {{ program.name }}: hello\nclass: "
LINE = "\n\nHello {{ you.first_name }},\n\nhow are the two of you?\n"
NAG = """
[ladder]
name  = "nag"
about = "mentor"
opens = "word:HELLO"
first = "asked"

[[state]]
name  = "asked"
owner = "staff"
says  = "Somebody is asked how it goes."
send  = [{ letter = "LETTER", to = "mentor" }]
final = true
"""
TOLD = "no rule of disclose.toml allows"
CLASS = "not allowed by involvement = "

PLANTED = (
    # more of somebody than the policy lets this reader know
    Planted(
        "m2m",
        "mentee_silent_inquiry.md",
        "that {{ mentee.first_name }} has",
        "that {{ mentee.name }} has",
        "the name of the mentee",
    ),
    Planted(
        "m2m", "report_back_reminder.md", "Thank you!", "{% if mentee.email %}Thank you!{% endif %}", "the email of the mentee"
    ),
    Planted("m2m", "new_match_needed_mentor.md", "Warmly,", "{{ mentee.phone | upper }}", "the phone of the mentee"),
    Planted(
        "m2m", "new_match_needed_mentor.md", "preheader: Would", "preheader: {{ mentee.name }} Would", "the name of the mentee"
    ),
    Planted("m2m", "check_in.md", "Warmly,", "Warmly, {{ coordinator.phone }}", "the phone of the coordinator"),
    Planted("m2m", "mentee_check_in.md", "Warmly,", "{{ mwoc.email }}", "mwoc.email tells the mentee the email of the mwoc"),
    Planted(
        "m2m", "assignment.md", "Thank you!", "{{ mentor.phone }}", "mentor.phone tells the coordinator the phone of the mentor"
    ),
    Planted("m2m", "check_in.md", "{{ mentees }}", "{{ mentees.name }}", "this letter has no fact “mentees.name”"),
    Planted(
        "m2m",
        "disclose.toml",
        'mentee      = ["first_name"]',
        "mentee = []",
        "the first_name of the mentee",
        "check_in.md: {{ mentees }}",
    ),
    Planted(
        "m2m", "disclose.toml", 'mentee      = ["first_name"]', 'mentee      = ["surname"]', "'surname' is nothing that can be told"
    ),
    Planted("m2m", "disclose.toml", "[mentee]", "[mentees]", "'mentees' is no role"),
    Planted(
        "m2m",
        "disclose.toml",
        'name   = "team_invitation"',
        'name   = "team_invitation"\nneeds  = "relase"',
        "'relase' is no consent",
        'line needs  = "relase"',
    ),
    Planted(
        "m2m",
        "team_invitation.md",
        "to: coordinator, mentor, mentee",
        "to: coordinator, mentor, mentee, participant",
        "the name of the coordinator",
        "line Somebody has asked",
    ),
    # facts nobody has, and ways round the view
    Planted("m2m", "report_back_reminder.md", "{{ due }}", "{{ mentee.surname }}", "this letter has no fact “mentee.surname”"),
    Planted("m2m", "new_match_needed_mentee.md", "Warmly,", "{{ since }}", "this letter has no fact “since”"),
    Planted("m2m", "report_back_reminder.md", "{{ due }}", '{{ mentee["phone"] }}', "not allowed in a letter"),
    Planted("m2m", "report_back_reminder.md", "Thank you!", "{% set x = mentee %}{{ x.phone }}", "not allowed in a letter"),
    Planted("m2m", "report_back_reminder.md", "Thank you!", '{% include "assignment.md" %}', "not allowed in a letter"),
    Planted(
        "m2m", "report_back_reminder.md", "Thank you!", "{% macro m() %}{{ mentee.phone }}{% endmacro %}", "not allowed in a letter"
    ),
    Planted("m2m", "survey_digest.md", "## {{ row.who }}", "## {{ row.email }}", "this letter has no fact “rows.email”"),
    Planted("m2m", "check_in.md", "Warmly,", "![](https://track.example/{{ month }}.gif)", "an image"),
    # what a letter is for
    Planted("m2m", "check_in.md", "class: contact\n", "", "does not say what it is for", "line subject:"),
    Planted("m2m", "check_in.md", "class: contact", "class: chat", "“chat” is no class of letters"),
    Planted("m2m", "check_in.md", "class: contact", "class: notice", "check_in says class: notice"),
    Planted("m2m", "new_match_needed_mentee.md", "class: closing", "class: notice", "new_match_needed_mentee says class: notice"),
    Planted("m2m", "hand_off.md", "", NEW + "disclosure" + LINE, CLASS + "'monthly'", "line class:"),
    Planted("icb", "check_in.md", "", NEW + "contact" + LINE, CLASS + "'directory'", "line class:"),
    Planted("icb", "survey_mentor.md", "", NEW + "survey" + LINE, CLASS + "'directory'", "line class:"),
    Planted("icb", "problem_plan.md", "", NEW + "problem" + LINE, CLASS + "'directory'", "line class:"),
    # subjects and wording
    Planted(
        "m2m",
        "check_in.md",
        "subject: {{ program.name }}:",
        "subject: {{ program.name }}, your mentor:",
        "the subject says “mentor”",
    ),
    Planted(
        "m2m",
        "mentee_silent_inquiry.md",
        "subject: {{ program.name }}:",
        "subject: {{ mentee.first_name }}:",
        "no fact “mentee.first_name”",
    ),
    Planted(
        "m2m",
        "new_match_needed_mentee.md",
        "is not available at this time",
        "has not answered",
        "“has not answered” in a letter of the class closing",
    ),
    Planted("icb", "mentoring_ended.md", "has ended, as of", "has ended at the request of somebody, as of", "“at the request of”"),
    # ladders
    Planted(
        "m2m",
        "ladder_contact.toml",
        'letter = "mentor_silent", to = "mwoc"',
        'letter = "mentor_silent", to = "mentor"',
        "to the mentor, whom it may be about",
        "state",
    ),
    Planted(
        "m2m",
        "ladder_contact.toml",
        'letter = "closing_gate", to = "mwoc"',
        'letter = "closing_gate", to = "mentee"',
        "to the mentee, whom it may be about",
        "state",
    ),
    Planted(
        "m2m",
        "ladder_contact.toml",
        '{ when = "time", to = "gate" }',
        '{ when = "time", to = "nonresponsive" }',
        "without a human's word",
        "state nonresponsive",
    ),
    Planted(
        "m2m", "ladder_contact.toml", 'letter = "check_in",', 'letter = "check_inn",', "'check_inn', which has no template", "state"
    ),
    Planted("icb", "ladder_nag.toml", "", NAG.replace("LETTER", "check_in"), "'check_in', which has no template", "state"),
    Planted(
        "icb",
        "policy.toml",
        "involvement",
        'involvement = "monthly" # involvement',
        "means nothing where involvement is 'monthly'",
        "line min_years",
    ),
    # hands off, and one field too many
    Planted("mphp", "hand_off.md", "{{ participant.first_name }}", "{{ participant.name }}", "the name of the participant"),
    Planted(
        "mphp",
        "hand_off.md",
        "Thank you for giving",
        "{{ participant.email }} Thank you for giving",
        "the email of the participant",
    ),
    Planted("mphp", "match_made.md", "{{ mentor.first_name }}", "{{ mentor.phone }}", "the phone of the mentor"),
    Planted(
        "mphp", "disclose.toml", 'purpose = "match"', 'purpose = "match"\nuntil = "ever"', "'until' is no key of", "line until"
    ),
    Planted("mphp", "check_in.md", "", NEW + "contact" + LINE, CLASS + "'handoff'", "line class:"),
    Planted("mphp", "check_in.md", "", NEW + "notice" + LINE, "check_in says class: notice", "line class:"),
    Planted("mphp", "survey_mentee.md", "", NEW + "survey" + LINE, CLASS + "'handoff'", "line class:"),
    Planted("mphp", "contact_form.md", "", NEW + "form" + LINE, CLASS + "'handoff'", "line class:"),
    Planted(
        "mphp", "operational_evaluation.md", "1. How clear are our letters?", "1. How do you feel about your mentor?", "“feel”"
    ),
    Planted("mphp", "operational_evaluation.md", "2. How easy", "2. How good is the relationship, and how easy", "“relationship”"),
    Planted(
        "mphp", "end_notice.md", "Your time together has come to an end.", "The other person asked to end it.", "“asked to end”"
    ),
    Planted("mphp", "end_notice.md", "class: closing", "class: answer", "end_notice says class: answer"),
    # nondirective, and nothing about clients
    Planted(
        "peer",
        "mentor_or_not.md",
        "Reply with the numbers",
        "You must reply with the numbers",
        "“must” in a letter of the class activity",
    ),
    Planted(
        "peer", "conversation_log_request.md", "please add them", "you should add them", "“should” in a letter of the class log"
    ),
    Planted("peer", "conversation_month.md", "{{ client.ref }}", "{{ client.name }}", "this letter has no fact “clients.name”"),
    Planted("peer", "check_in.md", "", NEW + "contact" + LINE, CLASS + "'log'", "line class:"),
)


def test_there_are_thirty_of_them() -> None:
    assert len(PLANTED) >= 30


def _opened(profile: str, folder: Path) -> tuple[Flaw, ...]:
    program = Program(profile, profile, "Harbor", "harbor@example.org", ZoneInfo("America/New_York"))
    try:
        open_book(program, folder / "rules", folder / "letters")
    except Bad as bad:
        return bad.flaws
    return ()


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped folders, to be edited and mended again."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(ROOT / "inbox_rules", folder / "rules")
    shutil.copytree(ROOT / "templates" / "email", folder / "letters")
    return folder


def _path(folder: Path, profile: str, file: str) -> Path:
    return folder / ("letters" if file.endswith(".md") else "rules") / profile / file


@pytest.mark.slow
@pytest.mark.parametrize("planted", PLANTED, ids=str)
def test_it_is_refused_with_file_and_line(planted: Planted, copies: Path) -> None:
    path = _path(copies, planted.profile, planted.file)
    before = path.read_text(encoding="utf-8") if path.exists() else None
    assert (before is None) == (not planted.old)
    text = planted.new
    if before is not None:
        assert planted.old in before
        text = before.replace(planted.old, planted.new, 1)
    place = before.index(planted.old) if before is not None else len(text)
    file, line = path, text.count("\n", 0, place) + 1
    match planted.at.partition(" "):
        case ["line", _, words]:
            line = _line(text, words)
        case ["state", _, ""]:
            line = text.count("\n", 0, text.rindex("[[state]]", 0, place)) + 1
        case ["state", _, name]:
            line = text.count("\n", 0, text.rindex("[[state]]", 0, _named(text, name))) + 1
        case [other, _, words] if other:
            file = _path(copies, planted.profile, other.rstrip(":"))
            line = _line(file.read_text(encoding="utf-8"), words)
        case _:
            pass
    path.write_text(text, encoding="utf-8")
    try:
        found = _opened(planted.profile, copies)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before, encoding="utf-8")
    assert any((Path(flaw.file), flaw.line) == (file, line) and planted.says in flaw.what for flaw in found), "\n".join(
        map(str, found)
    )
    assert all(flaw.advice for flaw in found)


def _line(text: str, words: str) -> int:
    return text.count("\n", 0, text.index(words)) + 1


def _named(text: str, state: str) -> int:
    return next(
        place for place in range(len(text)) if text.startswith(f'= "{state}"', place) and "name" in text[place - 12 : place]
    )


@pytest.mark.parametrize("profile", sorted({planted.profile for planted in PLANTED}))
def test_what_is_shipped_breaks_nothing(profile: str, copies: Path) -> None:
    assert _opened(profile, copies) == ()
