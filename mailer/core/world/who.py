"""Who is meant: the holder of a role towards a case or a person, and the person a name stands for."""

from __future__ import annotations

from collections.abc import Iterable

from db.records import Case, Person, PersonState, Situation
from mailer.core.world.lookups import match_with_id, matches_with, with_role
from mailer.model.joined import TWO

DUTIES = ("mwoc", "staff", "admin", "clinical_coordinator", "trainer")
LOOKING_AFTER = ("mwoc", "clinical_coordinator", "trainer", "staff", "admin")  # whoever of a program hears of somebody, in turn
_SIDES = ("mentee", "participant", "specialist")  # who stands on the other side of a pair, or is a walk's subject
MEMBERS = ("mentor", "mentee", "participant", "specialist")  # whom a program is for; walks may be about each of them


def holders(situation: Situation, role: str) -> tuple[Person, ...]:
    """Everybody who has a duty of the program, in a stable order."""
    return tuple(person for person in with_role(situation, role) if person.state is PersonState.ACTIVE)


def first_holder(situation: Situation, duties: Iterable[str], but: int | None = None) -> Person | None:
    """The first person who holds one of these duties, in their order; never the one with the id `but`."""
    return next((person for duty in duties for person in holders(situation, duty) if person.id != but), None)


def coordinator_of(situation: Situation, person_id: int) -> Person | None:
    """The coordinator of a mentor; of a mentee, their mentor's."""
    person = situation.people.get(person_id)
    if person is None:
        return None
    if person.coordinator_id is not None:
        return situation.people.get(person.coordinator_id)
    for match in matches_with(situation, person_id):
        if match.mentee_id == person_id:
            mentor = situation.people.get(match.mentor_id)
            if mentor is not None and mentor.coordinator_id is not None:
                return situation.people.get(mentor.coordinator_id)
    return None


def mentor_of(situation: Situation, case: Case) -> Person | None:
    match = match_of(situation, case)
    if match is not None:
        return situation.people.get(match[0])
    person = situation.people.get(case.subject_id or 0)
    return person if person is not None and "mentor" in person.roles else None


def match_of(situation: Situation, case: Case) -> tuple[int, int] | None:
    """(mentor id, mentee id) of a walk about a match."""
    match = match_with_id(situation, case.match_id)
    return (match.mentor_id, match.mentee_id) if match is not None else None


def mentees_of(situation: Situation, mentor_id: int, *, open_only: bool = True) -> tuple[Person, ...]:
    """A mentor's mentees, in the order in which they were matched."""
    return tuple(
        situation.people[match.mentee_id]
        for match in sorted(matches_with(situation, mentor_id), key=lambda match: match.id)
        if match.mentor_id == mentor_id and (match.state.goes_on or not open_only) and match.mentee_id in situation.people
    )


def holder(
    situation: Situation, role: str, case: Case, policy_fallback: tuple[str, ...] = ("mwoc", "staff", "admin")
) -> Person | None:
    """The one person who holds a role towards a case.

    An escalation never goes to the person it is about: then the next duty takes it (REQUIREMENTS.md 4.1, conflict of interest).
    """
    about = _about(situation, case)
    match role:
        case "mentor":
            return mentor_of(situation, case)
        case "subject":
            return subject_of(situation, case)
        case "asker":
            asker = case.data.get("asker")
            return situation.people.get(asker) if isinstance(asker, int) else None
        case "mentee" | "participant" | "specialist":
            pair = match_of(situation, case)
            side = situation.people.get(pair[1]) if pair else subject_of(situation, case)
            return side if side is not None and role in side.roles else None
        case "clinical_coordinator" if (own := _own(situation, about, role, case)) is not None:
            return own
        case "coordinator":
            subject = situation.people.get(case.subject_id or 0)
            if subject is not None and case.about == "coordinator":
                return subject
            found = coordinator_of(situation, about[0]) if about else None
            if found is not None and found.id not in concerned(situation, case) and found.state is PersonState.ACTIVE:
                return found
        case _:
            for person in holders(situation, role):
                if person.id not in concerned(situation, case):
                    return person
    for duty in policy_fallback:
        for person in holders(situation, duty):
            if person.id not in concerned(situation, case):
                return person
    return None


def reader_of(situation: Situation, person: Person) -> Person | None:
    """Who hears what the service did not do about a person: their coordinator, else a duty; never the person themselves."""
    own = coordinator_of(situation, person.id)
    others = (
        *((own,) if own is not None else ()),
        *(item for duty in LOOKING_AFTER for item in holders(situation, duty)),
    )
    return next((item for item in others if item.id != person.id and item.state is PersonState.ACTIVE), None)


