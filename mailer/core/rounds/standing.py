"""What stands open with somebody: whose turn it is and what is due, one line a matter, for the daily digest.

The whole list is said when something in it changed since the last digest or is due today, and never the same list every day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from db.records import Case, Person
from mailer.core.ladders.conditions import holds
from mailer.core.ladders.walk import roles_on
from mailer.core.telling.offered import as_written
from mailer.core.world.disclosure import view
from mailer.core.world.moments import in_words, local_day, month_in_words
from mailer.core.world.scene import Scene
from mailer.core.world.who import MEMBERS, holder, match_of, mentor_of
from mailer.model.decision import Say
from mailer.model.program import Exit, State

MOST = 12  # matters of one heading; more than that nobody reads on a telephone, STATUS has them all
_MOST_CHOICES = 3
_AWAITED = frozenset({"kit", "results"})  # what only a duty of the program can send
_READS = ("clinical_coordinator", "trainer", "coordinator", "mwoc", "staff", "admin")


@dataclass(frozen=True, slots=True)
class Matter:
    """One open walk as its reader sees it; `choices` are (word, whole answer)."""

    who: str | Say  # whom it is about, or what
    says: str
    due_at: datetime | None
    entered_at: datetime | None
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything open with one person: theirs to do, others' turn, and who is at rest."""

    yours: tuple[Matter, ...]
    others: tuple[Matter, ...]
    resting: tuple[str, ...]

    def news_since(self, moment: datetime | None, now: datetime) -> bool:
        """Whether anything began, moved or became due after `moment`."""
        matters = (*self.yours, *self.others)
        if moment is None:
            return bool(matters)
        began = any(matter.entered_at is not None and matter.entered_at > moment for matter in matters)
        return began or any(matter.due_at is not None and moment < matter.due_at <= now for matter in matters)


def standing(scene: Scene, person: Person) -> Standing:
    """What is open with a duty of the program. Of matters that lie with staff or another duty nothing is said."""
    yours: list[Matter] = []
    others: list[Matter] = []
    resting: list[str] = []
    for case in scene.situation.cases:
        ladder = scene.ladder(case)
        if ladder is None or case.closed_at is not None or case.state not in ladder.states:
            continue
        state = ladder.states[case.state]
        roles = roles_on(scene, person, case)
        if is_theirs(scene, person, case, roles):
            words = _words(scene, case, state, roles)
            if words or state.gate or any(exit.when in _AWAITED for exit in state.exits):
                yours.append(_matter(scene, case, state.asks or state.says, roles, words))
            elif state.asks:
                yours.append(_matter(scene, case, state.asks, roles, ()))
            elif case.about in MEMBERS:
                resting.append(_who(scene, case, roles))
        elif case.owner in MEMBERS and "coordinator" in roles and not holds(scene, case, "held"):  # else: they do not answer
            reached = [exit for exit in ladder.anywhere if exit.when == "word:CONTACT" and roles & set(exit.by)]
            others.append(_matter(scene, case, state.says, roles, ("CONTACT",) if reached else ()))
    named = [f"{matter.who} and " for matter in (*yours, *others) if isinstance(matter.who, str)]
    # A matter may be of a mentor alone or of a mentor and somebody: neither mentor is at rest.
    at_rest = dict.fromkeys(name for name in resting if not any(matter.startswith(f"{name} and ") for matter in named))
    return Standing(_by_day(yours), _by_day(others), tuple(sorted(at_rest, key=str.casefold)))


def is_theirs(scene: Scene, person: Person, case: Case, roles: frozenset[str]) -> bool:
    """Whether it is this person's turn."""
    if case.owner in ("", "none", *MEMBERS):
        return False
    found = holder(scene.situation, case.owner, case)
    return found is not None and found.id == person.id and (case.about != "program" or case.owner in roles)


def _words(scene: Scene, case: Case, state: State, roles: frozenset[str]) -> tuple[str, ...]:
    """The words offered beside a matter: those which, written alone, would do something now."""
    return tuple(word for word, does in decided(scene, case, state.exits, roles).items() if does)[:_MOST_CHOICES]


def decided(scene: Scene, case: Case, exits: Iterable[Exit], roles: frozenset[str]) -> dict[str, bool]:
    """Words of a walk, and whether they would do something in it now; what a word must bring with it, its writer still adds."""
    found: dict[str, bool] = {}
    for exit in exits:
        if not exit.when.startswith("word:") or (exit.by and not roles & set(exit.by)):
            continue
        if exit.refuse and _lacks_something(exit):
            continue
        if all("said " in condition or holds(scene, case, condition) for condition in exit.conditions):
            found.setdefault(exit.when.removeprefix("word:"), not exit.refuse)
    return found


# Conditions that look at what a mail says, not at how a matter stands.
_OF_THE_MAIL = frozenset({"said", "notice_long_enough", "one_to_five", "answers_letter", "line_complete", "line_lacks"})


