"""The letters of one program as an admin looks at them: in the order of the program's life, each with its samples as mail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

from db.records import Letter, LetterState
from mailer.core.ladders.overreach import readers_of
from mailer.letters.branches import Way, ways
from mailer.letters.errors import Unsendable
from mailer.letters.facts import ALLOWED, sample
from mailer.letters.template import LetterTemplate
from mailer.model.classes import LetterClass
from mailer.model.decision import Say
from mailer.model.program import Ladder, Program, Sending, State
from mailer.modes.preview.remarks import remarks_on
from mailer.modes.rehearse import KEY
from mailer.steps.book import Book
from mailer.steps.stationery import NOTICE, finish, identity, needed, spoken

_WRITTEN = datetime(2027, 10, 15, 13, 0, tzinfo=UTC)  # the sample facts are of October 2027
_READERS = {
    "mentor": "Ana Ruiz",
    "mentee": "Mel Park",
    "participant": "Mel Park",
    "specialist": "Ana Ruiz",
    "coordinator": "Cora Lind",
    "clinical_coordinator": "Cora Lind",
    "mwoc": "Wanda Orr",
    "staff": "Stella Moss",
    "trainer": "Theo Lang",
    "admin": "Addie Fox",
}
_ANYBODYS = ("Ana Ruiz", "Wanda Orr")
_FIRST_WORDS = 150  # about what a telephone shows below a subject
_ANYBODY = {
    LetterClass.ANSWER: "whoever wrote to us",
    LetterClass.DIGEST: "everybody with a duty, each alone",
    LetterClass.DUTY: "whoever holds the duty",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One sample of a letter, read back from the bytes that would be sent; `trouble`: why it would be held instead."""

    changed: tuple[str, ...]  # in which facts it differs from the first sample
    headers: Mapping[str, str]
    first_words: str  # what a list of mails shows below the subject
    text: str
    html: str
    raw: str
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """Where a ladder sends the letter."""

    ladder: Ladder
    state: State
    to: str
    sending: Sending | None


@dataclass(frozen=True, eq=False)  # no slots: what is looked at is rendered once, when it is first looked at
class Entry:
    """One letter of a program."""

    book: Book
    template: LetterTemplate
    group: str
    to: str  # its readers, in words
    roles: tuple[str, ...]  # its readers; none for letters that answer anybody
    rungs: tuple[Rung, ...]

    @property
    def name(self) -> str:
        return self.template.name

    @property
    def source(self) -> str:
        return str(json.loads(self.book.sources[self.template.digest])["source"])

    @property
    def shared(self) -> bool:
        """Whether it is the common letter, used where a profile has none of its own."""
        return Path(self.template.file).parent.name == "common"

    @property
    def facts(self) -> dict[str, object]:
        """The sample facts, with the program's own name and addresses."""
        program = self.book.program
        own = {"name": program.name, "inbox": program.inbox, "emergency": program.emergency}
        return {**sample(self.name), "program": own, "you": {"first_name": self.reader.split()[0], "name": self.reader}}

    @property
    def reader(self) -> str:
        """The sample person who reads it: one of its readers of whom it does not tell."""
        told = repr({name: value for name, value in sample(self.name).items() if name != "you"})
        duty = self.template.kind is LetterClass.DUTY
        fitting = [_READERS[role] for role in self.roles or (("staff",) if duty else ()) if role in _READERS] or list(_ANYBODYS)
        return next((name for name in fitting if name not in told and repr(name.split()[0]) not in told), fitting[0])

    @cached_property
    def first(self) -> Seen:
        """The letter with the sample facts as they are."""
        return _seen(self, Way((), self.facts))

    @cached_property
    def samples(self) -> tuple[Seen, ...]:
        """The letter in each way it can go, the first first; two ways that read the same are one."""
        found = {_words(self.first): self.first}
        for way in ways(self.source, self.facts)[1:]:
            seen = _seen(self, way)
            found.setdefault(_words(seen), seen)
        return tuple(found.values())

    @cached_property
    def remarks(self) -> tuple[str, ...]:
        """What an admin should look at: whether it would be held as it is, words and lines that a reader may stumble over."""
        subject = self.first.headers.get("Subject", "")
        return (*_held(self.first), *remarks_on(self.template, self.first.text, subject, self.book.rules.vocabulary))

    @property
    def worries(self) -> tuple[str, ...]:
        """The remarks, and in which further ways it would be held."""
        return (*self.remarks, *(held for seen in self.samples[1:] for held in _held(seen)))

    def says_the_same(self, book: Book) -> bool:
        """Whether the letter is as it was, and everything around it: then what was rendered can be shown again."""
        now = book.letters[self.name]
        return (
            (now.digest, now.file, now.layout.neutral) == (self.template.digest, self.template.file, self.template.layout.neutral)
            and book.rules.digest == self.book.rules.digest
            and book.notes is self.book.notes
        )


