"""Finds the two labelled survey links of the monthly kit, and never swaps them (R-011, R-012)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from mailer.model.program import Vocabulary
from mailer.wire.commands.phrases import fold

_LINK = re.compile(r"https?://[^\s<>\"|]{3,2000}", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*'?")
_LINK_LIMIT = 40
_LINE_LIMIT = 4000
_LINES = 5000
_CLOSING = ".,;:!?)]}'’”*_"


class _Mark(NamedTuple):
    """Something in reading order: a label ("mentor" or "mentee") or a link."""

    kind: str
    link: str = ""


def read_links(new_text: str, vocabulary: Vocabulary | None = None) -> Mapping[str, str]:
    """{"mentor": "https://…", "mentee": "https://…"}: each link by the label before, above or behind it.

    A link whose label is missing or doubtful is left out: a wrong link would tell a person what is not meant for them.
    """
    lines = new_text.split("\n") if "://" in new_text else []
    if not lines or new_text.count("://") > _LINK_LIMIT:
        return {}
    words = _Labels(vocabulary or Vocabulary())
    marks: list[_Mark] = []
    for at, line in enumerate(lines[:_LINES]):
        # A label without a link on its line stands right beside one.
        near = "://" in line or any("://" in other for other in lines[max(0, at - 3) : at + 4])
        if near and len(line) <= _LINE_LIMIT and line[:1] != ">":
            marks.extend(_marks(line, words))
    links = [at for at, mark in enumerate(marks) if mark.link]
    if not links:
        return {}
    # Labels stand in front ("Mentor survey: https…") or behind ("https… (mentor survey)") throughout a message.
    found = _paired(marks, links, -1) if links[0] > 0 else _paired(marks, links, +1)
    return found or _by_address(marks, links, words)


def _paired(marks: list[_Mark], links: list[int], step: int) -> dict[str, str]:
    found: dict[str, str] = {}
    doubtful: set[str] = set()
    for at in links:
        beside = at + step
        if not 0 <= beside < len(marks) or marks[beside].link:
            continue
        kind = marks[beside].kind
        if found.setdefault(kind, marks[at].link) != marks[at].link:
            doubtful.add(kind)
    if len(set(found.values())) < len(found):
        return {}
    return {kind: link for kind, link in sorted(found.items(), reverse=True) if kind not in doubtful}


def _by_address(marks: list[_Mark], links: list[int], words: _Labels) -> dict[str, str]:
    """Links without labels that name their reader themselves: "https://survey.example.org/mentee-october"."""
    found: dict[str, str] = {}
    for at in links:
        kinds = _kinds(marks[at].link.split("://", 1)[1].replace("_", " "), words)
        if len(kinds) == 1 and found.setdefault(kinds[0], marks[at].link) != marks[at].link:
            return {}
    return found if len(found) == 2 else {}


def _marks(line: str, words: _Labels) -> list[_Mark]:
    marks: list[_Mark] = []
    place = 0
    links = list(_LINK.finditer(line))
    for link in links:
        marks.extend(_labels(line[place : link.start()], words))
        marks.append(_Mark("link", link.group().rstrip(_CLOSING)))
        place = link.end()
    rest = _labels(line[place:], words) if links or len(line) <= 200 else []
    if not links and len({mark.kind for mark in rest}) > 1:
        return []  # "here are the mentor and mentee links" labels neither
    return [*marks, *rest]


def _labels(text: str, words: _Labels) -> list[_Mark]:
    """The one label of a piece of text; a piece that names both is told by the last of them."""
    kinds = _kinds(text, words)
    return [_Mark(kinds[-1])] if len(set(kinds)) == 1 else [_Mark(kind) for kind in kinds]


def _kinds(text: str, words: _Labels) -> list[str]:
    """Every label in a piece of text, in order, whole words only: "mentee" never counts as "mentor"."""
    parts = _plain(text)
    found: list[str] = []
    at = 0
    while at < len(parts):
        taken = 1
        for label, kind in words.by_first.get(parts[at], ()):
            if parts[at : at + len(label)] == label:
                found.append(kind)
                taken = len(label)
                break
        at += taken
    return found


class _Labels:
    """The labels of a vocabulary by their first word, longest first."""

    __slots__ = ("by_first",)

    def __init__(self, words: Vocabulary) -> None:
        labels = (*((label, "mentee") for label in words.mentee_links), *((label, "mentor") for label in words.mentor_links))
        table = [(_plain(label), kind) for label, kind in labels]
        self.by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for label, kind in sorted(table, key=lambda row: len(row[0]), reverse=True):
            if label:
                self.by_first.setdefault(label[0], []).append((label, kind))


def _plain(text: str) -> tuple[str, ...]:
    return tuple(word.strip("'").replace("'s", "s") for word in _WORD.findall(fold(text)))
