"""The last day away, out of notes of absence in many languages."""

from __future__ import annotations

import time
from datetime import date

import pytest

from mailer.wire.autoreply import away_until

SPRING = date(2028, 4, 20)  # a Thursday
AUTUMN = date(2027, 10, 15)  # a Friday

IN_SPRING = [
    ("I am back on 5 May.", "2028-05-04"),
    ("I will be out of the office until 4 May.", "2028-05-04"),
    ("away till May 4th", "2028-05-04"),
    ("on leave through 29 October", "2028-10-29"),
    ("Returning Monday.", "2028-04-23"),
    ("I'm out of office and will return on Monday, 8 May 2028.", "2028-05-07"),
    ("Ich bin bis einschließlich 4. Mai abwesend.", "2028-05-04"),
    ("ich bin am 5. Mai wieder da", "2028-05-04"),
    ("Je suis absent, de retour le 5 mai.", "2028-05-04"),
    ("hasta el 4 de mayo", "2028-05-04"),
    ("Ik ben afwezig t/m 4 mei", "2028-05-04"),
    ("nieobecny do 4 maja", "2028-05-04"),
    ("в отпуске до 4 мая", "2028-05-04"),
    ("borte til 4. mai", "2028-05-04"),
    ("ausente até 4 de maio", "2028-05-04"),
    ("assente fino al 4 maggio", "2028-05-04"),
    ("10月1日至10月7日休假", "2028-10-07"),
    ("I am away from 1 to 4 May.", "2028-05-04"),
    ("I am out of the office from 24 April to 4 May.", "2028-05-04"),
    ("I am out from April 24 through May 4, 2028, returning May 5.", "2028-05-04"),
    ("Ich bin vom 24.04. bis 04.05.2028 im Urlaub. Ab dem 5. Mai bin ich wieder erreichbar.", "2028-05-04"),
    ("Je suis en congé du 24 avril au 4 mai inclus.", "2028-05-04"),
    ("I'm away. In urgent cases call 555-1234.", ""),
    ("Vielen Dank für Ihre Nachricht. Ich bin derzeit nicht erreichbar und antworte, sobald ich wieder da bin.", ""),
    ("I will be on vacation 24 April - 4 May", "2028-05-04"),
    ("Thank you for your mail of 19 April 2028. I am away until 4 May.", "2028-05-04"),
    ("I have limited access to email until Tuesday, May 2", "2028-05-02"),
    ("Estaré fuera de la oficina del 24 de abril al 4 de mayo", "2028-05-04"),
    ("Jag är tillbaka den 5 maj", "2028-05-04"),
    ("Jag är på semester t.o.m. 4 maj", "2028-05-04"),
    ("Jeg er på ferie til og med 4. mai", "2028-05-04"),
    ("Повернуся 5 травня", "2028-05-04"),
    ("Wracam 5 maja", "2028-05-04"),
    ("вернусь 5 мая", "2028-05-04"),
    ("Estou de férias e volto no dia 5 de maio", "2028-05-04"),
    ("Rientrerò il 5 maggio", "2028-05-04"),
    ("Ik ben op 5 mei weer terug", "2028-05-04"),
    ("我将于5月5日返回办公室", "2028-05-04"),
    ("本人4月24日至5月4日外出", "2028-05-04"),
    ("I will not be back before 5 May", "2028-05-04"),
    ("Out of office 5/4", "2028-05-04"),
    ("I'll be back in the office on 05/05/2028", "2028-05-04"),
    ("I am on parental leave until further notice", ""),
    ("Je serai absent jusqu'au 4 mai", "2028-05-04"),
    ("Ich bin ab dem 24. April bis zum 4. Mai nicht im Büro", "2028-05-04"),
    ("I am out of the office starting 24 April and returning 5 May.", "2028-05-04"),
    ("Away until 4 May\n\nMany thanks!", "2028-05-04"),
    ("I am travelling and cannot read mail until May 4.", "2028-05-04"),
    ("I am out today, back tomorrow.", "2028-04-20"),
    ("I am out of the office today", "2028-04-20"),
    ("I'll be back next Monday", "2028-04-23"),
    ("I am away this week and will be back on Monday", "2028-04-23"),
    ("gone fishing till the 4th of May", "2028-05-04"),
    ("Ich bin im Urlaub und ab 5. Mai wieder erreichbar.", "2028-05-04"),
    ("Я в отпуске с 24 апреля по 4 мая включительно.", "2028-05-04"),
    ("Я у відпустці до 4 травня", "2028-05-04"),
    ("przebywam na urlopie od 24 kwietnia do 4 maja", "2028-05-04"),
    ("Vi har stengt til 4. mai", "2028-05-04"),
    ("Van 24 april tot en met 4 mei ben ik met vakantie", "2028-05-04"),
    ("Sono in ferie dal 24 aprile al 4 maggio", "2028-05-04"),
    ("I am on leave until 4th May 2028 (inclusive).", "2028-05-04"),
    ("5月5日に戻ります", "2028-05-04"),
    ("休假至5月4日", "2028-05-04"),
    ("I will return to the office May 5. My colleague is away until May 20.", "2028-05-04"),
    ("I will be away for two weeks, returning in 2 weeks.", "2028-05-03"),
    ("Expected return date: 05 May 2028", "2028-05-04"),
    ("End date: 4 May 2028", "2028-05-04"),
    ("Last day of absence: 4 May", "2028-05-04"),
    ("I am away the whole of next week.", ""),
    ("I am unavailable between 24 April and 4 May.", "2028-05-04"),
    ("Ich kehre am 5. Mai zurück.", "2028-05-04"),
    ("Bin bis Montag weg", "2028-04-24"),
    ("out until Monday", "2028-04-24"),
]
IN_AUTUMN = [
    ("I am on holiday until 25 October.", "2027-10-25"),
    ("Away until 2 November", "2027-11-02"),
    (
        "Thank you for your email. I am currently out of the office with no access to email. I will be returning on Monday 25 October. For urgent matters please contact Bob.",
        "2027-10-24",
    ),
    ("Bonjour, je suis absente du bureau jusqu'au 22 octobre inclus. Cordialement", "2027-10-22"),
    (
        "Guten Tag,\n\nich bin vom 15.10.2027 bis einschließlich 22.10.2027 nicht im Haus.\nIhre Mail wird nicht weitergeleitet.",
        "2027-10-22",
    ),
    ("Ich bin erst am 25. Oktober wieder im Büro.", "2027-10-24"),
    ("Ab 25.10. bin ich wieder für Sie da.", "2027-10-24"),
    ("Hola, estoy de vacaciones. Vuelvo el lunes 25 de octubre.", "2027-10-24"),
    ("Olá, estou ausente até 22/10/2027.", "2027-10-22"),
    ("Sono fuori ufficio fino al 22/10 compreso", "2027-10-22"),
    ("Bedankt voor je bericht. Ik ben tot 25 oktober afwezig.", "2027-10-25"),
    ("Ik ben vanaf 25 oktober weer bereikbaar.", "2027-10-24"),
    ("Dzień dobry, jestem na urlopie. Wracam 25 października.", "2027-10-24"),
    ("Здравствуйте! Я в отпуске по 22 октября.", "2027-10-22"),
    ("Здравствуйте! Буду на работе с 25 октября.", "2027-10-24"),
    ("Доброго дня! Я буду відсутня з 15 до 22 жовтня.", "2027-10-22"),
    ("Hej, jag är ledig till och med den 22 oktober.", "2027-10-22"),
    ("Jeg er tilbake mandag 25. oktober", "2027-10-24"),
    ("您好，我正在休假，10月25日返回。", "2027-10-24"),
    ("我将于2027年10月15日至2027年10月22日休假", "2027-10-22"),
    ("I'm OOO 10/15 - 10/22 and will respond when I return.", "2027-10-22"),
    ("I am out of the office from 10/15/2027 to 10/22/2027", "2027-10-22"),
    ("Out until Mon 10/25", "2027-10-25"),
    ("I'll be back on the 25th of October", "2027-10-24"),
    ("The office is closed on Friday, 22 October and reopens Monday 25 October.", "2027-10-24"),
    ("I will be back on 4 January", "2028-01-03"),
    ("On leave. Returning: 25-Oct-2027", "2027-10-24"),
    ("Return date: 2027-10-25", "2027-10-24"),
    ("Maternity leave until March 2028", ""),
    ("I check mail rarely. Meeting on 20 October is on.", ""),
    ("I won't be able to read mail before the 25th.", "2027-10-24"),
    ("I'm away for the next two weeks", ""),
    ("Abwesend bis 22.10.27", "2027-10-22"),
    ("voltarei em 25 de outubro", "2027-10-24"),
    ("Estarei de volta a 25 de outubro", "2027-10-24"),
    ("regreso el 25/10", "2027-10-24"),
    ("de retour lundi", "2027-10-17"),
    ("back Wednesday", "2027-10-19"),
    ("till tomorrow", "2027-10-16"),
    ("back in 2 weeks", "2027-10-28"),
    ("I am on annual leave, back at my desk 25th October", "2027-10-24"),
    ("10月15日から10月22日まで休みます", "2027-10-22"),
    ("I will be out of office from Fri, Oct 15 through Fri, Oct 22 (inclusive), with limited access", "2027-10-22"),
    ("I am away until and including 22 October.", "2027-10-22"),
    ("I am out of the office starting 10/18/2027 and shall not be back until 10/26/2027.", "2027-10-25"),
    ("I am away until the 26th with little access to mail.", "2027-10-26"),
    ("Gone 10/18-10/22, back 10/25", "2027-10-22"),
    ("Off sick today, sorry.", "2027-10-15"),
    ("I no longer work here as of 30 September.", ""),
    ("Regreso el día 25.", "2027-10-24"),
    ("de regreso el martes 26", "2027-10-25"),
    ("Sono di nuovo in ufficio martedì 26 ottobre", "2027-10-25"),
    ("Op 26 oktober ben ik er weer", "2027-10-25"),
    ("Ponownie w biurze 26.10.2027", "2027-10-25"),
    ("Wracam do pracy 26.10.", "2027-10-25"),
    ("Повернуся до офісу 26 жовтня", "2027-10-25"),
    ("Jag är inte inne förrän den 26 oktober", "2027-10-25"),
    ("Ikke inne før tirsdag 26. oktober", "2027-10-25"),
    ("Jag är tillbaka igen måndag 25/10.", "2027-10-24"),
    ("Jestem nieobecny od 15.10.2027 do 22.10.2027 r.", "2027-10-22"),
    ("Je suis en vacances et serai de retour au bureau le lundi 25 octobre.", "2027-10-24"),
    ("Je reprends le 25 octobre", "2027-10-24"),
    ("Ich bin wieder ab Montag, 25. Oktober, erreichbar", "2027-10-24"),
    ("Vom 15. bis 22. Oktober bin ich im Urlaub", "2027-10-22"),
    ("Ich bin im Urlaub (15.10. - 22.10.)", "2027-10-22"),
    ("Urlaub: 15.-22.10.2027", "2027-10-22"),
    ("bis 22. Oktober", "2027-10-22"),
    ("ik ben weg tot maandag", "2027-10-18"),
    ("I'm out sick today, hope to be back tomorrow", "2027-10-15"),
    ("I'll be out of the office this Friday 22 October", "2027-10-22"),
    ("I am away this week. Back Monday!", "2027-10-17"),
    ("Estoy de viaje y no volveré hasta el 2 de noviembre.", "2027-11-01"),
    ("Я в отпуске и не вернусь до 2 ноября.", "2027-11-01"),
    ("Sono al mare, non tornerò in ufficio fino al 2 novembre.", "2027-11-01"),
    ("My last day in the office is Oct 15, my first day back is Nov 1.", "2027-10-31"),
    ("Our office is closed on Monday 18 October. We re-open Tuesday 19 October.", "2027-10-18"),
    ("Away till the end of October.", "2027-10-31"),
    ("Bin in Kur bis Ende November 2027.", "2027-11-30"),
    ("Absente jusqu'à fin octobre.", "2027-10-31"),
    ("Retomo las clases el 25/10/2027.", "2027-10-24"),
    ("Ich bin heute nicht im Haus.", "2027-10-15"),
    ("Bin ab dem 26. wieder in der Schule.", "2027-10-25"),
    ("Je reviens le 25.", "2027-10-24"),
    ("Volto na segunda-feira, dia 25.", "2027-10-24"),
    ("Só leio o correio a partir do dia 26 de outubro.", "2027-10-25"),
    ("Sono al mare e torno lunedì.", "2027-10-17"),
    ("Первый рабочий день после отпуска: 1 ноября.", "2027-10-31"),
    ("Прочту письмо после 25 октября.", "2027-10-25"),
    ("Буду доступний з вівторка, 26 жовтня.", "2027-10-25"),
    ("Vi treffes igjen fra 3. november.", "2027-11-02"),
    ("我将于10月26日回到学校。", "2027-10-25"),
    ("本周休假，25日返回。", "2027-10-24"),
    ("Je suis absent, appelez le 06 12 34 56 78 en cas de retour tardif.", ""),
]


