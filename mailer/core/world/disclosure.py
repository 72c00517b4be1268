"""The disclosure firewall: default deny; whether this reader may read this field of that person, in this letter, on this day.

It decides three times: when facts are gathered for a letter (`shown`), when templates are loaded, for every person there could
ever be (`could_tell`), and again just before a letter leaves (REQUIREMENTS.md 7.3, HOUSE.md laws 5 and 9).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from db.records import Person
from mailer.core.world.scene import Scene
from mailer.model.disclosure import FIELDS, Clause, Disclosure, Grant, Needs, Verdict
from mailer.model.program import Policy, Rulebook

# Beside the fields of a view: whose they are, who reads them and in which part; no letter can read it. Where the fields stand
# under other names, a fourth item lists them.
OF = "_of"


def allow(
    book: Rulebook,
    reader: str,
    letter: str,
    about: str,
    field: str,
    *,
    subject: Person,
    reader_id: int | None,
    grants: Collection[Grant],
    on: date,
) -> Verdict:
    """Whether a person in the role `reader` may read a field of `subject`, who stands in the role `about`, on that day.

    `grants` are releases as they are known now; those of others, rescinded and expired ones may be among them.
    """
    clauses = [clause for clause in book.disclosure.for_reader(reader, about, letter) if field in _within(clause, book.policy)]
    speaking = _speaking(clauses, field, subject, reader_id, grants, on)
    if speaking is not None:
        return Verdict(True, str(speaking))
    if clauses:
        lacking = "no release is in force" if clauses[0].needs is Needs.RELEASE else "it is not among the fields to be shown"
        return Verdict(False, f"{clauses[0]}: {lacking}")
    return Verdict(False, f"no rule lets the {reader} read the {field} of the {about} in {letter or 'a letter'}")


def view(
    scene: Scene, recipient_role: str, about_role: str, person: Person | None, *, letter: str = "", to: Person | None = None
) -> dict[str, object]:
    """The fields of `person` that a recipient in a role may read now, in that letter; empty where nothing is allowed.

    A release of information counts only towards `to`, the very person it names.
    """
    if person is None:
        return {}
    return shown(
        scene.book,
        recipient_role,
        letter,
        about_role,
        person,
        reader_id=to.id if to is not None else None,
        grants=scene.grants,
        on=scene.today,
    )


def could_tell(disclosure: Disclosure, policy: Policy, reader: str, letter: str, about: str, field: str) -> bool:
    """Whether any clause could ever allow it: the widest that a letter may say, whatever the data and the consents."""
    return any(field in _within(clause, policy) for clause in disclosure.for_reader(reader, about, letter))


def shown(
    book: Rulebook,
    reader: str,
    letter: str,
    about: str,
    subject: Person,
    *,
    reader_id: int | None,
    grants: Collection[Grant],
    on: date,
) -> dict[str, object]:
    """The view of a person: the fields that may be read and nothing else; empty where nothing may."""
    found: dict[str, object] = {}
    clauses = [(clause, _within(clause, book.policy)) for clause in book.disclosure.for_reader(reader, about, letter)]
    for field in FIELDS:
        naming = [clause for clause, fields in clauses if field in fields]
        if naming and _speaking(naming, field, subject, reader_id, grants, on) is not None:
            value = _value(subject, field)
            if value not in (None, ""):
                found[field] = value
    return {**found, OF: [subject.id, reader, about]} if found else {}


def _within(clause: Clause, policy: Policy) -> tuple[str, ...]:
    if not clause.within:
        return clause.fields
    limit = policy.words(clause.within)
    return tuple(field for field in clause.fields if field in limit)


def _speaking(
    clauses: Iterable[Clause], field: str, subject: Person, reader_id: int | None, grants: Collection[Grant], on: date
) -> Clause | None:
    """The first of the clauses that name the field under which it may be read."""
    return next((clause for clause in clauses if _consents(clause, field, subject, reader_id, grants, on)), None)


def _consents(clause: Clause, field: str, subject: Person, reader_id: int | None, grants: Collection[Grant], on: date) -> bool:
    match clause.needs:
        case Needs.NOTHING:
            return True
        case Needs.RELEASE:
            return any(
                grant.giver_id == subject.id
                and grant.recipient_id == reader_id
                and field in grant.fields
                and clause.purpose in ("", grant.purpose)
                and grant.good_on(on)
                for grant in grants
            )
        case Needs.PUBLISHED:
            listed = subject.extra.get("publish", ())
            return isinstance(listed, (list, tuple)) and field in listed


def _value(person: Person, field: str) -> object:
    match field:
        case "name":
            return person.name
        case "first_name":
            return person.first_name
        case "email":
            return person.email
        case "phone":
            return person.phone
        case "ref":
            return person.ref
        case _:
            value = person.extra.get(field)
            return ", ".join(str(item) for item in value) if isinstance(value, (list, tuple)) else value


def still_allowed(
    book: Rulebook,
    letter: str,
    told: Iterable[Sequence[object]],
    people: Mapping[int, Person],
    *,
    reader_id: int | None,
    grants: Collection[Grant],
    on: date,
) -> Verdict:
    """Whether a waiting letter may still say what it says; `told` are (person, role of the reader, role of the person, fields).

    A clause taken out, a release rescinded or expired since the letter was written stops it, and so does a forgotten person.
    """
    for number, reader, about, fields in told:
        subject = people.get(number) if isinstance(number, int) else None
        if subject is None:
            return Verdict(False, f"the {about} it speaks of is not known any more")
        for field in fields if isinstance(fields, (list, tuple)) else ():
            said = allow(
                book,
                str(reader),
                letter,
                str(about),
                str(field),
                subject=subject,
                reader_id=reader_id,
                grants=grants,
                on=on,
            )
            if not said.allowed:
                return Verdict(False, f"the {field} of the {about}: {said.rule}")
    return Verdict(True, "")
