"""Stories: what a sound one says, and for each way to get it wrong the exact line that is printed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailer.files.settings import read_settings
from mailer.files.stories import Arrive, Expect, Never, Story, in_order, read_story, story_from
from mailer.files.values import Override
from mailer.model.errors import BadStory

SHARED = Path(__file__).parents[3] / "shared/examples/rehearsals"
LETTERS = frozenset({"check_in", "check_in_again", "mentor_silent", "closing_gate"})

GOOD = """\
title = "A story"
profile = "m2m"
start = "2027-10-01T08:00"
end = "2027-11-20T18:00"
[settings]
timezone = "America/Chicago"
[policy]
"attempt.wait_days" = 4
gate.remind_days = 2
[[person]]
name = "Cora Lind"
email = "cora@example.org"
role = "coordinator"
[[person]]
name = "Ana Ruiz"
email = "ana@Example.org"
role = "mentor"
coordinator = "cora@example.org"
phone = "+1 312 555 0100"
since = 2027-01-05
[[arrive]]
at = "2027-10-16T10:00"
from = "ana@example.org"
answers = "check_in"
body = "All good, thanks!"
style = "gmail"
[[down]]
from = "2027-10-20T00:00"
until = "2027-10-23T00:00"
[[expect]]
letter = "check_in"
to = "ana@example.org"
from = "2027-10-15"
by = "2027-10-17"
count = 1
contains = "Mel"
lacks = ["Park", "Orr"]
[[expect]]
match = ["ana@example.org", "mel@example.org"]
is = "active"
at = "2027-11-01"
[[never]]
letter = "mentor_silent"
to = "cora@example.org"
"""


def story(text: str, letters: frozenset[str] = LETTERS, folder: Path = Path()) -> Story:
    return story_from(text, folder / "s.toml", None, letters)


def flaws_of(text: str, folder: Path = Path()) -> list[str]:
    with pytest.raises(BadStory) as found:
        story(text, folder=folder)
    return [str(flaw).replace(f"{folder}/", "") for flaw in found.value.flaws]


def test_a_story_is_read_whole() -> None:
    found = story(GOOD)
    assert (found.title, found.program.profile, found.program.timezone) == ("A story", "m2m", ZoneInfo("America/Chicago"))
    assert (found.program.inbox, found.program.trusted_server) == ("mc@example.org", "mx.example.org")
    assert found.policy == (Override("attempt.wait_days", 4, "s.toml", 8), Override("gate.remind_days", 2, "s.toml", 9))
    assert [person.email for person in found.people] == ["cora@example.org", "ana@example.org"]
    assert (found.people[1].roles, found.people[1].since) == (("mentor",), date(2027, 1, 5))


def test_times_are_the_programs_and_come_out_in_utc_on_both_sides_of_the_change() -> None:
    found = story(GOOD)
    assert found.start == datetime(2027, 10, 1, 13, tzinfo=UTC)
    assert found.end == datetime(2027, 11, 21, 0, tzinfo=UTC)
    assert found.start.tzinfo is UTC
    assert found.downs[0].until == datetime(2027, 10, 23, 5, tzinfo=UTC)


def test_messages_and_expectations_keep_their_lines() -> None:
    found = story(GOOD)
    assert found.arrivals == (
        Arrive(
            at=datetime(2027, 10, 16, 15, tzinfo=UTC),
            sender="ana@example.org",
            body="All good, thanks!",
            answers="check_in",
            style="gmail",
            line=21,
        ),
    )
    first, last = date(2027, 10, 15), date(2027, 10, 17)
    assert found.expects == (
        Expect("check_in", "ana@example.org", first, last, 1, ("Mel",), ("Park", "Orr"), line=30),
        Expect(match=("ana@example.org", "mel@example.org"), state="active", at=date(2027, 11, 1), line=38),
    )
    assert found.nevers == (Never("mentor_silent", "cora@example.org", line=42),)


def test_every_key_of_an_expectation_may_be_left_out() -> None:
    found = story('start = "2027-10-01T08:00"\nend = "2027-10-02"\n[[expect]]\n[[never]]\nto = "x@example.org"\n')
    assert found.expects == (Expect(line=3),)
    assert found.nevers == (Never(to="x@example.org", line=4),)


def test_a_story_without_a_zone_takes_that_of_the_settings() -> None:
    settings = read_settings(Path(__file__).parents[2] / "settings.toml", {})
    text = GOOD.replace('timezone = "America/Chicago"', 'date_order = "dmy"')
    program = story_from(text, Path("s.toml"), settings).program
    assert program.timezone == settings.programs[0].timezone
    assert (program.date_order, program.inbox, program.emergency) == ("dmy", "mc@example.org", settings.programs[0].emergency)


def test_arrivals_are_lived_in_order_of_their_moments() -> None:
    early = '[[arrive]]\nat = "2027-10-02T10:00"\nfrom = "cora@example.org"\nsubject = "first"\n'
    found = story(GOOD + early)
    assert [arrive.subject for arrive in found.arrivals] == ["", "first"]
    assert [arrive.subject for arrive in in_order(found.arrivals)] == ["first", ""]


def test_one_person_may_have_two_roles_and_two_people_one_address() -> None:
    more = '[[person]]\nname = "Ana Ruiz"\nemail = "ana@example.org"\nrole = "mentee"\n[[person]]\nname = "Jo Ruiz"\nemail = "ana@example.org"\nrole = ["mentor", "staff"]\n'
    people = story(GOOD + more).people
    assert [(person.name, person.roles) for person in people[1:]] == [
        ("Ana Ruiz", ("mentor", "mentee")),
        ("Jo Ruiz", ("mentor", "staff")),
    ]
    assert people[1].phone == "+1 312 555 0100"


PROFILES = (
    (
        "mphp",
        'role = "mentee"',
        {"field": "", "surveyed": False, "peer_willing": False, "matched": "", "released": ""},
        "participant",
    ),
    (
        "mphp",
        'role = "mentor"\neligible = false',
        {"field": "", "eligible": False, "signed_off": True, "private_mailbox": True},
        "mentor",
    ),
    ("peer", 'role = "specialist"\nenrolled = "2027-10-04"', {"enrolled": "2027-10-04"}, "specialist"),
    ("icb", 'role = "mentee"\ncertification = "CADC 1"', {"certification": "CADC 1", "setting": ""}, "mentee"),
    (
        "icb",
        'role = "mentor"\nyears = 12\ntopics = ["career"]\nregion = "east"\nphone = "1"',
        {
            "listed": True,
            "certification": "",
            "certified_until": "",
            "years": 12,
            "topics": ["career"],
            "region": "east",
            "setting": "",
            "ethics_version": "",
            "publish": ["name", "certification", "topics", "region", "email"],
        },
        "mentor",
    ),
)


@pytest.mark.parametrize(("profile", "keys", "extra", "role"), PROFILES)
def test_each_profile_adds_its_own_keys_with_their_defaults(profile: str, keys: str, extra: dict[str, object], role: str) -> None:
    head = f'profile = "{profile}"\nstart = "2027-10-01T08:00"\nend = "2027-10-02T08:00"\n'
    person = story(f'{head}[[person]]\nname = "Pat Low"\nemail = "pat@example.org"\n{keys}\n').people[0]
    assert (dict(person.extra), person.roles) == (extra, (role,))


# What takes the place of which line of GOOD (0: added at the end), and what is printed.
WRONG = (
    (1, 'titel = "x"', "s.toml:1: 'titel' is no key of this file — did you mean 'title'?"),
    (
        3,
        'strt = "2027-10-01T08:00"',
        "s.toml: this file has no 'start' — write start = \"2027-10-01T08:00\", the program's local time",
    ),
    (3, 'start = "1 October"', 's.toml:3: start = "1 October" is no date and time — write "2027-10-01T08:00"'),
    (
        3,
        'start = "2027-10-01T08:00Z"',
        "s.toml:3: start has a zone of its own — leave the offset out: times are the program's local time",
    ),
    (4, 'end = "2027-09-01T08:00"', "s.toml:4: the story ends before it begins — write an end after the start"),
    (6, 'timezone = "Chicago"', "s.toml:6: timezone = 'Chicago' is no time zone — write one such as 'America/New_York'"),
    (6, 'zone = "UTC"', "s.toml:6: 'zone' is no key of [settings] — did you mean 'timezone'?"),
    (5, "[setings]", "s.toml:5: 'setings' is no key of this file — did you mean 'settings'?"),
    (8, '"attempt.wait_dys" = 4', "s.toml:8: 'attempt.wait_dys' is no policy key — did you mean 'attempt.wait_days'?"),
    (9, 'gate.remind_days = "soon"', 's.toml:9: gate.remind_days = "soon" cannot be used — write a whole number'),
    (11, 'name = ""', "s.toml:11: 'name' is empty — write a text between the quotes"),
    (
        12,
        'email = "cora"',
        "s.toml:12: email = 'cora' is no mail address: an address must have an @-sign — write it as name@example.org",
    ),
    (13, 'role = "cordinator"', "s.toml:13: 'cordinator' is no role of profile 'm2m' — did you mean 'coordinator'?"),
    (13, "", "s.toml:10: [[person]] has no 'role' — add it"),
    (16, 'email = "ana@example.org"\nmentro = "x"', "s.toml:17: 'mentro' is no key of [[person]] — did you mean 'mentor'?"),
    (
        16,
        'email = "ana@example.org"\nsurveyed = true',
        "s.toml:17: 'surveyed' is no key of [[person]] — possible here: confirmed, coordinator, email, mentor, name, phone, role, since, timezone",
    ),
    (
        18,
        'coordinator = "corra@example.org"',
        "s.toml:18: nobody in this story has the address corra@example.org — did you mean 'cora@example.org'?",
    ),
    (19, 'timezone = "Mars"', "s.toml:19: timezone = 'Mars' is no time zone — write one such as 'America/New_York'"),
    (20, 'since = "soon"', 's.toml:20: since = "soon" is no day — write "2027-10-01"'),
    (22, "", "s.toml:21: [[arrive]] has no 'at' — write at = \"2027-10-01T08:00\", the program's local time"),
    (22, 'at = "2027-12-01T08:00"', "s.toml:22: this message arrives outside the story — move it, or the story's start or end"),
    (23, "", 's.toml:21: this message comes from nobody — add from = "ana@example.org"'),
    (24, 'answers = "chek_in"', "s.toml:24: there is no letter 'chek_in' — did you mean 'check_in'?"),
    (24, 'anwers = "check_in"', "s.toml:24: 'anwers' is no key of [[arrive]] — did you mean 'answers'?"),
    (
        24,
        'answers = "check_in"\nbounce_of = "check_in"',
        "s.toml:25: a message has either 'answers' or 'bounce_of' — make two messages of it",
    ),
    (
        24,
        'bounce_of = "check_in"\nstatus = "550"',
        "s.toml:25: status = '550' is no status code — write one such as \"5.1.1\" (RFC 3463)",
    ),
    (24, 'file = "no.eml"', "s.toml:24: there is no file no.eml — write its path relative to the story"),
    (24, 'attach = ["no.xlsx"]', "s.toml:24: there is no file no.xlsx — write its path relative to the story"),
    (24, "attach = 3", 's.toml:24: attach = 3 cannot be used — write a text or a list of texts, ["a", "b"]'),
    (26, 'style = "gmial"', "s.toml:26: style = 'gmial' is not possible — did you mean 'gmail'?"),
    (26, 'html = "yes"', 's.toml:26: html = "yes" cannot be used — write true or false, without quotes'),
    (29, 'until = "2027-10-19T00:00"', "s.toml:29: the service comes back before it stops — write an until after the from"),
    (31, 'letter = "check-in"', "s.toml:31: there is no letter 'check-in' — did you mean 'check_in'?"),
    (33, 'from = "2027-10-18"', "s.toml:34: this window ends before it begins — write a by on or after the from"),
    (33, 'from = "2027-10-15T09:00"', 's.toml:33: from = "2027-10-15T09:00" is no day — write "2027-10-01"'),
    (35, 'count = "one"', 's.toml:35: count = "one" cannot be used — write a whole number'),
    (35, "count = -1", "s.toml:35: count = -1 is out of bounds — write a number from 0 to 1000000"),
    (
        39,
        'match = ["ana@example.org"]',
        's.toml:39: a match is a pair — write match = ["mentor@example.org", "mentee@example.org"]',
    ),
    (40, 'is = "over"', "s.toml:40: is = 'over' is not possible — possible here: active, ended, paused, rematch_needed"),
    (40, "", "s.toml:38: [[expect]] has no 'is' — add it"),
    (
        40,
        'is = "active"\nletter = "check_in"',
        "s.toml:41: 'letter' is about a letter, but this expects something of a match — make two [[expect]] of it",
    ),
    (43, 'leter = "mentor_silent"', "s.toml:43: 'leter' is no key of [[never]] — did you mean 'letter'?"),
    (43, 'letter = "mentor_silnt"', "s.toml:43: there is no letter 'mentor_silnt' — did you mean 'mentor_silent'?"),
    (0, "[never2]", "s.toml:45: 'never2' is no key of this file — did you mean 'never'?"),
    (
        0,
        '[[person]]\nname = "Ana Ruiz"\nemail = "ana@example.org"\nrole = "mentor"',
        "s.toml:47: ana@example.org is in this story already, on line 14 — take one of the two out",
    ),
)


@pytest.mark.parametrize(("line", "text", "printed"), WRONG, ids=[f"{case[0]}-{case[1][:40]}" for case in WRONG])
def test_a_flaw_is_printed_with_its_line_and_what_to_do(tmp_path: Path, line: int, text: str, printed: str) -> None:
    lines = GOOD.splitlines()
    if line:
        lines[line - 1] = text
    else:
        lines.append(text)
    assert printed in flaws_of("\n".join(lines) + "\n", tmp_path)


def test_a_missing_moment_is_one_flaw_and_not_two() -> None:
    assert len(flaws_of(GOOD.replace('at = "2027-10-16T10:00"\n', ""))) == 1


def test_single_brackets_where_several_may_stand_are_told() -> None:
    assert "s.toml:21: 'arrive' must be written [[arrive]] — double brackets: there may be several" in flaws_of(
        GOOD.replace("[[arrive]]", "[arrive]")
    )


def test_files_lie_beside_the_story(tmp_path: Path) -> None:
    (tmp_path / "message.eml").write_bytes(b"Subject: x\r\n\r\n")
    (tmp_path / "roster.csv").write_text("Name,Email,Role\n")
    text = 'roster = "roster.csv"\n' + GOOD.replace('answers = "check_in"', 'file = "message.eml"').replace(
        'from = "ana@example.org"\n', ""
    )
    found = story(text.replace('"cora@example.org"\nphone', '"elsewhere@example.org"\nphone'), folder=tmp_path)
    assert found.arrivals[0].file == tmp_path / "message.eml"
    assert found.roster == tmp_path / "roster.csv"


def test_a_story_that_cannot_be_read_is_told_and_not_traced(tmp_path: Path) -> None:
    with pytest.raises(BadStory, match="this story cannot be read"):
        read_story(tmp_path / "none.toml")


@pytest.mark.parametrize("name", ["happy_month", "silent_mentor", "mphp_release", "icb_notice", "peer_activity", "out_of_office"])
def test_the_shared_examples_are_sound(name: str) -> None:
    path = SHARED / f"{name}.toml"
    if not path.exists():
        pytest.skip("the shared examples are not beside this repository")
    assert read_story(path).people
