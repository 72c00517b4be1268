"""What forgetting somebody would do: everything that is kept about them, or by them, found in one look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db import forgetting, story
from db.engine import Connection
from db.records import MatchState, Person, PersonState
from mailer.core.world.forgetting import Traces, Whose, cleaned, texts_in, traces_of
from mailer.core.world.leaks import words_of
from mailer.steps.answer import context_of
from mailer.steps.book import Book
from mailer.steps.forget_first import Hindrance, hindrances
from mailer.steps.journalled import acts_without
from mailer.wire.parse import message_ids, parse, sender
from mailer.wire.understand import understand
from mailer.wire.whole_text import whole_text

_WAITS = ("new", "parked")


@dataclass(frozen=True, slots=True)
class Plan:
    """What forgetting would do, or why it cannot be done yet."""

    people: tuple[Person, ...] = field(repr=False)  # one human, perhaps in several programs
    hindrances: tuple[Hindrance, ...]  # what comes first
    running: int  # matches that have to end
    counts: Mapping[str, int]  # their own rows, by table
    wrote: tuple[int, ...]  # messages they wrote
    named_in: tuple[int, ...]  # messages of others that name them
    rows: int  # rows about others that name them
    traces: Traces = field(repr=False)
    mailbox: Mapping[str, tuple[str, ...]] = field(repr=False)  # program -> Message-IDs of the messages that go
    unnamed: int = 0  # messages without a Message-ID: their copies in the mailbox have to be looked for by hand
    last: int = 0  # the newest message that was looked at

    @property
    def ref(self) -> str:
        return self.people[0].ref

    @property
    def known(self) -> bool:
        """False where this person is forgotten already."""
        return self.people[0].state is not PersonState.FORGOTTEN


@dataclass(slots=True)
class _Mail:
    """What the journal holds of them."""

    wrote: list[int] = field(default_factory=list)
    named_in: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)  # of others, not answered yet
    mailbox: dict[str, list[str]] = field(default_factory=dict)
    unnamed: int = 0
    last: int = 0

    def copies(self, program: str, raw: bytes) -> None:
        """Note where the copies of a message in the mailbox are to be found."""
        name = next(iter(message_ids(parse(raw).first("Message-ID"))), "") if raw else ""
        if name:
            self.mailbox.setdefault(program, []).append(f"<{name}>")
        self.unnamed += bool(raw) and not name


def everywhere(connection: Connection, one: Person) -> tuple[Person, ...]:
    """One human in every program: the same name at the same address."""
    if one.state is PersonState.FORGOTTEN:
        return (one,)
    same = story.people_by_name(connection, one.email)
    return tuple(person for person in same if person.name.casefold() == one.name.casefold())


def look(connection: Connection, books: Mapping[str, Book], people: tuple[Person, ...]) -> Plan:
    """Look at everything that is kept about one human."""
    ids = [person.id for person in people]
    if people[0].state is PersonState.FORGOTTEN:
        return Plan(people, (), 0, {}, (), (), 0, traces_of(people[0].ref, (), (), (), ()), {})
    others, aliases = forgetting.others(connection, ids)
    whose, addresses = _whose(people, others, aliases)
    usual = _usual(books)
    names = [text for row in others for text in (row.name, *texts_in(row.extra))]
    mail = _read_own(connection, books, ids, addresses)
    texts = [*mail.words, *_kept_words(connection, ids, people)]
    traces = traces_of(people[0].ref, whose, texts, names, usual)
    _read_others(connection, mail, traces)
    brought = forgetting.brought_about(connection, mail.wrote)
    rows = sum(
        1
        for table, row, words in forgetting.texts(connection)
        if not forgetting.is_own(table, row, ids) and changes(traces, brought, table.name, row, words)
    )
    return Plan(
        people,
        tuple(hindrances(connection, people, others, mail.waiting, traces)),
        sum(MatchState(state).goes_on for _, state, _ in forgetting.matches_of(connection, ids)),
        {name: number for name, number in forgetting.counted(connection, ids).items() if number},
        tuple(mail.wrote),
        tuple(mail.named_in),
        rows,
        traces,
        {person.program: () for person in people} | {program: tuple(names) for program, names in mail.mailbox.items()},
        mail.unnamed,
        mail.last,
    )


def first(connection: Connection, books: Mapping[str, Book], people: tuple[Person, ...]) -> tuple[Hindrance, ...]:
    """What would be left hanging, as far as it shows without reading all mail: quickly asked, again and again."""
    others, aliases = forgetting.others(connection, [person.id for person in people])
    names = [text for row in others for text in (row.name, *texts_in(row.extra))]
    traces = traces_of(people[0].ref, _whose(people, others, aliases)[0], (), names, _usual(books))
    return tuple(hindrances(connection, people, others, (), traces))


def _whose(people: tuple[Person, ...], others: Sequence[Any], aliases: Sequence[Any]) -> tuple[list[Whose], AbstractSet[str]]:
    """What is theirs alone: an address or number that somebody else has as well stays."""
    ids = {person.id for person in people}
    own = {person.email.lower() for person in people} | {row.address for row in aliases if row.person_id in ids}
    own -= {row.address for row in others} | {row.address for row in aliases if row.person_id not in ids}
    phones = {row.phone for row in others}
    return [
        Whose(person.name, "" if person.phone in phones else person.phone, tuple(own) if person is people[0] else ())
        for person in people
    ], own


def _usual(books: Mapping[str, Book]) -> AbstractSet[str]:
    """Words that are the programs' own: a name or a rare word among them tells nothing."""
    found: set[str] = set()
    for book in books.values():
        found |= book.everyday
        found |= words_of([*book.letters, *book.rules.classes, book.program.name, book.program.profile])
        found |= words_of([f"{name} {' '.join(ladder.states)}".replace("_", " ") for name, ladder in book.rules.ladders.items()])
        found |= words_of(name.replace("_", " ") for name in (*book.notes.sentences, *book.letters))
    return found


