"""The second look: stored surnames, telephone numbers and addresses in what a letter says, whoever put them there (7.3).

Facts reach a letter through views, so nothing should be found here. A hit is a third person's datum for which no rule speaks;
what counts as one, and what does not, is written down in docs/decisions/0030-what-may-be-told.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailer.model.classes import DUTY_ROLES
from mailer.model.disclosure import Needs
from mailer.model.program import Rulebook

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\+?\d[\d\s().\-/]{5,}\d")
_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
HIDDEN = "…"
_GROUP = re.compile(r"\d+")
_NOT_DIGITS = re.compile(r"\D+")
_DIGITS = 7  # so many at the end make a number; fewer are a house number, a year, a code
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "rn"})
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
CALENDAR = frozenset({*_MONTHS, "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})


@dataclass(frozen=True, slots=True)
class Watched:
    """A person as the second look knows them; `addresses` are all they write from, lower case."""

    id: int
    name: str
    phone: str
    addresses: tuple[str, ...]
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Leak:
    """What a letter says of somebody it may not: the field and the rule, never the value."""

    field: str  # "name" (the surname), "phone", "email"
    about: str  # the person's role
    rule: str


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """Everybody's data, made ready for one pass over a text."""

    people: Mapping[int, Watched]
    surnames: Mapping[str, frozenset[int]]
    before: Mapping[int, frozenset[str]]  # what may stand before the surname: the first name, or the last of several
    phones: Mapping[str, frozenset[int]]  # by the last seven digits
    addresses: Mapping[str, frozenset[int]]
    everyday: frozenset[str]  # surnames that are words as well: they count only behind their first name


def folded(text: str) -> str:
    """`text` in one spelling: no case, no accents."""
    if text.isascii():
        return text.lower()
    return "".join(sign for sign in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(sign))


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """All words of some texts, folded: what admins write by themselves is not somebody's name."""
    return frozenset(word if word.isascii() else folded(word) for text in texts for word in set(_WORD.findall(text.lower())))


def watch_over(people: Iterable[Watched], everyday: Collection[str]) -> Watch:
    """Make the people of a program ready; `everyday` are words that its letters and sentences use by themselves."""
    known = {person.id: person for person in people}
    surnames: dict[str, set[int]] = {}
    before: dict[int, frozenset[str]] = {}
    phones: dict[str, set[int]] = {}
    addresses: dict[str, set[int]] = {}
    for person in known.values():
        words = [word for word in _WORD.findall(folded(person.name)) if word not in SUFFIXES]
        if len(words) > 1:
            before[person.id] = frozenset({words[0], words[-2]})
            surnames.setdefault(words[-1], set()).add(person.id)
        digits = _NOT_DIGITS.sub("", person.phone)
        if len(digits) >= _DIGITS:
            phones.setdefault(digits[-_DIGITS:], set()).add(person.id)
        for address in person.addresses:
            addresses.setdefault(address.lower(), set()).add(person.id)
    ambiguous = (frozenset(everyday) | CALENDAR | frozenset().union(*before.values())) & surnames.keys()
    return Watch(known, _frozen(surnames), before, _frozen(phones), _frozen(addresses), ambiguous)


def _frozen(found: Mapping[str, set[int]]) -> dict[str, frozenset[int]]:
    return {key: frozenset(numbers) for key, numbers in found.items()}


def found_in(watch: Watch, text: str) -> list[tuple[str, frozenset[int]]]:
    """(field, whose it may be) for every stored surname, number and address in a text, each once."""
    found: dict[tuple[str, frozenset[int]], None] = {}
    words = _WORD.findall(folded(text))
    if not watch.surnames.keys().isdisjoint(words):
        for place, word in enumerate(words):
            numbers = watch.surnames.get(word)
            if numbers is None:
                continue
            named = frozenset(number for number in numbers if place and words[place - 1] in watch.before[number])
            if named:
                found["name", named] = None
            elif word not in watch.everyday:
                found["name", numbers] = None
    if "@" in text:
        for address in _ADDRESS.findall(text.lower()):
            if numbers := watch.addresses.get(address):
                found["email", numbers] = None
    for number in _NUMBER.findall(_DAY.sub(" ; ", text)):
        digits = ""
        for group in _GROUP.findall(number):  # two numbers side by side are one to the pattern: a number ends where a group does
            digits += group
            if numbers := watch.phones.get(digits[-_DIGITS:]):
                found["phone", numbers] = None
    return list(found)


