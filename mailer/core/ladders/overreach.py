"""The proof that no letter can say more than the policy, whatever the data: every fact it reads, for every reader it can have.

Which facts a template reads is known from its syntax tree (loops, conditions and filters included); who can read it from the
ladders that send it and its own heading `to`; what they may read from disclose.toml (REQUIREMENTS.md 7.3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from mailer.core.world.disclosure import could_tell
from mailer.model.disclosure import FIELDS, ROLES
from mailer.model.errors import Flaw
from mailer.model.program import Rulebook

# Facts made of several people's fields: what they tell, and of whom in which part. All of it must be allowed.
_MADE_OF: Mapping[str, tuple[tuple[str, str], ...]] = {
    "mentees": (("mentee", "first_name"),),
    "affected": (("mentor", "name"), ("mentee", "first_name")),
    "survey_digest missing": (("mentor", "name"), ("mentee", "first_name")),
    "contact_form_draft missing": (("mentor", "name"),),
    "rows.who": (("mentor", "name"), ("mentee", "first_name")),
    "rows.mentor": (("mentor", "name"),),
    "rows.mentees": (("mentee", "first_name"),),
    **{f"{entry}.{part}": (("mentor", "name"),) for entry in ("entry", "entries") for part in ("title", "call", "lines.value")},
}
_READ_AS = {"others": "team", "entry": "anybody", "entries": "anybody"}  # facts that are the same whoever reads them
_WHOSE = {"others": "member"}  # facts that hold people and are not called by their role
_PRIVATE = frozenset({"name", "first_name", "email", "phone"})
_SOMEBODY = ("person", "other")  # whoever the letter is about: one of the roles that take part
_PLURALS = {f"{role}s": role for role in ROLES}


def readers_of(book: Rulebook) -> dict[str, frozenset[str]]:
    """The roles in which people can get each letter, as the ladders send them."""
    found: dict[str, set[str]] = {}
    for ladder in book.ladders.values():
        for state in ladder.states.values():
            for sending in state.sends:
                to = ladder.about if sending.to in ("subject", "asker") else sending.to
                found.setdefault(sending.letter, set()).add(_PLURALS.get(to, to))
            for role, letter in state.blast.items():
                found.setdefault(letter, set()).add(role)
    return {letter: frozenset(roles) for letter, roles in found.items()}


def overreach(
    book: Rulebook, letter: str, file: str, reads: Iterable[str], places: Mapping[str, int], readers: AbstractSet[str]
) -> tuple[Flaw, ...]:
    """The facts that a letter reads and that some reader of it may not know, with file, line, field and rule."""
    flaws: list[Flaw] = []
    for fact in sorted(reads):
        line = places.get(fact, 0)
        tells = _MADE_OF.get(f"{letter} {fact}") or _tells(fact)
        if tells and not readers:
            flaws.append(
                Flaw(file, line, f"nobody says who reads {fact}", "add a heading such as to: mentor, or let a ladder send it")
            )
            continue
        for reader in sorted(readers):
            lacking = _lacking(book, letter, reader, fact, tells)
            if lacking is not None:
                about, field = lacking
                what = f"{fact} tells the {reader} the {field} of the {about}, which no rule of disclose.toml allows in {letter}"
                flaws.append(Flaw(file, line, what, _advice(book, letter, reader, about)))
                break
    return tuple(flaws)


def _lacking(book: Rulebook, letter: str, reader: str, fact: str, tells: tuple[tuple[str, str], ...]) -> tuple[str, str] | None:
    """The first (role, field) that this reader may not know, None where all is allowed."""
    refused = [
        (about, field)
        for about, field in tells
        if not could_tell(book.disclosure, book.policy, _READ_AS.get(fact.partition(".")[0], reader), letter, about, field)
        and not (about == reader and fact.startswith((f"{about}.", "rows.")))  # the matter's mentor, read by that mentor
    ]
    if tells and fact.partition(".")[0] in _SOMEBODY:
        return (fact.partition(".")[0], tells[0][1]) if len(refused) == len(tells) else None
    return refused[0] if refused else None


def _advice(book: Rulebook, letter: str, reader: str, about: str) -> str:
    clauses = book.disclosure.for_reader(reader, about, letter)
    allowed = sorted({field for clause in clauses for field in clause.fields})
    return f"take it out; allowed there: {', '.join(allowed) or 'nothing'}" + "".join(f" ({clause})" for clause in clauses[:1])


def _tells(fact: str) -> tuple[tuple[str, str], ...]:
    """(role, field) of every person a dotted fact speaks about; nothing for the reader's own and the program's facts."""
    if fact in _MADE_OF:
        return _MADE_OF[fact]
    parts = fact.split(".")
    if len(parts) < 2 or parts[0] in ("you", "program") or parts[-1] not in FIELDS:
        return ()
    holder = parts[-2]
    if holder in _SOMEBODY:
        return tuple((role, parts[-1]) for role in ROLES)
    role = _WHOSE.get(holder) or _PLURALS.get(holder, holder)
    return ((role, parts[-1]),) if role in ROLES or parts[-1] in _PRIVATE else ()
