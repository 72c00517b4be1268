"""A cry for help: a human reads it first, and everything else its writer sends until that human says that all is well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from db.records import EventKind, Letter, Person
from mailer.core.ladders.putting import put
from mailer.core.ladders.walk import Moved, happened
from mailer.core.people.absence import concerning
from mailer.core.people.contact import contact
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import PARTICIPANTS, answer
from mailer.core.words.consent_words import obey
from mailer.core.world.lookups import events_of
from mailer.core.world.scene import Scene
from mailer.core.world.who import first_holder
from mailer.model.decision import AddEvent, Decision, Effect, Enqueue, MailArrived, Park, PutPerson

_ON_DUTY = ("staff", "mwoc", "clinical_coordinator", "trainer", "admin")  # the first of these roles that somebody else holds
_AGAIN = timedelta(hours=1)  # how often whoever is on duty is told of further mails
_FURTHER = "mail to be read"  # how a further mail is kept as a sign of life


def cry_for_help(scene: Scene, mail: MailArrived, person: Person | None) -> Decision:
    """Safety words: a human at once, without the text; nothing else is done with the message (4.1 Safety words)."""
    effects: list[Effect] = []
    if person is not None:
        # Who writes for help is not silent: what waits for them is answered once staff lets letters go on (walk: held).
        effects += [PutPerson(person.id, {"held_by_safety": True}), AddEvent(person.id, "sign_of_life", scene.today, "mail")]
        effects += [
            put(replace(case, data={**case.data, "held": person.id}))
            for case in concerning(scene, person)
            if (ladder := scene.ladder(case)) is None or not ladder.ends_a_hold
        ]
    effects += _told_on_duty(scene, mail, person, call=_wants_call(mail))
    if person is not None:
        effects.append(answer(scene, f"safety_answer/{mail.journal_id}", "safety_answer", person, {}))
    effects.append(Park("safety words: a human reads this first"))
    return Decision(tuple(effects), "safety words: held for a human, nothing else done")


def holds(person: Person) -> bool:
    """Whether a cry for help of this person is still with whoever is on duty."""
    return person.held_by_safety and bool(PARTICIPANTS & person.roles)


def while_held(scene: Scene, mail: MailArrived, person: Person) -> Decision:
    """Whatever somebody writes whose cry for help is with a human goes to that human, at once: no rule reads it, nobody is
    answered by rote. That they wrote is contact made. PHONE ME, which our own answer offers, is told on and acknowledged;
    RESCIND counts on receipt here as well (CONTRACT.md section 8).
    """
    account = Transcript(scene)
    if mail.proof.suffices:
        contact(account, person, stopped=False)
    for command in mail.classified.message.commands:
        if command.word == "RESCIND":
            obey(account, person, command, None, command.text)
    told = any(
        event.kind is EventKind.SIGN_OF_LIFE and event.how == _FURTHER and scene.now - event.at < _AGAIN
        for event in events_of(scene.situation, person.id)
    )
    call = _wants_call(mail)
    effects: list[Effect] = [*account.effects, AddEvent(person.id, "sign_of_life", scene.today, _FURTHER)]
    if call or not told:
        effects += _told_on_duty(scene, mail, person, call=call)
    if call:
        thanks = Transcript(scene)
        thanks.line("PHONE ME", "call_asked", undoable=False)
        effects += thanks.reply(person, mail.journal_id, None, [])
    effects.append(Park("its writer has asked for help: a human reads this first"))
    return Decision(tuple(effects), "somebody whose cry for help is with a human has written again: a human reads it")


def waits(scene: Scene, letter: Letter) -> bool:
    """Whether a letter asks whoever is on duty to look after somebody, and nobody has said DONE."""
    name, _, rest = letter.key.partition("/")
    person = scene.person(int(rest.split("/")[1])) if name == "safety" and rest.count("/") == 2 else None
    return person is not None and person.held_by_safety


def looked_after(account: Transcript, person: Person, held: int) -> None:
    """DONE in answer to `safety_hold`: the matter is closed, letters to this person may go on."""
    for case in account.scene.situation.cases:
        ladder = account.scene.ladder(case)
        if ladder is not None and ladder.ends_a_hold and case.subject_id == held and case.closed_at is None:
            moved = happened(account.scene, case, "word:DONE", frozenset(person.roles), account.scene.now)
            if isinstance(moved, Moved):
                account.does(*moved.effects)
                return
    account.does(PutPerson(held, {"held_by_safety": False}))


def _wants_call(mail: MailArrived) -> bool:
    return any(command.word == "PHONE ME" for command in mail.classified.message.commands)


def _told_on_duty(scene: Scene, mail: MailArrived, person: Person | None, *, call: bool) -> tuple[Enqueue, ...]:
    """Who is on duty is told that there is something to read, by a reference, never what."""
    ref = person.ref if person is not None else str(mail.journal_id)
    number = person.id if person is not None else 0
    other = first_holder(scene.situation, _ON_DUTY, number)
    if other is None:
        return ()
    facts: dict[str, object] = {"ref": ref, "call": call}
    return (answer(scene, f"safety/{mail.journal_id}/{number}/{other.id}", "safety_hold", other, facts),)
