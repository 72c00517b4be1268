"""Hands off: what a pair on its own writes is kept nowhere; before an address is confirmed nothing is done (R-118, R-123)."""

from __future__ import annotations

from dataclasses import replace

from db.records import MatchState, Person
from mailer.core.ladders.putting import put
from mailer.core.people.absence import look_after
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import answer, leaving
from mailer.core.world.moments import local_day
from mailer.core.world.released import on_their_own, open_match
from mailer.core.world.scene import Scene
from mailer.core.world.who import coordinator_of, holders
from mailer.model.classes import LetterClass
from mailer.model.consent import NotKept
from mailer.model.decision import Decision, Effect, Enqueue, MailArrived, Park

_MOST_A_DAY = 3  # answers to reports: a machine that passes for a person must not be answered for ever
_FIRST_WORDS = frozenset({"YES", "STOP", "PHONE ME", "POST", "NEED STAFF"})


def applies(scene: Scene, person: Person) -> bool:
    """Whether the program keeps its hands off what this person writes: it was handed over to a pair of its own."""
    return scene.policy.word("involvement") == "handoff" and on_their_own(scene, person)


def first_words(mail: MailArrived) -> bool:
    """Whether a mail says what may be said before the address is confirmed."""
    return any(command.word in _FIRST_WORDS for command in mail.classified.message.commands)


def before_confirmed(scene: Scene, mail: MailArrived, person: Person) -> Decision:
    """Nothing else before YES: what was written waits with the walk that asks for it, and is answered then.

    A human hears that there is something: who believes to have answered would else wait for ever.
    """
    effects: list[Effect] = [Park("the address is not confirmed yet"), *look_after(scene, person, "wrote_unconfirmed", {})]
    for case in scene.situation.cases:
        if case.about == "person" and case.subject_id == person.id and case.closed_at is None:
            waiting = f"{scene.text(case, 'waiting')} {mail.journal_id}".strip()
            effects.append(put(replace(case, data={**case.data, "waiting": waiting})))
    return Decision(tuple(effects), "waits until the address is confirmed")


def leave_alone(account: Transcript, person: Person, mail: MailArrived, taken: bool) -> None:
    """A mail of somebody who is on their own: its words were obeyed, and all else in it goes on unread or nowhere."""
    message = mail.classified.message
    account.does(NotKept("after a hand-over nothing of it is kept"))
    if taken or account.lines or message.commands or not message.new_text.strip():
        return
    # What only looks like a word of ours is a report as well: quoted back, it would be kept after all.
    if len(message.new_text.strip()) > _LONGEST_SLIP or not message.unknown_lines:
        account.refused.clear()
    if account.refused:
        return
    if _answers_evaluation(account.scene, person):
        # Nobody learns who answered what: words to it go to nobody, and are not quoted back either.
        account.refuse("…", "numbers_only")
    elif "participant" in person.roles:
        _pass_on(account, person, mail)
    else:
        _no_report(account, person, mail)


_LONGEST_SLIP = 60  # a mail no longer than this may be a word mistyped


def _no_report(account: Transcript, person: Person, mail: MailArrived) -> None:
    scene = account.scene
    today = [
        item
        for item in scene.situation.letters
        if item.name == "reporting_not_needed" and item.to_id == person.id and local_day(item.not_before, scene.zone) == scene.today
    ]
    if len(today) < _MOST_A_DAY:
        account.does(
            answer(scene, f"report/{mail.journal_id}", "reporting_not_needed", person, {"together": _together(scene, person)})
        )
    account.because.append("a report after the hand-over is neither read nor kept")


def _answers_evaluation(scene: Scene, person: Person) -> bool:
    letter = scene.situation.letter
    asked = letter is not None and letter.to_id == person.id
    return asked and letter is not None and scene.book.classes.get(letter.name) is LetterClass.EVALUATION


def _together(scene: Scene, person: Person) -> bool:
    """Whether there is a pair that END could end."""
    pair = open_match(scene, person)
    return pair is not None and pair.state is not MatchState.PROPOSED


def _pass_on(account: Transcript, person: Person, mail: MailArrived) -> None:
    """A participant may speak with their coordinator: the words go on unread, and no copy stays (R-124)."""
    scene = account.scene
    own = coordinator_of(scene.situation, person.id)
    readers = [own] if own is not None and own.state.value == "active" else list(holders(scene.situation, "clinical_coordinator"))
    for reader in readers[:1]:
        account.does(_passed(scene, person, reader, mail))
    account.because.append("a participant's words go on unread, and are not kept")


def _passed(scene: Scene, person: Person, reader: Person, mail: MailArrived) -> Enqueue:
    facts: dict[str, object] = {"person": {"name": person.name}, "text": mail.classified.message.new_text.strip()}
    written = answer(scene, f"passed_on/{mail.journal_id}", "passed_on", reader, facts)
    return replace(written, not_before=leaving(scene, reader, scene.now), answers_message="", because="passed on at their own wish")
