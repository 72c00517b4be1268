"""Reads the last day of an absence out of an automatic reply, or out of what a person writes of one."""

from __future__ import annotations

import re
from datetime import date, timedelta

from mailer.wire.dates.read import Spotted, find_dates, read_date
from mailer.wire.dates.text import day_of_month, in_range, month_earlier

_LONGEST = 8_000  # characters of a note that are read; the rest is disclaimers
_MOST_DATES = 40  # of a note; the first ones say it
_REACH = 60  # characters before a date in which its word must stand
_LONGEST_ABSENCE = timedelta(days=730)
_RECENT = timedelta(days=60)  # a note that ended so long ago may still come late


def _words(*lines: str) -> re.Pattern[str]:
    return re.compile("|".join(lines), re.IGNORECASE)


# The last day away itself: "until 4 May", "through 29 October", "t/m 4 mei".
_UNTIL = _words(
    r"until|untill|\btill\b|\btil\b|through|\bthru\b|up to|ending|ends on|end date"
    r"|last day(?! (?:in|at|of work|before|working))|up until"
    r"|enddatum|date de fin",
    r"\bbis\b|einschlie(?:ß|ss)lich|letzter tag|jusqu|\bhasta\b|\baté\b|\bate\b|\bfino\b|\bt/m\b|\btot\b|tot en met"
    r"|letzter urlaubstag|erst nach|\bпосле\b(?! отпуск)|\bпісля\b(?! відпуст)|only after"
    r"|(?<!partir )\bdo\b(?! pracy| biura)|\bдо\b(?! робот| офіс| прац)|включительно",
    r"\bt\.?o\.?m\b|\bfram till\b|\bfrem til\b|至|到|まで",
)
# Short words count only right before the date and without a word of return: "from 1 to 4 May", not "de volta a 5 de maio".
_UP_TO = _words(
    r"\b(?:to|and|al|au|a|à|e|og|och|und|по|voor)\s{1,3}(?:(?:the|el|le|il|o|den|\w{3,12},?)\s{1,3})?$|[-–—~]\s{0,3}$",
)
# The first day back: the day before is the last one away.
_BACK = _words(
    r"\bback\b|return|re-?open|\bagain\b|resum|available (?:again )?(?:from|on|starting)|in (?:the )?office (?:again )?on"
    r"|as of|starting",
    r"reachable (?:again )?from|wieder|zurück|zurueck|\bab\b|retour|revien|reprend|reprise|rentr|disponible à partir"
    r"|joignable",
    r"à partir du|dès le|vuelvo|volver|regres|vuelta|reincorpor|disponible (?:a partir|desde)|a partir del|de volta|retorn"
    r"|volto|retom",
    r"voltar|a partir d[eo]|rientr|\btorn[oaie]|ritorn|\bdal\b|terug|weer (?:aanwezig|bereikbaar|op kantoor)|vanaf"
    r"|wracam|wróc|powr",
    r"będę (?:znowu )?dostępn|\bod\b|верн|буду (?:снова )?на|выйду|возвращ|поверн|\bс\b|tillbaka|\båter|tilbake|tilbage"
    r"|retur|\big[je]{1,2}n\b|\bдоступн\w{1,3} (?:з|с|від|от)\b",
    r"first (?:working )?day (?:back|at|of)|erster arbeitstag|primer día (?:de )?(?:trabajo|labor)|premier jour (?:de travail|ouvr)"
    r"|primo giorno (?:di lavoro|lavorativo)|eerste werkdag|pierwszy dzień (?:pracy|roboczy)|первый рабочий|перший робочий"
    r"|första arbetsdag|første arbeidsdag",
    r"di nuovo|nuovamente|de nuevo|nuevamente|novamente|de nouveau|ponownie|znów|снова|знову|opnieuw|på nytt|på kontoret igen",
    r"返回|回来|回來|回到|返工|恢复|复班|后回|戻り|出社",
)
_AFTER_BACK = _words(  # "am 5. Mai wieder da", "5 May I am back", "5月5日返回"
    r"\s{0,3}[^\n.;!?]{0,25}?(?:\bback\b|wieder|zurück|\bagain\b|\bterug\b|\bweer\b|tillbaka|tilbake|tilbage|\big[je]{1,2}n\b|返回|回来|回來|回到"
    r"|返岗|上班|复工|de retour|戻)",
)
_AFTER_INCLUSIVE = _words(
    r"\s{0,3}\(?(?:inclusive|incl|inclus|einschl|inklusive|incluso|incluído|inclusief|включительно|włącznie|为止|為止|まで|止)",
)
# The first day of an absence says nothing about its end.
_SINCE = _words(
    r"(?:\bfrom|\bsince|starting|beginning|between|\bvom|\bab|\bseit|\bdu|depuis|\bdesde|\bdel?|\bdal|\bvan(?:af)?|\bod|\bс"
    r"|\bз|\bfrån|\bfra|自|从|從)"
    r"\s{0,3}(?:the |el |le |dem |den |il |o )?$",
)
_NOT_BEFORE = _words(
    r"(?:before|not until|nicht vor|nicht bis|avant|antes d[eo]l?|prima del|vóór"
    r"|erst (?:am|ab|wieder)|przed|раньше|förrän|før"
    r"|(?:no|não|non|nie|не|niet|ikke|inte) (?:me |se |estar\w{0,2} de |serei de |sarò di )?"
    r"(?:volv|vuelt|regres|reincorp|volt|retorn|torner"
    r"|ritorn|rientr|wróc|wrac|верн|поверн|terug|tilbake|tillbaka)\w*[^.\n]{0,30} (?:hasta|até|fino al?|do|до|tot|til|till)"
    r"|not (?:be )?(?:return|back|available|reachable)[^.\n]{0,30}until)"
    r"\s{0,3}(?:the |le |el |dem |den )?$",
)
_ABSENCE = _words(
    r"out of (?:the )?office|(?:out|off) sick|away|on leave|vacation|holiday|absen|annual leave|abwesend|abwesenheit|urlaub|congé"
    r"|vacances|vacaciones|ausent",
    r"férias|ferie|fuori ufficio|afwezig|vakantie|urlop|nieobecn|отпуск|отсутств|відпустк|відсутн|semester|frånvar|fravær",
    r"休假|外出|不在|出差|請假|请假|放假|travel|unavailable|\bclosed\b|geschlossen|fermé|cerrad[oa]|chius[oa]|gesloten|zamknięt|закрыт",
    r"nicht im (?:büro|haus)|nicht (?:da|anwesend|erreichbar)\b|not in (?:the |my )?office|pas (?:au bureau|disponible)"
    r"|niet (?:aanwezig"
    r"|op kantoor|bereikbaar)|(?:inte|ikke) på kontoret|stängt|stengt|lukket",
)
# Who is gone for good has no last day away.
_GONE = _words(
    r"no longer (?:work|with|employed|at|part of|monitor)|(?:has|have) left the (?:company|organi[sz]ation|program)|\bretired\b",
    r"nicht mehr (?:im unternehmen|tätig|bei (?:uns|der)|für)|ne (?:fait|travaille|fais) plus|ya no (?:trabaj|form)",
    r"(?:já não|não mais) (?:trabalh|faz)|non (?:lavor|fa)\w{1,3} più",
    r"niet (?:meer|langer) werkzaam|już nie pracuj|nie pracuj\w{1,3} już",
    r"больше не работа|більше не працю|arbetar inte längre|slutat på|jobber ikke lenger|已离职|已離職",
)
_NUMBER_OF_DAY = re.compile(
    r"\b(?:the (?=\d{1,2}(?:st|nd|rd|th)\b)|d[ií]a |(?:dem|zum|am|den) (?=\d{1,2}\.(?!\d))"
    r"|(?:le|au|il|al|de|den) (?=\d{1,2}(?:e|er)?\b))"
    r"(\d{1,2})(?!\d|[:.,]\d| \d| ?(?:uhr|h\b|%|€|\$|km))|(?<!\d)(\d{1,2})(?=-(?:го|е|ого|go|ego|tego)\b| ?[日号號])",
    re.IGNORECASE,
)
# "until the end of October": the last day of the month.
_END_OF_MONTH = re.compile(
    r"\b(?:the end of|end of|ende|(?:la )?fin(?: du mois)?(?: d[e’'])?|finales de|final de|fi(?:m|nal) de"
    r"|fine(?: di| del mese di)?"
    r"|eind(?:e)?(?: van)?|końca|конца|кінця|slutet av|slutten av|utgangen av|udgangen af)"
    r" ?([^\W\d_]{3,12})\b(?: (?:de |del )?(\d{4}))?",
    re.IGNORECASE,
)
_WHOLE_UNIT = _words(
    r"week|month|woche|monat|semaine|mois|semana|mes\b|mês|settiman|mese|maand(?:en)?\b|tydzie|tygod|miesi|недел|месяц|тижд"
    r"|місяц|veck|uke|uge"
)


