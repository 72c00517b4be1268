"""An application to be listed: from somebody here, or from an address nobody knows (R-222)."""

from __future__ import annotations

from collections.abc import Mapping

from db.records import Case, Person
from mailer.core.telling.directory import PUBLISHED, texts
from mailer.core.telling.transcript import Transcript
from mailer.core.world.scene import Scene
from mailer.model.decision import AddPerson, Decision, Effect, MailArrived, PutPerson, RosterRow
from mailer.model.mail import Command, IncomingMessage

WORD = "MENTORSHIP APPLICATION"


def takes_applications(scene: Scene) -> bool:
    """Whether people may apply by mail: in programs with a directory."""
    return scene.policy.word("involvement") == "directory"


def of_a_stranger(scene: Scene, mail: MailArrived) -> Decision | None:
    """Who is not known here may apply; nothing else a stranger writes is answered (CONTRACT.md section 9, Proof)."""
    message = mail.classified.message
    command = next((item for item in message.commands if item.word == WORD), None)
    if command is None or not message.from_address or not takes_applications(scene):
        return None
    return Decision((_applicant(scene, command, _name_of(command, message), message.from_address),), "an application")


def apply(account: Transcript, person: Person, command: Command) -> bool:
    """Somebody known applies who is no mentor yet: the walk of their listing begins with the role."""
    if command.word != WORD or not takes_applications(account.scene) or "mentor" in person.roles:
        return False
    account.does(_applicant(account.scene, command, person.name, person.email))
    account.because.append("an application")
    return True


def _name_of(command: Command, message: IncomingMessage) -> str:
    return str(command.arguments.get("name") or message.from_name or message.from_address.partition("@")[0])[:120]


def _applicant(scene: Scene, command: Command, name: str, email: str) -> AddPerson:
    marks = {"publish": list(PUBLISHED), **application_marks(command.arguments), "applied_on": scene.today.isoformat()}
    phone = str(command.arguments.get("phone") or "")[:60]
    return AddPerson(RosterRow(name, email, "mentor", phone=phone, extra=marks), "active")


def application_marks(given: Mapping[str, object]) -> dict[str, object]:
    """What an application says, as marks of a person; what it leaves out is not among them."""
    found: dict[str, object] = {name: given[name] for name in ("certification", "years", "setting") if given.get(name)}
    for name in ("topics", "publish"):
        if given.get(name):
            found[name] = list(dict.fromkeys(tag for item in texts(given[name]) for tag in item.casefold().split()))
    if given.get("region"):
        found["region"] = str(given["region"]).casefold()
    return found


def applied_again(scene: Scene, case: Case) -> tuple[Effect, ...]:
    """An application of somebody whose listing has a walk: its lines replace what was known before."""
    subject = scene.person(case.subject_id)
    if subject is None:
        return ()
    marks = {"publish": list(PUBLISHED), **subject.extra, **application_marks(scene.words), "applied_on": scene.today.isoformat()}
    changes: dict[str, object] = {"extra": marks}
    if scene.words.get("phone"):
        changes["phone"] = str(scene.words["phone"])[:60]
    return (PutPerson(subject.id, changes),)


def certified(scene: Scene, case: Case) -> tuple[Effect, ...]:
    """What staff has found out about a certification replaces what the application said (R-204, R-205)."""
    subject = scene.person(case.subject_id)
    if subject is None:
        return ()
    until = scene.words.get("until")
    marks = {
        **subject.extra,
        "years": scene.words.get("years"),
        "domain": str(scene.words.get("domain") or ""),
        "certified_until": str(until) if until else "",
        "verified_on": scene.today.isoformat(),
    }
    return (PutPerson(subject.id, {"extra": marks}),)


def is_qualified(scene: Scene) -> bool:
    """Whether what staff writes is enough to be listed: years of experience in the program's domain (A12)."""
    years, domain = scene.words.get("years"), str(scene.words.get("domain") or "")
    enough = isinstance(years, int) and years >= scene.policy.number("eligibility.min_years")
    return enough and domain.casefold() == scene.policy.word("eligibility.domain").casefold()
