"""Reads a block of header lines without the standard library's slow paths: linear, capped, never failing."""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from mailer.wire.charsets import codec_of, decode

BLOCK_LIMIT = 256 * 1024  # bytes of header in all (reliability I8)
VALUE_LIMIT = 16 * 1024  # characters of one unfolded value; a To of 400 people still fits
COUNT_LIMIT = 400  # headers
# A sender that two readers would read differently is no sender (espoofer, USENIX Security 2020).
DOUBTFUL_FROM = "a From line is written so that two readers would read it differently"

_FIELD = re.compile(r"[!-9;-~]+[ \t]*")
_HIDDEN_FROM = re.compile(r"[ \t]+from[ \t]*:|from[ \t]+:", re.IGNORECASE)
_WORD = re.compile(r"=\?(?P<charset>[^?\s]{1,60})\?(?P<encoding>[bBqQ])\?(?P<words>[^?]*)\?=")
# The closing quote is optional, so that text with a thousand open quotes is still read once.
_QUOTED_OR_WORD = re.compile(r'"(?P<inside>(?:[^"\\]|\\.)*)"?|' + _WORD.pattern)
_PARAMETER = re.compile(r'[;\s]([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))')
_MULTIPART = re.compile(r'(multipart/[a-z]+); ?boundary="([^"\\?]+)"', re.IGNORECASE)  # as nearly all mail has it
_ESCAPED = re.compile(r"\\(.)")
_CONTROL: dict[int, str] = dict.fromkeys([*range(32), 127, 0x85, 0x2028, 0x2029], " ")
_PLAIN = bytes([9, 10, *range(32, 127)])
_SPECIALS = frozenset('()<>[]:;@\\,."')
# Headers that machines read: an encoded word in them stays as it was written, or what it holds would become their syntax.
_AS_WRITTEN = frozenset(
    (
        *("authentication-results", "message-id", "in-reply-to", "references", "received", "return-path", "auto-submitted", "date"),
        *("precedence", "content-type", "content-disposition", "content-transfer-encoding", "dkim-signature", "list-id"),
        "x-mentorpost-letter",
    )
)
_OF_ADDRESSES = frozenset(("from", "to", "cc", "bcc", "sender", "reply-to", "resent-from", "resent-to"))


def split_headers(block: bytes, problems: list[str]) -> tuple[list[tuple[str, str]], int]:
    """Names and unfolded values, as written, and how many bytes of `block` are header (the rest is body).

    A line that is no header ends the block, as words lost are worse than headers lost. What is wrong is told in `problems`.
    """
    if len(block) <= VALUE_LIMIT and not block.translate(None, _PLAIN):
        orderly = _orderly(block.decode("ascii"))
        if orderly is not None:
            return orderly, len(block)
    text = block[:BLOCK_LIMIT].decode("latin-1")
    lines = text.split("\n")
    found: list[tuple[str, str]] = []
    name = ""
    values: list[str] = []
    end = len(lines)
    for number, line in enumerate(lines):
        if line[:1] in (" ", "\t"):
            if line.lstrip()[:4].lower() == "from":
                _tell_hidden(line, problems)
            if name:
                values.append(line.strip())
            else:
                problems.append("the header begins with a continuation line")
            continue
        written, colon, value = line.partition(":")
        if colon and ((written.replace("-", "_").isidentifier() and written.isascii()) or _FIELD.fullmatch(written)):
            if name:
                found.append((name, values[0] if len(values) == 1 else " ".join(values)))
                if len(found) > COUNT_LIMIT:
                    name = ""
                    break
            name = written
            values = [value.strip()]
            if written[-1] in " \t":
                _tell_hidden(written + ":", problems)
        elif line.startswith(("From ", ">From ")) and not name:
            continue  # the separator of an mbox file
        elif line:
            problems.append("a line between the headers is no header; it and all after it were read as text")
            end = number
            break
    if name:
        found.append((name, " ".join(values)))
    if len(found) > COUNT_LIMIT:
        problems.append(f"there are more than {COUNT_LIMIT} headers; the rest was not read")
        del found[COUNT_LIMIT:]
    if len(block) > BLOCK_LIMIT:
        problems.append(f"the header is longer than {BLOCK_LIMIT // 1024} KB and was cut off")
    if len(text) > VALUE_LIMIT or block.translate(None, _PLAIN):
        found = [(name, _clean(name, value, problems)) for name, value in found]
    # What a limit cut off is header too.
    return found, len(block) if end == len(lines) else sum(map(len, lines[:end])) + end


def _orderly(text: str) -> list[tuple[str, str]] | None:
    """The headers of a block in which every line is one or continues one, as in nearly all mail; else None.

    Line by line with `strip`: a pattern over the whole block takes ten times as long, or the square of a long run of blanks.
    """
    found: list[tuple[str, str]] = []
    name = value = ""
    for line in text.split("\n"):
        if not line:
            return None
        if line[0] in " \t":
            more = line.strip()
            if not name or (more[:1] in "fF" and _HIDDEN_FROM.match(line) is not None):
                return None
            value = f"{value} {more}"
            continue
        if name:
            found.append((name, value.strip()))
        name, colon, value = line.partition(":")
        if not colon or not name or " " in name or "\t" in name:
            return None
        value = value.rstrip()
    if name:
        found.append((name, value.strip()))
    return found if len(found) <= COUNT_LIMIT else None


