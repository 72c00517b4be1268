"""Answers to HELP, STATUS and WHY, as lines of a receipt; only what the sender may know."""

from __future__ import annotations

from collections.abc import Iterable

from db.records import Letter, Person, PersonState
from mailer.core.ladders.walk import roles_on
from mailer.core.rounds.standing import decided, is_looked_after, is_theirs, sentence, side, title
from mailer.core.telling.offered import as_written
from mailer.core.telling.writing import PARTICIPANTS, said
from mailer.core.world.disclosure import view
from mailer.core.world.lookups import matches_with
from mailer.core.world.moments import in_words, local_day
from mailer.core.world.scene import Scene, is_away
from mailer.core.world.who import MEMBERS, match_of, mentor_of
from mailer.model.program import Exit, State

_OF_A_DIRECTORY = {
    "mentor": ("DIRECTORY", "NOTICE", "FULL", "AWAY", "RETURN", "LEAVE", "CONCERN", "NEED STAFF", "STOP", "HELP"),
    "mentee": ("DIRECTORY", "CHOOSE", "CONCERN", "NEED STAFF", "STOP", "HELP"),
    "staff": ("VERIFY", "REFUSE", "WAIVE", "DIRECTORY", "STATUS", "WHY", "HELP"),
    "admin": ("DIRECTORY", "FORGET", "STATUS", "WHY", "HELP"),
}
ALWAYS = {
    "mentor": ("NO ANSWER", "AWAY", "NEED STAFF", "STOP", "HELP"),
    "mentee": ("NO ANSWER", "AWAY", "NEED STAFF", "STOP", "HELP"),
    "participant": ("AWAY", "NEED STAFF", "STOP", "HELP"),
    "clinical_coordinator": ("RELEASE SIGNED", "EVALUATION", "UNDO", "STATUS", "WHY", "HELP"),
    "coordinator": ("ATTEMPT", "CONTACT", "SNOOZE", "COVER", "UNDO", "STATUS", "WHY", "HELP"),
    "mwoc": ("APPROVE", "REHEARSE SURVEY", "ATTEMPT", "CONTACT", "REASSIGN", "COVER", "SNOOZE", "UNDO", "STATUS", "WHY", "HELP"),
    "staff": ("APPROVE", "ATTEMPT", "CONTACT", "REASSIGN", "COVER", "SNOOZE", "UNDO", "STATUS", "WHY", "HELP"),
    "specialist": ("CORRECT", "VOID", "AWAY", "NEED STAFF", "STOP", "HELP"),
    "trainer": ("ENROLL", "STATUS", "WHY", "HELP"),
    "admin": ("FORGET", "STATUS", "WHY", "HELP"),
}
_SHAPES = frozenset({"DAY", "KIND"})  # answers known by their shape, a day alone or S, M, SM: nobody writes these words
_OF_LADDERS = frozenset({"NO ANSWER"})  # words that mean something only where a ladder opens with them


def words_for(scene: Scene, person: Person) -> tuple[str, ...]:
    """The words a person may write now: those of their open walks, then those of their roles."""
    found: list[str] = []
    refused: set[str] = set()
    letter = scene.situation.letter
    answered = letter.case_id if letter is not None else None
    for case in sorted(scene.situation.cases, key=lambda case: case.id != answered):
        ladder = scene.ladder(case)
        if ladder is None or case.closed_at is not None or case.state not in ladder.states:
            continue
        roles = roles_on(scene, person, case)
        now_or_not = decided(scene, case, (*ladder.states[case.state].exits, *ladder.anywhere), roles)
        found.extend(word for word, does in now_or_not.items() if does and word not in _SHAPES)
        refused.update(word for word, does in now_or_not.items() if not does)
    now = frozenset(found)
    opening: set[str] = set()
    for ladder in scene.book.ladders.values():
        for door in (*ladder.doors, Exit(ladder.opens, ladder.first, ladder.by)):
            word = door.when.removeprefix("word:")
            opening.add(word)
            if word != door.when and person.roles & set(door.by or (ladder.about,)):
                found.append(word)
    found.extend(_as_they_are(scene, person))
    for role, words in (_OF_A_DIRECTORY if scene.policy.word("involvement") == "directory" else ALWAYS).items():
        if role in person.roles:
            found.extend(word for word in words if word not in _OF_LADDERS or word in opening)
    # What a matter of theirs only refuses at present is not offered beside it.
    return tuple(dict.fromkeys(word for word in found if word in now or word not in refused))


