"""Says what a message means: the first rule whose question holds, every rule considered kept with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mailer.model.mail import Classified, Considered, IncomingMessage, Proof
from mailer.model.program import Rule
from mailer.wire.forms_headings import is_roster
from mailer.wire.safety import Phrases, compile_phrases
from mailer.wire.words import listed

MEANINGS = listed(
    """own bounce complaint receipt calendar auto_reply list safety stranger kit roster results form commands answers reply
    unproved empty"""
)
HAS = listed("form commands answers links roster results about away text nothing")
# Meaning of a message that no rule claims: a human's plain words (REQUIREMENTS.md 4.3 item 5).
OTHERWISE = "reply"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a rule may ask about: the message and what was looked up about its sender."""

    message: IncomingMessage
    roles: frozenset[str]
    proof: Proof
    letter: str  # name of our letter it answers; "" where none
    has: frozenset[str]
    words: frozenset[str]


Answer = tuple[bool, str]  # whether the condition holds, and why


def classify(message: IncomingMessage, rules: tuple[Rule, ...], *, roles: frozenset[str], proof: Proof, letter: str) -> Classified:
    """The meaning of `message` by the first rule that hits, with every rule that was tried before it.

    `roles` are the sender's roles (empty for a stranger), `letter` the name of the letter it answers. Never raises: a rule
    with a condition that does not exist (see `check_rule`) never hits.
    """
    facts = Facts(message, roles, proof, letter, holdings(message), frozenset(command.word for command in message.commands))
    considered: list[Considered] = []
    for rule in rules:
        hit, because = _ask(rule, facts)
        considered.append(Considered(rule.name, hit, because))
        if hit:
            return Classified(message, rule.means, rule.name, tuple(considered))
    return Classified(message, OTHERWISE, "", tuple(considered))


def holdings(message: IncomingMessage) -> frozenset[str]:
    """What a message holds, in the words of a rule's `has`."""
    words = {command.word for command in message.commands}
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


def _ask(rule: Rule, facts: Facts) -> Answer:
    """Whether every condition of the rule holds; the reason of a miss is the first that does not."""
    reasons: list[str] = []
    for key, wanted in rule.when.items():
        condition = CONDITIONS.get(key)
        if condition is None:
            return False, f"{key} is no condition"
        holds, because = condition(wanted, facts)
        if not holds:
            return False, because
        reasons.append(because)
    return True, ", ".join(reasons) or "takes everything"


def _several(wanted: object) -> tuple[str, ...]:
    if isinstance(wanted, (list, tuple)):
        return tuple(str(item) for item in wanted)
    return (str(wanted),)


def _one_of(name: str, value: str, wanted: object) -> Answer:
    several = _several(wanted)
    there = f"{name} is {value or 'none'}"
    return (True, there) if value in several else (False, f"{there}, not {' or '.join(several)}")


def _origin(wanted: object, facts: Facts) -> Answer:
    holds, because = _one_of("origin", str(facts.message.origin), wanted)
    return holds, f"{because} ({facts.message.origin_because})" if holds and facts.message.origin_because else because


def _safety(wanted: object, facts: Facts) -> Answer:
    there = "safety words found" if facts.message.safety else "no safety words"
    return facts.message.safety is bool(wanted), there


def _role(wanted: object, facts: Facts) -> Answer:
    several = _several(wanted)
    shared = sorted(facts.roles.intersection(several))
    if shared:
        return True, f"the sender is {' and '.join(shared)}"
    return False, f"the sender is {' and '.join(sorted(facts.roles)) or 'nobody known'}, not {' or '.join(several)}"


def _proof(wanted: object, facts: Facts) -> Answer:
    several = _several(wanted)
    holds = facts.proof in several or ("suffices" in several and facts.proof.suffices)
    return holds, f"the sender is {facts.proof}" + ("" if holds else f", not {' or '.join(several)}")


def _answers(wanted: object, facts: Facts) -> Answer:
    several = _several(wanted)
    if "any" in several and facts.letter:
        return True, f"answers {facts.letter}"
    holds = facts.letter in several
    there = f"answers {facts.letter}" if facts.letter else "answers no letter of ours"
    return holds, there if holds else f"{there}, not {' or '.join(several)}"


def _has(wanted: object, facts: Facts) -> Answer:
    several = _several(wanted)
    shared = [name for name in several if name in facts.has]
    return (True, f"has {' and '.join(shared)}") if shared else (False, f"has no {' or '.join(several)}")


def _lacks(wanted: object, facts: Facts) -> Answer:
    holds, _ = _has(wanted, facts)
    several = _several(wanted)
    return (False, f"has {' or '.join(several)}") if holds else (True, f"has no {' or '.join(several)}")


def _word(wanted: object, facts: Facts) -> Answer:
    several = [word.upper() for word in _several(wanted)]
    shared = [word for word in several if word in facts.words]
    return (True, f"says {' and '.join(shared)}") if shared else (False, f"does not say {' or '.join(several)}")


# Phrase lists of rules, compiled once; rules live until an admin edits a file.
_PHRASES: dict[tuple[str, ...], Phrases] = {}


def _phrase(wanted: object, text: str, place: str) -> Answer:
    several = _several(wanted)
    phrases = _PHRASES.get(several)
    if phrases is None:
        if len(_PHRASES) > 500:
            _PHRASES.clear()
        phrases = _PHRASES[several] = compile_phrases(several)
    found = phrases.find(text)
    if found:
        return True, f"{place} holds “{found[0]}”"
    return False, f"{place} holds none of {len(several)} phrases" if len(several) > 1 else f"{place} does not hold “{several[0]}”"


def _text(wanted: object, facts: Facts) -> Answer:
    return _phrase(wanted, facts.message.new_text, "the text")


def _subject(wanted: object, facts: Facts) -> Answer:
    return _phrase(wanted, facts.message.subject, "the subject")


CONDITIONS: Mapping[str, Callable[[object, Facts], Answer]] = {
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


def names_of(considered: Sequence[Considered]) -> tuple[str, ...]:
    """The rules tried, in order."""
    return tuple(one.rule for one in considered)
