"""How mail programs of many languages say "on that day that person wrote", "original message" and "sent from my phone"."""

from __future__ import annotations

import re

# --- attribution lines -------------------------------------------------------------------------------------------------

_VERBS = (
    r"wrote|writes|has written|schrieb|geschrieben|escribi[óo]|escribe|ha escrito|a [ée]crit|[ée]crivait|escreveu|ha scritto|"
    r"scrive|"
    r"scrisse|schreef|geschreven|skrev|skreiv|kirjoitti|napisał|napisał\(a\)|napisała|napisal|napisal\(a\)|napísal|napísal\(a\)|"
    r"napísala|pisze|napisao|napisala|napisao/la|je napisal|napsal|napsal\(a\)|napsala|napisana|írta|yazdı|a scris|έγραψε|"
    r"писал|писал\(-?а\)|писала|писали|написал|написал\(-?а\)|писав|писав\(-?ла\)|"
    r"написала|пишет|написав|написав\(ла\)|написав\(-ла\)|пише|написа|kirjutas|rakstīja|rašė|parašė|va escriure|ha escrit|escribiu|"
    r"idatzi du|skrifaði|menulis|đã viết|viết|ka shkruar|ysgrifennodd|scríobh|quoting|zitat von|citando|citazione"
)
_UNSPACED_VERBS = (
    r"写道|寫道|撰写|撰寫|写了|来信|來信|のメール|のメッセージ|書きました|書いた|"
    r"님이 작성|작성한|작성|썼습니다|쓴 글|เขียน|כתב|מאת|تمت كتابة|كتب|نوشت|ने लिखा"
)
VERB = re.compile(rf"(?<!\w)(?:{_VERBS})(?![\w(])|{_UNSPACED_VERBS}", re.IGNORECASE)

# The words an attribution begins with; with a date behind them they tell where it begins.
OPENS = re.compile(
    r"[\s*_\"'>\u200e\u200f\u202a-\u202e\u2066-\u2069-]{0,12}(?:"
    r"(?:on|at|am|às|le|el|em|il|op|den|de|dnia|w dniu|dne|dňa|v|u|на|в|у|от|від|vào|la|în|στις|pada|på|ti|ke|em qua|kl|a|ar|hôm|"
    r"date)\b"
    r"|\d{1,4}[\s.,/-]|\d{1,2}:\d\d(?: ?[ap]m)?,|\d{4}[年년]|在|於|于"
    r"|(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|sab|dom|seg|ter|qua|qui|sex|"
    r"gio|ma|wo|vr|za|zo|man|tir|ons|tor|tors|fre|lør|lör|søn|sön|pon|wto|śro|czw|pią|sob|nie|pn|wt|śr|cz|pt|nd|pe|to|ke|la|su|"
    r"пн|вт|ср|чт|пт|сб|вс|нд|пон|сре|чет|пят|суб|вос|вів|сер|п.ят|нед)\w{0,9}\b"
    r")",
    re.IGNORECASE,
)
DATE = re.compile(  # the first question, whether a digit stands there, is answered fastest
    r"(?=\d)(?:(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)|(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)|"
    r"\d{1,2}\s?[月월]\s?\d{1,2})"
)
# Verbs that may stand before the name; the others end the attribution.
INNER_VERB = re.compile(r"(?<!\w)(?:schrieb|schreef|skrev|skreiv|kirjoitti|yazdı)(?!\w)", re.IGNORECASE)
# "Name schrieb am Do. 20. Mai 2027 um 14:49:", on phones: the verb, and behind it day and hour.
THEN = re.compile(
    r"(?:(?<!\w)(?:schrieb am|wrote on|a écrit le|escribió el|ha scritto il|escreveu em|schreef op|skrev den|skrev på|написал"
    r"|kirjoitti)"
    r"(?=[^\n]{0,40}(?<!\d)\d{1,2}[:.h]\d{2})[^\n]{0,40}(?:19|20)\d\d[^\n]{0,30}"
    r"|wiadomość napisana przez [^\n]{1,100}\d{1,2}[:.]\d\d"
    r"|[于於在]\s?\d{4}[年/-]\d{1,2}[月/-]\d{1,2}[^\n]{0,60}(?:写道|寫道))$",
    re.IGNORECASE,
)
# "Name <name@example.org> wrote:" and no more, as no person types it.
WHO = re.compile(
    r"\"?[^<>\"@\n]{0,60}\"?\s?[<(][^\s<>()@]{1,100}@[^\s<>()@]{1,200}[>)],?\s{1,3}"
    r"(?:wrote|writes|schrieb|schreef|skrev|a écrit|ha scritto|escribió|escreveu|napisał\S{0,4}|написал\S{0,4}|пишет|пише)\s?"
    r"|(?:quoting|zitat von|citando)\s[^<>@\n]{0,60}<[^\s<>@]{1,100}@[^\s<>@]{1,200}>",
    re.IGNORECASE,
)
FINAL_VERB = re.compile(rf"(?:(?<!\w)(?:{_VERBS})|{_UNSPACED_VERBS})\W{{0,6}}$", re.IGNORECASE)
COLONS = (":", "：", "︰")

