"""The author's new words are told from quotations, signatures and footers in plain text, in many languages."""

from __future__ import annotations

import pytest

from mailer.wire.parse import parse
from mailer.wire.quoting.split import split, split_text
from tests.wire.quoting_cases import ATTRIBUTIONS, ATTRIBUTIONS_BEFORE_MARKS, DEVICES, HEADERS

WORDS = "Yes, that is fine.\n\nThanks, Ana"
LETTER = "Dear Ana,\nplease decide.\n\nCONFIRM\nHOLD 7\n"
MARKED = "".join(f"> {line}\n" for line in LETTER.split("\n"))


@pytest.mark.parametrize("attribution", ATTRIBUTIONS + ATTRIBUTIONS_BEFORE_MARKS)
def test_marked_letter_below_an_attribution_is_cut(attribution: str) -> None:
    assert split_text(f"{WORDS}\n\n{lines_of(attribution)}\n\n{MARKED}").new_text == WORDS


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_letter_without_marks_below_an_attribution_is_cut(attribution: str) -> None:
    assert split_text(f"{WORDS}\n\n{lines_of(attribution)}\n\n{LETTER}").new_text == WORDS


@pytest.mark.parametrize("attribution", ATTRIBUTIONS + ATTRIBUTIONS_BEFORE_MARKS)
def test_words_above_and_below_a_marked_letter_are_kept(attribution: str) -> None:
    found = split_text(f"{WORDS}\n{lines_of(attribution)}\n{MARKED}\nand one word more\n")
    assert found.new_text.split() == f"{WORDS} and one word more".split()


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_words_below_a_marked_letter_are_kept(attribution: str) -> None:
    assert split_text(f"{lines_of(attribution)}\n{MARKED}\n{WORDS}\n").new_text == WORDS


@pytest.mark.parametrize("headers", HEADERS)
def test_everything_below_the_headers_of_another_message_is_cut(headers: str) -> None:
    assert split_text(f"{WORDS}\n\n{lines_of(headers)}\n\n{LETTER}").new_text == WORDS


@pytest.mark.parametrize("device", DEVICES)
def test_a_device_that_names_itself_is_cut(device: str) -> None:
    found = split_text(f"{WORDS}\n\n{device}\n")
    assert found.new_text == WORDS
    assert [cut.kind for cut in found.cut][:1] in (["footer"], ["signature"])


@pytest.mark.parametrize("device", DEVICES[:12])
def test_a_device_above_a_quotation_is_cut(device: str) -> None:
    assert split_text(f"{WORDS}\n\n{device}\n\nOn Mon, Nov 8, 2027 at 9:00 AM P <p@example.org> wrote:\n{MARKED}").new_text == WORDS


