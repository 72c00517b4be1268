"""Says what a message means: the first rule whose question holds, every rule considered kept with its reason."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import NamedTuple, TypeVar

from mailer.model.mail import Classified, Considered, IncomingMessage, Origin, Proof
from mailer.model.program import Rule
from mailer.wire.forms.headings import is_roster
from mailer.wire.safety import compile_phrases
from mailer.wire.words import listed

MEANINGS = listed(
    """own bounce complaint receipt calendar auto_reply list safety stranger kit roster results form commands answers reply
    unproved empty"""
)
HAS = listed("form commands answers links roster results about away text nothing")
# Meaning of a message that no rule claims: a human's plain words (REQUIREMENTS.md 4.3 item 5).
OTHERWISE = "reply"


class Facts(NamedTuple):
    """What a rule may ask about: the message and what was looked up about its sender."""

    message: IncomingMessage
    roles: frozenset[str]
    proof: Proof
    letter: str  # name of our letter it answers; "" where none
    has: frozenset[str]
    words: frozenset[str]


Answer = tuple[bool, str]  # whether the condition holds, and why
Ask = Callable[[Facts], Answer]


class _Question:
    """A rule made ready to be asked: its conditions compiled."""

    __slots__ = ("asks", "rule")

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.asks: list[Ask] = []
        for key, wanted in rule.when.items():
            condition = CONDITIONS.get(key)
            self.asks.append(_never(f"{key} is no condition") if condition is None else condition(_several(wanted)))

    def put(self, facts: Facts) -> Considered:
        """Whether every condition holds; the reason of a miss is the first that does not."""
        reasons: list[str] = []
        for ask in self.asks:
            holds, because = ask(facts)
            if not holds:
                return Considered(self.rule.name, False, because)
            reasons.append(because)
        return Considered(self.rule.name, True, ", ".join(reasons) or "takes everything")


_Verdict = tuple[str, str, tuple[Considered, ...]]  # meaning, rule that hit, every rule considered


class _Book:
    """Rules made ready. What they say of the same facts is kept, as most messages are alike, unless a rule reads the words."""

    __slots__ = ("questions", "reads_words", "rules", "verdicts")

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.questions = [_Question(rule) for rule in rules]
        self.reads_words = any(key in ("text", "subject") for rule in rules for key in rule.when)
        self.verdicts: dict[Hashable, _Verdict] = {}

    def verdict(self, facts: Facts) -> _Verdict:
        if self.reads_words:
            return self._asked(facts)
        message = facts.message
        about = (message.origin, message.origin_because, message.safety)
        key = (about, facts.roles, facts.proof, facts.letter, facts.has, facts.words)
        kept = self.verdicts.get(key)
        if kept is None:
            if len(self.verdicts) >= _KEPT:
                self.verdicts.clear()
            kept = self.verdicts[key] = self._asked(facts)
        return kept

    def _asked(self, facts: Facts) -> _Verdict:
        considered: list[Considered] = []
        for question in self.questions:
            considered.append(question.put(facts))
            if considered[-1].hit:
                return question.rule.means, question.rule.name, tuple(considered)
        return OTHERWISE, "", tuple(considered)


_KEPT = 500  # verdicts kept of one set of rules
_READY: dict[int, _Book] = {}  # by identity of the rules' tuple, which lives until an admin edits a file


def _ready(rules: tuple[Rule, ...]) -> _Book:
    kept = _READY.get(id(rules))
    if kept is None or kept.rules is not rules:
        if len(_READY) >= 16:
            _READY.clear()
        kept = _READY[id(rules)] = _Book(rules)
    return kept


def classify(message: IncomingMessage, rules: tuple[Rule, ...], *, roles: frozenset[str], proof: Proof, letter: str) -> Classified:
    """The meaning of `message` by the first rule that hits, with every rule that was tried before it.

    `roles` are the sender's roles (empty for a stranger), `letter` the name of the letter it answers. Never raises: a rule
    with a condition that does not exist (see `check_rule`) never hits.
    """
    words = frozenset([command.word for command in message.commands])
    return Classified(message, *_ready(rules).verdict(Facts(message, roles, proof, letter, holdings(message), words)))


def holdings(message: IncomingMessage) -> frozenset[str]:
    """What a message holds, in the words of a rule's `has`."""
    words = {command.word for command in message.commands}
    if message.new_text and not (
        words or message.attachments or message.form or message.answers or message.links or message.sheets or message.about
    ):
        return _TEXT if message.away_until is None and not message.new_text.isspace() else _held(message, words)
    return _held(message, words)


_TEXT = frozenset({"text"})


