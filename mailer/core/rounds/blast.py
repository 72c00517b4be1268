"""A blast, one page of people at a time: each gets one letter of their own with the link that belongs to their role (R-012)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from db.records import Case, LetterState, MatchState, Person, PersonState
from mailer.core.ladders.act import duty_note
from mailer.core.ladders.putting import put
from mailer.core.ladders.walk import Moved, happened
from mailer.core.telling.facts import answered_survey, common_facts
from mailer.core.telling.writing import TOO_LATE, capped, leaving, may_write_to
from mailer.core.world.lookups import letters_to, matches_with
from mailer.core.world.moments import in_words, local_day, month_in_words
from mailer.core.world.scene import Scene
from mailer.model.decision import Decision, Effect, Enqueue, Say
from mailer.model.program import State


def blast_page(scene: Scene, case: Case, state: State) -> Decision:
    """Write to the page of people in the situation; with none left, the walk goes on. Due again at once until then."""
    page = [scene.situation.people[person_id] for person_id in scene.situation.page if person_id in scene.situation.people]
    at = case.entered_at or scene.now
    if not page:
        skipped = scene.number(case, "skipped")
        told = duty_note(scene, "mwoc", "blast_skipped", {"count": skipped}) if skipped else ()
        put_off = scene.number(case, "put_off")
        if put_off:
            told = (*told, *duty_note(scene, "mwoc", "blast_put_off", {"count": put_off}))
        if scene.text(case, "late"):
            told = (*told, *_asked(scene, case, state))
        done = replace(
            case, data={key: value for key, value in case.data.items() if key not in ("cursor", "skipped", "put_off", "late")}
        )
        moved = happened(scene, done, "blast_done", frozenset(), at)
        effects = moved.effects if isinstance(moved, Moved) else (put(done, due_at=None),)
        return Decision((*told, *effects), "the blast is done")
    effects_list: list[Effect] = []
    skipped, put_off = scene.number(case, "skipped"), scene.number(case, "put_off")
    month = scene.text(case, "month") or scene.month
    for person in page:
        for role, letter in state.blast.items():
            if not gets(scene, person, role) or answered_survey(scene, person.id, month):
                continue
            if _one_waits(scene, case, person):
                continue  # away: what was written first is what they find
            if not may_write_to(person, scene.book.classes.get(letter)):
                skipped += 1
                continue
            one = letter_to(scene, case, person, role, letter)
            put_off += local_day(one.not_before, scene.zone) > local_day(at, scene.zone) and capped(person)
            effects_list.append(one)
    onward = replace(case, data={**case.data, "cursor": page[-1].id, "skipped": skipped, "put_off": put_off})
    effects_list.append(put(onward, due_at=at))
    return Decision(tuple(effects_list), f"blast: {len(effects_list) - 1} letters of one page")


def _one_waits(scene: Scene, case: Case, person: Person) -> bool:
    """Whether an earlier letter of the same round has not left yet."""
    return any(
        letter.case_id == case.id and letter.state is LetterState.WAITING for letter in letters_to(scene.situation, person.id)
    )


def gets(scene: Scene, person: Person, role: str) -> bool:
    """Mentors with a coordinator, and those mentors' mentees: nobody else."""
    if role == "mentor":
        return "mentor" in person.roles and person.coordinator_id is not None and person.state is not PersonState.WAITING
    for match in matches_with(scene.situation, person.id):
        mentor = scene.situation.people.get(match.mentor_id)
        if (
            match.mentee_id == person.id
            and match.state is MatchState.ACTIVE
            and mentor is not None
            and mentor.coordinator_id is not None
        ):
            return True
    return False


def letter_to(scene: Scene, case: Case, person: Person, role: str, letter: str) -> Enqueue:
    """One person's letter of a blast, with the link that belongs to their role."""
    links = case.data.get("links")
    link = str(links.get(role, "")) if isinstance(links, dict) else ""
    month = scene.text(case, "month") or scene.month
    return Enqueue(
        key=f"{case.key}/{month}/{letter}/{person.id}",
        letter=letter,
        to_id=person.id,
        facts={**common_facts(scene, person), "link": link, "month": month_in_words(month)},
        not_before=leaving(scene, person, case.entered_at or scene.now),
        case_key=case.key,
        hold=bool(scene.text(case, "late")),
        because=TOO_LATE if scene.text(case, "late") else "the month's survey",
    )


def _asked(scene: Scene, case: Case, state: State) -> tuple[Effect, ...]:
    """A blast that should have left more than a week ago waits as a whole for one word."""
    due = local_day(datetime.fromisoformat(scene.text(case, "late")), scene.zone)
    letter = Say(f"letter {next(iter(state.blast.values()))}")
    return duty_note(scene, "mwoc", "blast_late", {"letter": letter, "date": in_words(due)})
