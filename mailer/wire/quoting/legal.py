"""Notices that lawyers, virus scanners and mailing lists put below a message: told by how they begin and what they speak of."""

from __future__ import annotations

import re

_LINES = 6  # of a paragraph that are looked at
_LENGTH = 600  # characters of it
_LONG = 140  # a notice that long may be addressed to somebody with one word of the law only
_UNLED = 100  # with no words of the author above, it is long and needs two

_VIRUS = re.compile(r"vir(?:us|en|ír|ii)|wirus|вірус|вирус|vírus|病毒|avast|avg|norton|eset|kaspersky|mcafee", re.IGNORECASE)
# What a virus scanner says of the message.
_SCANNED = re.compile(
    r"(?:this (?:e-?mail|message) (?:has been|was) (?:checked|scanned)|no virus found|scanned (?:by|with|for)"
    r"|(?:virus-free|virenfrei|libre de virus|sans virus|garanti sans virus|senza virus|virusvrij|без вирусов|livre de vírus"
    r"|bez wirusów|не содержит вирусов|virusfri)\b[.\s]{0,3}(?:[<\[(]{0,2}(?:https?:|www\.)|$)"
    r"|diese (?:e-?mail|nachricht) (?:wurde|ist)|l['’]absence de virus dans ce|cet? (?:e-?mail|message|courriel)[^.]{0,24} a été"
    r"|este (?:correo|mensaje|e-?mail)[^.]{0,24} ha sido|este (?:e-?mail|correio)[^.]{0,20} foi"
    r"|quest[oa] (?:e-?mail|messaggio)[^.]{0,6} (?:è|e['’]) stat[oa]|ta wiadomość[^.]{0,14} została"
    r"|(?:это|данное|этот) (?:сообщение|письмо|e-?mail)[^.]{0,12} проверен|(?:цей лист|це повідомлення) перевірено"
    r"|d(?:eze|it) e-?mail(?:bericht)? is gecontroleerd|den(?:na|ne) e-?post\w{0,12} (?:har|er|är)"
    r"|detta (?:e-?postm|m)eddelande har"
    r"|(?:本|此)(?:电子)?邮件[^。]{0,20})",
    re.IGNORECASE,
)
# Sure by themselves.
_SURE = re.compile(
    r"please (?:consider|think of|save) the environment (?:and|before|prior|when)|(?:think|please think) before you print"
    r"|bitte (?:denken|prüfen|berücksichtigen|beachten)[^.]{0,60}umwelt[^.]{0,60}(?:druck|bevor|ausdruck)"
    r"|pensez à l['’](?:environnement|environement)[^.]{0,30}imprim|avant d['’]imprimer ce|n['’]imprimez ce"
    r"|antes de imprimir (?:est[ea]|el)|prima di stampare quest|denk aan het milieu[^.]{0,30}print"
    r"|(?:zanim wydrukujesz|przed wydrukowaniem)|(?:прежде чем|перед тем как) (?:распеч|печат)"
    r"|tänk på miljön[^.]{0,30}(?:skriv|utskri)|tenk på miljøet[^.]{0,30}(?:skriv|utskri)"
    r"|you (?:received|are receiving) this (?:message|e-?mail) because"
    r"|(?:sie erhalten diese|recibe este|vous recevez ce) [^.]{0,30}weil"
    r"|to unsubscribe from this (?:group|list)(?: and stop|[,:;.]| send| e-?mail| visit| click| please| go\b|$)",
    re.IGNORECASE,
)
_DRAWN = re.compile(r"(?=.*_,)[._,]{5,30}")  # what lists draw above their footer
_HEADING = re.compile(
    r"(?:confidential(?:ity)?(?: notice| note| statement| disclaimer)?|disclaimer|(?:important |legal )?notice"
    r"|privileged(?: and| &) confidential"
    r"|haftungsausschluss|vertraulichkeitshinweis|rechtlicher hinweis|aviso (?:legal|de confidenciali\w{3,5}|importante)"
    r"|cláusula de confidenciali\w{3,5}|avis de confidentialité|avertissement|avviso (?:legale|di riservatezza)"
    r"|vertrouwelijkheid|klauzula (?:poufności|informacyjna)|конфиденциальность|重要提示|保密声明|免责声明)\s?[:：.*–-]",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:the (?:information|contents?) (?:contained |transmitted |included )?(?:in|of|by|with) this"
    r"|this (?:e-?mail|message|communication|transmission|electronic m)"
    r"|diese (?:e-?mail|nachricht)|der inhalt dieser|die (?:in dieser|informationen in)"
    r"|este (?:mensaje|correo|e-?mail)|la información (?:contenida|incluida)|de conformidad con|de acuerdo con"
    r"|esta (?:mensagem|comunica\w{4,5})|as informações contidas|o conteúdo dest"
    r"|cet? (?:message|courriel|mail|courrier|e-?mail)|les informations contenues|le contenu de ce"
    r"|quest[oa] (?:messaggio|e-?mail|comunicazione)|le informazioni contenute|il contenuto d"
    r"|dit (?:e-?mail)?bericht|deze e-?mail|de (?:informatie|inhoud)"
    r"|(?:ta|niniejsza|ten|niniejszy) (?:wiadomość|e-?mail)|treść (?:tej|niniejszej)|informacje zawarte"
    r"|(?:это|данное|настоящее) (?:электронное )?(?:сообщение|письмо)|информация, содержащаяся|содержание (?:данного|этого)"
    r"|(?:цей|це) (?:електронн\w{1,3} )?(?:лист|повідомлення)|інформація, що"
    r"|(?:detta|dette|denne|denna) (?:e-?post)?(?:meddelande|mail|besked|melding|e-?post)|information\w{0,3} i d|inneh[åo]lle?t i d"
    r"|(?:本|此|该)(?:封)?(?:电子)?邮件)",
    re.IGNORECASE,
)
_BY_LAW = re.compile(r"en cumplimiento (?:de|con)|ai sensi d|nos termos da lei|gemäß (?:art|§)", re.IGNORECASE)
_LEGAL = re.compile(
    r"confidential|privileged|intended|(?:sole|exclusive) use|solely for|recipient|addressee|unauthori[sz]ed|disclos|prohibited"
    r"|vertraulich|empfänger|unbefugt|adressat|confidencia|destinat|privilegi"
    r"|protección de datos|proteção de dados|exclusiv|prohib|proib"
    r"|confidentiel|riservat|confidenzial|privacy|vietat|vertrouwelijk|geadresseerde|bestemd|onbevoegd|poufn|adresat|przeznaczon"
    r"|конфиденциальн|адресат|предназначен|конфіденційн|призначен|konfidentiell|fortrolig|konfidensiell|mottak|taushets|sekretess|avsedd"
    r"|beregnet|保密|机密|收件人|未经授权|禁止",
    re.IGNORECASE,
)
# "This message is confidential, please do not tell her" is no notice.
_PERSONAL = re.compile(
    r"(?<!\w)(?:I|me|my|you|your|he|she|her|him|his|please|thanks|ich|mir|mich|du|dich|dir|bitte|danke|yo|tú|te|ella|favor|gracias"
    r"|je|moi|toi|elle|merci|io|lei|lui|grazie|eu|ela|você|obrigad[ao]|ik|jij|je|jou|haar|hem|graag|ja|ci|ona|proszę|я|ты|она|он"
    r"|пожалуйста|вона|він|прошу|jag|du|hon|han|tack|jeg|hun|takk)(?!\w)|我|你|她|他|请",
    re.IGNORECASE,
)
_LINK = re.compile(r"[<(\[]?https?://(?:www\.)?(?:avast|avg)\.\w{2,6}/\S*[>)\]]?", re.IGNORECASE)
_OPENS = ' \t*_"([-–—>#'


