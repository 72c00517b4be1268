"""Ladders drawn: as text, and as one self-contained page of boxes with arrows (`mentorpost check --diagram`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from mailer.model.program import Exit, Ladder, Policy, Rulebook, State
from mailer.modes.ladder_words import in_words
from mailer.modes.story_page import page

_BOX = 300  # width of a state's box, in units of the drawing
_LANE = 16  # between two arrows beside the boxes
_LINE = 17
_GAP = 26  # between two boxes
_TOP = 10
_LETTERS_A_LINE = 44


@dataclass(frozen=True, slots=True)
class Arrow:
    """One way from a state to another; several events that lead to the same place are one arrow."""

    start: str
    end: str
    events: tuple[str, ...]
    by_time: bool


def arrows_of(ladder: Ladder) -> tuple[Arrow, ...]:
    """Every arrow, in the order of the file. What may happen anywhere is no arrow: it would start at each box."""
    found: dict[tuple[str, str], list[Exit]] = {}
    for state in ladder.states.values():
        for exit in state.exits:
            if exit.to:
                found.setdefault((state.name, exit.to), []).append(exit)
    return tuple(
        Arrow(start, end, tuple(dict.fromkeys(map(_event, exits))), any(exit.when == "time" for exit in exits))
        for (start, end), exits in found.items()
    )


def _event(exit: Exit) -> str:
    event = exit.when.removeprefix("word:")
    conditions = f" if {', '.join(exit.conditions)}" if exit.conditions else ""
    return f"{event}{conditions}"


def as_text(ladder: Ladder, policy: Policy) -> Iterator[str]:
    """The ladder as lines: a box a state, below it where it leads."""
    yield f"{ladder.name} (one walk for each {ladder.about})"
    for state in ladder.states.values():
        brackets = "[[{}]]" if state.final else "<{}>" if state.gate else "[{}]"
        waits = in_words(state, policy)
        yield f"  {brackets.format(state.name)} {state.owner}{f', waits {waits}' if waits else ''}"
        for sending in state.sends:
            yield f"     * {sending.letter} to the {sending.to}"
        for role, letter in state.blast.items():
            yield f"     * {letter} to every {role}"
        for arrow in arrows_of(ladder):
            if arrow.start == state.name:
                yield f"     {'=>' if arrow.by_time else '->'} {arrow.end}: {' or '.join(arrow.events)}"
    for exit in ladder.anywhere:
        yield f"  anywhere -> {exit.to or 'stays'}: {_event(exit)}"
    yield "  [state]  <a human decides>  [[the end]]  => by time  -> otherwise"


def as_page(books: Sequence[Rulebook]) -> str:
    """A page with a drawing for each ladder of each program; HTML 5, UTF-8, nothing is loaded."""
    lines = [_STYLE, "<h1>The ladders</h1>\n", _LEGEND]
    for book in books:
        for ladder in book.ladders.values():
            lines.append(f"<h2>{escape(book.program.key)}: {escape(ladder.name)}</h2>\n")
            lines.append(f'<div class="drawing">{as_svg(ladder, book.policy)}</div>\n')
            if ladder.anywhere:
                said = "; ".join(f"{_event(exit)}: {exit.to or 'stays'}" for exit in ladder.anywhere)
                lines.append(f'<p class="soft">Anywhere: {escape(said)}</p>\n')
    return page("The ladders", "".join(lines))


_LEGEND = (
    '<p class="soft">Thick blue arrows: time passes. Thin grey ones: something is said or comes. '
    '<span class="key gate">Orange border</span> a human decides; <span class="key final">thick border</span> the end.</p>\n'
)
_STYLE = """<style>
.key { padding: 0 .35rem; border: 1px solid var(--soft); border-radius: .3rem; }
.key.gate { border: 2.5px solid #b26a00; } .key.final { border-width: 3px; }
.drawing { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .4rem; }
svg { display: block; max-width: none; } svg text { font: 12px system-ui, sans-serif; fill: var(--ink); }
svg .name { font-weight: 600; font-size: 13px; } svg .faint { fill: var(--soft); }
svg rect { fill: var(--back); stroke: var(--soft); } svg .gate { stroke: #b26a00; stroke-width: 2.5; }
svg .final { stroke-width: 3; }
svg path { fill: none; stroke: var(--soft); stroke-width: 1; } svg path.time { stroke: var(--out); stroke-width: 2.5; }
svg .head { fill: var(--soft); stroke: none; } svg .head.time { fill: var(--out); stroke: none; }
@media (min-width: 44rem) { main { max-width: 60rem; } }
</style>
"""


def as_svg(ladder: Ladder, policy: Policy) -> str:
    """The drawing: boxes below each other in the order of the file, arrows beside them."""
    texts = {state.name: list(_lines(state, policy)) for state in ladder.states.values()}
    tops: dict[str, int] = {}
    at = _TOP
    for name, lines in texts.items():
        tops[name] = at
        at += _LINE * (len(lines) + 1) + 10 + _GAP
    heights = {name: _LINE * (len(lines) + 1) + 10 for name, lines in texts.items()}
    order = list(texts)
    near = [arrow for arrow in arrows_of(ladder) if order.index(arrow.end) == order.index(arrow.start) + 1]
    far = [arrow for arrow in arrows_of(ladder) if arrow not in near]
    lanes = _lanes(far, order)
    wide = _TOP + _BOX + 20 + _LANE * (max(lanes.values(), default=0) + 1) + 10
    drawn = [_near(arrow, tops, heights) for arrow in near]
    drawn += [_far(arrow, lanes[arrow], tops, heights, number) for number, arrow in enumerate(far)]
    boxes = [_box(ladder.states[name], lines, tops[name], heights[name]) for name, lines in texts.items()]
    title = f"<title>{escape(ladder.name)}</title>"
    return f'<svg width="{wide}" height="{at}" viewBox="0 0 {wide} {at}" role="img">{title}{"".join(drawn)}{"".join(boxes)}</svg>'


def _lines(state: State, policy: Policy) -> Iterator[str]:
    waits = in_words(state, policy)
    yield f"{state.owner}" + (f", waits {waits.partition(' (')[0]}" if waits else "")
    for sending in state.sends:
        yield f"\u2709 {sending.letter} to the {sending.to}"
    for role, letter in state.blast.items():
        yield f"\u2709 {letter} to every {role}"
    ways: dict[str, list[str]] = {}
    for exit in state.exits:
        ways.setdefault(exit.to or "stays", []).append(_event(exit))
    for to, events in ways.items():
        yield from _folded(f"\u2192 {to}: {' or '.join(dict.fromkeys(events))}")


def _folded(text: str) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + len(word) + 1 > _LETTERS_A_LINE:
            yield line
            line = "   " + word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _lanes(arrows: Sequence[Arrow], order: Sequence[str]) -> dict[Arrow, int]:
    """A lane for each arrow, so that no two share one where they pass each other; the short ones nearest to the boxes."""

    def span(arrow: Arrow) -> tuple[int, int]:
        ends = (order.index(arrow.start), order.index(arrow.end))
        return min(ends), max(ends)

    taken: list[list[tuple[int, int]]] = []
    found: dict[Arrow, int] = {}
    for arrow in sorted(arrows, key=lambda one: span(one)[1] - span(one)[0]):
        low, high = span(arrow)
        lane = next((n for n, spans in enumerate(taken) if all(high < a or low > b for a, b in spans)), len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        found[arrow] = lane
    return found


def _near(arrow: Arrow, tops: dict[str, int], heights: dict[str, int]) -> str:
    x = _TOP + 30
    start, end = tops[arrow.start] + heights[arrow.start], tops[arrow.end]
    kind = "time" if arrow.by_time else ""
    head = f'<path class="head {kind}" d="M{x - 5} {end - 9} L{x + 5} {end - 9} L{x} {end} Z"/>'
    return f'<path class="{kind}" d="M{x} {start} L{x} {end - 8}"/>{head}'


def _far(arrow: Arrow, lane: int, tops: dict[str, int], heights: dict[str, int], number: int) -> str:
    right = _TOP + _BOX
    x = right + 20 + lane * _LANE
    shift = number % 3 * 4
    start = tops[arrow.start] + heights[arrow.start] - 10 - shift
    end = tops[arrow.end] + 12 + shift
    kind = "time" if arrow.by_time else ""
    head = f'<path class="head {kind}" d="M{right + 9} {end - 5} L{right + 9} {end + 5} L{right} {end} Z"/>'
    return f'<path class="{kind}" d="M{right} {start} L{x} {start} L{x} {end} L{right + 8} {end}"/>{head}'


def _box(state: State, lines: Sequence[str], top: int, height: int) -> str:
    kind = " ".join(word for word, holds in (("gate", state.gate), ("final", state.final)) if holds)
    text = [f'<text class="name" x="{_TOP + 10}" y="{top + _LINE}">{escape(state.name)}</text>']
    text += [
        f'<text class="faint" x="{_TOP + 10}" y="{top + _LINE * (number + 1)}" xml:space="preserve">{escape(line)}</text>'
        for number, line in enumerate(lines, 1)
    ]
    return f'<rect class="{kind}" x="{_TOP}" y="{top}" width="{_BOX}" height="{height}" rx="5"/>{"".join(text)}'
