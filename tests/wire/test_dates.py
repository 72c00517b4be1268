"""Dates as people write them: in words and digits, in many languages, relative to the day of the message."""

from __future__ import annotations

import time
from datetime import date

import pytest

from mailer.wire.dates.read import find_dates, read_date
from tests.searching import tries

FRIDAY = date(2027, 10, 15)  # the day all messages here were sent


def read(text: str, order: str = "mdy", future: bool | None = None, sent: date = FRIDAY) -> str:
    day = read_date(text, sent=sent, order=order, future=future)
    return day.isoformat() if day else ""


def found(text: str, order: str = "mdy", future: bool | None = None) -> list[str]:
    return [day.isoformat() for day, _, _ in find_dates(text, sent=FRIDAY, order=order, future=future)]


@pytest.mark.parametrize(
    "text",
    [
        "2027-10-19", "2027-10-19 00:00:00", "2027-10-19T09:30:00Z", "2027/10/19", "2027.10.19", "20271019", "10/19/2027",
        "10/19/27", "10-19-2027", "10/19", "10-19", "19.10.2027", "19. 10. 2027", "19.10.27", "19.10.", "19.10", "19 Oct",
        "Oct 19", "Oct. 19", "Oct 19th", "19th Oct", "October 19, 2027", "October the 19th", "the 19th of October",
        "the nineteenth of October", "19-Oct-2027", "19-Oct-27", "19 Oct '27", "OCTOBER 19", "Tuesday, October 19th",
        "Tue 19 Oct", "Tue, 19 Oct 2027 09:00:00 +0200", "next Tuesday, October 19", "on October 19 at 5:00 pm",
        "Oct 19 (by phone)", "19/10/2027", "19. Oktober 2027", "am 19. Okt.", "Dienstag, den 19. Oktober", "19 octobre 2027",
        "le 19 octobre", "mardi 19 octobre", "19 de octubre de 2027", "el 19 de octubre", "19 de outubro", "19 out. 2027",
        "19 ottobre", "martedì 19 ottobre", "19 oktober", "dinsdag 19 oktober", "19 października 2027 r.", "19 paź",
        "19 октября 2027 г.", "19 окт.", "19 жовтня", "den 19 oktober", "d. 19. oktober", "tisdag 19 okt", "2027年10月19日",
        "10月19日", "十月十九日", "１０月１９日", "10월 19일", "in 4 days", "4 days from now",
    ],
)  # fmt: skip
def test_the_nineteenth_of_october_in_any_dress(text: str) -> None:
    assert read(text) == "2027-10-19"
    assert read(text, future=True) == "2027-10-19"


