"""Words of coordinators and staff about whose turn it is: SNOOZE, REASSIGN, SWAP, COVER (REQUIREMENTS.md 4.2, 4A)."""

from __future__ import annotations

from datetime import date, timedelta

from db.records import Case, Person
from mailer.core.ladders.act import duty_note
from mailer.core.ladders.putting import put
from mailer.core.ladders.walk import begin, roles_on
from mailer.core.people.contact import named_in
from mailer.core.people.handing_on import handed_on
from mailer.core.telling.facts import own_mentors
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import said
from mailer.core.world.moments import in_words, local_day, slot, slot_on
from mailer.core.world.scene import Scene, is_away
from mailer.core.world.who import holders, match_of, mentees_of, mentor_of, named
from mailer.model.decision import AddNote
from mailer.model.mail import Command

_STAFF = frozenset({"mwoc", "staff", "admin"})
_SNOOZED = 3  # days, where none are named


def by_duty(account: Transcript, person: Person, command: Command, text: str) -> bool:
    """Do what one of these words says; False for any other word."""
    match command.word:
        case "SNOOZE":
            _snooze(account, person, command, text)
        case "REASSIGN":
            _reassign(account, person, command, text)
        case "SWAP":
            _swap(account, person, command, text)
        case "COVER":
            return _cover(account, person, command, text)
        case _:
            return False
    return True


def _snooze(account: Transcript, person: Person, command: Command, text: str) -> None:
    """What was asked of the sender is asked again later; the matter of the answered letter, or all that waits for them."""
    scene = account.scene
    days = command.arguments.get("days")
    limit = scene.policy.number("pause.max_days")
    wanted = min(days if isinstance(days, int) else _SNOOZED, limit)
    until = slot_on(scene.today + timedelta(days=wanted), scene.policy, scene.zone)
    letter, own = scene.situation.letter, scene.situation.case
    about = named_in(command)
    asked = []
    for case in scene.situation.cases:
        ladder = scene.ladder(case)
        if ladder is None or case.closed_at is not None or case.due_at is None or case.state not in ladder.states:
            continue
        roles = roles_on(scene, person, case)
        state = ladder.states[case.state]
        if roles & {sending.to for sending in state.sends} or (state.owner in roles and state.gate):
            asked.append(case)
    if about:
        meant = {item.id for item in named(tuple(scene.situation.people.values()), about)}
        asked = [case for case in asked if meant & people_of(scene, case)]
    elif letter is not None and own is not None and letter.case_id == own.id and any(case.id == own.id for case in asked):
        asked = [case for case in asked if case.id == own.id]
    if not asked:
        _nothing_to_snooze(account, person, about, text)
        return
    sooner = [case for case in asked if case.due_at is not None and case.due_at < until]
    account.does(*(put(case, due_at=until) for case in sooner))
    # Who is not asked before that day anyway is told the day that holds.
    again = until if sooner else min(case.due_at for case in asked if case.due_at is not None)
    account.line(text, "snoozed", date=in_words(local_day(again, scene.zone)), count=len(asked))


def people_of(scene: Scene, case: Case) -> set[int]:
    """The mentor and the mentee a walk is about."""
    mentor, pair = mentor_of(scene.situation, case), match_of(scene.situation, case)
    return {*(pair or ()), *((mentor.id,) if mentor is not None else ())}


def _nothing_to_snooze(account: Transcript, person: Person, about: str, text: str) -> None:
    """Nothing waits for the sender; where the round with one of their mentors goes on by itself, what they can do about it."""
    scene = account.scene
    mentors = named(own_mentors(scene, person), about) if about and "coordinator" in person.roles else ()
    if len(mentors) != 1:
        account.refuse(text, "snooze_nothing", ["STATUS"])
        return
    name = mentors[0].name
    going = [
        case.due_at
        for case in scene.situation.cases
        if case.closed_at is None and case.owner == "mentor" and case.subject_id == mentors[0].id and case.due_at is not None
    ]
    due = in_words(local_day(min(going), scene.zone)) if going else ""
    account.refuse(text, "snooze_not_yours", [f"CONTACT {name} today"] if due else ["STATUS"], name=name, due=due)


