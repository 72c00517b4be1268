"""Forms, commands, answers and absences as people really write them, each with what a careful reader would take from it."""

from __future__ import annotations

from tests.wire.people import Case, flowed, html, multipart, plain

QUOTED = "\n\nOn Tue, Oct 19, 2027 at 9:00 AM MC <mc@example.org> wrote:\n> Reply CONFIRM to close the match, HOLD 7 to wait, REOPEN to go on.\n> STOP ends these letters.\n"


def word(*words: str) -> dict[str, object]:
    return {"commands": [{"word": one, "arguments": {}} for one in words]}


def row(mentor: str, made: str | None, mentees: list[str], summary: str, **more: object) -> dict[str, object]:
    return {"mentor": mentor, "attempted": [], "contact_made": made, "mentees": mentees, "summary": summary, "issues": "", **more}


COMMANDS: tuple[Case, ...] = (
    Case("a word alone above a quotation", plain(f"Confirm.{QUOTED}"), says=word("CONFIRM")),
    Case("politely", plain(f"Hi team, please reopen, thank you!{QUOTED}"), says=word("REOPEN")),
    Case("in bold", html("<div><b>CONFIRM</b></div><blockquote>REOPEN</blockquote>"), says=word("CONFIRM")),
    Case("below the quotation", plain(f"{QUOTED.strip()}\n\nconfirm\n"), says=word("CONFIRM")),
    Case("with a number", plain(f"hold 10{QUOTED}"), says={"commands": [{"word": "HOLD", "arguments": {"days": 10}}]}),
    Case("a wish in a sentence is none", plain(f"I will confirm the date with her tomorrow.{QUOTED}"), says={"commands": []}),
    Case("a refusal is none", plain(f"Please do not close yet.{QUOTED}"), says={"commands": []}),
    Case("a question is none", plain(f"Should I confirm?{QUOTED}"), says={"commands": []}),
    Case("stop in a sentence is none", plain(f"We will stop by her office on Monday.{QUOTED}"), says={"commands": []}),
    Case("stop alone", plain(f"stop{QUOTED}"), says=word("STOP")),
    Case("in a signature is none", plain("See you.\n\n-- \nAna Ruiz\nSTOP\n"), says={"commands": []}),
    Case(
        "forwarded is none",
        plain(
            "FYI\n\n---------- Forwarded message ---------\nFrom: Bo <bo@example.org>\nDate: Mon, Oct 18, 2027 at 9:00 AM\nSubject: x\nTo: Ana\n\nCONFIRM\n",
            subject="Fwd: x",
        ),
        says={"commands": []},
    ),
    Case(
        "two that contradict",
        plain(f"CONFIRM\nREOPEN{QUOTED}"),
        says={**word("CONFIRM", "REOPEN"), "problems": {"contains": "both CONFIRM and REOPEN"}},
    ),
    Case("yes and no", plain(f"Yes\nNo{QUOTED}"), says={**word("YES", "NO"), "problems": {"contains": "both YES and NO"}}),
    Case("of two people is no contradiction", plain("Ana Ruiz: reached\nMel Park: not reached"), says={"problems": []}),
    Case("misspelt is named", plain("CONFRIM"), says={"commands": [], "problems": {"contains": "CONFIRM"}}),
    Case("with an emoji", plain("👍 Confirm"), says=word("CONFIRM")),
    Case("with curly quotes", plain("“CONFIRM”"), says=word("CONFIRM")),
    Case("typed on a phone", plain(f"Confirm\n\nSent from my iPhone{QUOTED}"), says=word("CONFIRM")),
    Case("with a name below", plain(f"CONFIRM\n\nCora Lind\nM2M Coordinator\n(555) 010-0199{QUOTED}"), says=word("CONFIRM")),
    Case("away until", plain("Away until November 4"), says={"away_until": "2027-11-04"}),
    Case("away and back", plain("AWAY until 4 Nov, back then"), says={"away_until": "2027-11-04"}),
    Case("not reached, with a remark", plain("Not reached - left two voicemails."), says=word("NOT REACHED")),
    Case("reached yesterday", plain("Reached her yesterday, she was ill."), says={"commands": [{"word": "REACHED"}]}),
    Case(
        "reached, with whom and when",
        plain("Reached Ana yesterday by phone."),
        says={"commands": [{"word": "REACHED", "arguments": {"who": "Ana"}}]},
    ),
    Case("reached on a day", plain("Reached her on 18 October"), says=word("REACHED")),
    Case("a voicemail is not reached", plain("Reached Ana's voicemail."), says={"commands": []}),
    Case("reached out is not reached", plain("Reached out to Ana yesterday."), says={"commands": []}),
    Case("for whom", plain("For Ana Ruiz: reached on 18 October"), says=word("REACHED")),
    Case("with praise before", plain(f"Looks good, send.{QUOTED}"), says=word("SEND")),
    Case("the closing", plain(f"Please confirm the closing, thanks{QUOTED}"), says=word("CONFIRM")),
    Case("another thing confirmed", plain(f"Please confirm the date with Ana{QUOTED}"), says={"commands": []}),
    Case("in flowed text", flowed(f"Please \nconfirm.{QUOTED}"), says=word("CONFIRM")),
)

