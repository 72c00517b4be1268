"""Compares what was understood with what a message is expected to say, by the rules of the public examples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_NOTHING: tuple[object, ...] = (None, "", [], {}, (), False)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"'})


def collapsed(text: object) -> str:
    return " ".join(str(text or "").replace("\xa0", " ").split())


def loose(text: object) -> str:
    return "".join(collapsed(text).translate(_QUOTES).casefold().split()).rstrip(".")


def differs(key: str, wanted: object, got: Mapping[str, object]) -> str:
    """A sentence where `got` is not as `wanted` for this key; empty where it is."""
    value: object = got.get(key)
    if key == "permanent_addresses":
        bounce = got.get("bounce")
        recipients = bounce["recipients"] if isinstance(bounce, dict) else []
        value = [one["address"] for one in recipients if one["permanent"]]
        return "" if sorted(value) == wanted or value == wanted else f"{key}: {value}"
    return "" if _same(key, wanted, value, got) else f"{key}: wanted {wanted!r}, got {value!r}"


def _same(key: str, wanted: object, value: object, got: Mapping[str, object]) -> bool:
    if isinstance(wanted, dict):
        if "any_of" in wanted:
            return any(_same(key, one, value, got) for one in wanted["any_of"])
        if "contains" in wanted:
            return str(wanted["contains"]).casefold() in str(value).casefold()
        if "lacks" in wanted:
            return str(wanted["lacks"]).casefold() not in str(value).casefold()
        if "nonempty" in wanted:
            return value not in _NOTHING
    if wanted in _NOTHING:
        return value in _NOTHING
    match key:
        case "new_text":
            return collapsed(wanted) == collapsed(value)
        case "commands":
            return _commands(wanted, value, got)  # type: ignore[arg-type]
        case "answers":
            given = value if isinstance(value, dict) else {}
            return isinstance(wanted, dict) and {k: loose(v) for k, v in wanted.items()} == {k: loose(v) for k, v in given.items()}
        case "form":
            return _form(wanted, value)
        case "bounce" | "attachments":
            return all(any(_holds(one, other) for other in _entries(value)) for one in _entries(wanted))
        case _:
            return wanted == value


def _entries(value: object) -> list[Mapping[str, object]]:
    entries = value["recipients"] if isinstance(value, dict) else value
    return list(entries) if isinstance(entries, (list, tuple)) else []


def _holds(wanted: Mapping[str, object], value: Mapping[str, object]) -> bool:
    return all(_same(name, one, value.get(name), {}) for name, one in wanted.items())


def _commands(wanted: Sequence[Mapping[str, object]], value: Sequence[Mapping[str, object]], got: Mapping[str, object]) -> bool:
    if [str(one["word"]).upper() for one in wanted] != [str(one["word"]).upper() for one in value or ()]:
        return False
    for one, other in zip(wanted, value, strict=True):
        arguments = dict(other["arguments"])  # type: ignore[call-overload]
        for name, expected in dict(one.get("arguments", {})).items():  # type: ignore[call-overload]
            if name == "*":
                known = [*arguments.values(), *([got.get("away_until")] if one["word"] == "AWAY" else [])]
                if expected not in known:
                    return False
            elif loose(arguments.get(name)) != loose(expected):
                return False
    return True


def _row(row: Mapping[str, object]) -> tuple[object, ...]:
    issues = loose(row.get("issues"))
    return (
        loose(row.get("mentor")),
        frozenset(row.get("attempted") or ()),  # type: ignore[call-overload]
        row.get("contact_made") or None,
        frozenset(loose(name) for name in row.get("mentees") or ()),  # type: ignore[attr-defined]
        loose(row.get("summary")),
        "" if re.fullmatch(r"none|no|", issues) else issues,
    )


def _form(wanted: object, value: object) -> bool:
    rows = [_row(row) for row in value or ()]  # type: ignore[attr-defined]
    if isinstance(wanted, dict) and "includes" in wanted:
        return all(_row(row) in rows for row in wanted["includes"])
    return [_row(row) for row in wanted] == rows  # type: ignore[attr-defined]
