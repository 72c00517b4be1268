"""The author's new words are told from quotations in HTML as the mail programs of the world write it."""

from __future__ import annotations

import pytest

from mailer.wire.parse import parse
from mailer.wire.quoting.split import Split, split

CASES = {
    "gmail": (
        '<div dir="ltr">Yes, we met.<div><br></div><div>Ana</div></div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, Nov 8, 2027 at 9:00 AM Post &lt;<a href="mailto:p@x.org">p@x.org</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="margin:0"><div>CONFIRM</div></blockquote></div>',
        "Yes, we met. Ana",
    ),
    "gmail inline": (
        '<div dir="ltr"><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Nov 8, 2027 at 9:00 AM Post &lt;p@x.org&gt; wrote:<br></div><blockquote class="gmail_quote"><div>1. Which?</div></blockquote><div>Only Milo</div><blockquote class="gmail_quote"><div>2. Fine?</div></blockquote><div>Yes</div><blockquote class="gmail_quote"><div>CONFIRM</div></blockquote></div></div>',
        "Only Milo Yes",
    ),
    "gmail sig": (
        '<div dir="ltr">Yes<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><div>Ana Ruiz</div><div>Tel: 1</div></div></div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 8, 2027 at 9:00 AM Post &lt;p@x.org&gt; wrote:</div><blockquote class="gmail_quote">x</blockquote></div>',
        "Yes",
    ),
    "gmail forward": (
        '<div dir="ltr">FYI<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>From: <b>Post</b> <span>&lt;<a>p@x.org</a>&gt;</span><br>Date: Mon, Nov 8, 2027<br>Subject: Q<br>To: a@b.c<br></div><br>CONFIRM</div></div>',
        "FYI",
    ),
    "a bar": (
        '<div>Yes</div><div>On 8 Nov 2027, Post wrote:</div><div style="border-left: 2px solid #10f; padding-left: 5px"><p>Dear Ana,</p><p>CONFIRM</p></div><div>No</div>',
        "Yes No",
    ),
    "outlook bar": (
        "<div><p class=MsoNormal>Yes</p><div style='border:none;border-left:solid blue 1.5pt;padding:0in 0in 0in 4.0pt'><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>From:</b> Post<br><b>Sent:</b> Monday</p></div><p>CONFIRM</p></div></div>",
        "Yes",
    ),
    "yahoo with a number": (
        '<div class="ydp1a2yahoo-style-wrap"><div>Yes</div></div><div id="ydp1a2yahoo_quoted_9" class="ydp1a2yahoo_quoted"><div>On Monday, Post wrote:</div>CONFIRM</div>',
        "Yes",
    ),
    "a rule between sentences": (
        "<div>One.</div><hr><div>Two is longer.</div>",
        "One. ________________________________ Two is longer.",
    ),
    "a rule above a card": ("<div>One.</div><hr><div>Ana Ruiz</div><div>555 0100</div>", "One."),
    "only a bar": ('<div style="border-left: 4px solid red">Yes, we met.</div>', "Yes, we met."),
    "a bar of no width": (
        '<div style="border-left:none">Yes, we met.</div><div style="border-left:0 solid">Twice</div>',
        "Yes, we met. Twice",
    ),
    "struck words": (
        '<div>Milo <s>never</s> always <span style="text-decoration: line-through">was late</span> came. <del>STOP</del></div>',
        "Milo always came.",
    ),
    "groupwise": (
        "<div>Yes</div>&gt;&gt;&gt; Post &lt;p@x.org&gt; 11/8/2027 9:00 AM &gt;&gt;&gt;<br><p>Dear Ana,</p>CONFIRM",
        "Yes",
    ),
    "gmail indent": (
        '<div dir="ltr">Yes:<blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>they met twice</div></blockquote></div>',
        "Yes: they met twice",
    ),
    "yahoo": (
        '<div class="ydp1yahoo-style-wrap"><div dir="ltr">Yes, we met</div><br></div><div id="yahoo_quoted_123" class="yahoo_quoted"><div><div>On Monday, November 8, 2027 at 09:00:00 AM EST, Post &lt;p@x.org&gt; wrote:</div><div><br></div><div>CONFIRM</div></div></div>',
        "Yes, we met",
    ),
    "outlook web": (
        '<div dir="ltr"><div class="elementToProof">Yes</div><div id="Signature"><p>Ana</p></div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font><b>From:</b> Post &lt;p@x.org&gt;<br><b>Sent:</b> Monday, November 8, 2027 9:00 AM<br><b>To:</b> Ana<br><b>Subject:</b> Q</font><div>&nbsp;</div></div><div>CONFIRM</div></div>',
        "Yes",
    ),
    "outlook web odd language": (
        '<div>Yes</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="ltr"><b>Xyz:</b> Post<br><b>Qqq:</b> x</div><div>CONFIRM</div>',
        "Yes",
    ),
    "outlook desktop": (
        '<div class="WordSection1"><p class="MsoNormal">Yes<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in"><p class="MsoNormal"><b>From:</b> Post &lt;p@x.org&gt; <br><b>Sent:</b> Monday, November 8, 2027 9:00 AM<br><b>To:</b> Ana<br><b>Subject:</b> Q<o:p></o:p></p></div></div><p class="MsoNormal">CONFIRM</p></div>',
        "Yes",
    ),
    "outlook mobile": (
        '<div dir="ltr">Yes</div><div id="ms-outlook-mobile-body-separator-line"><br></div><div id="ms-outlook-mobile-signature"><div>Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div></div><div id="mail-editor-reference-message-container"><div style="border-style: solid none none"><b>From:</b> Post<br><b>Date:</b> Monday<br></div>CONFIRM</div>',
        "Yes",
    ),
    "apple": (
        '<html><body>Yes<br><div><br><blockquote type="cite"><div>On Nov 8, 2027, at 9:00 AM, Post &lt;p@x.org&gt; wrote:</div><br><div>CONFIRM</div></blockquote></div><br></body></html>',
        "Yes",
    ),
    "iphone": (
        '<html><body dir="auto">Yes<br><br><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On Nov 8, 2027, at 9:00 AM, Post &lt;p@x.org&gt; wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">CONFIRM</div></blockquote></body></html>',
        "Yes",
    ),
    "proton": (
        '<div>Yes<br></div><div class="protonmail_signature_block"><div class="protonmail_signature_block-proton">Sent with <a href="https://proton.me/">Proton Mail</a> secure email.</div></div><div class="protonmail_quote">On Monday, November 8th, 2027 at 9:00 AM, Post &lt;p@x.org&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">CONFIRM</blockquote></div>',
        "Yes",
    ),
    "gmx": (
        '<div style="font-family: Verdana"><div>Yes</div><div>&nbsp;<div name="quote" style="margin:10px 5px 5px 10px; border-left:2px solid"><div><b>Gesendet:</b>&nbsp;Montag, 8. November 2027 um 09:00 Uhr<br/><b>Von:</b>&nbsp;Post &lt;p@x.org&gt;<br/><b>An:</b> Ana<br><b>Betreff:</b> Q</div><div name="quoted-content">CONFIRM</div></div></div></div>',
        "Yes",
    ),
    "zimbra": (
        '<html><body><div>Yes</div><hr id="zwchr"><blockquote style="border-left:2px solid #1010FF"><b>From: </b>Post<br><b>To: </b>Ana<br>CONFIRM</blockquote></body></html>',
        "Yes",
    ),
    "roundcube": (
        '<html><body><p>Yes</p><p id="reply-intro">Am 2027-11-08 09:00, schrieb Post:</p><blockquote type="cite"><p>CONFIRM</p></blockquote></body></html>',
        "Yes",
    ),
    "samsung": (
        '<div>Yes</div><div id="composer_signature"><div>Sent from my Galaxy</div></div><div><br></div><div><!-- originalMessage --><div>-------- Original message --------</div><div>From: Post &lt;p@x.org&gt; </div><div>Date: 11/8/27  9:00 AM  (GMT-05:00) </div><div>To: a@b.c </div><div>Subject: Q </div><div><br></div>CONFIRM</div>',
        "Yes",
    ),
    "fastmail": (
        '<div>Yes<br></div><div id="sig1"><div class="signature">Ana</div></div><div>On Mon, Nov 8, 2027, at 9:00 AM, Post wrote:<br></div><blockquote type="cite" id="qt">CONFIRM</blockquote>',
        "Yes",
    ),
    "tuta": (
        '<div>Yes</div><br>8 Nov 2027, 09:00 by p@x.org:<br><blockquote class="tutanota_quote" style="border-left: 1px solid">CONFIRM</blockquote>',
        "Yes",
    ),
    "moz forward": (
        '<p>See below</p><div class="moz-forward-container"><br>-------- Forwarded Message --------<table class="moz-email-headers-table"><tbody><tr><th>Subject: </th><td>Q</td></tr><tr><th>Date: </th><td>8 Nov 2027</td></tr><tr><th>From: </th><td>p@x.org</td></tr></tbody></table><br>CONFIRM</div>',
        "See below",
    ),
    "thunderbird below": (
        '<div class="moz-cite-prefix">On 11/8/27 09:00, Post wrote:<br></div><blockquote type="cite" cite="mid:x">CONFIRM</blockquote><p>hold 10</p><div class="moz-signature">-- <br>Ana</div>',
        "hold 10",
    ),
    "preheader": ('<div style="display:none">STOP</div><p>Yes</p>', "Yes"),
    "aol": (
        "<div>Yes</div><div><br></div><div>-----Original Message-----<br>From: Post &lt;p@x.org&gt;<br>To: Ana<br>Sent: Mon, Nov 8, 2027 9:00 am<br>Subject: Q<br><br></div><div>CONFIRM</div>",
        "Yes",
    ),
    "lotus": (
        "<font size=2>Yes</font><br><br><table><tr><td><font size=1>From: </font><td><font size=1>Post &lt;p@x.org&gt;</font><tr><td><font>To: </font><td>Ana<tr><td>Date: <td>11/08/2027 09:00 AM<tr><td>Subject: <td>Q</table><hr><br>CONFIRM",
        "Yes",
    ),
    "table answer": (
        "<p>Here:</p><table border=1><tr><td>Mentor</td><td>Date</td></tr><tr><td>Ana</td><td>3 May</td></tr></table>",
        "Here: Mentor | Date Ana | 3 May",
    ),
    "only quote": (
        '<div class="gmail_quote"><div class="gmail_attr">On Mon, Nov 8, 2027 at 9:00 AM Post &lt;p@x.org&gt; wrote:</div><blockquote class="gmail_quote">CONFIRM</blockquote></div>',
        "",
    ),
    "outlook nothing new": (
        '<div id="divRplyFwdMsg"><b>From:</b> Post<br><b>Sent:</b> 8 Nov 2027<br><b>To:</b> x<br><b>Subject:</b> y</div><div>CONFIRM</div>',
        "",
    ),
    "spark": (
        '<html><body><div name="messageBodySection"><div dir="auto">Yes</div></div><div name="messageSignatureSection"><br />Ana</div><div name="messageReplySection">On 8 Nov 2027 at 09:00 +0100, Post &lt;p@x.org&gt;, wrote:<br /><blockquote type="cite">CONFIRM</blockquote></div></body></html>',
        "Yes",
    ),
    "em client": (
        '<div>Yes</div><div><br></div><div>------ Original Message ------</div><div>From "Post" &lt;<a href="mailto:p@x.org">p@x.org</a>&gt;</div><div>To a@b.c</div><div>Date 11/8/2027 9:00:00 AM</div><div>Subject Re: Q</div><div><br></div><div id="x1"><blockquote cite="x" type="cite">CONFIRM</blockquote></div>',
        "Yes",
    ),
    "qq": (
        '<div>Yes</div><div><includetail><!--<![endif]--><div>&nbsp;</div><div style="font-size: 12px;">------------------&nbsp;原始邮件&nbsp;------------------</div><div>发件人: "Post"</div><div>CONFIRM</div></includetail></div>',
        "Yes",
    ),
    "an iphone's invisible sign": (
        '<div>Yes</div><blockquote type="cite">On Nov 8, 2027, at 9:00 AM, Post &lt;p@x.org&gt; wrote:<br><br></blockquote><blockquote type="cite"><div dir="ltr">\ufeff<p>CONFIRM</p></div></blockquote>',
        "Yes",
    ),
    "163": (
        '<div>Yes</div><p>At 2027-11-08 09:00:00, "Post" &lt;p@x.org&gt; wrote:</p><blockquote id="isReplyContent">CONFIRM</blockquote>',
        "Yes",
    ),
}


