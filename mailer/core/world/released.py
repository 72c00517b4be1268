"""Who may be told what of whom: the signed releases, asked for a walk and for a letter being written (7.3, R-110, R-115)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from db.records import Case, Match, Person, Release
from mailer.core.world.disclosure import OF, view
from mailer.core.world.moments import in_words
from mailer.core.world.scene import Scene
from mailer.core.world.who import holder, match_of
from mailer.model.classes import LetterClass
from mailer.model.consent import Disclosing

MATCH, PEER_TALK = "match", "peer_talk"
_FIELDS = {MATCH: "disclose.match_to_mentor", PEER_TALK: "disclose.peer_talk"}


def match_in(scene: Scene, case: Case) -> Match | None:
    """The pair a walk is about."""
    return next((item for item in scene.situation.matches if item.id == case.match_id), None)


def open_match(scene: Scene, person: Person) -> Match | None:
    """The pair a person belongs to, proposed or handed over; one to one, so there is at most one."""
    pairs = (item for item in scene.situation.matches if person.id in (item.mentor_id, item.mentee_id) and item.state.is_open)
    return next(pairs, None)


def fields_of(scene: Scene, purpose: str) -> tuple[str, ...]:
    """What a release for this purpose lets be told (A09, A20)."""
    return scene.policy.words(_FIELDS[purpose])


def good_release(scene: Scene, giver_id: int, recipient_id: int, purpose: str) -> Release | None:
    """The newest release that is good today for all that its purpose tells."""
    found = [
        item
        for item in scene.situation.releases
        if (item.giver_id, item.recipient_id, item.purpose) == (giver_id, recipient_id, purpose)
        and item.good_on(scene.today)
        and set(fields_of(scene, purpose)) <= set(item.fields)
    ]
    return found[-1] if found else None


def _sides(scene: Scene, case: Case) -> tuple[Person, Person, str] | None:
    """Of whom a walk wants to tell, whom, and for what: a participant to their mentor, somebody willing to who asks."""
    pair = match_of(scene.situation, case)
    ids = pair if pair is not None else (case.data.get("asker"), case.subject_id)
    to, giver = (scene.person(item) if isinstance(item, int) else None for item in ids)
    if to is None or giver is None:
        return None
    return giver, to, MATCH if pair is not None else PEER_TALK


def released(scene: Scene, case: Case) -> Release | None:
    """The release a walk waits for, if it is there."""
    sides = _sides(scene, case)
    return good_release(scene, sides[0].id, sides[1].id, sides[2]) if sides is not None else None


def by_mail(scene: Scene, to: Person, giver: Person, purpose: str) -> bool:
    """Whether a number may go to somebody's mailbox: only where they said that nobody else reads it (A29); none, no letter."""
    private = purpose == PEER_TALK or bool(to.extra.get("private_mailbox"))
    return private and scene.policy.word("disclosure_channel") == "email" and bool(giver.phone)


def disclosing(scene: Scene, case: Case) -> Disclosing | None:
    """What a letter of this walk may tell at this moment; None where it may tell nothing."""
    sides = _sides(scene, case)
    if sides is None or released(scene, case) is None or not by_mail(scene, sides[1], sides[0], sides[2]):
        return None
    return Disclosing(sides[0].id, fields_of(scene, sides[2]), sides[2])


def call_by(scene: Scene, case: Case) -> date | None:
    """The day of the first call: the later of the day on the paper and the day of the match, and some days more (R-116)."""
    match, release = match_in(scene, case), released(scene, case)
    days = [day for day in (match.since if match else None, release.signed_on if release else None) if day is not None]
    return max(days) + timedelta(days=scene.policy.number("first_contact.within_days")) if days else None


def consent_facts(scene: Scene, case: Case, letter: str, to: Person, role: str) -> dict[str, object]:
    """What letters about releases and hand-overs say; nothing of anybody without a release that is good now."""
    told = disclosing(scene, case)
    giver = scene.person(told.giver_id) if told is not None else None
    mentor = holder(scene.situation, "mentor", case, ())
    match letter:
        case "closing_gate" if "participant" not in to.roles:
            participant = holder(scene.situation, "participant", case, ())
            return {"participant": view(scene, role, "participant", participant, letter=letter, to=to)}
        case "hand_off":
            due = call_by(scene, case)
            shown = _shown(view(scene, "mentor", "participant", giver, letter=letter, to=to), told)
            return {"by_mail": len(shown) > 1, "participant": shown, "due": in_words(due) if due and len(shown) > 1 else ""}
        case "match_made" | "release_request":
            due = call_by(scene, case)
            shows = mentor is not None and bool(mentor.extra.get("show_name"))
            named = view(scene, "participant", "mentor", mentor, letter=letter, to=to) if shows else {}
            return {
                "named": bool(named),
                "mentor": named,
                "due": in_words(due) if due else "",
                "valid_days": scene.policy.number("roi.max_days"),
            }
        case "end_notice":
            asks = "participant" in to.roles and mentor is not None and mentor.id != to.id
            before = any(
                item.name == letter and item.to_id == to.id and item.case_id == case.id and item.sent_at is not None
                for item in scene.situation.letters
            )
            return {"asks": asks, "again": before}
        case "rescission_receipt":
            return {"ended": bool(case.data.get("ended"))}
        case "peer_talk_contact":
            return {"participant": _shown(view(scene, "participant", "participant", giver, letter=letter, to=to), told)}
        case _:
            return {}


def _shown(seen: dict[str, object], told: Disclosing | None) -> dict[str, object]:
    return {name: value for name, value in seen.items() if told is not None and name in (*told.fields, OF)}


def on_their_own(scene: Scene, person: Person) -> bool:
    """Whether a person was handed over to a pair of their own, at any time: from then on nothing they report is kept (R-118)."""
    return any(
        person.id in (item.mentor_id, item.mentee_id) and item.handed_over_on is not None for item in scene.situation.matches
    )


def willing(scene: Scene, asker_id: int, asked: tuple[int, ...]) -> Iterator[Person]:
    """Participants who may be asked to talk about having a mentor, in a stable order; nobody twice, nobody who is away."""
    for person in sorted(scene.situation.people.values(), key=lambda item: item.id):
        here = person.away_until is None or person.away_until < scene.today
        reachable = person.state.value == "active" and person.address_broken_on is None and not person.held_by_safety
        asks = "participant" in person.roles and person.extra.get("peer_willing") and person.id not in (asker_id, *asked)
        if asks and here and reachable:
            yield person


def last_evaluation(scene: Scene, person_id: int, case: Case) -> int:
    """The id of the newest letter of questions that a person got in a walk; 0 where none is known."""
    asked = [
        item.id
        for item in scene.situation.letters
        if item.to_id == person_id and item.case_id == case.id and scene.book.classes.get(item.name) is LetterClass.EVALUATION
    ]
    return max(asked, default=0)
