"""A program and what its admins wrote for it: settings, policy, rules and ladders, read once and then frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from zoneinfo import ZoneInfo

from mailer.model.classes import LetterClass
from mailer.model.disclosure import Disclosure


@dataclass(frozen=True, slots=True)
class Program:
    """One `[programs.KEY]` table of settings.toml."""

    key: str
    profile: str  # "m2m", "mphp", "icb", "peer": folder of inbox_rules/ and templates/email/
    name: str  # neutral short name, shown in subjects and From
    inbox: str  # the program inbox address
    timezone: ZoneInfo
    trusted_server: str = ""  # authserv-id whose Authentication-Results count (RFC 8601); "" trusts none
    date_order: str = "mdy"  # how people write 3/4: "mdy" or "dmy"
    list_id: str = ""  # RFC 2919; neutral
    admin: str = ""  # address told of bad edits
    emergency: str = ""  # one line for every footer: whom to call
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict, repr=False, compare=False)  # key -> its file and line


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy keys of one program (CONTRACT.md section 9), defaults filled in.

    `changed` holds the keys that an admin set away from the default, for `check`.
    """

    values: Mapping[str, object]
    changed: frozenset[str] = frozenset()

    def number(self, key: str) -> int:
        value = self.values[key]
        assert isinstance(value, int), key
        return int(value)

    def flag(self, key: str) -> bool:
        return bool(self.values[key])

    def word(self, key: str) -> str:
        return str(self.values[key])

    def words(self, key: str) -> tuple[str, ...]:
        value = self.values[key]
        assert isinstance(value, (list, tuple)), key
        return tuple(str(item) for item in value)

    def clock(self, key: str) -> time:
        return time.fromisoformat(str(self.values[key]))


@dataclass(frozen=True, slots=True)
class Example:
    """A message beside a rule: `hits` says whether the rule must hit it."""

    text: str
    hits: bool
    subject: str = ""
    role: str = ""
    answers: str = ""  # name of the letter it answers
    proof: str = "token"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One question put to a message; the first that hits gives its meaning (`inbox_rules/<profile>/NN_name.toml`)."""

    name: str  # "m2m/90_otherwise: anything else"
    means: str
    when: Mapping[str, object] = field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words admins can change: command words with their synonyms, safety phrases with exceptions."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # canonical word -> ways to write it
    safety: tuple[str, ...] = ()
    safety_except: tuple[str, ...] = ()
    mentor_links: tuple[str, ...] = ("mentor survey",)  # labels of the kit's links, lower case
    mentee_links: tuple[str, ...] = ("mentee survey",)
    parting: tuple[str, ...] = ()  # phrases of somebody who would rather stop: they are asked, nothing is done


@dataclass(frozen=True, slots=True)
class Sending:
    """A letter that a ladder state sends when it is entered."""

    letter: str
    to: str  # role word: "mentor", "mentee", "mentees", "coordinator", "mwoc", "staff", "inbox"
    attempt: bool = False  # counts as an attempt to reach its addressee (REQUIREMENTS.md 4.1)
    at_once: bool = False  # does not wait for the send hour
    read_by: str = ""  # role that reads the answers; "": whoever looks after the person
    wording: str = ""  # which of a letter's wordings: the template asks `wording == "ended"`
    marks: tuple[str, ...] = ()  # "7 staff concern_marked": whom a numbered answer that is no "no" is marked for, and how
    read_as: tuple[str, ...] = ()  # "YES NEW MENTOR": the word that a plain yes or no to this letter means; "NO parting": is asked


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a ladder state."""

    when: str  # "time", "contact", "bounce", "sign_of_life", "stop", "results", "kit", or "word:CONFIRM"
    to: str  # next state; "" stays
    by: tuple[str, ...] = ()  # roles, towards this case, whose word or contact it is; empty: anybody's
    conditions: tuple[str, ...] = ()  # all must hold; "not enough_attempts" negates
    do: tuple[str, ...] = ()  # "match rematch_needed", "person inactive", "note coordinator contact_made", …
    refuse: str = ""  # sentence kind that says why the word cannot be done now; nothing changes
    line: int = 0
    tell: str = ""  # sentence kind for the receipt, where the word's own does not say it


@dataclass(frozen=True, slots=True)
class State:
    """A rung: who has to act, what leaves on entry, how long to wait, the ways out."""

    name: str
    owner: str  # role
    says: str = ""  # one sentence for people: what this state means
    asks: str = ""  # the same, said to its owner: what is theirs to do ("" says it as to anybody)
    sends: tuple[Sending, ...] = ()
    waits_for: str = ""  # the role whose absence pauses the wait
    wait: str = ""  # policy key in days (hours where the key ends in _hours), or a number of days; "" waits for ever
    within: str = ""  # policy key or number in days: no send day may carry the wait beyond it
    overdue: str = ""  # digest line for the coordinator where a pause carries the wait beyond `within`
    until: str = ""  # "day KEY", "next month day KEY", "month start", "KEY days before month", "last day", "person NAME"
    month: str = ""  # "next" or "this": entering sets the month this walk is about
    blast: Mapping[str, str] = field(default_factory=dict)  # role -> letter, one to each such person, page by page
    do: tuple[str, ...] = ()
    exits: tuple[Exit, ...] = ()
    gate: bool = False  # a human decides here; time alone never passes it
    final: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Ladder:
    """A planned sequence of attempts (`inbox_rules/<profile>/ladder_*.toml`)."""

    name: str
    about: str  # "mentor", "participant", "specialist", …, "match", "program", "coordinator": what one walk is about
    opens: str  # "assigned", "role" (one walk ever for whoever holds the role it is about), "word:NO ANSWER", …
    first: str
    states: Mapping[str, State]
    anywhere: tuple[Exit, ...] = ()
    file: str = ""
    doors: tuple[Exit, ...] = ()  # further words that open a walk, each at its own state
    pair: bool = False  # a walk about a mentor is also about one mentee, where one is named or there is only one
    by: tuple[str, ...] = ()  # roles whose word opens a walk; empty: the person it is about, or for a match its mentor's side
    everybody: bool = False  # it may concern anybody of the program: whoever is looked for is looked for among all

    @property
    def ends_a_hold(self) -> bool:
        """Whether it is about a cry for help itself: it goes on while everything else about that person stands still."""
        return self.opens == "held"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an activity (`inbox_rules/<profile>/items.toml`): a statement to say yes or no to, and what decides it."""

    key: str
    text: str
    holds: bool  # whether the statement is true
    element: str  # what decides it, in words
    because: str
    source: str  # "chart", "derived" or "own"


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything an admin wrote for one program except the letters, loaded whole or not at all."""

    program: Program
    policy: Policy
    rules: tuple[Rule, ...]
    vocabulary: Vocabulary
    ladders: Mapping[str, Ladder]
    disclosure: Disclosure = field(default_factory=Disclosure)
    items: tuple[Item, ...] = ()
    digest: str = ""  # SHA-256 over all files read
    files: Mapping[str, str] = field(default_factory=dict)  # the files read: "m2m/policy.toml" -> its text
    overrides: Mapping[str, object] = field(default_factory=dict)  # policy keys set over what the files say
    classes: Mapping[str, LetterClass] = field(default_factory=dict)  # letter -> what it is for, from its own heading
    numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # letter -> the numbers of its questions
    everyday: frozenset[str] = frozenset()  # words that letters and sentences use by themselves, folded: no proof of a name