def away_until(text: str, subject: str, sent: date, order: str) -> date | None:
    """The last day away that a note names, or None where it names no day.

    "back on 5 May" gives 4 May, "until 4 May" gives 4 May. A day without a year is the next such day after `sent` (the local
    day of the message), or one just past where the note came late. `order` reads 3/4: "mdy" or "dmy".
    """
    sent = in_range(sent)
    if _GONE.search(text[:_LONGEST]):
        return None
    for source in (text[:_LONGEST], subject[:500]):
        dates = find_dates(source, sent=sent, order=order, future=True)[:_MOST_DATES]
        dates = dates or _ends_of_months(source, sent) or _without_month(source, sent)
        days = [_last_day(source, spotted, dates) for spotted in dates]
        told = [day for day in days if day is not None and sent - _RECENT <= day <= sent + _LONGEST_ABSENCE]
        if told:
            return _best(told, sent)
    return None


def _without_month(text: str, sent: date) -> tuple[Spotted, ...]:
    """ "the 25th", "el día 25" in a text without any other date: the next such day."""
    found: list[Spotted] = []
    for hit in list(_NUMBER_OF_DAY.finditer(text))[:_MOST_DATES]:
        day = day_of_month(int(hit[1] or hit[2]), sent, ahead=True)
        found += [(day, hit.start(), hit.end())] if day is not None else []
    return tuple(found)


