"""Reads single values that people write: mail addresses, time zones; and finds the word they may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email


@dataclass(frozen=True, slots=True)
class Override:
    """One key that a story (or a caller) sets over what a file says; `key` is dotted."""

    key: str
    value: object
    file: str = ""
    line: int = 0


def nearest(written: str, names: Iterable[str], example: str = "", cutoff: float = 0.6) -> str:
    """Advice for an unknown word: the nearest known one, else the few that are possible, else `example`."""
    known = sorted(names)
    folded = {name.lower(): name for name in known}
    near = difflib.get_close_matches(written.lower(), list(folded), n=1, cutoff=cutoff)
    if near:
        return f"did you mean {folded[near[0]]!r}?"
    if len(known) <= 24:
        return f"possible here: {', '.join(known)}"
    return f"write one such as {example!r}" if example else "look it up in the documentation"


def read_address(written: str) -> tuple[str, str]:
    """A mail address with its domain in lower case and "", or "" and what is wrong with it. Syntax only (RFC 5321), no DNS.

    Addresses outside ASCII before the @ are refused: servers without SMTPUTF8 (RFC 6531) could not be written to.
    """
    try:
        found = validate_email(
            written.strip(), check_deliverability=False, globally_deliverable=False, allow_smtputf8=False, allow_quoted_local=False
        )
    except EmailNotValidError as mistake:
        said = str(mistake).rstrip(".").replace("email address", "address")
        return "", said[:1].lower() + said[1:]
    return (found.ascii_email or found.normalized), ""


def read_zone(written: str) -> ZoneInfo | None:
    """The IANA time zone of that name, or None. Works without the machine's zone files (tzdata is a dependency)."""
    try:
        return ZoneInfo(written) if written else None
    except (LookupError, ValueError, OSError):  # unknown; a path; a folder such as "America"
        return None


def shown(value: object) -> str:
    """A value as it stands in TOML, cut to a length that fits a complaint."""
    text = str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
    text = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
    return text if len(text) <= 60 else text[:57] + "…"
