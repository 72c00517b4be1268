"""Chooses the part of a message that its author wrote, and cuts it into lines with their quote marks read."""

from __future__ import annotations

import re

from mailer.model.mail import Parsed, Part
from mailer.wire.html.read import read
from mailer.wire.quoting.footers import is_stub

LINE_LIMIT = 100_000  # lines of a body that are read
PATIENCE = 500  # times that many lines are looked at because of one, in vain; a mail needs a few
_NO_BODY = frozenset(
    ("text/html", "text/calendar", "text/csv", "text/vcard", "text/x-vcard", "text/rfc822-headers", "text/css", "text/x-amp-html")
)
# What HTML holds if its mail program marked the quotation.
_HTML_MARKS = (
    "<blockquote",
    "gmail_quote",
    "divrplyfwdmsg",
    "yahoo_quoted",
    "stopspelling",
    "appendonsend",
    'name="quote"',
    "ydpyahoo",
)
_RICH = frozenset(("text/enriched", "text/richtext"))  # RFC 1896
_REACTION = "text/vnd.google.email-reaction+json"  # a sign put to our letter with one tap
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNED_HEAD = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Z][A-Za-z-]{2,20}: [^\n]*\n){0,8}\n?")
_SIGNED_TAIL = re.compile(r"-----BEGIN PGP SIGNATURE-----\n[^-]{0,8000}-----END PGP SIGNATURE-----\n?")
_MARK = re.compile(r"[ \t]{0,3}>")
_RUN_END = re.compile(r"\n(?!>)(?![ \t]{0,3}>)")  # the first question answers for nearly all lines
_TORN = re.compile(r">[ \t]{0,2}[^\n>]{0,24}[:：][ \t]*(?=\n|\Z)")  # ">:" or "> wrote:", behind an address broken before its ">"
_BEFORE_MARKS = re.compile(r":[ \t]{0,3}\n\s{0,4}>")
_SHARED = re.compile(  # "Yes On Mon, 8 Nov 2027 P <p@example.org> wrote:": the author's words share the line of an attribution
    r"([^>]{0,200}?[^\s>-])(?:-{2,5}[ \t]?|[ \t]{1,3})"
    r"((?:On|Am|Le|El|Il|Em|Op|Den|W dniu|Dne) (?=.{0,60}\d).{8,200}?"
    r"(?:wrote|schrieb.{0,80}|a écrit|escribió|ha scritto|escreveu|schreef.{0,80}|skrev.{0,80}|napisał\S{0,4})[ \t]?:)"
)
# One of these begins the attribution: a look for them spares the pattern where it begins its line.
_SHARED_BEGINS = ("On ", "Am ", "Le ", "El ", "Il ", "Em ", "Op ", "Den ", "W dniu ", "Dne ")
_SPACED_MARK = re.compile(r"\n[ \t]{1,3}>")
_STRUCK = re.compile(r"<(?:s|strike|del)[ >]|style=[\"'][^\"'>]{0,200}line-through", re.IGNORECASE)
_INVISIBLE = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
_DELETE = dict.fromkeys(map(ord, _INVISIBLE))
_TRIM = " \t*_\u00a0"


class Body:
    """A body as entries in order, in parallel lists: an entry is one line, or a whole run of lines with quote marks.

    Runs stay in one piece, as most of a reply is quotation and nobody has to look into it.
    """

    __slots__ = ("depths", "html", "marks", "patience", "raws", "texts")

    def __init__(self, raws: list[str], depths: list[int], marks: dict[int, str], *, html: bool) -> None:
        self.raws = raws  # as written; with marks in plain text
        self.depths = depths  # 0 outside quotations
        self.marks = marks  # entry -> what an HTML mail program said about it
        self.html = html
        self.patience = PATIENCE
        self.texts = _bare_texts(raws)  # without blanks, stars and invisible characters at the ends

    def lines(self, entry: int) -> list[tuple[str, int]]:
        """The lines of an entry without their marks, with their depth."""
        if not self.depths[entry] or self.html:
            return [(self.raws[entry], self.depths[entry])]
        return [unmarked(line) for line in self.raws[entry].split("\n")]

    def count(self, entry: int) -> int:
        """How many lines an entry has."""
        return 1 + (self.raws[entry].count("\n") if self.depths[entry] and not self.html else 0)

    def written(self, start: int, end: int) -> str:
        """Entries as text, with quote marks."""
        if not self.html:
            return "\n".join(self.raws[start:end])
        return "\n".join(
            f"{'>' * min(depth, 20)} {raw}".rstrip() if depth else raw
            for raw, depth in zip(self.raws[start:end], self.depths[start:end], strict=True)
        )


def bare(text: str) -> str:
    """A line without blanks, stars of bold print and invisible characters at its ends."""
    clean = text if text.isascii() else text.translate(_DELETE)
    return clean.strip(_TRIM) or clean.strip()  # a drawn line of stars stays one


def _bare_texts(raws: list[str]) -> list[str]:
    if not all(map(str.isascii, raws)):
        for entry, raw in enumerate(raws):
            if raw and not raw.isascii() and not raw.translate(_DELETE).strip():
                raws[entry] = ""  # iPhones begin a quotation with an invisible character
        return [bare(raw) for raw in raws]
    return [raw.strip(_TRIM) or raw.strip() for raw in raws]


