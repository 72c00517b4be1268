"""Lines of a coordinator about one person: whom each concerns, and the day on which the two spoke, where it says so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from mailer.wire.commands.people import in_front
from mailer.wire.dates.read import find_dates

_LIMIT = 100  # lines of one mail
_LINE = 2000  # characters of one line
_TALKED = r"spoke|spoken|talked|met|chatted|hablé|hablamos|gesprochen"
# "Leo Pratt spoke last week" without a colon; whether there is such a person, the roster says.
_WITHOUT_COLON = re.compile(
    rf"(?!(?:I|We|You|She|He|They|It) )([^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){{0,3}}?),?(?: and I)?,? ((?:{_TALKED})\b.*)"
)
_TALKS = tuple(_TALKED.split("|"))
_SPOKE = re.compile(rf"(?:(?:we|i|yes|have|had|both)[ ,]+){{0,3}}(?:{_TALKED})\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:no|not|never|nobody|nothing|voicemail|mailbox|\w+n['’]t)\b", re.IGNORECASE)
_VAGUE = re.compile(r"week|month|year|semana|mes|woche|monat", re.IGNORECASE)  # no day of the calendar


def about_lines(lines: Sequence[str], taken: set[int], answered: set[str]) -> dict[str, str]:
    """Lines that begin with whom they concern: "Ana Ruiz: spoke 3 March, going well" (CONTRACT.md section 7)."""
    found: dict[str, str] = {}
    text = "\n".join(lines)
    talks = any(map(text.__contains__, _TALKS))
    if not talks and ":" not in text:
        return found
    for number, line in enumerate(lines, 1):
        labelled = ":" in line[:80]
        talked = talks and any(map(line.__contains__, _TALKS))
        if not labelled and not talked:
            continue
        if number in taken or line[:1] == ">" or line.strip() in answered or len(found) >= _LIMIT:
            continue
        name, rest = in_front(line[:_LINE]) if labelled else ("", "")
        if not name and talked:
            plain = _WITHOUT_COLON.fullmatch(line[:_LINE].strip())
            name, rest = (plain[1], plain[2]) if plain is not None and plain[1].istitle() else ("", "")
        if name:
            found[name] = f"{found[name]}\n{rest}" if name in found else rest
    return found


def spoken_days(about: Mapping[str, str], *, sent: date, order: str) -> dict[str, date]:
    """Of lines that say "spoke 3 March": the day, by name. Nothing where no talk came about, or "last week" says no day."""
    found: dict[str, date] = {}
    for name, text in about.items():
        clause = re.split(r"[,;.!\n]", text, maxsplit=1)[0]
        if not _SPOKE.match(clause) or _NOT.search(clause) or _VAGUE.search(clause):
            continue
        days = [day for day, _, _ in find_dates(clause, sent=sent, order=order, future=False)]
        if len(days) == 1:
            found[name] = days[0]
    return found