def _held(message: IncomingMessage, words: set[str]) -> frozenset[str]:
    uses = {attachment.used_as for attachment in message.attachments}
    found = {
        "form": bool(message.form),
        "commands": bool(words - {"AWAY"}),
        "answers": bool(message.answers),
        "links": bool(message.links),
        "roster": "roster" in uses or any(is_roster(sheet.rows[0]) for sheet in message.sheets if sheet.source in ("text", "html")),
        "results": "survey results" in uses,
        "about": bool(message.about),
        "away": message.away_until is not None or "AWAY" in words,
        "text": bool(message.new_text.strip()),
    }
    held = frozenset(name for name, there in found.items() if there)
    return held or frozenset({"nothing"})


def _several(wanted: object) -> tuple[str, ...]:
    if isinstance(wanted, (list, tuple)):
        return tuple(str(item) for item in wanted)
    return (str(wanted),)


def _never(because: str) -> Ask:
    return lambda facts: (False, because)


Key = TypeVar("Key")


def _of(fact: Callable[[Facts], Key], judge: Callable[[Key], Answer]) -> Ask:
    """A condition on one fact."""
    return lambda facts: judge(fact(facts))


def _origin(several: tuple[str, ...]) -> Ask:
    def judge(key: tuple[Origin, str]) -> Answer:
        there = f"origin is {key[0]}"
        if str(key[0]) not in several:
            return False, f"{there}, not {' or '.join(several)}"
        return True, f"{there} ({key[1]})" if key[1] else there

    return _of(lambda facts: (facts.message.origin, facts.message.origin_because), judge)


def _safety(several: tuple[str, ...]) -> Ask:
    wanted = several == ("True",)
    found, none = (wanted, "safety words found"), (not wanted, "no safety words")
    return lambda facts: found if facts.message.safety else none


def _role(several: tuple[str, ...]) -> Ask:
    def judge(roles: frozenset[str]) -> Answer:
        shared = sorted(roles.intersection(several))
        if shared:
            return True, f"the sender is {' and '.join(shared)}"
        return False, f"the sender is {' and '.join(sorted(roles)) or 'nobody known'}, not {' or '.join(several)}"

    return _of(lambda facts: facts.roles, judge)


def _proof(several: tuple[str, ...]) -> Ask:
    def judge(proof: Proof) -> Answer:
        holds = proof in several or ("suffices" in several and proof.suffices)
        return holds, f"the sender is {proof}" + ("" if holds else f", not {' or '.join(several)}")

    return _of(lambda facts: facts.proof, judge)


def _answers(several: tuple[str, ...]) -> Ask:
    def judge(letter: str) -> Answer:
        holds = letter in several or ("any" in several and bool(letter))
        there = f"answers {letter}" if letter else "answers no letter of ours"
        return holds, there if holds else f"{there}, not {' or '.join(several)}"

    return _of(lambda facts: facts.letter, judge)


def _has(several: tuple[str, ...]) -> Ask:
    def judge(has: frozenset[str]) -> Answer:
        shared = [name for name in several if name in has]
        return (True, f"has {' and '.join(shared)}") if shared else (False, f"has no {' or '.join(several)}")

    return _of(lambda facts: facts.has, judge)


def _lacks(several: tuple[str, ...]) -> Ask:
    has = f"has {' or '.join(several)}"
    lacks = f"has no {' or '.join(several)}"
    return _of(lambda facts: facts.has, lambda there: (True, lacks) if there.isdisjoint(several) else (False, has))


def _word(several: tuple[str, ...]) -> Ask:
    wanted = [word.upper() for word in several]

    def judge(words: frozenset[str]) -> Answer:
        shared = [word for word in wanted if word in words]
        return (True, f"says {' and '.join(shared)}") if shared else (False, f"does not say {' or '.join(wanted)}")

    return _of(lambda facts: facts.words, judge)


def _phrase(several: tuple[str, ...], place: str, text: Callable[[Facts], str]) -> Ask:
    phrases = compile_phrases(several)
    none = f"holds none of {len(several)} phrases" if len(several) > 1 else f"does not hold “{several[0]}”"

    def ask(facts: Facts) -> Answer:
        found = phrases.find(text(facts))
        return (True, f"{place} holds “{found[0]}”") if found else (False, f"{place} {none}")

    return ask


def _text(several: tuple[str, ...]) -> Ask:
    return _phrase(several, "the text", lambda facts: facts.message.new_text)


def _subject(several: tuple[str, ...]) -> Ask:
    return _phrase(several, "the subject", lambda facts: facts.message.subject)


CONDITIONS: Mapping[str, Callable[[tuple[str, ...]], Ask]] = {
    "origin": _origin,
    "safety": _safety,
    "role": _role,
    "proof": _proof,
    "answers": _answers,
    "has": _has,
    "lacks": _lacks,
    "word": _word,
    "text": _text,
    "subject": _subject,
}
