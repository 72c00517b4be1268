"""Where the value of each placeholder comes from, in one line for somebody who writes letters."""

from __future__ import annotations

from collections.abc import Mapping

_SETTINGS = {
    "program.name": "name of the program in settings.toml",
    "program.inbox": "inbox of the program in settings.toml",
    "program.emergency": "emergency of the program in settings.toml",
}
_POLICY = "a number of policy.toml"
_ROSTER = "the roster"
_WALK = "the matter this letter is about: how its ladder has gone so far"
_MAIL = "the mail that this letter answers"
_NOTES = "sentences of notes.toml"
_FORM = "what is known of this month's contacts"
_LIST = "the directory: what each mentor has agreed to publish"
_ITEMS = "items.toml and the reader's own answers"
_LOG = "the reader's own log"
_DAY = "a day counted from the policy's numbers"
_RELEASE = "the signed release of information, and disclose.toml"

# By the first part of a fact: `mentor` speaks for `mentor.first_name`.
FROM: Mapping[str, str] = {
    "you": f"whoever reads the letter: {_ROSTER}",
    "month": "the month the letter is about",
    **dict.fromkeys(
        ("mentor", "mentee", "coordinator", "mwoc", "participant", "applicant", "person", "other", "others"),
        f"{_ROSTER}; only what disclose.toml lets this reader know",
    ),
    "mentees": f"first names of the mentees who are matched with this mentor: {_ROSTER}",
    "affected": f"whom the decision concerns: {_ROSTER}",
    **dict.fromkeys(("about", "again", "stopped", "waits", "asks", "ended", "together", "call"), _WALK),
    "known": "whether disclose.toml lets the admin know whom the reference means",
    "running": "whether a match of theirs goes on",
    "wording": "the ladder: wording = … beside the letter",
    "attempts": "letters that left and were not answered",
    "records": "the same letters by their Message-IDs",
    "signs": "signs of life that came meanwhile",
    "open_matters": "says of the ladders' states in which other matters stand",
    **dict.fromkeys(("due", "sends_on", "earliest", "ends_on", "date", "lapsed", "until", "example_day"), _DAY),
    "since": "the mentor's answer SINCE …",
    "own_words": "the coordinator's words behind EDIT",
    "link": "the survey link that came in the mail with the month's links",
    **dict.fromkeys(("text", "plan"), "the words of those who work on the problem"),
    "kind": _NOTES,
    "ref": "a code without meaning that stands for a person or a matter",
    "rows": "survey answers, lines of the contact form or of the log, as the letter goes",
    "missing": "who or what has not come yet",
    "nothing_came": "whether any survey answer has come",
    "four": "contact_form.columns in policy.toml",
    "changed": _FORM,
    **dict.fromkeys(
        ("sections", "not_done", "yours", "resting", "report", "more", "still"), "what happened since the last summary"
    ),
    "example": _NOTES,
    **dict.fromkeys(("lines", "said", "address", "words", "numbered", "offers", "undo"), _MAIL),
    **dict.fromkeys(("lead", "next"), _NOTES),
    "samples": "another letter, as it would leave",
    **dict.fromkeys(("min_years", "domain", "notice_days", "valid_days", "hold_minutes", "another", "counted", "version"), _POLICY),
    **dict.fromkeys(("wait", "within"), f"{_POLICY}, in words"),
    "application": "the mail with the application",
    **dict.fromkeys(("entry", "entries", "tags", "known_topics", "known_regions"), _LIST),
    "reader": "which of the two reads this letter",
    **dict.fromkeys(("named", "by_mail"), _RELEASE),
    **dict.fromkeys(("activity", "items", "elements", "missing_first", "shown"), _ITEMS),
    **dict.fromkeys(
        ("line", "lacks_day", "lacks_kind", "lacks_halves", "clients", "support", "mentoring", "once", "only_support"), _LOG
    ),
}


def comes_from(fact: str) -> str:
    """ "mentor.first_name" -> where it comes from; "" where nobody has said."""
    return _SETTINGS.get(fact) or FROM.get(fact.partition(".")[0], "")