@pytest.mark.parametrize(
    ("text", "future", "day"),
    [
        ("this morning", False, "2027-10-15"), ("tonight", None, "2027-10-15"), ("last night", False, "2027-10-14"),
        ("just now", False, "2027-10-15"), ("a fortnight ago", False, "2027-10-01"), ("учора", False, "2027-10-14"),
        ("the 12th", False, "2027-10-12"), ("on the 20th", False, "2027-09-20"), ("the 20th", True, "2027-10-20"),
        ("Tuesday the 12th", False, "2027-10-12"), ("Tuesday 12", None, "2027-10-12"), ("martes 26", True, "2027-10-26"),
        ("Tuesday 13", False, "2027-10-12"), ("10.12.2027", False, "2027-10-12"), ("10.12.2027", True, "2027-12-10"),
        ("10.12.2027", None, "2027-12-10"),
    ],
)  # fmt: skip
def test_days_said_by_the_way(text: str, future: bool | None, day: str) -> None:
    assert read(text, future=future) == day


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-30", "2/30/2027", "30.2.2027", "30 February", "Feb 30", "31 April 2027", "29 February 2027", "Oct 32",
        "October 0", "13/13/2027", "2027-13-01", "0/0/0", "May 2027", "May", "in March", "24/7", "192.168.10.1", "555-123-4567",
        "10:30", "5 pm", "46678", "", "   ", "none", "n/a", "not yet", "?", "-", "Guten Morgen", "buena mañana", "5 out of 7",
        "mon ami", "I sat down", "1/2/3/4/5/6/7", "99999999", "999999999999999999999999 days ago", "\x00", "²³", "half past 3",
        "2.5", "3 mentees", "100000 weeks ago",
    ],
)  # fmt: skip
def test_what_is_no_possible_date_gives_none(text: str) -> None:
    assert read(text) == ""


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("3/4/2027", "mdy", "2027-03-04"),
        ("3/4/2027", "dmy", "2027-04-03"),
        ("3/4/27", "dmy", "2027-04-03"),
        ("3-4-2027", "mdy", "2027-03-04"),
        ("3-4-2027", "dmy", "2027-04-03"),
        ("3.4.2027", "mdy", "2027-04-03"),
        ("3.4.2027", "dmy", "2027-04-03"),
        ("25/4/2027", "mdy", "2027-04-25"),
        ("4/25/2027", "dmy", "2027-04-25"),
        ("2027-04-03", "dmy", "2027-04-03"),
    ],
)
def test_digits_follow_the_order_of_the_program_where_they_leave_a_choice(text: str, order: str, day: str) -> None:
    assert read(text, order) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2027-10-15"), ("yesterday", "2027-10-14"), ("tomorrow", "2027-10-16"),
        ("the day before yesterday", "2027-10-13"), ("the day after tomorrow", "2027-10-17"), ("gestern", "2027-10-14"),
        ("vorgestern", "2027-10-13"), ("morgen", "2027-10-16"), ("übermorgen", "2027-10-17"), ("hier", "2027-10-14"),
        ("avant-hier", "2027-10-13"), ("aujourd'hui", "2027-10-15"), ("après-demain", "2027-10-17"), ("ayer", "2027-10-14"),
        ("mañana", "2027-10-16"), ("pasado mañana", "2027-10-17"), ("anteayer", "2027-10-13"), ("ontem", "2027-10-14"),
        ("ieri", "2027-10-14"), ("domani", "2027-10-16"), ("gisteren", "2027-10-14"), ("wczoraj", "2027-10-14"),
        ("jutro", "2027-10-16"), ("вчера", "2027-10-14"), ("позавчера", "2027-10-13"), ("вчора", "2027-10-14"),
        ("i går", "2027-10-14"), ("igår", "2027-10-14"), ("i morgen", "2027-10-16"), ("昨天", "2027-10-14"), ("明天", "2027-10-16"),
        ("3 weeks ago", "2027-09-24"), ("three weeks ago", "2027-09-24"), ("a week ago", "2027-10-08"),
        ("a couple of weeks ago", "2027-10-01"), ("10 days ago", "2027-10-05"), ("2 months ago", "2027-08-15"),
        ("a year ago", "2026-10-15"), ("vor 3 Wochen", "2027-09-24"), ("vor drei Wochen", "2027-09-24"),
        ("il y a 3 semaines", "2027-09-24"), ("hace 3 semanas", "2027-09-24"), ("há 3 semanas", "2027-09-24"),
        ("3 semanas atrás", "2027-09-24"), ("3 settimane fa", "2027-09-24"), ("3 weken geleden", "2027-09-24"),
        ("3 tygodnie temu", "2027-09-24"), ("3 недели назад", "2027-09-24"), ("3 тижні тому", "2027-09-24"),
        ("för 3 veckor sedan", "2027-09-24"), ("for 3 uker siden", "2027-09-24"), ("3周前", "2027-09-24"),
        ("3个月前", "2027-07-15"),
        ("in two weeks", "2027-10-29"), ("in zwei Wochen", "2027-10-29"), ("last week", "2027-10-08"),
        ("last month", "2027-09-15"), ("la semana pasada", "2027-10-08"), ("next week", "2027-10-18"),
        ("last Friday", "2027-10-08"), ("last Monday", "2027-10-11"), ("next Monday", "2027-10-18"),
        ("letzten Freitag", "2027-10-08"), ("lundi prochain", "2027-10-18"), ("viernes pasado", "2027-10-08"),
        ("vorige vrijdag", "2027-10-08"), ("下周一", "2027-10-18"), ("上周五", "2027-10-08"), ("segunda-feira", "2027-10-18"),
        ("в понедельник", "2027-10-18"),
    ],
)  # fmt: skip
def test_words_count_from_the_day_of_the_message(text: str, day: str) -> None:
    assert read(text) == day


