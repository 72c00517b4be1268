"""Messages understood a second (parse to classified) beside the standard library's parse alone: 8 KB replies, one core, one run.

Run: python -m tests.wire.bench_understand
"""

from __future__ import annotations

import email
import quopri
import statistics
import textwrap
import time
from collections.abc import Callable
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
COUNT = 200
ROUNDS = 7
PROGRAM = Program("m2m", "m2m", "MC update", "mc@example.org", ZoneInfo("America/New_York"), "mx.example.org")
WORDS = (
    "We met twice this month and wrote each other every Friday. It goes well, I think; she has begun to draw again and asked me"
    " for a book about it, which I shall bring next time. The new timetable at her school makes calls on weekdays difficult."
)
LINE = "On Fri, Oct 15, 2027 at 9:00 AM MC update <mc+abc@example.org> wrote:"
QUESTIONS = tuple(f"{at}. A question of the month that we asked you, number {at}, with a few words more?" for at in range(1, 9))
ANSWERS = "\n".join(f"{at}: {text}" for at, text in enumerate(("Only Milo", "yes", "no", "well", "a book", "none", "no", "yes"), 1))
LETTER = [f"Dear Ana, this is paragraph {at} of what we wrote, which says something about the program." for at in range(1, 15)]


def head(number: int) -> str:
    """The headers that a reply has gathered when it arrives: relays, seals and signatures."""
    hops = "".join(
        f"Received: from relay{hop}.example.org (relay{hop}.example.org [192.0.2.{hop}])\r\n"
        f"        by mx.example.org with ESMTPS id abcdef012345678{hop}\r\n        for <mc@example.org>\r\n"
        "        (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128);\r\n        Mon, 18 Oct 2027 07:00:00 -0700 (PDT)\r\n"
        for hop in range(1, 4)
    )
    lines = "".join(f"         {'B' * 68}\r\n" for _ in range(5))
    seals = (
        f"ARC-Seal: i=1; a=rsa-sha256; t=1823868000; cv=none;\r\n        d=example.org; s=arc;\r\n        b={'A' * 60}\r\n{lines}"
        f"ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org;\r\n"
        f"        h=to:subject:message-id:date:from:mime-version;\r\n        b={'A' * 60}\r\n{lines}"
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1;\r\n"
        f"        h=from:to:subject:date; bh={'A' * 43}=;\r\n        b={'A' * 60}\r\n{lines}"
    )
    return (
        f"Delivered-To: mc@example.org\r\n{hops}Authentication-Results: mx.example.org; dkim=pass header.i=@example.org;\r\n"
        f" dmarc=pass header.from=example.org\r\n{seals}MIME-Version: 1.0\r\n"
        f"From: Ana Ruiz <ana@example.org>\r\nTo: MC update <mc@example.org>\r\nSubject: Re: MC update: how was October 2027?\r\n"
        f"Date: Mon, 18 Oct 2027 10:00:00 -0400\r\nMessage-ID: <bench.{number}@example.org>\r\nIn-Reply-To: <m.abc@example.org>\r\n"
        "References: <m.abc@example.org>\r\n"
    )


def quoted(letter: list[str]) -> str:
    return "\n".join(line for item in letter for line in (*(f"> {piece}" for piece in textwrap.wrap(item, 70)), ">"))


def webmail(number: int) -> bytes:
    """As a webmail writes it: new words on top, our letter quoted below, in text and HTML."""
    new = f"{WORDS}\n\nNumber {number} of many.\n\nBest wishes,\nAna"
    letter = [*QUESTIONS, *LETTER[:3]]
    text = "\n".join([new, "", LINE, "", quoted(letter)])
    html = (
        f'<div dir="ltr">{new.replace(chr(10), "<br>")}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{LINE}<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">'
        f"{''.join(f'<p>{item}</p>' for item in letter)}</blockquote></div>"
    )
    parts = "".join(
        f'--0000000000{number:06d}\r\nContent-Type: text/{kind}; charset="UTF-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
        f"{quopri.encodestring(body.encode()).decode().replace(chr(10), chr(13) + chr(10))}\r\n"
        for kind, body in (("plain", text), ("html", html))
    )
    content = f'Content-Type: multipart/alternative; boundary="0000000000{number:06d}"\r\n\r\n'
    return f"{head(number)}{content}{parts}--0000000000{number:06d}--\r\n".encode()


def plain(number: int, new: str = "", letter: tuple[str, ...] = ()) -> bytes:
    """As a mail program without HTML writes it: one part."""
    text = "\n".join(
        [new or f"{WORDS}\n\nNumber {number}.\n\nAna", "", LINE, "", quoted([*letter, *QUESTIONS, *LETTER, *LETTER[:12]])]
    )
    content = "Content-Type: text/plain; charset=UTF-8; format=flowed\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
    return f"{head(number)}{content}{text.replace(chr(10), chr(13) + chr(10))}\r\n".encode()


def answered(number: int) -> bytes:
    """Our letter quoted, the answers on top by number."""
    return plain(number, f"Hello,\n\n{ANSWERS}\n\nNumber {number}, thanks,\nAna")


def measured(name: str, write: Callable[[int], bytes], means: str) -> None:
    book = open_book(PROGRAM, ROOT / "inbox_rules", ROOT / "templates" / "email")
    context = Context(KEY, PROGRAM, book.rules.vocabulary, frozenset({PROGRAM.inbox}))
    raws = [write(number) for number in range(COUNT)]
    roles = frozenset({"mentor"})

    def ours(raw: bytes) -> str:
        understood = understand(raw, received_at=NOW, book=context)
        return classify(understood, book.rules.rules, roles=roles, proof=Proof.AUTHENTICATED, letter="").means

    assert {ours(raw) for raw in raws[:20]} == {means}
    ratios: list[float] = []
    best_mine = best_theirs = 1e9
    for _ in range(ROUNDS):
        began = time.process_time()
        for raw in raws:
            ours(raw)
        mine = time.process_time() - began
        began = time.process_time()
        for raw in raws:
            email.message_from_bytes(raw, policy=compat32)
        theirs = time.process_time() - began
        ratios.append(theirs / mine)
        best_mine, best_theirs = min(best_mine, mine), min(best_theirs, theirs)
    size = sum(map(len, raws)) // COUNT
    print(
        f"{name}, {size} bytes: understood {COUNT / best_mine:,.0f}/s, compat32 parse alone {COUNT / best_theirs:,.0f}/s,"
        f" median {statistics.median(ratios):.2f} times as many"
    )


def main() -> None:
    measured("reply in text and HTML", webmail, "reply")
    measured("reply in plain text", plain, "reply")
    measured("answers above our letter", answered, "answers")


if __name__ == "__main__":
    main()
