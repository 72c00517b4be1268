"""Before a letter is queued: whom it speaks of, by which rules, and whether it says anything of anybody beside that (7.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from weakref import WeakKeyDictionary

from db import people
from db.engine import Connection
from mailer.core.world.disclosure import OF
from mailer.core.world.leaks import Leak, Watch, Watched, leaks_in, veiled, watch_over
from mailer.letters.template import LetterTemplate, Rendered
from mailer.model.classes import LetterClass
from mailer.model.decision import Enqueue, Say
from mailer.steps.book import Book

# Facts that hold what somebody wrote themselves: a line quoted back, an assessment, an answer, words to be passed on, and in a
# directory the tags and other values of an entry ("north" is a region there, whoever else is called so).
_OWN_WORDS = frozenset(
    {"said", "text", "summary", "issues", "answer", "plan", "words", "problem", "problems", "before"}
    | {"value", "tags", "known_topics", "known_regions"}
)
_QUOTED_BACK = frozenset({"name", "word"})  # in sentences of an answer: as its reader wrote them
_WATCHES: WeakKeyDictionary[object, dict[str, tuple[str, Watch]]] = WeakKeyDictionary()

Told = list[list[object]]  # [person, role of the reader, role of the person, [fields]]


def told_by(book: Book, template: LetterTemplate, facts: Mapping[str, object]) -> Told:
    """Whom a letter speaks of and which fields it reads, from the marks that `core.world.disclosure.shown` left beside them."""
    found: dict[tuple[int, str, str], set[str]] = {}
    _told(book, facts, "", template.reads, found)
    return [[*key, sorted(fields)] for key, fields in sorted(found.items())]


def _told(book: Book, value: object, path: str, reads: AbstractSet[str], found: dict[tuple[int, str, str], set[str]]) -> None:
    match value:
        case str() | int() | None:
            pass
        case Say(kind=kind, facts=facts):
            sentence = book.notes.sentences.get(kind)
            _told(book, facts, "", sentence.reads if sentence is not None else frozenset(), found)
        case dict() | Mapping():
            fields = {str(name) for name in value if f"{path}.{name}" in reads}
            match value.get(OF):
                case [int(number), str(reader), str(about)] if fields:
                    found.setdefault((number, reader, about), set()).update(fields)
                case [int(number), str(reader), str(about), [*named]]:
                    found.setdefault((number, reader, about), set()).update(str(name) for name in named)
                case _:
                    pass
            for name, item in value.items():
                if name != OF:
                    _told(book, item, f"{path}.{name}" if path else str(name), reads, found)
        case list() | tuple() | Sequence():
            for item in value:
                _told(book, item, path, reads, found)
        case _:
            pass


def _own_words(value: object, kind: LetterClass | None, inside: bool = False) -> Iterator[str]:
    match value:
        case str():
            if inside:
                yield value
        case int() | None:
            pass
        case Say(facts=facts):
            for name, item in facts.items():
                yield from _own_words(item, kind, name in _OWN_WORDS or (kind is LetterClass.ANSWER and name in _QUOTED_BACK))
        case dict() | Mapping():
            for name, item in value.items():
                form = kind is LetterClass.FORM and name == "mentees" and "summary" in value  # as the coordinator typed them
                yield from _own_words(item, kind, form or name in _OWN_WORDS)
        case list() | tuple() | Sequence():
            for item in value:
                yield from _own_words(item, kind, inside)
        case _:
            pass


def veiled_facts(watch: Watch, book: Book, item: Enqueue, kind: LetterClass | None) -> Mapping[str, object]:
    """Facts in which words that one person wrote and another reads name no third person: those of a digest (7.2, items 3 and 4)."""
    if kind is not LetterClass.DIGEST or not any(True for _ in _own_words(item.facts, kind)):
        return item.facts
    done = _veil(book, watch, item, item.facts, "")
    return done if isinstance(done, Mapping) else item.facts


def _veil(book: Book, watch: Watch, item: Enqueue, value: object, writer: str) -> object:
    match value:
        case str() | int() | None:
            return value
        case Say(kind=kind, facts=facts):
            person = facts.get("person")
            name = str(person.get("name", "")) if isinstance(person, Mapping) else ""
            return Say(kind, {key: _veil_one(book, watch, item, key, inner, name or writer) for key, inner in facts.items()})
        case dict() | Mapping():
            return {key: _veil_one(book, watch, item, str(key), inner, writer) for key, inner in value.items()}
        case list() | tuple() | Sequence():
            return [_veil(book, watch, item, inner, writer) for inner in value]
        case _:
            return value


def _veil_one(book: Book, watch: Watch, item: Enqueue, key: str, value: object, writer: str) -> object:
    if isinstance(value, str) and key in _OWN_WORDS:
        return veiled(book.rules, watch, item.letter, value, reader_id=item.to_id, writer=writer)
    return _veil(book, watch, item, value, writer)


def leaks(watch: Watch, book: Book, template: LetterTemplate, item: Enqueue, told: Told, rendered: Rendered) -> tuple[Leak, ...]:
    """What a letter would say of third persons without leave: it is then held. Looks at every value put into it, and its sheet."""
    sheet = [str(cell) for row in item.sheet for cell in row]
    if item.discloses is not None:
        told = [*told, [item.discloses.giver_id, "", "", list(item.discloses.fields)]]
    return leaks_in(
        book.rules,
        watch,
        item.letter,
        [rendered.subject, *rendered.values, *sheet],
        reader_id=item.to_id,
        told=told,
        own_words=_own_words(item.facts, template.kind),
    )


def watch_of(connection: Connection, book: Book) -> Watch:
    """Everybody of the program, made ready once for as long as nobody's name, number or address changes."""
    program = book.program.key
    kept = _WATCHES.setdefault(connection.engine, {})
    mark = f"{people.names_mark(connection, program)} {book.digest}"
    found = kept.get(program)
    if found is None or found[0] != mark:
        known = (Watched(*row) for row in people.names(connection, program))
        found = kept[program] = (mark, watch_over(known, book.everyday))
    return found[1]
