"""Turns the bytes of any message into `Parsed`: total, linear in time, within stated limits, and never an exception.

The standard library's reader needs seconds for 8 KB of semicolons and raises on one mutated message in ten
(reliability findings 1 to 4), so headers, MIME tree and transfer encodings are read here. What is malformed or beyond a
limit is told in `Parsed.problems`; the words that can be read are kept.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from mailer.model.mail import Parsed, Part
from mailer.wire.addresses import addresses, message_ids, one_address, parse_date, sender
from mailer.wire.charsets import codec_of, decode
from mailer.wire.flowed import unflow
from mailer.wire.headers import DOUBTFUL_FROM, base64_bytes, decoded, split_headers, with_parameters

__all__ = ["addresses", "message_ids", "one_address", "parse", "parse_date", "sender"]

SIZE_LIMIT = 10 * 1024 * 1024  # bytes (reliability I8)
PART_LIMIT = 200
DEPTH_LIMIT = 20
TEXT_LIMIT = 4 * 1024 * 1024  # characters of text in all parts together; `Part.content` is whole
BOUNDARY_LIMIT = 200  # characters; RFC 2046 section 5.1.1 says 70, some mailers do not count
_FALSE_HITS = 500  # lines that begin with a boundary and are none, after which a compiled pattern takes over

_MESSAGES = frozenset(("message/rfc822", "message/global", "message/news"))
_USUAL = frozenset(("text/plain", "text/html", "multipart/alternative", "multipart/mixed", "multipart/related"))
_USUAL_BLOCK = 300  # bytes of a part's headers that are worth remembering
_NOTHING: Mapping[str, str] = {}
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,100}")
_GUESSED_BOUNDARY = re.compile(rb"\n--([^\s-][^\n]{0,199})\n[Cc]ontent-")
_SOFT_BREAK = re.compile(rb"=[ \t]+\n")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_NOT_BASE64_LINE = re.compile(rb"[^A-Za-z0-9+/=\s]")
_EMPTY_LINES = re.compile(rb"\n*")
_UU_LINES = 200_000  # more than 10 MB of honest lines


class _Place(NamedTuple):
    """Where an entity lies in the tree."""

    path: str
    depth: int
    otherwise: str  # the type of what names none: RFC 2046 sections 5.1 and 5.1.5
    in_message: bool


def parse(raw: bytes) -> Parsed:
    """The message in `raw`, whatever it holds. Never raises; under a second for 10 MB, and more than that is cut off."""
    reading = _Reading()
    content = raw
    if len(content) > SIZE_LIMIT:
        content = content[:SIZE_LIMIT]
        reading.tell(f"the message is larger than {SIZE_LIMIT // 1024 // 1024} MB; the rest was not read")
    headers = reading.message(content, _Place("1", 0, "text/plain", False))
    return Parsed(headers, tuple(reading.parts), len(raw), tuple(reading.problems))


class _Described(NamedTuple):
    """What the headers of an entity say of its content."""

    kind: str  # lower case; empty where they name none
    parameters: Mapping[str, str]
    disposition: str
    filename: str
    encoding: str


def _described(headers: Sequence[tuple[str, str]]) -> _Described:
    about = {name.strip().lower(): value for name, value in reversed(headers) if name[0] in "Cc"}
    kind, parameters = with_parameters(about["content-type"]) if "content-type" in about else ("", _NOTHING)
    if kind not in _USUAL and "content-type" in about and not _TYPE.fullmatch(kind):
        kind = "application/octet-stream" if "/" in kind else "text/plain"
    disposition = filename = ""
    if "content-disposition" in about:
        disposition, more = with_parameters(about["content-disposition"])
        filename = more.get("filename", "")
        if disposition not in ("", "inline"):
            disposition = "attachment"  # RFC 2183 section 2.8: what is unknown is one
    filename = filename or parameters.get("name", "")
    if filename.lower() == "winmail.dat":
        kind = "application/ms-tnef"
    encoding = about.get("content-transfer-encoding", "").lower()
    if encoding not in ("", "quoted-printable", "base64", "7bit", "8bit"):
        encoding = encoding.partition(";")[0].strip()
    return _Described(kind, parameters, disposition, filename, encoding)


@lru_cache(maxsize=256)  # the two parts of a webmail's reply have the same headers in every message
def _described_block(block: bytes) -> _Described | None:
    """What a part's block of headers says; None where anything in it must be told or is text already."""
    problems: list[str] = []
    headers, length = split_headers(block, problems)
    return _described(headers) if length == len(block) and not problems else None


