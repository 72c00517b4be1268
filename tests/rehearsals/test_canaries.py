"""The leak test: a year of each program with random mail, and not one canary in a letter, log or reason to anyone not entitled to it.

Who is entitled is written down here once more, by itself, out of REQUIREMENTS.md and CONTRACT.md: not read from disclose.toml.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import html
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from db.engine import open_store
from db.tables import decision, metadata
from mailer.files.stories import story_from
from mailer.modes.rehearse import Lived, rehearse
from mailer.modes.sent import SentLetter
from tests.rehearsals.canaries import CODE, MADE, NUMBER, START, Aviary, Being, digits

ROOT = Path(__file__).resolve().parents[2]
END = date(START.year, 12, 31)
PROFILES = sorted(name for name in MADE if (ROOT / "inbox_rules" / name).is_dir())
SAFE = ("staff", "admin")
_LISTING = ("directory", "starter_guide", "mentor_gave_notice", "digest")


def _m2m(reader: Being | None, owner: Being, what: str, letter: str) -> bool:
    if reader is None:  # the contact form in the program's inbox
        return letter == "contact_form" and what == "name" and owner.role in ("mentor", "coordinator")
    match reader.role, owner.role:
        case (("mwoc" | "staff"), _):
            return True
        case "coordinator", "mentor":
            return what in ("name", "email") and owner.coordinator == reader.email
        case "coordinator", ("coordinator" | "mwoc" | "staff"):
            return what in ("name", "email")
        case "mentor", "coordinator":
            return what in ("name", "email") and reader.coordinator == owner.email
        case (("mentor" | "mentee"), "mwoc"):
            return what == "name"
    return False


def _icb(reader: Being | None, owner: Being, what: str, letter: str) -> bool:
    if reader is None:
        return False
    if reader.role in SAFE:
        return True
    published = owner.role == "mentor" and (what == "name" or (what == "email" and any('"email"' in line for line in owner.more)))
    return published and reader.role in ("mentee", "mentor") and letter in (*_LISTING, "receipt", "not_understood")


def _mphp(reader: Being | None, owner: Being, what: str, letter: str) -> bool:
    if reader is None:
        return False
    match reader.role, owner.role:
        case (("clinical_coordinator" | "staff"), _):
            return True
        case "mentor", "participant":
            return letter == "hand_off" and what in ("first_name", "phone")
        case "participant", "participant":
            return letter == "peer_talk_contact" and what in ("name", "first_name", "phone")
        case "participant", "mentor":
            return what == "first_name" and letter in ("match_made", "release_request")
    return False


def _peer(reader: Being | None, owner: Being, what: str, letter: str) -> bool:
    match reader.role if reader is not None else "", owner.role:
        case "staff", _:
            return True
        case "trainer", "specialist":
            return what in ("name", "email")
        case (("specialist" | "trainer"), ("trainer" | "staff")):
            return what in ("name", "email")
    return False


MAY: dict[str, Callable[[Being | None, Being, str, str], bool]] = {"m2m": _m2m, "icb": _icb, "mphp": _mphp, "peer": _peer}
# Whose words of which kind reach whom besides their writer: roles; nobody is named for what is kept from all.
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "m2m": {
        "answer": ("coordinator", "mwoc", "staff"),
        "form": ("mwoc", "inbox"),
        "problem": ("coordinator", "mentor"),
        "stranger": (),
    },
    "icb": {"relay": ("mentor",), "concern": (), "answer": ("staff",), "application": ("staff",)},
    "mphp": {"survey": ("clinical_coordinator",), "report": (), "passed on": ("clinical_coordinator",), "stranger": ()},
    "peer": {"narrative": ()},
}
# What is told to those who may know it: the test would not see a leak that nobody could see.
SEEN: dict[str, set[str]] = {
    "m2m": {"name of a mentor", "email of a mentor", "name of a mentee", "words (answer) of mentor"},
    "icb": {"name of a mentor", "email of a mentor"},
    "mphp": {"first_name of a participant", "phone of a participant"},
    "peer": set(),
}


def lived(here: Aviary, folder: Path) -> tuple[Lived, str]:
    """The year, and every reason that was written down for operators."""
    path = folder / "canaries.toml"
    story = story_from(here.story(END), path)
    file = f"sqlite:///{folder / 'canaries.db'}"
    store = open_store(file)
    metadata.create_all(store.engine)
    told = asyncio.run(rehearse(story, ROOT / "inbox_rules", ROOT / "templates" / "email", store))
    store = open_store(file)
    with store.reading() as connection:
        reasons = [f"{row.because} {row.effects}" for row in connection.execute(select(decision.c.because, decision.c.effects))]
    store.close()
    return told, "\n".join(reasons)


def words_of(letter: SentLetter) -> str:
    """Everything a reader of a letter can see, in both parts, its attachments and its headers."""
    message = email.message_from_bytes(letter.raw, policy=email.policy.default)
    parts = [f"{name}: {value}" for name, value in message.items() if name.lower() != "to"]
    parts += [str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text"]
    return html.unescape("\n".join(parts)).casefold()


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILES)
def test_nobody_reads_what_is_not_for_them(profile: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    here = MADE[profile](seed=5, months=12)
    told, reasons = lived(here, tmp_path)
    by_address = {being.email: being for being in here.people}
    handed = {letter.to_address: letter.at for letter in reversed(told.letters) if letter.name == "hand_off"}
    leaks: list[str] = []
    seen: set[str] = set()
    for letter in told.letters:
        reader = by_address.get(letter.to_address)
        text = words_of(letter)
        writers = {here.said[code][0] for code in CODE.findall(text) if code in here.said}  # of words that stand in this letter
        for code in {*CODE.findall(text), *(digits(number)[-10:] for number in NUMBER.findall(text))}:
            if code in here.said:
                sender, kind = here.said[code]
                role = reader.role if reader is not None else "inbox"
                entitled = sender == letter.to_address or role in WORDS[profile][kind]
                if kind == "report" and not handed.get(sender, letter.at) < letter.at:
                    entitled = role == "clinical_coordinator"  # no pair was handed to this mentor yet: ordinary mail
                what = f"words ({kind}) of {by_address[sender].role if sender in by_address else 'a stranger'}"
            else:
                owner, what = here.canaries[code]
                assert owner is not None
                own = owner.email in (letter.to_address, *writers)  # what people write of themselves is theirs to give
                entitled = own or MAY[profile](reader, owner, what, letter.name)
                if letter.name in ("hand_off", "peer_talk_contact") and not own:
                    papers = {(giver, to) for day, giver, to in here.released if day <= letter.at.date()}
                    entitled = entitled and (owner.email, letter.to_address) in papers
                what = f"{what} of a {owner.role}"
            seen.add(what)
            if not entitled:
                leaks.append(f"{letter.at:%d %b} {letter.name} to {reader.role if reader else letter.to_address}: {what} ({code})")
    assert not leaks, "\n".join(leaks)
    assert len(told.letters) > 100 and seen >= SEEN[profile], "too little happened to show anything"
    log = "\n".join(
        (caplog.text, reasons, *(what for _, what in told.troubles), *(heard.because for heard in told.messages))
    ).casefold()
    assert CODE.findall(log) == [] and NUMBER.findall(log) == []
