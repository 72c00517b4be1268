"""A roster, from a file or from the monthly mail: people and pairs are added, nobody is removed (CONTRACT.md section 9)."""

from __future__ import annotations

from datetime import date, timedelta

from db.records import MatchState, Person, PersonState, Situation
from mailer.core.people.handing_on import handed_on
from mailer.core.telling.transcript import Transcript
from mailer.core.world.scene import Scene
from mailer.model.consent import AddRelease
from mailer.model.decision import AddMatch, AddPerson, Decision, Effect, MailArrived, RosterGiven, RosterRow
from mailer.model.program import Policy


def roster_given(scene: Scene, stimulus: RosterGiven) -> Decision:
    """Apply a whole roster; who has a coordinator is active, a mentor without one waits for APPROVE (in a monthly program)."""
    effects = tuple(effect for row in _in_order(stimulus.rows) for effect in _row(scene, row, story=stimulus.by == "story"))
    return Decision(effects, f"roster by {stimulus.by}: {len(stimulus.rows)} rows, {len(effects)} changes")


def take(account: Transcript, by: Person, mail: MailArrived) -> None:
    """A roster attached to a mail of a duty of the program (R-011)."""
    if not mail.roster and not mail.roster_problems:
        return
    if not by.roles & {"mwoc", "staff", "admin"}:
        account.refuse("-", "roster_not_yours")
        return
    changes = [effect for row in _in_order(mail.roster) for effect in _row(account.scene, row)]
    account.does(*changes)
    added = sum(isinstance(effect, AddPerson) for effect in changes)
    sheet = next((item.name for item in mail.classified.message.attachments if item.used_as == "roster"), "roster")
    account.line(sheet, "roster_read", rows=len(mail.roster), changed=added)
    for problem in mail.roster_problems:
        account.refuse("-", "roster_row_wrong", problem=problem)


def _in_order(rows: tuple[RosterRow, ...]) -> tuple[RosterRow, ...]:
    """Coordinators before the mentors who name them, mentors before their mentees, whatever the sheet's order."""
    return tuple(sorted(rows, key=lambda row: {"mentor": 1, "mentee": 2, "participant": 2}.get(row.role, 0)))


def _row(scene: Scene, row: RosterRow, *, story: bool = False) -> list[Effect]:
    situation, policy, today = scene.situation, scene.policy, scene.today
    known = next((person for person in situation.people.values() if person.email.casefold() == row.email.casefold()), None)
    found: list[Effect] = []
    new = _another_coordinator(situation, known, row)
    if known is not None and new is not None:
        found += handed_on(scene, known, new)
    if known is None or _differs(situation, known, row):
        found.append(AddPerson(row, _state(known, row, policy, story=story)))
    if row.mentor and not _matched(situation, known, row.mentor):
        found.append(_pair(row, policy, today))
    return found


def _another_coordinator(situation: Situation, known: Person | None, row: RosterRow) -> Person | None:
    """Whom a row names as the coordinator of a mentor who has another one until now; nobody where the sheet brings them itself."""
    if known is None or known.coordinator_id is None or "mentor" not in known.roles or not row.coordinator:
        return None
    named = (item for item in situation.people.values() if item.email.casefold() == row.coordinator.casefold())
    return next((item for item in named if "coordinator" in item.roles and item.id != known.coordinator_id), None)


def _pair(row: RosterRow, policy: Policy, today: date) -> AddMatch:
    """A pair of a roster; where the program puts people in touch and then leaves them alone, that was done, under a release."""
    if policy.word("involvement") != "handoff":
        return AddMatch(row.mentor, row.email, row.since)
    given = [date.fromisoformat(str(row.extra[key])) if row.extra.get(key) else None for key in ("matched", "released")]
    matched = given[0] or row.since or given[1] or today
    signed = given[1] or matched
    until = signed + timedelta(days=policy.number("roi.max_days"))
    paper = AddRelease(0, 0, policy.words("disclose.match_to_mentor"), "match", signed, until, 0)
    return AddMatch(row.mentor, row.email, matched, handed_over_on=max(matched, signed), release=paper)


def newcomer(policy: Policy) -> str:
    """The state somebody begins in: the address comes before anything else (policy key confirm_address)."""
    return (PersonState.UNCONFIRMED if policy.flag("confirm_address") else PersonState.ACTIVE).value


def _state(known: Person | None, row: RosterRow, policy: Policy, *, story: bool) -> str:
    if known is not None and known.state is not PersonState.WAITING:
        return known.state.value
    # The people of a story have confirmed their address, unless it says otherwise (CONTRACT.md section 8).
    if row.extra.get("confirmed") is False or (known is None and policy.flag("confirm_address") and not story):
        return PersonState.UNCONFIRMED.value
    waits = row.role == "mentor" and not row.coordinator and policy.word("involvement") == "monthly"
    return PersonState.WAITING.value if waits else PersonState.ACTIVE.value


def _differs(situation: Situation, known: Person, row: RosterRow) -> bool:
    coordinator = situation.people.get(known.coordinator_id or 0)
    return (
        row.role not in known.roles
        or (bool(row.name) and row.name != known.name)
        or (bool(row.phone) and row.phone != known.phone)
        or (bool(row.timezone) and row.timezone != known.timezone)
        or (bool(row.coordinator) and (coordinator is None or coordinator.email.casefold() != row.coordinator.casefold()))
    )


def _matched(situation: Situation, known: Person | None, mentor: str) -> bool:
    if known is None:
        return False
    for match in situation.matches:
        other = situation.people.get(match.mentor_id)
        if match.mentee_id == known.id and other is not None and other.email.casefold() == mentor.casefold():
            return match.state in (MatchState.ACTIVE, MatchState.PAUSED, MatchState.REMATCH_NEEDED)
    return False