def _as_they_are(scene: Scene, person: Person) -> Iterable[str]:
    """What fits somebody who is away, has stopped or, where pairs are made each month, has nobody beside them."""
    if is_away(scene, person) or person.state is PersonState.STOPPED:
        yield "RETURN"
    beside = [match for match in matches_with(scene.situation, person.id) if match.state.goes_on]
    if scene.policy.word("involvement") == "monthly":
        for role, word in (("mentee", "NEW MENTOR"), ("mentor", "NEW MENTEE")):
            if role in person.roles and person.state is PersonState.ACTIVE and not beside:
                yield word


def waits_for_a_word(scene: Scene, person: Person) -> bool:
    """Whether the letter that is answered asks this person for a word that decides something."""
    letter, case = scene.situation.letter, scene.situation.case
    ladder = scene.ladder(case) if case is not None else None
    if letter is None or case is None or ladder is None or letter.case_id != case.id or case.closed_at is not None:
        return False
    if case.state not in ladder.states or not is_theirs(scene, person, case, roles_on(scene, person, case)):
        return False
    return any(exit.when.startswith("word:") for exit in ladder.states[case.state].exits)


_MOST_OFFERED = 6  # words below what was not understood; HELP brings them all


def word_list(scene: Scene, person: Person) -> list[dict[str, object]]:
    """What somebody who was not understood can write: the words that fit now before those that always do, and HELP for the rest."""
    words = words_for(scene, person)
    if len(words) > _MOST_OFFERED and not person.roles & PARTICIPANTS:
        words = (*[word for word in words if word != "HELP"][: _MOST_OFFERED - 1], "HELP")
    return [{"word": as_written(word), "meaning": said(f"help {word}")} for word in words]


def help_lines(scene: Scene, person: Person) -> list[dict[str, object]]:
    """The answer to HELP. To say that HELP brings these words would be one line more to read."""
    words = [word for word in words_for(scene, person) if word != "HELP"]
    return [{"said": as_written(word), "done": said(f"help {word}"), "offered": True} for word in words]


def status_lines(scene: Scene, person: Person) -> list[dict[str, object]]:
    """The sender's own list: each open walk they have a part in, in one sentence."""
    found: list[dict[str, object]] = []
    for case in scene.situation.cases:
        ladder = scene.ladder(case)
        roles = roles_on(scene, person, case)
        if ladder is None or case.closed_at is not None or case.state not in ladder.states:
            continue
        if not _may_know(roles, ladder.states[case.state]) or not is_looked_after(scene, person, case, roles):
            continue
        role = next(iter(sorted(roles)))
        pair = match_of(scene.situation, case)
        about = view(scene, role, "mentor", mentor_of(scene.situation, case))
        mentee = side(scene, role, pair[1]) if pair else {}
        who = (
            mentee.get("name")
            or mentee.get("first_name")
            or about.get("name")
            or about.get("first_name")
            or title(scene, case, roles)
        )
        if case.about == "mentor" and pair is not None and about.get("name"):  # as the daily summary calls it
            who = f"{about['name']} and {who}"
        due = in_words(local_day(case.due_at, scene.zone)) if case.due_at else ""
        stands = sentence(scene, person, case, ladder.states[case.state], roles)
        found.append({"said": who, "done": said("status", state=stands, due=due), "offered": False})
    return found or [{"said": "STATUS", "done": said("status_empty"), "offered": False}]


def _may_know(roles: frozenset[str], state: State) -> bool:
    """Mentors and mentees learn where a matter stands while it is their turn; what others consider is not theirs to read."""
    return bool(roles - {*MEMBERS, "subject", "asker"}) or state.owner in roles


def why_lines(scene: Scene, person: Person, letter: Letter | None) -> list[dict[str, object]]:
    """The story of the letter that is answered with WHY."""
    if letter is None:
        return [{"said": "WHY", "done": said("why_needs_letter"), "offered": False}]
    case = scene.situation.case
    ladder = scene.ladder(case) if case is not None else None
    state = ladder.states.get(case.state) if ladder is not None and case is not None else None
    if case is None or state is None or not _may_know(roles_on(scene, person, case), state):
        state = None
    left = in_words(local_day(letter.sent_at or letter.not_before, scene.zone))
    return [
        {
            "said": "WHY",
            "done": said("why", letter=said(f"letter {letter.name}"), date=left, state=state.says if state else ""),
            "offered": False,
        }
    ]
