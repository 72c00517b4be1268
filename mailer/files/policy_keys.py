"""Every policy key: which programs know it, its default, its bounds, its meaning (REQUIREMENTS.md 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

EVERYBODY = ("monthly", "handoff", "directory", "log")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Kind(StrEnum):
    """How a value is written."""

    NUMBER = "a whole number"
    FLAG = "true or false, without quotes"
    CHOICE = "one of its words, in quotes"
    TEXT = "a text in quotes"
    CLOCK = 'a time of day, "09:00"'
    WEEKDAYS = 'a list of days, ["mon", "tue"]'
    WORDS = "a list of texts"
    TABLE = "a table of lists of texts"


@dataclass(frozen=True, slots=True)
class Key:
    """One policy key. `involvements` are the kinds of program that know it; A-nn and R-nnn point into REQUIREMENTS.md."""

    name: str
    default: object
    meaning: str
    kind: Kind = Kind.NUMBER
    low: int = 0
    high: int = 366
    choices: tuple[str, ...] = ()
    involvements: tuple[str, ...] = EVERYBODY
    fixed: bool = False  # part of what the program is: it may be written down, and cannot be changed


def _fixed(name: str, value: object, meaning: str, involvement: tuple[str, ...]) -> Key:
    kinds = {bool: Kind.FLAG, int: Kind.NUMBER, str: Kind.TEXT, tuple: Kind.WORDS}
    kind = kinds[type(value)]
    return Key(name, value, meaning, kind, involvements=involvement, fixed=True)


def _days(name: str, default: int, meaning: str, involvement: tuple[str, ...], low: int = 1, high: int = 366) -> Key:
    return Key(name, default, meaning, Kind.NUMBER, low, high, (), involvement)


_MONTHLY, _HANDOFF, _DIRECTORY, _LOG = ("monthly",), ("handoff",), ("directory",), ("log",)

_COMMON = (
    Key("involvement", "monthly", "how close the program stays to its pairs (A10)", Kind.CHOICE, choices=EVERYBODY),
    Key("send.days", ("mon", "tue", "wed", "thu", "fri"), "days on which letters leave", Kind.WEEKDAYS),
    Key("send.hour", "09:00", "the program's local time at which they leave", Kind.CLOCK),
    Key("send.hold_minutes", 10, "how long an act asked for by mail can still be undone", high=1440),
    Key("send.per_person_day", 3, "letters a mentor or mentee gets a day at most, answers to their own mail apart", low=1, high=50),
    Key("gate.remind_days", 3, "a gate nobody answers is sent again after so many days", low=1),
    Key("gate.second_line_days", 7, "and shown to a second person after so many", low=1),
    Key("pause.max_days", 21, "the longest absence that stops the clocks before a human is asked (4.1 Pause)", low=1),
    Key("address.broken_days", 7, "days with a dead address before a human is asked", low=1),
    Key(
        "uncertain",
        "resend",
        "a letter whose fate a crash left unknown: send it again, or ask its owner",
        Kind.CHOICE,
        choices=("resend", "ask"),
    ),
    Key("confirm_address", False, "every new person confirms the address before anything else is sent", Kind.FLAG),
    Key("digest_text", True, "summaries quote what people answered; off, they say how many answers and flags (7.2)", Kind.FLAG),
    Key("retention.body_days", 90, "days until the text of letters and messages is erased", low=1, high=3660),
)

_OF_MONTHLY = (
    Key(
        "introduction.preview_hours", 0, "wait for the coordinator's SEND at most so long (R-009)", high=720, involvements=_MONTHLY
    ),
    _days("cycle.kit_request_days", 3, "days before the month at which the kit is asked for (R-011)", _MONTHLY, high=20),
    _days("cycle.kit_skip_day", 5, "day of the month at which a missing kit is given up", _MONTHLY, high=28),
    _days("cycle.survey_reminder_day", 0, "day at which who has not answered is reminded; 0: nobody is", _MONTHLY, low=0, high=28),
    _days("cycle.check_in_day", 15, "day of the check-in if no results came before (R-015)", _MONTHLY, high=28),
    _days("survey.results_due_days", 14, "days after the surveys until the results are due (R-013)", _MONTHLY, high=28),
    Key("attempt.count", 2, "attempts in one window before the mwoc is told (R-025)", low=1, high=10, involvements=_MONTHLY),
    Key(
        "attempt.window",
        "calendar_month",
        "where they must lie (A04)",
        Kind.CHOICE,
        choices=("calendar_month",),
        involvements=_MONTHLY,
    ),
    _days("attempt.min_gap_days", 5, "days between two attempts for both to count (A03)", _MONTHLY, low=0, high=28),
    _days("attempt.wait_days", 5, "days of silence after an attempt before the next step", _MONTHLY),
    Key("handover.attempts", 2, "attempts of the mwoc before the gate (R-027)", low=1, high=10, involvements=_MONTHLY),
    _days("handover.wait_days", 7, "days of silence after each of them (A07)", _MONTHLY),
    Key(
        "handover.preview_hours",
        48,
        "the mwoc's first letter leaves on SEND, or by itself after so long",
        high=720,
        involvements=_MONTHLY,
    ),
    Key(
        "handover.confirm_before_closing",
        True,
        "nobody hears that a match is over before a human's CONFIRM",
        Kind.FLAG,
        involvements=_MONTHLY,
    ),
    Key(
        "handover.return",
        "on_contact",
        "when a mentor returns to the coordinator (A22)",
        Kind.CHOICE,
        choices=("on_contact",),
        involvements=_MONTHLY,
    ),
    Key("mentee_case.mentor_attempts", 1, "attempts the mentor is asked for (R-031)", low=1, high=5, involvements=_MONTHLY),
    _days("mentee_case.reportback_days", 7, "days for the mentor to report back (A07)", _MONTHLY),
    _days("mentee_case.remind_days", 5, "days after the reminder until the coordinator decides", _MONTHLY),
    Key("mentee_case.mwoc_attempts", 1, "attempts of the mwoc to reach the mentee", low=1, high=5, involvements=_MONTHLY),
    _days("mentee_case.wait_days", 7, "days of silence after it", _MONTHLY),
    _days("problem.clarify_days", 3, "days to say whether the problem was understood (R-022)", _MONTHLY),
    _days("problem.plan_days", 3, "days to agree on a plan (R-023)", _MONTHLY),
    _days(
        "problem.followup_days", 7, "days from the plan to its outcome; the question leaves a day before (R-024)", _MONTHLY, low=2
    ),
    Key("problem.max_loops", 3, "plans for one problem before staff takes over", low=1, high=10, involvements=_MONTHLY),
    _days("contact_form.draft_day", 25, "day on which the draft of the Mentor Contact Form leaves (R-039)", _MONTHLY, high=28),
    Key(
        "contact_form.to",
        "inbox",
        "where the form goes beside the mwoc (A08)",
        Kind.CHOICE,
        choices=("inbox", "mwoc"),
        involvements=_MONTHLY,
    ),
    Key(
        "contact_form.columns",
        "extended",
        "its columns: with Attempted and Issues, or the seed's four (A01)",
        Kind.CHOICE,
        choices=("extended", "seed"),
        involvements=_MONTHLY,
    ),
)

_OF_HANDOFF = (
    Key("eligibility.months", 36, "months a mentor of basis C1 needs (R-102, R-103)", low=1, high=240, involvements=_HANDOFF),
    Key("fields_ok", {}, "for basis C3: mentor's field -> participants' fields it fits (R-127)", Kind.TABLE, involvements=_HANDOFF),
    _days("roi.max_days", 365, "days a signed release is good for (A27)", _HANDOFF, high=3660),
    Key(
        "disclose.match_to_mentor",
        ("first_name", "phone"),
        "what the mentor hears of the participant (A09)",
        Kind.WORDS,
        choices=("first_name", "phone"),
        involvements=_HANDOFF,
    ),
    Key(
        "disclose.peer_talk",
        ("name", "phone"),
        "what the asker hears of a willing participant",
        Kind.WORDS,
        choices=("first_name", "name", "phone"),
        involvements=_HANDOFF,
    ),
    Key(
        "disclosure_channel",
        "email",
        "how it is told: by mail, or only by the coordinator's telephone (A29)",
        Kind.CHOICE,
        choices=("email", "coordinator_phone"),
        involvements=_HANDOFF,
    ),
    Key(
        "covered_program",
        False,
        "42 CFR part 2 binds the program: its notice ends every disclosure",
        Kind.FLAG,
        involvements=(*_HANDOFF, *_LOG),
    ),
    _days("first_contact.within_days", 7, "days for the mentor's first call (R-118)", _HANDOFF),
    _days("good_fit.remind_days", 14, "days until the survey is sent once more, then never", _HANDOFF),
    _days("end.remind_days", 14, "days until the participant is asked once more for RESCIND", _HANDOFF),
    _days("peer_talk.wait_days", 7, "days until the next willing participant is asked", _HANDOFF),
    Key("survey.every_months", 6, "months between operational evaluations", low=1, high=36, involvements=_HANDOFF),
    Key("survey.at_end", True, "and once more when a match has ended (R-125)", Kind.FLAG, involvements=_HANDOFF),
    Key(
        "eligibility.any",
        ("C1", "C2", "C3"),
        "on which of these grounds somebody may be a mentor (R-102 to R-105)",
        Kind.WORDS,
        choices=("C1", "C2", "C3"),
        involvements=_HANDOFF,
    ),
    _fixed("eligibility.all", ("ready",), "and who has signed off, in any case (R-106)", _HANDOFF),
    _fixed("roi.required", True, "nothing is told without a signed release (R-110)", _HANDOFF),
    _fixed("roi.signature", "coordinator_recorded", "on paper; the clinical coordinator records it, no mail is one", _HANDOFF),
    _fixed("roi.per_recipient", True, "a release is good for the one recipient it names", _HANDOFF),
    _fixed("first_contact.by", "mentor", "who makes the first call (A19)", _HANDOFF),
    _fixed("first_contact.via", "phone", "and how", _HANDOFF),
    _fixed(
        "after_handoff.allow_outbound",
        ("own_request", "end_notice", "operational_evaluation"),
        "what may still be written to a pair after the hand-off (R-118)",
        _HANDOFF,
    ),
    _fixed("handoff.nudge", 0, "nobody is reminded of the first call (A26, 4D HANDS_OFF)", _HANDOFF),
    _fixed("after_handoff.inbound_report", "discourage_and_drop", "reports are answered, and kept nowhere (R-123)", _HANDOFF),
    _fixed("survey.kind", "operational", "how the program works, never an experience (A15)", _HANDOFF),
    _fixed("survey.anonymous", True, "answers go into counters, with no link to anybody (R-126)", _HANDOFF),
)

_OF_DIRECTORY = (
    Key("eligibility.min_years", 10, "years of experience a listed mentor needs (A12)", low=0, high=60, involvements=_DIRECTORY),
    Key("eligibility.domain", "SUD", "the domain they must lie in", Kind.TEXT, involvements=_DIRECTORY),
    Key(
        "ethics.version",
        "1",
        "the agreement in force; another version is put to every mentor again",
        Kind.TEXT,
        involvements=_DIRECTORY,
    ),
    _days("ethics.answer_days", 30, "days after which an applicant who does not answer is set aside (4E)", _DIRECTORY),
    _days("ethics.grace_days", 30, "days a mentor stays listed without agreeing to a new version", _DIRECTORY),
    _days("end.mentor_notice_days", 14, "days between a mentor's notice and the end (A13)", _DIRECTORY, low=0),
    Key("directory.reconfirm_months", 12, "months until a listing is to be confirmed", low=1, high=120, involvements=_DIRECTORY),
    Key("directory.month_report", False, "the numbers of each month go to staff (R-224)", Kind.FLAG, involvements=_DIRECTORY),
    _days("directory.remind_days", 30, "days until it is asked again, and then left to staff", _DIRECTORY),
    _fixed("eligibility.certification", "ICB", "the certification a mentor holds, as staff verify it (R-204)", _DIRECTORY),
    _fixed("eligibility.ethics", "required", "nobody is listed who has not agreed to the ethics", _DIRECTORY),
    _fixed("end.mentee", "immediate_no_reason", "a mentee ends it at once and gives no reason (A14)", _DIRECTORY),
    _fixed("end.mentor", "notice", "a mentor gives notice; staff can waive it (A14)", _DIRECTORY),
    _fixed("end.help_find", "required", "the mentee then reads of other listed mentors", _DIRECTORY),
)

_OF_LOG = (
    Key("activity.name", "Mentor or Not?", "how letters call the activity", Kind.TEXT, involvements=_LOG),
    Key("activity.pass", "none", "what it takes to pass: nothing, nobody fails", Kind.CHOICE, choices=("none",), involvements=_LOG),
    Key("activity.shown_to_trainer", False, "the trainer hears how many items agreed (4F)", Kind.FLAG, involvements=_LOG),
    Key("activity.items", 10, "items of the activity Mentor or Not?", low=1, high=50, involvements=_LOG),
    Key("activity.retries", 3, "times the activity can be done again", high=20, involvements=_LOG),
    _days("activity.remind_days", 3, "days until the first reminder of open items", _LOG),
    _days("activity.remind_again_days", 7, "days until the second and last", _LOG),
    Key(
        "tone.nondirective", True, "no letter to its members says what they must or should do (R-302)", Kind.FLAG, involvements=_LOG
    ),
    Key("log.kinds", ("S", "M"), "kinds of conversation (R-300, R-301)", Kind.WORDS, choices=("S", "M"), involvements=_LOG),
    Key("log.minutes", True, "every line says how many minutes", Kind.FLAG, involvements=_LOG),
    Key("log.mode", ("F", "T", "E", "O"), "ways to talk (R-305)", Kind.WORDS, choices=("F", "T", "E", "O"), involvements=_LOG),
    Key(
        "log.narrative",
        "forbidden",
        "what else is written about a conversation is dropped",
        Kind.CHOICE,
        choices=("forbidden",),
        involvements=_LOG,
    ),
    _days("log.request_day", 25, "day on which the conversation log is asked for", _LOG, high=28),
)

KEYS: Mapping[str, Key] = {key.name: key for key in (*_COMMON, *_OF_MONTHLY, *_OF_HANDOFF, *_OF_DIRECTORY, *_OF_LOG)}


def keys_of(involvement: str) -> Mapping[str, Key]:
    """The keys that a program of this involvement knows."""
    return {name: key for name, key in KEYS.items() if involvement in key.involvements}
