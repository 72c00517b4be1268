"""Replies as people and their mail programs write them, each with what a careful reader would take from it."""

from __future__ import annotations

from tests.wire.people import Case, flowed, html, multipart, plain

QUOTE = "> How is it going with Mel?\n> Reply CONFIRM to close, REOPEN to go on.\n> Mentor: Ana Ruiz\n"
LETTER = "How is it going with Mel?\nReply CONFIRM to close, REOPEN to go on.\n"
GOOD = "We met twice. All is well."

REPLIES: tuple[Case, ...] = (
    Case(
        "Gmail on the web", plain(f"{GOOD}\n\nOn Tue, Oct 19, 2027 at 9:00 AM MC update <mc@example.org> wrote:\n\n{QUOTE}"), GOOD
    ),
    Case(
        "Gmail wraps its attribution",
        plain(
            f"{GOOD}\n\nOn Tue, Oct 19, 2027 at 9:00 AM A rather long name of a program\n<mc+abcdefghijklmnop@example.org> wrote:\n\n{QUOTE}"
        ),
        GOOD,
    ),
    Case(
        "Outlook for Windows",
        plain(
            f"{GOOD}\n\nAna\n\nFrom: MC update <mc@example.org>\nSent: Tuesday, October 19, 2027 9:00 AM\nTo: Ana Ruiz <ana@example.org>\n"
            f"Subject: A short question\n\n{LETTER}"
        ),
        f"{GOOD}\n\nAna",
    ),
    Case(
        "Outlook on the web draws a line",
        plain(
            f"{GOOD}\n________________________________\nFrom: MC update <mc@example.org>\nSent: Tuesday, October 19, 2027 9:00 AM\nTo: Ana\nSubject: x\n\n{LETTER}"
        ),
        GOOD,
    ),
    Case(
        "Outlook for the phone",
        plain(
            f"{GOOD}\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: MC <mc@example.org>\nSent: Tuesday, October 19, 2027 9:00:00 AM\nTo: Ana <ana@example.org>\nSubject: x\n\n{LETTER}"
        ),
        GOOD,
    ),
    Case(
        "Apple Mail",
        plain(f"{GOOD}\n\nAna\n\n> On Oct 19, 2027, at 9:00 AM, MC update <mc@example.org> wrote:\n> \n{QUOTE}"),
        f"{GOOD}\n\nAna",
    ),
    Case(
        "iPhone",
        plain(
            f"{GOOD}\n\nSent from my iPhone\n\n> On Oct 19, 2027, at 09:00, MC update <mc@example.org> wrote:\n> \n> {chr(0xFEFF)}How is it going?\n> CONFIRM\n"
        ),
        GOOD,
    ),
    Case(
        "Yahoo",
        plain(
            f"{GOOD}\n\n    On Tuesday, October 19, 2027 at 09:00:00 AM EDT, MC update <mc@example.org> wrote:  \n \n How is it going?\nCONFIRM\n"
        ),
        GOOD,
    ),
    Case(
        "Yahoo on Android",
        plain(
            f"{GOOD}\n\nSent from Yahoo Mail on Android \n \n  On Tue, Oct 19, 2027 at 9:00 AM, MC update<mc@example.org> wrote:   How is it going?\nCONFIRM\n"
        ),
        GOOD,
    ),
    Case(
        "Proton",
        plain(
            f"{GOOD}\n\nSent with Proton Mail secure email.\n\nOn Tuesday, October 19th, 2027 at 9:00 AM, MC update <mc@example.org> wrote:\n\n{QUOTE}"
        ),
        GOOD,
    ),
    Case("Thunderbird", flowed(f"{GOOD}\n\nOn 10/19/27 09:00, MC update wrote:\n{QUOTE}"), GOOD),
    Case(
        "Thunderbird, below", flowed(f"On 10/19/27 09:00, MC update wrote:\n{QUOTE}\n{GOOD}\n\n-- \nAna Ruiz\n+1 555 0100\n"), GOOD
    ),
    Case(
        "Samsung",
        plain(
            f"{GOOD}\nSent from my Galaxy\n\n\n-------- Original message --------\nFrom: MC update <mc@example.org> \nDate: 10/19/27  9:00 AM  (GMT-05:00) \nTo: Ana Ruiz <ana@example.org> \nSubject: x \n\n{LETTER}"
        ),
        GOOD,
    ),
    Case(
        "K-9",
        plain(
            f"{GOOD}\n-- \nSent from my Android device with K-9 Mail. Please excuse my brevity.\n\nOn October 19, 2027 9:00:00 AM EDT, MC update <mc@example.org> wrote:\n{QUOTE}"
        ),
        GOOD,
    ),
    Case(
        "Spanish",
        plain(f"Nos vimos dos veces.\n\nEl mar, 19 oct 2027 a las 9:00, MC update (<mc@example.org>) escribió:\n\n{QUOTE}"),
        "Nos vimos dos veces.",
    ),
    Case(
        "French",
        plain(f"Tout va bien.\n\nLe mar. 19 oct. 2027 à 09:00, MC update <mc@example.org> a écrit :\n\n{QUOTE}"),
        "Tout va bien.",
    ),
    Case(
        "French Outlook",
        plain(
            f"Tout va bien.\n\nDe : MC update <mc@example.org>\nEnvoyé : mardi 19 octobre 2027 09:00\nÀ : Ana\nObjet : x\n\n{LETTER}"
        ),
        "Tout va bien.",
    ),
    Case(
        "German",
        plain(f"Alles gut.\n\nAm Di., 19. Okt. 2027 um 09:00 Uhr schrieb MC update <mc@example.org>:\n\n{QUOTE}"),
        "Alles gut.",
    ),
    Case(
        "German Outlook",
        plain(
            f"Alles gut.\n\nVon: MC update <mc@example.org>\nGesendet: Dienstag, 19. Oktober 2027 09:00\nAn: Ana\nBetreff: x\n\n{LETTER}"
        ),
        "Alles gut.",
    ),
    Case(
        "German phone",
        plain(
            f"Alles gut.\n\nVon meinem iPhone gesendet\n\n> Am 19.10.2027 um 09:00 schrieb MC update <mc@example.org>:\n> \n{QUOTE}"
        ),
        "Alles gut.",
    ),
    Case(
        "Portuguese",
        plain(f"Tudo bem.\n\nEm ter., 19 de out. de 2027 às 09:00, MC update <mc@example.org> escreveu:\n\n{QUOTE}"),
        "Tudo bem.",
    ),
    Case(
        "Italian",
        plain(f"Tutto bene.\n\nIl giorno mar 19 ott 2027 alle ore 09:00 MC update <mc@example.org> ha scritto:\n\n{QUOTE}"),
        "Tutto bene.",
    ),
    Case(
        "Dutch",
        plain(f"Het gaat goed.\n\nOp di 19 okt 2027 om 09:00 schreef MC update <mc@example.org>:\n\n{QUOTE}"),
        "Het gaat goed.",
    ),
    Case(
        "Polish",
        plain(f"Wszystko dobrze.\n\nwt., 19 paź 2027 o 09:00 MC update <mc@example.org> napisał(a):\n\n{QUOTE}"),
        "Wszystko dobrze.",
    ),
    Case("Russian", plain(f"Всё хорошо.\n\nвт, 19 окт. 2027 г. в 09:00, MC update <mc@example.org>:\n\n{QUOTE}"), "Всё хорошо."),
    Case(
        "Ukrainian", plain(f"Все добре.\n\nвт, 19 жовт. 2027 р. о 09:00 MC update <mc@example.org> пише:\n\n{QUOTE}"), "Все добре."
    ),
    Case(
        "Swedish",
        plain(f"Allt är bra.\n\nDen tis 19 okt. 2027 kl 09:00 skrev MC update <mc@example.org>:\n\n{QUOTE}"),
        "Allt är bra.",
    ),
    Case(
        "Norwegian",
        plain(f"Alt er bra.\n\ntir. 19. okt. 2027 kl. 09:00 skrev MC update <mc@example.org>:\n\n{QUOTE}"),
        "Alt er bra.",
    ),
    Case("Chinese", plain(f"一切都好。\n\nMC update <mc@example.org> 于2027年10月19日周二 09:00写道：\n\n{QUOTE}"), "一切都好。"),
    Case(
        "QQ Mail",
        plain(
            f'一切都好。\n\n------------------ 原始邮件 ------------------\n发件人: "MC update" <mc@example.org>;\n发送时间: 2027年10月19日(星期二) 上午9:00\n收件人: "Ana"<ana@example.org>;\n主题: x\n\n{LETTER}'
        ),
        "一切都好。",
    ),
    Case(
        "a lawyer's disclaimer",
        plain(
            f"{GOOD}\n\nThis e-mail and any attachments are confidential and intended solely for the addressee. If you have received it in error, delete it.\n"
        ),
        GOOD,
    ),
    Case(
        "a virus scanner",
        plain(f"{GOOD}\n\nVirus-free.www.avast.com\n\nOn Tue, Oct 19, 2027 at 9:00 AM MC <mc@example.org> wrote:\n{QUOTE}"),
        GOOD,
    ),
    Case(
        "words below a quotation",
        plain(f"On Tue, Oct 19, 2027 at 9:00 AM MC <mc@example.org> wrote:\n> How is it going with Mel?\n\n{GOOD}"),
        GOOD,
    ),
    Case("nothing but a quotation", plain(f"On Tue, Oct 19, 2027 at 9:00 AM MC <mc@example.org> wrote:\n{QUOTE}"), ""),
    Case(
        "no quotation at all",
        plain(f"{GOOD}\n\nOn Friday we wrote to each other:\nit was a good talk."),
        f"{GOOD}\n\nOn Friday we wrote to each other:\nit was a good talk.",
    ),
    Case(
        "a line of ours, then more",
        plain("From: now on we meet on Mondays.\nTo: me that is fine."),
        "From: now on we meet on Mondays.\nTo: me that is fine.",
    ),
    Case(
        "HTML of Gmail alone",
        html(
            f'<div dir="ltr">{GOOD}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Tue, Oct 19, 2027 at 9:00 AM MC &lt;<a href="mailto:mc@example.org">mc@example.org</a>&gt; wrote:<br></div><blockquote class="gmail_quote">CONFIRM</blockquote></div>'
        ),
        GOOD,
    ),
    Case(
        "HTML of Outlook alone",
        html(
            f'<html><body><div style="font-family:Calibri">{GOOD}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><b>From:</b> MC &lt;mc@example.org&gt;<br><b>Sent:</b> Tuesday, October 19, 2027 9:00 AM<br><b>To:</b> Ana<br><b>Subject:</b> x</div><div>CONFIRM</div></body></html>'
        ),
        GOOD,
    ),
    Case(
        "HTML of Word",
        html(
            f'<div class="WordSection1"><p class="MsoNormal">{GOOD}<o:p></o:p></p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal"><b>From:</b> MC &lt;mc@example.org&gt; <br><b>Sent:</b> Tuesday, October 19, 2027 9:00 AM<br><b>To:</b> Ana<br><b>Subject:</b> x</p></div><p>CONFIRM</p></div>'
        ),
        GOOD,
    ),
    Case(
        "HTML of Apple Mail",
        html(
            f'<div>{GOOD}</div><br><div><blockquote type="cite"><div>On Oct 19, 2027, at 9:00 AM, MC &lt;mc@example.org&gt; wrote:</div><br><div>CONFIRM</div></blockquote></div>'
        ),
        GOOD,
    ),
    Case(
        "HTML of Proton",
        html(
            f'<div>{GOOD}</div><div class="protonmail_signature_block"><div>Sent with Proton Mail secure email.</div></div><div class="protonmail_quote">On Tuesday, October 19th, 2027 at 9:00 AM, MC &lt;mc@example.org&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">CONFIRM</blockquote></div>'
        ),
        GOOD,
    ),
    Case("HTML with an empty plain part", multipart(" \n", f"<p>{GOOD}</p>"), GOOD),
    Case(
        "base64 in Windows-1252",
        plain("Tout va très bien, l’été aussi.", charset="windows-1252", encoding="base64"),
        "Tout va très bien, l’été aussi.",
    ),
    Case("Latin-1 without its charset", plain("Tout va très bien.", charset="iso-8859-1", label=""), "Tout va très bien."),
    Case("Windows-1251", plain("Всё хорошо, спасибо.", charset="windows-1251"), "Всё хорошо, спасибо."),
    Case(
        "quoted-printable in UTF-8", plain("Größe: schön – alles gut …", encoding="quoted-printable"), "Größe: schön – alles gut …"
    ),
    Case("UTF-16", plain("All good here.", charset="utf-16"), "All good here."),
)
