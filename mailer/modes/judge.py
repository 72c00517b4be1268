"""Holds what happened in a story against what it expects: each `expect` and `never` becomes one verdict in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mailer.core.world.moments import local_day
from mailer.files.stories import Expect, Never
from mailer.modes.rehearse import Lived
from mailer.modes.sent import SentLetter


@dataclass(frozen=True, slots=True)
class Verdict:
    """One expectation, whether it held, and what was found."""

    ok: bool
    text: str
    found: str
    line: int


def judge(lived: Lived) -> tuple[Verdict, ...]:
    """Every expectation of the story, in its order: all `expect`, then all `never`."""
    story = lived.story
    return (
        *(_match(lived, item) if item.match else _expect(lived, item) for item in story.expects),
        *(_never(lived, item) for item in story.nevers),
    )


def _chosen(lived: Lived, letter: str, to: str, first: date | None, last: date | None) -> list[SentLetter]:
    zone = lived.story.program.timezone
    return [
        item
        for item in lived.letters
        if (not letter or item.name == letter)
        and (not to or item.to_address.casefold() == to.casefold())
        and (first is None or local_day(item.at, zone) >= first)
        and (last is None or local_day(item.at, zone) <= last)
    ]


def _says(item: SentLetter, words: str) -> bool:
    """Whether a letter says something, wherever its lines are broken."""
    sought = " ".join(words.split()) or words
    return any(sought in " ".join(text.split()) or words in text for text in (item.subject, item.text))


def _expect(lived: Lived, item: Expect) -> Verdict:
    found = _chosen(lived, item.letter, item.to, item.first, item.last)
    ok = len(found) == item.count if item.count is not None else bool(found)
    wrong: list[str] = []
    for letter in found:
        wrong += [f"without {words!r}" for words in item.contains if not _says(letter, words)]
        wrong += [f"with {words!r}" for words in item.lacks if _says(letter, words)]
    how_many = {None: "at least one", 0: "no"}.get(item.count, f"exactly {item.count}")
    text = f"{how_many} {item.letter or 'letter'}{f' to {item.to}' if item.to else ''}{_window(item.first, item.last)}"
    if item.contains:
        text += ", with " + ", ".join(repr(word) for word in item.contains)
    if item.lacks:
        text += ", without " + ", ".join(repr(word) for word in item.lacks)
    return Verdict(
        ok and not wrong, text, _listed(lived, found) + (f" ({'; '.join(sorted(set(wrong)))})" if wrong else ""), item.line
    )


def _never(lived: Lived, item: Never) -> Verdict:
    found = [
        letter
        for letter in _chosen(lived, item.letter, item.to, item.first, item.last)
        if all(_says(letter, words) for words in item.contains) and not any(_says(letter, words) for words in item.lacks)
    ]
    text = f"never {item.letter or 'a letter'}{f' to {item.to}' if item.to else ''}{_window(item.first, item.last)}"
    if item.contains:
        text += " with " + ", ".join(repr(word) for word in item.contains)
    return Verdict(not found, text, _listed(lived, found), item.line)


def _match(lived: Lived, item: Expect) -> Verdict:
    assert item.match is not None
    pair = (item.match[0].casefold(), item.match[1].casefold())
    zone = lived.story.program.timezone
    seen = lived.matches.get(pair, [])
    states = [state for at, state in seen if item.at is None or local_day(at, zone) <= item.at]
    state = states[-1] if states else "no such match"
    on = f" at the end of {item.at}" if item.at else " at the end"
    return Verdict(state == item.state, f"the match of {item.match[0]} and {item.match[1]} is {item.state}{on}", state, item.line)


def _window(first: date | None, last: date | None) -> str:
    if first and last:
        return f" from {first} to {last}" if first != last else f" on {first}"
    return f" from {first}" if first else f" by {last}" if last else ""


def _listed(lived: Lived, found: Sequence[SentLetter]) -> str:
    zone = lived.story.program.timezone
    if not found:
        return "none"
    shown = [f"{item.name} to {item.to_address} on {item.at.astimezone(zone):%Y-%m-%d %H:%M}" for item in found[:6]]
    return "; ".join(shown) + (f"; and {len(found) - 6} more" if len(found) > 6 else "")
