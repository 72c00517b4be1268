"""A chart in a letter: bars of signs in the text, cells of a table in HTML, nothing to load."""

from __future__ import annotations

import pytest

from mailer.letters.facts import sample
from mailer.letters.template import render
from tests.letters.shelf import REPLY_TO, written

SOURCE = """subject: figures
class: digest

```bars
{% for bar in report.bars %}
{{ bar.label }} | {{ bar.percent }} | {{ bar.said }}
{% endfor %}
```
"""
FACTS = ("report", "report.bars", "report.bars.label", "report.bars.percent", "report.bars.said")


def bars(*rows: tuple[str, int, str]) -> dict[str, object]:
    return {
        **sample("digest"),
        "report": {"bars": [{"label": label, "percent": percent, "said": said} for label, percent, said in rows]},
    }


@pytest.mark.parametrize(
    ("percent", "drawn"),
    [
        (0, "[....................]"),
        (1, "[#...................]"),
        (50, "[##########..........]"),
        (100, "[####################]"),
        (140, "[####################]"),
    ],
)
def test_a_bar_is_as_long_as_its_share_and_something_is_never_nothing(percent: int, drawn: str) -> None:
    assert drawn in render(written(SOURCE, *FACTS), bars(("Contacts", percent, "some")), REPLY_TO).text


def test_both_parts_say_the_figure_in_words_too() -> None:
    done = render(written(SOURCE, *FACTS), bars(("Mentors in contact", 83, "10 of 12"), ("Forms", 0, "0 of 3")), REPLY_TO)
    for part in (done.text, done.html):
        assert "Mentors in contact: 10 of 12" in part and "Forms: 0 of 3" in part
    assert 'width="83%"' in done.html and 'width="0%"' in done.html


def test_what_stands_in_a_bar_is_escaped() -> None:
    html = render(written(SOURCE, *FACTS), bars(("<b>x</b>", 10, '"1" & 2')), REPLY_TO).html
    assert "<b>x</b>" not in html and "&lt;b&gt;x&lt;/b&gt;" in html
