"""What stands below a message without its author having written it: footers of devices, signatures, postscripts."""

from __future__ import annotations

import re


def _listed(names: str) -> tuple[str, ...]:
    return tuple(names.split(", "))


LENGTH = 200  # characters; a longer line is no footer of a device
_BLANKS = 18

# What a device's footer begins with, and what it then names. Both are needed: "sent to you by Ann" is no footer.
_SENT = _listed(  # followed by a word of _BY
    "sent, written, typed, composed, dictated, replied, this email was sent, this e-mail was sent, this message was "
    "sent, gesendet, geschrieben, verschickt, versandt, diese nachricht wurde, diese e-mail wurde, diese mail wurde, "
    "envoyé, envoyée, expédié, transmis, enviado, enviada, mandado, inviato, inviata, spedito, verzonden, verstuurd, "
    "gestuurd, wysłano, wysłane, wysłana, wysłany, отправлено, отправлена, послано, написано, надіслано, відправлено, "
    "skickat, skickades, skickad, sendt, sendes, skrevet, odesláno, odoslané, trimis, στάλθηκε, αποστολή, enviat, "
    "poslano, poslato, dikirim, được gửi, đã gửi, nosūtīts, išsiųsta, изпратено, yollandı"
)
_BY = _listed(
    "from, via, with, using, through, von, mit, über, aus, vom, de, du, d’un, d'un, depuis, à partir, avec, par, "
    "desde, do, da, dal, dall'iphone, dall, con, com, pelo, pela, por, a partir, tramite, vanaf, van, met, vanuit, "
    "uit, z, ze, za, przez, przy, с, со, из, от, через, при, з, із, зі, за, від, från, fra, med, pe, din, cu, από, "
    "des, amb, s, sa, iz, dari, từ, no, iš, on my"
)
_BARE = _listed(  # need no such word
    "from my, via my, sent by my, sent by mobile, sent by galaxy, sent by iphone, sent by android, sent by samsung, "
    "sent by blackberry, von meinem, von meiner, von mein, mit meinem, hol dir outlook, holen sie sich, laden sie, "
    "télécharger, téléchargez, obtenir, obtenez, obtener, obtén, obter, obtenha, baixe, scarica, ottieni, outlook voor, haal "
    "outlook, pobierz, скачать, скачайте, загрузить, завантажити, отримати, hämta, skaffa, hent, få, hanki, lähetetty, küldve, "
    "saadetud, downloaden, получить, skaff deg, отримайте, получите, установить"
)
_THINGS = _listed(
    "iphone, ipad, ipod, imac, mac, macbook, apple, watch, cell, cellphone, mobile, mobil, handheld, tablet, "
    "galaxy, samsung, android, blackberry, nokia, htc, lg, sony, xperia, huawei, xiaomi, redmi, pixel, oneplus, "
    "motorola, moto, windows, outlook, mail, mailbox, yahoo, aol, gmail, gmx, web.de, proton, protonmail, airmail, "
    "thunderbird, spark, sparrow, fastmail, verizon, t-mobile, phone, device, smartphone, bluemail, newton, "
    "superhuman, zoho, alcatel, lumia, surface, tutanota, tuta, mailspring, canary, edison, inbox, app, 4g, 5g, "
    "mobiel, telefon, telefonu, telefono, teléfono, téléphone, telefoon, móvil, movil, portable, celular, cellulare, "
    "telemóvel, dispositivo, dispositivos, appareil, mobilgerät, handy, mobiltelefon, smartphones, телефон, "
    "телефона, телефону, айфона, мобильного, мобільного, устройства, пристрою, почты, почта, пошти, urządzenia, "
    "enhet, telefonen, mobilen, matkapuhelimesta, puhelimesta, iphonesta, androidista, posta, ios, unterwegs, "
    "client, webmail, orange, free, laposte, libero, tiscali, mail.ru, yandex, яндекс, seznam, o2, wp, onet, "
    "interia, office, workspace"
)


def _any(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in words)


