"""A new address for somebody whose old one is dead: the coordinator's ADDRESS OK and a YES from the new one (4.1).

Neither of the two is enough alone (R 7.2, 13): a coordinator asks by telephone, and whoever reads at the new address says yes.
"""

from __future__ import annotations

from dataclasses import replace

from db.records import Letter, Person
from mailer.core.ladders.act import duty_note
from mailer.core.people.absence import look_after, mended
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import answer
from mailer.core.world.scene import Scene
from mailer.core.world.who import coordinator_of, holders
from mailer.model.decision import AnswerAgain, Decision, Effect, Enqueue, MailArrived, PutPerson
from mailer.model.mail import Command

_ASKED = "new_address/asked/"  # …<journal id>/<person id>/<new address>: what a question is about stands in its letter's key
_CONFIRM = "new_address/confirm/"
YES = ("YES", "OK", "RIGHT", "ADDRESS OK", "CONFIRM")  # what may be said to a question about an address, beside NO


def coordinator_asked(scene: Scene, journal_id: int, owner: Person, address: str) -> tuple[Effect, ...]:
    """The coordinator of somebody who seems to write from a new address is asked whether it is theirs."""
    own = coordinator_of(scene.situation, owner.id)
    readers = [item for item in (own, *holders(scene.situation, "mwoc"), *holders(scene.situation, "staff")) if item is not None]
    reader = next((item for item in readers if item.id != owner.id), None)
    if reader is None or not address:
        return ()
    name = owner.name if "mentor" in owner.roles or reader is not own else owner.first_name
    key = f"{_ASKED}{journal_id}/{owner.id}/{address[:150]}"
    return (answer(scene, key, "address_question", reader, {"person": name, "address": address}),)


def coordinator_answers(account: Transcript, command: Command, letter: Letter | None, text: str) -> bool:
    """ADDRESS OK from the coordinator: the new address is asked itself; NO, and everything stays as it is."""
    if letter is None or not letter.key.startswith(_ASKED) or command.word not in (*YES, "NO"):
        return False
    journal_id, owner_id, address = letter.key.removeprefix(_ASKED).split("/", 2)
    owner = account.scene.person(int(owner_id))
    if command.word == "NO" or owner is None:
        account.line(text, "address_left")
        if owner is not None:
            account.does(*duty_note(account.scene, "staff", "address_not_right", {"person": {"name": owner.name}}))
        return True
    question = answer(account.scene, f"{_CONFIRM}{journal_id}/{owner_id}/{address}", "address_confirmation", owner, {})
    account.does(replace(question, to_address=address, answers_message=""))
    account.line(text, "address_asked")
    return True


def confirms(scene: Scene, mail: MailArrived) -> Decision | None:
    """A YES from the new address itself: letters go there from now on, and walks that waited for it begin their wait afresh."""
    letter = scene.situation.letter
    message = mail.classified.message
    if letter is None or not letter.key.startswith(_CONFIRM) or not message.token:
        return None
    journal_id, owner_id, address = letter.key.removeprefix(_CONFIRM).split("/", 2)
    owner = scene.person(int(owner_id))
    if owner is None or message.from_address.casefold() != address.casefold():
        return None
    words = {command.word for command in message.commands}
    if not words & set(YES):
        notes = look_after(scene, owner, "new_address_not_confirmed", {})
        return Decision(notes, "the new address did not say yes")
    account = Transcript(scene)
    account.does(PutPerson(owner.id, {"email": address, "address_broken_on": None}), *mended(scene, owner))
    account.does(AnswerAgain(int(journal_id)), *look_after(scene, owner, "new_address", {}))
    account.line(min(words & set(YES)), "address_known", undoable=False)
    receipt = [
        replace(effect, to_address=address) if isinstance(effect, Enqueue) else effect
        for effect in account.reply(owner, mail.journal_id, letter, [])
    ]
    return Decision((*account.effects, *receipt), "the coordinator and the new address agree: letters go there from now on")
