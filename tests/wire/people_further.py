"""More replies, words and forms of many mail programs, each with what a careful reader would take from it."""

from __future__ import annotations

from tests.wire.people import Case, html, plain
from tests.wire.people_words import row, word

G = "We met twice. All is well."
Q = "> How is it going?\n> Reply CONFIRM to close.\n"
FURTHER: tuple[Case, ...] = (
    Case("gmail mobile", plain(f"{G}\n\nOn Tue, Oct 19, 2027, 9:00 AM MC update <mc@example.org> wrote:\n\n{Q}"), G),
    Case(
        "hotmail date",
        plain(
            f"{G}\n\n> Date: Tue, 19 Oct 2027 09:00:00 -0400\n> From: mc@example.org\n> To: ana@example.org\n> Subject: x\n> \n> CONFIRM"
        ),
        G,
    ),
    Case(
        "hotmail 2",
        plain(f"{G}\n\nDate: Tue, 19 Oct 2027 09:00:00 -0400\nFrom: mc@example.org\nTo: ana@example.org\nSubject: x\n\nCONFIRM"),
        G,
    ),
    Case("no attribution quotes", plain(f"{G}\n\n{Q}"), G),
    Case(
        "inline talk",
        plain("On 10/19/27 09:00, MC wrote:\n> How is it going?\nVery well.\n> Reply CONFIRM to close.\nNo need.\n"),
        "Very well.\n\nNo need.",
    ),
    Case(
        "html only yahoo",
        html(
            '<html><body><div class="ydp1yahoo-style-wrap">We met twice. All is well.<div><br></div></div><div id="ydp2yahoo_quoted_1" class="ydp2yahoo_quoted"><div><div>On Tuesday, October 19, 2027 at 09:00:00 AM EDT, MC &lt;mc@example.org&gt; wrote: </div><div>CONFIRM</div></div></div></body></html>'
        ),
        G,
    ),
    Case(
        "html samsung",
        html(
            f'<div dir="auto">{G}</div><div dir="auto"><br></div><div id="composer_signature" dir="auto"><div style="font-size:12px;color:#575757">Sent from my Galaxy</div></div><div><br></div><div align="left" style="font-size:100%;color:#000000"><div>-------- Original message --------</div><div>From: MC &lt;mc@example.org&gt; </div><div>Date: 10/19/27  9:00 AM  (GMT-05:00) </div><div>To: Ana </div><div>Subject: x </div><div><br></div></div>CONFIRM'
        ),
        G,
    ),
    Case(
        "html thunderbird",
        html(
            f'<html><body><p>{G}</p><div class="moz-cite-prefix">On 10/19/27 09:00, MC wrote:<br></div><blockquote type="cite" cite="mid:a@b">CONFIRM</blockquote></body></html>'
        ),
        G,
    ),
    Case(
        "html outlook ios",
        html(
            f'<html><body><div>{G}</div><div><br></div><div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>From:</b> MC<br><b>Sent:</b> Tuesday, October 19, 2027 9:00:00 AM<br><b>To:</b> Ana<br><b>Subject:</b> x</font></div><div>CONFIRM</div></body></html>'
        ),
        G,
    ),
    Case(
        "html gmail signature",
        html(
            f'<div dir="ltr">{G}<div><br clear="all"></div><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature">Ana Ruiz<br>STOP</div></div><br><div class="gmail_quote"><div class="gmail_attr">On Tue, Oct 19, 2027 at 9:00 AM MC &lt;mc@example.org&gt; wrote:<br></div><blockquote class="gmail_quote">CONFIRM</blockquote></div>'
        ),
        G,
    ),
    Case(
        "iphone fr",
        plain("Tout va bien.\n\nEnvoyé de mon iPhone\n\n> Le 19 oct. 2027 à 09:00, MC <mc@example.org> a écrit :\n> \n> CONFIRM"),
        "Tout va bien.",
    ),
    Case(
        "iphone es",
        plain(
            "Todo bien.\n\nEnviado desde mi iPhone\n\n> El 19 oct 2027, a las 9:00, MC <mc@example.org> escribió:\n> \n> CONFIRM"
        ),
        "Todo bien.",
    ),
    Case(
        "outlook es",
        plain(
            "Todo bien.\n\nDe: MC <mc@example.org>\nEnviado el: martes, 19 de octubre de 2027 9:00\nPara: Ana\nAsunto: x\n\nCONFIRM"
        ),
        "Todo bien.",
    ),
    Case(
        "outlook pt",
        plain(
            "Tudo bem.\n\nDe: MC <mc@example.org>\nEnviada em: terça-feira, 19 de outubro de 2027 09:00\nPara: Ana\nAssunto: x\n\nCONFIRM"
        ),
        "Tudo bem.",
    ),
    Case(
        "outlook it",
        plain("Tutto bene.\n\nDa: MC <mc@example.org>\nInviato: martedì 19 ottobre 2027 09:00\nA: Ana\nOggetto: x\n\nCONFIRM"),
        "Tutto bene.",
    ),
    Case(
        "outlook nl",
        plain("Goed.\n\nVan: MC <mc@example.org>\nVerzonden: dinsdag 19 oktober 2027 09:00\nAan: Ana\nOnderwerp: x\n\nCONFIRM"),
        "Goed.",
    ),
    Case(
        "outlook pl",
        plain("Dobrze.\n\nOd: MC <mc@example.org>\nWysłano: wtorek, 19 października 2027 09:00\nDo: Ana\nTemat: x\n\nCONFIRM"),
        "Dobrze.",
    ),
    Case(
        "outlook ru",
        plain("Хорошо.\n\nОт: MC <mc@example.org>\nОтправлено: 19 октября 2027 г. 9:00\nКому: Ana\nТема: x\n\nCONFIRM"),
        "Хорошо.",
    ),
    Case(
        "outlook uk",
        plain("Добре.\n\nВід: MC <mc@example.org>\nНадіслано: 19 жовтня 2027 р. 9:00\nКому: Ana\nТема: x\n\nCONFIRM"),
        "Добре.",
    ),
    Case(
        "outlook sv",
        plain("Bra.\n\nFrån: MC <mc@example.org>\nSkickat: den 19 oktober 2027 09:00\nTill: Ana\nÄmne: x\n\nCONFIRM"),
        "Bra.",
    ),
    Case(
        "outlook no",
        plain("Bra.\n\nFra: MC <mc@example.org>\nSendt: tirsdag 19. oktober 2027 09:00\nTil: Ana\nEmne: x\n\nCONFIRM"),
        "Bra.",
    ),
    Case(
        "outlook zh",
        plain("好的。\n\n发件人: MC <mc@example.org>\n发送时间: 2027年10月19日 9:00\n收件人: Ana\n主题: x\n\nCONFIRM"),
        "好的。",
    ),
    Case("mail.ru", plain("Хорошо.\n\n>Вторник, 19 октября 2027, 9:00 +03:00 от MC <mc@example.org>:\n> \n>CONFIRM\n"), "Хорошо."),
    Case("yandex", plain('Хорошо.\n\n19.10.2027, 09:00, "MC" <mc@example.org>:\n> CONFIRM\n'), "Хорошо."),
    Case(
        "gmx",
        plain(
            'Alles gut.\n\n\nGesendet: Dienstag, 19. Oktober 2027 um 09:00 Uhr\nVon: "MC" <mc@example.org>\nAn: ana@example.org\nBetreff: x\n\nCONFIRM'
        ),
        "Alles gut.",
    ),
    Case(
        "webde html",
        html(
            '<div>Alles gut.</div><div name="quote" style="margin:10px 5px 5px 10px; border-left:2px solid #C3D9E5;"><div><b>Gesendet:</b> Dienstag<br><b>Von:</b> MC</div><div name="quoted-content">CONFIRM</div></div>'
        ),
        "Alles gut.",
    ),
    Case(
        "aol",
        plain(
            f"{G}\n\n\n-----Original Message-----\nFrom: MC <mc@example.org>\nTo: ana@example.org\nSent: Tue, Oct 19, 2027 9:00 am\nSubject: x\n\nCONFIRM"
        ),
        G,
    ),
    Case(
        "lotus",
        plain(
            f"{G}\n\n\n\nFrom:   MC <mc@example.org>\nTo:     ana@example.org\nDate:   10/19/2027 09:00 AM\nSubject:        x\n\n\n\nCONFIRM"
        ),
        G,
    ),
    Case(
        "blackberry",
        plain(
            f"{G}\nSent via BlackBerry by AT&T\n\n-----Original Message-----\nFrom: MC <mc@example.org>\nDate: Tue, 19 Oct 2027 09:00:00\nTo: <ana@example.org>\nSubject: x\n\nCONFIRM"
        ),
        G,
    ),
    Case("fastmail", plain(f"{G}\n\nOn Tue, Oct 19, 2027, at 9:00 AM, MC wrote:\n{Q}"), G),
    Case("spark", plain(f"{G}\nOn Oct 19, 2027 at 9:00 AM -0400, MC <mc@example.org>, wrote:\n{Q}"), G),
    Case(
        "superhuman",
        plain(
            f"{G}\n\nSent via Superhuman ( https://sprh.mn/?vip=ana@example.org )\n\nOn Tue, Oct 19, 2027 at 9:00 AM, MC < mc@example.org > wrote:\n\n{Q}"
        ),
        G,
    ),
    Case("alpine", plain(f"On Tue, 19 Oct 2027, MC wrote:\n\n{Q}\n{G}\n"), G),
    Case("mutt", plain(f"{G}\n\n* MC <mc@example.org> [2027-10-19 09:00]:\n{Q}"), G),
    Case("gnus", plain(f"MC <mc@example.org> writes:\n\n{Q}\n{G}"), G),
    Case("yes with reason", plain("Yes, that is right. But I do not want CONFIRM to be sent.\n"), says={"commands": []}),
    Case("confirm not", plain("Do NOT confirm"), says={"commands": []}),
    Case("not confirm caps", plain("DON'T CONFIRM"), says={"commands": []}),
    Case("confirm but", plain("CONFIRM, but wait until Monday"), says={"commands": []}),
    Case("confirmed", plain("Confirmed!"), says=word("CONFIRM")),
    Case("stop emails", plain("Please stop sending me these emails"), says=word("STOP")),
    Case("unsubscribe", plain("UNSUBSCRIBE"), says=word("STOP")),
    Case("stop html link subject", plain("", subject="STOP"), says=word("STOP")),
    Case("re: stop", plain("", subject="Re: STOP"), says={"commands": []}),
    Case("i quit stop", plain("I can't stop thinking about how well it goes"), says={"commands": []}),
    Case("german confirm", plain("Bitte bestätigen"), says={}),
    Case("hold a week", plain("Hold a week"), says={"commands": [{"word": "HOLD", "arguments": {"days": 7}}]}),
    Case(
        "hold for two weeks please",
        plain("hold for two weeks please"),
        says={"commands": [{"word": "HOLD", "arguments": {"days": 14}}]},
    ),
    Case("hold on", plain("Hold on, I will call you"), says={"commands": []}),
    Case(
        "signature no dashes",
        plain("CONFIRM\n\nBest regards,\nCora Lind | Coordinator | 555-0100\nSTOP THE STIGMA\n"),
        says={"commands": [{"word": "CONFIRM"}]},
    ),
    Case("send below", plain("Looks fine.\n\nSEND\n"), says=word("SEND")),
    Case(
        "approve",
        plain("APPROVE Lena Park <lena@example.org> coordinator=cora@example.org"),
        says={"commands": [{"word": "APPROVE"}]},
    ),
    Case(
        "ana: confirm",
        plain("Ana Ruiz: CONFIRM\nBo Berg: HOLD 3"),
        says={"commands": [{"word": "CONFIRM"}, {"word": "HOLD", "arguments": {"days": 3}}]},
    ),
    Case("ooo signature line", plain("All good with Mel. I am out of the office on Fridays.\n\nAna"), says={"origin": "human"}),
    Case(
        "vacation mention",
        plain("Hi! I will be on vacation next week, so I met Mel early. Going well.\n\nAna"),
        says={"origin": "human"},
    ),
    Case(
        "form table tabs",
        plain("Mentor\tContact Date\tMentees\tSummary\nAna Ruiz\t10/7\tMel\tfine\n"),
        says={"form": [row("Ana Ruiz", "2027-10-07", ["Mel"], "fine")]},
    ),
    Case(
        "form bullet block",
        plain("* Mentor: Ana Ruiz\n* Contact made: Oct 7\n* Mentees: Mel\n* Summary: fine\n"),
        says={"form": [row("Ana Ruiz", "2027-10-07", ["Mel"], "fine")]},
    ),
    Case(
        "form bold labels html",
        html("<p><b>Mentor:</b> Ana Ruiz<br><b>Contact made:</b> 10/7<br><b>Mentees:</b> Mel<br><b>Summary:</b> fine</p>"),
        says={"form": [row("Ana Ruiz", "2027-10-07", ["Mel"], "fine")]},
    ),
    Case(
        "form quoted draft filled",
        plain(
            "Done.\n\nOn Tue, Oct 19, 2027 at 9:00 AM MC <mc@example.org> wrote:\n> Mentor: Ana Ruiz\n> Contact made: \n10/7\n> Mentees: Mel\n> Summary: \ngoing well\n"
        ),
        says={"form": [row("Ana Ruiz", "2027-10-07", ["Mel"], "going well")]},
    ),
    Case(
        "form one line in html",
        html("<div>Mentor: Ana Ruiz, Contact Made: Oct 7, Mentees: Mel &amp; Jo, Summary: fine</div>"),
        says={"form": [row("Ana Ruiz", "2027-10-07", ["Mel", "Jo"], "fine")]},
    ),
    Case(
        "answers dashes",
        plain(
            "1 - Mel\n2 - yes\n3 - no\n\nOn Tue, Oct 19, 2027 at 9:00 AM MC <mc@example.org> wrote:\n> 1. Which mentees?\n> 2. Is it well?\n> 3. More?\n"
        ),
        says={"answers": {"1": "Mel", "2": "yes", "3": "no"}},
    ),
    Case(
        "answers Q",
        plain(
            "Q1: Mel\nQ2: yes\n\nOn Tue, Oct 19, 2027 at 9:00 AM MC <mc@example.org> wrote:\n> 1. Which mentees?\n> 2. Is it well?\n> 3. More?\n"
        ),
        says={"answers": {"1": "Mel", "2": "yes"}},
    ),
    Case(
        "answers outlook red inline",
        html(
            '<div class="WordSection1"><p>Answers in red.</p></div><div id="divRplyFwdMsg"><b>From:</b> MC &lt;mc@example.org&gt;<br><b>Sent:</b> Tuesday, October 19, 2027 9:00 AM<br><b>To:</b> Ana<br><b>Subject:</b> x</div><p>1. Which mentees made contact with you?</p><p><span style="color:red">Mel</span></p><p>2. Is the mentoring going well?</p><p><span style="color:red">yes</span></p><p>3. Anything else?</p><p>Thank you</p>'
        ),
        says={"answers": {"1": "Mel", "2": "yes"}},
    ),
)
