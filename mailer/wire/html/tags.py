"""Cuts HTML into tags and text in one pass, whatever it holds, and knows what mail programs mean by their tags.

html.parser is quadratic on `<b<b` and raises on `<![` (reliability finding 4); every pattern here is possessive, so no
character is looked at more than a few times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from typing import NamedTuple

ATTRIBUTES_LIMIT = 4000  # characters of one tag that are read for attributes

_OPENING = re.compile(r"<[A-Za-z/!?]")
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*+)([^>=]*+(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')?+[^>=]*+)*+)(>?)")
_COMMENT = re.compile(r"<!--(?:-?>)?")
_ATTRIBUTE = re.compile(r"(?:^|(?<=[\s\"'/]))([^\s=\"'/>]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]++))")
_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));?")
_RAW_ENDS = {
    name: re.compile(rf"</{name}[\s/>]", re.IGNORECASE) for name in ("script", "style", "title", "xml", "noframes", "iframe")
}
_WINDOWS = {number: bytes([number]).decode("cp1252", "replace") for number in range(128, 160)}  # &#150; means a dash


class Tag(NamedTuple):
    name: str  # lower case, without a slash
    closing: bool
    written: str  # the attributes as written


def tokens(html: str) -> Iterator[str | Tag]:
    """Text (entities undone) and tags in order. Comments, scripts and styles are left out; an unclosed one hides nothing."""
    place, end = 0, len(html)
    endless: set[str] = set()  # what was searched for in vain: searching again would cost the square
    while place < end:
        opening = _OPENING.search(html, place)
        if opening is None:
            yield unescape(html[place:])
            return
        start = opening.start()
        if start > place:
            yield unescape(html[place:start])
        match = _TAG.match(html, start)
        if match is None:
            place = _past_declaration(html, start, endless)
            continue
        if not match.group(4):
            yield unescape(html[start:])  # no ">" any more: a "<" that someone wrote
            return
        place = match.end()
        name = match.group(2).lower()
        yield Tag(name, match.group(1) == "/", match.group(3))
        if name in _RAW_ENDS and match.group(1) != "/" and not match.group(3).endswith("/") and name not in endless:
            close = _RAW_ENDS[name].search(html, place)
            if close is None:
                endless.add(name)
            else:
                place = close.start()


def _past_declaration(html: str, start: int, endless: set[str]) -> int:
    """Where to go on behind a comment, a declaration or a stray "</"."""
    comment = _COMMENT.match(html, start)
    if comment is not None:
        if comment.group().endswith(">"):
            return comment.end()
        mark = "-->"
    else:
        mark = ">"
    found = -1 if mark in endless else html.find(mark, start + 2)
    if found < 0:
        endless.add(mark)
        return start + 2
    return found + len(mark)


def unescape(text: str) -> str:
    """`text` with character references as characters; wrong ones stay as written."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name is not None:
        return _named(name, match.group())
    number = int(decimal) if decimal is not None else int(hexadecimal, 16)
    if number in _WINDOWS:
        return _WINDOWS[number]
    if number == 0 or number > 0x10FFFF or 0xD800 <= number < 0xE000:
        return "\ufffd"
    return chr(number)


def _named(name: str, written: str) -> str:
    found = html5.get(name + ";") if written.endswith(";") else html5.get(name)
    if found is not None:
        return found
    for length in range(min(len(name), 6), 1, -1):  # "&nbspx": names that HTML 4 allowed without a semicolon
        found = html5.get(name[:length])
        if found is not None:
            return found + written[length + 1 :]
    return written


def attributes(written: str) -> dict[str, str]:
    """Names (lower case) and values of a tag's attributes; the first of a name counts."""
    found: dict[str, str] = {}
    if "=" in written:
        for name, double, single, bare in _ATTRIBUTE.findall(written[:ATTRIBUTES_LIMIT]):
            found.setdefault(name.lower(), unescape(double or single or bare))
    return found