def told(text: str, sent: date, subject: str = "", order: str = "mdy") -> str:
    day = away_until(text, subject, sent, order)
    return day.isoformat() if day else ""


@pytest.mark.parametrize(("text", "day"), IN_SPRING)
def test_a_note_written_in_april_tells_its_last_day_away(text: str, day: str) -> None:
    assert told(text, SPRING) == day


@pytest.mark.parametrize(("text", "day"), IN_AUTUMN)
def test_a_note_written_in_october_tells_its_last_day_away(text: str, day: str) -> None:
    assert told(text, AUTUMN, order="dmy" if "22/10" in text or "25/10" in text else "mdy") == day


def test_the_subject_counts_where_the_text_names_no_day() -> None:
    assert told("Thank you for your mail.", SPRING, "Automatic reply: out until 4 May") == "2028-05-04"
    assert told("I am away until 6 May.", SPRING, "Out until 4 May") == "2028-05-06"
    assert told("", SPRING, "") == ""


def test_digits_follow_the_order_of_the_program() -> None:
    assert told("Away until 5/6/2028", SPRING, order="mdy") == "2028-05-06"
    assert told("Away until 5/6/2028", SPRING, order="dmy") == "2028-06-05"


def test_a_note_that_came_late_tells_a_day_just_past_and_not_one_in_a_year() -> None:
    assert told("I am out of the office until 18 April.", SPRING) == "2028-04-18"


def test_a_day_far_off_or_long_past_is_no_end_of_an_absence() -> None:
    assert told("I am away until 4 May 2099.", SPRING) == ""
    assert told("Our office was closed until 4 May 2020.", SPRING) == ""


PIECES = ["4 May ", "until 4 May ", "from 1 to 4 May, ", "back ", "wieder ", "4.", ". ", "до ", "至", " - "]


@pytest.mark.parametrize("piece", PIECES)
def test_a_megabyte_takes_less_than_a_second(piece: str) -> None:
    flood = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    start = time.process_time()
    away_until(flood, flood, SPRING, "mdy")
    assert time.process_time() - start < 1


@pytest.mark.parametrize("year", [1, 9999])
def test_a_forged_date_header_breaks_nothing(year: int) -> None:
    away_until("I am away until Monday, back in 2 years, last day 5 May", "", date(year, 1, 1), "mdy")
