"""What is kept about somebody as one readable page, in plain words, that loads nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape

from mailer.core.world.moments import in_words
from mailer.modes.story_page import page

_TITLES = {
    "who_you_are_to_us": "Who you are to us",
    "matches": "Your matches",
    "letters_we_sent": "Letters we sent you",
    "messages_you_sent": "Messages you sent us",
    "answers": "What you answered",
    "contacts_noted": "Contacts that were noted",
    "contact_forms": "What coordinators noted each month",
    "agreements": "What you agreed to",
    "releases_you_gave": "Releases you gave",
    "told_of_you": "What was told of you, and to whom",
    "conversation_log": "Your conversation log",
    "cases": "Matters about you",
    "decisions": "What was decided about you, and why",
    "acts_of_operators": "What people who run the service did",
}
_HEADS = {"letters_we_sent": "letter", "messages_you_sent": "taken_as", "decisions": "", "cases": "about"}


def page_of(told: Mapping[str, object]) -> str:
    """The page, HTML 5, UTF-8; `told` as modes.export gathers it."""
    person, programs = told["person"], told["programs"]
    assert isinstance(person, Mapping) and isinstance(programs, Sequence)
    lines = [
        f"<h1>{escape(str(person['name']))}</h1>\n",
        f'<p class="soft">{escape(str(person["address"]))}; your ref is {escape(str(person["ref"]))}. ',
        f"This is what is kept about you, as of {_in_full(str(told['made_on']))}. Of other people it holds only what you may ",
        "know; what they told us in confidence stays out. The same is in data.json, for programs to read.</p>\n",
    ]
    for program in programs:
        lines.append(f"<h1>{escape(str(program['program']))}</h1>\n")
        lines += [_section(name, title, program[name]) for name, title in _TITLES.items()]
    return page("What is kept about you", "".join(lines))


def _section(name: str, title: str, content: object) -> str:
    if isinstance(content, Mapping):
        return f"<h2>{title}</h2>\n{_entry(content, '')}"
    assert isinstance(content, Sequence)
    if not content:
        return f'<h2>{title}</h2>\n<p class="soft">Nothing.</p>\n'
    entries = "".join(_entry(item, _HEADS.get(name, "")) for item in content)
    if len(content) > 3:
        return f"<h2>{title}</h2>\n<details><summary>{len(content)} of them</summary>\n{entries}</details>\n"
    return f"<h2>{title}</h2>\n{entries}"


def _entry(item: Mapping[str, object], head: str) -> str:
    at = f"<time>{_in_words(item['at'])}</time>" if item.get("at") else ""
    first = f'<span class="what">{escape(str(item[head]).replace("_", " "))}</span>' if head and item.get(head) else ""
    rest = [(name, value) for name, value in item.items() if name not in ("at", head, "text") and value not in (None, "", [], {})]
    lines = "".join(f"<div>{escape(name.replace('_', ' '))}: {_value(value)}</div>\n" for name, value in rest)
    text = f"<pre>{escape(str(item['text']))}</pre>" if item.get("text") else ""
    return f'<div class="entry">{at}{first}\n{lines}{text}</div>\n'


def _value(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return escape("; ".join(f"{str(name).replace('_', ' ')}: {_plain(item)}" for name, item in value.items()) or "nothing")
        case list() | tuple():
            return escape(", ".join(_plain(item) for item in value))
        case _:
            return escape(_in_words(value))


def _plain(value: object) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list | tuple) else _in_words(value)


def _in_words(value: object) -> str:
    """A moment or day as people write it; anything else as it is."""
    written = str(value)
    if isinstance(value, str) and len(written) in (10, 22) and written[:4].isdecimal() and written[4] == "-":
        try:
            at = datetime.fromisoformat(written)
        except ValueError:
            return written
        return _in_full(written) if len(written) == 10 else f"{_in_full(written[:10])}, {at:%H:%M}"
    return written


def _in_full(day: str) -> str:
    return in_words(date.fromisoformat(day))