def body(parsed: Parsed) -> tuple[Body, list[Part]]:
    """The body, plain text preferred where it is real, and the HTML parts that say the same again."""
    plain: list[Part] = []
    html: list[Part] = []
    reaction = False
    for part in parsed.parts:
        if part.type == _REACTION:
            reaction = True
            continue
        if part.text is None or part.in_message or part.disposition == "attachment" or not part.type.startswith("text/"):
            continue
        if part.type == "text/html":
            html.append(part)
        elif part.type in _RICH and plain:
            continue  # says again what the plain text says
        elif not part.filename and part.type not in _NO_BODY:
            plain.append(part)
    if html and all(is_stub(part.text or "") for part in plain):
        read_html = html_body(html)
        if any(read_html.texts):
            return read_html, []
    text = "\n\n".join([part.text or "" for part in plain])
    if reaction:
        text = text.lstrip().partition("\n\n")[0].partition("\n")[0]  # below the sign stands what the mail program says of it
    return text_body(_unsigned(text) if _SIGNED in text else text), html


def _unsigned(text: str) -> str:
    """The words of a message that is signed inside its text (RFC 4880 section 7)."""
    text = _SIGNED_HEAD.sub("", text, 1)
    return _SIGNED_TAIL.sub("", text, 1).replace("\n- -", "\n-")


def marks_quotation(html: list[Part]) -> bool:
    """Whether the HTML twin of a plain text says itself where the quotation is."""
    for part in html:
        text = (part.text or "").lower()
        if any(mark in text for mark in _HTML_MARKS):
            return True
    return False


def strikes(html: list[Part]) -> bool:
    """Whether words are struck out in the HTML twin of a plain text, which cannot show it."""
    return any(
        _STRUCK.search(text)
        for part in html
        if "<s>" in (text := part.text or "") or "<del" in text or "trike" in text or "line-through" in text
    )


def html_body(parts: list[Part]) -> Body:
    """The lines of HTML; marks that a mail program wrote as text (`&gt; words`) count too."""
    raws: list[str] = []
    depths: list[int] = []
    marks: dict[int, str] = {}
    for part in parts:
        for text, depth, mark in read(part.text or "").lines[:LINE_LIMIT]:
            if mark:
                marks[len(raws)] = mark
            if text[:1] == ">":
                words, more = unmarked(text)
                raws.append(words)
                depths.append(depth + more)
            else:
                raws.append(text)
                depths.append(depth)
    return Body(raws, depths, marks, html=True)


def text_body(text: str) -> Body:
    """The lines of plain text, runs of quote marks in one piece."""
    if ">" not in text:
        raws = text.split("\n", LINE_LIMIT)[:LINE_LIMIT]
        return Body(raws, [0] * len(raws), {}, html=False)
    text = _unshared(text)
    raws = []
    depths: list[int] = []
    place = 0
    plain_mark = spaced_mark = -1  # the next ones ahead; each is searched for again only once it is passed
    while place <= len(text) and len(raws) < LINE_LIMIT:
        if _MARK.match(text, place):
            torn = _TORN.match(text, place) if raws and "<" in raws[-1] and raws[-1].count("<") > raws[-1].count(">") else None
            end_of_run = None if torn else _RUN_END.search(text, place)
            end = torn.end() if torn else end_of_run.start() if end_of_run else len(text)
            run = text[place:end]
            if run[:6] == ">From " and "\n" not in run:  # a mailbox in one file escapes the word so
                raws.append(run[1:])
                depths.append(0)
                place = end + 1
                continue
            raws.append(run)
            depths.append(unmarked(run[: run.find("\n") if "\n" in run else end])[1])
        else:
            if plain_mark < place:
                plain_mark = text.find("\n>", place)
                plain_mark = plain_mark if plain_mark >= 0 else len(text)
            if spaced_mark < place:
                spaced = _SPACED_MARK.search(text, place)
                spaced_mark = spaced.start() if spaced else len(text)
            end = min(plain_mark, spaced_mark)
            lines = text[place:end].split("\n")
            raws += lines
            depths += [0] * len(lines)
        place = end + 1
    return Body(raws[:LINE_LIMIT], depths[:LINE_LIMIT], {}, html=False)


def _unshared(text: str) -> str:
    """Breaks a line where an attribution begins behind the author's words. Only where marks follow is that sure."""
    pieces: list[str] = []
    done = 0
    for colon in _BEFORE_MARKS.finditer(text):
        start = text.rfind("\n", 0, colon.start()) + 1
        if not 20 < colon.start() - start < 500 or not any(map(text[start + 2 : colon.start()].__contains__, _SHARED_BEGINS)):
            continue
        if (shared := _SHARED.fullmatch(text, start, colon.start() + 1)) is not None:
            pieces.append(text[done : shared.end(1)])
            done = shared.start(2)
    return "\n".join([*pieces, text[done:]])


def unmarked(line: str) -> tuple[str, int]:
    """The words and the depth of a line whose marks may be ">", "> >", " >" or ">>"."""
    if line[:2] == "> " and line[2:3] != ">":  # nearly all are written so
        return line[2:], 1
    if line == ">":
        return "", 1
    place = depth = 0
    end = len(line)
    while place < end:
        letter = line[place]
        if letter == ">":
            depth += 1
        elif letter not in " \t" or (line[place + 1 : place + 2] != ">" and (depth or place > 2)):
            break
        place += 1
    if not depth:
        return line, 0
    return line[place + 1 :] if line[place : place + 1] == " " else line[place:], depth
