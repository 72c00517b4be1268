"""The daily digest: what waited for a person's eyes, one letter, only if there is something to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from db.records import Note, Person
from mailer.core.rounds.standing import facts_of
from mailer.core.telling.facts import common_facts
from mailer.core.telling.writing import leaving, said
from mailer.core.world.scene import Scene
from mailer.model.counted import listed
from mailer.model.decision import Decision, DigestDue, Effect, Enqueue, NotesTold

# What the service did not do, and what waits for a decision, stand apart from news.
_NOT_DONE = frozenset(
    {
        "kit_missing",
        "survey_skipped",
        "results_missing",
        "blast_skipped",
        "blast_put_off",
        "stranger",
        "shared_address",
        "form_missing",
        "letter_not_written",
        "letter_held",
        "letter_put_off",
        "letter_after_return",
        "letter_cancelled",
        "is_away",
        "letter_came_back",
        "unproved_sign",
        "refused_again",
    }
)
_DECIDE = frozenset(
    {
        "problem_flagged",
        "problem_unanswered",
        "problem_planless",
        "problem_outcome",
        "problem_overdue",
        "problem_waits",
        "letters_come_back",
    }
    | {
        "look_first",
        "letter_late",
        "letter_unsure",
        "blast_late",
        "address_broken",
        "disclosure_came_back",
        "address_still_broken",
        "report_back_missing",
        "needs_staff",
        "asks_for",
        "still_away",
        "would_stop",
        "coordinator_left",
        "not_answered",
        "concern_marked",
        "training_marked",
    }
)


_REPORT = "month_report"
_WORDS = frozenset({"text", "plan", "result"})
_KEPT_NOWHERE = frozenset({"survey_filled"})


def digest_due(scene: Scene, stimulus: DigestDue, person: Person) -> Decision:
    """One digest out of a person's waiting notes."""
    everything = scene.situation.notes
    notes = tuple(note for note in everything if note.kind != _REPORT)
    notes = _together(_as_it_stands(notes))
    if not scene.policy.flag("digest_text"):
        notes = tuple(map(_unquoted, notes))
    reports = [dict(note.facts) for note in everything if note.kind == _REPORT]
    report = reports[-1] if reports else {}
    if not everything:
        return Decision((), "nothing to say, no letter")
    sections = [
        {"title": said(f"digest {title}"), "lines": [said(note.kind, **note.facts) for note in chosen]}
        for title, chosen in (
            ("to decide", [note for note in notes if note.kind in _DECIDE]),
            ("news", [note for note in notes if note.kind not in _DECIDE | _NOT_DONE]),
        )
        if chosen
    ]
    not_done = [said(note.kind, **note.facts) for note in notes if note.kind in _NOT_DONE]
    before = [letter.not_before for letter in scene.situation.letters if letter.to_id == person.id and letter.name == "digest"]
    last = max(before, default=None)
    effects: list[Effect] = [
        Enqueue(
            key=f"digest/{person.id}/{_newest(everything)}",
            letter="digest",
            to_id=person.id,
            facts={
                **common_facts(scene, person),
                "sections": sections,
                "not_done": not_done,
                "example": said(f"example {scene.policy.word('involvement')}"),
                **facts_of(scene, person, last),
                "report": report,
            },
            sheet=_sheet(report),
            sheet_name=str(report.get("sheet_name", "")),
            not_before=leaving(scene, person, stimulus.due_at),
            because="notes waited",
        ),
        NotesTold(tuple(note.id for note in everything)),
    ]
    return Decision(tuple(effects), f"digest of {len(everything)} notes")


# A problem moves on within a day: of these the last one of each walk says where it stands.
_STAGES = frozenset(
    {"problem_flagged", "problem_open", "problem_unanswered", "problem_planless", "problem_planned", "problem_outcome"}
    | {"problem_overdue", "problem_resolved", "problem_with_staff"}
)


def _as_it_stands(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """The notes without those about a problem that has moved on since."""
    last = {note.facts.get("walk"): note.id for note in notes if note.kind in _STAGES}
    return tuple(note for note in notes if note.kind not in _STAGES or last[note.facts.get("walk")] == note.id)


def _unquoted(note: Note) -> Note:
    """The note without what somebody wrote (7.2, item 4). Answers that are kept nowhere else reach their reader all the same."""
    if note.kind in _KEPT_NOWHERE or not _WORDS & note.facts.keys():
        return note
    return replace(note, facts={**{name: value for name, value in note.facts.items() if name not in _WORDS}, "unquoted": True})


# What is said of the mentor alone, whichever of their walks brings it up.
_OF_THE_MENTOR = frozenset({"still_away", "came_back"})


def _together(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """Notes that say the same are said once; where they differ in the coordinator alone, all of them are named."""
    groups: dict[str, list[Note]] = {}
    for note in notes:
        told = ("mentor",) if note.kind in _OF_THE_MENTOR else note.facts.keys() - {"coordinator"}
        alike = {name: note.facts.get(name) for name in sorted(told)}
        groups.setdefault(f"{note.kind} {alike!r}", []).append(note)
    found = []
    for group in groups.values():
        names = listed(dict.fromkeys(str(note.facts["coordinator"]) for note in group if note.facts.get("coordinator")))
        found.append(replace(group[0], facts={**group[0].facts, "coordinator": names}) if names else group[0])
    return tuple(found)


def _newest(notes: tuple[Note, ...]) -> int:
    return max(note.id for note in notes)


def _sheet(report: Mapping[str, object]) -> tuple[tuple[str, ...], ...]:
    rows = report.get("sheet")
    return tuple(tuple(str(cell) for cell in row) for row in rows) if isinstance(rows, list) else ()
