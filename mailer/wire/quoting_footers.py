"""What stands below a message without its author having written it: devices, virus scanners, lawyers, mailing lists."""

from __future__ import annotations

import re

LENGTH = 200  # characters; a longer line is no footer of a device

# What a device's footer begins with, and what it then names. Both are needed: "sent to you by Ann" is no footer.
_SENT = (
    *(
        "sent",
        "written",
        "typed",
        "composed",
        "dictated",
        "replied",
        "this email was sent",
        "this e-mail was sent",
        "this message was sent",
    ),
    *(
        "from my",
        "via my",
        "gesendet",
        "geschrieben",
        "verschickt",
        "versandt",
        "von meinem",
        "von meiner",
        "von unterwegs",
    ),
    *(
        "von mein",
        "mit meinem",
        "diese nachricht wurde",
        "diese e-mail wurde",
        "diese mail wurde",
        "diese email wurde",
        "hol",
        "laden sie",
    ),
    *(
        "envoyé",
        "envoyée",
        "expédié",
        "transmis",
        "télécharger",
        "téléchargez",
        "obtenez",
        "obtener",
        "obtén",
        "enviado",
        "enviada",
        "mandado",
        "obter",
    ),
    *(
        "obtenha",
        "baixe",
        "inviato",
        "inviata",
        "spedito",
        "scarica",
        "ottieni",
        "verzonden",
        "verstuurd",
        "gestuurd",
        "outlook voor",
    ),
    *("haal", "wysłano", "wysłane", "wysłana", "wysłany", "pobierz", "отправлено", "отправлена", "послано", "написано", "скачать"),
    *(
        "загрузить",
        "надіслано",
        "відправлено",
        "завантажити",
        "отримати",
        "skickat",
        "skickades",
        "skickad",
        "hämta",
        "sendt",
        "sendes",
    ),
    *("hent", "få", "skrevet", "lähetetty", "hanki", "odesláno", "odoslané", "küldve", "trimis", "στάλθηκε", "αποστολή", "enviat"),
    *("poslano", "poslato", "dikirim", "được gửi", "đã gửi", "yollandı", "saadetud", "nosūtīts", "išsiųsta", "изпратено", "tuttu"),
)
_THINGS = (
    *(
        "iphone",
        "ipad",
        "ipod",
        "imac",
        "mac",
        "macbook",
        "apple",
        "watch",
        "cell",
        "cellphone",
        "mobile",
        "mobil",
        "handheld",
        "tablet",
    ),
    *(
        "galaxy",
        "samsung",
        "android",
        "blackberry",
        "nokia",
        "htc",
        "lg",
        "sony",
        "xperia",
        "huawei",
        "xiaomi",
        "redmi",
        "pixel",
        "oneplus",
    ),
    *(
        "motorola",
        "moto",
        "windows",
        "outlook",
        "mail",
        "mailbox",
        "yahoo",
        "aol",
        "gmail",
        "gmx",
        "web.de",
        "proton",
        "protonmail",
    ),
    *(
        "airmail",
        "thunderbird",
        "spark",
        "sparrow",
        "fastmail",
        "verizon",
        "t-mobile",
        "phone",
        "device",
        "smartphone",
        "bluemail",
        "newton",
    ),
    *(
        "superhuman",
        "zoho",
        "alcatel",
        "lumia",
        "surface",
        "tutanota",
        "tuta",
        "mailspring",
        "canary",
        "edison",
        "inbox",
        "app",
        "4g",
        "5g",
    ),
    *("telefon", "telefonu", "telefono", "teléfono", "téléphone", "telefoon", "móvil", "movil", "portable", "celular", "cellulare"),
    *(
        "telemóvel",
        "dispositivo",
        "dispositivos",
        "appareil",
        "mobilgerät",
        "handy",
        "mobiltelefon",
        "smartphones",
        "телефон",
        "телефона",
    ),
    *(
        "телефону",
        "айфона",
        "мобильного",
        "мобільного",
        "устройства",
        "пристрою",
        "почты",
        "почта",
        "пошти",
        "urządzenia",
        "telefonu",
        "enhet",
    ),
    *(
        "telefonen",
        "mobilen",
        "matkapuhelimesta",
        "puhelimesta",
        "iphonesta",
        "androidista",
        "posta",
        "ios",
        "unterwegs",
        "client",
        "webmail",
    ),
    *(
        "orange",
        "free",
        "laposte",
        "libero",
        "tiscali",
        "mail.ru",
        "yandex",
        "яндекс",
        "seznam",
        "o2",
        "wp",
        "onet",
        "interia",
        "office",
    ),
)
_START = re.compile(
    r"[\s<(\[*_>—–-]{0,6}(?:(?:sent|written|typed) (?:from|on|via|with|by) (?:my|a|an|the)\b"
    r"|(?:[^\W\d_]{1,20} )?from (?:my )?(?:i?phone|ipad|mobile|cell|android)[\w .!-]{0,12}$"
    r"|(?:get|download|try) \[?(?:outlook|gmail|yahoo|bluemail|spark|proton|aol)\b"
    r"|yahoo mail[:.]|(?P<sent>" + "|".join(re.escape(words) for words in _SENT) + r")(?!\w))",
    re.IGNORECASE,
)
_THING = re.compile(
    r"(?<![\w@])(?:" + "|".join(re.escape(word) for word in _THINGS) + r")(?![\w@])|aka\.ms|outlook|iphon|ipad|android",
    re.IGNORECASE,
)
# Languages that name the device first, or run words together.
_DEVICE_FIRST = re.compile(
    r"[\s<(\[*_>—–-]{0,6}(?:(?:发自|發自|从我的|從我的|来自我的|來自我的|发送自|傳送自|获取|下载).{0,60}|(?:从|從).{1,30}(?:发送|傳送|寄出)|"
    r".{0,40}(?:から送信|より送信)(?:されました)?|.{0,40}에서 (?:보냄|보냈습니다)|나의 .{1,40}에서.{0,20}|נשלח מה.{1,60}|أُرسلت من .{1,60}|"
    r"تم الإرسال من .{1,60}|.{0,40}(?:iphone|ipad|android|telefon).{0,30} (?:gönderildi|gönderilmiştir|küldve))[\s.>)\]]{0,6}",
    re.IGNORECASE,
)