def leaks_in(
    book: Rulebook,
    watch: Watch,
    letter: str,
    texts: Sequence[str],
    *,
    reader_id: int | None,
    told: Iterable[Sequence[object]],
    own_words: Iterable[str],
) -> tuple[Leak, ...]:
    """What a letter says of third persons without leave. `told`: whom its facts speak of by a rule; `own_words`: what people wrote.

    Words that somebody wrote themselves pass: a coordinator's assessment on the form, a line quoted back to its writer, words
    to be passed on. A holder of a duty may read whatever a rule lets that duty read of such a person.
    """
    text = "\n".join(texts)
    found = found_in(watch, text)
    own = {" ".join(item.split()) for item in own_words} if found else set()
    if own:
        flat = " ".join(text.split())
        for words in sorted(own, key=len, reverse=True):
            flat = flat.replace(words, " ; ") if words else flat
        found = found_in(watch, flat)
    if not found:
        return ()
    reader = watch.people.get(reader_id) if reader_id is not None else None
    roles = reader.roles if reader is not None else frozenset({"inbox"})
    spoken_of: dict[int, set[str]] = {}
    for number, _, _, fields in told:
        if isinstance(number, int) and isinstance(fields, (list, tuple)):
            spoken_of.setdefault(number, set()).update(str(field) for field in fields)
    leaks: dict[Leak, None] = {}
    for field, numbers in found:
        if not any(
            number == reader_id or field in spoken_of.get(number, ()) or _by_rule(book, letter, roles, watch.people[number], field)
            for number in numbers
        ):
            about = "/".join(sorted({role for number in numbers for role in watch.people[number].roles}))
            readers = "/".join(sorted(roles))
            leaks[Leak(field, about, f"no rule of disclose.toml lets the {readers} read the {field} of the {about}")] = None
    return tuple(leaks)


def veiled(book: Rulebook, watch: Watch, letter: str, text: str, *, reader_id: int | None, writer: str) -> str:
    """Somebody's words as another may read them: what they say of themselves stays, data of third persons become an ellipsis.

    `writer` is the full name of whoever wrote; what a rule lets this reader know of the third person stays as well.
    """
    if not found_in(watch, text):
        return text
    reader = watch.people.get(reader_id) if reader_id is not None else None
    roles = reader.roles if reader is not None else frozenset({"inbox"})

    def stays(field: str, numbers: frozenset[int]) -> bool:
        return any(
            number == reader_id or watch.people[number].name == writer or _by_rule(book, letter, roles, watch.people[number], field)
            for number in numbers
        )

    def hide(found: re.Match[str]) -> str:
        return found[0] if all(stays(*hit) for hit in found_in(watch, found[0])) else HIDDEN

    text = _NUMBER.sub(hide, _ADDRESS.sub(hide, text))
    pieces: list[str] = []
    end, before = 0, ""
    for found in _WORD.finditer(text):
        word = found[0]
        pieces.append(text[end : found.start()])
        earlier = found_in(watch, before)
        hits = [hit for hit in found_in(watch, f"{before} {word}") if hit not in earlier]
        pieces.append(word if all(stays(*hit) for hit in hits) else HIDDEN)
        end, before = found.end(), word
    return "".join((*pieces, text[end:]))


def _by_rule(book: Rulebook, letter: str, readers: frozenset[str], person: Watched, field: str) -> bool:
    """Whether a rule without a consent speaks for it: for readers with a duty, and about people with one."""
    return any(
        clause.needs is Needs.NOTHING and field in clause.fields
        for reader in readers
        for about in person.roles
        if reader in DUTY_ROLES or about in DUTY_ROLES
        for clause in book.disclosure.for_reader(reader, about, letter)
    )
