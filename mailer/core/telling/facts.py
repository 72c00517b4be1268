"""What a letter may say: facts about people for one recipient, nothing the disclosure table does not allow (R-012, R-020)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from db.records import Case, EventKind, Person, PersonState
from mailer.core.telling.activity import activity_facts
from mailer.core.telling.directory import LISTING_LETTERS, application_facts, directory_facts, listing_facts, subject_mark
from mailer.core.telling.forms import draft_rows, ready_rows, rows_without_summary
from mailer.core.telling.month_log import log_facts
from mailer.core.telling.periods import periods
from mailer.core.world.attempts import signs_for, unanswered
from mailer.core.world.disclosure import view
from mailer.core.world.lookups import events_of, matches_with
from mailer.core.world.moments import in_words, local_day, month_in_words, month_of, slot_on
from mailer.core.world.scene import Scene
from mailer.core.world.who import coordinator_of, holder, holders, match_of, mentees_of, mentor_of, subject_of
from mailer.model.counted import listed
from mailer.model.decision import Say
from mailer.model.program import State


def common_facts(scene: Scene, to: Person | None) -> dict[str, object]:
    """What every letter knows."""
    program = scene.book.program
    return {
        "program": {"name": program.name, "inbox": program.inbox, "emergency": program.emergency},
        "you": {"name": to.name, "first_name": to.first_name} if to else {"name": program.name, "first_name": program.name},
        "month": month_in_words(scene.month),
    }


def letter_facts(scene: Scene, case: Case, letter: str, to: Person | None, role: str) -> dict[str, object]:
    """All facts a letter about a walk may read, for a recipient who stands in `role` towards it."""
    found = common_facts(scene, to)
    month = scene.text(case, "month") or scene.month
    found["month"] = month_in_words(month)
    role = {"mentees": "mentee", "coordinators": "coordinator"}.get(role, role)

    def seen(about: str, person: Person | None) -> dict[str, object]:
        return view(scene, role, about, person, letter=letter, to=to)

    mentor = mentor_of(scene.situation, case)
    found["mentor"] = seen("mentor", mentor)
    pair = match_of(scene.situation, case)
    mentee = scene.person(pair[1]) if pair else None
    found["mentee"] = seen("mentee", mentee)
    found["coordinator"] = seen("coordinator", _coordinator(scene, case, mentor))
    found["mwoc"] = seen("mwoc", holder(scene.situation, "mwoc", case))
    if mentor is not None:
        names = [seen("mentee", person).get("first_name", "") for person in mentees_of(scene.situation, mentor.id)]
        found["mentees"] = listed(str(name) for name in names) or Say("no_mentees")
    found["again"] = scene.number(case, f"seen {letter}") > 0
    if case.due_at is not None:
        found["due"] = in_words(local_day(case.due_at, scene.zone))
    found.update(activity_facts(scene, case))
    found.update(log_facts(scene, case, letter))
    found.update(periods(scene, letter))
    match letter:
        case "closing_gate" | "mentor_silent" | "mentee_silent" if "attempt.count" in scene.policy.values:
            found.update(_evidence(scene, case, role, mentor, mentee))
        case "problem_clarify" | "problem_plan" | "problem_act" | "problem_follow_up" | "problem_to_staff":
            found.update(_problem(scene, case))
        case "team_note":
            found["others"] = [_member(scene, person) for person in _team(scene, case) if to is not None and person.id != to.id]
        case "contact_form_draft" | "contact_form":
            found.update(_form(scene, case, month, whole=letter == "contact_form_draft"))
            if letter == "contact_form":
                found["again"] = found["sent_before"]  # what was sent is sent anew
        case "application_receipt" | "verify_application" if (subject := subject_of(scene.situation, case)) is not None:
            found.update(application_facts(scene, subject), **listing_facts(scene, case, to))
        case "ethics_agreement":
            found["version"] = scene.policy.word("ethics.version")
            found["due"] = in_words(_plus(scene, scene.policy.number("ethics.grace_days")))
            found["again"] = bool(subject_mark(scene, case, "listed"))
        case "directory":
            pair_mentor = pair[0] if pair else 0
            found.update(directory_facts(scene, to, without=(pair_mentor,)))
        case name if name in LISTING_LETTERS:
            found.update(listing_facts(scene, case, to))
        case "assignment":
            found["waits"] = scene.policy.number("introduction.preview_hours") > 0
        case "introduction":
            found["own_words"] = scene.text(case, "text")
        case "survey_digest" if to is not None:
            found.update(_survey(scene, to))
        case _:
            pass
    return found


def _coordinator(scene: Scene, case: Case, mentor: Person | None) -> Person | None:
    """In whose name a walk's letters speak; for a coordinator who has left, whoever looks after their mentors until REASSIGN."""
    own = coordinator_of(scene.situation, mentor.id) if mentor is not None else None
    if own is not None and own.state is not PersonState.ACTIVE:
        return holder(scene.situation, "coordinator", case)
    return holder(scene.situation, "coordinator", case, ())


