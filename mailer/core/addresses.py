"""A known person seems to write from a new address: the old address and the coordinator are asked, nothing else happens (4.1)."""

from __future__ import annotations

from db.records import Letter, Person
from mailer.core.absence import look_after
from mailer.core.new_address import coordinator_answers, coordinator_asked
from mailer.core.scene import Scene
from mailer.core.transcript import Transcript
from mailer.core.writing import answer
from mailer.model.decision import AddAlias, AddEvent, AnswerAgain, Decision, Effect, MailArrived, Park
from mailer.model.mail import Command

_KEY = "address/"  # address/<journal id>/<new address>: what the question is about stands in its letter's key
_OWNER: dict[str, object] = {"person": "", "address": ""}  # the letter to the old address names neither
_MOST_ASKED = 2  # questions that may wait for one person: a forwarded letter must not flood its owner


def from_elsewhere(scene: Scene, mail: MailArrived, owner: Person) -> Decision:
    """Mail that carries `owner`'s letter from an address nobody has: it may be theirs, or somebody they forwarded it to."""
    address = mail.classified.message.from_address
    effects: list[Effect] = []
    if owner.roles & {"mentor", "mentee"}:
        effects.append(AddEvent(owner.id, "sign_of_life", scene.today, "mail from another address"))
    waiting = [letter for letter in scene.situation.letters if letter.name == "address_question" and letter.to_id == owner.id]
    if address and len(waiting) < _MOST_ASKED:
        # Also a dead address is asked: it may have come back to life, and who counts the questions counts this one.
        effects.append(answer(scene, f"{_KEY}{mail.journal_id}/{address[:150]}", "address_question", owner, _OWNER))
        effects += coordinator_asked(scene, mail.journal_id, owner, address)
    effects += look_after(scene, owner, "writes_from_elsewhere", {})
    effects.append(Park("a known person's letter, answered from an address nobody has"))
    return Decision(tuple(effects), "the old address is asked whether the new one is right")


def answers_question(account: Transcript, person: Person, command: Command, letter: Letter | None, text: str) -> bool:
    """YES (or ADDRESS OK) from the old address makes the new one an alias, and the waiting mail is answered; NO tells a human."""
    if coordinator_answers(account, command, letter, text):
        return True
    if letter is None or not letter.key.startswith(_KEY) or command.word not in ("YES", "OK", "ADDRESS OK", "CONFIRM", "NO"):
        return False
    _, journal_id, address = letter.key.split("/", 2)
    if command.word == "NO":
        account.line(text, "confirmation_denied")
        account.does(*look_after(account.scene, person, "address_denied", {}))
        return True
    account.line(text, "address_known")
    account.does(AddAlias(person.id, address), AnswerAgain(int(journal_id)))
    return True