def _lacks_something(exit: Exit) -> bool:
    """Whether a word is refused only where its line, or the letter it answers, is not what it needs: then it is offered."""
    return any(condition.removeprefix("not ").split()[0] in _OF_THE_MAIL for condition in exit.conditions)


def _matter(scene: Scene, case: Case, says: str, roles: frozenset[str], words: tuple[str, ...]) -> Matter:
    who = title(scene, case, roles)
    pair = match_of(scene.situation, case) if case.about == "mentor" else None
    mentor = view(scene, next((item for item in _READS if item in roles), ""), "mentor", scene.person(pair[0] if pair else None))
    choices = tuple(
        (as_written(word, named=isinstance(who, str)), _answer(word, who if isinstance(who, str) else "")) for word in words
    )
    if pair is not None and mentor.get("name"):  # a matter of the mentor, about one of their matches
        return Matter(f"{mentor['name']} and {who}", says, case.due_at, case.entered_at, choices)
    return Matter(who, says, case.due_at, case.entered_at, choices)


def title(scene: Scene, case: Case, roles: frozenset[str]) -> str | Say:
    """Whom a matter is about, or what."""
    if case.about in MEMBERS or case.match_id is not None:
        return _who(scene, case, roles)
    month, subject = scene.text(case, "month"), scene.person(case.subject_id)
    ref = {"ref": subject.ref} if case.about == "person" and subject is not None else {}
    return Say(f"matter {case.ladder}", {"month": month_in_words(month)} if month else ref)


def sentence(scene: Scene, person: Person, case: Case, state: State, roles: frozenset[str]) -> str:
    """Where a matter stands: whoever has to act reads what is theirs to do, others what it means."""
    return state.asks if state.asks and is_theirs(scene, person, case, roles) else state.says


def side(scene: Scene, role: str, number: int) -> dict[str, object]:
    """The one who stands opposite the mentor, as a reader in this role may see them."""
    person = scene.person(number)
    return view(scene, role, "participant" if person is not None and "participant" in person.roles else "mentee", person)


def is_looked_after(scene: Scene, person: Person, case: Case, roles: frozenset[str]) -> bool:
    """Whether a duty has to do with a walk: not where pairs are left alone, nor with the participants of somebody else."""
    if scene.policy.word("involvement") != "handoff" or not roles & set(_READS):
        return True
    own = holder(scene.situation, "clinical_coordinator", case)
    mine = "clinical_coordinator" not in roles or (own is not None and own.id == person.id)
    return case.owner != "none" and mine


def _answer(word: str, name: str) -> str:
    if word == "CONTACT":
        return f"CONTACT {name} today"  # a word about somebody needs its day
    return f"{name}: {as_written(word, named=True)}" if name else as_written(word)


def _who(scene: Scene, case: Case, roles: frozenset[str]) -> str:
    """Whom a matter is about, as this reader may call them."""
    role = next((item for item in _READS if item in roles), "")
    pair = match_of(scene.situation, case)
    if pair is not None:
        mentee = side(scene, role, pair[1])
        return str(mentee.get("name") or mentee.get("first_name") or scene.book.program.name)
    about = mentor_of(scene.situation, case) if case.about == "mentor" else scene.person(case.subject_id)
    shown = view(scene, role, case.about, about) if case.about in MEMBERS else {}
    return str(shown.get("name") or shown.get("first_name") or scene.book.program.name)


def _by_day(matters: list[Matter]) -> tuple[Matter, ...]:
    return tuple(
        sorted(matters, key=lambda matter: (matter.due_at is None, matter.due_at or datetime.min, str(matter.who).casefold()))
    )


def facts_of(scene: Scene, person: Person, last: datetime | None) -> dict[str, object]:
    """What a digest says of the standing matters; `last` is when the digest before it left."""
    found = standing(scene, person)
    if not found.news_since(last, scene.now):
        still = len(found.yours)
        return {"yours": [], "others": [], "resting": [], "more": 0, "still": still}
    more = max(0, len(found.yours) - MOST) + max(0, len(found.others) - MOST)
    resting = found.resting[:MOST]
    return {
        "yours": [_as_facts(scene, matter) for matter in found.yours[:MOST]],
        "others": [_as_facts(scene, matter) for matter in found.others[:MOST]],
        "resting": list(resting)
        if len(found.resting) <= MOST
        else [*resting, Say("and_more", {"count": len(found.resting) - MOST})],
        "more": more,
        "still": 0,
    }


def _as_facts(scene: Scene, matter: Matter) -> dict[str, object]:
    due = in_words(local_day(matter.due_at, scene.zone)) if matter.due_at is not None else ""
    return {
        "who": matter.who,
        "line": Say("status", {"state": matter.says, "due": due}),
        "choices": [{"word": word, "answer": answer} for word, answer in matter.choices],
    }
