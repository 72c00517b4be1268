"""A forecast as one self-contained page: a calendar of the months ahead, and below it every letter with its words to open.

On a telephone a month is a list of the days on which something leaves; where there is room it is a grid of weeks.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import escape

from mailer.model.program import Program
from mailer.modes.forecast import Forecast, Foreseen
from mailer.modes.story_page import page

_STYLE = """<style>
.month { display: grid; gap: .35rem; margin: .4rem 0 1.4rem; }
.weekday, .cell.none, .cell.empty { display: none; }
.cell { display: block; padding: .45rem .6rem; background: var(--card); border: 1px solid var(--line); border-radius: .4rem;
  color: inherit; text-decoration: none; }
.cell b { margin-right: .5rem; } .cell .word { color: var(--soft); margin-right: .5rem; }
.cell ul { list-style: none; margin: .1rem 0 0; padding: 0; font-size: .88rem; } .cell.full { border-left: 4px solid var(--out); }
.cell.full:hover, .cell.full:focus { border-color: var(--out); }
@media (min-width: 44rem) {
  main { max-width: 64rem; }
  .month { grid-template-columns: repeat(7, minmax(0, 1fr)); gap: .25rem; }
  .weekday { display: block; font-size: .8rem; color: var(--soft); text-align: center; }
  .cell.none { display: block; visibility: hidden; } .cell.empty { display: block; color: var(--soft); }
  .cell { min-height: 5.2rem; padding: .3rem .4rem; } .cell .word { display: none; }
  .cell ul { font-size: .78rem; line-height: 1.35; }
}
</style>
"""


def page_of(found: Forecast, programs: Mapping[str, Program]) -> str:
    """The page, HTML 5, UTF-8; times in each program's zone. Names of people are first names beside their ref, nothing more."""
    many = len(found.letters)
    days = by_day(found.letters, programs)
    lines = [
        _STYLE,
        "<h1>If nobody writes</h1>\n",
        f'<p class="soft">{many} letter{"" if many == 1 else "s"} from {_in_full(found.since.date())} to ',
        f"{_in_full(found.until.date())}. Every answer changes what comes after it.</p>\n",
        *_months(days, found.since.date(), found.until.date()),
    ]
    if days:
        lines.append("<h2>Day by day</h2>\n")
    for day, letters in days.items():
        lines.append(f'<div class="day" id="{day.isoformat()}">{_in_full(day)}</div>\n')
        lines += [_letter(one, f"{one.at.astimezone(programs[one.program].timezone):%H:%M}") for one in letters]
    if found.held:
        lines.append("<h2>Held for a human</h2>\n<ul>\n")
        lines += [f"<li>{escape(letter.name)}: {escape(letter.last_error or letter.key)}</li>\n" for letter in found.held]
        lines.append("</ul>\n")
    return page("If nobody writes", "".join(lines))


def by_day(letters: Sequence[Foreseen], programs: Mapping[str, Program]) -> dict[date, list[Foreseen]]:
    """The letters by the local day on which they leave, in order."""
    days: dict[date, list[Foreseen]] = {}
    for one in letters:
        days.setdefault(one.at.astimezone(programs[one.program].timezone).date(), []).append(one)
    return days


def counted(letters: Sequence[Foreseen]) -> list[str]:
    """What leaves on a day, the most first, in words that wrap: "3 survey mentor"."""
    names = Counter(one.letter.name.replace("_", " ") for one in letters)
    return [f"{count} {name}" if count > 1 else name for name, count in sorted(names.items(), key=lambda item: (-item[1], item[0]))]


def _months(days: Mapping[date, Sequence[Foreseen]], since: date, until: date) -> Iterator[str]:
    year, month = since.year, since.month
    while (year, month) <= (until.year, until.month):
        inside = [day for day in days if (day.year, day.month) == (year, month)]
        yield f"<h2>{calendar.month_name[month]} {year}</h2>\n"
        yield '<div class="month">\n' if inside else '<p class="soft">Nothing leaves.</p>\n<div class="month">\n'
        yield "".join(f'<span class="weekday">{calendar.day_abbr[number]}</span>\n' for number in range(7))
        for week in calendar.Calendar().monthdatescalendar(year, month):
            for day in week:
                yield _cell(day, days.get(day, ()), inside=day.month == month)
        yield "</div>\n"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _cell(day: date, letters: Sequence[Foreseen], *, inside: bool) -> str:
    if not inside:
        return '<span class="cell none"></span>\n'
    if not letters:
        return f'<span class="cell empty"><b>{day.day}</b></span>\n'
    names = "".join(f"<li>{escape(name)}</li>" for name in counted(letters))
    word = f'<span class="word">{day:%a}</span>'
    return f'<a class="cell full" href="#{day.isoformat()}"><b>{day.day}</b>{word}<ul>{names}</ul></a>\n'


def _in_full(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B %Y}"


def _letter(one: Foreseen, time: str) -> str:
    letter = one.letter
    whom = f"{one.ref} {one.first_name}".strip() or "the inbox"
    because = f'<div class="soft">because: {escape(letter.because)}</div>' if letter.because else ""
    return (
        f'<div class="entry out"><time>{time}</time><span class="what">{escape(letter.name)}</span> to {escape(whom)}\n{because}'
        f"<details><summary>{escape(letter.subject)}</summary><pre>{escape(letter.text)}</pre></details></div>\n"
    )