def _read_own(connection: Connection, books: Mapping[str, Book], ids: Sequence[int], addresses: AbstractSet[str]) -> _Mail:
    """Every message they wrote, known or not, and its words."""
    mail = _Mail()
    for row in forgetting.messages(connection):
        mail.last = row["id"]
        raw = bytes(row["raw"])
        if row["person_id"] in ids or (raw and sender(parse(raw))[1].lower() in addresses):
            mail.wrote.append(row["id"])
            mail.copies(row["program"], raw)
            if raw and (book := books.get(row["program"])) is not None:
                mail.words += _words_in(raw, row["received_at"], book)
    return mail


def _read_others(connection: Connection, mail: _Mail, traces: Traces) -> None:
    """Every message of somebody else that names them or repeats their words."""
    wrote = set(mail.wrote)
    for row in forgetting.messages(connection):
        raw = bytes(row["raw"])
        if not raw or row["id"] in wrote:
            continue
        if traces.met_in(whole_text(raw)):
            mail.named_in.append(row["id"])
            mail.copies(row["program"], raw)
            if row["state"] in _WAITS:
                mail.waiting.append(row["id"])


def _words_in(raw: bytes, received_at: datetime, book: Book) -> list[str]:
    """What its writer said: nothing quoted, for that is ours."""
    read = understand(raw, received_at=received_at, book=context_of(book, None))
    rows = [text for row in read.form for text in (row.summary, row.issues)]
    subject = "" if read.subject.casefold().startswith(("re:", "aw:", "fwd:", "wg:")) else read.subject
    return [read.new_text, subject, *rows, *(command.text for command in read.commands)]


def _kept_words(connection: Connection, ids: Sequence[int], people: tuple[Person, ...]) -> list[str]:
    """Words of theirs that are kept outside their messages: answers, and for an entry what they said of themselves."""
    found: list[str] = []
    for table, row, words in forgetting.texts(connection):
        if table.name in ("answer", "conversation") and row["person_id"] in ids:
            found += texts_in(tuple(words.values()))
        if table.name == "form" and row["coordinator_id"] in ids:
            found += [str(row["summary"])]
    for person in people:
        found += [text for value in person.extra.values() for text in texts_in(value)]
    return found


def changes(
    traces: Traces, brought: forgetting.Brought, table: str, row: Mapping[str, Any], words: Mapping[str, Any]
) -> dict[str, object]:
    """What becomes of the words of one row. What a message of theirs brought about is as near to them as what names them."""
    if table == "act":  # a journal without words: what merely looks like theirs is a day or a word of ours, and replay reads it
        details = acts_without(row["details"], lambda text: traces.without(text, near=False), traces.ref)
        return {"details": details} if details != row["details"] else {}
    near = brought.led_to(table, row) or any(traces.about(text) for value in words.values() for text in texts_in(value))
    found = {name: cleaned(traces, value, near=near and name != "key") for name, value in words.items()}
    return {name: value for name, value in found.items() if value != _as_read(words[name])}


def _as_read(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