def _plus(scene: Scene, days: int) -> date:
    return local_day(slot_on(date.fromordinal(scene.today.toordinal() + days), scene.policy, scene.zone), scene.zone)


def _problem(scene: Scene, case: Case) -> dict[str, object]:
    """A problem in the words of those who work on it; staff get a reference and the kind of matter, no words (4C ESCALATED)."""
    return {
        "text": scene.text(case, "text") or Say("problem_untold"),
        "plan": scene.text(case, "plan") or Say("plan_untold"),
        "ref": scene.text(case, "ref") or "-",
        "kind": Say(f"kind {scene.text(case, 'kind') or 'need_staff'}"),
    }


def _team(scene: Scene, case: Case) -> tuple[Person, ...]:
    found = [person for role in ("coordinator", "mentor", "mentees") for person in recipients(scene, case, role)]
    return tuple({person.id: person for person in found}.values())


def _member(scene: Scene, person: Person) -> dict[str, object]:
    """What members of a team read of each other once all of them have said yes (R-003)."""
    return view(scene, "team", "member", person)


def _evidence(scene: Scene, case: Case, role: str, mentor: Person | None, mentee: Person | None) -> dict[str, object]:
    subject = mentee if case.about == "match" else mentor
    about = "mentee" if case.about == "match" else "mentor"
    if subject is None:
        return {}
    tried = unanswered(scene.situation, subject.id, scene.policy.number("attempt.min_gap_days"), scene.zone)
    signs = signs_for(scene.situation, case, subject.id)
    since = case.data.get("since")
    stopped = subject.state is PersonState.STOPPED  # an answer to the last letter, not silence
    found: dict[str, object] = {
        "about": about,
        "stopped": stopped,
        "person": view(scene, role, about, subject),
        "attempts": [
            {
                "date": in_words(item.on),
                "letter": Say(f"letter {item.what}"),
                "result": Say(f"result {'stopped' if stopped and item is tried[-1] else item.result}"),
            }
            for item in tried
        ],
        "records": [{"date": in_words(item.on), "message_id": item.message_id} for item in tried if item.message_id],
        "signs": [{"date": in_words(event.on), "what": Say(f"sign {event.kind.value}")} for event in signs],
        "since": in_words(date.fromisoformat(str(since))) if since else Say("since_unknown"),
    }
    if case.about == "match":
        found["affected"] = view(scene, role, "mentor", mentor).get("name", "")
    else:
        names = [
            str(view(scene, role, "mentee", person).get("first_name", "")) for person in mentees_of(scene.situation, subject.id)
        ]
        found["affected"] = listed(names) or Say("nobody")
    found["open_matters"] = [state.says for state in _open_matters(scene, case)]
    hours = scene.policy.number("handover.preview_hours")
    found["sends_on"] = in_words(_plus(scene, (hours + 23) // 24))
    found["another"] = scene.policy.number("handover.attempts") > 1
    return found


def _open_matters(scene: Scene, case: Case) -> list[State]:
    """Where other matters of the same mentor stand that somebody has opened with a word: reports, problems (4A CLOSING_GATE)."""
    mentor = mentor_of(scene.situation, case)
    found: list[State] = []
    for other in scene.situation.cases:
        ladder = scene.ladder(other)
        if ladder is None or not ladder.opens.startswith("word:") or other.closed_at is not None or other.key == case.key:
            continue
        its = mentor_of(scene.situation, other)
        if mentor is not None and its is not None and its.id == mentor.id and other.state in ladder.states:
            found.append(ladder.states[other.state])
    return found


def _form(scene: Scene, case: Case, month: str, *, whole: bool) -> dict[str, object]:
    coordinator = scene.person(case.subject_id)
    if coordinator is None:
        return {}
    rows = draft_rows(scene, coordinator, month) if whole else ready_rows(scene, coordinator, month)
    return {
        "coordinator": {"name": coordinator.name, "first_name": coordinator.first_name},
        "rows": [row.as_facts() for row in rows],
        "missing": [person.name for person in rows_without_summary(scene, coordinator, month)],
        "four": scene.policy.values.get("contact_form.columns") == "seed",
        "changed": [row.mentor.name for row in rows if not row.sent],
        "sent_before": any(row.sent for row in rows),
    }


def _survey(scene: Scene, coordinator: Person) -> dict[str, object]:
    """A coordinator's own rows of the survey: their mentors and these mentors' mentees, nobody else's (R-011, R-014)."""
    rows: list[dict[str, object]] = []
    missing: list[str] = []
    given = scene.situation.survey
    for mentor in own_mentors(scene, coordinator):
        for role, person in (("mentor", mentor), *(("mentee", mentee) for mentee in mentees_of(scene.situation, mentor.id))):
            seen = view(scene, "coordinator", role, person)
            who = str(seen.get("name") or seen.get("first_name", ""))
            if person.id in given:
                quoted = scene.policy.flag("digest_text")  # 7.2, item 4
                answers = [{"question": question, "answer": answer} for question, answer in given[person.id]] if quoted else []
                count = 0 if quoted else sum(bool(answer.strip()) for _, answer in given[person.id])
                rows.append({"who": who, "role": Say(f"role {role}"), "answered": True, "answers": answers, "count": count})
            else:
                missing.append(who)
    return {"rows": rows, "missing": missing, "nothing_came": not given}


def own_mentors(scene: Scene, coordinator: Person) -> tuple[Person, ...]:
    """The active mentors assigned to a coordinator, by name."""
    own = [
        person
        for person in scene.situation.people.values()
        if "mentor" in person.roles and person.coordinator_id == coordinator.id and person.state.value == "active"
    ]
    return tuple(sorted(own, key=lambda person: (person.name.casefold(), person.id)))


def recipients(scene: Scene, case: Case, role: str) -> tuple[Person, ...]:
    """The people a role word means for a walk, each of whom gets a letter of their own."""
    match role:
        case "mentees":
            mentor = mentor_of(scene.situation, case)
            return mentees_of(scene.situation, mentor.id) if mentor else ()
        case "coordinators":
            return tuple(person for person in holders(scene.situation, "coordinator") if own_mentors(scene, person))
        case _:
            found = holder(scene.situation, role, case)
            return (found,) if found else ()


def matches_of(scene: Scene, case: Case) -> tuple[int, ...]:
    """The open matches a walk is about."""
    if case.match_id is not None:
        return (case.match_id,)
    return tuple(
        match.id
        for match in matches_with(scene.situation, case.subject_id or 0)
        if match.mentor_id == case.subject_id and match.state.goes_on
    )


def answered_survey(scene: Scene, person_id: int, month: str) -> bool:
    return any(
        event.kind is EventKind.SURVEY_ANSWERED and month_of(event.on) == month for event in events_of(scene.situation, person_id)
    )


def kept_links(scene: Scene, case: Case) -> dict[str, str]:
    """The survey links a walk knows: those kept before, and those of the mail in hand."""
    found: dict[str, str] = {}
    for links in (case.data.get("links"), scene.words.get("links")):
        if isinstance(links, Mapping):
            found.update({str(key): str(value) for key, value in links.items() if value})
    return found
