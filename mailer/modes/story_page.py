"""Rehearsed stories as one self-contained page: nothing is loaded, nothing runs, every word of a letter is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from mailer.modes.stories import Entry, Kind, Told, timeline

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2430; --soft: #5b6676; --line: #d9dee6; --back: #f6f7f9; --card: #fff;
  --out: #1f5fa8; --in: #2c7a4b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #9aa5b4; --line: #343c48; --back: #14181e; --card: #1d232b;
  --out: #7db3f0; --in: #7fd0a0; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.35rem; line-height: 1.25; margin: 1.2rem 0 .3rem; }
h2 { font-size: 1rem; margin: 1.6rem 0 .5rem; }
.soft { color: var(--soft); font-size: .88rem; }
.verdict { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; font-weight: 600; color: #fff; background: #2c7a4b; }
.verdict.no { background: #b3261e; }
.day { position: sticky; top: 0; margin: 1.1rem 0 .4rem; padding: .25rem 0; background: var(--back); font-weight: 600; }
.entry { margin: .4rem 0; padding: .55rem .7rem; background: var(--card); border: 1px solid var(--line);
  border-left: 4px solid var(--soft); border-radius: .4rem; }
.out { border-left-color: var(--out); } .in { border-left-color: var(--in); margin-left: 1.4rem; }
.trouble, .held { border-left-color: var(--bad); }
.what { font-weight: 600; } .out .what { color: var(--out); } .in .what { color: var(--in); }
.trouble .what, .held .what { color: var(--bad); }
time { color: var(--soft); font-variant-numeric: tabular-nums; margin-right: .5rem; }
details { margin-top: .25rem; } summary { cursor: pointer; color: var(--soft); font-size: .88rem; }
pre { white-space: pre-wrap; margin: .5rem 0 0; font: .84rem/1.5 ui-monospace, monospace; }
ol.expected { list-style: none; padding: 0; }
ol.expected li { display: flex; gap: .6rem; padding: .35rem 0; border-bottom: 1px solid var(--line); }
ol.expected b { min-width: 2.4rem; color: var(--in); } ol.expected .not b { color: var(--bad); }
"""


def page_of(told: Sequence[Told]) -> str:
    """The page, HTML 5, UTF-8."""
    title = told[0].title if len(told) == 1 else f"{len(told)} stories"
    return page(title, "".join(_story(one) for one in told))


def page(title: str, content: str) -> str:
    """A page around content that is HTML already; its policy forbids the browser to load or run anything."""
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
    )
    return f"{head}<body>\n<main>\n{content}</main>\n</body>\n</html>\n"


def _story(told: Told) -> str:
    story = told.lived.story
    zone = story.program.timezone
    held = sum(verdict.ok for verdict in told.verdicts)
    lines = [
        f"<h1>{escape(told.title)}</h1>\n",
        f'<p><span class="verdict{"" if told.ok else " no"}">{"holds" if told.ok else "does not hold"}</span> ',
        f"{held} of {len(told.verdicts)} expectations, {len(told.lived.letters)} letters</p>\n",
        f'<p class="soft">{story.start.astimezone(zone):%d %B %Y %H:%M} to {story.end.astimezone(zone):%d %B %Y %H:%M}, ',
        f"{escape(zone.key)}; {escape(told.file)}</p>\n",
        "<h2>What was expected</h2>\n<ol class=expected>\n",
    ]
    for verdict in told.verdicts:
        found = "" if verdict.ok else f'<br><span class="soft">found: {escape(verdict.found)}</span>'
        name = "ok" if verdict.ok else "NOT"
        lines.append(f"<li{'' if verdict.ok else ' class=not'}><b>{name}</b><span>{escape(verdict.text)}{found}</span></li>\n")
    lines.append("</ol>\n<h2>What happened</h2>\n")
    day = ""
    for entry in timeline(told):
        today = f"{entry.at:%A, %d %B %Y}"
        if today != day:
            lines.append(f'<div class="day">{today}</div>\n')
            day = today
        lines.append(_entry(entry))
    return "".join(lines)


def _entry(entry: Entry) -> str:
    at = f"<time>{entry.at:%H:%M}</time>"
    start = f'<div class="entry {entry.kind}">{at}'
    if entry.kind is Kind.OUT and entry.letter is not None:
        letter = entry.letter
        because = f'<div class="soft">because: {escape(letter.because)}</div>' if letter.because else ""
        return (
            f'{start}<span class="what">{escape(letter.name)}</span> to {escape(letter.to_address)}\n{because}'
            f"<details><summary>{escape(letter.subject)}</summary><pre>{escape(letter.text)}</pre></details></div>\n"
        )
    if entry.message is not None:
        message = entry.message
        effects = (
            f"<details><summary>what it did</summary><pre>{escape(chr(10).join(message.effects) or 'nothing')}</pre></details>"
        )
        return (
            f'{start}<span class="what">{escape(message.means)}</span> from {escape(message.sender or "nobody")}'
            f'<div class="soft">{escape(message.rule)} {escape(message.because)}</div>{effects}</div>\n'
        )
    if entry.held is not None:
        return (
            f'{start}<span class="what">{escape(entry.held.name)}</span> to {escape(entry.held.to_address)} is held for a human'
            f'<div class="soft">{escape(entry.held.why)}</div></div>\n'
        )
    return f'{start}<span class="what">{escape(entry.text)}</span></div>\n'
