"""The canonical list of words people may write to us, with their argument grammars (REQUIREMENTS.md 4.3, CONTRACT.md 7 to 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


def listed(text: str) -> frozenset[str]:
    """The words of a text, for tables that read better as running text than as a column of quotation marks."""
    return frozenset(text.split())


def phrases(text: str) -> frozenset[str]:
    """The same for phrases, parted by semicolons."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split(";"))


class Grammar(StrEnum):
    """What may follow a word on its line; the argument names are those of CONTRACT.md section 5."""

    BARE = "bare"  # nothing
    DAYS = "days"  # days, who if anybody is named
    SINCE = "since"  # date or days
    AWAY = "away"  # until
    MAYBE_WHO = "maybe_who"  # who, if anybody is named
    WHO = "who"  # who
    UNHEARD = "unheard"  # who, and since when: days or date
    WHO_TEXT = "who_text"  # who, text
    MAYBE_WHO_TEXT = "maybe_who_text"
    TEXT = "text"  # text: the rest of the line and the lines below
    EVENT = "event"  # who, date, how
    WHO_DATE = "who_date"  # who (may be missing), date
    ENROLL = "enroll"  # name, email
    APPROVE = "approve"  # name, email, coordinator; or mentor
    MATCH = "match"  # participant, mentor
    RELEASE = "release"  # participant, recipient (may be missing), date
    BASIS = "basis"  # mentor, basis
    VERIFY = "verify"  # who (may be missing), years, domain, until
    PAIR = "pair"  # mentor, mentee (may be missing)
    TAGS = "tags"  # tags
    NUMBER = "number"  # number
    KEYS = "keys"  # key=value pairs by their names
    LOG = "log"  # date, client, kind, minutes, how, skill, broker
    CORRECT = "correct"  # number, then a log line
    REASSIGN = "reassign"  # mentor, coordinator
    COVER = "cover"  # who, for, until
    WHOM = "whom"  # who, and nothing else on the line
    APPLICATION = "application"  # name, certification, years, … from the lines below


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the reply grammar.

    `strict`: the line must be the word with at most polite words around, because the consequence is final or the word is an
    everyday one; other words bear a remark behind them ("Not reached, she did not pick up"). `prevails`: whatever stands
    behind it, it is meant, as its text is for other eyes than the usual reader's ("NEED STAFF my coordinator shouts at me").
    """

    grammar: Grammar = Grammar.BARE
    strict: bool = True
    prevails: bool = False


_STRICT = Word()
_OPEN = Word(strict=False)

WORDS: Mapping[str, Word] = {
    # gates and drafts
    "CONFIRM": Word(Grammar.MAYBE_WHO),
    "HOLD": Word(Grammar.DAYS, strict=False),
    "REOPEN": Word(Grammar.MAYBE_WHO, strict=False),
    "SEND": Word(Grammar.MAYBE_WHO),
    "DROP": Word(Grammar.MAYBE_WHO),
    "EDIT": Word(Grammar.TEXT),
    "SWAP": Word(Grammar.MAYBE_WHO, strict=False),
    "TAKE": Word(Grammar.MAYBE_WHO),
    "COVER": Word(Grammar.COVER),
    "SENT": Word(Grammar.MAYBE_WHO),
    "RESEND": Word(Grammar.MAYBE_WHO),
    "REHEARSE SURVEY": _STRICT,
    "SNOOZE": Word(Grammar.DAYS, strict=False),
    # the silent mentee
    "NO ANSWER": Word(Grammar.UNHEARD, strict=False),
    "SINCE": Word(Grammar.SINCE, strict=False),
    "REACHED": Word(Grammar.MAYBE_WHO, strict=False),
    "NOT REACHED": Word(Grammar.MAYBE_WHO, strict=False),
    "CLOSE": _STRICT,
    # problems
    "PROBLEM": Word(Grammar.WHO_TEXT),
    "PLAN": Word(Grammar.TEXT),
    "RIGHT": _STRICT,
    "OK": _STRICT,
    "DONE": _OPEN,
    "NOT DONE": _OPEN,
    "RESOLVED": _OPEN,
    "REMAINING": Word(Grammar.TEXT),
    "NEED STAFF": Word(strict=False, prevails=True),
    "NEED TRAINING": _OPEN,
    "FLAG": Word(Grammar.KEYS),
    "TEAM": _STRICT,
    # evidence of one's own mail or telephone
    "ATTEMPT": Word(Grammar.EVENT),
    "CONTACT": Word(Grammar.EVENT),
    # people
    "APPROVE": Word(Grammar.APPROVE),
    "REASSIGN": Word(Grammar.REASSIGN),
    "ADDRESS OK": Word(Grammar.MAYBE_WHO),
    "PHONE ME": _OPEN,
    "POST": _STRICT,
    "RELEASE": Word(Grammar.MAYBE_WHO),
    "REMATCH": Word(Grammar.MAYBE_WHO),
    "END MATCH": Word(Grammar.MAYBE_WHO),
    "RECALL": Word(Grammar.WHOM),
    "FORGET": Word(Grammar.WHOM),
    # everybody
    "YES": _STRICT,
    "NO": _STRICT,
    "STOP": _STRICT,
    "AWAY": Word(Grammar.AWAY, strict=False),
    "RETURN": _OPEN,
    "NEW MENTOR": _OPEN,
    "NEW MENTEE": _OPEN,
    "NOT NOW": _OPEN,
    "HELP": _STRICT,
    "WHY": _STRICT,
    "STATUS": _STRICT,
    "UNDO": Word(Grammar.NUMBER),
    # mphp
    "REQUEST MENTOR": _STRICT,
    "DECLINE": _STRICT,
    "ELIGIBLE": Word(Grammar.BASIS),
    "I UNDERSTAND": _STRICT,
    "PRIVATE MAILBOX": _STRICT,
    "SHOW MY NAME": _STRICT,
    "MATCH": Word(Grammar.MATCH),
    "RELEASE SIGNED": Word(Grammar.RELEASE),
    "RESCIND": Word(Grammar.MAYBE_WHO),
    "END": Word(Grammar.MAYBE_WHO),
    "TALK TO A MENTEE": _STRICT,
    "EVALUATION": _STRICT,
    # icb
    "MENTORSHIP APPLICATION": Word(Grammar.APPLICATION),
    "VERIFY": Word(Grammar.VERIFY),
    "AGREE": _STRICT,
    "REFUSE": Word(Grammar.MAYBE_WHO),
    "DIRECTORY": Word(Grammar.TAGS),
    "CHOOSE": Word(Grammar.WHO),
    "RELAY": Word(Grammar.TEXT),
    "STARTED": Word(Grammar.MAYBE_WHO),
    "ANOTHER": _STRICT,
    "NOTICE": Word(Grammar.WHO_DATE),
    "WITHDRAW": Word(Grammar.MAYBE_WHO),
    "WAIVE": Word(Grammar.PAIR),
    "CONCERN": Word(Grammar.MAYBE_WHO_TEXT),
    "FULL": _STRICT,
    "LEAVE": _STRICT,
    # peer
    "ENROLL": Word(Grammar.ENROLL),
    "AGAIN": _STRICT,
    "LOG": Word(Grammar.LOG),
    "CORRECT": Word(Grammar.CORRECT),
    "VOID": Word(Grammar.NUMBER),
    "KIND": Word(Grammar.BARE),  # "S", "M" or "SM" alone: the answer to conversation_log_question
    "DAY": Word(Grammar.BARE),  # a day alone: the same
}

# Recognised by the shape of a line, never by the word itself.
SHAPES = frozenset({"LOG", "KIND", "DAY"})
