"""The words of dates in the languages people write to us: months, weekdays, days near today, units of time."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ACCENTS = re.compile("[\u0300-\u036f]+")
_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "đ": "d", "ı": "i", "ё": "е"})


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """A word without case and accents: "Février" and "fevrier" are the same."""
    lower = word.lower()
    if lower.isascii():
        return lower
    lower = lower.translate(_LETTERS)
    if lower.isascii():
        return lower
    # Only the accents of Latin, Greek and Cyrillic go: marks of kana and the parts of Hangul belong to the letter.
    return unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFKD", lower)))


def _words(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split())


def _table(rows: dict[int, str]) -> dict[str, int]:
    return {fold(word): number for number, words in rows.items() for word in words.split()}


MONTHS = _table(
    {
        1: """january jan january's enero ene janvier janv januar jänner jan janeiro gennaio gen januari
            stycznia styczeń sty января январь янв januar січня січень січ ledna leden tammikuuta tammikuun
            ocak""",
        2: """february feb febr febrero février févr fév februar fevereiro fev febbraio februari lutego luty
            lut февраля февраль фев февр лютого лютий лют února únor helmikuuta helmikuun şubat feber""",
        3: """march mar mars marzo märz mrz mär março maart mrt marca marzec марта март мар marts березня
            березень бер března březen maaliskuuta maaliskuun mart""",
        4: """april apr abril abr avril avr aprile kwietnia kwiecień kwi апреля апрель апр квітня квітень квіт
            кві dubna duben huhtikuuta huhtikuun nisan""",
        5: """may mayo mai maio maggio mag mei maja maj мая май травня травень трав května květen toukokuuta
            toukokuun mayıs""",
        6: """june jun junio juin juni junho giugno giu czerwca czerwiec cze июня июнь июн червня червень черв
            června červen kesäkuuta kesäkuun haziran""",
        7: """july jul julio juillet juil juli julho luglio lug lipca lipiec lip июля июль июл липня липень
            лип července červenec heinäkuuta heinäkuun temmuz""",
        8: """august aug agosto ago août aoû augustus augusti sierpnia sierpień sie августа август авг серпня
            серпень серп srpna srpen elokuuta elokuun ağustos""",
        9: """september sep sept septiembre setiembre septembre setembro settembre września wrzesień wrz
            сентября сентябрь сен сент вересня вересень вер září syyskuuta syyskuun eylül""",
        10: """october oct octubre octobre oktober okt outubro ottobre ott października październik paź октября
            октябрь окт жовтня жовтень жовт října říjen lokakuuta lokakuun ekim""",
        11: """november nov noviembre novembre novembro listopada listopad lis ноября ноябрь ноя нояб листопада
            листопад лист listopadu marraskuuta marraskuun kasım""",
        12: """december dec diciembre dic décembre déc dezember dez dezembro dicembre desember des grudnia
            grudzień gru декабря декабрь дек грудня грудень груд prosince prosinec joulukuuta joulukuun
            aralık""",
    }
)

WEEKDAYS = _table(  # 0 is Monday, as in datetime.date.weekday()
    {
        0: """monday mon mondays lunes lundi montag segunda lunedì lun maandag måndag mandag poniedziałek
            poniedziałku poniedziałkiem понедельник понедельника понедельнику понеділок понеділка pondělí
            maanantai maanantaina""",
        1: """tuesday tue tues martes mardi dienstag terça martedì dinsdag tisdag tirsdag wtorek wtorku
            wtorkiem вторник вторника вівторок вівторка úterý tiistai tiistaina""",
        2: """wednesday wed miércoles mercredi mittwoch quarta mercoledì woensdag onsdag środa środę środy
            среда среду среды середа середу середи středa středu keskiviikko keskiviikkona""",
        3: """thursday thu thur thurs jueves jeudi donnerstag quinta giovedì donderdag torsdag czwartek
            czwartku четверг четверга четвер четверга čtvrtek čtvrtka torstai torstaina""",
        4: """friday fri viernes vendredi freitag sexta venerdì vrijdag fredag piątek piątku piątkiem пятница
            пятницу пятницы пятницю пятниця ятниця ятницю ятниці pátek pátku perjantai perjantaina""",
        5: """saturday sat sábado samedi samstag sonnabend sabato zaterdag lördag lørdag sobota sobotę soboty
            суббота субботу субботы субота суботу суботи sobotu lauantai lauantaina""",
        6: """sunday sun domingo dimanche sonntag domenica zondag söndag søndag niedziela niedzielę niedzieli
            воскресенье воскресенья неділя неділю неділі neděle neděli sunnuntai sunnuntaina""",
    }
)

# Days counted from the message's own day. "morgen" and "mañana" also mean the morning: see NOT_TOMORROW.
NEAR = _table(
    {
        0: "today tonight hoy heute hoje oggi vandaag dzisiaj dziś сегодня сьогодні idag dnes tänään bugün",
        1: "tomorrow mañana morgen demain amanhã domani jutro завтра imorgon zítra huomenna yarın",
        -1: "yesterday ayer hier gestern ontem ieri gisteren wczoraj вчера вчора учора igår včera eilen dün",
        2: "übermorgen dopodomani overmorgen pojutrze послезавтра післязавтра ylihuomenna pozítří",
        -2: """vorgestern anteayer antier anteontem eergisteren przedwczoraj позавчера позавчора förrgår
            toissapäivänä předevčírem""",
    }
)
NOT_TOMORROW = _words("guten goedemorgen goede schönen la esta por buena god gmorgen jeden diesen am this los")

# Two words: "i går", "avant hier", "après demain", "pasado mañana", "day before yesterday".
NEAR_PAIRS = {
    ("i", "dag"): 0,
    ("i", "gar"): -1,
    ("i", "morgen"): 1,
    ("i", "morgon"): 1,
    ("i", "overmorgen"): 2,
    ("i", "overmorgon"): 2,
    ("i", "forgars"): -2,
    ("i", "forrgar"): -2,
    ("aujourd", "hui"): 0,
    ("avant", "hier"): -2,
    ("apres", "demain"): 2,
    ("pasado", "manana"): 2,
    ("before", "yesterday"): -2,
    ("after", "tomorrow"): 2,
    ("depois", "amanha"): 2,
    ("this", "morning"): 0,
    ("this", "afternoon"): 0,
    ("this", "evening"): 0,
    ("just", "now"): 0,
}
NEAR_HAN = {
    "今天": 0,
    "今日": 0,
    "明天": 1,
    "明日": 1,
    "后天": 2,
    "後天": 2,
    "昨天": -1,
    "昨日": -1,
    "前天": -2,
    "오늘": 0,
    "내일": 1,
    "어제": -1,
}

_DAY, _WEEK, _FORTNIGHT, _MONTH, _YEAR = 1, 7, 14, 30, 365
UNITS = _table(  # in days; 30 and 365 mean calendar months and years
    {
        _DAY: """day days día días jour jours tag tage tagen dia dias giorno giorni dag dagen dagar dage dager
            dzień dni день дня дней дні днів doba den dnů päivä päivää""",
        _WEEK: """week weeks wk wks semana semanas semaine semaines woche wochen settimana settimane weken vecka
            veckor uke uker uge uger tydzień tygodnie tygodni неделя неделю недели недель тиждень тижні
            тижнів týden týdny týdnů viikko viikkoa""",
        _FORTNIGHT: "fortnight fortnights",
        _MONTH: """month months mes meses mois monat monate monaten mês mese mesi maand maanden månad månader måned
            måneder miesiąc miesiące miesięcy месяц месяца месяцев місяць місяці місяців měsíc měsíce
            kuukausi kuukautta""",
        _YEAR: """year years año años an ans jahr jahre jahren ano anos anno anni jaar år rok lata lat год года
            лет рік роки років""",
    }
)
NUMBERS = _table(
    {
        1: "one a an un una une ein eine einer einem einen um uma uno een en ett et jeden jedna jedną один одну одна",
        2: "two couple dos deux zwei dois duas due twee två to dwa dwie два две дві kaksi",
        3: "three few tres trois drei três tre drie trzy три kolme",
        4: "four cuatro quatre vier quatro quattro fyra fire cztery четыре чотири neljä",
        5: "five cinco cinq fünf cinque vijf fem pięć пять п'ять пять",
        6: "six seis sechs sei zes sex seks sześć шесть шість",
        7: "seven siete sept sieben sete sette zeven sju syv siedem семь сім",
        8: "eight ocho huit acht oito otto åtta åtte otte osiem восемь вісім",
        9: "nine nueve neuf neun nove negen nio ni dziewięć девять дев'ять",
        10: "ten diez dix zehn dez dieci tien tio ti dziesięć десять",
        11: "eleven once onze elf undici elva elleve",
        12: "twelve doce douze zwölf doze dodici twaalf tolv",
    }
)
AGO_AFTER = _words("ago back atrás geleden fa temu тому назад sedan siden sitten earlier")
AGO_BEFORE = _words("vor hace há ha")  # and "il y a"
AHEAD_BEFORE = _words("in dans en em tra fra over za через om within innerhalb")
AHEAD_AFTER = _words("from hence")  # "3 weeks from now"

ORDINALS = _table(
    {
        1: "first primero premier primo primeiro erste ersten eerste",
        2: "second zweite zweiten",
        3: "third dritte dritten",
        4: "fourth",
        5: "fifth",
        6: "sixth",
        7: "seventh",
        8: "eighth",
        9: "ninth",
        10: "tenth",
        11: "eleventh",
        12: "twelfth",
        13: "thirteenth",
        14: "fourteenth",
        15: "fifteenth",
        16: "sixteenth",
        17: "seventeenth",
        18: "eighteenth",
        19: "nineteenth",
        20: "twentieth",
        30: "thirtieth",
    }
)
ORDINAL_ENDINGS = _words("st nd rd th er re eme e ere o a го ого е є те ter ste de")
LINKS = _words("of de del d di den of the le el het do")  # "3 de marzo", "3rd of March"
TO = _words("to through thru till until til a au al bis tot do до по t tm и - – — ~ 至 到 から até hasta")
AND = _words("and & + und et y e en i og och oraz и та")

LAST = _words("""last past previous letzten letzte letzter letztem vergangenen vorigen pasado pasada passado passada
    passé dernier dernière scorso scorsa afgelopen vorige ostatni ostatnią zeszły zeszłym zeszłą прошлый
    прошлую прошлой прошлом минулий минулу минулого förra sidste sist forrige último última""")
NEXT = _words("""next coming following nächsten nächste nächster kommenden kommende próximo próxima prochain prochaine
    prossimo prossima volgende komende następny następną przyszły przyszłą следующий следующую следующей
    следующего наступний наступну наступного nästa neste næste kommende""")
HAN_LAST, HAN_NEXT = "上", "下"
HAN_DIGITS = {mark: number for number, mark in enumerate("〇一二三四五六七八九十")} | {"零": 0}
HAN_WEEK = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}

# Words that are months only beside stronger evidence ("5 out of 7"): a year or a full stop must follow.
WEAK_MONTHS = {"out": 10, "set": 9}
# Words that are weekdays only after a word of time or before a date: French "mon", English "sat", Portuguese ordinals.
WEAK_WEEKDAYS = _words("mon sat sun lun wed segunda terça quarta quinta sexta")
BEFORE_DATES = _words(
    """on until till til by from since through thru last next this am bis vom zum seit ab le au du jusqu depuis
    el hasta desde até em na no al fino dal op tot vanaf do od w we с до по в во з від у den på fram från fra til"""
)
# German and Dutch "hier" is "here"; the French one stands alone or beside these.
WITH_HIER = _words("""j je ai a avons ont nous on il elle ils depuis soir matin avant parlé vu appelé contacté c est le date
    , ( : ;""")

_SINGLE = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"  # kana, Han and Hangul stand for themselves, one sign a token
TOKEN = re.compile(rf"\d+|[{_SINGLE}]|[^\W\d_{_SINGLE}]+(?:[\u0300-\u036f]+[^\W\d_{_SINGLE}]*)*|[^\w\s]|\n")