_DISCLAIMER = re.compile(
    r"[\s*_\"(\[-]{0,4}(?:"
    r"(?:confidential(?:ity)?(?: notice| note| statement)?|disclaimer|legal notice|privileged(?: and| &) confidential)\s?[:.*-]"
    r"|(?:the (?:information|contents?) (?:contained )?(?:in|of) this|this (?:e-?mail|message|communication|transmission))\b.{0,160}"
    r"(?:confidential|privileged|intended (?:only|solely)|for the (?:sole|exclusive) use|solely for)"
    r"|please consider the environment|this e-?mail has been (?:checked|scanned) (?:for viruses|by)"
    r"|(?:virus-free|virenfrei|libre de virus|sans virus|garanti sans virus|senza virus|virusvrij|без вирусов|livre de vírus|bez wirusów)\b.{0,60}"
    r"|you (?:received|are receiving) this (?:message|e-?mail) because|to unsubscribe from this (?:group|list)"
    r"|diese (?:e-?mail|nachricht).{0,80}vertraulich|(?:este (?:mensaje|correo|e-?mail)|la información contenida).{0,120}confidencial"
    r"|(?:esta mensagem|este e-?mail).{0,100}confidencia|ce (?:message|courriel|mail).{0,100}confidentiel"
    r"|(?:questo messaggio|questa e-?mail|le informazioni contenute).{0,120}(?:riservat|confidenzial)"
    r"|(?:dit bericht|deze e-?mail).{0,100}vertrouwelijk|(?:ta|niniejsza) wiadomość.{0,100}poufn"
    r"|(?:это|данное|настоящее) (?:сообщение|письмо).{0,100}конфиденциальн|(?:цей лист|це повідомлення).{0,100}конфіденційн"
    r"|(?:detta meddelande|denne (?:e-?post|mail|besked)).{0,100}(?:konfidentiell|fortrolig)"
    r")",
    re.IGNORECASE,
)
# Labels of a business card; other labels behind a bare "--" are a form that someone filled in.
_LABEL = re.compile(r"\s{0,4}([^\W\d_][\w .'’()/-]{0,40}?)\s{0,3}[:：]\s")
_CARD_LABELS = frozenset(
    (
        *(
            "tel",
            "telephone",
            "phone",
            "mobile",
            "mob",
            "cell",
            "fax",
            "email",
            "e-mail",
            "mail",
            "web",
            "website",
            "www",
            "office",
            "direct",
        ),
        *(
            "address",
            "skype",
            "twitter",
            "linkedin",
            "telefon",
            "teléfono",
            "téléphone",
            "telefono",
            "handy",
            "mobil",
            "móvil",
            "portable",
        ),
        *(
            "cellulare",
            "adresse",
            "dirección",
            "t",
            "m",
            "p",
            "f",
            "e",
            "w",
            "c",
            "o",
            "d",
            "ph",
            "tfn",
            "tlf",
            "hours",
            "instagram",
            "url",
        ),
        *(
            "тел",
            "телефон",
            "моб",
            "facebook",
            "signal",
            "whatsapp",
            "phone number",
            "home",
            "work",
            "pronouns",
            "internet",
            "tél",
            "tel.",
        ),
    )
)
_ANSWERED_STUB = re.compile(
    r"(?:html|browser|viewer|online).{0,80}(?:display|view|read|support|click|see|enable)|(?:view|read|see|display).{0,60}(?:html|browser|online)",
    re.IGNORECASE | re.DOTALL,
)
_STUB_LENGTH = 300  # characters


def is_device_footer(line: str) -> bool:
    """Whether a line only says on what or with what the message was written."""
    if len(line) > LENGTH or not line:
        return False
    found = _START.match(line)
    if found is not None and (found.group("sent") is None or _THING.search(line, found.end())):
        return True
    if line[0] in "<([*_>—–-" or not line.isascii() or "phone" in line.lower() or "android" in line.lower():
        return _DEVICE_FIRST.fullmatch(line) is not None or (found is None and _names_device_last(line))
    return False


def _names_device_last(line: str) -> bool:
    """German says "von meinem Telefon gesendet", sometimes with the verb alone at the end."""
    return bool(
        re.match(r"[\s<(*_-]{0,6}(?:von|mit|über|vom) .{1,80}(?:gesendet|verschickt|versandt)[.\s)>]{0,4}$", line, re.IGNORECASE)
    )


def is_disclaimer(line: str) -> bool:
    """Whether a paragraph begins that a lawyer, a virus scanner or a mailing list put there."""
    return _DISCLAIMER.match(line[:400]) is not None


def holds_form(lines: list[str]) -> bool:
    """Whether lines are a form someone filled in rather than a business card: labels that no card has."""
    labels = [found.group(1).strip().lower() for line in lines if (found := _LABEL.match(line))]
    return any(label not in _CARD_LABELS for label in labels)


def is_stub(text: str) -> bool:
    """Whether a plain text only says that the message is in the other part."""
    words = text.strip()
    return not words or (len(words) < _STUB_LENGTH and _ANSWERED_STUB.search(words) is not None)
