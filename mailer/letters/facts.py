"""Which facts each letter may read, with a sample of every one: for `check`, for `preview`, and as the list an admin looks at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mailer.letters.facts_directory import DIRECTORY
from mailer.letters.facts_log import OF_LOG
from mailer.model.disclosure import FIELDS, ROLES

Facts = Mapping[str, object]

_EVERY: Facts = {
    "program": {"name": "Harbor", "inbox": "harbor@example.org", "emergency": "In an emergency call 911."},
    "you": {"first_name": "Ana", "name": "Ana Ruiz"},
    "month": "October 2027",
}
_MENTOR: Facts = {"name": "Ana Ruiz", "first_name": "Ana", "email": "ana@example.org"}
_COORDINATOR: Facts = {"name": "Cora Lind", "first_name": "Cora", "email": "cora@example.org"}
_MWOC: Facts = {"name": "Wanda Orr", "first_name": "Wanda"}
_MENTEE: Facts = {"name": "Mel Park", "first_name": "Mel"}
_FIRST_NAME_ONLY: Facts = {"first_name": "Mel"}
_SOMEBODY: Facts = {
    **dict.fromkeys(FIELDS, "one, two"),
    "name": "Sam Vale",
    "first_name": "Sam",
    "email": "sam@example.org",
    "phone": "+1 555 010 0199",
    "ref": "K7F3",
}
_PEOPLE = frozenset({*ROLES, "person"})
_SIGNS = [{"date": "18 October 2027", "what": "an automatic reply"}, {"date": "20 October 2027", "what": "a survey answer"}]
_ATTEMPTS = [
    {"date": "15 October 2027", "letter": "check-in", "result": "no answer"},
    {"date": "20 October 2027", "letter": "second check-in", "result": "no answer"},
]
_RECORDS = [{"date": item["date"], "message_id": f"m.ae5kq2wx{number}@example.org"} for number, item in enumerate(_ATTEMPTS)]
_ROWS = [
    {
        "mentor": "Ana Ruiz",
        "attempted": "2027-10-15, 2027-10-20",
        "made": "2027-10-21",
        "mentees": "Mel, Sam",
        "summary": "Both matches are going well; they talk every week.",
        "issues": "none",
    },
    {"mentor": "Ben Ode", "attempted": "2027-10-15", "made": "", "mentees": "Kim", "summary": "", "issues": ""},
]
_ANSWERS = [{"question": "How is it going?", "answer": "Well, we talk every week."}]

_OWN: Mapping[str, Facts] = {
    "assignment": {"mentor": _MENTOR, "waits": True, "wording": ""},
    "introduction": {"coordinator": _COORDINATOR, "own_words": "I love long walks."},
    "coordinator_changed": {"coordinator": _COORDINATOR},
    "survey_kit_request": {"again": False},
    "survey_mentor": {"link": "https://survey.example.org/m"},
    "survey_mentee": {"link": "https://survey.example.org/e"},
    "survey_reminder": {"link": "https://survey.example.org/m"},
    "survey_digest": {
        "rows": [{"who": "Ana Ruiz", "role": "mentor", "answered": True, "answers": _ANSWERS, "count": 0}],
        "missing": ["Mel", "Sam"],
        "nothing_came": False,
    },
    "check_in": {"mentees": "Mel and Sam", "coordinator": {"name": "Cora Lind", "first_name": "Cora"}},
    "check_in_again": {"mentees": "Mel and Sam", "coordinator": {"name": "Cora Lind", "first_name": "Cora"}},
    "welcome_check_in": {"mwoc": _MWOC, "mentees": "Mel and Sam"},
    "welcome_check_in_again": {"mwoc": _MWOC, "mentees": "Mel and Sam", "wait": "a week"},
    "mentor_silent": {
        "mentor": _MENTOR,
        "coordinator": {"name": "Cora Lind"},
        "attempts": [{"date": item["date"], "letter": item["letter"]} for item in _ATTEMPTS],
        "mentees": "Mel and Sam",
        "sends_on": "27 October 2027",
        "another": True,
        "wait": "a week",
    },
    "closing_gate": {
        "about": "mentor",
        "person": {"name": "Ana Ruiz", "first_name": "Ana"},
        "attempts": _ATTEMPTS,
        "signs": _SIGNS,
        "records": _RECORDS,
        "affected": "Mel and Sam",
        "again": False,
        "stopped": False,
        "wording": "",
        "open_matters": ["The mentor has been asked since when, and to try once more and tell us."],
        "participant": _MENTEE,
        "mentor": {"name": "Ana Ruiz", "first_name": "Ana"},
    },
    "new_match_needed_mentee": {},
    "mentor_set_inactive": {},
    "new_match_needed_mentor": {"mentee": _FIRST_NAME_ONLY, "wording": ""},
    "mentee_silent_inquiry": {"mentee": _FIRST_NAME_ONLY, "due": "22 October 2027", "wording": ""},
    "mentee_reconnected": {"mentee": _FIRST_NAME_ONLY, "due": "22 October 2027", "wording": ""},
    "report_back_reminder": {"mentee": _FIRST_NAME_ONLY, "due": "27 October 2027"},
    "mentee_silent": {
        "mentor": {"name": "Ana Ruiz", "first_name": "Ana"},
        "mentee": _MENTEE,
        "since": "the end of September",
        "signs": _SIGNS,
    },
    "mentee_check_in": {"mwoc": _MWOC},
    "problem_clarify": {"text": "We keep missing each other because of the time difference."},
    "problem_plan": {
        "text": "We keep missing each other because of the time difference.",
        "mentor": {"name": "Ana Ruiz", "first_name": "Ana"},
        "wording": "",
    },
    "problem_act": {"plan": "Agree on one fixed hour a week.", "due": "22 October 2027"},
    "problem_follow_up": {"plan": "Agree on one fixed hour a week."},
    "problem_to_staff": {"ref": "K7F3", "kind": "a plan that did not help", "about": "M2QX"},
    "team_invitation": {"coordinator": {"name": "Cora Lind", "first_name": "Cora"}, "wording": ""},
    "team_note": {"others": [{"first_name": "Cora", "email": "cora@example.org"}], "due": "21 November 2027", "wording": "open"},
    "contact_form_draft": {"rows": _ROWS, "missing": ["Ben Ode"], "again": False, "four": False},
    "contact_form": {"coordinator": {"name": "Cora Lind"}, "rows": _ROWS, "four": False, "again": False, "changed": ["Ana Ruiz"]},
    "digest": {
        "sections": [{"title": "To decide", "lines": ["Ana Ruiz has not answered; you were asked on 25 October 2027."]}],
        "not_done": ["No check-in went to Ben Ode: his address does not work."],
        "yours": [
            {
                "who": "Ana Ruiz",
                "line": "A human decides: CONFIRM, HOLD or REOPEN. Next on 28 October 2027.",
                "choices": [{"word": "CONFIRM", "answer": "Ana Ruiz: CONFIRM"}, {"word": "HOLD 7", "answer": "Ana Ruiz: HOLD 7"}],
            }
        ],
        "others": [
            {
                "who": "Kim Ode",
                "line": "The check-in has left; no answer yet. Next on 29 October 2027.",
                "choices": [{"word": "CONTACT", "answer": "CONTACT Kim Ode today"}],
            }
        ],
        "resting": ["Ben Ode", "Cleo May"],
        "report": {
            "month": "October 2027",
            "bars": [
                {"label": "Mentors in contact", "percent": 83, "said": "10 of 12"},
                {"label": "Attempts that counted", "percent": 93, "said": "14 of 15"},
                {"label": "Matches active", "percent": 100, "said": "31 of 31"},
            ],
            "missing": ["Cora Lind"],
            "effort": "Coordinators were asked for something in 12 letters, about 35 minutes for each of the 3.",
        },
        "more": 3,
        "still": 0,
        "example": "“Ana Ruiz: spoke 3 March, going well”",
    },
    "forget_question": {"said": "FORGET K7F3", "ref": "K7F3", "known": True, "person": {"name": "Sam Vale"}, "running": 1},
    "forget_waits": {"ref": "K7F3", "date": "20 October 2027", "lines": ["M2QX would be without a coordinator."]},
    "forgotten": {"ref": "K7F3", "date": "20 October 2027", "lines": ["letters to them, emptied: 12"]},
    "recall": {
        "ref": "K7F3",
        "date": "6 October 2027",
        "lines": [{"date": "15 October 2027", "letter": "check-in", "told": ["of M2QX: first name"]}],
    },
    "receipt": {
        "lines": [{"said": "HOLD 7", "done": "The question about Ana Ruiz waits until 1 November 2027.", "offered": False}],
        "next": ["1 November 2027: you will be asked again."],
        "undo": True,
        "numbered": False,
        "offers": False,
        "lead": "Thank you. This is what we understood and did:",
        "until": "10:10",
        "samples": ["Harbor: your survey for October 2027\n\nHello Ana,"],
    },
    "not_understood": {
        "lines": [{"said": "HLOD 7", "why": "there is no such word; did you mean HOLD 7?", "choices": ["HOLD 7"]}],
        "words": [{"word": "CONFIRM", "meaning": "close it"}, {"word": "HOLD 7", "meaning": "ask again in 7 days"}],
    },
    **DIRECTORY,
    "address_question": {"person": "Ana Ruiz", "address": "ana.ruiz@example.net"},
    "mentor_sign_off": {"within": "a week"},
    "good_fit_survey": {"again": False, "wait": "two weeks"},
    "release_request": {"named": True, "mentor": {"first_name": "Ana"}, "valid_days": 365},
    "hand_off": {"by_mail": True, "participant": {"first_name": "Mel", "phone": "555 0196"}, "due": "22 October 2027"},
    "match_made": {"named": True, "mentor": {"first_name": "Ana"}, "due": "22 October 2027"},
    "decline_thanks": {},
    "end_notice": {"asks": True, "again": False},
    "rescission_receipt": {"ended": True},
    "operational_evaluation": {},
    "peer_talk_request": {},
    "peer_talk_contact": {"participant": {"name": "Kim Dale", "phone": "555 0177"}},
    "peer_talk_none": {},
    "reporting_not_needed": {"together": True},
    "passed_on": {"person": _MENTEE, "text": "It does me good; I should like to talk about my hours."},
    "safety_hold": {"ref": "K7F3", "call": True},
    "confirm_sender": {"said": ["CONFIRM"]},
    **OF_LOG,
}


def sample(letter: str) -> dict[str, object]:
    """Facts as a real letter of that name would have them; of people, all that a policy could allow."""
    return {**_EVERY, **{name: _person(name, value) for name, value in _OWN.get(letter, {}).items()}}


def _person(name: str, value: object) -> object:
    """A sample person with every field there is: what of it a letter may read is the policy's to say (disclose.toml)."""
    return {**_SOMEBODY, **value} if name in _PEOPLE and isinstance(value, Mapping) else value


def _dotted(facts: object, name: str = "") -> Iterator[str]:
    match facts:
        case Mapping():
            for key, value in facts.items():
                full = f"{name}.{key}" if name else str(key)
                yield full
                yield from _dotted(value, full)
        case [first, *_]:
            yield from _dotted(first, name)


EVERY_LETTER: frozenset[str] = frozenset(_dotted(_EVERY))
ALLOWED: Mapping[str, frozenset[str]] = {name: EVERY_LETTER | frozenset(_dotted(sample(name))) for name in _OWN}
# What a subject may show: it is read on lock screens, so no names but the reader's own and nothing anybody wrote.
SUBJECT_FACTS: frozenset[str] = frozenset(
    {"program.name", "you.first_name", "month", "due", "sends_on", "ref", "again", "nothing_came", "wording"}
)
