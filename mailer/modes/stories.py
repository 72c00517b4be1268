"""A rehearsed story told to others: as entries of a timeline, as JSON (CONTRACT.md section 4), as an mbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from mailer.files.letters import SHARED
from mailer.files.settings import Settings
from mailer.files.stories import read_story
from mailer.modes.judge import Verdict, judge
from mailer.modes.rehearse import Heard, HeldLetter, Lived, rehearse
from mailer.modes.sent import SentLetter


@dataclass(frozen=True, slots=True)
class Told:
    """A story that was lived, with the verdict on each of its expectations."""

    file: str
    lived: Lived
    verdicts: tuple[Verdict, ...]

    @property
    def ok(self) -> bool:
        return all(verdict.ok for verdict in self.verdicts)

    @property
    def title(self) -> str:
        return self.lived.story.title


class Kind(StrEnum):
    """What an entry of a timeline is about."""

    OUT = "out"  # a letter left
    IN = "in"  # a message came
    HELD = "held"  # a letter was decided and did not leave
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `at` is in the program's zone. One of letter, message, held, or words of trouble."""

    at: datetime
    kind: Kind
    letter: SentLetter | None = None
    message: Heard | None = None
    held: HeldLetter | None = None
    text: str = ""


async def tell(path: Path, settings: Settings, letters: frozenset[str]) -> Told:
    """Read, live and judge one story. Raises BadStory, BadRules or BadTemplate."""
    story = read_story(path, settings, letters)
    lived = await rehearse(story, settings.rules, settings.templates)
    return Told(str(path), lived, judge(lived))


def letter_names(settings: Settings) -> frozenset[str]:
    """Every letter of every profile: a story that waits for one there is nowhere would prove nothing."""
    names = {path.name for path in settings.templates.glob("*/*.md")} - set(SHARED)
    return frozenset(name.removesuffix(".md") for name in names)


def timeline(told: Told) -> tuple[Entry, ...]:
    """What happened, oldest first; a message before the letters it brought about."""
    lived = told.lived
    zone = lived.story.program.timezone
    entries = [
        *(Entry(item.at.astimezone(zone), Kind.IN, message=item) for item in lived.messages),
        *(Entry(at.astimezone(zone), Kind.TROUBLE, text=text) for at, text in lived.troubles),
        *(Entry(item.at.astimezone(zone), Kind.OUT, letter=item) for item in lived.letters),
        *(Entry(item.at.astimezone(zone), Kind.HELD, held=item) for item in lived.held.values()),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def as_json(told: Told) -> dict[str, object]:
    """The object of CONTRACT.md section 4; moments in ISO 8601 with the offset of the program's zone.

    `held` is there only where letters are: what was decided, waited for a human and never left.
    """
    lived = told.lived
    zone = lived.story.program.timezone

    def moment(at: datetime) -> str:
        return at.astimezone(zone).isoformat()

    held = [{"at": moment(one.at), "letter": one.name, "to": one.to_address, "why": one.why} for one in lived.held.values()]
    return {
        "title": told.title,
        "ok": told.ok,
        "letters": [letter.as_json(moment(letter.at)) for letter in sorted(lived.letters, key=lambda item: item.at)],
        "messages": [
            {
                "at": moment(item.at),
                "from": item.sender,
                "means": item.means,
                "rule": item.rule,
                "effects": list(item.effects),
            }
            for item in lived.messages
        ],
        "expectations": [{"ok": verdict.ok, "text": verdict.text, "found": verdict.found} for verdict in told.verdicts],
        **({"held": held} if held else {}),
    }


def as_mbox(letters: Iterable[SentLetter]) -> bytes:
    """The letters in the mbox format with quoted "From " lines (RFC 4155, variant mboxrd), for any mail program."""
    found: list[bytes] = []
    for letter in letters:
        head = f"From {letter.from_address or 'MAILER-DAEMON'} {letter.at:%a %b %d %H:%M:%S %Y}\n"
        lines = letter.raw.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
        quoted = (b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines)
        found.append(head.encode() + b"\n".join(quoted) + b"\n\n")
    return b"".join(found)
