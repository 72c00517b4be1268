"""A tap on a choice of a letter opens a mail; sent as it is from the right telephone, it does what the word says."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote

import pytest

from mailer.modes.sent import SentLetter
from mailer.modes.story_mail import authentication
from tests.rehearsals.village import ANA, BEA, KLAUS, MINA, SVEN, WILMA, ZONE, Village, morning


@pytest.fixture(scope="module")
def village() -> Iterator[Village]:
    """Nobody has answered since April; on 13 May the gate waits for the mwoc."""
    here = Village(morning(2027, 4, 1))
    here.until(morning(2027, 5, 13))
    yield here
    here.leaves()


def links(letter: SentLetter) -> dict[str, set[str]]:
    """Every mailto: address of a letter by the word it writes, as the two parts have it."""
    plain = re.findall(r"<(mailto:[^>]*)>", letter.text)
    page = [html.unescape(found) for found in re.findall(r'class="answer"[^>]*href="([^"]*)"|href="([^"]*)"[^>]*class="answer"',
            letter.html) for found in found if found]  # fmt: skip
    found: dict[str, set[str]] = {}
    for part, addresses in (("plain", plain), ("html", page)):
        for address in addresses:
            found.setdefault(address.rpartition("&body=")[2], set()).add(part)
    return found


def tapped(letter: SentLetter, word: str, here: Village, sender: str, *, proved: bool = False) -> bytes:
    """What a mail program makes of the link of a word (RFC 6068): its addressee, subject and body, and nothing else."""
    link = next(item for item in re.findall(r"<mailto:([^>]*)>", letter.text) if item.endswith(f"&body={word}"))
    to, _, fields = link.partition("?")
    given = dict(field.split("=", 1) for field in fields.split("&"))
    message = EmailMessage()
    message["Authentication-Results"] = authentication(sender, proved)
    message["From"], message["To"] = sender, unquote(to)
    message["Subject"] = unquote(given["subject"])
    message["Date"] = format_datetime(here.now.astimezone(ZONE))
    message["Message-ID"] = f"<tapped.{word}@example.org>"
    message.set_content(unquote(given["body"]) + "\n\nSent from my phone\n")
    return message.as_bytes()


def gate_about(name: str, here: Village) -> SentLetter:
    """The newest question whether to close that is about this mentor."""
    return [sent for _, sent in here.letters if sent.name == "closing_gate" and f"{name} has not answered" in sent.text][-1]


def test_the_links_of_both_parts_write_the_same_words(village: Village) -> None:
    for _, letter in village.letters:
        offered = links(letter)
        assert {word for word, parts in offered.items() if parts != {"plain", "html"}} == set(), letter.name
        assert {"STOP", "HELP"} <= set(offered)


def test_a_tap_answers_the_letter_it_stands_in_and_only_its_addressee_can_send_it(village: Village) -> None:
    gate = gate_about("Ana Torre", village)
    village.receives(tapped(gate, "CONFIRM", village, SVEN))
    village.until(village.now.replace(hour=22))
    assert village.newest("new_match_needed_mentee", MINA) is None

    village.receives(tapped(gate, "HOLD%207", village, WILMA))
    receipt = village.newest("receipt", WILMA)
    assert receipt is not None and "HOLD 7" in receipt.text

    village.until(morning(2027, 5, 24))
    again = gate_about("Ana Torre", village)
    assert again.at > gate.at
    village.receives(tapped(again, "CONFIRM", village, WILMA))
    village.until(morning(2027, 5, 25, 20))
    assert village.newest("new_match_needed_mentee", MINA) is not None


def test_a_tap_in_the_daily_summary_is_about_the_one_it_stands_with() -> None:
    here = Village(morning(2027, 4, 6))
    try:
        here.until(morning(2027, 4, 15, 12))
        here.writes(BEA, "All is well.", answers=here.newest("check_in", BEA))
        here.until(morning(2027, 4, 16, 10))
        digest = here.newest("digest", KLAUS)
        assert digest is not None and "Ana Torre" in digest.text
        here.receives(tapped(digest, "CONTACT%20Ana%20Torre%20today", here, KLAUS))
        here.until(morning(2027, 4, 21, 12))
        receipt = here.newest("receipt", KLAUS)
        assert receipt is not None and "CONTACT Ana Torre" in receipt.text and "contact noted" in receipt.text
        assert here.newest("check_in_again", ANA) is None
    finally:
        here.leaves()