KEPT = (
    "I sent the form from home.\n\nSent it to Ana yesterday.",
    "We met.\n\nFrom mobile data she could not call.",
    "Enviado por correo ayer",
    "We met.\n\nSent her a mail on 3 May.",
    "We met.\n\nSent via mail on Monday.",
    "Sent a text to her phone.",
    "Written by a friend of mine.",
    "We met.\n\nSent from the hospital where she works, a postcard with flowers.",
    "Envoyé par mail hier.",
    "Sent by phone on 3 May.",
    "We met.\n\nFrom my phone I can't open the link.",
    "We met.\n\nSorry for the mess, that was sent from my phone.",
    "Wir haben gesprochen.\n\nVon Ana gesendet.",
    "We met.\n\nSent from my kitchen, which is so much quieter than the office where my phone rings.",
    "Gesendet habe ich es am Montag.",
    "On Monday Bob wrote: no budget left.",
    "Two calls:\n\nOn Oct 12 she wrote:\nI am fine, do not call me again\n\nThat is all.",
    "She said on 3 March:\n\nI am well.\n\nWe meet again 5 March 2027 at 10:30.",
    "Mentor: Carmen\nDate: 10/15/2027\nSummary: fine\n--\nMentor: Oskar\nDate: 10/16/2027\nSummary: good",
    "From: 3 May\nTo: 5 May\nI am away",
    "Yes\n\n---\n\nAnd one more thing: call me.",
    "a | b | c\nd | e | f",
    "| Mentor | Date |\n|---|---|\n| Ana | 3 May |",
    "I wrote to her on 8 Nov 2027 at 9:00, and this is her answer:\n\nfine",
    "Here is what I need:\n- one\n- two",
    "> yes\n\nI agree with that.",
    "> CONFIRM",
    "Get the phone number from her mail please",
    "A -> B\nx > y",
    "Contact made: 10/18/2027\nAttempted: 10/15/2027",
    "-- CONFIRM",
    "--\nCONFIRM",
    "Thanks\n\nAna Ruiz\nTel: 555 0100",
    "Best regards\n\nAna",
    "Get Outlook to work for me first, then I read the letter.",
    "Get Gmail on her phone, that was her aim. She did.",
    "Am Montag, 8. November 2027 um 10:30 Uhr traf ich sie, sie schrieb zwei Ziele auf:\n1. früh aufstehen\n2. anrufen",
    "Le lundi 8 novembre 2027 à 10:30 j'ai vu Milo, il m'a écrit :\n1. se lever tôt",
    "08.11.2027, 10:00 angerufen\n10.11.2027, 18:30 Milo geschrieben:\nkeine Antwort",
    "Milo is fine.\n__________\nIda is not, she is in hospital and wants to hear from you all.",
    "Milo is fine.\n--\nNow about Ida. I called her three times and do not know what to try next.",
    "Datum: 8. November 2027\nOrt: Bücherei\nAn: alle\nThema: Arbeit\n\nEs war gut.",
    "To: Hedda\nFrom: Ana\nDate: Nov 8, 2027\nSubject: Milo\n\nHe is fine.",
    "On Nov 8, 2027 at 18:00 I met Milo <milo@example.org>:\nhe was fine.",
    "Original message was in Spanish. Here is my translation:\n\nI am fine.",
    "----- Milo wrote -----\nI am fine\n----- Ida said -----\nI am not",
    "- Milo\n- Ida\n--\n- Rui",
    "从我的角度看，一切都好。",
    "发自内心的感谢！",
    "下载表格以后再填。",
    "나의 집에서 만났어요",
    "This message is intended only for you: she moved.",
    "All is well.\n\nThis message is confidential, please do not tell her.",
    "Confidential: she lost her work.\n\nKeep it to yourself.",
    "Please consider the environment she lives in.",
    "To unsubscribe from this list would be too early for her.",
    "Virus-free at last, she can meet me again.",
    "Disclaimer: I am no lawyer, but this seems wrong.",
)


@pytest.mark.parametrize("text", KEPT)
def test_words_that_only_resemble_a_quotation_are_kept(text: str) -> None:
    assert split_text(text).new_text.split() == text.split()


