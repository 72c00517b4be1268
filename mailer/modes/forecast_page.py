"""A forecast as one self-contained page, day by day, with the words of every letter to open."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from mailer.model.program import Program
from mailer.modes.forecast import Forecast, Foreseen
from mailer.modes.story_page import page


def page_of(found: Forecast, programs: Mapping[str, Program]) -> str:
    """The page, HTML 5, UTF-8; times in each program's zone."""
    many = len(found.letters)
    lines = [
        "<h1>If nobody writes</h1>\n",
        f'<p class="soft">{many} letter{"" if many == 1 else "s"} from {found.since:%d %B %Y} to {found.until:%d %B %Y}</p>\n',
    ]
    day = ""
    for one in found.letters:
        at = one.at.astimezone(programs[one.program].timezone)
        today = f"{at:%A, %d %B %Y}"
        if today != day:
            lines.append(f'<div class="day">{today}</div>\n')
            day = today
        lines.append(_letter(one, f"{at:%H:%M}"))
    if found.held:
        lines.append("<h2>Held for a human</h2>\n<ul>\n")
        lines += [f"<li>{escape(letter.name)}: {escape(letter.last_error or letter.key)}</li>\n" for letter in found.held]
        lines.append("</ul>\n")
    return page("If nobody writes", "".join(lines))


def _letter(one: Foreseen, time: str) -> str:
    letter = one.letter
    whom = f"{one.ref} {one.first_name}".strip() or "the inbox"
    because = f'<div class="soft">because: {escape(letter.because)}</div>' if letter.because else ""
    return (
        f'<div class="entry out"><time>{time}</time><span class="what">{escape(letter.name)}</span> to {escape(whom)}\n{because}'
        f"<details><summary>{escape(letter.subject)}</summary><pre>{escape(letter.text)}</pre></details></div>\n"
    )
