"""Reads Authentication-Results (RFC 8601) and says whether the trusted server found DMARC to pass for the address in From."""

from __future__ import annotations

import re
from typing import NamedTuple

from mailer.model.mail import Parsed

_LONGEST = 20_000  # characters of one header; a real one has a few hundred
_PIECE = re.compile(r'\s+|"(?:[^"\\]|\\.)*"|[;=]|[^\s"();=\\]+', re.DOTALL)
# Most headers hold no comment and nothing quoted: they are taken apart by these.
_SIMPLE_SERVER = re.compile(r'\s*([^\s;="()\\]+)\s*;')
_SIMPLE = re.compile(r'([a-z0-9][a-z0-9_-]*)=([^\s="()\\]+)((?:\s+[^\s="()\\]+=[^\s="()\\]+)*)', re.IGNORECASE)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_VERSION = re.compile(r"[0-9]{1,9}")
_METHOD = re.compile(r"([a-z0-9][a-z0-9_-]*)(?:/[0-9]{1,9})?", re.IGNORECASE)


class Result(NamedTuple):
    """One `resinfo`: a method, what it found, and the properties it found it for (names in lower case)."""

    method: str
    result: str
    properties: tuple[tuple[str, str], ...] = ()


class Results(NamedTuple):
    """One Authentication-Results header as read."""

    server: str  # authserv-id, lower case
    found: tuple[Result, ...] = ()


def passes(parsed: Parsed, from_address: str, trusted: str) -> bool | None:
    """Whether the server `trusted` says dmarc=pass for the domain of `from_address`; None where it says nothing at all.

    Only the topmost header with its authserv-id counts: what lies below came from the sender (RFC 8601 section 5).
    Every `dmarc` result in it must pass, and every `header.from` must be the domain itself; a header that breaks the
    grammar anywhere proves nothing. An empty `trusted` trusts nobody.
    """
    if not trusted:
        return None
    domain = from_address.rpartition("@")[2].lower().rstrip(".")
    for value in parsed.all("Authentication-Results"):
        if (server := _server(value)) is None or server != trusted.lower():
            continue
        if "dmarc" not in value.lower():
            return False
        results = read(value)
        return results is not None and bool(domain) and _proves(results, domain)
    return None


def _proves(results: Results, domain: str) -> bool:
    verdicts = [found for found in results.found if found.method == "dmarc"]
    if not verdicts or any(found.result != "pass" for found in verdicts):
        return False
    named = [value for found in verdicts for name, value in found.properties if name == "header.from"]
    return all(value.rpartition("@")[2].lower().rstrip(".") == domain for value in named)


def read(value: str) -> Results | None:
    """The header as RFC 8601 section 2.2 writes it, or None where it breaks that grammar or names no server."""
    simple = _simply(value)
    if simple is not None:
        return simple
    pieces = _pieces(value)
    if pieces is None:
        return None
    sections: list[list[str]] = [[]]
    for piece in pieces:
        if piece == ";":
            sections.append([])
        else:
            sections[-1].append(piece)
    head = [piece for piece in sections[0] if piece]
    if len(head) not in (1, 2) or head[0] == "=" or (len(head) == 2 and not _VERSION.fullmatch(head[1])):
        return None
    rest = [section for section in sections[1:] if any(section)]
    if [[piece.lower() for piece in section if piece] for section in rest] == [["none"]]:
        return Results(_plain(head[0]).lower())
    found = [_result(section) for section in rest]
    if any(result is None for result in found):
        return None
    return Results(_plain(head[0]).lower(), tuple(result for result in found if result is not None))


def _simply(value: str) -> Results | None:
    """The same for a header without comments, versions and quotations; None where there are any, or anything is amiss."""
    head = _SIMPLE_SERVER.match(value) if len(value) <= _LONGEST else None
    if head is None:
        return None
    found: list[Result] = []
    for section in value[head.end() :].split(";"):
        bare = section.strip()
        if not bare:
            continue
        simple = _SIMPLE.fullmatch(bare)
        if simple is None:
            return None
        pairs = [pair.partition("=") for pair in simple[3].split()]
        found.append(Result(simple[1].lower(), simple[2].lower(), tuple([(name.lower(), text) for name, _, text in pairs])))
    return Results(head[1].lower(), tuple(found)) if found else None


def _server(value: str) -> str | None:
    """The authserv-id of a header, even one that is malformed further on: a broken header must not make room for a forged one."""
    simple = _SIMPLE_SERVER.match(value)
    if simple is not None:
        return simple[1].lower()
    pieces = _pieces(value[: value.find(";")] if ";" in value else value) or _pieces(value) or []
    words = [piece for piece in pieces if piece]
    return _plain(words[0]).lower() if words and words[0] not in (";", "=") else _first_word(value)


def _first_word(value: str) -> str | None:
    words = value[:_LONGEST].replace(";", " ").split(maxsplit=1)
    return words[0].lower() if words else None


def _pieces(value: str) -> list[str] | None:
    """Words, quoted strings, ";" and "=", with an empty piece wherever white space or a comment stood; None if unbalanced."""
    if len(value) > _LONGEST:
        return None
    pieces: list[str] = []
    at = 0
    while at < len(value):
        if value[at] == "(":
            end = _comment_end(value, at)
            if end is None:
                return None
            pieces.append("")
            at = end
            continue
        hit = _PIECE.match(value, at)
        if hit is None:  # a lone quotation mark, a closing bracket, a backslash
            return None
        pieces.append("" if hit[0].isspace() else hit[0])
        at = hit.end()
    return pieces


def _comment_end(value: str, at: int) -> int | None:
    depth = 0
    while at < len(value):
        match value[at]:
            case "\\":
                at += 1
            case "(":
                depth += 1
            case ")":
                depth -= 1
                if depth == 0:
                    return at + 1
            case _:
                pass
        at += 1
    return None


def _result(section: list[str]) -> Result | None:
    """`method[/version] = result` and then `name = value` pairs; blanks may stand around "=" but not inside a value."""
    pairs: list[tuple[str, str]] = []
    at, length = 0, len(section)

    def blank(here: int) -> int:
        while here < length and not section[here]:
            here += 1
        return here

    while (at := blank(at)) < length:
        name = section[at]
        at = blank(at + 1)
        if name == "=" or name.startswith('"') or at >= length or section[at] != "=":
            return None
        at = blank(at + 1)
        value: list[str] = []
        while at < length and section[at]:
            value.append(_plain(section[at]))
            at += 1
        if not value:
            return None
        pairs.append((name.lower(), "".join(value)))
    if not pairs or not (method := _METHOD.fullmatch(pairs[0][0])):
        return None
    return Result(method[1], pairs[0][1].lower(), tuple(pairs[1:]))


def _plain(piece: str) -> str:
    if len(piece) >= 2 and piece.startswith('"'):
        return _QUOTED_PAIR.sub(r"\1", piece[1:-1])
    return piece
