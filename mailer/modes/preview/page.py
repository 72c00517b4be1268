"""The pages of the preview: at the left the letters of a program, at the right the chosen one in every form it has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from urllib.parse import quote

from mailer.model.classes import LetterClass
from mailer.model.errors import Flaw
from mailer.model.program import Program
from mailer.modes.ladder_words import in_words
from mailer.modes.preview.fact_words import comes_from
from mailer.modes.preview.shelf import Entry, Rung, Seen

LOOKS = ("light", "dark")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_DARK = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)", re.IGNORECASE)
_SCHEMES = re.compile(r'(<meta name="(?:supported-)?color-schemes?" content=")light dark"')
_MEANS: Mapping[LetterClass, str] = {
    LetterClass.ANSWER: "answers somebody's own mail, at once",
    LetterClass.DIGEST: "the daily summary",
    LetterClass.DUTY: "gives somebody who holds a duty something to know or to do",
    LetterClass.GATE: "asks somebody to decide before something final",
    LetterClass.INTRODUCTION: "says who we are and how this goes",
    LetterClass.NOTICE: "tells people something about a matter of their own",
    LetterClass.CLOSING: "tells somebody that a match is over",
    LetterClass.FAREWELL: "tells somebody that their own place rests from now on",
    LetterClass.CONSENT: "asks for leave to write or to tell",
    LetterClass.AGREEMENT: "puts a text before somebody to agree to",
    LetterClass.RELAY: "passes on somebody's words at their own wish",
    LetterClass.CONTACT: "asks how a match is going",
    LetterClass.SURVEY: "asks for an opinion of a match, or reports such opinions",
    LetterClass.REPORT: "asks one of a pair about the other",
    LetterClass.PROBLEM: "works on a difficulty",
    LetterClass.FORM: "the month's contact form",
    LetterClass.TEAM: "a third person beside a pair",
    LetterClass.MATCHING: "asks for what a good match needs",
    LetterClass.DISCLOSURE: "tells one person how to reach another",
    LetterClass.EVALUATION: "asks how the program works",
    LetterClass.DIRECTORY: "mentors to choose from, and their own entries",
    LetterClass.ACTIVITY: "an exercise",
    LetterClass.LOG: "conversations noted without their content",
}


def page(
    programs: Sequence[Program], entries: Sequence[Entry], flaws: Sequence[Flaw], edition: str, shown: Entry | None, number: int
) -> str:
    """A whole page, HTML 5, UTF-8; `edition` is that of the files, "" for pages that do not change any more.

    `shown` is None where nothing can be shown: no such letter, or files that cannot be read yet.
    """
    program = entries[0].book.program if entries else None
    title = f"{shown.name}: {shown.book.program.name}" if shown else "Letters"
    script = '<script src="page.js" defer></script>\n' if edition else ""
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
        f'<title>{escape(title)}</title>\n<link rel="icon" href="data:,">\n<link rel="stylesheet" href="page.css">\n'
        f"{script}</head>\n"
    )
    return "".join(
        (
            head,
            f'<body data-edition="{escape(edition)}">\n<a class="skip" href="#letter">Skip to the letter</a>\n',
            *_header(programs, program),
            '<section id="flaws" aria-label="Flaws" aria-live="assertive">',
            *_flaws(flaws, bool(entries)),
            '</section>\n<div class="desk">\n<nav id="letters" aria-label="Letters">\n',
            *_letters(entries, shown),
            '</nav>\n<main id="letter" tabindex="-1">\n',
            *(_letter(shown, number) if shown else ["<h1>Nothing to show</h1>\n<p>Choose a letter from the list.</p>\n"]),
            "</main>\n</div>\n</body>\n</html>\n",
        )
    )


def address(entry: Entry, number: int = 0, look: str = "") -> str:
    """The name of a page: of a letter, of one of its samples, of the letter alone in one look."""
    parts = [entry.book.program.key, entry.name, *([str(number)] if number else []), *([look] if look else [])]
    return ".".join(parts) + ".html"


def alone(html: str, look: str) -> str:
    """The HTML part as a page of its own, as a mail program shows it by day or in the dark, whatever this browser is set to."""
    dark = look == "dark"
    asked = _DARK.sub("(min-width: 0)" if dark else "(max-width: 0)", html)
    return _SCHEMES.sub(rf'\g<1>{look}"', asked)


def _header(programs: Sequence[Program], program: Program | None) -> Iterator[str]:
    yield '<header>\n<p class="title">Letters with sample facts</p>\n'
    if len(programs) > 1:
        yield '<ul class="programs" aria-label="Programs">'
        for one in programs:
            current = ' aria-current="true"' if one is program else ""
            yield f'<li><a href="{quote(one.key)}.html"{current}>{escape(one.name)} ({escape(one.profile)})</a></li>'
        yield "</ul>\n"
    yield '<div class="views">'
    for name, choices in (("width", ("phone", "desktop")), ("look", LOOKS)):
        yield f'<fieldset><legend class="unseen">{name.capitalize()}</legend>'
        for at, choice in enumerate(choices):
            checked = "" if at else " checked"
            yield f'<label><input type="radio" name="{name}" id="{choice}"{checked}> {choice.capitalize()}</label>'
        yield "</fieldset>"
    yield '</div>\n<p id="state" role="status"></p>\n</header>\n'


def _flaws(flaws: Sequence[Flaw], older: bool) -> Iterator[str]:
    if not flaws:
        return
    kept = " What you see below is how it was before." if older else ""
    yield f"<h2>This cannot be used yet.{kept}</h2>\n<ul>\n"
    for flaw in flaws:
        place = f"{flaw.file}:{flaw.line}" if flaw.line else flaw.file
        advice = f"<br>What to do: {escape(flaw.advice)}" if flaw.advice else ""
        yield f"<li><code>{escape(place)}</code> {escape(flaw.what)}{advice}</li>\n"
    yield "</ul>\n"


def _letters(entries: Sequence[Entry], shown: Entry | None) -> Iterator[str]:
    yield '<label class="choose" for="choose" hidden>Letter <select id="choose"></select></label>\n'
    yield '<label class="find" for="find" hidden>Find <input id="find" type="search" autocomplete="off"></label>\n'
    for group, members in groupby(entries, key=lambda entry: entry.group):
        yield f"<section><h2>{escape(group.capitalize())}</h2>\n<ul>\n"
        for entry in members:
            current = ' aria-current="page"' if entry is shown else ""
            mark = ' <span class="mark" title="see its page">look</span>' if entry.remarks else ""
            yield (
                f'<li><a data-go href="{quote(address(entry))}"{current}>{escape(entry.name.replace("_", " "))}{mark} '
                f"<small>to {escape(entry.to)}</small></a></li>\n"
            )
        yield "</ul></section>\n"


def _letter(entry: Entry, number: int) -> Iterator[str]:
    seen = entry.samples[number]
    means = _MEANS.get(entry.template.kind, "") if entry.template.kind else ""
    yield f"<h1>{escape(entry.name.replace('_', ' '))}</h1>\n<p>To {escape(entry.to)}: {escape(means)}.<br>"
    whose = "the common letter, as this profile has none of its own" if entry.shared else "this profile's own letter"
    yield f"<code>{escape(entry.template.file)}</code> <small>({whose})</small></p>\n"
    if entry.worries:
        yield f'<ul class="worries">\n{"".join(f"<li>{escape(worry)}</li>" for worry in entry.worries)}\n</ul>\n'
    yield from _choices(entry, number)
    if seen.trouble:
        yield f'<p class="held">With these facts the letter would be held for a human: {escape(seen.trouble)}.</p>\n'
    else:
        yield from _mail(entry, number, seen)
    yield from _details("source", "Template", _source(entry.source))
    yield from _details("facts", "Placeholders", _facts(entry))
    yield from _details("leaves", "When it leaves", _leaves(entry.rungs, entry))


def _choices(entry: Entry, number: int) -> Iterator[str]:
    if len(entry.samples) < 2:
        return
    yield '<nav class="samples" aria-label="Samples">\n<ul>\n'
    for at, seen in enumerate(entry.samples):
        current = ' aria-current="true"' if at == number else ""
        title = "; ".join(seen.changed) or "As usual"
        yield f'<li><a data-go="here" href="{quote(address(entry, at))}"{current}>{escape(title)}</a></li>\n'
    yield "</ul>\n</nav>\n"


def _mail(entry: Entry, number: int, seen: Seen) -> Iterator[str]:
    head = seen.headers
    sender = head["From"].partition(" <")[0].strip('"')
    yield (
        '<h2>In the list of a telephone</h2>\n<div class="inbox">'
        f"<b>{escape(sender)}</b><span>{escape(head['Subject'])}</span><small>{escape(seen.first_words)}</small></div>\n<dl>"
    )
    yield "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in head.items())
    yield "</dl>\n<h2>HTML</h2>\n"
    for look in LOOKS:
        yield (
            f'<iframe class="{look}" title="The letter, {look}" sandbox="allow-same-origin" loading="lazy" '
            f'src="{quote(address(entry, number, look))}"></iframe>\n'
        )
    yield f'<h2>Plain text</h2>\n<pre class="plain" tabindex="0">{escape(seen.text)}</pre>\n'
    yield from _details("mime", "Mail source", (f'<pre tabindex="0">{escape(seen.raw)}</pre>',))


def _details(name: str, title: str, content: Sequence[str] | Iterator[str]) -> Iterator[str]:
    yield f'<details id="{name}"><summary>{title}</summary>\n'
    yield from content
    yield "</details>\n"


def _source(source: str) -> Iterator[str]:
    yield '<pre class="numbered" tabindex="0">'
    for line in source.rstrip("\n").split("\n"):
        end, marked = 0, ""
        for found in _TAG.finditer(line):
            marked += f"{escape(line[end : found.start()])}<mark>{escape(found[0])}</mark>"
            end = found.end()
        yield f"<span>{marked}{escape(line[end:])}\n</span>"
    yield "</pre>\n"


def _facts(entry: Entry) -> Iterator[str]:
    headings = "".join(f'<th scope="col">{heading}</th>' for heading in ("Placeholder", "Here", "Comes from"))
    yield f"<table>\n<thead><tr>{headings}</tr></thead>\n"
    for fact in sorted(entry.template.reads):
        line = entry.template.places.get(fact)
        where = f"line {line}" if line else "the footer"
        yield (
            f'<tr><th scope="row"><code>{escape(fact)}</code> <small>{where}</small></th>'
            f"<td>{escape(_value(entry.facts, fact))}</td><td>{escape(comes_from(fact))}</td></tr>\n"
        )
    yield "</table>\n"


def _value(facts: object, fact: str) -> str:
    for name in fact.split("."):
        facts = facts[0] if isinstance(facts, list) and facts else facts
        facts = facts.get(name, "") if isinstance(facts, Mapping) else ""
    match facts:
        case bool():
            return "yes" if facts else "no"
        case str() | int():
            return str(facts)
        case list() if not all(isinstance(item, str) for item in facts):
            return f"{len(facts)} {'entry' if len(facts) == 1 else 'entries'}"
        case list():
            return ", ".join(facts)
    return ""


def _leaves(rungs: Sequence[Rung], entry: Entry) -> Iterator[str]:
    if not rungs:
        yield "<p>No ladder sends it: it leaves when something calls for it.</p>\n"
        return
    yield "<ul>\n"
    for rung in rungs:
        wait = in_words(rung.state, entry.book.rules.policy)
        sending = rung.sending
        remarks = [
            f"to the {rung.to}",
            "counts as an attempt" if sending and sending.attempt else "",
            f"in its wording “{sending.wording}”" if sending and sending.wording else "",
            f"then waits {wait}" if wait else "",
        ]
        yield (
            f"<li>{escape(rung.state.says)} <small>({escape(', '.join(filter(None, remarks)))}; "
            f"<code>{escape(rung.ladder.file)}:{rung.state.line}</code>)</small></li>\n"
        )
    yield "</ul>\n"