CUT = {
    "a signature": ("Yes\n\n-- \nAna Ruiz\nHead of Music\nTel: 1\n", "Yes"),
    "a signature whose blank was lost": ("Yes\n--\nAna Ruiz\nexample.org\n", "Yes"),
    "a signature above the letter": (f"Yes\n--\nAna\n\nOn Mon, Nov 8, 2027 at 9:00 AM P <p@example.org> wrote:\n{MARKED}", "Yes"),
    "the footer of a list": (
        "Yes\n\n_______________________________________________\nfriends mailing list\nfriends@example.org\n",
        "Yes",
    ),
    "a disclaimer": ("Yes\n\nCONFIDENTIALITY NOTICE: This e-mail is for Ana only.\nDelete it.\n", "Yes"),
    "a disclaimer in German": ("Ja\n\nDiese E-Mail enthält vertrauliche Informationen.\n", "Ja"),
    "a virus scanner": ("Yes\n\nVirus-free. www.example.com\n", "Yes"),
    "a virus scanner below a rule": (
        "Yes\n\n---\nThis email has been checked for viruses by Avast antivirus software.\nwww.example.com\n",
        "Yes",
    ),
    "a virus scanner in Polish": (
        "Tak\n\n---\nTa wiadomość została sprawdzona na obecność wirusów przez program.\nwww.example.com\n",
        "Tak",
    ),
    "a virus scanner with its links": (
        "Yes\n\n<https://www.avg.com/email-signature?x=1>\nVirus-free.www.avg.com\n<https://www.avg.com/email-signature?x=1>\n",
        "Yes",
    ),
    "a disclaimer in stars": (
        "Yes\n\n*****\nThis email and its files are confidential and intended solely for the person they\nare addressed to.\n*****\n",
        "Yes",
    ),
    "a disclaimer by law": ("Sì\n\nAi sensi del regolamento (UE) 2016/679 questo messaggio è riservato.\n", "Sì"),
    "a disclaimer in Dutch": ("Ja\n\nDe informatie in dit bericht is uitsluitend bestemd voor de geadresseerde.\n", "Ja"),
    "a disclaimer in Chinese": ("好\n\n本邮件及其附件含有保密信息，仅限于收件人使用。\n", "好"),
    "trees": ("Ja\n\nBitte denken Sie an die Umwelt, bevor Sie diese E-Mail ausdrucken.\n", "Ja"),
    "a postscript below a signature": ("Yes\n\n-- \nAna Ruiz\nTel: 1\n\nP.S. Milo moved.\n", "Yes P.S. Milo moved."),
    "a postscript in French": ("Oui\n\n-- \nAna\n\nP.-S. Milo a déménagé.\n", "Oui P.-S. Milo a déménagé."),
    "a postscript below a phone": (
        f"Yes\n\nSent from my iPhone\n\nPS: Milo moved.\n\nOn Mon, Nov 8, 2027 at 9:00 AM P <p@example.org> wrote:\n{MARKED}",
        "Yes PS: Milo moved.",
    ),
    "marks of names in other letters": (
        "Да\n\nВы писали 8 ноября 2027 г., 9:00:12:\n\nПП> Когда?\nПП> Где?\n\nЗавтра",
        "Да Завтра",
    ),
    "marks without an attribution": (f"Yes\n\n{MARKED}", "Yes"),
    "marks of names": ("Yes\n\nAR> When?\nAR> Where?\nAR>\n\nTomorrow", "Yes Tomorrow"),
    "bars as marks": ("Yes\n\nOn Mon, Nov 8, 2027 at 9:00 AM P <p@example.org> wrote:\n\n| CONFIRM\n| HOLD 7\n", "Yes"),
    "nested marks": ("Yes\n> one\n>> two\n> > > three\n>four\n > five\nNo", "Yes No"),
    "answers in place": ("On 11/8/27 09:00, P wrote:\n> 1. Who?\nMilo\n> 2. Well?\n> CONFIRM\nYes\n> bye\n", "Milo Yes"),
    "nothing new": (f"On 11/8/27 09:00, P wrote:\n{MARKED}", ""),
    "nothing new below a header block": (f"From: P <p@example.org>\nSent: Monday, 8 Nov 2027\nTo: Ana\nSubject: Q\n\n{LETTER}", ""),
    "words around a short letter": ("Yes\n\nOn 11/8/27 09:00, P wrote:\n\n>\n> CONFIRM\n>\nRegards, Ana", "Yes Regards, Ana"),
    "headers inside the marks": ("Yes\n> -----Original Message-----\n> From: P\n> Sent: 1 May 2027\n> CONFIRM\n", "Yes"),
    "a name without a colon": ("Yes\n\n2027/11/8 P via Friends <p@example.org>\n\n> CONFIRM\n> HOLD\n> REOPEN\n", "Yes"),
    "a rule above an attribution": (f"Yes\n\n---\nOn Mon, Nov 8, 2027 at 9:00 AM P <p@example.org> wrote:\n{MARKED}", "Yes"),
    "an indented rule": ("Yes\n\n  _____  \n\nFrom: p@example.org\nSent: 1 May 2027\nTo: Ana\nSubject: Q\n\nCONFIRM\n", "Yes"),
    "a torn attribution": (
        f"Yes\n\nOn Thu, 11 Nov 2027 at 11:16 Some One\n\n<\nmailto:Some One <some.one@example.org>\n> wrote:\n\n{LETTER}",
        "Yes",
    ),
    "words on the line of an attribution": (f"Yes On Mon, Nov 8, 2027 at 9:00 AM P <p@example.org> wrote:\n{MARKED}", "Yes"),
    "words before its dashes": (f"One\ntwo - three--- On Mon, Nov 8, 2027 at 9:00 AM, P wrote:\n{MARKED}", "One two - three"),
    "the letter on the line of a German attribution": (
        "Ja\n\n  Am Mo., Nov. 8, 2027 at 9:00 schrieb P<p@example.org>:   Liebe Ana, CONFIRM  \n",
        "Ja",
    ),
    "an invisible sign before a device": ("Yes\n\n\u2063Get BlueMail for Android \u200b\n", "Yes"),
    "the dot of a tracker": ("Yes\n\n\u1427\n", "Yes"),
    "an answer below a lone attribution, with an older one": (
        "On 8 Nov 2027 09:00, P <p@example.org> wrote:\n\nYes\n\nOn 7 Nov 2027, Q <q@example.org> wrote:\n\n> Well?\n> When?\n\nToday",
        "Yes > Well? > When? Today",
    ),
    "a quotation of the author's own above an attribution": (
        f"Here is the code:\n\n> x = 1\n> y = 2\n\nWhat do you think?\n\nOn 11/8/27 09:00, P wrote:\n{MARKED}",
        "Here is the code: > x = 1 > y = 2 What do you think?",
    ),
    "a quotation right above an attribution": (f"Yes\n\n> CONFIRM\n\nOn 11/8/27 09:00, P wrote:\n{MARKED}", "Yes"),
    "signed in its text": (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nYes\n\n- -- \nAna\n-----BEGIN PGP SIGNATURE-----\n\niQ+=\n=abcd\n-----END PGP SIGNATURE-----\n",
        "Yes",
    ),
    "the word From as mailbox files escape it": (">From my side all is well.\nYes", "From my side all is well. Yes"),
    "what lists draw": ("Yes\n\n__._,_.___\nPosted by: Ana\n__,_._,___\n", "Yes"),
    "crlf": ("Yes\r\n\r\nOn 11/8/27 09:00, P wrote:\r\n> no\r\n".replace("\r\n", "\n"), "Yes"),
}


