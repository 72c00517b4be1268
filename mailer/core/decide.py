"""The one door: decide(situation, stimulus, rulebook, now) -> Decision. Pure; everything else here serves it."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from db.records import MatchState, Situation
from mailer.core.ladders.parting import parts
from mailer.core.ladders.putting import put
from mailer.core.ladders.walk import begin, time_passed
from mailer.core.mail.arrived import mail_arrived, undelivered
from mailer.core.people.rosters import roster_given
from mailer.core.rounds.blast import blast_page
from mailer.core.rounds.digest import digest_due
from mailer.core.rounds.lateness import in_doubt
from mailer.core.words.forget import told_of_forgetting
from mailer.core.world.moments import slot
from mailer.core.world.scene import Scene
from mailer.model.decision import (
    Decision,
    DigestDue,
    Effect,
    Forgetting,
    LetterInDoubt,
    LetterRefused,
    MailArrived,
    Parts,
    RosterGiven,
    Stimulus,
    TimePassed,
    WalksMissing,
)
from mailer.model.mail import Proof
from mailer.model.program import Rulebook


def decide(situation: Situation, stimulus: Stimulus, book: Rulebook, now: datetime) -> Decision:
    """What shall be done about a stimulus, and why. `now` is aware, UTC; the situation holds all that may be looked at."""
    scene = Scene(book, situation, now)
    match stimulus:
        case MailArrived():
            scene = Scene(
                book,
                situation,
                now,
                answers_message=stimulus.classified.message.message_id,
                received_at=stimulus.received_at,
                by_token=stimulus.proof is Proof.TOKEN,
            )
            return mail_arrived(scene, stimulus)
        case TimePassed(due_at=due):
            return _time(scene, due)
        case DigestDue():
            person = situation.people.get(situation.page[0]) if situation.page else None
            return digest_due(scene, stimulus, person) if person is not None else Decision((), "nobody to tell")
        case LetterRefused(permanent=permanent, cause=cause):
            letter = situation.letter
            person = situation.people.get(letter.to_id or 0) if letter is not None else None
            if letter is None or person is None:
                return Decision((), "a letter to nobody we know was refused")
            return undelivered(scene, letter, person, permanent=permanent, cause=cause)
        case LetterInDoubt():
            return in_doubt(scene)
        case RosterGiven():
            return roster_given(scene, stimulus)
        case WalksMissing(ladder=name):
            return _walks(scene, name)
        case Parts(person_id=number):
            leaving = situation.people.get(number)
            return parts(scene, leaving) if leaving is not None else Decision((), "nobody leaves")
        case Forgetting():
            return told_of_forgetting(scene, stimulus)
        case _:
            assert_never(stimulus)


def _time(scene: Scene, due: datetime) -> Decision:
    case = scene.situation.case
    if case is None or case.closed_at is not None:
        return Decision((), "the walk is over")
    ladder = scene.ladder(case)
    state = ladder.states.get(case.state) if ladder is not None else None
    if state is not None and state.blast:
        return blast_page(scene, case, state)
    moved = time_passed(scene, case, due)
    if moved is None:
        return Decision((put(case, due_at=None),), f"{case.ladder}: nothing moves {case.state} by time")
    return Decision(moved.effects, moved.because)


def _walks(scene: Scene, name: str) -> Decision:
    """Open the walks that should be there: for a mentor who has a coordinator, a coordinator who has mentors, the program."""
    ladder = scene.book.ladders[name]
    effects: list[Effect] = []
    if ladder.about == "program":
        effects.extend(begin(scene, ladder, name, subject=None))
    elif ladder.about == "match":
        walked = {case.match_id for case in scene.situation.cases if case.ladder == name and case.closed_at is None}
        for match in scene.situation.matches:
            if match.mentee_id in scene.situation.page and match.state is MatchState.ACTIVE and match.id not in walked:
                key = f"{name}/{match.mentor_id}-{match.mentee_id}/{scene.now:%Y-%m-%dT%H:%M:%S}"
                effects.extend(begin(scene, ladder, key, subject=None, match_id=match.id))
    else:
        for person_id in scene.situation.page:
            person = scene.person(person_id)
            if person is not None:
                # With its day: who is approved anew begins a new walk, and its letters have keys of their own.
                at = slot(scene.now, scene.policy, scene.zone) if ladder.opens.startswith(("marked", "outdated")) else None
                effects.extend(begin(scene, ladder, f"{name}/{person.id}/{scene.today}", subject=person, at=at))
    return Decision(tuple(effects), f"{name}: {len(scene.situation.page)} walks begin")
