"""Which open walks a word can be meant for: those where its writer may write it, about the person it names."""

from __future__ import annotations

from db.records import Case, Letter, Person
from mailer.core.ladders.walk import roles_on
from mailer.core.people.contact import EVIDENCE, named_in
from mailer.core.world.disclosure import view
from mailer.core.world.named_in_pairs import pair_named
from mailer.core.world.scene import Scene
from mailer.core.world.who import heard_of, match_of, named, subject_of
from mailer.model.mail import Command


def candidates(scene: Scene, person: Person, command: Command, letter: Letter | None) -> tuple[Case, ...]:
    """The open walks in which this person may write this word; with a name in the line, those about the person named."""
    fitting = tuple(
        case for case in scene.situation.cases if case.closed_at is None and known_in(scene, person, command, case, case.state)
    )
    own = own_walk(scene, letter)
    name = named_in(command)
    if name:
        mine = tuple(case for case in fitting if own is not None and case.id == own.id)
        return _meant(scene, mine, command, name) or _whose_turn(scene, person, _meant(scene, fitting, command, name))
    # What this very mail has begun is meant by the words below: "CHOOSE Hedda Vik" and "RELAY ..." in one.
    begun = tuple(case for case in fitting if case.opened_at == scene.now and (own is None or case.id != own.id))
    if len(begun) == 1:
        return begun
    if own is not None:
        mine = tuple(case for case in fitting if case.id == own.id)
        # The answer to a letter is about the letter's own matter, never about another that happens to take the same word;
        # but a matter that never did more than refuse it leaves the word to those that take it.
        if mine or known_in(scene, person, command, own, "", refused=False):
            return mine
    # A walk at rest, nobody's turn, takes a word that names nobody only where no other does.
    return _whose_turn(scene, person, tuple(case for case in fitting if case.owner != "none") or fitting)


def _whose_turn(scene: Scene, person: Person, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Of several walks of one kind about the same two, which no name tells apart: the one that waits for the writer."""
    if len({(case.ladder, case.subject_id, case.match_id) for case in cases}) != 1:
        return cases
    theirs = tuple(case for case in cases if case.owner in roles_on(scene, person, case))
    return theirs if len(theirs) == 1 else cases


def own_walk(scene: Scene, letter: Letter | None) -> Case | None:
    """The walk of the letter that is answered, open or closed."""
    case = scene.situation.case
    return case if letter is not None and case is not None and case.id == letter.case_id else None


def only_refused(scene: Scene, person: Person, command: Command, letter: Letter | None) -> bool:
    """Whether the walks that know a word now do nothing with it but say why not."""
    found = candidates(scene, person, command, letter)
    return bool(found) and not any(known_in(scene, person, command, case, case.state, refused=False) for case in found)


def was_asked(scene: Scene, letter: Letter | None, word: str) -> bool:
    """Whether the answered letter asked for this word, wherever its matter stands now."""
    own = own_walk(scene, letter)
    ladder = scene.ladder(own) if own is not None else None
    if letter is None or ladder is None:
        return False
    asking = [state for state in ladder.states.values() if any(sending.letter == letter.name for sending in state.sends)]
    return any(exit.when == f"word:{word}" and not exit.refuse for state in asking for exit in state.exits)


def known_in(scene: Scene, person: Person, command: Command, case: Case, state: str, *, refused: bool = True) -> bool:
    """Whether a person may write a word to a walk: in this state, or (with "") in any; also where it is only `refused`."""
    ladder = scene.ladder(case)
    if ladder is None or (state and state not in ladder.states):
        return False
    roles = roles_on(scene, person, case)
    states = (ladder.states[state],) if state else tuple(ladder.states.values())
    exits = (*(exit for item in states for exit in item.exits), *ladder.anywhere)
    return any(
        exit.when == f"word:{command.word}"
        and (refused or not exit.refuse)
        and (not exit.by or bool(roles & set(exit.by)))
        and ("said named" not in exit.conditions or bool(named_in(command)))
        and ("heard_of" not in exit.conditions or heard_of(scene.situation, case, person))
        for exit in exits
    )


def called(scene: Scene, person: Person, case: Case) -> str:
    """How a person may call the one a walk is about; "" where that is nobody, or nobody they may know."""
    subject = subject_of(scene.situation, case)
    about = "mentee" if case.about == "match" else "mentor"
    pair = match_of(scene.situation, case)
    if subject is not None and subject.id == person.id and pair is not None:  # one's own matter, about one's match
        subject, about = scene.person(pair[1] if person.id == pair[0] else pair[0]), "mentee" if person.id == pair[0] else "mentor"
    if subject is None:
        return ""
    seen = [view(scene, role, about, subject) for role in sorted(roles_on(scene, person, case))]
    return str(next((item[field] for field in ("name", "first_name") for item in seen if item.get(field)), ""))


def _meant(scene: Scene, cases: tuple[Case, ...], command: Command, name: str) -> tuple[Case, ...]:
    """Those walks that are about the person named; else, for words that prove nothing, those in which they have a part."""
    found = {person.id for person in named(tuple(scene.situation.people.values()), name)}
    two = _two_named(scene, command)
    if two is not None:
        sides = {match.id: {match.mentor_id, match.mentee_id} for match in scene.situation.matches}
        return tuple(case for case in cases if all(sides.get(case.match_id or 0, set()) & side for side in two))
    about = tuple(case for case in cases if (person := subject_of(scene.situation, case)) is not None and person.id in found)
    if about or command.word in EVIDENCE:
        return about
    pairs = {match.id: {match.mentor_id, match.mentee_id} for match in scene.situation.matches}
    theirs = {match.mentor_id for match in scene.situation.matches if match.mentee_id in found}
    return tuple(
        case
        for case in cases
        if case.subject_id in found
        or (case.match_id is not None and pairs.get(case.match_id, set()) & found)
        or (case.match_id is None and case.about == "mentor" and case.subject_id in theirs)
    )


def _two_named(scene: Scene, command: Command) -> tuple[frozenset[int], frozenset[int]] | None:
    """Both sides of a pair, where a word names them one after the other: "WAIVE Ana Ruiz Mel"; None where it names one."""
    pair = pair_named(scene, command.about)
    if pair is not None:
        return frozenset({pair[0].id}), frozenset({pair[1].id})
    people = tuple(scene.situation.people.values())
    words = " ".join(str(command.arguments.get(key) or "") for key in ("mentor", "mentee")).split()
    if len(words) < 2 or (named(people, " ".join(words)) and not command.arguments.get("mentee")):
        return None
    for at in range(1, len(words)):
        one, other = named(people, " ".join(words[:at])), named(people, " ".join(words[at:]))
        if one and other:
            return frozenset(item.id for item in one), frozenset(item.id for item in other)
    return None