@pytest.mark.parametrize("name", CUT)
def test_is_cut(name: str) -> None:
    text, expected = CUT[name]
    assert split(parse(b"Content-Type: text/plain; charset=utf-8\n\n" + text.encode())).new_text.split() == expected.split()


def test_every_line_is_there_once_in_order_with_its_kind_and_depth() -> None:
    text = "Hi\n\nOn 11/8/27 09:00, P wrote:\n> 1. Who?\n>> deep\nMilo\n-- \nAna"
    lines = split_text(text).lines
    assert [(line.text, line.kind, line.depth) for line in lines] == [
        ("Hi", "new", 0),
        ("", "new", 0),
        ("On 11/8/27 09:00, P wrote:", "attribution", 0),
        ("1. Who?", "quote", 1),
        ("deep", "quote", 2),
        ("Milo", "new", 0),
        ("-- ", "signature", 0),
        ("Ana", "signature", 0),
    ]
    assert [line.number for line in lines] == list(range(1, 9))


def test_what_was_cut_is_named_with_its_lines_and_kept() -> None:
    found = split_text("Hi\n\nOn 11/8/27 09:00, P wrote:\n> one\n> two\n\nSent from my iPhone")
    assert [(cut.first, cut.last, cut.kind) for cut in found.cut] == [(3, 3, "attribution"), (4, 5, "quote"), (7, 7, "footer")]
    assert "> two" in found.quoted_text


def test_a_short_quotation_kept_by_the_author_is_no_own_text() -> None:
    found = split_text("> CONFIRM\n\nI would rather wait.")
    assert found.new_text.startswith("> CONFIRM")
    assert found.own_text == "I would rather wait."


def test_words_below_a_lone_attribution_without_marks_are_kept_but_doubted() -> None:
    found = split_text("On Mon, Nov 8, 2027 at 9:00 AM P <p@example.org> wrote:\n\nDear Ana,\nCONFIRM\n")
    assert (found.new_text, found.unsure) == ("Dear Ana,\nCONFIRM", True)
    assert not split_text("CONFIRM\n\nOn 11/8/27 09:00, P wrote:\n> no").unsure


