"""ENROLL: a trainer brings somebody in; what their ladders begin with leaves after the hold time (CONTRACT.md section 8, peer)."""

from __future__ import annotations

from collections.abc import Mapping

from db.records import Person
from mailer.core.people.rosters import newcomer
from mailer.core.telling.transcript import Transcript
from mailer.core.world.moments import after_hold, in_words, local_day
from mailer.model.decision import AddPerson, PutPerson, RosterRow

_ROLE = "specialist"


def enroll(account: Transcript, by: Person, arguments: Mapping[str, object], text: str) -> None:
    """Add a specialist by name and address, or begin with one who is on the roster and has not begun."""
    scene = account.scene
    if "trainer" not in by.roles:
        account.refuse(text, "not_your_word", word="ENROLL")
        return
    email = str(arguments.get("email") or "").strip("<>").lower()
    name = str(arguments.get("name") or "").strip()
    same = [person for person in scene.situation.people.values() if email and person.email.casefold() == email]
    known = next((person for person in same if not name or person.name.casefold() == name.casefold()), None)
    at = after_hold(scene.now, scene.policy, scene.zone)
    begun = {"enrolled": at.isoformat()}
    day = in_words(local_day(at, scene.zone))
    if "@" not in email or (known is None and not name):
        account.refuse(text, "enroll_needs_address")
    elif known is None and same:
        account.refuse(text, "enroll_address_taken")
    elif known is not None and _ROLE in known.roles and known.extra.get("enrolled"):
        account.refuse(text, "enrolled_before", name=known.name)
    elif known is not None and _ROLE in known.roles:
        account.does(PutPerson(known.id, {"extra": {**known.extra, **begun}}))
        account.line(text, "enrolled", name=known.name, date=day)
    else:
        row = RosterRow(known.name if known is not None else name, email, _ROLE, since=scene.today, extra=begun)
        account.does(AddPerson(row, newcomer(scene.policy)))
        account.line(text, "enrolled", name=row.name, date=day)
