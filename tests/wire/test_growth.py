"""Time grows with the size of a message and not with its square, whatever shape an attacker gives it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from mailer.wire.html.read import read, to_text
from mailer.wire.parse import parse
from mailer.wire.quoting.split import split, split_text

SMALL = 64 * 1024  # bytes; what is measured is twice that beside it
FACTOR = 2.5
FLOOR = 0.02  # seconds of the processor; below that a busy machine says nothing
LIMIT = 4.0  # seconds of the processor for a megabyte; a free machine needs a quarter

HEADERS = {
    "semicolons": (b"Content-Type: text/plain", b";", b"\n\nx"),
    "parameters": (b"Content-Type: text/plain", b"; a", b"\n\nx"),
    "quotes": (b"To: ", b'"a".', b"\n\nx"),
    "escapes": (b"To: =?", b'"\\"', b"\n\nx"),
    "encoded words": (b"Subject: ", b"=?a?q?", b"\n\nx"),
    "short headers": (b"", b"a: b\n", b"\nx"),
    "continuations": (b"a: b\n", b" b\n", b"\nx"),
    "comments": (b"From: ", b"(", b"\n\nx"),
    "white space": (b"To: a\n b\nRece", b" ", b"ived: x\n\nx"),
    "white space before line breaks": (b"To: a\n b\nX: ", b"                \n ", b"\n\nx"),
}
BODIES = {
    "false boundaries": (b'Content-Type: multipart/mixed; boundary="a"\n\n', b"--ab\n", b""),
    "boundaries": (b'Content-Type: multipart/mixed; boundary="a"\n\n', b"--a\n", b""),
    "dashes": (b"Content-Type: multipart/mixed\n\n", b"--a\n", b""),
    "messages in messages": (b"", b"Content-Type: message/rfc822\n\n", b""),
    "base64 of nothing": (b"Content-Transfer-Encoding: base64\n\n", b"A\n", b"!"),
    "equals": (b"Content-Transfer-Encoding: quoted-printable\n\n", b"= ", b""),
    "flowed": (b"Content-Type: text/plain; format=flowed\n\n", b"> a \n", b""),
    "uuencode": (b"Content-Transfer-Encoding: x-uue\n\nbegin 644 a\n", b"M\n", b""),
    "empty lines": (b"", b"\n", b"x"),
}
HTML = (
    *(
        "<b<b",
        "<![",
        "&#",
        "<!--",
        "<",
        "</",
        '<a ="',
        "<a b='",
        "<p>",
        "<br>",
        "<table>",
        "<table><tr><td>x",
        "<td colspan=200>x",
        "<blockquote>",
    ),
    *(
        "<blockquote>x</blockquote>",
        "</div>",
        "<div></p>x",
        "&amp;",
        "&nbsp;",
        "&a",
        "<style>",
        "<ol><li>x",
        "<a href=http://x.y>q<p>",
        " ",
        "x ",
    ),
    *(
        "<a a",
        "<pre>\n",
        '<p style="display:none">x',
        "<td>x<td>y</td></table>",
        "<table><td>a<td>b",
        "&#1111111111",
        '<div class="gmail_quote">',
    ),
)
TEXTS = (
    *(
        "On x wrote\n",
        "wrote:\n",
        "\n",
        ">\n",
        "> a\nb\n",
        "a\n > b\n",
        "On 1/1/27 09:00, P <p@x.org> wrote:\n",
        "From: a@b.c\n",
        "From: a@b.c\n\n",
    ),
    *(
        "-- \n",
        "-----\n",
        "- a -\n",
        "_" * 40 + "\n",
        "A> x\nB> y\n",
        "| a\n",
        ": \n",
        "<\n",
        "<a@b.c>:\n",
        "Sent from my x\n",
        "sent \n\n",
        "a@b.c ",
    ),
    *(
        "> wrote:\n",
        "1",
        "On ",
        "\u200e\n",
        "von mir gesendet\n",
        "--- x ---\n",
        "From: x\nSent: 1\n",
        "This message \n\n",
        "-- \na\n> b\n",
        "*",
        "=-",
    ),
)


def grows_linearly(work: Callable[[int], object]) -> None:
    """Measured again if it seems not to: a disturbed run is only ever too long."""
    seen = []
    for _ in range(4):
        small, double = best(work, SMALL), best(work, SMALL * 2)
        if double <= FACTOR * small + FLOOR and double * 8 <= LIMIT:
            return
        seen.append(f"{small:.3f} s became {double:.3f} s")
    pytest.fail("; ".join(seen))


def best(work: Callable[[int], object], size: int) -> float:
    """The shortest of some runs, in seconds: the others were disturbed.

    The garbage collector rests meanwhile: it would look through everything that thousands of other tests have left in this
    process, again and again, which says nothing about the reader.
    """
    times = []
    gc.disable()
    try:
        for _ in range(3):
            start = time.process_time()
            work(size)
            times.append(time.process_time() - start)
            if times[-1] < FLOOR / 2:
                break
    finally:
        gc.enable()
    return min(times)


@pytest.mark.parametrize("name", [*HEADERS, *BODIES])
def test_parsing_grows_linearly(name: str) -> None:
    head, piece, tail = {**HEADERS, **BODIES}[name]
    grows_linearly(lambda size: split(parse(head + piece * (size // len(piece)) + tail)))


@pytest.mark.parametrize("piece", HTML)
def test_html_grows_linearly(piece: str) -> None:
    grows_linearly(lambda size: (read(piece * (size // len(piece))), to_text(piece * (size // len(piece)))))


@pytest.mark.parametrize("piece", TEXTS)
def test_quoting_grows_linearly(piece: str) -> None:
    grows_linearly(lambda size: split_text("Yes\n" + piece * (size // len(piece))).lines)


def test_a_long_name_in_a_tag_grows_linearly() -> None:
    grows_linearly(lambda size: read("<a " + "a" * size + ">"))
