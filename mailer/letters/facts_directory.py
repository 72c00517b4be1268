"""The facts that letters of a directory may read, each with a sample: entries, applications, days of a notice."""

from __future__ import annotations

from collections.abc import Mapping

_LINES = [
    {"label": "Certification", "value": "CADC 11208"},
    {"label": "Topics", "value": "career, training"},
    {"label": "Region", "value": "east"},
    {"label": "Email", "value": "henrike@example.org"},
]
_ENTRY = {"title": "Henrike Moll", "call": "Henrike Moll", "lines": _LINES}
_NUMBERS = {"min_years": 10, "domain": "SUD", "notice_days": 14, "hold_minutes": 10}
_LIST = {
    "entries": [_ENTRY],
    "more": 3,
    "tags": "career, east",
    "date": "15 October 2027",
    "known_topics": "career, training",
    "known_regions": "east",
}
_MENTOR = {"first_name": "Henrike"}
_MENTEE = {"first_name": "Joyce"}

DIRECTORY: Mapping[str, Mapping[str, object]] = {
    "application_receipt": {"missing": ["Years", "Topics"], **_NUMBERS},
    "verify_application": {
        "applicant": {"name": "Henrike Moll", "first_name": "Henrike", "email": "henrike@example.org", "ref": "K7F3"},
        "application": [{"label": "Certification", "value": "CADC 11208"}, {"label": "Years", "value": "12"}],
        **_NUMBERS,
    },
    "ethics_agreement": {"version": "2", "due": "15 November 2027", "again": False},
    "listed": {"entry": _ENTRY, **_NUMBERS},
    "not_listed": {"lapsed": "14 October 2027", **_NUMBERS},
    "reconfirm_listing": {"entry": _ENTRY, "again": False},
    "directory": _LIST,
    "starter_guide": {"entry": _ENTRY, **_NUMBERS},
    "relay": {"mentee": _MENTEE, "words": "I would like to talk about a change of field. You reach me at +1 773 555 0100."},
    "notice_question": {"mentee": _MENTEE, "earliest": "29 October 2027", **_NUMBERS},
    "notice_receipt": {"mentee": _MENTEE, "ends_on": "29 October 2027"},
    "mentor_gave_notice": {"mentor": _MENTOR, "ends_on": "29 October 2027", **_LIST},
    "notice_withdrawn": {"mentor": _MENTOR},
    "mentoring_ended": {"other": _MENTOR, "reader": "mentee", "date": "29 October 2027"},
}
