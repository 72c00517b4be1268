"""Reads TOML and remembers on which line each key stands, so that every complaint can name its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from mailer.model.errors import Bad, Flaw

Place = tuple[str | int, ...]  # ("programs", "m2m", "inbox"), ("arrive", 3, "at"): tables by name, array elements by number from 0

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LINE = re.compile(r"\(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class Toml:
    """A TOML file: its data, and the line (1-based) on which each key or table of it was opened."""

    file: str
    data: Mapping[str, object]
    lines: Mapping[Place, int] = field(default_factory=dict)

    def line(self, *place: str | int) -> int:
        """The line of `place`; of the nearest thing around it where the place has none of its own (inline tables); else 0."""
        for end in range(len(place), 0, -1):
            found = self.lines.get(place[:end])
            if found is not None:
                return found
        return 0

    def dotted(self, key: str) -> int:
        """The line of a place written as one word, "state.2.exit.0.to": numbers mean elements of arrays of tables."""
        return self.line(*(int(part) if part.isdigit() else part for part in key.split(".")))


def read_toml(text: str, file: str, error: type[Bad]) -> Toml:
    """Parses TOML 1.0; raises `error` with the line of the first mistake in its syntax."""
    try:
        return Toml(file, *_parsed(text))
    except tomllib.TOMLDecodeError as mistake:
        said = str(mistake)
        at = _LINE.search(said)
        line = int(at[1]) if at else text.count("\n") + 1
        what = said[: at.start()].strip() if at else said.replace("(at end of document)", "").strip()
        advice = "mend the line; every value is a text in quotes, a number, true or false, a date, or a list in [ ]"
        raise error(Flaw(file, line, f"this is no TOML: {what}", advice)) from mistake
    except RecursionError as mistake:
        raise error(Flaw(file, 0, "lists or tables are nested too deeply", "use fewer brackets")) from mistake


@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[Mapping[str, object], Mapping[Place, int]]:
    """The data and lines of a text. Remembered: most files are the same each time that rules are read again, or a story begins."""
    return tomllib.loads(text), key_lines(text)


def key_lines(text: str) -> Mapping[Place, int]:
    """Where each key and table of a valid TOML text is opened: place -> line. Linear in the text."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}  # arrays of tables: how many elements so far
    table: Place = ()
    at, number = 0, 1
    while at < len(text):
        start = at
        character = text[at]
        if character in " \t\r\n\ufeff":
            at += 1
        elif character == "#":
            at = _line_end(text, at)
        elif character == "[":
            array = text.startswith("[[", at)
            keys, at = _keys(text, at + (2 if array else 1))
            table = _within(keys[:-1], counts)
            if array:
                name = (*table, keys[-1])
                counts[name] = counts.get(name, -1) + 1
                lines.setdefault(name, number)
                table = (*name, counts[name])
            else:
                table = _within(keys, counts)
            lines.setdefault(table, number)
            at = _line_end(text, at)
        else:
            keys, at = _keys(text, at)
            for end in range(1, len(keys) + 1):
                lines.setdefault((*table, *keys[:end]), number)
            at, elements = _value_end(text, at)
            for position, element in enumerate(elements):
                number += text.count("\n", start, element)
                start = element
                lines[(*table, *keys, position)] = number
        number += text.count("\n", start, at)
    return lines


def _within(keys: tuple[str, ...], counts: Mapping[Place, int]) -> Place:
    """The place of a table header: below an array of tables it means the newest element."""
    place: Place = ()
    for key in keys:
        place = (*place, key)
        if place in counts:
            place = (*place, counts[place])
    return place


def _keys(text: str, at: int) -> tuple[tuple[str, ...], int]:
    """Reads `a."b.c".d` from `at`; ends behind the `=` or `]` that closes it."""
    keys: list[str] = []
    while at < len(text) and text[at] not in "=]\n":
        character = text[at]
        if character in "\"'":
            end = _string_end(text, at)
            # The parser has accepted this text already, so the key can be read by the parser itself, escapes and all.
            keys.append(str(tomllib.loads(f"key = {text[at:end]}")["key"]))
            at = end
        elif bare := _BARE.match(text, at):
            keys.append(bare[0])
            at = bare.end()
        else:
            at += 1
    return tuple(keys) or ("",), at + 1


def _value_end(text: str, at: int) -> tuple[int, list[int]]:
    """The end of the value that begins at or behind `at` (its newline, with all brackets and strings closed).

    And, where the value is a list, the place at which each of its elements begins.
    """
    depth = 0
    elements: list[int] = []
    awaited = array = False
    while at < len(text):
        character = text[at]
        if character == "\n" and depth == 0:
            break
        if character == "#":
            at = _line_end(text, at)
            continue
        if depth == 0 and character == "[":
            awaited = array = True
        elif array and depth == 1 and character == ",":
            awaited = True
        elif awaited and character not in " \t\r\n]":
            elements.append(at)
            awaited = False
        if character in "\"'":
            at = _string_end(text, at)
            continue
        depth += (character in "[{") - (character in "]}")
        at += 1
    return at, elements


def _string_end(text: str, at: int) -> int:
    """The place behind the string that opens at `at`: basic, literal, or one of many lines (TOML 1.0, String)."""
    quote = text[at]
    fence = quote * 3 if text.startswith(quote * 3, at) else quote
    at += len(fence)
    while at < len(text):
        if text[at] == "\\" and quote == '"':
            at += 2
        elif text.startswith(fence, at):
            at += len(fence)
            # Up to two further quotes may stand right before the closing fence of a long string.
            while len(fence) == 3 and text.startswith(quote, at):
                at += 1
            return at
        else:
            at += 1
    return at


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