def _tell_hidden(line: str, problems: list[str]) -> None:
    if _HIDDEN_FROM.match(line):
        problems.append(DOUBTFUL_FROM)


def _clean(name: str, value: str, problems: list[str]) -> str:
    """A value within its limit, without control characters; each raw 8-bit value has its own charset, UTF-8 tried first."""
    if len(value) > VALUE_LIMIT:
        value = value[:VALUE_LIMIT]
        problems.append(f"the header {name[:40].strip()} is longer than {VALUE_LIMIT // 1024} KB and was cut off")
    if not value.isascii():
        value = decode(value.encode("latin-1"))
    return value if value.isprintable() else value.translate(_CONTROL)


def decoded(name: str, value: str) -> str:
    """`value` with its encoded words (RFC 2047) as text; what they hold can never become header syntax.

    In headers of addresses a decoded name is put in quotes, so that a comma or an address inside it stays a name.
    """
    if "=?" not in value or name.lower() in _AS_WRITTEN:
        return value
    return _decode_words(value, in_addresses=name.lower() in _OF_ADDRESSES)


def _decode_words(value: str, *, in_addresses: bool) -> str:
    pattern = _QUOTED_OR_WORD if in_addresses else _WORD
    done: list[str] = []
    run: list[tuple[str, bytes]] = []  # encoded words with nothing but space between them
    place = 0
    for match in pattern.finditer(value):
        between = value[place : match.start()]
        place = match.end()
        charset, encoding, words = match.group("charset", "encoding", "words")
        if charset is None or not run or between.strip():
            _flush(run, done, in_addresses)
            done.append(between)
        if charset is None:
            inside = _ESCAPED.sub(r"\1", match.group("inside"))
            done.append(_as_quoted(_decode_words(inside, in_addresses=False)))
        else:
            run.append((charset.partition("*")[0], _word_bytes(encoding, words)))
    _flush(run, done, in_addresses)
    done.append(value[place:])
    return "".join(done).translate(_CONTROL)


def _flush(run: list[tuple[str, bytes]], done: list[str], in_addresses: bool) -> None:
    """Writes a run of encoded words; neighbours of one charset are joined as bytes, for characters cut in two."""
    if not run:
        return
    pieces: list[str] = []
    place = 0
    while place < len(run):
        charset = run[place][0]
        end = place
        while end < len(run) and run[end][0].lower() == charset.lower():
            end += 1
        pieces.append(decode(b"".join(content for _, content in run[place:end]), charset))
        place = end
    run.clear()
    text = "".join(pieces)
    done.append(_as_quoted(text) if in_addresses and not _SPECIALS.isdisjoint(text) else text)


def _as_quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _word_bytes(encoding: str, words: str) -> bytes:
    raw = words.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    return base64_bytes(raw)


def base64_bytes(raw: bytes) -> bytes:
    """The bytes of base64 text; characters outside its alphabet and wrong padding are passed over."""
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def with_parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """A structured value (Content-Type, Content-Disposition) as its first word and its parameters, names in lower case.

    Knows RFC 2231 (pieces, charsets) and the encoded words that mailers put there against RFC 2047 section 5.
    """
    if "boundary" not in value:
        return _common(value) if len(value) <= 60 else _with_parameters(value)
    usual = _MULTIPART.fullmatch(value)
    return (usual[1].lower(), {"boundary": usual[2]}) if usual else _with_parameters(value)


def _with_parameters(value: str) -> tuple[str, dict[str, str]]:
    first = value.split(";", 1)[0].split(None, 1)
    word = first[0].lower().strip("\"'") if first else ""
    if "=" not in value:
        return word, {}
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    start = 0 if value[:1] in ";\t " else min((i for i in (value.find(";"), value.find(" ")) if i >= 0), default=len(value))
    for match in _PARAMETER.finditer(value, start):
        name, quoted, bare = match.group(1, 2, 3)
        text = bare.strip() if quoted is None else _ESCAPED.sub(r"\1", quoted) if "\\" in quoted else quoted
        name = name.lower()
        if "*" not in name:
            plain.setdefault(name, _decode_words(text, in_addresses=False) if "=?" in text else text)
            continue
        stem, _, rest = name.partition("*")
        encoded = rest == "" or rest.endswith("*")
        number = rest.rstrip("*")
        if len(number) < 4 and (number == "" or number.isdecimal()):
            pieces.setdefault(stem, []).append((int(number or "0"), encoded, text))
    for stem, found in pieces.items():
        plain[stem] = _joined(sorted(found))
    return word, plain


_common = lru_cache(maxsize=256)(_with_parameters)  # "text/plain; charset=utf-8" stands in nearly every message


def _joined(found: list[tuple[int, bool, str]]) -> str:
    """The pieces of one RFC 2231 parameter; the first names the charset as `charset'language'text`."""
    charset = ""
    content = b""
    for index, (_, encoded, text) in enumerate(found):
        if encoded and index == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        content += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return decode(content, charset if codec_of(charset) else "").translate(_CONTROL)