ASKED = "\n\nOn Tue, Oct 19, 2027 at 9:00 AM MC <mc@example.org> wrote:\n> 1. Which of your mentees made contact with you?\n> 2. Is the mentoring going well?\n> 3. Do you need anything?\n"
Q = ["1. Which of your mentees made contact with you?", "2. Is the mentoring going well?", "3. Do you need anything?"]

ANSWERS: tuple[Case, ...] = (
    Case(
        "numbered above", plain(f"1: Mel\n2: yes, very\n3: no{ASKED}"), says={"answers": {"1": "Mel", "2": "yes, very", "3": "no"}}
    ),
    Case("with brackets", plain(f"1) Mel\n2) yes\n3) no{ASKED}"), says={"answers": {"1": "Mel", "2": "yes", "3": "no"}}),
    Case("with points", plain(f"1. Mel\n2. yes\n3. no{ASKED}"), says={"answers": {"1": "Mel", "2": "yes", "3": "no"}}),
    Case("in one line", plain(f"1: Mel 2: yes 3: no{ASKED}"), says={"answers": {"1": "Mel", "2": "yes", "3": "no"}}),
    Case("in one line with points", plain(f"1. Mel 2. yes 3. no{ASKED}"), says={"answers": {"1": "Mel", "2": "yes", "3": "no"}}),
    Case(
        "numbers without a mark",
        plain(f"1 Mel\n2 yes, very\n3 nothing{ASKED}"),
        says={"answers": {"1": "Mel", "2": "yes, very", "3": "nothing"}},
    ),
    Case("two days are no answers", plain(f"I met her on these days: 1. and 2. October.{ASKED}"), says={"answers": {}}),
    Case(
        "inside the quotation",
        plain(
            f"See below.\n\nOn Tue, Oct 19, 2027 at 9:00 AM MC <mc@example.org> wrote:\n> {Q[0]}\n\nMel\n\n> {Q[1]}\n\nVery well.\n\n> {Q[2]}\n\nNo\n"
        ),
        says={"answers": {"1": "Mel", "2": "Very well.", "3": "No"}},
    ),
    Case(
        "behind the question",
        plain(f"\n\nOn Tue, Oct 19, 2027 at 9:00 AM MC <mc@example.org> wrote:\n> {Q[0]} Mel\n> {Q[1]} yes\n> {Q[2]} no\n"),
        says={"answers": {"1": "Mel", "2": "yes", "3": "no"}},
    ),
    Case("none given", plain(f"All good, thanks!{ASKED}"), says={"answers": {}, "new_text": "All good, thanks!"}),
    Case(
        "in HTML below each question",
        html(
            f'<div dir="ltr">Here you are</div><div class="gmail_quote"><div class="gmail_attr">On Tue, Oct 19, 2027 at 9:00 AM MC &lt;mc@example.org&gt; wrote:<br></div><blockquote class="gmail_quote"><p>{Q[0]}</p></blockquote><div>Mel</div><blockquote class="gmail_quote"><p>{Q[1]}</p></blockquote><div>yes</div><blockquote class="gmail_quote"><p>{Q[2]}</p></blockquote><div>no</div></div>'
        ),
        says={"answers": {"1": "Mel", "2": "yes", "3": "no"}},
    ),
    Case(
        "Outlook quotes without marks",
        plain(
            f"1: Mel\n2: yes\n\nFrom: MC <mc@example.org>\nSent: Tuesday, October 19, 2027 9:00 AM\nTo: Ana\nSubject: x\n\n{Q[0]}\n{Q[1]}\n{Q[2]}\n"
        ),
        says={"answers": {"1": "Mel", "2": "yes"}},
    ),
)

