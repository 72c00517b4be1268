"""Words that open a walk: about a match ("NO ANSWER Mel"), about the sender, or about whom the word names (R-021, R-029)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from db.records import Case, Person
from mailer.core.ladders.act import note
from mailer.core.ladders.conditions import holds
from mailer.core.ladders.walk import begin, roles_on, unopened
from mailer.core.people.contact import named_in
from mailer.core.telling.transcript import Transcript, answered_already
from mailer.core.words.whom import About, about_pair, about_person, mentors_of_duty, open_matches
from mailer.core.world.moments import after_hold, slot
from mailer.core.world.scene import Scene
from mailer.core.world.who import DUTIES, MEMBERS, heard_of, mentees_of, named
from mailer.model.decision import AddNote
from mailer.model.joined import JOINING
from mailer.model.mail import Command
from mailer.model.program import Exit, Ladder

TOLD = frozenset(
    {
        "CONFIRM",
        "HOLD",
        "REOPEN",
        "SEND",
        "EDIT",
        "SINCE",
        "REACHED",
        "NOT REACHED",
        "CONTACT",
        "PROBLEM",
        "TEAM",
        "NEED STAFF",
        "TAKE",
        "RIGHT",
        "YES",
        "NO",
        "DONE",
        "NOT DONE",
        "RESOLVED",
        "REMAINING",
        "PLAN",
        "FLAG",
        "NEW MENTOR",
        "CLOSE",
        "END MATCH",
        "REMATCH",
        "OK",
        "NOT NOW",
    }
    | {"AGREE", "REFUSE", "VERIFY", "FULL", "LEAVE", "RETURN", "RELAY", "STARTED", "END", "ANOTHER", "NOTICE", "WITHDRAW", "WAIVE"}
)

_JOIN = rf"(?:,? (?:{JOINING}|or|nor) |, ?)(?:from |of )?"  # between the names of several people
_LONGEST = 2000  # characters of a problem that are kept


def told(word: str, *, by_mentee: bool = False) -> str:
    """The sentence of a receipt for a word that was done."""
    if word == "NO ANSWER":
        return "silence_noted" if by_mentee else "word NO ANSWER"
    return f"word {word}" if word in TOLD else "word_done"


def opens(account: Transcript, person: Person, command: Command, text: str) -> bool:
    """Open the walk that this word of this person opens; True if the word was one, done or refused."""
    for ladder in account.scene.book.ladders.values():
        for door in (*ladder.doors, Exit(ladder.opens, ladder.first, ladder.by)):
            if door.when != f"word:{command.word}":
                continue
            if ladder.about == "match":
                if not door.by or person.roles & set(door.by):
                    return _about_match(account, ladder, door, person, command, text)
            elif ladder.about in MEMBERS:
                found = about_pair(account.scene, door, person, command) if ladder.pair else None
                found = found or about_person(account.scene, ladder, door, person, command)
                if isinstance(found, str):
                    account.refuse(text, found, word=command.word, name=named_in(command))
                    return True
                if found is not None and open_walk(account, ladder, door, person, command.word, found, text):
                    return True
    return False


def needs_name(scene: Scene, person: Person, command: Command) -> bool:
    """Whether a word that opens a walk about a match says nothing without a name: its writer has several."""
    opening = any(ladder.opens == f"word:{command.word}" and ladder.about == "match" for ladder in scene.book.ladders.values())
    if not opening or named_in(command) or "mentor" not in person.roles:
        return False
    return len(mentees_of(scene.situation, person.id)) > 1


def open_walk(account: Transcript, ladder: Ladder, door: Exit, by: Person, word: str, about: About, text: str) -> bool:
    """Begin a walk where a door leads to, unless its writer works on one about the same; False: the door is shut."""
    scene = account.scene
    match_id = about.match.id if about.match is not None else None
    said = str(scene.words.get("text") or scene.words.get("kind") or "")
    written = " ".join(part for part in (about.text, said) if part)
    data = {
        "ref": by.ref,
        "text": written[:_LONGEST],
        **({"against": [item.id for item in about.against]} if about.against else {}),
    }
    pair = f"-{match_id}" if match_id is not None else ""
    key = f"{ladder.name}/{about.subject.id}{pair}/{scene.now:%Y-%m-%dT%H:%M:%S}"
    at_once = sum(case.key == key or case.key.startswith(f"{key}.") for case in scene.situation.cases)
    key += f".{at_once + 1}" if at_once else ""  # the second matter of one mail
    case = unopened(scene, ladder, key, about.subject, match_id, data)
    if not all(holds(scene, case, condition) for condition in door.conditions):
        return False
    if door.refuse:
        account.refuse(text, door.refuse, word=word)
        return True
    if ladder.pair and door.when == ladder.opens and door.to == ladder.first and not written:
        account.refuse(text, "say_what", word=word)
        return True
    for other in scene.situation.cases:
        same = other.ladder == ladder.name and other.subject_id == about.subject.id and other.match_id == match_id
        if same and other.closed_at is None and (not ladder.pair or _works_on(scene, ladder, door, by, other)):
            account.does(*(more := _told_again(scene, other, by, written)))
            own = by.id == about.subject.id
            account.line(text, "already_open_about", name=about.subject.first_name, own=own, passed_on=bool(more))
            return True
    at = _leaves(scene, by, about.subject)
    begun = begin(scene, ladder, key, subject=about.subject, match_id=match_id, at=at, door=door, data=data)
    account.does(*begun)
    account.because.append(f"{ladder.name}: opened")
    if not answered_already(scene, by, begun):
        account.line(text, door.tell or told(word), word=word, duty=by.id != about.subject.id)
    return True


def _works_on(scene: Scene, ladder: Ladder, door: Exit, by: Person, case: Case) -> bool:
    """Whether an open walk takes up what its writer says: it has a word for them, and they know of it.

    Else they would read in a receipt that something is open; and what a member tells staff never ends in another matter.
    Nor is one in the way that stands before the state to which the door leads.
    """
    state = ladder.states.get(case.state)
    roles = roles_on(scene, by, case)
    if (
        state is None
        or case.state not in _from(ladder, door.to)
        or not any(item.when.startswith("word:") and set(item.by) & roles for item in state.exits)
    ):
        return False
    member = "mentor" in roles or not by.roles & {"coordinator", *DUTIES}
    return not member or (door.to == ladder.first and heard_of(scene.situation, case, by))


def _from(ladder: Ladder, first: str) -> frozenset[str]:
    """The states to which ways lead from one, itself among them."""
    found, todo = {first}, [first]
    while todo:
        more = {item.to for item in ladder.states[todo.pop()].exits if item.to} - found
        found |= more
        todo += more
    return frozenset(found)


def _told_again(scene: Scene, case: Case, by: Person, written: str) -> list[AddNote]:
    """What is said once more of an open walk, for whoever looks after it."""
    more = replace(case, data={**case.data, "text": written})
    return [item for item in note(scene, more, "coordinator", "said_more") if written and item.to_id != by.id]


def _about_match(account: Transcript, ladder: Ladder, door: Exit, person: Person, command: Command, text: str) -> bool:
    """A walk about the one mentee who is named; about each, where several are named one after the other."""
    several = _joined(account.scene, person, command)
    for name in several or ("",):
        one = replace(command, arguments={**command.arguments, "who": name}) if name else command
        _about_one_match(account, ladder, door, person, one, text)
    return True


def _joined(scene: Scene, person: Person, command: Command) -> tuple[str, ...]:
    """ "NO ANSWER Sam and Kim": the first names, where a mentor names several of their own and says nothing else of them."""
    who = str(command.arguments.get("who", ""))
    own = mentees_of(scene.situation, person.id)
    names = {name.casefold(): mentee for mentee in own for name in (mentee.first_name, mentee.name)}
    if len(own) < 2 or who.casefold() not in names:
        return ()
    one = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    chain = re.search(rf"\b(?:{one})(?:{_JOIN}(?:{one}))+(?=\W*$|[.;!(:,]| (?:since|for)\b)", command.text, re.IGNORECASE)
    if chain is None:
        return ()
    meant = [names[found.casefold()] for found in re.findall(rf"\b(?:{one})\b", chain.group(), re.IGNORECASE)]
    firsts = [mentee.first_name for mentee in own]
    return tuple(dict.fromkeys(item.first_name if firsts.count(item.first_name) == 1 else item.name for item in meant))


def _about_one_match(account: Transcript, ladder: Ladder, door: Exit, person: Person, command: Command, text: str) -> None:
    scene = account.scene
    mentors = (person,) if "mentor" in person.roles else mentors_of_duty(scene, person)
    mentees = tuple(mentee for mentor in mentors for mentee in mentees_of(scene.situation, mentor.id))
    name = named_in(command)
    meant = named(mentees, name) if name else mentees
    if not mentees:
        account.refuse(text, "no_mentee_of_yours")
        return
    match = next((item for item in open_matches(scene) if len(meant) == 1 and item.mentee_id == meant[0].id), None)
    if match is None:
        choices = [f"{command.word} {mentee.first_name}" for mentee in mentees]
        account.refuse(text, "which_mentee", choices if len(set(choices)) == len(choices) <= 12 else [], name=name)
        return
    mentee = meant[0]
    if any(case.ladder == ladder.name and case.match_id == match.id and case.closed_at is None for case in scene.situation.cases):
        account.line(text, "already_open", mentee=mentee.first_name)
        return
    at = _leaves(scene, person, mentors[0])
    key = f"{ladder.name}/{match.id}/{scene.today}"
    account.does(*begin(scene, ladder, key, subject=None, match_id=match.id, at=at, door=door))
    account.because.append(f"{ladder.name}: opened")
    account.line(text, told(command.word), word=command.word, mentee=mentee.first_name)


def _leaves(scene: Scene, by: Person, subject: Person) -> datetime:
    """A participant's word is answered at the next send moment, a duty's after the hold time (CONTRACT.md section 8)."""
    own = by.id == subject.id or not by.roles & {"coordinator", *DUTIES}
    return slot(scene.now, scene.policy, scene.zone) if own else after_hold(scene.now, scene.policy, scene.zone)
