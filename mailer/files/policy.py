"""Reads inbox_rules/<profile>/policy.toml: every key checked, defaults filled in, what is changed remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from pathlib import Path

from mailer.files.fields import Table, flat
from mailer.files.policy_keys import EVERYBODY, KEYS, WEEKDAYS, Key, Kind, keys_of
from mailer.files.toml_lines import read_toml
from mailer.files.values import Override, nearest, shown
from mailer.model.errors import Bad, BadRules, Flaw
from mailer.model.program import Policy


def read_policy(path: Path) -> Policy:
    """Reads one policy file; raises BadRules with every flaw in it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as trouble:
        advice = "every profile has one; an empty file means the defaults"
        raise BadRules(Flaw(str(path), 0, "there is no policy that can be read", advice)) from trouble
    return policy_from(text, str(path))


def policy_from(text: str, file: str) -> Policy:
    """The policy that a TOML text sets; keys may be dotted, quoted or nested in tables."""
    source = read_toml(text, file, BadRules)
    return _policy(flat(Table(source, (), source.data, [])), BadRules)


def default_policy(involvement: str = "monthly") -> Policy:
    """The policy of a program whose admins changed nothing."""
    return _policy((Override("involvement", involvement),), BadRules)


def override_policy(policy: Policy, overrides: Sequence[Override], error: type[Bad] = BadRules) -> Policy:
    """The policy with keys set anew, as a story's `[policy]` does; raises `error` with every flaw."""
    if not overrides:
        return policy
    set_before = tuple(Override(name, policy.values[name]) for name in sorted(policy.changed))
    names = {override.key for override in overrides}
    return _policy((*(old for old in set_before if old.key not in names), *overrides), error)


def _policy(settings: Sequence[Override], error: type[Bad]) -> Policy:
    flaws: list[Flaw] = []
    involvement = next((str(item.value) for item in settings if item.key == "involvement"), "monthly")
    if involvement not in EVERYBODY:
        given = next(item for item in settings if item.key == "involvement")
        raise error(
            Flaw(given.file, given.line, f"involvement = {shown(given.value)} is not possible", nearest(involvement, EVERYBODY))
        )
    known = keys_of(involvement)
    values: dict[str, object] = {name: key.default for name, key in known.items()}
    tables: dict[str, dict[str, object]] = {}
    for item in settings:
        table = item.key.split(".", 1)[0]
        key = known.get(item.key) or (known.get(table) if table in known and known[table].kind is Kind.TABLE else None)
        if key is None:
            flaws.append(_unknown(item, known, involvement))
            continue
        value, advice = read_value(key, item.value)
        if key.fixed and not advice and value != key.default:
            advice = f"such a program knows only {_as_toml(key.default)} ({key.meaning}): write that, or take the line out"
        if advice:
            flaws.append(Flaw(item.file, item.line, f"{item.key} = {shown(item.value)} cannot be used", advice))
        elif key.kind is Kind.TABLE and item.key != key.name:
            tables.setdefault(key.name, {})[item.key.split(".", 1)[1]] = value
        else:
            values[key.name] = value
    values.update(tables)
    if flaws:
        raise error(*sorted(flaws, key=lambda flaw: flaw.line))
    changed = frozenset(name for name, value in values.items() if name != "involvement" and value != known[name].default)
    return Policy(values, changed | {"involvement"} if involvement != KEYS["involvement"].default else changed)


def _as_toml(value: object) -> str:
    return f"[{', '.join(map(shown, value))}]" if isinstance(value, tuple) else shown(value)


def _unknown(item: Override, known: Mapping[str, Key], involvement: str) -> Flaw:
    if item.key in KEYS:
        return Flaw(item.file, item.line, f"{item.key!r} means nothing where involvement is {involvement!r}", "take it out")
    return Flaw(item.file, item.line, f"{item.key!r} is no policy key", nearest(item.key, known, "attempt.wait_days"))


def read_value(key: Key, written: object) -> tuple[object, str]:
    """A value as the code uses it and "", or what to write instead."""
    match key.kind:
        case Kind.NUMBER if isinstance(written, int) and not isinstance(written, bool):
            return written, "" if key.low <= written <= key.high else f"write a number from {key.low} to {key.high}"
        case Kind.FLAG if isinstance(written, bool):
            return written, ""
        case Kind.CHOICE if isinstance(written, str):
            return written, "" if written in key.choices else nearest(written, key.choices)
        case Kind.TEXT if isinstance(written, str) and written.strip() and written.isprintable():
            return written.strip(), ""
        case Kind.CLOCK:
            return _clock(written)
        case Kind.WEEKDAYS:
            return _weekdays(written)
        case Kind.WORDS | Kind.TABLE:
            words = _texts(written)
            if words is not None and (strange := [word for word in words if key.choices and word not in key.choices]):
                return written, nearest(strange[0], key.choices)
            # An override repeats a table as it was read: a mapping, checked already.
            return (written, "") if isinstance(written, Mapping) else (words, "" if words is not None else f"write {Kind.WORDS}")
    return written, f"write {key.kind}"


def _texts(written: object) -> tuple[str, ...] | None:
    if isinstance(written, str):
        return (written,)
    if isinstance(written, (list, tuple)) and all(isinstance(item, str) for item in written):
        return tuple(str(item) for item in written)
    return None


def _clock(written: object) -> tuple[object, str]:
    if isinstance(written, int) and not isinstance(written, bool) and 0 <= written <= 23:
        return f"{written:02d}:00", ""
    try:
        found = written if isinstance(written, time) else time.fromisoformat(str(written))
    except ValueError:
        return written, f"write {Kind.CLOCK}"
    # Letters that would leave in the quiet hours of everybody would never leave (CONTRACT.md section 9, Time).
    if not time(8) <= found < time(20) or found.tzinfo is not None:
        return written, "write a time from 08:00 to 19:59: from 20:00 to 08:00 nobody is written to"
    return found.strftime("%H:%M"), ""


def _weekdays(written: object) -> tuple[object, str]:
    words = _texts(written)
    if words is None:
        return written, f"write {Kind.WEEKDAYS}"
    days = {word.strip().lower()[:3] for word in words}
    if not days or not days <= set(WEEKDAYS):
        return written, f"write {Kind.WEEKDAYS}; possible are {', '.join(WEEKDAYS)}"
    return tuple(day for day in WEEKDAYS if day in days), ""
