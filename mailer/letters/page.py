"""Markdown tokens become an HTML page: a table layout with its styles inside the elements, ready to be filled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from html import escape

from css_inline import CSSInliner
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from mailer.letters.bars import NAME, html_of
from mailer.letters.errors import UnsafeLink
from mailer.letters.links import answer_body, encoded
from mailer.letters.markdown import OPTIONS
from mailer.letters.placeholders import FIRST_SLOT, SLOTS

CODE_MARK = "<!--code-->"  # where compose puts the letter's code
_IN_ADDRESS = 0x10000  # from a slot in text to the same slot inside an address
_FIRST_ADDRESS_SLOT = FIRST_SLOT + _IN_ADDRESS
_SUBJECT = "\U0010fff0"
_REPLY = "\U0010fff1"
_SLOT = re.compile(SLOTS)
_SLOTS = re.compile(f"({SLOTS})")
_SAFE_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_WIDE = 4  # columns from which a table is folded on a telephone
_INLINER = CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_at_rules=True)


class Kind(IntEnum):
    """How a value is written at its place."""

    TEXT = 0
    LINK = 1  # the whole address of a link
    PART = 2  # inside an address: percent-encoded
    SUBJECT = 3
    REPLY = 4  # mailto: address and subject of the reply


def _address(text: str) -> str:
    """`text` as a part of an address: constant parts percent-encoded, slots marked as lying in an address."""
    pieces = _SLOTS.split(text)
    return "".join(_marked(piece) if number % 2 else encoded(piece) for number, piece in enumerate(pieces))


def _marked(text: str) -> str:
    return _SLOT.sub(lambda found: chr(ord(found[0]) + _IN_ADDRESS), text)


class _Writer(RendererHTML):
    def answer(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        return f'<a class="answer" href="{_REPLY}{_address(answer_body(str(token.meta["word"])))}">{escape(token.content)}</a>'

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<a href="{_marked(escape(str(tokens[idx].attrGet("href") or "")))}">'

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if tokens[idx].info.strip() == NAME:
            return html_of(tokens[idx].content)
        content = escape(tokens[idx].content.rstrip("\n"))
        return f"<pre>{content}</pre>\n"

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        columns = next((token.meta["columns"] for token in tokens[idx:] if token.type == "td_open"), 0)
        return f'<table class="{"data wide" if columns >= _WIDE else "data"}">\n'

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        meta = tokens[idx].meta
        label = f'<span class="label">{escape(meta["heading"])}: </span>' if meta["columns"] >= _WIDE else ""
        return f"<td>{label}"


_WRITER = _Writer()


def fragment(tokens: Sequence[Token]) -> str:
    """The HTML of a document, slots in place."""
    return _WRITER.render(tokens, OPTIONS, {})


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """A page, ready to be filled: literal pieces and, between them, which value is written how."""

    pieces: tuple[str, ...]
    slots: tuple[tuple[Kind, int], ...]

    @classmethod
    def of(cls, html: str) -> HtmlPage:
        pieces: list[str] = []
        slots: list[tuple[Kind, int]] = []
        end = 0
        for found in _SLOT.finditer(html):
            pieces.append(html[end : found.start()])
            end = found.end()
            code = ord(found[0])
            if found[0] == _SUBJECT:
                slots.append((Kind.SUBJECT, 0))
            elif found[0] == _REPLY:
                slots.append((Kind.REPLY, 0))
            elif code < _FIRST_ADDRESS_SLOT:
                slots.append((Kind.TEXT, code - FIRST_SLOT))
            else:
                whole = pieces[-1].endswith('href="') and html[end : end + 1] == '"'
                slots.append((Kind.LINK if whole else Kind.PART, code - _FIRST_ADDRESS_SLOT))
        return cls((*pieces, html[end:]), tuple(slots))

    def filled(self, letter: str, values: Sequence[str], subject: str, reply: str) -> str:
        """The page of one letter; `reply` is the start of a mailto: address. Raises UnsafeLink."""
        written = [self.pieces[0]]
        reply = escape(reply)
        for (kind, number), piece in zip(self.slots, self.pieces[1:], strict=True):
            match kind:
                case Kind.TEXT:
                    written.append(escape(values[number]).replace("\n", "<br>"))
                case Kind.LINK:
                    if _SAFE_LINK.fullmatch(values[number]) is None:
                        raise UnsafeLink(letter)
                    written.append(escape(values[number]))
                case Kind.PART:
                    written.append(encoded(answer_body(values[number]), "@"))
                case Kind.SUBJECT:
                    written.append(escape(subject))
                case Kind.REPLY:
                    written.append(reply)
            written.append(piece)
        return "".join(written)


def html_page(layout: str, lang: str, preheader: str, content: Sequence[Token], footer: Sequence[Token]) -> HtmlPage:
    """The documents set into the layout, every style moved to the elements it is for (what a mail program keeps)."""
    page = (
        layout.replace("{{ lang }}", escape(lang))
        .replace("{{ subject }}", _SUBJECT)
        .replace("{{ preheader }}", escape(preheader))
        .replace("{{ content }}", fragment(content))
        .replace("{{ footer }}", fragment(footer))
        .replace("{{ code }}", CODE_MARK)
    )
    return HtmlPage.of(_INLINER.inline(page))