class _Reading:
    """One walk through one message: the parts and problems found so far."""

    __slots__ = ("parts", "problems", "text_left")

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.problems: dict[str, None] = {}
        self.text_left = TEXT_LIMIT

    def tell(self, problem: str) -> None:
        self.problems[problem] = None

    def message(self, content: bytes, place: _Place) -> tuple[tuple[str, str], ...]:
        """Reads a whole message and gives its headers, decoded."""
        # A newline in front makes every boundary line, the first too, begin with one.
        buffer = b"\n" + _newlines(content)
        return self._message(buffer, 1, len(buffer), place)

    def _message(self, buffer: bytes, start: int, end: int, place: _Place) -> tuple[tuple[str, str], ...]:
        if start < end and buffer[start] == 10 and (empty := _EMPTY_LINES.match(buffer, start, end)):
            start = empty.end()
        written, start = self._headers(buffer, start, end)
        self._entity(buffer, start, end, written, place)
        if buffer.find(b"=?", 0, start) < 0:
            return tuple(written)
        return tuple([(name, decoded(name, value) if "=?" in value else value) for name, value in written])

    def _headers(self, buffer: bytes, start: int, end: int) -> tuple[list[tuple[str, str]], int]:
        """The headers that begin at `start`, and where the body begins; buffer[start - 1] is a newline."""
        if start >= end:
            return [], end
        blank = buffer.find(b"\n\n", start - 1, end)
        stop = blank if blank >= 0 else end
        if stop <= start:
            return [], start + 1
        problems: list[str] = []
        found, length = split_headers(buffer[start:stop], problems)
        for problem in problems:
            if problem != DOUBTFUL_FROM or not self.parts:  # the sender of what is inside is nobody's proof
                self.tell(problem)
        if start + length < stop:
            return found, start + length
        return found, min(stop + 2, end)

    def _entity(self, buffer: bytes, start: int, end: int, headers: Sequence[tuple[str, str]], place: _Place) -> None:
        """Reads one MIME entity, whose body is buffer[start:end], and all that lies in it."""
        self._content(buffer, start, end, _described(headers), place)

    def _content(self, buffer: bytes, start: int, end: int, described: _Described, place: _Place) -> None:
        """The same where it is known what its headers say."""
        if len(self.parts) >= PART_LIMIT:
            self.tell(f"there are more than {PART_LIMIT} parts; the rest was not read")
            return
        kind, parameters, disposition, filename, encoding = described
        kind = kind or place.otherwise
        nests = kind.startswith("multipart/") or kind in _MESSAGES
        if nests and place.depth < DEPTH_LIMIT:
            index = len(self.parts)
            self.parts.append(Part(place.path, kind, parameters, disposition, filename, in_message=place.in_message))
            if kind in _MESSAGES:
                inner = self._enclosed(buffer, start, end, encoding, place)
                self.parts[index] = Part(place.path, kind, parameters, disposition, filename, b"", None, inner, place.in_message)
            else:
                self._multipart(buffer, start, end, kind, parameters.get("boundary", ""), place)
            return
        if nests:
            self.tell(f"parts lie deeper than {DEPTH_LIMIT} levels; what is inside was not read")
        content = self._transferred(buffer[start:end], encoding)
        text = self._text(content, kind, parameters)
        self.parts.append(Part(place.path, kind, parameters, disposition, filename, content, text, (), place.in_message))

    def _enclosed(self, buffer: bytes, start: int, end: int, encoding: str, place: _Place) -> tuple[tuple[str, str], ...]:
        """Reads an attached message and gives its headers. Encoded ones are against RFC 2046 section 5.2.1, and met."""
        inner = _Place(f"{place.path}.1", place.depth + 1, "text/plain", True)
        if encoding in ("base64", "quoted-printable"):
            return self.message(self._transferred(buffer[start:end], encoding), inner)
        return self._message(buffer, start, end, inner)

    def _multipart(self, buffer: bytes, start: int, end: int, kind: str, boundary: str, place: _Place) -> None:
        otherwise = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        mark = boundary.rstrip().encode("utf-8", "replace")
        if len(mark) > BOUNDARY_LIMIT:
            self.tell(f"a boundary is longer than {BOUNDARY_LIMIT} characters")
            mark = b""
        spans = self._spans(buffer, start, end, mark) if mark else []
        if not spans:
            guessed = _GUESSED_BOUNDARY.search(buffer, max(start - 1, 0), end)
            self.tell("a multipart names no boundary that can be found in it")
            spans = self._spans(buffer, start, end, guessed.group(1).rstrip()) if guessed else []
        if not spans:
            self._entity(buffer, start, end, [], _Place(f"{place.path}.1", place.depth + 1, "text/plain", place.in_message))
        for number, (first, last) in enumerate(spans, 1):
            inner = _Place(f"{place.path}.{number}", place.depth + 1, otherwise, place.in_message)
            blank = buffer.find(b"\n\n", first - 1, min(last, first + _USUAL_BLOCK))
            if blank > first and (usual := _described_block(buffer[first:blank])) is not None:
                self._content(buffer, min(blank + 2, last), last, usual, inner)
                continue
            headers, body = self._headers(buffer, first, last)
            self._entity(buffer, body, last, headers, inner)

    def _spans(self, buffer: bytes, start: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
        """Where the parts between lines of `boundary` begin and end. Text before the first and behind the last is left out.

        Parts behind the closing line are read too: that line may belong to an inner multipart with the same boundary.
        """
        spans: list[tuple[int, int]] = []
        begin = -1
        for found, after, closing in _delimiters(buffer, max(start - 1, 0), end, b"\n--" + boundary):
            if begin >= 0:
                spans.append((min(begin, found), found))
                if len(self.parts) + len(spans) > PART_LIMIT:
                    self.tell(f"there are more than {PART_LIMIT} parts; the rest was not read")
                    return spans
            begin = -1 if closing else after
        if begin >= 0 and (begin < end or not spans):
            spans.append((min(begin, end), end))
        return spans

    def _transferred(self, content: bytes, encoding: str) -> bytes:
        """`content` with its transfer encoding (RFC 2045 section 6) undone; what is not really encoded stays as it is."""
        if encoding == "quoted-printable":
            if b"=" not in content:
                return content
            done = binascii.a2b_qp(content)
            if b"=" in done and (b" \n" in content or b"\t\n" in content):
                return binascii.a2b_qp(_SOFT_BREAK.sub(b"=\n", content))
            return done
        if encoding == "base64":
            return self._from_base64(content)
        if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return _from_uuencode(content)
        if encoding not in ("", "7bit", "8bit", "binary"):
            self.tell("a transfer encoding is not known; the text was taken as it is")
        return content

    def _from_base64(self, content: bytes) -> bytes:
        letters = content.translate(None, b" \t\r\n\f\v")
        if not _NOT_BASE64.search(letters):
            return base64_bytes(letters)
        # Something else stands in it: usually a footer that a list or gateway appended behind the encoded text.
        self.tell("base64 text holds other characters")
        first = _NOT_BASE64_LINE.search(content)
        begin = content.rfind(b"\n", 0, first.start() if first else 0) + 1
        rest = content[begin:].strip()
        if b" " not in rest[:100]:
            return base64_bytes(letters)
        return base64_bytes(content[:begin]) + b"\n" + rest if begin else rest

    def _text(self, content: bytes, kind: str, parameters: Mapping[str, str]) -> str | None:
        if not kind.startswith(("text/", "message/")):
            return None
        charset = parameters.get("charset", "")
        if charset and not codec_of(charset):
            self.tell("a charset is not known; the text was read as UTF-8 or Windows-1252")
        text = decode(content[: self.text_left * 4], charset, html=kind == "text/html")
        if len(text) > self.text_left:
            self.tell(f"there is more than {TEXT_LIMIT // 1024 // 1024} MB of text; the rest was not read")
            text = text[: self.text_left]
        self.text_left -= len(text)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if kind == "text/plain" and parameters.get("format", "").lower() == "flowed":
            text = unflow(text, delsp=parameters.get("delsp", "").lower() == "yes")
        return text


def _newlines(content: bytes) -> bytes:
    if b"\r" in content:
        content = b"\n".join(content.split(b"\r\n"))  # faster than `replace`
        if b"\r" in content:
            content = content.replace(b"\r\n", b"\n")
            if b"\n" not in content:
                content = content.replace(b"\r", b"\n")
    return content


def _delimiters(buffer: bytes, start: int, end: int, mark: bytes) -> list[tuple[int, int, bool]]:
    """Each boundary line of `mark`: where it begins, where the next line begins, whether it closes the multipart."""
    found: list[tuple[int, int, bool]] = []
    false_hits = 0
    place = buffer.find(mark, start, end)
    while place >= 0 and len(found) <= PART_LIMIT * 2:
        line_end = buffer.find(b"\n", place + len(mark), end)
        line_end = end if line_end < 0 else line_end
        tail = buffer[place + len(mark) : line_end].strip()
        if tail in (b"", b"--"):
            found.append((place, min(line_end + 1, end), tail == b"--"))
        else:
            false_hits += 1
            if false_hits > _FALSE_HITS:
                return found + _many_delimiters(buffer, line_end, end, mark, PART_LIMIT * 2 - len(found))
        place = buffer.find(mark, line_end, end)
    return found


def _many_delimiters(buffer: bytes, start: int, end: int, mark: bytes, limit: int) -> list[tuple[int, int, bool]]:
    """The same for text that is full of lines which look like boundaries: compiling costs more, searching far less."""
    found: list[tuple[int, int, bool]] = []
    for match in re.compile(re.escape(mark) + rb"(--)?[ \t\r]*(?=\n|\Z)").finditer(buffer, start, end):
        found.append((match.start(), min(match.end() + 1, end), match.group(1) is not None))
        if len(found) > limit:
            break
    return found


def _from_uuencode(content: bytes) -> bytes:
    """The bytes of a uuencoded text; lines that cannot be read are passed over."""
    done: list[bytes] = []
    inside = False
    for line in content.split(b"\n", _UU_LINES)[:_UU_LINES]:
        if not inside:
            inside = line.startswith(b"begin ")
        elif line.rstrip() == b"end":
            break
        elif line and len(line) > ((line[0] - 32) & 63) * 4 // 3 - 4:  # a shorter line would be blown up with zeros
            try:
                done.append(binascii.a2b_uu(line))
            except binascii.Error:
                continue
    return b"".join(done) if inside else content
