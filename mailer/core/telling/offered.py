"""How a word is offered to somebody who may write it: with its usual argument, or open where the writer goes on."""

from __future__ import annotations

# Words that say nothing without more: a name, a day, a few words of one's own.
GOES_ON = frozenset(
    (
        "ATTEMPT", "CONTACT", "APPROVE", "PROBLEM", "PLAN", "REMAINING", "FLAG", "COVER", "REASSIGN", "EDIT", "SINCE", "NO ANSWER",
        "ELIGIBLE", "MATCH", "RELEASE SIGNED", "VERIFY", "CHOOSE", "RELAY", "NOTICE", "CONCERN", "ENROLL", "CORRECT", "VOID",
        "WAIVE", "LOG", "RECALL", "FORGET",
    )
)  # fmt: skip
_NAMES_ONLY = frozenset({"NO ANSWER", "ATTEMPT", "CONTACT", "CHOOSE", "WAIVE"})  # complete as soon as a person is named


def as_written(word: str, *, named: bool = False) -> str:
    """A word as somebody would write it: with its usual argument, or an ellipsis where the writer goes on.

    `named`: the line already says about whom.
    """
    if named and word in _NAMES_ONLY:
        return word
    usual = {"HOLD": "HOLD 7", "SNOOZE": "SNOOZE 3", "AWAY": "AWAY until …"}
    return usual.get(word) or (f"{word} …" if word in GOES_ON else word)