# --- headers of the message below --------------------------------------------------------------------------------------

_HEADERS = {
    "from": (
        "from, von, de, da, van, från, fra, lähettäjä, od, nadawca, от, от кого, від, від кого, кого, отправитель, "
        "expéditeur, remitente, mittente, afzender, absender, 发件人, 寄件者, 寄件人, 发信人, 差出人, 送信者, 보낸 사람, "
        "보낸사람, 보낸이, kimden, "
        "gönderen, feladó, de la, expeditor, από, odesílatel, odosielateľ, מאת, من, saatja, nuo, avsender, afsender, "
        "pošiljatelj, dari, šalje"
    ),
    "sent": (
        "sent, date, gesendet, datum, enviado, enviado el, enviada, enviada em, enviado em, fecha, data, envoyé, envoyé "
        "le, date d'envoi, date d’envoi, inviato, inviato il, verzonden, verzonden op, skickat, sendt, lähetetty, "
        "päivämäärä, päiväys, wysłano, data wysłania, отправлено, дата, надіслано, відправлено, 发送时间, 发送日期, 日期, "
        "傳送時間, "
        "寄件日期, 送信日時, 日時, 日付, 보낸 날짜, 보낸날짜, 날짜, 时间, 時間, gönderme tarihi, gönderilen tarih, tarih, "
        "elküldve, dátum, "
        "trimis, ημερομηνία, εστάλη, odesláno, odoslané, dato, נשלח, תאריך, التاريخ, saadetud, kuupäev, poslano, "
        "message du, dikirim, tanggal, data de envio, data d'invio, gesendet am, poslato"
    ),
    "to": (
        "to, an, para, à, a, aan, till, til, vastaanottaja, do, кому, destinataire, destinatario, destinatário, "
        "empfänger, ontvanger, adresat, odbiorca, получатель, 收件人, 收件者, 宛先, 받는 사람, 받는사람, kime, címzett, către, "
        "προς, "
        "komu, אל, إلى, saaja, kepada, mottaker, modtager, kam, prima"
    ),
    "cc": (
        "cc, bcc, kopie, kopia, kopi, con copia, con copia a, copie, copie à, copia, кому копия, копия, копія, 抄送, 副本, "
        "참조, másolat, bilgi, dw, udw, kopio, risposta, reply-to, reply to, antwort an, responder a, répondre à, "
        "organization, organisation"
    ),
    "subject": (
        "subject, betreff, asunto, assunto, objet, oggetto, onderwerp, ämne, emne, aihe, temat, тема, 主题, 主題, 主旨, 件名, "
        "제목, konu, tárgy, subiect, θέμα, předmět, predmet, נושא, الموضوع, teema, perihal, re, sujet, naslov"
    ),
}
HEADERS: dict[str, str] = {name: kind for kind, names in _HEADERS.items() for name in names.split(", ")}

# --- lines that say "below is another message" -------------------------------------------------------------------------