def disclaims(texts: list[str], start: int, end: int, *, led: bool) -> bool:
    """Whether the paragraph at `start` is such a notice. `end` is where the author's lines end; `led`: words stand above."""
    line = texts[start].lstrip(_OPENS)
    if (
        _SURE.match(line)
        or (texts[start][0] in "._," and _DRAWN.fullmatch(texts[start]))
        or (_SCANNED.match(line) and _VIRUS.search(_paragraph(texts, start, end)))
    ):
        return True
    by_law = _BY_LAW.match(line) is not None
    if not by_law and not _HEADING.match(line) and not _ABOUT.match(line):
        return False
    text = _paragraph(texts, start, end)
    words = {found.group().lower() for found in _LEGAL.finditer(text)}
    if not words or not led:
        return len(words) >= 2 and len(text) >= _UNLED
    return len(words) >= 2 or (len(words) == 1 and (by_law or len(text) >= _LONG or not _PERSONAL.search(text)))


def is_personal(text: str) -> bool:
    """Whether a sentence speaks of "I" and "you"."""
    return _PERSONAL.search(text) is not None


def is_scanner_link(line: str) -> bool:
    """Whether a line is nothing but a link that a virus scanner advertises itself with."""
    return line[-1:] in "/>)]" and _LINK.fullmatch(line) is not None


def _paragraph(texts: list[str], start: int, end: int) -> str:
    lines: list[str] = []
    for text in texts[start : min(end, start + _LINES)]:
        if not text:
            break
        lines.append(text)
    return " ".join(lines)[:_LENGTH]
