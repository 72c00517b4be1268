"""A replay as one self-contained page: both pasts side by side, week by week; red only where somebody hears more or less."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from html import escape

from mailer.model.counted import count
from mailer.model.program import Program
from mailer.modes.replay.differences import Change, LetterChange
from mailer.modes.replay.live import Left
from mailer.modes.replay.twice import Replayed
from mailer.modes.replay.words import cautions, day_in_words, in_sum
from mailer.modes.story_page import page

_STYLE = """<style>
.sum { font-size: 1.1rem; font-weight: 600; }
.week { margin: 1rem 0; padding: .6rem .8rem; background: var(--card); border: 1px solid var(--line); border-radius: .4rem; }
.week h2 { margin: 0 0 .3rem; }
.week h3 { margin: .5rem 0 .1rem; font-size: .85rem; color: var(--soft); }
.week ul { list-style: none; margin: 0; padding: 0; }
.week li { padding: .12rem 0 .12rem .6rem; border-left: 3px solid transparent; }
.week li.moved { border-left-color: var(--out); } .week li.heard { border-left-color: var(--bad); }
.heard b { color: var(--bad); } .moved b { color: var(--out); } li.same { color: var(--soft); }
ins, del { text-decoration: none; display: block; } ins { color: var(--in); } del { color: var(--soft); }
@media (min-width: 44rem) {
  main { max-width: 64rem; }
  .sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.2rem; }
}
</style>
"""


def page_of(found: Replayed, programs: Mapping[str, Program]) -> str:
    """The page, HTML 5, UTF-8; days in each program's zone. Names of people are first names beside their ref, nothing more."""
    zone = next(iter(programs.values())).timezone
    span = f"{day_in_words(found.since, zone)} to {day_in_words(found.until, zone)}"
    lines = [
        _STYLE,
        "<h1>What would have been different</h1>\n",
        f'<p class="sum">{escape(in_sum(found.differences))}</p>\n',
        f'<p class="soft">{span}, {count(found.recorded, "letter")} recorded. Edited: ',
        f"{escape(', '.join(found.edited) or 'nothing')}.</p>\n",
    ]
    told = list(cautions(found, zone))
    if told:
        lines.append('<ul class="soft">\n')
        lines += [f"<li>{escape(text)}</li>\n" for text in told]
        lines.append("</ul>\n")
    lines += _ends(found)
    lines += _weeks(found, programs)
    return page("What would have been different", "".join(lines))


def _ends(found: Replayed) -> Iterator[str]:
    if found.differences.pairs or found.differences.owners:
        yield "<h2>At the end</h2>\n<ul>\n"
        for pair in found.differences.pairs:
            said = f"match of {pair.mentor} and {pair.mentee}: {pair.was or 'none'}, would be {pair.would or 'none'}"
            yield f"<li>{escape(said)}</li>\n"
        for case in found.differences.owners:
            whom = " and ".join(str(one) for one in case.about) or "the program"
            said = f"{case.ladder} of {whom}: waits for {case.was or 'nobody'}, would wait for {case.would or 'nobody'}"
            yield f"<li>{escape(said)}</li>\n"
        yield "</ul>\n"


def _weeks(found: Replayed, programs: Mapping[str, Program]) -> Iterator[str]:
    """Weeks in which something differs in full, the others as a line."""
    was, would = (_by_week(life.letters.values(), found, programs) for life in (found.was, found.would))
    before: dict[date, list[LetterChange]] = defaultdict(list)
    after: dict[date, list[LetterChange]] = defaultdict(list)
    for one in found.differences.letters:
        zone = programs[one.program].timezone
        if one.was is not None:
            before[_monday(one.was.astimezone(zone).date())].append(one)
        if one.would is not None:
            after[_monday(one.would.astimezone(zone).date())].append(one)
    for monday in sorted(was.keys() | would.keys() | before.keys() | after.keys()):
        title = f"{_day(monday)} to {_day(monday + timedelta(days=6))} {monday + timedelta(days=6):%Y}"
        if monday not in before and monday not in after:
            yield f'<p class="soft">{title}: {count(sum(was[monday].values()), "letter")}, the same in both.</p>\n'
            continue
        yield f'<section class="week"><h2>{title}</h2>\n<div class="sides">\n'
        yield _side("As it was", was[monday], before[monday], programs, then=False)
        yield _side("With the edit", would[monday], after[monday], programs, then=True)
        yield "</div>\n</section>\n"


def _by_week(letters: Iterable[Left], found: Replayed, programs: Mapping[str, Program]) -> dict[date, Counter[str]]:
    weeks: dict[date, Counter[str]] = defaultdict(Counter)
    for left in letters:
        program = programs.get(left.letter.program)
        if program is not None and left.at >= found.since:
            weeks[_monday(left.at.astimezone(program.timezone).date())][left.letter.name] += 1
    return weeks


def _side(title: str, all_of: Counter[str], changes: Sequence[LetterChange], programs: Mapping[str, Program], *, then: bool) -> str:
    same = all_of - Counter(one.letter for one in changes)
    lines = [f"<div><h3>{title}</h3>\n<ul>\n"]
    for one in sorted(changes, key=lambda one: (one.would if then else one.was) or one.at):
        lines.append(_entry(one, programs, then=then))
    lines += [f'<li class="same">{escape(_several(name, number))}</li>\n' for name, number in sorted(same.items())]
    if not changes and not same:
        lines.append('<li class="same">Nothing leaves.</li>\n')
    return "".join([*lines, "</ul></div>\n"])


def _several(name: str, number: int) -> str:
    return f"{number} × {name.replace('_', ' ')}" if number > 1 else name.replace("_", " ")


def _entry(one: LetterChange, programs: Mapping[str, Program], *, then: bool) -> str:
    zone = programs[one.program].timezone
    at = one.would if then else one.was
    assert at is not None
    heard = one.change in (Change.MORE, Change.FEWER)
    other = one.was if then else one.would
    what = {Change.MORE: "only with the edit", Change.FEWER: "not with the edit"}.get(one.change, one.change.value)
    if other is not None and one.change in (Change.OTHER_DAY, Change.OTHER_HOUR):
        there = other.astimezone(zone)
        what = f"{'was' if then else 'would be'} {there:%a} {_day(there.date())}, {there:%H:%M}"
    words = ""
    if then and one.words:
        marks = {"+": "ins", "-": "del"}
        shown = "".join(f"<{marks[line[0]]}>{escape(line)}</{marks[line[0]]}>" for line in one.words)
        words = f"<details><summary>its words</summary><pre>{shown}</pre></details>"
    time = f"{at.astimezone(zone):%a %H:%M}"
    return (
        f'<li class="{"heard" if heard else "moved"}"><time>{time}</time><b>{escape(one.letter.replace("_", " "))}</b> to '
        f'{escape(str(one.whom))} <span class="soft">{what}</span>{words}</li>\n'
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