def _ends_of_months(text: str, sent: date) -> tuple[Spotted, ...]:
    """ "the end of October", "Ende März 2028" in a text without any other date."""
    found: list[Spotted] = []
    for hit in list(_END_OF_MONTH.finditer(text))[:_MOST_DATES]:
        day = read_date(f"1 {hit[1]} {hit[2] or ''}", sent=sent.replace(day=1), future=True)
        after = day and month_earlier(day, -1)
        found += [(after - timedelta(days=1), hit.start(), hit.end())] if after else []
    return tuple(found)


def _best(days: list[date], sent: date) -> date:
    """The first day named that is not past; a note may go on about a second absence."""
    return next((day for day in days if day >= sent), days[0])


def _last_day(text: str, spotted: Spotted, dates: tuple[Spotted, ...]) -> date | None:
    day, start, end = spotted
    earlier = max((finish for _, _, finish in dates if finish <= start), default=0)
    before, after = _surroundings(text, max(earlier, start - _REACH), start, end)
    last = max(found for found, begin, _ in dates if begin == start)
    if last != day:  # the first day of "1 to 4 May"
        return None
    shared = any(found != day for found, begin, _ in dates if begin == start)
    until, back = _nearest(_UNTIL, before), _nearest(_BACK, before)
    if until < 0 and back < 0:
        until = _nearest(_UP_TO, before)
    if _WHOLE_UNIT.search(text[start:end]) and not any(mark.isdigit() for mark in text[start:end]):  # "next week" begins on Monday
        return day - timedelta(days=1) if max(until, back) >= 0 or _AFTER_BACK.match(after) else None
    if _AFTER_INCLUSIVE.match(after):
        return day
    if _begins(text, end, dates):
        return None
    if _comes_back(text, end, after, dates) and not (until > back):
        return day - timedelta(days=1)
    if shared:
        return day
    if _NOT_BEFORE.search(before) and not _ranged(text, start, dates):
        return day - timedelta(days=1)
    if back > until:
        if _SINCE.search(before) and _leads_on(text, end, dates):
            return None
        return day - timedelta(days=1)
    if until >= 0:
        return day
    if _SINCE.search(before) or _leads_on(text, end, dates):
        return None
    if _ABSENCE.search(before) or _ABSENCE.search(after[:40]):  # "out of office on 4 May", "vacation 4 May"
        return day
    return None


def _comes_back(text: str, end: int, after: str, dates: tuple[Spotted, ...]) -> bool:
    """Whether the word of return behind a date belongs to it, not to another one that follows: "until 10/22, back 10/25"."""
    hit = _AFTER_BACK.match(after)
    return hit is not None and not any(0 <= begin - end - hit.end() <= 12 for _, begin, _ in dates)


def _surroundings(text: str, since: int, start: int, end: int) -> tuple[str, str]:
    """The words of the same sentence before (from `since` on) and after a date; "t.o.m." and "1." do not end a sentence."""
    before = text[max(0, since) : start]
    for mark in ("\n\n", ". ", "! ", "? ", "。", "; ", "！"):
        cut = before.rfind(mark)
        if cut >= 0 and (mark != ". " or _SENTENCE_END.search(before[:cut])):
            before = before[cut + len(mark) :]
    after = text[end : end + _REACH]
    for mark in ("\n\n", ". ", "! ", "? ", "。", "; "):
        cut = after.find(mark)
        if cut >= 0:
            after = after[:cut]
    return before.replace("\n", " "), after.replace("\n", " ")


_SENTENCE_END = re.compile(r"(?<![^\W\d_])(?!einschl|inkl|incl)[^\W\d_]{4,}$|\d{4}$|\)$")


def _begins(text: str, end: int, dates: tuple[Spotted, ...]) -> bool:
    """Whether "to", "bis", "-" and another date follow at once: this one is the first day of the absence."""
    following = next((begin for _, begin, _ in dates if begin >= end), -1)
    between = text[end:following] if 0 <= following - end <= 25 else ""
    return (
        bool(between)
        and "\n\n" not in between
        and bool(_UNTIL.search(between) or _UP_TO.search(between))
        and not _BACK.search(between)
    )


def _nearest(pattern: re.Pattern[str], before: str) -> int:
    """Where the last hit begins, -1 without one."""
    place = -1
    for hit in pattern.finditer(before):
        place = hit.start()
    return place


def _leads_on(text: str, end: int, dates: tuple[Spotted, ...]) -> bool:
    """Whether another date follows closely, so that this one only begins the absence."""
    return any(0 < begin - end <= 40 and "\n\n" not in text[end:begin] for _, begin, _ in dates)


def _ranged(text: str, start: int, dates: tuple[Spotted, ...]) -> bool:
    """Whether another date stands closely before."""
    return any(0 < start - finish <= 25 and "\n\n" not in text[finish:start] for _, _, finish in dates)
