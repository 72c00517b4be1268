"""Dates written in digits alone: ISO, 10/19/2027, 19.10.2027, 10/3-10/7, 2027年10月1日."""

from __future__ import annotations

from datetime import date

from mailer.wire.dates import words
from mailer.wire.dates.text import Days, Text, real_day

_MARKS = ("-", "/", ".", "–", "—")
_LONGEST_CHAIN = 12
_NO_DATES = ((24, 7), (50, 50))  # "24/7", "50/50"


def numeric(text: Text, at: int) -> Days | None:
    """The dates that digits from this token on spell, or None. A chain of digits that is no date is passed over whole."""
    if (han := _han(text, at)) is not None:
        return han
    token = text.tokens[at]
    if len(token) == 8:
        day = real_day(int(token[:4]), int(token[4:6]), int(token[6:]))
        return ([day], at + 1) if day is not None and 1900 <= day.year < 2200 else None
    parts, marks, end = _chain(text, at)
    if len(parts) == 1:
        return None
    return _spelt(text, at, parts, marks, end)


def _spelt(text: Text, at: int, parts: list[str], marks: list[str], end: int) -> Days | None:
    if any(len(part) > 4 for part in parts):
        return [], end
    match parts, marks:
        case [_, _, _], [first, second] if first == second:
            return [_three(text, parts, first)], end
        case [_, _, _], ["/", ("-" | "–" | "—")] if len(parts[2]) == 4:
            return [_three(text, parts, "/")], end
        case [_, _, _], ["/", ("-" | "–" | "—")]:  # 10/3-7
            return [_two(text, parts[:2]), _two(text, [parts[0], parts[2]])] if text.order == "mdy" else [], end
        case [_, _], [mark]:
            return _pair(text, at, parts, mark, end)
        case [_, _, _, _], [first, middle, last] if first == last != middle:  # 10/3-10/7
            return [_two(text, parts[:2]), _two(text, parts[2:])], end
        case [_, _, _, _, _], [first, _, _, last] if first == last:  # 10/3-10/7/2027
            year = parts[4]
            return [_three(text, [*parts[:2], year], first), _three(text, parts[2:], first)], end
        case [_, _, _, _, _, _], [first, second, middle, _, _] if first == second != middle:
            return [_three(text, parts[:3], first), _three(text, parts[3:], marks[3])], end
        case _:
            return [], end


def _chain(text: Text, at: int) -> tuple[list[str], list[str], int]:
    """Digits joined by date marks without white space; behind a full stop one space may stand ("19. 10. 2027")."""
    parts, marks, end = [text.tokens[at]], list[str](), at + 1
    while len(parts) < _LONGEST_CHAIN and text.token(end) in _MARKS and text.adjoins(end) and text.token(end + 1).isdecimal():
        mark = text.token(end)
        if not text.adjoins(end + 1) and not (mark == "." and len(parts) < 3 and _reads_on(text, end, parts)):
            break
        parts.append(text.tokens[end + 1])
        marks.append(mark)
        end += 2
    return parts, marks, end


def _reads_on(text: Text, end: int, parts: list[str]) -> bool:
    """Whether "19. 10" or "19. 10. 2027" goes on behind the space: a month before a full stop, then a year or nothing."""
    if len(parts) == 1:
        return int(text.tokens[end + 1][:3]) <= 12 and len(text.tokens[end + 1]) <= 2 and text.token(end + 2) == "."
    return len(text.tokens[end + 1]) == 4


def _han(text: Text, at: int) -> Days | None:
    """2027年10月1日, 10月1日, 10월 1일; a range may leave the second month out: 10月1日至7日."""
    here, year = at, None
    if text.token(at + 1) in ("年", "년") and len(text.tokens[at]) in (2, 4):
        year, here = int(text.tokens[at]), at + 2
        year = year + 2000 if year < 100 else year
    if not text.token(here).isdecimal() or text.token(here + 1) not in ("月", "월") or not text.token(here + 2).isdecimal():
        return None
    month, day, end = text.token(here), text.token(here + 2), here + 3
    if len(month) > 2 or len(day) > 2:
        return [], end
    end = end + 1 if text.token(end) in ("日", "号", "號", "일") else end
    days = [text.resolve(year, int(month), int(day))]
    last = text.token(end + 1)
    if text.token(end) in words.TO and len(last) <= 2 and last.isdecimal() and text.token(end + 2) in ("日", "号", "號", "일"):
        days.append(text.resolve(year, int(month), int(last)))
        end += 3
    return days, end


def _three(text: Text, parts: list[str], mark: str) -> date | None:
    a, b, c = (int(part) for part in parts)
    if len(parts[0]) == 4:
        return real_day(a, b, c)
    if len(parts[2]) not in (2, 4) or len(parts[0]) > 2 or len(parts[1]) > 2:
        return None
    year = c + 2000 if len(parts[2]) == 2 else c
    if not 1900 <= year < 2200:
        return None
    # A full stop is the mark of countries that write the day first, whatever the program's own order.
    day_first, month_first = real_day(year, b, a), real_day(year, a, b)
    if ((mark == "." or text.order == "dmy") and b <= 12) or a > 12:
        if (
            text.order == "mdy"
            and day_first
            and month_first
            and _lies_wrong(text, day_first)
            and not _lies_wrong(text, month_first)
        ):
            return month_first
        return day_first
    return month_first


def _lies_wrong(text: Text, day: date) -> bool:
    """Whether a day lies ahead that should be past, or the other way."""
    return day > text.sent if text.future is False else day < text.sent if text.future else False


def _two(text: Text, parts: list[str]) -> date | None:
    a, b = int(parts[0]), int(parts[1])
    if (text.order == "dmy" and b <= 12) or a > 12:
        return text.resolve(None, b, a) if b <= 12 else None
    return text.resolve(None, a, b)


def _pair(text: Text, at: int, parts: list[str], mark: str, end: int) -> Days | None:
    """Day and month without a year: 10/19, "19.10.", "bis 19.10"; other pairs are times, prices, halves."""
    a, b = (int(part) for part in parts)
    if len(parts[0]) > 2 or len(parts[1]) > 2:
        return [], end
    before, after = text.token(at - 1), text.token(end)
    led = before in words.BEFORE_DATES or (text.whole and at == 0 and end >= len(text.tokens) - 1)
    match mark:
        case "/":
            if (a, b) in _NO_DATES or after in ("%", "/") or (text.adjoins(end) and after == ":"):
                return [], end
            return [_two(text, parts)], end
        case ".":
            closed = after == "." and text.adjoins(end) and (not text.token(end + 1).isdecimal() or not text.adjoins(end + 1))
            if not (closed or (led and len(parts[1]) == 2)) or after == "%":
                return [], end
            day = text.resolve(None, b, a) if b <= 12 else (text.resolve(None, a, b) if a <= 12 else None)
            return [day], end + 1 if closed else end
        case "-" if led:
            return [_two(text, parts)], end
        case _:
            # "3-7 October" goes on behind the digits; leave it to the reader of days.
            return None if text.month(text.skip(end, words.LINKS | {".", "\n"}, 3)) else ([], end)
