"""A known person seems to write from a new address: the old address and the coordinator are asked, nothing else happens (4.1)."""

from __future__ import annotations

import re

from db.records import Letter, Person
from mailer.core.people.absence import look_after
from mailer.core.people.new_address import YES, coordinator_answers, coordinator_asked
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import answer
from mailer.core.world.scene import Scene
from mailer.core.world.who import MEMBERS
from mailer.model.decision import AddAlias, AddEvent, AnswerAgain, Decision, Effect, MailArrived, Park, PutPerson
from mailer.model.mail import Command

_FOR = "address_for/"  # address_for/<journal id>/<new address>: asked for from the address on file
_READ = 4000  # characters of a mail in which such a wish is looked for
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
_SPEAKS = re.compile(
    r"\bnew (?:e-?mail|address|mail)|\b(?:changed?|update) (?:my|of) (?:e-?mail|address|mail)|\b(?:write|reach)(?: to)? me at\b"
    r"|\buse (?:this|my other|my private) (?:e-?mail|address|mail)|\bneue (?:adresse|e-?mail)|\bnueva direcci|\bnouvelle adresse"
    r"|\bnieuw (?:adres|e-?mail)|\bnovo (?:e-?mail|endere)|\bnuovo indirizzo|\bny (?:adress|adresse|e-?post)",
    re.IGNORECASE,
)
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


def asked_for(account: Transcript, person: Person, mail: MailArrived) -> None:
    """Somebody asks in plain words to be written to elsewhere: the address on file and the coordinator are asked first (4.1).

    Only where one address stands in the mail that nobody has, and the words beside it speak of a new one.
    """
    scene, message = account.scene, mail.classified.message
    text = message.new_text[:_READ]
    if not person.roles & set(MEMBERS) or not _SPEAKS.search(text):
        return
    known = {item.email.casefold() for item in scene.situation.people.values()} | {scene.book.program.inbox.casefold()}
    found = {one.casefold() for one in _ADDRESS.findall(text)} - known - {message.from_address.casefold()}
    if len(found) != 1 or any(letter.key.startswith(_FOR) and letter.to_id == person.id for letter in scene.situation.letters):
        return
    address = found.pop()[:150]
    account.does(answer(scene, f"{_FOR}{mail.journal_id}/{address}", "address_question", person, _OWNER))
    account.does(*coordinator_asked(scene, mail.journal_id, person, address))
    account.because.append("asks for a new address: the old one is asked")


def answers_question(account: Transcript, person: Person, command: Command, letter: Letter | None, text: str) -> bool:
    """YES (or ADDRESS OK) from the old address makes the new one an alias, and the waiting mail is answered; NO tells a human."""
    if coordinator_answers(account, command, letter, text):
        return True
    if letter is None or not letter.key.startswith((_KEY, _FOR)) or command.word not in (*YES, "NO"):
        return False
    kind, journal_id, address = letter.key.split("/", 2)
    asked = f"{kind}/" == _FOR
    if command.word == "NO":
        account.line(text, "confirmation_denied")
        account.does(*look_after(account.scene, person, "address_not_right" if asked else "address_denied", {}))
        return True
    if asked:
        account.does(AddAlias(person.id, person.email), PutPerson(person.id, {"email": address}))
        account.does(*look_after(account.scene, person, "new_address", {}))
        account.line(text, "address_known", undoable=False)
    else:
        account.line(text, "address_known")
        account.does(AddAlias(person.id, address), AnswerAgain(int(journal_id)))
    return True
