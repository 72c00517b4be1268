"""A text cut into the words and numbers of dates, with the day it was written on and the ways to resolve what it leaves open."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import TypeAlias

from mailer.wire.dates import words

Days: TypeAlias = tuple[list[date | None], int]
"""Days of one phrase (None where impossible) and the token behind it."""

_FAR = 305  # days, ten months: a day without a year this far off in the preferred direction is meant the other way
_MOST_SHIFT = 40_000  # days


class Text:
    """Tokens of a text: folded words, digits, single marks, line ends. Indices beyond the ends read as the empty word."""

    __slots__ = ("ends", "future", "order", "sent", "starts", "tokens", "whole")

    def __init__(self, text: str, sent: date, order: str, future: bool | None, *, whole: bool = False) -> None:
        fold = words.fold
        hits = list(words.TOKEN.finditer(text))
        self.tokens = [fold(hit[0]) or "\ufffd" for hit in hits]
        self.starts = [hit.start() for hit in hits]
        self.ends = [hit.end() for hit in hits]
        self.sent, self.order, self.future = in_range(sent), order, future
        self.whole = whole  # the text is one phrase: looser shapes are dates too

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def alone(self) -> bool:
        """Whether the phrase is nothing but this word."""
        return self.whole and not any(token[0].isalnum() for token in self.tokens[1:])

    def token(self, at: int) -> str:
        return self.tokens[at] if 0 <= at < len(self.tokens) else ""

    def adjoins(self, at: int) -> bool:
        """Whether no white space stands before this token."""
        return 0 < at < len(self.tokens) and self.starts[at] == self.ends[at - 1]

    def skip(self, at: int, marks: AbstractSet[str], most: int) -> int:
        end = at + most
        while at < end and self.token(at) in marks:
            at += 1
        return at

    def day(self, at: int) -> tuple[int, int] | None:
        """A day of the month and the token behind it: "3", "3rd", "3.", "third", "twenty-first"; not "10:30", "5pm", "7 %"."""
        token = self.token(at)
        if not token.isdecimal():
            number = words.ORDINALS.get(token)
            if token in ("twenty", "thirty"):
                second = at + 2 if self.token(at + 1) == "-" else at + 1
                ones = words.ORDINALS.get(self.token(second), 10)
                return ({"twenty": 20, "thirty": 30}[token] + ones, second + 1) if ones < 10 else None
            return None if number is None else (number, at + 1)
        if len(token) > 2:
            return None
        end = at + 1
        after = self.token(end)
        if after == ":" and self.token(end + 1).isdecimal():
            return None
        if after in ("am", "pm", "h", "uhr", "%") and (after == "%" or not self.month(end)):
            return None
        if self.adjoins(end):
            if after in words.ORDINAL_ENDINGS or after in (".", "º", "ª", "°", "日"):
                end += 1
            elif after in ("-", ":") and self.adjoins(end + 1) and self.token(end + 1) in words.ORDINAL_ENDINGS:
                end += 2
        return int(token), end

    def month(self, at: int) -> int | None:
        """The month this word names, 1 to 12."""
        token = self.token(at)
        month = words.MONTHS.get(token)
        if month is None and token in words.WEAK_MONTHS:
            after = self.token(at + 1)
            if after == "." or self.token(at - 1) == "de" or _is_year(after) or _is_year(self.token(at + 2)):
                return words.WEAK_MONTHS[token]
        return month

    def year(self, at: int, *, short: str) -> tuple[int | None, int]:
        """The year behind a day and month, and the token behind that; `short` are the marks that may join two digits."""
        here = self.skip(at, words.LINKS | {",", ".", "-", "/", "\n"}, 2)
        token = self.token(here)
        if _is_year(token) and self.token(here + 1) != ":":
            return int(token), here + 1
        if len(token) == 2 and token.isdecimal():
            quoted = self.token(here - 1) in ("'", "’") or self.token(here) in ("'", "’")
            joined = here == at + 1 and self.token(at) in short and self.adjoins(here) if short else False
            if quoted or joined:
                return 2000 + int(token), here + 1
        if token in ("'", "’") and self.adjoins(here + 1) and len(self.token(here + 1)) == 2 and self.token(here + 1).isdecimal():
            return 2000 + int(self.token(here + 1)), here + 2
        return None, at

    def joint(self, at: int) -> int | None:
        """The token behind a mark that joins two days: "-", "to", "and", "t/m"; None where there is no such mark."""
        if self.token(at) == "t" and self.token(at + 1) == "/" and self.token(at + 2) == "m":
            return at + 3
        return at + 1 if self.token(at) in words.TO or self.token(at) in words.AND else None

    def closes(self, at: int) -> bool:
        """Whether nothing counted or named by the number before follows: the end, a mark, or a year."""
        token = self.token(at)
        return not token or (not token[0].isalnum() and token not in ("%", ":", "/")) or _is_year(token)

    def is_unit(self, at: int) -> bool:
        return self.token(at) in words.UNITS

    def han_number(self, at: int) -> tuple[int | None, int]:
        """A number of one to three Han digits (一 to 九十九), and the token behind it."""
        here = self.skip(at, words.HAN_DIGITS.keys(), 3)
        digits = self.tokens[at:here]
        if not digits:
            return None, at
        if "十" not in digits:
            return (words.HAN_DIGITS[digits[0]] if len(digits) == 1 else None), here
        tens, _, ones = "".join(digits).partition("十")
        if len(tens) > 1 or len(ones) > 1:
            return None, here
        return (words.HAN_DIGITS[tens] if tens else 1) * 10 + (words.HAN_DIGITS[ones] if ones else 0), here

    def resolve(self, year: int | None, month: int, day: int) -> date | None:
        """The day that is meant, or None where there is no such day."""
        if year is not None:
            return real_day(year, month, day)
        years = range(self.sent.year - 4, self.sent.year + 5)  # the 29th of February needs a leap year
        possible = [found for number in years if (found := real_day(number, month, day))]
        if not possible:
            return None
        after = min((found for found in possible if found >= self.sent), default=possible[-1])
        before = max((found for found in possible if found <= self.sent), default=possible[0])
        ahead, behind = (after - self.sent).days, (self.sent - before).days
        match self.future:
            case True:
                return before if ahead > _FAR and behind < ahead else after
            case False:
                return after if behind > _FAR and ahead < behind else before
            case None:
                return after if ahead < behind else before

    def weekday(self, weekday: int, *, ahead: bool | None = None) -> date:
        """The day a weekday means; `ahead`: "next" (in the week that begins on Monday next) or "last", None without such a word."""
        forward = (weekday - self.sent.weekday()) % 7
        match ahead, self.future:
            case True, _:
                return self.sent + timedelta(days=7 - self.sent.weekday() + weekday)
            case False, _:
                return self.sent + timedelta(days=forward - 7)
            case _, True:
                return self.sent + timedelta(days=forward or 7)
            case _, False:
                return self.sent + timedelta(days=forward - 7 if forward else 0)
            case _:
                return self.sent + timedelta(days=forward if forward <= 3 else forward - 7)

    def weekday_of_day(self, weekday: int, number: int) -> date | None:
        """ "Tuesday 26": the nearest such day of a month that is this weekday, or None within two months of the message."""
        for away in range(62):
            for day in (self.sent + timedelta(days=away), self.sent - timedelta(days=away)):
                if (day.day, day.weekday()) == (number, weekday) and not (
                    day < self.sent if self.future else self.future is False and day > self.sent
                ):
                    return day
        return None

    def shift(self, number: int, unit: int) -> date | None:
        """The day so many units (1, 7, 30: month, 365: year) from the day of the message."""
        if abs(number * unit) > _MOST_SHIFT:
            return None
        if unit in (30, 365):
            return month_earlier(self.sent, -number * (12 if unit == 365 else 1))
        return self.sent + timedelta(days=number * unit)


def month_earlier(day: date, months: int) -> date | None:
    """The same day so many months earlier, or the last day of that month."""
    count = day.year * 12 + day.month - 1 - months
    for number in range(day.day, day.day - 4, -1):
        if (found := real_day(count // 12, count % 12 + 1, number)) is not None:
            return found
    return None


def day_of_month(number: int, sent: date, *, ahead: bool) -> date | None:
    """ "the 12th": the next such day from `sent` on, or else the last one up to it."""
    for away in range(62):
        day = sent + timedelta(days=away if ahead else -away)
        if day.day == number:
            return day
    return None


def in_range(day: date) -> date:
    """A day of 1900 to 2199: a forged Date header must not lead out of the calendar."""
    return min(max(day, date(1900, 1, 1)), date(2199, 12, 31))


def real_day(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_year(token: str) -> bool:
    return len(token) == 4 and token.isdecimal() and 1900 <= int(token) <= 2199
