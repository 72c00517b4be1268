"""One Markdown source and a view of allowed facts become the exact words of a letter: subject, plain text, HTML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from mailer.letters.errors import EmptyPlaceholder, NotNeutral
from mailer.letters.facts import ALLOWED, EVERY_LETTER, SUBJECT_FACTS
from mailer.letters.links import reply_start, short_reply_start
from mailer.letters.markdown import answers, explained, parse
from mailer.letters.neutral import Neutral, compile_neutral
from mailer.letters.page import HtmlPage, html_page
from mailer.letters.placeholders import Reader, Values, Wording, clean
from mailer.letters.plain import PlainPage, plain_page
from mailer.model.classes import LetterClass
from mailer.model.errors import BadTemplate, Flaw

RENDERER_VERSION = "3"  # part of every digest: a letter frozen by another renderer is known as such (CONTRACT.md section 9)
_MOST_SHAPES = 256
_CLASSES = frozenset(LetterClass)
_HEADINGS = ("subject", "preheader", "lang", "class", "to", "keep")
UNTIL_SENT = "until sent"  # `keep:` of a letter whose words are erased here once it has been handed over (7.2, item 8)
_NUMBER = re.compile(r"^(\d{1,2})\. ", re.MULTILINE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
_LINK_TARGET = re.compile(r"\]\(\s*<?(?!https?://|mailto:|answer:|\{\{)[^)\n]{0,40}")
_RAW_HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*[\s/>]|<!--")
_DATED = re.compile(r"\bjust launched\b", re.IGNORECASE)
_IMAGE = re.compile(r"!\[")


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """What all letters of one language share: the page, the footer, the words no subject may hold."""

    page: str
    footer: Wording
    footer_source: str
    neutral: Neutral


@dataclass(frozen=True, slots=True)
class Rendered:
    """The exact words of one letter; newlines are \\n."""

    subject: str
    text: str
    html: str
    values: tuple[str, ...] = ()  # everything that was put into its words, each once


@dataclass(frozen=True, slots=True)
class _Shape:
    plain: PlainPage
    html: HtmlPage


@dataclass(frozen=True, slots=True, eq=False)
class LetterTemplate:
    """A compiled letter. `reads`: dotted facts; `digest`: SHA-256 over all that makes its words; `answers`: words it offers.

    `kind` is its class, None where it does not say (then it is never sent). `places`: the lines, from 1, of the headings class
    and subject and of the first use of each fact. `to`: the roles of its readers where no ladder sends it.

    The Markdown of a letter is parsed once for each shape (which branches, how many rows), never for its values:
    a value is put in afterwards, escaped, and cannot change the structure.
    """

    name: str
    file: str
    subject: Wording
    preheader: Wording | None
    body: Wording
    layout: Layout
    lang: str
    reads: frozenset[str]
    answers: frozenset[str]
    digest: str
    kind: LetterClass | None = None
    to: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)
    explained: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # answers of its lists -> what it says of them
    keep: str = ""  # "until sent": what it said is erased once it has left
    numbers: tuple[str, ...] = ()  # of its numbered lines: "1", "2"; none where it has no list of questions
    _shapes: dict[tuple[str, str, str], _Shape] = field(default_factory=dict, repr=False)

    def shape(self, preheader: str, body: str, footer: str) -> _Shape:
        key = (preheader, body, footer)
        shape = self._shapes.get(key)
        if shape is None:
            if len(self._shapes) >= _MOST_SHAPES:
                self._shapes.clear()
            content, end = parse(body), parse(footer)
            html = html_page(self.layout.page, self.lang, preheader, content, end)
            shape = self._shapes[key] = _Shape(plain_page(content, end), html)
        return shape


def compile_layout(page: str, footer: str, neutral: str, folder: str = "templates/email/common") -> Layout:
    """The shared parts, from the texts of layout.html, footer.md and neutral.toml; raises BadTemplate."""
    flaws = [
        Flaw(f"{folder}/layout.html", 0, f"the page has no {{{{ {part} }}}}", "put it back where that part belongs")
        for part in ("lang", "subject", "preheader", "content", "footer", "code")
        if f"{{{{ {part} }}}}" not in page
    ]
    if found := re.search(r"<script|<img|<link|url\(|@import|\son[a-z]+\s*=", page, re.IGNORECASE):
        line = page.count("\n", 0, found.start()) + 1
        flaws.append(
            Flaw(
                f"{folder}/layout.html",
                line,
                f"“{found[0].strip()}” in the page",
                "letters load nothing and run nothing: take it out",
            )
        )
    reader = Reader("footer", f"{folder}/footer.md", 1, EVERY_LETTER)
    wording = reader.compile(footer)
    if flaws or wording is None:
        raise BadTemplate(*flaws, *reader.flaws)
    return Layout(page, wording, footer, compile_neutral(neutral, f"{folder}/neutral.toml"))


def compile_letter(
    name: str, source: str, file: str, layout: Layout, allowed: Mapping[str, AbstractSet[str]] = ALLOWED
) -> LetterTemplate:
    """Reads `templates/email/<profile>/<letter>.md`: heading lines, an empty line, Markdown with placeholders.

    `allowed` says which dotted facts each letter may read; a letter it does not know gets those of every letter.
    Raises BadTemplate with every flaw found.
    """
    facts = allowed.get(name, EVERY_LETTER)
    headings, body, body_line, flaws = _split(source, file)
    subject, subject_line = headings.get("subject", ("", 1))
    if not subject and not flaws:
        flaws.append(
            Flaw(
                file, 1, "there is no subject", "begin the file with a line such as “subject: {{ program.name }}: a short question”"
            )
        )
    if word := layout.neutral.breach_in_source(subject):
        flaws.append(Flaw(file, subject_line, f"the subject says “{word}”", "say it so that a bystander learns nothing"))
    subject_reader = Reader(name, file, subject_line, facts & SUBJECT_FACTS)
    preheader, preheader_line = headings.get("preheader", ("", 1))
    preheader_reader = Reader(name, file, preheader_line, facts)
    reader = Reader(name, file, body_line, facts)
    compiled = subject_reader.compile(subject), reader.compile(body), preheader_reader.compile(preheader) if preheader else None
    flaws += [*subject_reader.flaws, *preheader_reader.flaws, *reader.flaws, *_lint(body, body_line, file)]
    lang, lang_line = headings.get("lang", ("en", 1))
    if _LANGUAGE.fullmatch(lang) is None:
        flaws.append(Flaw(file, lang_line, f"“{lang}” is no language", "write lang: en"))
    kind, kind_line = headings.get("class", ("", 1))
    if kind and kind not in _CLASSES:
        flaws.append(Flaw(file, kind_line, f"“{kind}” is no class of letters", f"write one of {', '.join(LetterClass)}"))
    keep, keep_line = headings.get("keep", ("", 1))
    if keep not in ("", UNTIL_SENT):
        flaws.append(Flaw(file, keep_line, f"keep: {keep} is not known", f"write keep: {UNTIL_SENT}, or leave the line out"))
    subject_wording, body_wording, preheader_wording = compiled
    if flaws or subject_wording is None or body_wording is None:
        raise BadTemplate(*sorted(flaws, key=lambda flaw: flaw.line))
    return LetterTemplate(
        name,
        file,
        subject_wording,
        preheader_wording,
        body_wording,
        layout,
        lang,
        frozenset(subject_reader.reads | preheader_reader.reads | reader.reads | layout.footer.reads),
        answers(body),
        _digest(source, layout.page, layout.footer_source, RENDERER_VERSION),
        LetterClass(kind) if kind else None,
        tuple(role.strip() for role in headings.get("to", ("", 1))[0].split(",") if role.strip()),
        {**reader.places, **preheader_reader.places, **subject_reader.places, "class": kind_line, "subject": subject_line},
        explained(body),
        keep,
        tuple(_NUMBER.findall(body)),
    )


def render(
    template: LetterTemplate, facts: Mapping[str, object], reply_to: str, subject_tag: str = "", notice: str = ""
) -> Rendered:
    """The letter's words for these facts; answer links write to `reply_to`, `subject_tag` closes the subject as ` [tag]`.
    `notice` ends the letter's text, whatever its template says.

    Raises EmptyPlaceholder, NotNeutral or UnsafeLink: the letter is then held for a human.
    """
    subject = template.subject.line(facts)
    if not subject:
        raise EmptyPlaceholder(template.name, "subject", 1)
    if word := template.layout.neutral.breach(subject):
        raise NotNeutral(template.name, word)
    if subject_tag:
        subject = f"{subject} [{subject_tag}]"
    values = Values()
    preheader = template.preheader.skeleton(facts, values) if template.preheader else ""
    body = template.body.skeleton(facts, values)
    if notice:
        body = f"{body.rstrip()}\n\n{values.slot('notice', clean(notice))}\n"
    footer = template.layout.footer.skeleton(facts, values)
    shape = template.shape(preheader, body, footer)
    html = shape.html.filled(template.name, values.texts, subject, reply_start(reply_to, subject))
    text = shape.plain.filled(values.texts, short_reply_start(reply_to, subject)) + "\n"
    return Rendered(subject, text, html, tuple(values.texts))


def _split(source: str, file: str) -> tuple[dict[str, tuple[str, int]], str, int, list[Flaw]]:
    """Heading lines with their line numbers, the body and its first line."""
    headings: dict[str, tuple[str, int]] = {}
    flaws: list[Flaw] = []
    lines = source.removeprefix("\ufeff").splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            return headings, "\n".join(lines[number:]) + "\n", number + 1, flaws
        name, colon, value = line.partition(":")
        if not colon or name.strip().lower() not in _HEADINGS:
            flaws.append(
                Flaw(file, number, "not a heading line", f"begin with {', '.join(_HEADINGS)}, then an empty line, then the letter")
            )
            return headings, "", number, flaws
        headings[name.strip().lower()] = (value.strip(), number)
    flaws.append(Flaw(file, len(lines), "the letter says nothing", "write the letter under an empty line"))
    return headings, "", len(lines), flaws


def _lint(body: str, first_line: int, file: str) -> list[Flaw]:
    flaws: list[Flaw] = []
    if not body.strip():
        flaws.append(Flaw(file, first_line, "the letter says nothing", "write the letter under an empty line"))
    for number, line in enumerate(body.split("\n"), first_line):
        if _IMAGE.search(line):
            flaws.append(Flaw(file, number, "an image", "letters show no images: say it in words"))
        if _DATED.search(line):
            flaws.append(Flaw(file, number, "“just launched” grows old", "leave it out (R-038)"))
        if _RAW_HTML.search(line):
            flaws.append(
                Flaw(file, number, "HTML in a letter", "write Markdown; the layout is in templates/email/common/layout.html")
            )
        if _LINK_TARGET.search(line):
            flaws.append(Flaw(file, number, "a link that leads nowhere", "link to https://…, mailto:…, answer:WORD or {{ link }}"))
    return flaws


def _digest(*parts: str) -> str:
    """SHA-256 over the parts, each with its length, so that moving a word from one to the other shows."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode()
        whole.update(b"%d:" % len(data))
        whole.update(data)
    return whole.hexdigest()
