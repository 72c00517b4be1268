"""FORGET: an admin asks by mail that somebody be forgotten, and confirms it in reply to a letter of its own (R 7.2, 8)."""

from __future__ import annotations

from datetime import timedelta

from db.records import Letter, Person, PersonState
from mailer.core.people.contact import named_in
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import answer, said
from mailer.core.world.disclosure import view
from mailer.core.world.lookups import matches_with
from mailer.core.world.moments import in_words
from mailer.core.world.scene import Scene
from mailer.core.world.who import first_holder, holders
from mailer.model.decision import Decision, Forget, Forgetting
from mailer.model.mail import Command

_ASKED = "forget/asked/"  # .../<journal id>/<person id>: whom the question is about stands in its letter's key
_WAITS = "forget/waits/"  # .../<person id>/<time>
_DONE = "forgotten/"  # .../<person id>
_COUNTS = timedelta(days=7)  # how long a question may be answered with YES
_DUTIES = ("admin", "staff", "mwoc", "clinical_coordinator", "trainer")


def forget(account: Transcript, person: Person, command: Command, letter: Letter | None, text: str, journal_id: int) -> bool:
    """FORGET asks the admin who wrote it once more; YES and NO answer that question. False for any other word."""
    if command.word == "FORGET":
        _asked(account, person, command, text, journal_id)
        return True
    if letter is None or command.word not in ("YES", "NO") or not letter.key.startswith((_ASKED, _WAITS)):
        return False
    if command.word == "YES" and letter.key.startswith(_WAITS):
        return False
    _answered(account, person, command, letter, text)
    return True


def _asked(account: Transcript, person: Person, command: Command, text: str, journal_id: int) -> None:
    scene = account.scene
    if "admin" not in person.roles:
        account.refuse(text, "forget_not_yours", name=_admin_for(scene, person))
        return
    wanted = " ".join(named_in(command).split()).strip(" .,:;<>").casefold()
    people = scene.situation.people.values()
    meant = [item for item in people if wanted in (item.ref.casefold(), item.email.casefold(), item.name.casefold())]
    if len(meant) != 1:
        account.refuse(text, "forget_whom", [f"FORGET {item.ref}" for item in meant[:12]], name=named_in(command))
    elif meant[0].state is PersonState.FORGOTTEN:
        account.refuse(text, "forget_already", ref=meant[0].ref)
    elif meant[0].id == person.id:
        account.refuse(text, "forget_yourself")
    else:
        one = meant[0]
        running = sum(match.state.goes_on for match in matches_with(scene.situation, one.id))
        role = next((item for item in sorted(one.roles) if view(scene, "admin", item, one)), "")
        seen = view(scene, "admin", role, one)
        facts: dict[str, object] = {"said": text, "ref": one.ref, "running": running, "known": bool(seen), "person": seen}
        account.does(answer(scene, f"{_ASKED}{journal_id}/{one.id}", "forget_question", person, facts))
        account.line(text, "forget_asked", undoable=False)


def _admin_for(scene: Scene, person: Person) -> str:
    """The name of whom to ask, where the writer may know it."""
    for admin in holders(scene.situation, "admin"):
        for role in sorted(person.roles):
            if name := view(scene, role, "admin", admin).get("name"):
                return str(name)
    return ""


def _answered(account: Transcript, person: Person, command: Command, letter: Letter, text: str) -> None:
    scene = account.scene
    parts, ref = letter.key.split("/"), str(letter.facts.get("ref") or "")
    number = int(parts[3] if letter.key.startswith(_ASKED) else parts[2])
    if any(item.key == f"{_DONE}{number}" for item in scene.situation.letters):
        account.refuse(text, "forget_already", ref=ref)
    elif "admin" not in person.roles:
        account.refuse(text, "forget_not_yours", name=_admin_for(scene, person))
    elif not scene.by_token:
        account.refuse(text, "forget_by_reply")
    elif command.word == "NO":
        account.does(Forget(number, person.id, wanted=False))
        account.because.append("nobody is forgotten")
        account.line(text, "forget_left", undoable=False)
    elif scene.now - (letter.sent_at or letter.date) > _COUNTS:
        account.refuse(text, "forget_too_old", [f"FORGET {ref}"])
    else:
        account.does(Forget(number, person.id))
        account.because.append("somebody is to be forgotten")
        account.line(text, "forget_wanted", undoable=False, ref=ref)


def told_of_forgetting(scene: Scene, stimulus: Forgetting) -> Decision:
    """The proof letter, or what has to be settled first; without a name, for it stays when the person is forgotten."""
    asked = scene.person(stimulus.to_id)
    active = asked is not None and asked.state is PersonState.ACTIVE
    reader = asked if active else first_holder(scene.situation, _DUTIES, stimulus.person_id)
    if reader is None:
        return Decision((), "nobody is there to be told")
    facts: dict[str, object] = {"ref": stimulus.ref, "date": in_words(scene.today)}
    if stimulus.first:
        facts["lines"] = [said(f"forget first {kind}", **given) for kind, given in stimulus.first]
        letter = answer(scene, f"{_WAITS}{stimulus.person_id}/{stimulus.time}", "forget_waits", reader, facts)
        return Decision((letter,), "somebody is to be forgotten, and other matters come first")
    facts["lines"] = [said(f"forgot {kind}", count=count) for kind, count in stimulus.counts.items() if count]
    letter = answer(scene, f"{_DONE}{stimulus.person_id}", "forgotten", reader, facts)
    return Decision((letter,), "somebody is forgotten: the admin who asked is told")
