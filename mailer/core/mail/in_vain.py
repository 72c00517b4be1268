"""What was asked for in vain after the one `not_understood` of a thread and day: nobody goes on believing that it was done.

At most one such letter leaves a day (CONTRACT.md section 6). Who has a summary of their own reads the rest there; of anybody
else, whoever looks after them reads that there was a mail, and none of its words.
"""

from __future__ import annotations

from db.records import Person
from mailer.core.people.absence import look_after
from mailer.core.telling.transcript import Transcript
from mailer.core.world.who import MEMBERS
from mailer.model.decision import AddNote, Effect


def in_vain(account: Transcript, person: Person) -> tuple[Effect, ...]:
    """For a mail that was refused and gets no answer."""
    if not person.roles & set(MEMBERS):
        return tuple(AddNote(person.id, "refused_again", {"said": line["said"], "why": line["why"]}) for line in account.refused)
    if any(isinstance(effect, AddNote) for effect in account.effects):
        return ()  # somebody reads of this mail already
    return look_after(account.scene, person, "not_answered", {})