def test_a_longer_quotation_above_all_words_belongs_to_them() -> None:
    quotation = "> From: P\n>\n> > Who was it?\n>\n> Nobody said.\n> Is it so?\n> Or not?"
    assert split_text(f"{quotation}\n\nIt was me.").new_text == f"{quotation}\n\nIt was me."
    assert split_text(f"{quotation}\n{quotation}\n{quotation}\n\nIt was me.").new_text == "It was me."


def test_a_letter_handed_on_without_a_word_is_kept_where_its_subject_does_not_say_so() -> None:
    text = "\n\n---------- Forwarded message ----------\nFrom: P <p@example.org>\nDate: Mon, Nov 8, 2027\nSubject: Q\n\nCONFIRM\n"
    found = split(parse(b"Content-Type: text/plain\n" + text.encode()))
    assert (found.new_text, found.unsure, found.forwarded) == ("CONFIRM", True, True)
    for head in (b"Subject: Fwd: Q", b"Subject: Q\nIn-Reply-To: <a@example.org>"):
        assert split(parse(head + b"\nContent-Type: text/plain\n" + text.encode())).new_text == ""


FORWARDS = (
    (b"Subject: x", "FYI\n\n---------- Forwarded message ---------\nFrom: P <p@example.org>\nDate: Mon\n\nCONFIRM\n", True, "FYI"),
    (
        b"Subject: x",
        "FYI\n\nBegin forwarded message:\n\nFrom: P <p@example.org>\nSubject: Q\nDate: May 1\n\nCONFIRM\n",
        True,
        "FYI",
    ),
    (b"Subject: x", "FYI\n\n> Begin forwarded message:\n>\n> From: P <p@example.org>\n>\n> a\n> b\n> CONFIRM\n", True, "FYI"),
    (b"Subject: WG: x", "FYI\n\nVon: P <p@example.org>\nGesendet: 1. Mai 2027\nAn: Ana\nBetreff: x\n\nCONFIRM\n", True, "FYI"),
    (b"Subject: Re: x", "Yes\n\nFrom: P <p@example.org>\nSent: 1 May 2027\nTo: Ana\nSubject: x\n\nCONFIRM\n", False, "Yes"),
    (b"Subject: Fwd: x", "just a subject", False, "just a subject"),
)


@pytest.mark.parametrize(("subject", "text", "forwarded", "words"), FORWARDS)
def test_a_forward_is_told_from_a_reply(subject: bytes, text: str, forwarded: bool, words: str) -> None:
    found = split(parse(subject + b"\nContent-Type: text/plain; charset=utf-8\n\n" + text.encode()))
    assert (found.forwarded, found.new_text) == (forwarded, words)


def lines_of(written: str) -> str:
    return written.replace("|", "\n")


def test_a_letter_sent_back_without_a_word_is_nobodys_quotation() -> None:
    quoted = "> On Apr 15, 2027, at 9:00 AM, P <p@example.org> wrote:\n> \n> How are things?\n"
    assert split_text(f"Sent from my telephone\n\n{quoted}").new_text == ""
    assert split_text(f"Well.\n\nSent from my telephone\n\n{quoted}").new_text == "Well."
    assert split_text("> How are things?\n").new_text == "> How are things?"  # a short quotation alone may be what is meant


def test_a_sign_put_to_a_letter_is_the_sign_alone() -> None:
    raw = (
        'From: a@example.org\nContent-Type: multipart/alternative; boundary="b"\n\n'
        "--b\nContent-Type: text/plain; charset=utf-8\n\n👍\n\nAna reacted via Mail\n<https://mail.example.org/about>\n"
        '--b\nContent-Type: text/vnd.google.email-reaction+json\n\n{"version":1,"emoji":"x"}\n'
        "--b\nContent-Type: text/html; charset=utf-8\n\n<p>👍</p><p>Ana reacted via Mail</p>\n--b--\n"
    )
    assert split(parse(raw.encode())).new_text == "👍"
