"""Reads rules from already loaded TOML and finds what is wrong with them, by file and line."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from mailer.model.errors import BadRules, Flaw
from mailer.model.mail import Origin, Proof
from mailer.model.program import Example, Rule
from mailer.wire.classify import CONDITIONS, HAS, MEANINGS
from mailer.wire.words import WORDS

_RULE_KEYS = ("name", "means", "when", "example", "because")
_EXAMPLE_KEYS = ("text", "hits", "subject", "role", "answers", "proof", "headers")
_CLOSED: Mapping[str, frozenset[str]] = {
    "origin": frozenset(str(origin) for origin in Origin),
    "proof": frozenset({*(str(proof) for proof in Proof), "suffices"}),
    "has": HAS,
    "lacks": HAS,
    "word": frozenset(WORDS),
}


def parse_rules(source: str, data: Mapping[str, object], file: str, profile: str) -> tuple[Rule, ...]:
    """The rules of one file, in order. `source` is its text (for line numbers), `data` the same loaded as TOML.

    A rule is known as "m2m/90_otherwise: anything else". Raises BadRules with every flaw of the file.
    """
    flaws: list[Flaw] = []
    lines = _lines_of(source)
    for key in data:
        if key != "rule":
            flaws.append(Flaw(file, _line_with(source, key), f"“{key}” is not known here", "a rule begins with [[rule]]"))
    tables = data.get("rule", [])
    if not isinstance(tables, list):
        raise BadRules(Flaw(file, 0, "“rule” is not a list", "write [[rule]] with two brackets on each side"))
    stem = file.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".toml")
    rules: list[Rule] = []
    for number, table in enumerate(tables):
        line = lines[number] if number < len(lines) else 0
        if not isinstance(table, dict):
            flaws.append(Flaw(file, line, "a rule is no table", "write [[rule]] and the keys below it"))
            continue
        rule, found = _rule(table, file, line, f"{profile}/{stem}")
        flaws.extend(found)
        if rule.name in {other.name for other in rules}:
            flaws.append(Flaw(file, line, f"the name “{rule.name}” is used twice", "give every rule its own name"))
        rules.append(rule)
    if flaws:
        raise BadRules(*flaws)
    return tuple(rules)


def _lines_of(source: str) -> list[int]:
    return [number for number, line in enumerate(source.split("\n"), 1) if line.replace(" ", "").startswith("[[rule]]")]


def _line_with(source: str, key: str) -> int:
    for number, line in enumerate(source.split("\n"), 1):
        if line.lstrip(' [{"').startswith(key):
            return number
    return 0


def _rule(table: Mapping[str, object], file: str, line: int, prefix: str) -> tuple[Rule, list[Flaw]]:
    flaws = [Flaw(file, line, f"a rule has no key “{key}”", _nearest(key, _RULE_KEYS)) for key in table if key not in _RULE_KEYS]
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        flaws.append(Flaw(file, line, "the rule has no name", 'add name = "what it is for"'))
        name = "without a name"
    when = table.get("when", {})
    if not isinstance(when, dict):
        flaws.append(Flaw(file, line, "“when” is no table", 'write when = { origin = "human" }'))
        when = {}
    examples: list[Example] = []
    rows = table.get("example", [])
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            example, found = _example(row, file, line)
            flaws.extend(found)
            examples.append(example)
    rule = Rule(f"{prefix}: {name.strip()}", str(table.get("means", "")), when, tuple(examples), file, line)
    return rule, [*flaws, *check_rule(rule)]


def _example(row: Mapping[str, object], file: str, line: int) -> tuple[Example, list[Flaw]]:
    flaws = [
        Flaw(file, line, f"an example has no key “{key}”", _nearest(key, _EXAMPLE_KEYS)) for key in row if key not in _EXAMPLE_KEYS
    ]
    if not isinstance(row.get("text"), str):
        flaws.append(Flaw(file, line, "an example has no text", 'add text = "what somebody writes"'))
    if not isinstance(row.get("hits"), bool):
        flaws.append(Flaw(file, line, "an example does not say whether the rule hits it", "add hits = true or hits = false"))
    proof = str(row.get("proof", "token"))
    if proof not in {str(known) for known in Proof}:
        flaws.append(Flaw(file, line, f"“{proof}” is no proof of a sender", _nearest(proof, tuple(str(known) for known in Proof))))
        proof = "token"
    headers = row.get("headers", {})
    example = Example(
        str(row.get("text", "")),
        bool(row.get("hits")),
        str(row.get("subject", "")),
        str(row.get("role", "")),
        str(row.get("answers", "")),
        proof,
        {str(key): str(value) for key, value in headers.items()} if isinstance(headers, dict) else {},
    )
    return example, flaws


def check_rule(rule: Rule) -> tuple[Flaw, ...]:
    """What is wrong with one rule: meaning, conditions and their values, and the examples it must have."""
    flaws: list[Flaw] = []
    if rule.means not in MEANINGS:
        flaws.append(Flaw(rule.file, rule.line, f"“{rule.means}” is no meaning", _nearest(rule.means, tuple(sorted(MEANINGS)))))
    for key, wanted in rule.when.items():
        if key not in CONDITIONS:
            flaws.append(Flaw(rule.file, rule.line, f"“{key}” is no condition", _nearest(key, tuple(CONDITIONS))))
            continue
        if key == "safety":
            if not isinstance(wanted, bool):
                flaws.append(Flaw(rule.file, rule.line, "“safety” is neither true nor false", "write safety = true"))
            continue
        several = list(wanted) if isinstance(wanted, (list, tuple)) else [wanted]
        if not several or not all(isinstance(value, str) for value in several):
            flaws.append(Flaw(rule.file, rule.line, f"“{key}” is no text", f'write {key} = "…" or a list of texts'))
            continue
        closed = _CLOSED.get(key)
        for value in several if closed is not None else ():
            if closed is not None and value not in closed:
                flaws.append(
                    Flaw(rule.file, rule.line, f"“{value}” is nothing “{key}” knows", _nearest(str(value), tuple(sorted(closed))))
                )
    if not any(example.hits for example in rule.examples):
        flaws.append(Flaw(rule.file, rule.line, "the rule has no example that it hits", "add one with hits = true"))
    if rule.when and all(example.hits for example in rule.examples):
        flaws.append(Flaw(rule.file, rule.line, "the rule has no example that it nearly hits", "add one with hits = false"))
    return tuple(flaws)


def _nearest(written: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(written, known, n=1, cutoff=0.6)
    return f"did you mean “{near[0]}”?" if near else f"known are {', '.join(known)}"