def of_html(html: str) -> Split:
    return split(parse(b"From: ana@example.org\nContent-Type: text/html; charset=utf-8\n\n" + html.encode()))


def of_both(text: str, html: str) -> Split:
    message = (
        'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n'
        f"{text}\n--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--\n"
    )
    return split(parse(message.encode()))


@pytest.mark.parametrize("name", CASES)
def test_new_words_of(name: str) -> None:
    html, expected = CASES[name]
    assert of_html(html).new_text.split() == expected.split()


def test_plain_text_is_preferred() -> None:
    assert of_both("plain words", "<p>html words</p>").new_text == "plain words"


@pytest.mark.parametrize("stub", ["", "   ", "Please view this message in an HTML capable browser."])
def test_html_is_read_where_the_plain_text_is_none(stub: str) -> None:
    assert of_both(stub, "<p>html words</p>").new_text == "html words"


def test_html_tells_where_the_quotation_is_if_plain_text_does_not() -> None:
    text = "Yes, we met.\n\nDear Ana,\nplease decide.\nCONFIRM\n"
    html = "<div>Yes, we met.</div><blockquote type=cite><p>Dear Ana,</p><p>please decide.</p>CONFIRM</blockquote>"
    assert of_both(text, html).new_text == "Yes, we met."


def test_html_tells_that_a_letter_came_back_without_a_new_word() -> None:
    text = "On Mon, Nov 8, 2027 at 9:00 AM, Post <p@example.org> wrote:\n\nDear Ana,\nCONFIRM\n"
    html = '<div class="yahoo_quoted"><div>On Mon, Nov 8, 2027 at 9:00 AM, Post wrote:</div><p>Dear Ana,</p>CONFIRM</div>'
    assert of_both(text, html).new_text == ""


