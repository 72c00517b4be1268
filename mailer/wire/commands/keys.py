"""Reads `key=value` pairs behind a word, as in REASSIGN mentor=… coordinator=… and APPROVE."""

from __future__ import annotations

import re

from mailer.wire.commands.arguments import Rest
from mailer.wire.commands.phrases import Token

_KEY = re.compile(r"([A-Za-z]{2,20})(=|:)(.*)")


def keys_of(rest: Rest) -> tuple[tuple[Token, ...], dict[str, str]]:
    """The tokens before the first key=value, and the values by key; a value goes on until the next key."""
    head: list[Token] = []
    values: dict[str, list[str]] = {}
    key = ""
    for token in rest.tokens:
        end = token.end + (1 if token.tail[:1] in ("=", ":") else 0)
        found = _KEY.fullmatch(rest.line[token.start : end])
        if found and "@" not in found.group(1):
            key = found.group(1).lower()
            values[key] = [found.group(3)] if found.group(3) else []
        elif key:
            values[key].append(rest.line[token.start : token.end])
        else:
            head.append(token)
    return tuple(head), {name: " ".join(words).strip(" ,;.\"'<>") for name, words in values.items() if words}
