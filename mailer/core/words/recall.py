"""RECALL: a letter went to the wrong hands (R 7.2, 14). What left is listed; letters to that address wait until DONE."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from db.records import Case, Letter, Person
from mailer.core.ladders.walk import Moved, begin, happened, leaves_at, roles_on
from mailer.core.people.absence import address_broken, mended
from mailer.core.people.contact import named_in
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import answer, said
from mailer.core.words.candidates import candidates
from mailer.core.world.forgetting import texts_in
from mailer.core.world.leaks import folded
from mailer.core.world.lookups import letters_to, matches_with
from mailer.core.world.moments import in_words, local_day
from mailer.core.world.scene import Scene
from mailer.core.world.who import named
from mailer.model.decision import PutPerson
from mailer.model.disclosure import TOLD
from mailer.model.mail import Command

_REACH = timedelta(days=14)
_WORD = re.compile(r"\w+")
_OPENS = "word:RECALL"


def recall(account: Transcript, person: Person, command: Command, letter: Letter | None, text: str, journal_id: int) -> bool:
    """RECALL opens the incident, DONE ends it; False for any other word."""
    if command.word == "DONE":
        return _settled(account, person, command, letter, text)
    if command.word != "RECALL":
        return False
    scene = account.scene
    ladder = next((item for item in scene.book.ladders.values() if item.opens == _OPENS), None)
    if ladder is None or not person.roles & set(ladder.by):
        account.refuse(text, "recall_not_yours")
        return True
    meant = named(tuple(scene.situation.people.values()), named_in(command))
    if len(meant) != 1:
        account.refuse(text, "which_person", [f"RECALL {item.ref}" for item in meant[:12]], name=named_in(command))
        return True
    subject = meant[0]
    if open_about(scene, subject) is not None:
        account.line(text, "recall_already", undoable=False, ref=subject.ref)
    else:
        key = f"{ladder.name}/{subject.id}/{scene.now:%Y-%m-%dT%H:%M:%S}"
        account.does(*begin(scene, ladder, key, subject=subject, data={"ref": person.ref}))
        if subject.address_broken_on is None:
            account.does(*address_broken(account.scene, subject, "address_wrong"))
        account.because.append("a letter in the wrong hands")
        account.line(text, "recall_opened", undoable=False, ref=subject.ref)
    case = open_about(account.scene, subject)
    facts: dict[str, object] = {
        "ref": subject.ref,
        "date": in_words(local_day(scene.now - _REACH, scene.zone)),
        "lines": _what_left(scene, subject),
    }
    account.does(answer(scene, f"recall/{journal_id}/{subject.id}", "recall", person, facts, case.key if case else ""))
    return True


def open_about(scene: Scene, person: Person) -> Case | None:
    """The open incident about letters to somebody: until it ends, no mail from that address makes it a good one."""
    for case in scene.situation.cases:
        ladder = scene.ladder(case)
        if ladder is not None and ladder.opens == _OPENS and case.subject_id == person.id and case.closed_at is None:
            return case
    return None


def _settled(account: Transcript, person: Person, command: Command, letter: Letter | None, text: str) -> bool:
    scene = account.scene
    found = candidates(scene, person, command, letter)
    ladder = scene.ladder(found[0]) if len(found) == 1 else None
    if ladder is None or ladder.opens != _OPENS:
        return False
    roles = roles_on(scene, person, found[0])
    moved = happened(scene, found[0], "word:DONE", roles, leaves_at(scene, roles))
    if not isinstance(moved, Moved):
        return False
    account.does(*moved.effects)
    account.because.append(moved.because)
    subject = account.scene.person(found[0].subject_id)
    if subject is not None and subject.address_broken_on is not None:
        account.does(PutPerson(subject.id, {"address_broken_on": None}), *mended(account.scene, subject))
    account.line(text, "recall_settled", undoable=False, ref=subject.ref if subject is not None else "")
    return True


def _what_left(scene: Scene, subject: Person) -> list[dict[str, object]]:
    """Each letter of these days: its day, its name, and which fields of whom it told; never what they say."""
    gone = sorted(
        ((at, letter) for letter in letters_to(scene.situation, subject.id) if (at := _left(letter)) and at >= scene.now - _REACH),
        key=lambda item: (item[0], item[1].id),
    )
    return [
        {
            "date": in_words(local_day(at, scene.zone)),
            "letter": said(f"letter {letter.name}"),
            "told": [
                said("recall_told", ref=about.ref, fields=[said(f"told {field}") for field in sorted(fields)])
                for number, fields in sorted(_told(scene, letter, subject).items())
                if (about := scene.person(number)) is not None
            ],
        }
        for at, letter in gone
    ]


def _left(letter: Letter) -> datetime | None:
    """When a letter left, or may have."""
    return letter.sent_at or (letter.not_before if letter.perhaps_twice else None)


def _told(scene: Scene, letter: Letter, reader: Person) -> dict[int, set[str]]:
    """The fields of other people that a letter told: as noted beside it, as its words show, and what it told under a release."""
    found: dict[int, set[str]] = _shown(scene, letter, reader)
    told = letter.facts.get(TOLD)
    for number, _, _, fields in told if isinstance(told, list) else ():
        found.setdefault(number, set()).update(fields)
    for item in scene.situation.disclosures:
        if item.letter_id == letter.id:
            found.setdefault(item.giver_id, set()).update(item.fields)
    found.pop(reader.id, None)
    return found


def _shown(scene: Scene, letter: Letter, reader: Person) -> dict[int, set[str]]:
    """Whom the facts of a letter name: anybody in full, people close to its reader also by their first name."""
    text = " ".join(folded(item) for name, value in letter.facts.items() if not name.startswith("_") for item in texts_in(value))
    words = f" {' '.join(_WORD.findall(text))} "
    found: dict[int, set[str]] = {}
    close = {reader.coordinator_id, *(item.id for item in scene.situation.people.values() if item.coordinator_id == reader.id)}
    for match in matches_with(scene.situation, reader.id):
        close |= {match.mentor_id, match.mentee_id}
    for person in scene.situation.people.values():
        fields = {"name": person.name, **({"first_name": person.first_name} if person.id in close else {})}
        told = {field for field, value in fields.items() if f" {' '.join(_WORD.findall(folded(value)))} " in words}
        told |= {field for field in ("email", "phone") if (value := folded(getattr(person, field))) and value in text}
        if told:
            found[person.id] = told
    return found
