"""What one walk does to the others of the same mentor: let them rest, let them go on, close them (4B, last line).

A walk that rests keeps its place: people's words still move it, time does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from db.records import Case, Match
from mailer.core.ladders.putting import put
from mailer.core.ladders.until import due_moment
from mailer.core.world.registers import Condition, Done, Verb
from mailer.core.world.scene import Scene
from mailer.core.world.who import coordinator_of, mentor_of, named
from mailer.model.decision import Effect, Withdraw


def _others(scene: Scene, case: Case, ladder: str) -> Iterator[Case]:
    """The open walks of a ladder that have the same mentor, or the same match where this one is about a match."""
    mentor = mentor_of(scene.situation, case)
    for other in scene.situation.cases:
        if other.ladder != ladder or other.closed_at is not None or other.key == case.key or mentor is None:
            continue
        its = mentor_of(scene.situation, other)
        if case.match_id is not None and other.match_id != case.match_id:
            continue
        if its is not None and its.id == mentor.id:
            yield other


def _suspend(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Time stands still for the others, and what waits for the mentor does not leave: who is absent cannot report."""
    effects: list[Effect] = []
    for other in _others(scene, case, words[0]):
        if not other.data.get("suspended"):
            effects.append(Withdraw(case_key=other.key, to_id=case.subject_id, because="the mentor is not in touch"))
            effects.append(put(replace(other, data={**other.data, "suspended": True}), due_at=None))
    return tuple(effects), case


def _resume(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """The others go on where they stood, each with a fresh wait."""
    effects: list[Effect] = []
    for other in _others(scene, case, words[0]):
        ladder = scene.ladder(other)
        if not other.data.get("suspended") or ladder is None or other.state not in ladder.states:
            continue
        back = replace(other, data={key: value for key, value in other.data.items() if key != "suspended"})
        effects.append(put(back, due_at=due_moment(scene, back, ladder.states[other.state], scene.now)))
    return tuple(effects), case


def _close(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """The others are over: what they were about is."""
    effects: list[Effect] = []
    for other in _others(scene, case, words[0]):
        effects += [Withdraw(case_key=other.key, because="what it was about is over"), put(other, closed=True)]
    return tuple(effects), case


def _against(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """From here on nothing of this walk goes to the mentor's coordinator: somebody wants another person to look (S27)."""
    mentor = mentor_of(scene.situation, case)
    found = coordinator_of(scene.situation, mentor.id) if mentor is not None else None
    if found is None or words[0] != "coordinator":
        return (), case
    known = case.data.get("against")
    return (), replace(case, data={**case.data, "against": [*(known if isinstance(known, list) else []), found.id]})


def _pair(scene: Scene, case: Case, words: tuple[str, ...]) -> Done:
    """Which match of the mentor's is meant, by the name that came with the word."""
    meant = _match_said(scene, case, words[0])
    return (), replace(case, match_id=meant.id) if meant is not None else case


def _pair_said(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether the name that came with the word is that of one of the mentor's mentees."""
    return _match_said(scene, case, words[0]) is not None


def _beside(scene: Scene, case: Case, words: tuple[str, ...]) -> bool:
    """Whether another open walk of the same mentor remembers something: `beside contact waited`."""
    return any(bool(other.data.get(words[1])) for other in _others(scene, case, words[0]))


def _match_said(scene: Scene, case: Case, argument: str) -> Match | None:
    name = str(scene.words.get(argument) or "")
    mentor = mentor_of(scene.situation, case)
    if not name or mentor is None:
        return None
    own = [item for item in scene.situation.matches if item.mentor_id == mentor.id]
    mentees = tuple(person for item in own if (person := scene.person(item.mentee_id)) is not None)
    meant = {person.id for person in named(mentees, name)}
    found = [item for item in own if item.mentee_id in meant]
    return found[-1] if len(meant) == 1 else None


VERBS: Mapping[str, Verb] = {
    "suspend": Verb(1, _suspend),
    "resume": Verb(1, _resume),
    "close": Verb(1, _close),
    "against": Verb(1, _against),
    "pair": Verb(1, _pair),
}
CONDITIONS: Mapping[str, Condition] = {"pair_said": Condition(1, _pair_said), "beside": Condition(2, _beside)}
