"""Dates as people write them, read relative to the day of their message; linear in the length of the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

from mailer.wire.dates import words
from mailer.wire.dates.numbers import numeric
from mailer.wire.dates.text import Days, Text, day_of_month, in_range, month_earlier

Spotted: TypeAlias = tuple[date, int, int]
"""A date and where it stands in the text (start and end, as slice positions)."""

_LONGEST_PHRASE = 400  # characters of one phrase in a form; more is prose
_BARE_DAY = re.compile(r"(?:on )?the (\d{1,2})(?:st|nd|rd|th)[.,]?")
_LONGEST_TEXT = 50_000  # characters that are searched for dates; nobody writes more


def read_date(text: str, *, sent: date, order: str = "mdy", future: bool | None = None) -> date | None:
    """The first date of one phrase ("Oct 19th", "yesterday", "19.10.2027"), or None where it holds none or an impossible one.

    `sent` is the local day of the message; `order` ("mdy" or "dmy") reads 3/4/2027; `future` tells which year a date
    without one belongs to: True the next such day, False the last one, None the nearest. A day more than ten months away in
    the preferred direction is taken from the other: an absence note that came late, a contact date that lies ahead by mistake.
    """
    for days, _, _ in _spans(Text(text[:_LONGEST_PHRASE].strip(), sent, order, future, whole=True)):
        return days[0] if days else None
    bare = _BARE_DAY.fullmatch(text[:_LONGEST_PHRASE].strip().lower())
    return day_of_month(int(bare[1]), in_range(sent), ahead=bool(future)) if bare is not None else None


def find_dates(text: str, *, sent: date, order: str = "mdy", future: bool | None = None) -> tuple[Spotted, ...]:
    """Every possible date of a longer text, in reading order, each with its start and end; options as for `read_date`.

    "3 and 7 March" and "1 - 4 May" give both days, with one span. Only the first 50,000 characters are searched.
    """
    found: list[Spotted] = []
    for days, start, end in _spans(Text(text[:_LONGEST_TEXT], sent, order, future)):
        found.extend((day, start, end) for day in days)
    return tuple(found)


def _spans(text: Text) -> list[tuple[tuple[date, ...], int, int]]:
    """Every phrase that has the shape of a date. Impossible days leave an empty tuple."""
    spans: list[tuple[tuple[date, ...], int, int]] = []
    at, length, tokens = 0, len(text), text.tokens
    while at < length:
        token = tokens[at]
        hit: Days | None = None
        if token.isdecimal():
            if text.token(at + 1) not in _BEHIND_NUMBERS and len(token) != 8:
                at += 1
                continue
            hit = numeric(text, at) or _relative(text, at) or _day_first(text, at)
        elif (reader := _READERS.get(token)) is not None:
            hit = reader(text, at)
        if hit is None:
            at += 1
            continue
        days, end = hit
        spans.append((tuple(day for day in days if day is not None), text.starts[at], text.ends[end - 1]))
        at = end
    return spans


def _day_first(text: Text, at: int) -> Days | None:
    """ "3 March 2027", "19. Okt.", "1er mai", "3 de marzo", "1 - 4 May", "the third of March", "19-Oct-27"."""
    if (first := text.day(at)) is None:
        return None
    days, here = [first[0]], first[1]
    while len(days) < 8 and (joint := text.joint(here)) is not None and (more := text.day(joint)) is not None:
        days.append(more[0])
        here = more[1]
    here = text.skip(here, words.LINKS | {".", ",", "-", "/", "\n"} if len(days) == 1 else words.LINKS | {".", "\n"}, 3)
    month = text.month(here)
    if month is None or (text.tokens[here - 1] == "\n" and text.day(here + 1) is not None):
        return None
    year, end = text.year(here + 1, short="-/" if text.token(here - 1) in ("-", "/") else "")
    return [text.resolve(year, month, day) for day in days], end


def _month_first(text: Text, at: int) -> Days | None:
    """ "March 3", "Oct 19th, 2027", "October the 19th", "March 3 - 7", "Oct 3 and 5"."""
    month = text.month(at)
    here = text.skip(at + 1, words.LINKS | {".", "-", "\n"}, 2)
    if month is None or (first := text.day(here)) is None or text.is_unit(first[1]):
        return None
    days, here = [first[0]], first[1]
    while len(days) < 8 and (joint := text.joint(here)) is not None and (more := text.day(joint)) is not None:
        if not text.closes(more[1]):  # "Oct 3 and 5 mentees", "March 3 to 7 April"
            break
        days.append(more[0])
        here = more[1]
    year, end = text.year(here, short="-")
    return [text.resolve(year, month, day) for day in days], end


def _relative(text: Text, at: int) -> Days | None:
    """ "3 weeks ago", "vor 3 Wochen", "il y a 2 jours", "in two weeks", "a week from now", "3周前"."""
    token = text.tokens[at]
    number = words.NUMBERS.get(token, -1)
    if token.isdecimal():
        number = int(token) if len(token) <= 3 else -1
    here = text.skip(at + 1, frozenset(("of", "de", "full", "个", "個", "couple", "few")), 2)
    if token in ("a", "the") and text.token(at + 1) in ("couple", "few"):
        number = words.NUMBERS[text.token(at + 1)]
    if number < 0:
        return None
    han = {"天": 1, "日": 1, "周": 7, "週": 7, "月": 30, "年": 365}.get(text.token(here), 0)
    unit = han or words.UNITS.get(text.token(here), 0)
    if not unit:
        return None
    after, before = text.token(here + 1), text.token(at - 1)
    if after in (("前",) if han else words.AGO_AFTER):
        return [text.shift(-number, unit)], here + 2
    if after in (("后", "後") if han else words.AHEAD_AFTER):
        return [text.shift(number, unit)], here + (2 if text.token(here + 2) not in ("now", "today") else 3)
    if before in words.AGO_BEFORE or (before == "a" and text.token(at - 2) == "y" and text.token(at - 3) == "il"):
        return [text.shift(-number, unit)], here + 1
    if before in words.AHEAD_BEFORE:
        return [text.shift(number, unit)], here + 1
    return None


def _near(text: Text, at: int) -> Days | None:
    """ "yesterday", "morgen", "demain": not "Guten Morgen", not the German "hier"."""
    token, before, after = text.tokens[at], text.token(at - 1), text.token(at + 1)
    if (before, token) in words.NEAR_PAIRS:
        return [text.sent + timedelta(days=words.NEAR_PAIRS[before, token])], at + 1
    days = words.NEAR[token]
    if token in ("morgen", "manana") and (before in words.NOT_TOMORROW or after in words.NOT_TOMORROW):
        return None
    if token == "hier" and not (text.alone or before in words.WITH_HIER or after in words.WITH_HIER):
        return None
    return [text.sent + timedelta(days=days)], at + 1


def _pair(text: Text, at: int) -> Days | None:
    """ "i går", "avant-hier", "day after tomorrow"."""
    second = at + 2 if text.token(at + 1) in ("-", "'", "’", "de") else at + 1
    days = words.NEAR_PAIRS.get((text.tokens[at], text.token(second)))
    return None if days is None else ([text.sent + timedelta(days=days)], second + 1)


def _turned(text: Text, at: int) -> Days | None:
    """ "last Friday", "next week", "letzten Monat"."""
    ahead = text.tokens[at] in words.NEXT
    following = text.token(at + 1)
    if following in words.WEEKDAYS:
        return _dated(text, at + 1) or ([text.weekday(words.WEEKDAYS[following], ahead=ahead)], at + 2)
    if text.tokens[at] == "last" and following in ("night", "evening"):
        return [text.sent - timedelta(days=1)], at + 2
    return _whole_unit(text, following, at + 2, ahead=ahead)


def _unit_turned(text: Text, at: int) -> Days | None:
    """ "la semana pasada", "la semaine prochaine"."""
    after = text.token(at + 1)
    if after not in words.LAST and after not in words.NEXT:
        return None
    return _whole_unit(text, text.tokens[at], at + 2, ahead=after in words.NEXT)


def _whole_unit(text: Text, unit: str, end: int, *, ahead: bool) -> Days | None:
    """Last week is a week ago; next week and next month begin on their first day."""
    match words.UNITS.get(unit):
        case 7 if ahead:
            return [text.weekday(0, ahead=True)], end
        case 7:
            return [text.shift(-1, 7)], end
        case 30 if ahead:
            later = text.shift(1, 30)
            return [later and later.replace(day=1)], end
        case 30:
            return [month_earlier(text.sent, 1)], end
        case _:
            return None


def _dated(text: Text, at: int) -> Days | None:
    """A weekday before a date says nothing new: "Friday, 15 October"."""
    here = text.skip(at + 1, words.LINKS | {",", ".", "-", "feira", "("}, 3)
    if not text.token(here):
        return None
    if text.token(here).isdecimal():
        return numeric(text, here) or _day_first(text, here)
    return _month_first(text, here) if text.month(here) else (_day_first(text, here) if text.day(here) else None)


def _weekday(text: Text, at: int) -> Days | None:
    """ "on Monday", "lundi prochain", "viernes pasado", "segunda-feira"."""
    if (dated := _dated(text, at)) is not None:
        return dated
    token, after, end = text.tokens[at], text.token(at + 1), at + 1
    full = after == "-" and text.token(at + 2) == "feira"
    if full:
        after, end = text.token(at + 3), at + 3
    if token in words.WEAK_WEEKDAYS and not (full or text.alone or text.token(at - 1) in words.BEFORE_DATES):
        return None
    if after in words.LAST or after in words.NEXT:
        return [text.weekday(words.WEEKDAYS[token], ahead=after in words.NEXT)], end + 1
    here = text.skip(end, words.LINKS | {",", "dia"}, 2)
    if (numbered := text.day(here)) is not None and (day := text.weekday_of_day(words.WEEKDAYS[token], numbered[0])) is not None:
        return [day], numbered[1]
    return [text.weekday(words.WEEKDAYS[token])], end


def _han(text: Text, at: int) -> Days | None:
    """ "昨天", "下周一", "上週五", "十月一日", "月曜日"."""
    tokens = text.tokens
    days = words.NEAR_HAN.get(tokens[at] + text.token(at + 1))
    if days is not None:
        return [text.sent + timedelta(days=days)], at + 2
    here = at + 1 if tokens[at] in (words.HAN_LAST, words.HAN_NEXT) else at
    start = here
    here = here + 1 if text.token(here) in ("个", "個") else here
    width = 2 if text.token(here) + text.token(here + 1) in ("星期", "礼拜", "禮拜") else 1
    if width == 2 or text.token(here) in ("周", "週"):
        weekday = words.HAN_WEEK.get(text.token(here + width))
        if weekday is not None:
            ahead = None if start == at else tokens[at] == words.HAN_NEXT
            return [text.weekday(weekday, ahead=ahead)], here + width + 1
    month, here = text.han_number(at)
    if month is not None and text.token(here) == "月":
        day, end = text.han_number(here + 1)
        if day is not None and text.token(end) in ("日", "号", "號"):
            return [text.resolve(None, month, day)], end + 1
    return None


_BEHIND_NUMBERS = frozenset(
    {*words.LINKS, *words.TO, *words.AND, *words.ORDINAL_ENDINGS, *words.MONTHS, *words.WEAK_MONTHS, *words.UNITS}
    | {"-", "/", ".", ",", ":", "\n", "º", "ª", "°", "t", "full", "couple", *"年년月월日天周週个個"}
)
_READERS: dict[str, Callable[[Text, int], Days | None]] = {}
_READERS.update(dict.fromkeys(words.HAN_WEEK, _han))
_READERS.update(
    dict.fromkeys((*words.HAN_DIGITS, *(key[0] for key in words.NEAR_HAN), "星", "礼", "禮", "周", "週", "上", "下"), _han)
)
_READERS.update(dict.fromkeys(words.UNITS, _unit_turned))
_READERS.update(dict.fromkeys(words.NUMBERS, _relative))
_READERS.update(dict.fromkeys(words.LAST | words.NEXT, _turned))
_READERS.update(dict.fromkeys((first for first, _ in words.NEAR_PAIRS if first not in words.NUMBERS), _pair))
_READERS.update(dict.fromkeys(words.NEAR, _near))
_READERS.update(dict.fromkeys((*words.ORDINALS, "twenty", "thirty"), _day_first))
_READERS.update(dict.fromkeys(words.WEEKDAYS, _weekday))
_READERS.update(dict.fromkeys((*words.MONTHS, *words.WEAK_MONTHS), _month_first))
