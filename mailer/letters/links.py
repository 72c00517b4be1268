"""Links that write an answer: mailto: addresses with the word already in the body (RFC 6068), for both parts of a letter."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote

GOES_ON = "…"  # at the end of an answer: the writer adds something, such as a day


@lru_cache(maxsize=1024)  # the words offered and the subject are those of the letter before
def encoded(text: str, safe: str = "") -> str:
    """`text` inside a mailto: address: percent-encoded, a line break as CR LF (RFC 6068 section 5).

    The plus sign too: some mail programs read it as a blank there.
    """
    if "\n" in text:
        text = text.replace("\n", "\r\n")
    return quote(text, safe=safe)


def answer_body(word: str) -> str:
    """What the link of an answer writes: the word; one that goes on leaves the cursor behind a blank."""
    return word.removesuffix(GOES_ON).rstrip() + " " if word.endswith(GOES_ON) else word


def reply_start(reply_to: str, subject: str) -> str:
    """The address that answers a letter, up to the word to be sent."""
    about = subject if subject[:3].lower() == "re:" else f"Re: {subject}"
    return f"mailto:{quote(reply_to, safe='@')}?subject={encoded(about)}&body="


def short_reply_start(reply_to: str, subject: str) -> str:
    """The same for the plain part, where people see the whole address: the subject only as far as it says who wrote."""
    return reply_start(reply_to, subject.partition(":")[0])
