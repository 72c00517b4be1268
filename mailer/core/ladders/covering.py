"""Who looks after a mentor changes: for good (REASSIGN, SWAP), or until a coordinator is back (COVER)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from db.records import Case, Person
from mailer.core.telling.facts import own_mentors
from mailer.core.telling.writing import said
from mailer.core.world.moments import in_words
from mailer.core.world.registers import Done, Verb
from mailer.core.world.scene import Scene
from mailer.core.world.who import mentor_of
from mailer.model.decision import AddNote, Effect, PutPerson, Withdraw


def walks_of(scene: Scene, mentor: Person) -> tuple[Case, ...]:
    """The open walks about a mentor, or about a match of theirs."""
    found = []
    for case in scene.situation.cases:
        about = mentor_of(scene.situation, case)
        if case.closed_at is None and about is not None and about.id == mentor.id:
            found.append(case)
    return tuple(found)


def given_to(scene: Scene, mentor: Person, new: Person) -> tuple[Effect, ...]:
    """A mentor's coordinator changes: what waits for the old one is withdrawn in the same transaction."""
    effects: list[Effect] = [PutPerson(mentor.id, {"coordinator_id": new.id})]
    if mentor.coordinator_id is not None:
        for case in walks_of(scene, mentor):
            effects.append(Withdraw(case_key=case.key, to_id=mentor.coordinator_id, because="another coordinator looks after it"))
    return tuple(effects)


def _cover(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """The mentors of the coordinator this walk is about go to the one whom the word named; who they are is kept."""
    away = scene.person(case.subject_id)
    cover = scene.person(_number(scene.words.get("cover")))
    until = scene.words.get("until")
    if away is None or cover is None or until is None:
        return (), case
    mentors = own_mentors(scene, away)
    effects = [effect for mentor in mentors for effect in given_to(scene, mentor, cover)]
    names = ", ".join(mentor.name for mentor in mentors) or said("nobody")
    told = AddNote(cover.id, "you_cover", {"name": away.name, "date": in_words(until), "mentors": names})  # type: ignore[arg-type]
    data = {**case.data, "cover": cover.id, "until": str(until), "covered": [mentor.id for mentor in mentors]}
    return (*effects, told), replace(case, data=data)


def _uncover(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Back to their own coordinator; not those whom somebody has given to a third one meanwhile."""
    covered = case.data.get("covered")
    away = scene.person(case.subject_id)
    cover = _number(case.data.get("cover"))
    effects: list[Effect] = []
    for number in covered if isinstance(covered, list) and away is not None else ():
        mentor = scene.person(number)
        if away is not None and (mentor is None or mentor.coordinator_id == cover):
            effects += given_to(scene, mentor, away) if mentor is not None else [PutPerson(number, {"coordinator_id": away.id})]
    for person in (away, scene.person(cover)):
        if person is not None and away is not None:
            effects.append(AddNote(person.id, "cover_over", {"name": away.name}))
    return tuple(effects), case


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def no_longer_covered(scene: Scene, mentor: Person) -> tuple[Case, ...]:
    """Covers that would give a mentor back to a coordinator who is no longer theirs, without that mentor."""
    found = []
    for case in scene.situation.cases:
        covered = case.data.get("covered")
        if case.closed_at is None and isinstance(covered, list) and mentor.id in covered:
            found.append(replace(case, data={**case.data, "covered": [number for number in covered if number != mentor.id]}))
    return tuple(found)


VERBS: Mapping[str, Verb] = {"cover": Verb(0, _cover), "uncover": Verb(0, _uncover)}