def entries_of(book: Book, before: tuple[Entry, ...] = ()) -> tuple[Entry, ...]:
    """Every letter of a program: matter by matter as they begin in a program's life, what answers mail at the end.

    Of those `before`, the ones that say the same are kept.
    """
    kept = {entry.name: entry for entry in before if entry.name in book.letters and entry.says_the_same(book)}
    life = {name: number for number, name in enumerate(ALLOWED)}
    rungs = {name: tuple(_rungs(book, name)) for name in book.letters}
    homes = {name: _home(book, found) for name, found in rungs.items()}
    order: dict[str, int] = {}
    for name, home in homes.items():
        order[home] = max(order.get(home, -1), life.get(name, -1))
    readers = readers_of(book.rules)

    def place(name: str) -> tuple[bool, bool, int, str, int, str]:
        home = homes[name]
        states = list(book.rules.ladders[home].states) if home else []
        at = min((states.index(rung.state.name) for rung in rungs[name] if rung.ladder.name == home), default=0)
        return not home, order[home] < 0, order[home], home, at, name

    return tuple(
        kept.get(name)
        or Entry(
            book,
            book.letters[name],
            homes[name].replace("_", " ") or "answers and summaries",
            _to(book.letters[name], _roles(book.letters[name], readers.get(name, ()))),
            _roles(book.letters[name], readers.get(name, ())),
            rungs[name],
        )
        for name in sorted(book.letters, key=place)
    )


def _rungs(book: Book, letter: str) -> Iterator[Rung]:
    for ladder in book.rules.ladders.values():
        for state in ladder.states.values():
            yield from (
                Rung(ladder, state, ladder.about if sending.to == "subject" else sending.to, sending)
                for sending in state.sends
                if sending.letter == letter
            )
            yield from (Rung(ladder, state, role, None) for role, name in state.blast.items() if name == letter)


def _home(book: Book, rungs: tuple[Rung, ...]) -> str:
    """The ladder whose letter it is most of all: of those that send it the one with the most letters; "" for none."""
    names = {rung.ladder.name for rung in rungs}
    sizes = {name: len(set(_letters(book.rules.ladders[name]))) for name in names}
    return min(names, key=lambda name: (-sizes[name], name), default="")


def _letters(ladder: Ladder) -> Iterator[str]:
    for state in ladder.states.values():
        yield from (sending.letter for sending in state.sends)
        yield from state.blast.values()


def _roles(template: LetterTemplate, readers: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*sorted(readers), *template.to]))


def _to(template: LetterTemplate, roles: tuple[str, ...]) -> str:
    if not roles and template.kind is not None:
        return _ANYBODY.get(template.kind, "whom it concerns")
    return ", ".join("whoever it is about" if role == "person" else role.replace("_", " ") for role in roles)


def _words(seen: Seen) -> tuple[str, str, str]:
    return seen.headers.get("Subject", ""), seen.text, seen.trouble


def _held(seen: Seen) -> Iterator[str]:
    if seen.trouble:
        when = f" ({'; '.join(seen.changed)})" if seen.changed else ""
        yield f"It would be held for a human{when}: {seen.trouble}."


def _seen(entry: Entry, way: Way) -> Seen:
    try:
        raw = finish(entry.book, entry.template, KEY, _row(entry, way.facts)).raw
    except Unsendable as error:
        return Seen(way.changed, {}, "", "", "", "", error.why)
    message = message_from_bytes(raw, EmailMessage, policy=default)
    headers = {name: str(message[name]) for name in ("From", "To", "Reply-To", "Subject", "Date")}
    text, html = (_part(message, kind) for kind in ("plain", "html"))
    return Seen(way.changed, headers, _first_words(html), text, html, raw.decode("ascii").replace("\r\n", "\n"))


def _row(entry: Entry, facts: Mapping[str, object]) -> Letter:
    """The letter as it would lie in the outbox."""
    program = entry.book.program
    kept = spoken(entry.book.notes, needed(facts, entry.template))
    assert isinstance(kept, dict)
    if entry.template.kind is LetterClass.DISCLOSURE and entry.book.rules.policy.values.get("covered_program"):
        kept[NOTICE] = str(spoken(entry.book.notes, Say("part2_notice")))
    key = f"{'receipt' if entry.template.kind is LetterClass.ANSWER else 'sample'}/{entry.name}"
    identified = identity(program, KEY, 1)
    address = f"{entry.reader.split()[0].casefold()}@example.org"
    return Letter(1, program.key, key, entry.name, address, LetterState.WAITING, identified, _WRITTEN, _WRITTEN, facts=kept)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if isinstance(part, EmailMessage) else ""


def _first_words(html: str) -> str:
    """The beginning of what the HTML part says, its hidden line first: what mail programs show in their lists."""
    body = html.partition("<body")[2].partition(">")[2]
    words = " ".join(unescape(re.sub(r"<[^>]*>", " ", body[:20_000])).split())
    return words if len(words) <= _FIRST_WORDS else words[:_FIRST_WORDS].rstrip() + "…"


def sample_program(profile: str) -> Program:
    """A program for a profile that no program of settings.toml has yet."""
    given = sample("")["program"]
    assert isinstance(given, Mapping)
    return Program(profile, profile, given["name"], given["inbox"], ZoneInfo("UTC"), emergency=given["emergency"])