FORMS: tuple[Case, ...] = (
    Case(
        "a block",
        plain("Mentor: Ana Ruiz\nContact made: 10/7\nMentees: Mel Park, Jo Lee\nSummary: going well\n\nThanks,\nCora"),
        says={"form": [row("Ana Ruiz", "2027-10-07", ["Mel Park", "Jo Lee"], "going well")]},
    ),
    Case(
        "one line with points",
        plain("Mentor: Ana Ruiz. Contact made: 10/7. Summary: going well"),
        says={"form": [row("Ana Ruiz", "2027-10-07", [], "going well")]},
    ),
    Case(
        "one line with commas",
        plain("Mentor: Ana Ruiz, contact date: 10/7, mentees: Mel, Jo, summary: fine"),
        says={"form": [row("Ana Ruiz", "2027-10-07", ["Mel", "Jo"], "fine")]},
    ),
    Case(
        "one line with semicolons",
        plain("Mentor: Ana Ruiz; Attempted: 10/1; Contact made: 10/7; Mentee(s): Mel; Summary: fine; Issues: none"),
        says={"form": [row("Ana Ruiz", "2027-10-07", ["Mel"], "fine", attempted=["2027-10-01"])]},
    ),
    Case(
        "one line without marks",
        plain("Mentor: Ana Ruiz Contact made: 10/7 Summary: fine"),
        says={"form": [row("Ana Ruiz", "2027-10-07", [], "fine")]},
    ),
    Case(
        "two lines, two mentors",
        plain("Mentor: Ana Ruiz. Contact made: 10/7. Summary: fine.\nMentor: Bo Berg. Contact made: 10/8. Summary: good.\nThanks"),
        says={"form": [row("Ana Ruiz", "2027-10-07", [], "fine."), row("Bo Berg", "2027-10-08", [], "good.")]},
    ),
    Case("a sentence is no form", plain("Mentor: I spoke to her. Note: she is fine."), says={"form": []}),
    Case(
        "pipes",
        plain("| Ana Ruiz | 10/7 | Mel, Jo | fine |\n| Bo Berg | 10/8 | Kim | good |"),
        says={"form": [row("Ana Ruiz", "2027-10-07", ["Mel", "Jo"], "fine"), row("Bo Berg", "2027-10-08", ["Kim"], "good")]},
    ),
    Case(
        "commas",
        plain("Ana Ruiz, 10/7/2027, Mel, fine so far"),
        says={"form": [row("Ana Ruiz", "2027-10-07", ["Mel"], "fine so far")]},
    ),
    Case(
        "a table in HTML",
        multipart(
            "see the table",
            "<table><tr><th>Mentor</th><th>Contact Date</th><th>Mentees</th><th>Summary</th></tr><tr><td>Ana Ruiz</td><td>Oct 7</td><td>Mel<br>Jo</td><td>fine</td></tr></table>",
        ),
        says={"form": [row("Ana Ruiz", "2027-10-07", ["Mel", "Jo"], "fine")]},
    ),
    Case(
        "written dates",
        plain("Mentor: Ana Ruiz\nContact made: Thursday, October 7th\nMentees: Mel\nSummary: fine"),
        says={"form": [row("Ana Ruiz", "2027-10-07", ["Mel"], "fine")]},
    ),
)


def note(subject: str, text: str) -> bytes:
    return plain(text, subject=subject)


_NOTES = tuple(
    Case(name, note(subject, text), says={"origin": "auto_reply", "away_until": until})
    for name, subject, text, until in (
        (
            "English",
            "Automatic reply: A short question",
            "I am out of the office until November 4 with no access to e-mail.",
            "2027-11-04",
        ),
        (
            "English, back",
            "Out of Office: A short question",
            "I am away and will be back on Monday, November 8. For urgent matters call Bo.",
            "2027-11-07",
        ),
        ("Spanish", "Respuesta automática: A short question", "Estoy de vacaciones hasta el 4 de noviembre.", "2027-11-04"),
        ("French", "Réponse automatique : A short question", "Je suis absente du 20 octobre au 4 novembre 2027.", "2027-11-04"),
        ("German", "Automatische Antwort: A short question", "Ich bin ab dem 8. November wieder im Büro.", "2027-11-07"),
        ("Portuguese", "Resposta automática: A short question", "Estou de férias até 4 de novembro.", "2027-11-04"),
        ("Italian", "Risposta automatica: A short question", "Sono in ferie fino al 4 novembre.", "2027-11-04"),
        ("Dutch", "Automatisch antwoord: A short question", "Ik ben tot en met 4 november afwezig.", "2027-11-04"),
        ("Polish", "Automatyczna odpowiedź: A short question", "Jestem na urlopie do 4 listopada.", "2027-11-04"),
        ("Russian", "Автоматический ответ: A short question", "Я в отпуске до 4 ноября.", "2027-11-04"),
        ("Ukrainian", "Автоматична відповідь: A short question", "Я у відпустці до 4 листопада.", "2027-11-04"),
        ("Swedish", "Autosvar: A short question", "Jag är på semester till och med 4 november.", "2027-11-04"),
        ("Norwegian", "Automatisk svar: A short question", "Jeg er på ferie til og med 4. november.", "2027-11-04"),
        ("Chinese", "自动回复: A short question", "我休假至11月4日，期间无法回复邮件。", "2027-11-04"),
    )
)
ABSENCES: tuple[Case, ...] = (
    *_NOTES,
    Case(
        "a person who was away is a person",
        plain("I was on vacation last week and only read this now. All is well."),
        says={"origin": "human", "away_until": None},
    ),
)