def subject_of(situation: Situation, case: Case) -> Person | None:
    """The person a walk is about: the mentee of a match, else its mentor; nobody for a walk of the program or a coordinator."""
    if case.about in ("coordinator", "program"):
        return None
    pair = match_of(situation, case) if case.about != "mentor" else None
    return situation.people.get(pair[1] if pair else case.subject_id or 0)


def _own(situation: Situation, about: tuple[int, ...], role: str, case: Case) -> Person | None:
    """The one who looks after the participant of a walk (the last of its people), if that is a holder of the role."""
    person = situation.people.get(about[-1]) if about else None
    found = situation.people.get(person.coordinator_id or 0) if person is not None else None
    if found is None or role not in found.roles or found.state is not PersonState.ACTIVE or found.id in concerned(situation, case):
        return None
    return found


def _about(situation: Situation, case: Case) -> tuple[int, ...]:
    pair = match_of(situation, case)
    if pair is not None:
        return pair
    return (case.subject_id,) if case.subject_id is not None and case.about != "coordinator" else ()


def concerned(situation: Situation, case: Case) -> frozenset[int]:
    """Whom a duty must not be held by: those a walk is about and everybody matched with them (4.1 Conflict of interest)."""
    against = case.data.get("against")
    mark = f"concerned {case.about} {case.subject_id} {case.match_id} {against if isinstance(against, list) else ''}"
    if mark not in situation.sorted_out:
        situation.sorted_out[mark] = _concerned(situation, case, against)
    found: frozenset[int] = situation.sorted_out[mark]
    return found


def _concerned(situation: Situation, case: Case, against: object) -> frozenset[int]:
    about = frozenset(_about(situation, case))
    partners = {
        number
        for person_id in about
        for match in matches_with(situation, person_id)
        if match.state.goes_on
        for number in (match.mentor_id, match.mentee_id)
    }
    return about | partners | frozenset(against if isinstance(against, list) else ())


def roles_towards(situation: Situation, person: Person, case: Case) -> frozenset[str]:
    """The roles in which a person may act on a case: their part in it, or a duty of the program."""
    number = person.id
    pair = match_of(situation, case)
    subject = subject_of(situation, case)
    side = pair[1] if pair is not None else subject.id if subject is not None else None
    roles = {role for role in _SIDES if role in person.roles} if side == number else set()
    mentor = mentor_of(situation, case)
    if mentor is not None and mentor.id == number:
        roles.add("mentor")
    coordinator = holder(situation, "coordinator", case, ())
    if coordinator is not None and coordinator.id == number:
        roles.add("coordinator")
    if case.about == "mentor" and any(item.id == number for item in mentees_of(situation, case.subject_id or 0)):
        roles.add("mentee")  # a mentee may report the silence of a mentor (A23)
    if subject is not None and subject.id == number:
        roles.add("subject")
    elif case.data.get("asker") == number:
        roles.add("asker")
    if not person.roles.isdisjoint(DUTIES) and number not in concerned(situation, case):
        roles.update(role for role in person.roles if role in DUTIES)
    return frozenset(roles)


def heard_of(situation: Situation, case: Case, person: Person) -> bool:
    """Whether somebody knows that a walk is open: they began it themselves, or have had a letter of it."""
    return case.data.get("ref") == person.ref or any(
        letter.to_id == person.id and letter.sent_at is not None and letter.key.startswith(f"{case.key}/")
        for letter in situation.letters
    )


def _goes_on(words: str, name: str) -> bool:
    """Whether further words follow a name; never those that join another person to it."""
    return words.startswith(f"{name} ") and TWO.match(words, len(name)) is None


def named(candidates: tuple[Person, ...], words: str) -> tuple[Person, ...]:
    """The people a name can mean: ref, address, full name, or the first name where it is unique (CONTRACT.md section 7)."""
    wanted = " ".join(words.split()).strip(" .,:;").casefold()
    if not wanted:
        return ()
    for reading in (
        lambda person: person.ref.casefold() == wanted.lstrip("#"),
        lambda person: person.email.casefold() == wanted.strip("<>"),
        lambda person: person.name.casefold() == wanted,
        lambda person: person.first_name.casefold() == wanted,
        lambda person: _goes_on(wanted, person.name.casefold()),
    ):
        found = tuple(person for person in candidates if reading(person))
        if found:
            return found
    return ()
