"""The facts that letters about an activity and a conversation log may read, each with a sample."""

from __future__ import annotations

from collections.abc import Mapping

_ITEM = {
    "number": 1,
    "text": "Resource Broker",
    "open": True,
    "answer": "not sure",
    "ours": "yes",
    "agrees": False,
    "unsure": True,
    "element": "a relationship focused on support",
    "because": "showing somebody where help is to be found leaves the steps in their own hands",
}
_ACTIVITY = {
    "activity": "Mentor or Not?",
    "items": [_ITEM, {**_ITEM, "number": 2, "text": "Social Worker", "ours": "no"}],
    "elements": ["a sustained relationship", "a relationship focused on support"],
    "missing": "1, 2",
    "missing_first": 1,
    "shown": False,
}

OF_LOG: Mapping[str, Mapping[str, object]] = {
    "mentor_or_not": {**_ACTIVITY, "again": False},
    "mentor_or_not_reminder": _ACTIVITY,
    "mentor_or_not_feedback": _ACTIVITY,
    "conversation_log_request": {
        "example_day": "2027-10-12",
        "rows": [{"number": 1, "line": "2027-10-12 C-1 S 25 T"}],
        "counted": False,
    },
    "conversation_log_question": {
        "line": "C-1 25 T",
        "lacks_day": True,
        "lacks_kind": True,
        "lacks_halves": False,
        "example_day": "2027-10-12",
    },
    "conversation_month": {
        "clients": [{"ref": "C-1", "support": "25", "mentoring": "40"}],
        "support": "25",
        "mentoring": "40",
        "once": ["C-1"],
        "only_support": False,
        "counted": False,
    },
}