def able(scene: Scene, mentor: Person | None, *, besides: frozenset[int] = frozenset()) -> tuple[Person, ...]:
    """Coordinators who can look after a mentor: here, not the mentor, nobody who is matched with them (4.1 Conflict)."""
    barred = set(besides)
    if mentor is not None:
        barred |= {mentor.id, *(mentee.id for mentee in mentees_of(scene.situation, mentor.id))}
    return tuple(item for item in holders(scene.situation, "coordinator") if item.id not in barred and not is_away(scene, item))


def _reassign(account: Transcript, person: Person, command: Command, text: str) -> None:
    if not person.roles & _STAFF:
        account.refuse(text, "not_your_word", word="REASSIGN")
        return
    scene = account.scene
    mentors = tuple(item for item in scene.situation.people.values() if "mentor" in item.roles)
    coordinators = holders(scene.situation, "coordinator")
    given = (str(command.arguments.get("mentor", "")), str(command.arguments.get("coordinator", "")))
    words = str(command.arguments.get("text", "")).split()
    splits = [given, *((" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words)))]
    if command.about:
        splits.append((command.about, " ".join(words) or given[0]))
    for first, second in splits:
        mentor, new = named(mentors, first), named(coordinators, second)
        if len(mentor) == 1 and len(new) == 1:
            _hand_on(account, person, mentor[0], new[0], text)
            return
    known = named(mentors, given[0]) or named(mentors, command.about)
    account.refuse(text, "reassign_whom" if len(known) == 1 else "which_person", name=given[1] if len(known) == 1 else given[0])


def _swap(account: Transcript, person: Person, command: Command, text: str) -> None:
    """A coordinator asks that somebody else takes the mentor of an assignment; who is named, or whoever has the fewest.

    A name decides; one that fits neither a mentor of theirs nor a colleague changes nothing, whoever else it could have been.
    """
    scene = account.scene
    letter, case = scene.situation.letter, scene.situation.case
    own = own_mentors(scene, person)
    answered = letter is not None and case is not None and letter.case_id == case.id
    about = mentor_of(scene.situation, case) if answered and case is not None else None
    colleagues = tuple(item for item in holders(scene.situation, "coordinator") if item.id != person.id)
    names = [name for name in (command.about, str(command.arguments.get("who") or "")) if name]
    mentors = {item.id: item for name in names for item in named(own, name)}
    wanted = {item.id: item for name in names for item in named(colleagues, name)}
    wanted |= {item.id: item for item in colleagues if mentors and item.name.casefold() in command.text.casefold()}
    for number in mentors.keys() & wanted.keys():  # a colleague who is also a mentor of theirs
        (wanted if about is None else mentors).pop(number)
    strange = next((name for name in names if not named((*own, *colleagues), name)), "")
    alone = about or (own[0] if len(own) == 1 else None)
    mentor = (next(iter(mentors.values())) if len(mentors) == 1 else None) if mentors else alone
    if strange or mentor is None or mentor.coordinator_id != person.id or len(wanted) > 1:
        account.refuse(text, "swap_whom", [f"SWAP {item.name}" for item in own[:12]], name=strange)
        return
    others = able(scene, mentor, besides=frozenset({person.id}))
    new = (
        next(iter(wanted.values()))
        if wanted
        else min(others, key=lambda item: (scene.situation.loads.get(item.id, 0), item.id), default=None)
    )
    if new is None:
        account.does(*duty_note(scene, "mwoc", "swap_nobody", {"mentor": {"name": mentor.name}, "person": {"name": person.name}}))
        account.line(text, "swap_nobody_yet", mentor=mentor.name)
        return
    _hand_on(account, person, mentor, new, text)


def _hand_on(account: Transcript, by: Person, mentor: Person, new: Person, text: str) -> None:
    scene = account.scene
    old = scene.person(mentor.coordinator_id)
    if new not in able(scene, mentor):
        account.refuse(text, "reassign_cannot", name=new.name)
        return
    if old is not None and old.id == new.id:
        account.line(text, "reassigned_already", mentor=mentor.name, name=new.name)
        return
    account.does(*handed_on(scene, mentor, new))
    if old is not None and old.id != by.id:
        account.does(AddNote(old.id, "reassigned", {"mentor": {"name": mentor.name}, "name": new.name}))
    account.because.append("another coordinator")
    account.line(text, "reassigned_to", mentor=mentor.name, name=new.name)


def cover_offered(scene: Scene, person: Person, command: Command, until: date) -> list[dict[str, object]]:
    """A coordinator who is away is offered COVER: by the colleague their line names, else by whoever has the fewest mentors."""
    others = [item for item in able(scene, None) if item.id != person.id]
    if not others or not any(ladder.opens == "word:COVER" for ladder in scene.book.ladders.values()):
        return []
    meant = [item for item in others if item.name.casefold() in command.text.casefold()]
    chosen = meant[0] if len(meant) == 1 else min(others, key=lambda item: (scene.situation.loads.get(item.id, 0), item.id))
    return [{"said": f"COVER {chosen.name} until {until}", "done": said("cover_offered", name=chosen.name), "offered": True}]


def _cover(account: Transcript, person: Person, command: Command, text: str) -> bool:
    """Open the walk of a cover: about the coordinator who is away, with who covers and until when."""
    scene = account.scene
    ladder = next((item for item in scene.book.ladders.values() if item.opens == "word:COVER"), None)
    if ladder is None:
        return False
    if not person.roles & {"coordinator", *_STAFF}:
        account.refuse(text, "not_your_word", word="COVER")
        return True
    coordinators = holders(scene.situation, "coordinator")
    who, whom = str(command.arguments.get("who", "")), str(command.arguments.get("for", "")) or command.about
    away: Person | None = person if "coordinator" in person.roles and not whom else None
    if not away and not whom:
        who, whom = "", who  # staff name only who is away
    if away is None:
        found = named(coordinators, whom)
        away = found[0] if len(found) == 1 and (person.roles & _STAFF or found[0].id == person.id) else None
    if away is None:
        account.refuse(text, "which_coordinator_away", name=whom)
        return True
    others = tuple(item for item in able(scene, None) if item.id != away.id)
    named_cover = named(others, who)
    if who and len(named_cover) != 1:
        account.refuse(text, "which_coordinator", [f"COVER {item.name} until …" for item in others[:6]], name=who)
        return True
    cover = (
        named_cover[0]
        if named_cover
        else min(others, key=lambda item: (scene.situation.loads.get(item.id, 0), item.id), default=None)
    )
    until = command.arguments.get("until") or away.away_until
    if cover is None:
        account.refuse(text, "which_coordinator", name="")
    elif not isinstance(until, date):
        account.refuse(text, "cover_without_day", name=cover.name)
    elif until < scene.today:
        account.refuse(text, "day_has_gone", date=in_words(until))
    elif any(
        case.ladder == ladder.name and case.subject_id == away.id and case.closed_at is None for case in scene.situation.cases
    ):
        account.refuse(text, "covered_already")
    else:
        key = f"{ladder.name}/{away.id}/{scene.now:%Y-%m-%dT%H:%M:%S}"
        ready = Scene(scene.book, scene.situation, scene.now, {"until": until, "cover": cover.id}, scene.answers_message)
        account.does(*begin(ready, ladder, key, subject=away, at=slot(scene.now, scene.policy, scene.zone)))
        account.because.append(f"{ladder.name}: opened")
        account.line(text, "covered", name=cover.name, date=in_words(until), whom="" if away.id == person.id else away.name)
    return True
