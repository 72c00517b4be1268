"""Messages understood a second (parse to classified) beside the standard library's parse alone: 8 KB replies, one core, one run.

First with the same letter and the same person in all of them, then with people, words and a letter that differ in each.

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
from tests.wire.bench_varied import Scene, scene

ROOT = Path(__file__).resolve().parents[2]
KEY = b"benchmarks seal with this key..."
NOW = datetime(2027, 10, 18, 14, 0, tzinfo=UTC)
COUNT = 200
ROUNDS = 7
PROGRAM = Program("m2m", "m2m", "MC update", "mc@example.org", ZoneInfo("America/New_York"), "mx.example.org")
SAME = Scene(
    "Ana Ruiz",
    "ana@example.org",
    "Mon, 18 Oct 2027 10:00:00 -0400",
    "On Fri, Oct 15, 2027 at 9:00 AM MC update <mc+abc@example.org> wrote:",
    "We met twice this month and wrote each other every Friday. It goes well, I think; she has begun to draw again and asked me"
    " for a book about it, which I shall bring next time. The new timetable at her school makes calls on weekdays difficult.",
    "\n".join(f"{at}: {text}" for at, text in enumerate(("Only Milo", "yes", "no", "well", "a book", "none", "no", "yes"), 1)),
    tuple(f"{at}. A question of the month that we asked you, number {at}, with a few words more?" for at in range(1, 9)),
    tuple(f"Dear Ana, this is paragraph {at} of what we wrote, which says something about the program." for at in range(1, 15)),
    "m.abc@example.org",
    "A" * 60,
)


def head(number: int, of: Scene) -> str:
    """The headers that a reply has gathered when it arrives: relays, seals and signatures."""
    domain = of.address.partition("@")[2]
    hops = "".join(
        f"Received: from relay{hop}.{domain} (relay{hop}.{domain} [192.0.2.{hop}])\r\n"
        f"        by mx.example.org with ESMTPS id abcdef012345678{hop}\r\n        for <mc@example.org>\r\n"
        f"        (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128);\r\n        {of.when} (PDT)\r\n"
        for hop in range(1, 4)
    )
    lines = "".join(f"         {of.seal}BBBBBBBB\r\n" for _ in range(5))
    seals = (
        f"ARC-Seal: i=1; a=rsa-sha256; t=1823868000; cv=none;\r\n        d={domain}; s=arc;\r\n        b={of.seal}\r\n{lines}"
        f"ARC-Message-Signature: i=1; a=rsa-sha256; c=relaxed/relaxed; d={domain};\r\n"
        f"        h=to:subject:message-id:date:from:mime-version;\r\n        b={of.seal}\r\n{lines}"
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s1;\r\n"
        f"        h=from:to:subject:date; bh={of.seal[:43]}=;\r\n        b={of.seal}\r\n{lines}"
    )
    return (
        f"Delivered-To: mc@example.org\r\n{hops}Authentication-Results: mx.example.org; dkim=pass header.i=@{domain};\r\n"
        f" dmarc=pass header.from={domain}\r\n{seals}MIME-Version: 1.0\r\n"
        f"From: {of.name} <{of.address}>\r\nTo: MC update <mc@example.org>\r\nSubject: Re: MC update: how was October 2027?\r\n"
        f"Date: {of.when}\r\nMessage-ID: <bench.{number}@example.org>\r\nIn-Reply-To: <{of.thread}>\r\nReferences: <{of.thread}>\r\n"
    )


def quoted(letter: tuple[str, ...]) -> str:
    return "\n".join(line for item in letter for line in (*(f"> {piece}" for piece in textwrap.wrap(item, 70)), ">"))


def webmail(number: int, of: Scene = SAME) -> bytes:
    """As a webmail writes it: new words on top, our letter quoted below, in text and HTML."""
    new = f"{of.words}\n\nNumber {number} of many.\n\nBest wishes,\n{of.name.split()[0]}"
    letter = (*of.questions, *of.letter[:3])
    text = "\n".join([new, "", of.attribution, "", quoted(letter)])
    html = (
        f'<div dir="ltr">{new.replace(chr(10), "<br>")}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        f'{of.attribution}<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid'
        f' rgb(204,204,204);padding-left:1ex">{"".join(f"<p>{item}</p>" for item in letter)}</blockquote></div>'
    )
    parts = "".join(
        f'--0000000000{number:06d}\r\nContent-Type: text/{kind}; charset="UTF-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
        f"{quopri.encodestring(body.encode()).decode().replace(chr(10), chr(13) + chr(10))}\r\n"
        for kind, body in (("plain", text), ("html", html))
    )
    content = f'Content-Type: multipart/alternative; boundary="0000000000{number:06d}"\r\n\r\n'
    return f"{head(number, of)}{content}{parts}--0000000000{number:06d}--\r\n".encode()


def plain(number: int, of: Scene = SAME, new: str = "") -> bytes:
    """As a mail program without HTML writes it: one part."""
    new = new or f"{of.words}\n\nNumber {number}.\n\n{of.name.split()[0]}"
    text = "\n".join([new, "", of.attribution, "", quoted((*of.questions, *of.letter, *of.letter[:12]))])
    content = "Content-Type: text/plain; charset=UTF-8; format=flowed\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
    return f"{head(number, of)}{content}{text.replace(chr(10), chr(13) + chr(10))}\r\n".encode()


def answered(number: int, of: Scene = SAME) -> bytes:
    """Our letter quoted, the answers on top by number."""
    return plain(number, of, f"Hello,\n\n{of.answers}\n\nNumber {number}, thanks,\n{of.name.split()[0]}")


def measured(name: str, write: Callable[[int, Scene], bytes], means: str, *, varied: bool) -> None:
    book = open_book(PROGRAM, ROOT / "inbox_rules", ROOT / "templates" / "email")
    context = Context(KEY, PROGRAM, book.rules.vocabulary, frozenset({PROGRAM.inbox}))
    raws = [write(number, scene(number) if varied else SAME) for number in range(COUNT)]
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
        f"    {name}, {size} bytes: understood {COUNT / best_mine:,.0f}/s, compat32 parse alone {COUNT / best_theirs:,.0f}/s,"
        f" median {statistics.median(ratios):.2f} times as many"
    )


def main() -> None:
    for varied in (False, True):
        print("each with its own words, letter and people" if varied else "the same words, letter and person in each")
        measured("reply in text and HTML", webmail, "reply", varied=varied)
        measured("reply in plain text", plain, "reply", varied=varied)
        measured("answers above our letter", answered, "answers", varied=varied)


if __name__ == "__main__":
    main()
