"""What letters may not say in their own words, by what they are for: `wording.toml` (R-028, R-125, R-302)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from mailer.model.classes import LetterClass
from mailer.model.errors import BadTemplate, Flaw

_CLASSES = frozenset(LetterClass)
_KEYS = frozenset({"classes", "not_classes", "words", "because", "policy", "lines"})
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}|\{%[^%]*%\}")
_ANSWER = re.compile(r"\]\((?:[^()]|\([^()]*\))*\)")
_NUMBERED = re.compile(r"\s*\d+[.)]\s")
_HEADING = re.compile(r"(?:class|to|lang|keep)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Never:
    """Words that letters of some classes do not say; `policy`: only where that key is true; `numbered`: only in questions."""

    classes: frozenset[LetterClass]
    words: re.Pattern[str]
    because: str
    policy: str = ""
    numbered: bool = False


def compile_wording(source: str, file: str) -> tuple[Never, ...]:
    """Reads `[[never]]` tables; raises BadTemplate with every flaw found."""
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise BadTemplate(
            Flaw(file, 0, f"not readable: {error}", 'write [[never]] with classes = ["…"] and words = ["…"]')
        ) from None
    lines = [number for number, line in enumerate(source.splitlines(), 1) if line.strip() == "[[never]]"]
    found: list[Never] = []
    flaws: list[Flaw] = []
    given = table.get("never", [])
    if set(table) - {"never"} or not isinstance(given, list):
        flaws.append(Flaw(file, 1, "there is something here besides [[never]]", "take it out"))
        given = []
    for number, item in enumerate(given):
        line = lines[number] if number < len(lines) else 0
        try:
            found.append(_never(item))
        except ValueError as error:
            flaws.append(Flaw(file, line, str(error), f"known keys: {', '.join(sorted(_KEYS))}"))
    if flaws:
        raise BadTemplate(*flaws)
    return tuple(found)


def _never(item: object) -> Never:
    if not isinstance(item, dict) or set(item) - _KEYS or not {"words", "because"} <= set(item):
        raise ValueError("[[never]] needs words and because, and knows few other keys")
    words = _texts(item, "words")
    classes = _texts(item, "classes") or [*_CLASSES - set(_texts(item, "not_classes"))]
    if unknown := {*classes, *_texts(item, "not_classes")} - _CLASSES:
        raise ValueError(f"{sorted(unknown)[0]!r} is no class of letters")
    if not words:
        raise ValueError("words names none")
    choices = (re.escape(word.strip()).replace(r"\ ", r"\s+").replace(r"\*", r"\w*") for word in words)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(choices)})(?!\w)", re.IGNORECASE)
    known = frozenset(LetterClass(name) for name in classes)
    return Never(known, pattern, str(item["because"]), str(item.get("policy", "")), item.get("lines") == "numbered")


def _texts(item: Mapping[str, object], key: str) -> list[str]:
    value = item.get(key, [])
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise ValueError(f"{key} must be a list of texts")
    return [str(word) for word in value]


def wrongly_worded(
    source: str, file: str, kind: LetterClass | None, rules: Sequence[Never], true_keys: Collection[str]
) -> tuple[Flaw, ...]:
    """The lines of a letter that say what its class may not say; `true_keys` are the policy keys that are on.

    Facts and links are left out: only the fixed words count.
    """
    flaws: list[Flaw] = []
    for rule in rules:
        if kind not in rule.classes or (rule.policy and rule.policy not in true_keys):
            continue
        for number, line in enumerate(source.splitlines(), 1):
            if _HEADING.match(line) or (rule.numbered and not _NUMBERED.match(line)):
                continue
            if found := rule.words.search(_ANSWER.sub("]", _PLACEHOLDER.sub(" ", line))):
                flaws.append(Flaw(file, number, f"“{found[0]}” in a letter of the class {kind}", rule.because))
    return tuple(flaws)