_START = re.compile(
    r"[\s<(\[*_>—–-]{0,6}(?:sent from (?:my|a|an)\b"
    r"|sent on the go|(?:[^\W\d_]{1,20} )?from (?:my )?(?:i?phone|ipad|mobile|cell|android)[\w .!-]{0,12}$"
    r"|(?:get|download|try) (?:the new )?\[?(?:outlook|gmail|yahoo|bluemail|spark|proton|aol)\b"
    r"(?: ?(?:e-?mail|mail|app|mobile|now))* ?(?:for\b|[<(\[\]:.]|https?:|$)|yahoo mail ?[:.]|sender notified by\b|mailtrack ?<"
    r"|provenance ?: ?courrier|outlook für (?:ios|android|mac) (?:beziehen|herunterladen)"
    r"|(?:please excuse|please forgive|apologies for|sorry for|excuse) (?:(?:any|the|my) )?"
    r"(?:typos?|brevity|errors|mistakes|spelling)"
    r"[^.]{0,30}\b(?:sent|typed|written) (?:from|on|via) (?:my |a )?"
    r"(?:mobile|phone|i?phone|ipad|cell|tablet)[\w .!]{0,12}$"
    rf"|(?P<sent>(?:(?:{_any(_SENT)}) (?:{_any(_BY)})|{_any(_BARE)})(?!\w)))",
    re.IGNORECASE,
)
_TALKS = re.compile(r"(?:\S+\s+){8}\S")  # nine words
_BARE_TALKS = re.compile(r"(?:from|via) my (?:\S+\s+){4}\S", re.IGNORECASE)  # "From my phone I cannot open the link"
_BY_MAIL = re.compile(r"\b(?:via|by|par|per|por|von|met|med|through|with) (?:e-?)?mail\b(?! für| pour| para| for)", re.IGNORECASE)
_THING = re.compile(
    r"(?<![\w@])(?:" + "|".join(re.escape(word) for word in _THINGS) + r")(?![\w@])|aka\.ms|outlook|iphon|ipad|android",
    re.IGNORECASE,
)
# Languages that name the device first, or run words together.
_CHINESE = (
    "手机|手機|邮箱|邮件|郵件|信箱|客户端|客戶端"
    "|电脑|電腦|平板|华为|小米|红米|三星|荣耀|一加|魅族|微信|设备|裝置|网易|新浪|移动|应用"
)
_DEVICE_FIRST = re.compile(
    r"[\s<(\[*_>—–-]{0,6}(?:(?:发自|發自|从我的|從我的|来自|來自|发送自|傳送自|获取|下载)"
    rf"(?=[^，。！？：、]{{0,40}}(?:[a-z]{{2}}|{_CHINESE}))[^，。！？：、]{{0,60}}|(?:从|從)[^，。！？：、]{{1,30}}(?:发送|傳送|寄出)|"
    r"签名由 ?网易邮箱大师 ?定制|"
    r".{0,40}(?:から送信|より送信)(?:されました)?|.{0,40}에서 (?:보냄|보냈습니다)|"
    r"나의 (?=.{0,20}(?:[a-z]{2}|아이폰|갤럭시|휴대|스마트)).{1,40}에서.{0,20}|נשלח מה.{1,60}|"
    r"أُرسلت من .{1,60}|"
    r"تم الإرسال من .{1,60}|.{0,40}(?:iphone|ipad|android|telefon).{0,30} (?:gönderildi|gönderilmiştir|küldve))[\s.>)\]]{0,6}",
    re.IGNORECASE,
)

_FIRST_LETTERS = frozenset(name[:4] for name in (*_SENT, *_BARE, "get "))
_POSTSCRIPT = re.compile(
    r"(?:p\.?[ -]{0,2}(?:p\.? ?)?s\b\.? ?[:,–—-]?|p\. ?d\.|pd ?:|n\.b\.|nb ?:|п\. ?с\.|з\. ?і\.)\s{0,4}\S|附言|又及",
    re.IGNORECASE,
)
# Labels of a business card; other labels behind a bare "--" are a form that someone filled in.
_LABEL = re.compile(r"\s{0,4}([^\W\d_][\w .'’()/-]{0,40}?)\s{0,3}[:：]\s")
_CARD_LABELS = frozenset(
    _listed(
        "address, adresse, c, cell, cellulare, d, dirección, direct, e, e-mail, email, f, facebook, fax, handy, home, "
        "hours, instagram, internet, linkedin, m, mail, mob, mobil, mobile, móvil, o, office, p, ph, phone, phone "
        "number, portable, pronouns, signal, skype, t, tel, tel., telefon, telefono, telephone, teléfono, tfn, tlf, "
        "twitter, tél, téléphone, url, w, web, website, whatsapp, work, www, моб, тел, телефон"
    )
)
_ANSWERED_STUB = re.compile(
    r"(?:html|browser|viewer|online).{0,80}(?:display|view|read|support|click|see|enable)|(?:view|read|see|"
    r"display).{0,60}(?:html|browser|online)",
    re.IGNORECASE | re.DOTALL,
)
_READ_MARK = "\u1427"  # a dot that a tracker of opened mail leaves below
_STUB_LENGTH = 300  # characters


def is_device_footer(line: str) -> bool:
    """Whether a line only says on what or with what the message was written."""
    if len(line) > LENGTH or not line or line.count(" ") > _BLANKS:
        return False
    if line == _READ_MARK:
        return True
    found = _START.match(line)
    if _BARE_TALKS.match(line):
        return False
    if found is not None and _TALKS.match(line) and not _THING.search(line[: found.end() + 30]):
        return False  # "Sent from my desk, which is easier than a phone": a sentence
    if found is not None and (found.group("sent") is None or _THING.search(line, found.end() - 8)) and not _BY_MAIL.search(line):
        return True
    if line.endswith(("gesendet", "gesendet.")) and _THING.search(line):
        return _names_device_last(line)
    if line[0] in "<([*_>—–-" or not line.isascii() or "phone" in line.lower() or "android" in line.lower():
        return _DEVICE_FIRST.fullmatch(line) is not None or (found is None and _names_device_last(line))
    return False


def _names_device_last(line: str) -> bool:
    """German says "von meinem Telefon gesendet", sometimes with the verb alone at the end."""
    return bool(
        re.match(
            r"[\s<(*_-]{0,6}(?:von |mit |über |vom |mobil).{0,80}(?:gesendet|verschickt|versandt)[.\s)>]{0,4}$", line, re.IGNORECASE
        )
    )


def may_be_device(line: str) -> bool:
    """Whether a line begins as footers of devices do; cheaper than `is_device_footer`."""
    return line[:4].lower() in _FIRST_LETTERS


def is_postscript(line: str) -> bool:
    """Whether a line below a signature goes on with the message: "P.S. …"."""
    return line[0] in "PpNnПпЗз附又" and _POSTSCRIPT.match(line) is not None


def holds_form(lines: list[str]) -> bool:
    """Whether lines are a form someone filled in rather than a business card: labels that no card has."""
    labels = [found.group(1).strip().lower() for line in lines if (found := _LABEL.match(line))]
    return any(label not in _CARD_LABELS for label in labels)


def is_stub(text: str) -> bool:
    """Whether a plain text only says that the message is in the other part."""
    words = text.strip()
    return not words or (len(words) < _STUB_LENGTH and _ANSWERED_STUB.search(words) is not None)
