"""Reads addresses, Message-IDs and dates out of header values: strictly where trust hangs on it, else tolerantly."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from mailer.model.mail import Parsed
from mailer.wire.headers import DOUBTFUL_FROM

# dot-atom of RFC 5322 section 3.2.3 on both sides, ASCII only; lengths of RFC 5321 section 4.5.3.1
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_LOCAL = re.compile(rf"{_ATEXT}{{1,64}}(?:\.{_ATEXT}{{1,64}}){{0,31}}")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62}){0,20}")
_NAME_WORD = re.compile(r'[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s"(),:;<>@\[\\\]]+))')
_COMMENT = re.compile(r"([^\s()<>]+)[ \t]+\(([^()<>@\"\\]*)\)")
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|<[^<>]*>?|[(),;:]|[^\s"(),;:<>]+')
_ONE = re.compile(r'[^"(),;:<>]*<[^"(),;:<>]*>')  # one address behind a plain name
_BRACKETED = re.compile(r"<([^<>]*)>")
_DATE = re.compile(
    r"(?:[A-Za-z]{2,9}\.?,?\s{0,9})?(\d{1,2})[\s-]{1,9}([A-Za-z]{3})[A-Za-z]{0,7}\.?,?[\s-]{1,9}(\d{4}|\d{2}),?\s{1,9}"
    r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d{1,9})?\s{0,9}(?:([+-])(\d{2}):?(\d{2})|([A-Za-z]{1,5}))?"
)
_C_DATE = re.compile(  # asctime() of C
    r"[A-Za-z]{3,9},?\s{1,9}([A-Za-z]{3})[a-z]{0,6}\s{1,9}(\d{1,2})\s{1,9}(\d{1,2}):(\d{2}):(\d{2})\s(?:[A-Z]{3,4}\s)?(\d{4})"
)
_MONTHS = {
    name: number
    for number, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
# Hours east of UTC of the names in RFC 5322 section 4.3 and the ones still met
_ZONES = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cet": 1, "cest": 2, "bst": 1}


def sender(parsed: Parsed) -> tuple[str, str]:
    """Name and bare address of the one From header; ("", "") where there is none, more than one, or a doubtful one."""
    lines = parsed.by_name.get("from", ())
    if len(lines) != 1 or DOUBTFUL_FROM in parsed.problems:
        return "", ""
    return one_address(lines[0])


def one_address(value: str) -> tuple[str, str]:
    """Display name and bare address (domain in lower case) of a value that holds exactly one plain address.

    ("", "") for lists, groups, routes, comments inside, quoted local parts, non-ASCII addresses and whatever else two
    readers could read differently (RFC 5322 section 3.4, read narrowly on purpose).
    """
    value = value.strip()
    if not value or len(value) > 2000:
        return "", ""
    if not value.endswith(">"):
        beside = _COMMENT.fullmatch(value)
        address = _plain(beside.group(1) if beside else value)
        return (beside.group(2).strip() if beside else "", address) if address else ("", "")
    start = value.rfind("<")
    address = _plain(value[start + 1 : -1]) if start >= 0 else ""
    if not address:
        return "", ""
    phrase = value[:start].strip()
    if phrase.lower() == address.lower():
        return phrase, address
    name = _name(phrase)
    return ("", "") if name is None else (name, address)


def _name(phrase: str) -> str | None:
    """The words of a display name, or None where it is none."""
    if phrase.replace(" ", "").isalpha():
        return " ".join(phrase.split())
    words: list[str] = []
    place = 0
    while place < len(phrase):
        match = _NAME_WORD.match(phrase, place)
        if match is None:
            return None
        quoted, bare = match.groups()
        words.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare)
        place = match.end()
    return " ".join(" ".join(words).split())


def _plain(text: str) -> str:
    """`text` as an address with its domain in lower case, or "" where it is no dot-atom address."""
    local, at, domain = text.partition("@")
    if not at or len(local) > 64 or len(domain) > 255 or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return ""
    return f"{local}@{domain.lower()}"


@lru_cache(maxsize=256)  # our own inbox stands in nearly every message, twice
def addresses(value: str) -> tuple[str, ...]:
    """Every bare address of a To or Cc value, each once, in order; what is no plain address is passed over."""
    if value[-1:] == ">" and _ONE.fullmatch(value) is not None:
        address = _plain(value[value.index("<") + 1 : -1].strip())
        return (address,) if address else ()
    found: dict[str, None] = {}
    bare = angle = ""
    depth = 0  # inside (comments), which nest

    def close() -> None:
        address = _plain((angle or bare).strip())
        if address:
            found[address] = None

    for piece in _PIECE.findall(value):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(depth - 1, 0)
        elif depth:
            continue
        elif piece in (",", ";", ":"):
            close()
            bare = angle = ""
        elif piece.startswith("<"):
            angle = angle or piece.strip("<>")
        elif not piece.startswith('"') and "@" in piece:
            bare = bare or piece
    close()
    return tuple(found)


def message_ids(value: str) -> tuple[str, ...]:
    """The Message-IDs of References or In-Reply-To without brackets, in order; bare words with "@" count where no brackets are."""
    if value[:1] == "<" and value.find(">") == len(value) - 1 > 1 and len(value.split()) == 1 and value.find("<", 1) < 0:
        return (value[1:-1],)  # as nearly all are written
    bracketed = ["".join(inside.split()) for inside in _BRACKETED.findall(value)]
    if not bracketed:
        bracketed = [word.strip("<>,;") for word in value.split() if "@" in word]
    return tuple(dict.fromkeys(word for word in bracketed if word))


@lru_cache(maxsize=64)
def _zone(sign: str, hours: str, minutes: str) -> timezone:
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


def parse_date(value: str) -> datetime | None:
    """The aware moment of a Date header (RFC 5322 section 3.3, old forms and ISO 8601 too); None where it is none.

    A missing or unknown zone is read as UTC. Years outside 1970 to 2199 are not believed.
    """
    text = value.strip()[:100]
    zone = UTC
    match = _DATE.match(text)
    try:
        if match:
            day, month, year, hour, minute, second, sign, hours, minutes, name = match.groups()
            number = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
            if sign:
                zone = _zone(sign, hours, minutes)
            elif name:
                zone = timezone(timedelta(hours=_ZONES.get(name.lower(), 0)))
        elif match := _C_DATE.match(text):
            month, day, hour, minute, second, year = match.groups()
            number = int(year)
        else:
            moment = datetime.fromisoformat(text)
            return None if not 1970 <= moment.year < 2200 else moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if not 1970 <= number < 2200:
            return None
        return datetime(number, _MONTHS[month.lower()], int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=zone)
    except (ValueError, KeyError, OverflowError):
        return None
