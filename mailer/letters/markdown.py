"""The Markdown our letters are written in: CommonMark with tables and answer links, without raw HTML or images.

A line break stays a line break, as in a mail program.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from mailer.letters.links import GOES_ON
from mailer.letters.placeholders import SLOTS

_ANSWER = re.compile(r"\[([^\[\]\n]+)\]\(answer:([^()\n]+)\)")
_ITEM = re.compile(r"^[ \t]*[-*] \[([^\[\]\n]+)\]\(answer:([^()\n]+)\)(.*)$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{%[^\n]*?%\}|\{\{[^\n]*?\}\}")
_SHORTEST = 6  # letters of a piece between two placeholders that say enough
_LINK_START = re.compile(rf"https?://|mailto:|{SLOTS}", re.IGNORECASE)


class _Grammar(MarkdownIt):
    """Links stay exactly as written, so that a value's slot survives in them."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 (markdown-it's name)
        return _LINK_START.match(url) is not None

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


def _answer(state: StateInline, silent: bool) -> bool:
    """`[CONFIRM](answer:CONFIRM)`: a word that can be sent back; in HTML a link that writes the reply."""
    found = _ANSWER.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        token = state.push("answer", "a", 0)
        token.content = found[1]
        token.meta = {"word": found[2].strip()}
    state.pos = found.end()
    return True


def _grammar() -> MarkdownIt:
    grammar = _Grammar("commonmark", {"html": False, "breaks": True, "xhtmlOut": False})
    grammar.enable("table")
    grammar.disable(["image", "html_block", "html_inline", "lheading", "reference", "code"])
    grammar.inline.ruler.before("link", "answer", _answer)
    return grammar


_GRAMMAR = _grammar()
OPTIONS = _GRAMMAR.options


def parse(text: str) -> list[Token]:
    """The tokens of `text`; every cell of a wide table knows its column's heading (`meta["heading"]`)."""
    tokens = _GRAMMAR.parse(text)
    headings: list[str] = []
    column = 0
    for place, token in enumerate(tokens):
        match token.type:
            case "table_open":
                headings = []
            case "th_open":
                headings.append(tokens[place + 1].content)
            case "tr_open":
                column = 0
            case "td_open":
                token.meta = {"heading": headings[column], "columns": len(headings)}
                column += 1
    return tokens


def explained(text: str) -> dict[str, tuple[str, ...]]:
    """What a list in `text` says of each answer it offers: how that begins, in small letters, whichever way its branches go."""
    found: dict[str, list[str]] = {}
    for item in _ITEM.finditer(text):
        word, said = item[2].strip(), item[3]
        if GOES_ON in word or "{" in word or item[1].strip() != word:
            continue
        pieces = (" ".join(piece.split()).casefold() for piece in _PLACEHOLDER.split(said))
        found.setdefault(word, []).extend(piece.lstrip(": ") for piece in pieces if len(piece) > _SHORTEST)
    return {word: tuple(said) for word, said in found.items()}


def answers(text: str) -> frozenset[str]:
    """The words that `text` offers as answers, as far as they do not depend on facts."""
    found = (answer[2].strip().removesuffix(GOES_ON).rstrip() for answer in _ANSWER.finditer(text))
    return frozenset(word for word in found if "{{" not in word)