@pytest.mark.parametrize(
    ("text", "future", "sent", "day"),
    [
        ("3 March", False, "2027-10-15", "2027-03-03"),
        ("3 March", True, "2027-10-15", "2028-03-03"),
        ("28 Dec", False, "2027-01-03", "2026-12-28"),
        ("3 January", True, "2027-12-20", "2028-01-03"),
        ("15 October", True, "2027-10-15", "2027-10-15"),
        ("15 October", False, "2027-10-15", "2027-10-15"),
        ("Feb 29", True, "2027-03-15", "2028-02-29"),
        ("Feb 29", False, "2029-03-15", "2028-02-29"),
        ("10 October", True, "2027-10-15", "2027-10-10"),  # a note that came late, not one for a year
        ("20 October", False, "2027-10-15", "2027-10-20"),  # a slip that can be answered, not a contact of last year
        ("28 December", None, "2027-01-03", "2026-12-28"),
        ("3 January", None, "2027-12-28", "2028-01-03"),
        ("Monday", True, "2027-10-15", "2027-10-18"),
        ("Monday", False, "2027-10-15", "2027-10-11"),
        ("Friday", True, "2027-10-15", "2027-10-22"),
        ("Friday", False, "2027-10-15", "2027-10-15"),
    ],
)
def test_what_a_date_leaves_open_is_settled_by_the_direction(text: str, future: bool | None, sent: str, day: str) -> None:
    assert read(text, future=future, sent=date.fromisoformat(sent)) == day


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("from 1 to 4 May", ["2027-05-01", "2027-05-04"]),
        ("1.-4. Mai", ["2027-05-01", "2027-05-04"]),
        ("May 1 - 4, 2027", ["2027-05-01", "2027-05-04"]),
        ("du 3 au 7 mai", ["2027-05-03", "2027-05-07"]),
        ("3 t/m 7 mei", ["2027-05-03", "2027-05-07"]),
        ("10月1日至10月7日", ["2027-10-01", "2027-10-07"]),
        ("10月1日至7日", ["2027-10-01", "2027-10-07"]),
        ("10/3-10/7", ["2027-10-03", "2027-10-07"]),
        ("10/3/2027-10/7/2027", ["2027-10-03", "2027-10-07"]),
        ("2027-10-03/2027-10-07", ["2027-10-03", "2027-10-07"]),
        ("25 Oct - 2 Nov 2027", ["2027-10-25", "2027-11-02"]),
        ("spoke on 3 and 7 October", ["2027-10-03", "2027-10-07"]),
        ("Oct 3 and 5 mentees came", ["2027-10-03"]),
        ("Attempted: 2027-03-15, 2027-03-20", ["2027-03-15", "2027-03-20"]),
        ("15 Sept\n20 Sept", ["2027-09-15", "2027-09-20"]),
        ("wrote Oct 1st, called Oct 8th; nothing since", ["2027-10-01", "2027-10-08"]),
        ("Oct 1, 2027, Oct 8, 2027", ["2027-10-01", "2027-10-08"]),
        ("we met until 4\nOctober", ["2027-10-04"]),
        ("no dates at all, 3 of 4 mentees, 10 minutes, 100 %", []),
    ],
)
def test_every_date_of_a_text_is_found_in_order(text: str, days: list[str]) -> None:
    assert found(text, future=False if "March" in text else None) == days


def test_a_found_date_says_where_it_stands() -> None:
    text = "Ana Ruiz: spoke 3 October 2027, going well"
    ((day, start, end),) = find_dates(text, sent=FRIDAY)
    assert (day, text[start:end]) == (date(2027, 10, 3), "3 October 2027")


@pytest.mark.parametrize("year", [1, 1899, 9999])
def test_a_forged_date_header_leads_nowhere_out_of_the_calendar(year: int) -> None:
    for text in ("Feb 29", "last week", "next month", "40 years ago", "Monday", "yesterday", "in 3 years", "5 May"):
        find_dates(text, sent=date(year, 1, 1), future=True)


@pytest.mark.parametrize("text", ["½u 3 May", "²³ May", "\u00bd", "1½ weeks ago", "٣ May 2027", "Ⅳ May"])
def test_signs_that_are_half_numbers_break_nothing(text: str) -> None:
    find_dates(text, sent=FRIDAY)


PIECES = [
    "1 ",
    "1/",
    "1.1",
    "3 March ",
    "may 1 and 2 and 3 ",
    "monday ",
    "昨",
    "下",
    "3 and ",
    "il y a 3 ",
    "é\u0301",
    "9",
    "last ",
    "-",
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_megabyte_of_near_dates_takes_less_than_a_second(piece: str) -> None:
    size = tries(1_000_000)
    flood = (piece * (size // len(piece) + 1))[:size]
    start = time.process_time()
    find_dates(flood, sent=FRIDAY)
    read_date(flood, sent=FRIDAY)
    assert time.process_time() - start < 1


def _seconds(text: str) -> float:
    best = 9.0
    for _ in range(3):
        start = time.process_time()
        find_dates(text, sent=FRIDAY)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.alone
@pytest.mark.parametrize("piece", PIECES[::4])
def test_twice_the_text_takes_about_twice_the_time(piece: str) -> None:
    half, whole = _seconds(piece * (20_000 // len(piece))), _seconds(piece * (40_000 // len(piece)))
    assert whole <= 2.5 * half + 0.05
