"""A copy of somebody's own mail to a mentor or mentee is evidence of an attempt; no word in it is for us (REQUIREMENTS.md 4.1)."""

from __future__ import annotations

from db.records import Event, EventKind, Person
from mailer.core.telling.facts import own_mentors
from mailer.core.world.moments import in_words
from mailer.core.world.scene import Scene
from mailer.core.world.who import DUTIES, mentees_of
from mailer.model.decision import AddEvent, AddNote, Decision, MailArrived
from mailer.model.mail import IncomingMessage

_WATCHES = frozenset({"mwoc", "staff", "clinical_coordinator"})


def is_copy(scene: Scene, sender: Person, message: IncomingMessage) -> bool:
    """Whether a coordinator's or duty's mail was written to people of the program, and only copied to us (Cc or Bcc)."""
    if not sender.roles & {"coordinator", *DUTIES} or any(_ours(scene, address) for address in message.addressed):
        return False
    return any(item.roles & {"mentor", "mentee"} for item in _people(scene, sender, message.addressed))


def evidence_of(scene: Scene, sender: Person, mail: MailArrived) -> Decision:
    """One attempt by mail to the one person it was written to, once a day; the gap is looked at when attempts are counted."""
    message = mail.classified.message
    others = {address.lower() for address in message.to if not _ours(scene, address)} - {sender.email.lower()}
    reached = _people(scene, sender, tuple(others))
    if not mail.proof.suffices:
        return Decision((), "a copy whose sender is not proved is no evidence")
    if len(others) != 1 or len(reached) != 1:
        return Decision((), "a copy of mail to several people is no attempt: that is addressed to one")
    person = reached[0]
    if person not in _looked_after(scene, sender):
        return Decision((), "a copy of mail to somebody whom the sender does not look after")
    if any(_same(event, person, scene) for event in scene.situation.events):
        return Decision((), "this day's attempt by mail is known")
    shown = {"name": person.name if "mentor" in person.roles else person.first_name}
    told = AddNote(sender.id, "own_mail_counts", {"person": shown, "date": in_words(scene.today)})
    return Decision((AddEvent(person.id, "attempt", scene.today, "mail"), told), "a copy of their own mail: an attempt")


def _same(event: Event, person: Person, scene: Scene) -> bool:
    return event.person_id == person.id and event.kind is EventKind.ATTEMPT and event.on == scene.today and event.how == "mail"


def _people(scene: Scene, sender: Person, addresses: tuple[str, ...]) -> tuple[Person, ...]:
    wanted = {address.lower() for address in addresses}
    return tuple(item for item in scene.situation.people.values() if item.email.lower() in wanted and item.id != sender.id)


def _looked_after(scene: Scene, sender: Person) -> tuple[Person, ...]:
    """Whom the sender may try to reach: their own mentors and those mentors' mentees; a duty of the program anybody."""
    if sender.roles & _WATCHES:
        return tuple(item for item in scene.situation.people.values() if item.roles & {"mentor", "mentee", "participant"})
    own = own_mentors(scene, sender)
    return (*own, *(mentee for mentor in own for mentee in mentees_of(scene.situation, mentor.id)))


def _ours(scene: Scene, address: str) -> bool:
    """Whether an address is the program's inbox, with or without a letter's token (RFC 5233)."""
    local, _, domain = scene.book.program.inbox.lower().rpartition("@")
    here, _, there = address.lower().rpartition("@")
    return there == domain and here.partition("+")[0] == local