# What mail programs call their parts: prefix of a class, id or name (a leading "x_" of Outlook is taken off) -> meaning.
_MEANINGS = (
    (
        "attribution",
        ("moz-cite-prefix", "gmail_attr", "reply-intro", "replyheader", "aolreplyheader", "airmail_on", "wordsection_reply"),
    ),
    (
        "signature",
        (
            "gmail_signature",
            "moz-signature",
            "applemailsignature",
            "composer_signature",
            "ms-outlook-mobile-signature",
            "signature",
            "k9mail-signature",
            "bloop_sign",
            "messagesignaturesection",
            "protonmail_signature_block",
            "tutanota_signature",
            "mobile-signature",
            "ymail_android_signature",
            "ydpsignature",
            "yahoo-signature",
            "mailbird-signature",
        ),
    ),
    (
        "header",
        (
            "divrplyfwdmsg",
            "outlookmessageheader",
            "appendonsend",
            "mail-editor-reference-message-container",
            "stopspelling",
            "zwchr",
            "moz-forward-container",
            "forwardedmessage",
        ),
    ),
    (
        "quote",
        (
            "yahoo_quoted",
            "yqt",
            "ydpyahoo_quoted",
            "quoted_output_body",
            "messagereplysection",
            "orimsghtmlseperator",
            "quoted-content",
            "mail-quote-collapse",
            "front-blockquote",
            "mailbird-quote",
        ),
    ),
)
_BY_PREFIX = {prefix: meaning for meaning, prefixes in _MEANINGS for prefix in prefixes}
_PREFIX = re.compile("|".join(sorted((re.escape(prefix) for prefix in _BY_PREFIX), key=len, reverse=True)))
_STRUCK = frozenset(("s", "strike", "del"))  # what somebody took back is not said
_BAR = re.compile(r"border-left:(?!none|0(?![.1-9])|[^;]*?(?:none|hidden))[^;]*?(?:solid|double|dotted|dashed|ridge)")
_HINTS = re.compile(r"class|id|style|name|type|data-|hidden", re.IGNORECASE)


def meaning(tag: Tag) -> str:
    """What an opening tag says about all inside it: quote, bar, attribution, signature, header, hidden, pre, or nothing."""
    if tag.name == "blockquote":
        return _of_blockquote(tag)
    if tag.name in ("pre", "textarea"):
        return "pre"
    if tag.name in _STRUCK:
        return "hidden"
    if not _HINTS.search(tag.written, 0, ATTRIBUTES_LIMIT):
        return ""
    return _of_attributes(tag)


def _of_attributes(tag: Tag) -> str:
    found = attributes(tag.written)
    style = "".join(found.get("style", "").lower().split())
    if "display:none" in style or "mso-hide:all" in style or "visibility:hidden" in style or "line-through" in style:
        return "hidden"
    if found.get("data-smartmail", "").lower() == "gmail_signature" or found.get("data-signatureblock", "").lower() == "true":
        return "signature"
    if found.get("name", "").lower() == "quote" and tag.name == "div":
        return "quote"  # GMX, web.de
    for key in ("id", "class", "name"):
        for word in found.get(key, "").lower().split():
            word = word.removeprefix("x_")
            if word[:3] == "ydp" and "yahoo_" in word:  # Yahoo sets a number in front of its own names
                word = word[word.index("yahoo_") :]
            match = _PREFIX.match(word)
            if match:
                return _BY_PREFIX[match.group()]
    if "border-left" in style and tag.name == "div" and "border-right" not in style and _BAR.search(style):
        return "bar"
    return "pre" if "white-space:pre" in style and "white-space:pre-line" not in style else ""


def _of_blockquote(tag: Tag) -> str:
    """A quotation, unless it is how Gmail and Outlook write "indent this paragraph"."""
    found = attributes(tag.written)
    style = "".join(found.get("style", "").lower().split())
    if "type" in found or "cite" in found or "quote" in found.get("class", "").lower():
        return "quote"
    return "" if "border:none" in style or "border-width:0" in style or "border:0" in style else "quote"
