"""Messages understood a second (parse to classified) beside the standard library's parse alone, 8 KB replies, one core, one run.

Run: python -m tests.wire.bench_understand
"""

from __future__ import annotations

import email
import quopri
import statistics
import time
from datetime import UTC, datetime
from email.policy import compat32
from pathlib import Path
from zoneinfo import ZoneInfo

from mailer.model.mail import Proof
from mailer.model.program import Program
from mailer.steps.bookshelf import open_book
from mailer.wire.classify import classify
from mailer.wire.understand import Context, understand

ROOT = Path(__file__).resolve().parents[2]
KEY = b"benchmarks seal with this key..."
NOW = datetime(2027, 10, 18, 14, 0, tzinfo=UTC)
COUNT = 400
ROUNDS = 5
PROGRAM = Program("m2m", "m2m", "MC update", "mc@example.org", ZoneInfo("America/New_York"), "mx.example.org")
WORDS = (
    "We met twice this month and wrote each other every Friday. It goes well, I think; she has begun to draw again and asked me"
    " for a book about it, which I shall bring next time. The new timetable at her school makes calls on weekdays difficult."
)


def message(number: int) -> bytes:
    """A reply of about 8 KB as a webmail writes it: new words on top, our letter quoted below, in text and HTML."""
    new = f"{WORDS}\n\nNumber {number} of many.\n\nBest wishes,\nAna"
    line = "On Fri, Oct 15, 2027 at 9:00 AM MC update <mc+abc@example.org> wrote:"
    letter = [f"{at}. A question of the month that we asked you, number {at}, with a few words more?" for at in range(1, 12)] * 2
    text = "\n".join([new, "", line, "", *(f"> {item}" for item in letter)])
    html = (
        f'<div dir="ltr">{new.replace(chr(10), "<br>")}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{line}<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">'
        f"{''.join(f'<p>{item}</p>' for item in letter)}</blockquote></div>"
    )
    received = "Received: by mail.example.org with SMTP id abcdef0123456789; Mon, 18 Oct 2027 07:00:00 -0700 (PDT)\r\n" * 3
    head = (
        f"Delivered-To: mc@example.org\r\n{received}Authentication-Results: mx.example.org; dkim=pass header.i=@example.org;\r\n"
        " dmarc=pass header.from=example.org\r\nDKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1;\r\n"
        f" h=from:to:subject:date; bh={'A' * 43}=; b={'B' * 170}\r\nMIME-Version: 1.0\r\n"
        f"From: Ana Ruiz <ana@example.org>\r\nTo: MC update <mc@example.org>\r\nSubject: Re: MC update: how was October 2027?\r\n"
        f"Date: Mon, 18 Oct 2027 10:00:00 -0400\r\nMessage-ID: <bench.{number}@example.org>\r\nIn-Reply-To: <m.abc@example.org>\r\n"
        f'References: <m.abc@example.org>\r\nContent-Type: multipart/alternative; boundary="0000000000{number:06d}"\r\n\r\n'
    )
    parts = "".join(
        f'--0000000000{number:06d}\r\nContent-Type: text/{kind}; charset="UTF-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
        f"{quopri.encodestring(body.encode()).decode().replace(chr(10), chr(13) + chr(10))}\r\n"
        for kind, body in (("plain", text), ("html", html))
    )
    return f"{head}{parts}--0000000000{number:06d}--\r\n".encode()


def main() -> None:
    book = open_book(PROGRAM, ROOT / "inbox_rules", ROOT / "templates" / "email")
    context = Context(KEY, PROGRAM, book.rules.vocabulary, frozenset({PROGRAM.inbox}))
    raws = [message(number) for number in range(COUNT)]
    roles = frozenset({"mentor"})

    def ours(raw: bytes) -> str:
        understood = understand(raw, received_at=NOW, book=context)
        return classify(understood, book.rules.rules, roles=roles, proof=Proof.AUTHENTICATED, letter="").means

    assert {ours(raw) for raw in raws[:20]} == {"reply"}
    ratios: list[float] = []
    for number in range(ROUNDS):
        began = time.process_time()
        for raw in raws:
            ours(raw)
        mine = time.process_time() - began
        began = time.process_time()
        for raw in raws:
            email.message_from_bytes(raw, policy=compat32)
        theirs = time.process_time() - began
        ratios.append(theirs / mine)
        print(f"  round {number + 1}: understood {COUNT / mine:,.0f}/s, compat32 parse alone {COUNT / theirs:,.0f}/s")
    size = sum(map(len, raws)) // COUNT
    print(f"replies of {size} bytes: {statistics.median(ratios):.2f} times as many understood as compat32 parses")


if __name__ == "__main__":
    main()
