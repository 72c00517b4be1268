"""Numbered answers and free words that a walk waits for: the events "answers" and "text" of a ladder."""

from __future__ import annotations

from dataclasses import replace

from db.records import Case, Letter, Person
from mailer.core.ladders.walk import Moved, Refused, happened, leaves_at, roles_on
from mailer.core.telling.items_told import tell_items
from mailer.core.telling.transcript import Transcript
from mailer.core.world.scene import Scene, written_by
from mailer.model.mail import IncomingMessage


def by_a_walk(account: Transcript, person: Person, message: IncomingMessage, letter: Letter | None) -> bool:
    """Give a mail's answers, else its words, to the one walk that waits for them; True if a walk took them.

    The walk of the answered letter comes first; a mail that answers none is taken where exactly one walk waits. The walk's
    verbs and conditions find the answers and the text in the scene's `words`. Words that were commands are no free words.
    """
    text = message.new_text.strip()
    events = [] if not message.answers else ["answers"]
    if text and not account.lines and not account.refused and not message.commands and not message.parting:
        events.append("text")  # a list of steps may look like numbered answers
    return any(_taken(account, person, message, letter, event) for event in events)


def _taken(account: Transcript, person: Person, message: IncomingMessage, letter: Letter | None, event: str) -> bool:
    text = message.new_text.strip()
    waiting = [case for case in account.scene.situation.cases if _waits(account.scene, person, case, event)]
    own = [case for case in waiting if letter is not None and case.id == letter.case_id]
    if not own and event == "answers" and len(waiting) > 1:
        own = _asked_last(account.scene, person, waiting)
    if not own and len(waiting) != 1:
        return False
    case = (own or waiting)[0]
    scene = replace(account.scene, words={**written_by(person, letter), "answers": dict(message.answers), "text": text})
    roles = roles_on(scene, person, case)
    match happened(scene, case, event, roles, leaves_at(scene, roles)):
        case Moved(effects=effects, because=because, tell=tell):
            account.does(*effects)
            account.because.append(because)
            tell_items(account, case.key, message.answers)
            if tell:  # never with the answers themselves: a receipt is kept
                account.line(", ".join(message.answers) or "…", tell, undoable=False)
            return True
        case Refused(kind=kind):
            account.refuse(text[:200] or ", ".join(message.answers), kind)
            return True
        case _:
            return False


def _asked_last(scene: Scene, person: Person, waiting: list[Case]) -> list[Case]:
    """Of several walks that wait for numbered answers the one whose letter came last: its numbers are meant."""
    ids = {case.id: case for case in waiting}
    asked = [item for item in scene.situation.letters if item.to_id == person.id and item.case_id in ids and item.sent_at]
    newest = max(asked, key=lambda item: (item.sent_at or item.date, item.id), default=None)
    return [ids[newest.case_id]] if newest is not None and newest.case_id is not None else []


def _waits(scene: Scene, person: Person, case: Case, event: str) -> bool:
    ladder = scene.ladder(case)
    if ladder is None or case.closed_at is not None or case.state not in ladder.states:
        return False
    roles = roles_on(scene, person, case)
    exits = (*ladder.states[case.state].exits, *ladder.anywhere)
    return any(exit.when == event and (not exit.by or roles & set(exit.by)) for exit in exits)
