"""How letters look: readable colours in both modes, and on a telephone nothing to push sideways (a real browser measures)."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import escape
from pathlib import Path

import pytest

from mailer.letters.facts import sample
from mailer.letters.template import render
from tests.letters.shelf import REPLY_TO, letter, read, sources

BROWSER = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
MEASURE = """<script>
addEventListener("load", () => {
  const wide = [...document.querySelectorAll("iframe")].filter(f => f.contentDocument.documentElement.scrollWidth > f.clientWidth);
  const seen = document.querySelectorAll("iframe").length;
  const all = what => [...document.querySelectorAll("iframe")].flatMap(f => [...f.contentDocument.querySelectorAll(what)]);
  const rows = (a, need) => Math.max(...[...a.getClientRects()].map(r => r.height)) < need;
  const low = [...all(".content a.answer").filter(a => rows(a, 36)), ...all("a").filter(a => rows(a, 24))];
  const empty = all('.bar-full[width="0%"]').filter(cell => cell.getBoundingClientRect().width > 0);
  document.body.textContent = "seen " + seen + " too wide: " + wide.map(f => f.title + " " + f.contentDocument.documentElement.scrollWidth)
    + " too low: " + [...new Set(low.map(a => a.textContent))] + " filled by nothing: " + empty.length + " end";
});
</script>"""


NOTHING_YET = {
    "month": "October 2027",
    "bars": [{"label": "Contact forms received", "percent": 0, "said": "0 of 3"}],
    "missing": [],
    "effort": "Nobody was asked for anything.",
}


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of #rrggbb."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours() -> list[tuple[str, str, str]]:
    """(rule, text colour, background colour) of every rule of the layout that colours text, by day and by night."""
    day, _, night = read("common/layout.html").partition("@media (prefers-color-scheme: dark)")
    found = []
    for css, paper in ((day, "#ffffff"), (night, "#1e2427")):
        assert paper in css
        for rule, body in re.findall(r"([^{}\n]+)\{([^{}]*)\}", css):
            if text := re.search(r"(?<![-\w])color: (#[0-9a-f]{6})", body):
                ground = re.search(r"background-color: (#[0-9a-f]{6})", body)
                found.append((rule.strip(), text[1], ground[1] if ground else paper))
    return found


def test_every_colour_of_text_stands_out_from_its_ground() -> None:
    weak = [(rule, round(contrast(text, ground), 2)) for rule, text, ground in colours() if contrast(text, ground) < 4.5]
    assert len(colours()) > 12
    assert weak == []


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
def test_on_a_telephone_nothing_is_pushed_sideways_and_every_link_can_be_tapped(tmp_path: Path) -> None:
    page = tmp_path / "telephone.html"
    frames = []
    for name in sorted(sources()):
        long = {"first_name": "Bartholomew" * 6, "name": "Bartholomew" * 6, "email": f"{'b' * 60}@example.org"}
        facts = {
            **sample(name),
            "you": long,
            "person": long["name"] if isinstance(sample(name).get("person"), str) else long,
            "coordinator": long,
            "mentor": long,
            "mentee": long,
            **({"report": NOTHING_YET} if "report" in sample(name) else {}),
            "link": f"https://survey.example.org/{'long' * 40}",
        }
        html = render(letter(name), facts, REPLY_TO).html
        frames.append(f'<iframe title="{name}" width="360" height="800" style="border:0" srcdoc="{escape(html)}"></iframe>')
    page.write_text(f"<!DOCTYPE html><html><body>{''.join(frames)}{MEASURE}</body></html>", encoding="utf-8")
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=2000", "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    found = re.search(r"seen (\d+) too wide: (.*?) too low: (.*?) filled by nothing: (\d+) end", done.stdout)
    assert found is not None, done.stderr[-500:]
    assert found.groups() == (str(len(frames)), "", "", "0")
