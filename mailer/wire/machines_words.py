"""The words by which automatic replies give themselves away, in subjects and bodies, in the languages people write to us."""

from __future__ import annotations

import re

from mailer.wire.dates.words import fold


def _any(*lines: str) -> re.Pattern[str]:
    return re.compile("|".join(fold(line) for line in lines))


# A subject that begins so was written by a responder, whatever follows.
AUTOMATIC = _any(
    r"auto(?:matic|mated)?[ -]?(?:reply|response|responder|answer)|autoresponder|out[ -]of[ -](?:the )?office[ -](?:auto"
    r"|reply|response|message|notice)",
    r"vacation (?:auto|reply|response|message|notice)|away message|automatische (?:abwesenheits|antwort|rückmeldung|reactie"
    r"|beantwoording|e-mail|nachricht)",
    r"autoantwort|auto-antwort|abwesenheits(?:notiz|assistent|nachricht|meldung|benachrichtigung|agent|mail|info)",
    r"réponse automatique|message (?:d'absence|automatique)|notification d'absence|avis d'absence|respuesta (?:automática"
    r"|de ausencia)",
    r"contestación automática|autorespuesta|auto-?respuesta|mensaje automático|resposta (?:automática|de ausência)"
    r"|mensagem automática",
    r"risposta automatica|messaggio automatico|risponditore|automatisch (?:antwoord|bericht)|afwezigheids"
    r"|automatyczna odpowiedź",
    r"odpowiedź automatyczna|autoodpowiedź|автоматический ответ|автоответ|автоматична відповідь|автовідповід|autosvar"
    r"|automatsvar",
    r"automatiskt? svar|frånvaromeddelande|fraværs(?:melding|besked)|automaattinen vastaus|poissaoloviesti|automatická odpověď",
    r"automatikus válasz|răspuns automat|otomatik yanıt|αυτόματη απάντηση|自动回复|自動回覆|自動回復|自动答复|自動返信"
    r"|自動応答|不在通知|자동",
)
# So may a person's; a colon and the subject of our letter must follow, or an absence in the text.
ABSENT = _any(
    r"auto|out of (?:the )?office|ooo|ooto|on vacation|on holiday|on leave|annual leave|away from (?:the |my )?(?:office|desk"
    r"|mail|e-?mail)",
    r"abwesenheit|abwesend|urlaub|nicht im (?:büro|haus)|außer haus|absence(?: du bureau)?|absente?(?: du bureau)?"
    r"|en congés?|hors du bureau",
    r"fuera de (?:la )?oficina|ausencia(?: temporaria)?|ausente|de vacaciones|fora do escritório|de férias|em férias|fuori (?:sede"
    r"|ufficio)|assente|assenza",
    r"in ferie|afwezig(?:heid)?|niet aanwezig|niet op kantoor|met vakantie|nieobecność|nieobecny|nieobecna|poza biurem"
    r"|na urlopie|urlop",
    r"отсутствие|вне офиса|нет (?:на (?:месте|работе)|в офисе)|в отпуске"
    r"|відсутність|поза офісом|немає на місці|у відпустці|frånvaro|frånvarande"
    r"|(?:ej|inte) på kontoret",
    r"fravær|ikke på kontoret|ikke til stede|semester|på ferie|poissa|mimo kancelář|nepřítomnost|不在|外出|休假|放假"
    r"|不在办公室|부재중",
)
# The person is absent now; "I was on holiday" is not among them.
AWAY_NOW = _any(
    r"i(?: am|'m|’m) (?:currently |presently |now )?(?:out of (?:the |my )?office|on (?:annual |parental |maternity "
    r"|paternity |sick |medical )?leave|on vacation"
    r"|on holidays?|away from|away until|away and|out of town|travell?ing|unavailable|not in the office|out until|ooo"
    r"|off work|out sick)",
    r"i will be (?:out of (?:the |my )?office|out until|out from|away until|away from|on vacation|on leave|on holiday"
    r"|unavailable)|i have (?:limited"
    r"|no) access to (?:my )?(?:e-?mail|mail)|our offices? (?:is|are|will be) closed|i am on pto",
    r"(?:ich bin|bin ich|befinde (?:ich )?mich|werde ich) (?:[^.!?\n]|(?<=\d)\.){0,60}(?:nicht (?:erreichbar|im büro"
    r"|im haus|verfügbar|am platz|im dienst)"
    r"|abwesend"
    r"|im urlaub|außer haus|in elternzeit|nicht zu erreichen|auf dienstreise|auf reisen|in mutterschutz|krank)",
    r"derzeit nicht erreichbar|zurzeit nicht erreichbar|je (?:suis|serai) (?:actuellement |présentement )?(?:absente?"
    r"|en congés?|en vacances|hors du bureau"
    r"|en déplacement|indisponible)",
    r"(?:estoy|estaré|me encuentro|me encontraré) (?:actualmente |ahora )?(?:fuera de|de vacaciones|ausente|de viaje"
    r"|de baja|de permiso)",
    r"(?:estou|estarei|encontro-me) (?:atualmente |actualmente )?(?:fora d|de férias|em férias|ausente|em viagem|de licença)",
    r"(?:sono|sarò) (?:attualmente |al momento )?(?:fuori (?:sede|ufficio)|in ferie|assente|in viaggio|in congedo|in vacanza)",
    r"ik ben (?:[^.!?\n]|(?<=\d)\.){0,40}(?:afwezig|niet aanwezig|op vakantie|met vakantie|niet op kantoor|niet bereikbaar"
    r"|met verlof)",
    r"(?:jestem|przebywam|będę) (?:obecnie |aktualnie )?(?:nieobecn|na urlopie|poza biurem|niedostępn)|я (?:сейчас "
    r"|в данный момент |нахожусь )?в отпуске",
    r"(?:отсутствую|нахожусь в отпуске|меня не будет)|я (?:зараз |перебуваю )?у відпустці|(?:відсутн(?:ій|я) на робочому)",
    r"jag (?:är|har) (?:för närvarande |just nu )?(?:på semester|semester|inte på kontoret|ledig|tjänstledig|frånvarande"
    r"|bortrest|föräldraledig)",
    r"jeg (?:er|har) (?:for tiden |i øjeblikket |nå )?(?:på ferie|ferie|ikke på kontoret|ikke på kontor|bortreist|permisjon"
    r"|fraværende|ute av kontoret)",
    r"olen (?:lomalla|poissa)|我(?:目前|现在|現在|正在)?[^。\n]{0,12}(?:休假|外出|出差|不在办公室|不在辦公室|度假|放假)"
    r"|本人[^。\n]{0,16}(?:休假|外出|出差|不在)|不在にして|休暇を",
)
# What goes with an automatic note: thanks for the mail, whom to turn to, when an answer will come.
NOTE_LIKE = _any(
    r"thank you for (?:your )?(?:e-?mail|message|mail|contacting|writing)|thanks for (?:your )?(?:e-?mail|message|mail"
    r"|contacting)|(?:in|for|if)(?: it is| it's)? (?:an )?urgent",
    r"urgent (?:matters|cases|requests|queries|enquiries)|in my absence|during my absence|(?:reply|respond|get back"
    r"|answer)[^.\n]{0,40}(?:when|upon|on|after|as soon as)[^.\n]{0,12} (?:i|my) (?:return|am back)",
    r"as soon as (?:possible )?(?:i (?:return|am back)|upon|after)|please contact (?:my colleague|[^.\n]{0,60}@)"
    r"|no access to (?:my )?(?:e-?mail|mail)|(?:limited|intermittent|sporadic|irregular) access to|we will (?:reply|respond|answer)"
    r"|accès limité|acceso limitado|acesso limitado|accesso limitato|eingeschränkt(?:en)? zugriff"
    r"|beperkte toegang|如有急事|敬请谅解",
    r"(?:vielen|herzlichen|besten) dank für (?:ihre|deine|eure|die) |danke für (?:ihre|deine|die) (?:e-?mail|mail"
    r"|nachricht)|in dringenden|wird nicht weitergeleitet",
    r"nicht weitergeleitet|während meiner abwesenheit|nach meiner rückkehr|sobald ich (?:wieder|zurück)|merci (?:de"
    r"|pour) votre (?:message|mail|e-?mail|courriel)",
    r"votre message|en cas d'urgence|pendant mon absence|dès mon retour|à mon retour|gracias por (?:su|tu) (?:mensaje"
    r"|correo|e-?mail)|en caso de urgencia|a mi regreso",
    r"para (?:asuntos|temas|casos) urgentes|obrigad[oa] (?:pelo|pela) (?:seu |sua |vosso )?(?:e-?mail|mensagem|contato"
    r"|contacto)|em caso de urgência|assuntos urgentes",
    r"grazie per (?:il |la )?(?:suo |tuo |sua |tua )?(?:messaggio|e-?mail|aver)|la ringrazio|per (?:urgenze"
    r"|comunicazioni urgenti)"
    r"|al mio rientro|bedankt voor (?:uw|je|jouw) (?:bericht|e-?mail|mail)",
    r"bij spoed|dringende (?:zaken|gevallen)|dziękuję za (?:wiadomość|maila|e-?mail)|w pilnych sprawach|pilnych|po powrocie"
    r"|спасибо за (?:ваше )?(?:письмо|сообщение)",
    r"срочн|по возвращении|дякую за (?:ваш )?(?:лист|повідомлення)|терміновых|термінов|tack för (?:ditt|ert|din) (?:mail"
    r"|mejl|meddelande|e-?post)|brådskande|vid brådskande",
    r"takk for (?:din |e-?post)|tak for din|hastesaker|ved behov|haster|谢谢您的(?:来信|邮件)|感谢您的(?:来信|邮件)|紧急"
    r"|緊急|急ぎ|お急ぎ|ありがとうございます",
)
SELF_DECLARED = _any(
    r"[^\w]{0,6}(?:this is an? |diese nachricht|dies ist eine |ceci est une? |este es un |esta é uma |questo è un "
    r"|dit is een |to jest |это |це )?"
    r"(?:[^.\n ]{1,15} )?(?:auto(?:matic|mated|matically)[ -](?:generated )?(?:reply|response|message|e-?mail)|autoreply"
    r"|auto-reply|automatische antwort|réponse automatique"
    r"|message automatique|respuesta automática|resposta automática|risposta automatica|automatisch (?:antwoord|bericht)"
    r"|automatyczna odpowiedź"
    r"|wiadomość automatyczna|автоматический ответ|автоматична відповідь|automatiskt? svar|autosvar|自动回复|自動回覆"
    r"|自動返信)",
)
SELF_DECLARED_HINTS = ("auto", "автомат", "自动", "自動")  # one of them stands in whatever it finds
UNREAD_ADDRESS = _any(
    r"(?:mailbox|inbox|address|adresse|postfach|boîte|buzón) (?:is |wird |n'est |no )?(?:not |pas |nicht )?(?:monitored"
    r"|überwacht|gelesen|surveill|supervis)",
    r"(?:please )?do not (?:reply|respond) to this(?! (?:old )?(?:e-?mail )?address[^\n]{0,60}(?:\bmy\b|\bnew\b|\bme\b))"
    r"|bitte (?:antworten sie )?nicht auf diese"
    r"|ne pas répondre à ce|no responda a este|não responda a est"
    r"|non rispondere a quest",
)
# One of these stands in whatever `UNREAD_ADDRESS` finds: looking for them is much faster.
UNREAD_HINTS = tuple(
    hint.replace("_", " ")
    for hint in fold("monitored überwacht gelesen surveill supervis to_this nicht_auf_diese ne_pas responda rispondere").split()
)
READ = _any(
    r"was (?:read|displayed|opened) (?:on|at)|has been (?:read|displayed|opened)|this is a (?:return )?receipt"
    r"|return receipt|wurde (?:am|um) [^\n]{0,60} (?:gelesen|angezeigt)",
    r"a été (?:lu|ouvert|affiché)|(?:fue|ha sido) leído|foi (?:lida|lido)|è stato letto|is gelezen|został(?:a|o)? (?:od"
    r"|prze)czytan|было прочитано|прочитан|прочитано"
    r"|lästes|ble lest|blev læst|已阅读|已读|開封",
)
READ_SUBJECT = _any(
    r"(?:read|gelesen|lu|leído|lida|letto|gelezen|przeczytano|прочитано|прочтено|läst|lest|læst|read receipt|return receipt"
    r"|lesebestätigung|accusé de lecture"
    r"|confirmación de lectura|conferma di lettura|leesbevestiging|已读|已讀|開封済み|potwierdzenie przeczytania"
    r"|recibo de lectura|recibo de leitura)\s*:",
)