def test_html_tells_which_words_were_struck_out() -> None:
    html = '<div>Yes, we met <s>once</s> <span style="color:red;text-decoration:line-through">or</span> twice.</div>'
    assert of_both("Yes, we met once or twice.", html).new_text == "Yes, we met twice."
    assert of_both("Yes, we met <s>.", "<div>Yes, we met &lt;s&gt;.</div>").new_text == "Yes, we met <s>."


def test_html_tells_the_words_if_plain_text_holds_nothing_but_the_quotation() -> None:
    text = "\nOn Mon, Nov 8, 2027 at 9:00 AM, Post <p@example.org> wrote:\n> Dear Ana,\n> CONFIRM\n"
    html = "<div>Yes, we met.</div><blockquote type=cite><p>Dear Ana,</p>CONFIRM</blockquote>"
    assert of_both(text, html).new_text == "Yes, we met."


def test_inline_parts_are_read_one_after_the_other_and_attachments_are_not() -> None:
    message = (
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nabove\n--b\nContent-Type: image/png\n\nx\n--b\n\nbelow\n'
        b"--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nCONFIRM\n--b--\n"
    )
    assert split(parse(message)).new_text.split() == ["above", "below"]


def test_an_attached_message_is_not_read() -> None:
    message = (
        b'Subject: Fwd: x\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n\nsee this\n--b\nContent-Type: message/rfc822\n\n'
        b"Subject: x\n\nCONFIRM\n--b--\n"
    )
    found = split(parse(message))
    assert (found.new_text, found.forwarded) == ("see this", True)