DASHED = re.compile(r"[\s*>]{0,6}[-_=*—–#]{2,80}\s{0,20}([^-_=*—–#\s].{0,160}?)\s{0,20}[-_=*—–#]{2,80}[\s*]{0,6}")
# The same with headers behind it on one line, as some HTML becomes.
RUN_ON = re.compile(r"[-_]{3,}\s{0,3}([^-_\n]{6,40}?)\s{0,3}[-_]{3,}\s{0,3}\w{2,12}\s?: ?\S")
ORIGINAL = re.compile(
    r"^original message processed by|"
    r"antwort.?nachricht|original.?(?:message|appointment)|ursprüngliche.?nachricht|original.?nachricht|mensaje.?original|message.?d.?origine|message.?original|"
    r"messaggio.?originale|mensagem.?original|oorspronkelijke?.?bericht|wiadomość.?oryginalna|oryginalna.?wiadomość|"
    r"исходное.?сообщение|исходное.?письмо|оригинальное.?сообщение|вихідне.?повідомлення|початкове.?повідомлення|özgün.{1,3}leti|оригінальне.?повідомлення|"
    r"ursprungligt.?meddelande|original.?meddelande|opprinnelig.?melding|oprindelig.?(?:besked|meddelelse)|original.?(?:besked|"
    r"melding)|"
    r"alkuperäinen.?viesti|původní.?(?:zpráva|e-mail)|pôvodná.?správa|eredeti.?üzenet|orijinal.?(?:mesaj|ileti)|mesaj.?original|"
    r"αρχικό.?μήνυμα|原始邮件|原始郵件|邮件原件|郵件原件|原邮件|原郵件|元のメッセージ|오리지널|원본.?(?:메일|메시지)|reply.?message|"
    r"izvorna.?poruka|pesan.?asli|"
    r"thư.?gốc|הודעה מקורית|الرسالة الأصلية|izvorno sporočilo|replied message|"
    r"(?:reply|write|type|antwort).{0,20}(?:above|über) (?:this|dieser) (?:line|zeile)|(?:ober|über)halb dieser (?:linie|zeile)|"
    r"au-dessus de cette ligne|(?:encima|arriba) de esta línea|acima desta linha|"
    r"sopra questa (?:riga|linea)|boven deze (?:regel|lijn)|"
    r"powyżej tej linii|выше этой (?:линии|строки|черты)|вище (?:цієї|цього) (?:лінії|рядка)|ovanför denna (?:rad|linje)|"
    r"over denne linj\w{1,3}|在此(?:行|线)(?:上方|之上)",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"forwarded.{0,3}(?:message|mail|by|from)|weitergeleitete.{0,3}nachricht|weitergeleitete.{0,3}(?:e-?)?mail|"
    r"anfang der weitergeleiteten|mensaje reenviado|inicio del mensaje reenviado|message transféré|"
    r"message réexpédié|début du message (?:transféré|réexpédié)|messaggio inoltrato|inizio messaggio inoltrato|"
    r"mensagem (?:encaminhada|"
    r"reencaminhada)|início da mensagem|doorgestuurd bericht|begin doorgestuurd|wiadomość przekazana|przekazana wiadomość|początek "
    r"przekazywanej|пересылаемое|переадресованн|переслан|перенаправлен|vidarebefordrat|vidarebefordrad|videresendt|"
    r"välitetty viesti|"
    r"přeposlaná|preposlaná|továbbított|iletilen|mesaj redirecționat|προωθημένο|转发的?邮件|轉寄的?郵件|被转发|転送された?|"
    r"전달된 ?메(?:일|시지)|"
    r"пересилається|початок листа|begin forwarded|start of forwarded|proslijeđena|hesubakwe",
    re.IGNORECASE,
)
# Subjects that say the message hands on another one.
FORWARD_SUBJECT = re.compile(
    r"\s*(?:fwd?|wg|wtr|tr|rv|enc|vs|vb|pd|doorst|i|fs|reenv|encam|转发|轉寄|пересл|переслано|fw)\s?[:：]", re.IGNORECASE
)
