"""The classes of letters: what a letter is for. A program's involvement allows some of them and no other (A10, R-118)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class LetterClass(StrEnum):
    """What a letter is for; the heading `class` of every letter says one of these."""

    ANSWER = "answer"  # answers somebody's own mail, at once; reaches even who asked for no more letters
    DIGEST = "digest"  # the daily summary
    DUTY = "duty"  # gives somebody who holds a duty of the program something to know or to do
    GATE = "gate"  # asks such a person to decide before something final
    INTRODUCTION = "introduction"  # says who we are and how this goes
    NOTICE = "notice"  # tells people something about a matter of their own
    CLOSING = "closing"  # tells somebody that a match is over; never without a human's word before it
    FAREWELL = "farewell"  # the same, to the person whose own place rests from now on
    CONSENT = "consent"  # asks for leave to write or to tell
    AGREEMENT = "agreement"  # puts a text before somebody to agree to
    RELAY = "relay"  # passes on somebody's words at their own wish
    CONTACT = "contact"  # asks how a match is going; an attempt to reach somebody
    SURVEY = "survey"  # asks for an opinion of a match, or reports such opinions
    REPORT = "report"  # asks one of a pair about the other
    PROBLEM = "problem"  # works on a difficulty
    FORM = "form"  # the month's contact form
    TEAM = "team"  # a third person beside a pair
    MATCHING = "matching"  # asks for what a good match needs
    DISCLOSURE = "disclosure"  # tells one person how to reach another
    EVALUATION = "evaluation"  # asks about how the program works, never about an experience
    DIRECTORY = "directory"  # mentors to choose from, and their own entries
    ACTIVITY = "activity"  # an exercise for who takes part
    LOG = "log"  # conversations noted without their content


_ANYWHERE = frozenset(
    {
        LetterClass.ANSWER,
        LetterClass.DIGEST,
        LetterClass.DUTY,
        LetterClass.GATE,
        LetterClass.INTRODUCTION,
        LetterClass.NOTICE,
        LetterClass.CLOSING,
        LetterClass.FAREWELL,
        LetterClass.CONSENT,
        LetterClass.AGREEMENT,
        LetterClass.RELAY,
    }
)
_ASKING = {LetterClass.CONTACT, LetterClass.SURVEY, LetterClass.REPORT, LetterClass.PROBLEM, LetterClass.FORM, LetterClass.TEAM}
# Involvement -> the classes of letters that such a program sends: what is not named here never leaves it.
ALLOWED: Mapping[str, frozenset[LetterClass]] = {
    "monthly": _ANYWHERE | _ASKING,
    "handoff": _ANYWHERE | {LetterClass.MATCHING, LetterClass.DISCLOSURE, LetterClass.EVALUATION},
    "directory": _ANYWHERE | {LetterClass.DIRECTORY},
    "log": _ANYWHERE | {LetterClass.ACTIVITY, LetterClass.LOG},
}
# Only behind a human's word where the policy has a gate (4.1 Gate, 4A invariant b).
CLOSING = frozenset({LetterClass.CLOSING, LetterClass.FAREWELL})
# Go to holders of a duty and to nobody else: they speak about people (4.1 Conflict of interest).
TO_DUTIES = frozenset({LetterClass.DUTY, LetterClass.GATE})
DUTY_ROLES = frozenset({"coordinator", "coordinators", "mwoc", "staff", "admin", "clinical_coordinator", "trainer", "inbox"})


def permits(involvement: str, kind: LetterClass | None) -> bool:
    """Whether a program of that involvement may send letters of that class; a letter without class goes nowhere."""
    return kind is not None and kind in ALLOWED.get(involvement, frozenset())
