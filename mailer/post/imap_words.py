"""The language of IMAP: names and sets as it wants them written, its answers as values (no input or output here; RFC 3501)."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_DATE = re.compile(r" ?(\d{1,2})-([A-Z][a-z]{2})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_UNKNOWN_DATE = datetime(1970, 1, 1, tzinfo=UTC)
LITERAL = re.compile(rb"\{(\d{1,12})\}$")


@dataclass(slots=True)
class Answer:
    """What came back for one command: its status and the untagged responses before it, each as lines and literals in turn."""

    status: str = ""  # OK, NO or BAD
    text: str = ""
    untagged: list[list[bytes]] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return self.status == "OK"


def quoted(text: str) -> str:
    """A quoted string (RFC 3501 section 9). Raises ValueError for what cannot stand in one."""
    if not text.isascii() or any(char in text for char in "\r\n\0"):
        raise ValueError("only plain ASCII without line ends can be quoted")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def modified_utf7(name: str) -> str:
    """A mailbox name as the wire wants it (RFC 3501 section 5.1.3)."""
    out: list[str] = []
    run = ""
    for char in f"{name}\x20":  # the space at the end flushes the last run, and is taken off again
        if " " <= char <= "~":
            if run:
                out.append("&" + b64encode(run.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-")
                run = ""
            out.append("&-" if char == "&" else char)
        else:
            run += char
    return "".join(out)[:-1]


def mailbox(name: str) -> str:
    """A mailbox name, encoded and quoted."""
    return quoted(modified_utf7(name))


def uid_sets(uids: Iterable[int], most: int = 500) -> Iterator[str]:
    """UIDs as sets such as `4:7,9`, each of at most `most` ranges, so that no command line grows without bound."""
    ranges: list[tuple[int, int]] = []
    for uid in sorted(set(uids)):
        if ranges and uid == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], uid)
        else:
            ranges.append((uid, uid))
    for start in range(0, len(ranges), most):
        yield ",".join(str(low) if low == high else f"{low}:{high}" for low, high in ranges[start : start + most])


def moment(text: str) -> datetime:
    """INTERNALDATE as an aware UTC moment; 1970 where the server wrote nonsense."""
    found = _DATE.fullmatch(text)
    if found is None or found[2] not in _MONTHS:
        return _UNKNOWN_DATE
    day, _, year, hour, minute, second, sign, zone_hours, zone_minutes = found.groups()
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes)) * (-1 if sign == "-" else 1)
    try:
        local = datetime(int(year), _MONTHS[found[2]], int(day), int(hour), int(minute), int(second), tzinfo=timezone(offset))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return _UNKNOWN_DATE


def day_of_search(day: date) -> str:
    """A day as SEARCH wants it (RFC 3501 section 9, date)."""
    name = next(name for name, number in _MONTHS.items() if number == day.month)
    return f"{day.day}-{name}-{day.year:04}"


def tokens(parts: Sequence[bytes]) -> Iterator[bytes | str]:
    """The words of a response: atoms and parentheses as str, strings (quoted or literal) as bytes.

    A quoted string is never searched for keywords, whatever a message's own text says.
    """
    at = 0
    while at < len(parts):
        line = parts[at]
        literal = LITERAL.search(line) if at + 1 < len(parts) else None
        end = literal.start() if literal else len(line)
        position = 0
        while position < end:
            char = line[position : position + 1]
            if char in (b" ", b"~"):
                position += 1
            elif char in (b"(", b")"):
                yield char.decode()
                position += 1
            elif char == b'"':
                text, position = _quoted_at(line, position + 1, end)
                yield text
            else:
                start = position
                while position < end and line[position : position + 1] not in (b" ", b"(", b")", b'"'):
                    position += 1
                yield line[start:position].decode("utf-8", "replace")
        if literal:
            yield parts[at + 1]
            at += 1
        at += 1


def _quoted_at(line: bytes, start: int, end: int) -> tuple[bytes, int]:
    pieces: list[bytes] = []
    position = start
    while position < end:
        quote, slash = line.find(b'"', position, end), line.find(b"\\", position, end)
        if quote < 0:
            break
        if 0 <= slash < quote:
            pieces.append(line[position:slash] + line[slash + 1 : slash + 2])
            position = slash + 2
        else:
            pieces.append(line[position:quote])
            return b"".join(pieces), quote + 1
    return b"".join(pieces) + line[position:end], end


def fetched(response: Sequence[bytes]) -> dict[str, bytes | str] | None:
    """The items of one FETCH response by upper-case name, lists left out; None where it is another response."""
    stream = tokens(response)
    if next(stream, None) != "*" or not str(next(stream, "")).isdigit() or str(next(stream, "")).upper() != "FETCH":
        return None
    items: dict[str, bytes | str] = {}
    depth = 0
    name = ""
    for token in stream:
        if token == "(":
            depth += 1
        elif token == ")":
            depth -= 1
            name = "" if depth == 1 else name
        elif depth == 1 and not name:
            name = token.upper() if isinstance(token, str) else "?"
        elif depth == 1:
            items[name] = token
            name = ""
    return items


def code(text: str, name: str) -> str | None:
    """The value of a response code such as `[UIDVALIDITY 3]` in a status text; empty where it has none; None where it is absent."""
    for piece in text.split("[")[1:]:
        word, _, value = piece.partition("]")[0].partition(" ")
        if word.upper() == name:
            return value
    return None
