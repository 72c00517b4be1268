"""How long a letter takes: render and compose, beside the standard library's EmailMessage. Run: python -m tests.letters.bench_letters."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from time import process_time

from mailer.letters import headers
from mailer.letters.facts import sample
from mailer.letters.mime import compose
from mailer.letters.template import Rendered, render
from tests.letters.shelf import ENVELOPE, REPLY_TO, letter

ROUNDS = 5


def written(number: int) -> Rendered:
    facts = {**sample("check_in"), "you": {"first_name": f"Ana{number}", "name": "Ana Ruiz"}, "mentees": f"Mel{number} and Sam"}
    return render(letter("check_in"), facts, REPLY_TO)


def ours(number: int) -> bytes:
    return compose(written(number), ENVELOPE)


def standard_library(number: int) -> bytes:
    words = written(number)
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{ENVELOPE.from_name} <{ENVELOPE.from_address}>"
    message["To"] = ENVELOPE.to_address
    message["Subject"] = words.subject
    message["Date"] = headers.when(ENVELOPE.date)
    message["Message-ID"] = f"<{ENVELOPE.message_id}>"
    message["Reply-To"] = ENVELOPE.reply_to
    message["Auto-Submitted"] = ENVELOPE.auto_submitted
    message["X-Auto-Response-Suppress"] = "DR, RN, NRN, AutoReply"
    message["X-Mentorpost-Letter"] = ENVELOPE.letter_token
    message["List-Id"] = f"<{ENVELOPE.list_id}>"
    message["List-Unsubscribe"] = f"<mailto:{ENVELOPE.unsubscribe}?subject=STOP&body=STOP>"
    message.set_content(words.text, cte="quoted-printable")
    message.add_alternative(words.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def microseconds(work: Callable[[int], object], letters: int) -> float:
    """CPU time of one letter, the best of a few rounds."""
    work(0)
    best = float("inf")
    for _ in range(ROUNDS):
        begun = process_time()
        for number in range(letters):
            work(number)
        best = min(best, process_time() - begun)
    return best / letters * 1e6


if __name__ == "__main__":
    print(f"render                  {microseconds(written, 1000):8.0f} us a letter")
    print(f"render + compose        {microseconds(ours, 1000):8.0f} us a letter, {len(ours(0))} bytes")
    print(f"render + EmailMessage   {microseconds(standard_library, 100):8.0f} us a letter, {len(standard_library(0))} bytes")
