"""policy.toml: the shipped numbers are the contract's, every flaw is told, a story may set keys anew."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from mailer.files.policy import default_policy, override_policy, policy_from, read_policy
from mailer.files.policy_keys import EVERYBODY, KEYS, keys_of
from mailer.files.values import Override
from mailer.model.errors import BadRules, BadStory

RULES = Path(__file__).parents[2] / "inbox_rules"


def test_the_shipped_policy_of_m2m_writes_out_every_default() -> None:
    policy = read_policy(RULES / "m2m/policy.toml")
    assert policy == default_policy()
    text = (RULES / "m2m/policy.toml").read_text(encoding="utf-8")
    for name in keys_of("monthly"):
        assert name.rpartition(".")[2] in text, name


DEFAULTS = {  # CONTRACT.md section 9
    "involvement": "monthly",
    "introduction.preview_hours": 0,
    "cycle.kit_request_days": 3,
    "cycle.kit_skip_day": 5,
    "cycle.survey_reminder_day": 0,
    "survey.results_due_days": 14,
    "cycle.check_in_day": 15,
    "attempt.count": 2,
    "attempt.window": "calendar_month",
    "attempt.min_gap_days": 5,
    "attempt.wait_days": 5,
    "handover.attempts": 2,
    "handover.wait_days": 7,
    "handover.preview_hours": 48,
    "handover.confirm_before_closing": True,
    "handover.return": "on_contact",
    "gate.remind_days": 3,
    "gate.second_line_days": 7,
    "mentee_case.mentor_attempts": 1,
    "mentee_case.reportback_days": 7,
    "mentee_case.remind_days": 5,
    "mentee_case.mwoc_attempts": 1,
    "mentee_case.wait_days": 7,
    "problem.clarify_days": 3,
    "problem.plan_days": 3,
    "problem.followup_days": 7,
    "problem.max_loops": 3,
    "contact_form.draft_day": 25,
    "contact_form.to": "inbox",
    "contact_form.columns": "extended",
    "pause.max_days": 21,
    "address.broken_days": 7,
    "send.days": ("mon", "tue", "wed", "thu", "fri"),
    "send.hour": "09:00",
    "send.hold_minutes": 10,
    "send.per_person_day": 3,
    "uncertain": "resend",
    "digest_text": True,
    "confirm_address": False,
    "retention.body_days": 90,
}


def test_the_defaults_are_those_agreed_upon() -> None:
    assert dict(default_policy().values) == DEFAULTS


@pytest.mark.parametrize("involvement", EVERYBODY)
def test_every_involvement_has_a_sound_default_policy(involvement: str) -> None:
    policy = default_policy(involvement)
    assert policy.word("involvement") == involvement
    assert policy.clock("send.hour") == time(9)
    assert policy.words("send.days")[0] == "mon"


@pytest.mark.parametrize("text", ['"attempt.count" = 3', "attempt.count = 3", "[attempt]\ncount = 3", "attempt = { count = 3 }"])
def test_a_key_may_be_dotted_quoted_or_nested(text: str) -> None:
    policy = policy_from(text, "policy.toml")
    assert policy.number("attempt.count") == 3
    assert policy.changed == {"attempt.count"}


WRITTEN = (
    ("send.hour = 10:30:00", "send.hour", "10:30"),
    ("send.hour = 8", "send.hour", "08:00"),
    ('send.days = ["Tuesday", "mon"]', "send.days", ("mon", "tue")),
    ('involvement = "log"\nactivity.items = 5', "activity.items", 5),
    ('involvement = "handoff"\n[fields_ok]\ndentist = ["physician"]', "fields_ok", {"dentist": ("physician",)}),
    ('involvement = "handoff"\ndisclose.match_to_mentor = ["phone"]', "disclose.match_to_mentor", ("phone",)),
    ('involvement = "directory"\nethics.version = "2"', "ethics.version", "2"),
    ('involvement = "handoff"\nroi.per_recipient = true', "roi.per_recipient", True),
    ('involvement = "handoff"\neligibility.all = ["ready"]', "eligibility.all", ("ready",)),
    ('involvement = "directory"\nend.mentee = "immediate_no_reason"', "end.mentee", "immediate_no_reason"),
    ('involvement = "log"\ncovered_program = true', "covered_program", True),
)


@pytest.mark.parametrize(("text", "key", "value"), WRITTEN)
def test_values_are_read_as_people_write_them(text: str, key: str, value: object) -> None:
    assert policy_from(text, "policy.toml").values[key] == value


WRONG = (
    ("atempt.count = 2", "policy.toml:1: 'atempt.count' is no policy key — did you mean 'attempt.count'?"),
    ("colour = 2", "policy.toml:1: 'colour' is no policy key — write one such as 'attempt.wait_days'"),
    ("\n[attempt]\ncont = 2", "policy.toml:3: 'attempt.cont' is no policy key — did you mean 'attempt.count'?"),
    ("activity.items = 5", "policy.toml:1: 'activity.items' means nothing where involvement is 'monthly' — take it out"),
    ('involvement = "mothly"', "policy.toml:1: involvement = \"mothly\" is not possible — did you mean 'monthly'?"),
    ('attempt.count = "2"', 'policy.toml:1: attempt.count = "2" cannot be used — write a whole number'),
    ("attempt.count = true", "policy.toml:1: attempt.count = true cannot be used — write a whole number"),
    ("attempt.count = 0", "policy.toml:1: attempt.count = 0 cannot be used — write a number from 1 to 10"),
    ("cycle.check_in_day = 31", "policy.toml:1: cycle.check_in_day = 31 cannot be used — write a number from 1 to 28"),
    ("confirm_address = 1", "policy.toml:1: confirm_address = 1 cannot be used — write true or false, without quotes"),
    ('uncertain = "aks"', "policy.toml:1: uncertain = \"aks\" cannot be used — did you mean 'ask'?"),
    (
        'involvement = "handoff"\nroi.per_recipient = false',
        "policy.toml:2: roi.per_recipient = false cannot be used — such a program knows only true ("
        + KEYS["roi.per_recipient"].meaning
        + "): write that, or take the line out",
    ),
    ('send.hour = "nine"', 'policy.toml:1: send.hour = "nine" cannot be used — write a time of day, "09:00"'),
    (
        'send.hour = "21:00"',
        'policy.toml:1: send.hour = "21:00" cannot be used — write a time from 08:00 to 19:59: from 20:00 to 08:00 nobody is written to',
    ),
    (
        "send.days = []",
        'policy.toml:1: send.days = [] cannot be used — write a list of days, ["mon", "tue"]; possible are mon, tue, wed, thu, fri, sat, sun',
    ),
    ('send.days = ["Montag"]\nsend.days2 = 1', "policy.toml:2: 'send.days2' is no policy key — did you mean 'send.days'?"),
    (
        'involvement = "handoff"\ndisclose.peer_talk = ["email"]',
        "policy.toml:2: disclose.peer_talk = ['email'] cannot be used — possible here: first_name, name, phone",
    ),
    (
        'involvement = "handoff"\nfields_ok.dentist = 3',
        "policy.toml:2: fields_ok.dentist = 3 cannot be used — write a list of texts",
    ),
    ("x = = 1", "policy.toml:1: this is no TOML: Invalid value"),
)


@pytest.mark.parametrize(("text", "printed"), WRONG, ids=[case[0][:30] for case in WRONG])
def test_a_flaw_is_printed_with_its_line_and_what_to_do(text: str, printed: str) -> None:
    with pytest.raises(BadRules) as found:
        policy_from(text, "policy.toml")
    assert str(found.value).startswith(printed)


def test_a_profile_without_a_policy_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadRules, match="there is no policy that can be read — every profile has one"):
        read_policy(tmp_path / "policy.toml")


def test_a_story_sets_keys_over_what_the_admins_wrote() -> None:
    policy = policy_from("attempt.count = 3\nattempt.wait_days = 9", "policy.toml")
    changed = override_policy(policy, [Override("attempt.count", 4, "s.toml", 5)])
    assert (changed.number("attempt.count"), changed.number("attempt.wait_days")) == (4, 9)
    assert changed.changed == {"attempt.count", "attempt.wait_days"}
    assert override_policy(policy, []) is policy


def test_a_story_keeps_the_involvement_and_the_tables_it_does_not_name() -> None:
    policy = policy_from('involvement = "handoff"\nfields_ok.nurse = ["nurse"]', "policy.toml")
    changed = override_policy(policy, [Override("roi.max_days", 30)])
    assert changed.values["fields_ok"] == {"nurse": ("nurse",)}
    assert changed.number("roi.max_days") == 30


def test_a_wrong_override_is_told_by_the_line_of_the_story() -> None:
    with pytest.raises(BadStory, match=r"s\.toml:5: 'attempt\.cout' is no policy key — did you mean 'attempt\.count'"):
        override_policy(default_policy(), [Override("attempt.cout", 4, "s.toml", 5)], BadStory)


@pytest.mark.parametrize("name", KEYS)
def test_every_default_is_a_value_that_could_have_been_written(name: str) -> None:
    key = KEYS[name]
    for involvement in key.involvements:
        changed = override_policy(
            default_policy(involvement), [Override(name, involvement if name == "involvement" else key.default)]
        )
        assert changed.values == default_policy(involvement).values
