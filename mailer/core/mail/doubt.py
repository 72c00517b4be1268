"""Mail of which we do not know well enough who wrote it: strangers, people who share an address, senders without proof."""

from __future__ import annotations

from db.records import Person
from mailer.core.ladders.act import duty_note
from mailer.core.ladders.applying import of_a_stranger
from mailer.core.mail import hands_off
from mailer.core.people.absence import look_after
from mailer.core.people.addresses import from_elsewhere
from mailer.core.people.new_address import confirms
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import answer
from mailer.core.words import consent_words
from mailer.core.words import obey as words
from mailer.core.world.moments import local_day
from mailer.core.world.scene import Scene
from mailer.model.consent import NotKept
from mailer.model.decision import AddEvent, Decision, Effect, MailArrived, Park, Say


def nobody_known(scene: Scene, mail: MailArrived) -> Decision:
    if len(scene.situation.sender_ids) > 1:
        return _one_of_several(scene, mail)
    confirmed = confirms(scene, mail)
    if confirmed is not None:
        return confirmed
    letter = scene.situation.letter
    owner = scene.person(letter.to_id) if letter is not None else None
    if owner is not None and mail.classified.message.token:
        return from_elsewhere(scene, mail, owner)
    applied = of_a_stranger(scene, mail)
    if applied is not None:
        return applied
    return Decision((*duty_note(scene, "staff", "stranger", {}), Park("the sender is not known")), "a stranger changes nothing")


def _one_of_several(scene: Scene, mail: MailArrived) -> Decision:
    """Several people share the address and no letter tells who wrote (4A): nobody of them is silent, a human reads it."""
    people = [person for number in scene.situation.sender_ids if (person := scene.person(number)) is not None]
    effects: list[Effect] = [
        AddEvent(person.id, "sign_of_life", scene.today, "shared address")
        for person in people
        if person.roles & {"mentor", "mentee"}
    ]
    if mail.proof.suffices:
        said = mail.classified.message.subject or "-"
        facts: dict[str, object] = {
            "you": {"name": Say("you_who_share"), "first_name": Say("you_who_share")},
            "lines": [{"said": said, "why": Say("who_of_you"), "choices": []}],
            "words": [],
        }
        key = f"not_understood/{people[0].id}/{scene.today}/shared"
        effects.append(answer(scene, key, "not_understood", people[0], facts))
    effects.extend(duty_note(scene, "staff", "shared_address", {}))
    effects.append(Park("several people share this address"))
    return Decision(tuple(effects), "who wrote is not clear")


def unproved(scene: Scene, mail: MailArrived, person: Person) -> Decision:
    """A known address without proof: nothing final happens (CONTRACT.md section 9, Proof of the sender)."""
    message = mail.classified.message
    account = Transcript(scene)
    rescinds = [command for command in message.commands if command.word == "RESCIND"]
    ladder = next((item for item in scene.book.ladders.values() if item.opens == "word:RESCIND"), None)
    if rescinds and ladder is not None:
        consent_words.rescind(account, ladder, person, rescinds[0], rescinds[0].text or "RESCIND")
        effects = (*account.effects, *account.reply(person, mail.journal_id, None, []))
        return Decision(effects, "RESCIND needs no proof")
    stops = [command for command in message.commands if command.word == "STOP"]
    if stops:
        words.stop(account, person, stops[0].text or "STOP")
        effects = (*account.effects, *account.reply(person, mail.journal_id, None, []))
        return Decision(effects, "STOP needs no proof")
    # An absence is a sign of life, not a word that waits for a confirmation.
    asks = [command.text or command.word for command in message.commands if command.word != "AWAY"]
    signs: tuple[Effect, ...] = ()
    if person.roles & {"mentor", "mentee"}:
        signs = (AddEvent(person.id, "sign_of_life", scene.today, "unproved mail"),)
    if asks or message.form or message.links or mail.roster or (mail.classified.means == "results"):
        if _asked_today(scene, person) >= _MOST_CONFIRMATIONS:
            return Decision(
                (*signs, Park("more unproved mail in one day than anybody is asked about")), "a human looks at this one"
            )
        letter = answer(scene, f"confirm/{mail.journal_id}", "confirm_sender", person, {"said": asks or [message.subject or "-"]})
        return Decision((*signs, letter), "words of an unproved sender wait for a confirmation from the address on file")
    notes = look_after(scene, person, "unproved_sign", {})
    gone = (NotKept("after a hand-over nothing of it is kept"),) if hands_off.applies(scene, person) else ()
    return Decision((*signs, *notes, *gone), "an unproved mail is a sign of life, no contact")


_MOST_CONFIRMATIONS = 3  # a day and person: a forger must not be able to fill somebody's mailbox through us


def _asked_today(scene: Scene, person: Person) -> int:
    return sum(
        letter.name == "confirm_sender" and letter.to_id == person.id and local_day(letter.not_before, scene.zone) == scene.today
        for letter in scene.situation.letters
    )
