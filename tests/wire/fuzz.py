"""Reads mutated messages for a while: `python -m tests.wire.fuzz --seconds 60`, or so many: `--count 100000`.

Fails on an exception, on a message that takes longer than a second, and on memory that grows with the number of
messages. Every failure prints the seed that makes it again.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from mailer.wire.html.read import tables, to_text
from mailer.wire.parse import addresses, message_ids, parse, parse_date, sender
from mailer.wire.quoting.split import split
from tests.wire.desk import said

ODD = Path(__file__).parents[2].parent / "shared" / "corpora" / "odd"
SLOW = 1.0  # seconds of the processor for one message
GROWTH = 200 * 1024  # KB of resident memory gained after the first messages

SEEDS = {
    "gmail": (
        b'From: =?utf-8?q?Ana?= <ana@example.org>\nTo: "P, Q" <p@example.org>\nDate: Mon, 8 Nov 2027 09:00:00 +0000\nSubject: Re: x\n'
        b'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\nYes\n\n'
        b"On Mon, Nov 8, 2027 at 9:00 AM P <p@example.org> wrote:\n> CONFIRM\n\n--b\nContent-Type: text/html; charset=utf-8\n"
        b"Content-Transfer-Encoding: quoted-printable\n\n<div dir=3D\"ltr\">Yes</div><blockquote class=3D'gmail_quote'>CONFIRM</blockquote>\n--b--\n"
    ),
    "outlook": (
        b"From: b@example.org\r\nContent-Type: text/plain; charset=iso-8859-1; format=flowed; delsp=yes\r\n\r\nYes \r\nno\r\n-- \r\nAna\r\n"
        b"________________________________\r\nVon: P <p@example.org>\r\nGesendet: 1. Mai 2027\r\nAn: Ana\r\nBetreff: x\r\n\r\nCONFIRM\r\n"
    ),
    "forward": (
        b"Subject: =?iso-2022-jp?b?GyRCRnxLXBsoQg==?=\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nsee\n--a\nContent-Type: message/rfc822\n"
        b"Content-Transfer-Encoding: base64\n\nU3ViamVjdDogeAoKd29yZHM=\n--a\nContent-Type: application/ms-tnef; name*0*=utf-8''a; name*1=b\n\n\x00\xff\n--a--"
    ),
    "table": (
        b"Content-Type: text/html; charset=windows-1252\n\n<table><tr><td rowspan=2>a<td colspan=3>b<tr><td>c</table><ol><li>x</ol>"
        b"<!--[if mso]>no<![endif]--><p style='display:none'>no<p>&eacute;&#233;<a href=\"http://x.y\">z</a><pre>\n a\n</pre><hr id=zwchr>q"
    ),
    "quotes": b"\n\nA> one\nA> two\n| three\n > four\n>> five\nOn Thu, 1 Apr 2027 at 1:00\n\n<\nmailto:A <a@b.c>\n> wrote:\n\nsix\n",
    "empty": b"",
    "bytes": bytes(range(256)) * 4,
}
_PIECES = (
    *(
        b"\n",
        b"\r\n",
        b"\r",
        b"\n\n",
        b"--b\n",
        b"--b--",
        b"--a",
        b":",
        b";",
        b'"',
        b"<",
        b">",
        b"<b",
        b"<![",
        b"<!--",
        b"&#",
        b"=?",
        b"?=",
        b"(",
        b"\\",
    ),
    *(
        b"\x00",
        b"\xff",
        b"\xfe\xff",
        b"\x1b$B",
        b"> ",
        b">>>> ",
        b"On 1/1/27 09:00, P wrote:\n",
        b"From: ",
        b"-- \n",
        b"<table>",
        b"</td>",
        b"<blockquote>",
    ),
    *(
        b"=",
        b"=3D",
        b"Content-Type: multipart/mixed; boundary=b\n\n",
        b"Content-Transfer-Encoding: base64\n",
        b"charset=utf-7",
        b" " * 50,
        b"_" * 40,
    ),
)


@dataclass
class Outcome:
    messages: int = 0
    slowest: float = 0.0  # seconds
    failures: list[str] = field(default_factory=list)


def odd_messages() -> list[bytes]:
    """The corpus of odd messages, where it lies beside the project."""
    return [file.read_bytes() for file in sorted(ODD.iterdir())] if ODD.is_dir() else []


def read_all(raw: bytes) -> None:
    """Everything that this floor does with bytes nobody has looked at."""
    parsed = parse(raw)
    sender(parsed)
    for name, value in parsed.headers:
        addresses(value)
        message_ids(value)
        if name.lower() == "date":
            parse_date(value)
    found = split(parsed)
    assert len(found.lines) >= 0 and isinstance(found.own_text, str)
    for part in parsed.parts:
        if part.type == "text/html" and part.text:
            to_text(part.text)
            tables(part.text)
    json.dumps(said(raw))


def mutated(raw: bytes, dice: random.Random) -> bytes:
    """`raw` with some pieces changed, lost, doubled, moved or blown up."""
    data = bytearray(raw)
    for _ in range(dice.randint(1, 8)):
        start = dice.randint(0, len(data))
        end = min(len(data), start + int(dice.expovariate(1 / 20)))
        match dice.randint(0, 5):
            case 0:
                data[start:end] = b""
            case 1:
                data[start:start] = dice.choice(_PIECES)
            case 2:
                data[start:start] = data[start:end] * dice.randint(1, 40)
            case 3:
                data[start:end] = dice.randbytes(end - start)
            case 4:
                data[start:start] = dice.choice(_PIECES) * dice.randint(1, 500)
            case _:
                piece = data[start:end]
                del data[start:end]
                place = dice.randint(0, len(data))
                data[place:place] = piece
    return bytes(data)


def fuzz(seconds: float, seed: int, count: int = 10**9) -> Outcome:
    """Reads mutations until the time is over, or `count` of them are read."""
    outcome = Outcome()
    corpus = [*SEEDS.values(), *odd_messages()]
    finish = time.perf_counter() + seconds
    memory = 0
    while time.perf_counter() < finish and outcome.messages < count and len(outcome.failures) < 5:
        dice = random.Random(f"{seed}/{outcome.messages}")
        raw = mutated(dice.choice(corpus), dice)
        start = time.process_time()
        try:
            read_all(raw)
        except Exception:
            outcome.failures.append(f"message {outcome.messages} of seed {seed}:\n{traceback.format_exc()}")
        took = time.process_time() - start
        outcome.slowest = max(outcome.slowest, took)
        if took > SLOW:
            outcome.failures.append(f"message {outcome.messages} of seed {seed} took {took:.2f} s for {len(raw)} bytes")
        outcome.messages += 1
        if outcome.messages == 100:
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory if memory else 0
    if grown > GROWTH:
        outcome.failures.append(f"memory grew by {grown // 1024} MB over {outcome.messages} messages")
    return outcome


def main() -> int:
    arguments = argparse.ArgumentParser(description="Read mutated messages for a while.")
    arguments.add_argument("--seconds", type=float, default=None, help="stop after so long (60 where no count is given)")
    arguments.add_argument("--count", type=int, default=None, help="stop after so many messages")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    began = time.perf_counter()
    seconds = given.seconds if given.seconds is not None else 60 if given.count is None else 10**6
    outcome = fuzz(seconds, given.seed, given.count or 10**9)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{outcome.messages} mutated messages in {time.perf_counter() - began:.0f} s, slowest {outcome.slowest * 1000:.0f} ms,"
        f" at most {peak} MB of memory, {len(outcome.failures)} failures"
    )
    for failure in outcome.failures:
        print(failure)
    return 1 if outcome.failures else 0


if __name__ == "__main__":
    sys.exit(main())
