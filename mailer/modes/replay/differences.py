"""Two lives of one past held against each other: letters more, fewer, on other days, in other words; pairs, walks and owners."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from db.past import Recorded
from db.records import Case, Letter, LetterState, Match, MatchState
from mailer.core.world.moments import local_day
from mailer.modes.replay.live import Left, Life
from mailer.modes.sent import read_sent

_SAME_HOUR = timedelta(minutes=15)
_FAR = timedelta(days=31)  # two letters of one name farther apart are not one on another day


class Change(StrEnum):
    """What is different about a letter."""

    MORE = "more"
    FEWER = "fewer"
    OTHER_DAY = "on another day"
    OTHER_HOUR = "at another hour"
    OTHER_WORDS = "in other words"


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody a letter goes to, or a walk is about: ref and first name, both empty for the program's inbox."""

    ref: str = ""
    first_name: str = ""

    def __str__(self) -> str:
        return f"{self.ref} {self.first_name}".strip() or "the inbox"


@dataclass(frozen=True, slots=True)
class LetterChange:
    """One letter that would have been another; at least one of `was` and `would` is there, moments are UTC."""

    change: Change
    program: str
    letter: str
    whom: Whom
    was: datetime | None
    would: datetime | None
    words: tuple[str, ...] = ()  # "- what it said", "+ what it would have said"

    @property
    def at(self) -> datetime:
        return min(moment for moment in (self.was, self.would) if moment is not None)

    @property
    def heard_otherwise(self) -> bool:
        """Whether somebody hears more, less, or on another day: what is answered then is another correspondence."""
        return self.change in (Change.MORE, Change.FEWER, Change.OTHER_DAY)


@dataclass(frozen=True, slots=True)
class PairChange:
    """A pair that stands otherwise at the end; "" where there is none."""

    program: str
    mentor: Whom
    mentee: Whom
    was: str
    would: str

    @property
    def closes(self) -> bool:
        return _is_open(self.was) and not _is_open(self.would)

    @property
    def reopens(self) -> bool:
        return _is_open(self.would) and not _is_open(self.was)


@dataclass(frozen=True, slots=True)
class OwnerChange:
    """A walk that waits for somebody else at the end; "" where it waits for nobody."""

    program: str
    ladder: str
    about: tuple[Whom, ...]
    was: str
    would: str


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that would have been different."""

    letters: tuple[LetterChange, ...] = ()
    pairs: tuple[PairChange, ...] = ()
    owners: tuple[OwnerChange, ...] = ()

    @property
    def first(self) -> datetime | None:
        """From when on the two pasts differ in whom is written to, and when; None where only words do."""
        return min((one.at for one in self.letters if one.heard_otherwise), default=None)

    def count(self, change: Change) -> int:
        return sum(one.change is change for one in self.letters)

    def __bool__(self) -> bool:
        return bool(self.letters or self.pairs or self.owners)


Zones = Mapping[str, ZoneInfo]


def compare(was: Life, would: Life, since: datetime, programs: Collection[str], zones: Zones) -> Differences:
    """What would have been different from `since` on, in these programs."""
    if was is would:
        return Differences()
    letters = _letters(_inside(was.letters, since, programs), _inside(would.letters, since, programs), was, would, zones)
    ordered = sorted(letters, key=lambda one: (one.at, one.letter, str(one.whom)))
    return Differences(tuple(ordered), tuple(_pairs(was, would, programs)), tuple(_owners(was, would, programs)))


def not_as_recorded(
    past: Recorded, was: Life, since: datetime, programs: Collection[str], zones: Zones
) -> tuple[LetterChange, ...]:
    """Where the unchanged past, lived again, is not what is recorded: letters missing, besides, or on another day."""
    sent = [one for one in past.letters if one.state is LetterState.SENT and one.sent_at is not None]
    recorded = {(one.program, one.key): Left(one.sent_at or one.date, one, b"") for one in sent}
    record = Life(people=dict(past.people))
    changes = _letters(_inside(recorded, since, programs), _inside(was.letters, since, programs), record, was, zones)
    return tuple(one for one in changes if one.heard_otherwise)


def _inside(letters: Mapping[tuple[str, str], Left], since: datetime, programs: Collection[str]) -> dict[tuple[str, str], Left]:
    return {name: left for name, left in letters.items() if name[0] in programs and left.at >= since}


def _letters(
    before: dict[tuple[str, str], Left], after: dict[tuple[str, str], Left], was: Life, would: Life, zones: Zones
) -> Iterator[LetterChange]:
    common = [(before[name], after[name]) for name in before if name in after]
    moved, gone, come = _moved(
        [left for name, left in before.items() if name not in after], [left for name, left in after.items() if name not in before]
    )
    for first, then in (*common, *moved):
        found = _changed(first, then, zones[first.letter.program])
        if found is not None:
            change, words = found
            letter = first.letter
            yield LetterChange(change, letter.program, letter.name, _whom(was, letter.to_id), first.at, then.at, words)
    for left in gone:
        letter = left.letter
        yield LetterChange(Change.FEWER, letter.program, letter.name, _whom(was, letter.to_id), left.at, None)
    for left in come:
        letter = left.letter
        yield LetterChange(Change.MORE, letter.program, letter.name, _whom(would, letter.to_id), None, left.at, _said(left))


def _moved(gone: Sequence[Left], come: Sequence[Left]) -> tuple[list[tuple[Left, Left]], list[Left], list[Left]]:
    """Letters of one name to one person that are there on both sides under other keys: the same letter on another day."""
    waiting: dict[tuple[str, str, int | None], list[Left]] = defaultdict(list)
    for left in sorted(come, key=lambda one: one.at):
        waiting[left.letter.program, left.letter.name, left.letter.to_id].append(left)
    pairs: list[tuple[Left, Left]] = []
    lost: list[Left] = []
    for left in sorted(gone, key=lambda one: one.at):
        possible = waiting[left.letter.program, left.letter.name, left.letter.to_id]
        nearest = min(possible, key=lambda one: abs(one.at - left.at), default=None)
        if nearest is None or abs(nearest.at - left.at) > _FAR:
            lost.append(left)
        else:
            possible.remove(nearest)
            pairs.append((left, nearest))
    return pairs, lost, [left for one in waiting.values() for left in one]


def _changed(first: Left, then: Left, zone: ZoneInfo) -> tuple[Change, tuple[str, ...]] | None:
    words = () if _same_words(first.letter, then.letter) or not (first.raw and then.raw) else _difference(first, then)
    if local_day(first.at, zone) != local_day(then.at, zone):
        return Change.OTHER_DAY, words
    if words:
        return Change.OTHER_WORDS, words
    return (Change.OTHER_HOUR, ()) if abs(first.at - then.at) > _SAME_HOUR else None


def _same_words(one: Letter, other: Letter) -> bool:
    if one.sha256 == other.sha256:
        return True
    return one.template == other.template and dict(one.facts) == dict(other.facts)


def _said(left: Left) -> tuple[str, ...]:
    return tuple(f"+ {line}" for line in _lines(left))


def _lines(left: Left) -> list[str]:
    """Subject and text; the token that answers bring back differs from letter to letter and says nothing."""
    if not left.raw:
        return []
    letter = read_sent(left.letter, left.raw)
    token = letter.reply_to.partition("@")[0].rpartition("+")[2]
    text = letter.text.replace(token, "…") if token else letter.text
    return [f"Subject: {letter.subject}", *text.splitlines()]


def _difference(first: Left, then: Left) -> tuple[str, ...]:
    lines = difflib.ndiff(_lines(first), _lines(then))
    return tuple(line.rstrip() for line in lines if line[:2] in ("- ", "+ ") and line[2:].strip())


def _whom(life: Life, number: int | None) -> Whom:
    person = life.people.get(number or 0)
    return Whom(person.ref, person.first_name) if person is not None else Whom()


def _is_open(state: str) -> bool:
    return bool(state) and MatchState(state).is_open


def _pairs(was: Life, would: Life, programs: Collection[str]) -> Iterator[PairChange]:
    before: dict[int, Match] = {one.id: one for one in was.matches if one.program in programs}
    after: dict[int, Match] = {one.id: one for one in would.matches if one.program in programs}
    for number in sorted(before.keys() | after.keys()):
        one, other = before.get(number), after.get(number)
        states = str(one.state) if one else "", str(other.state) if other else ""
        if states[0] != states[1]:
            match, life = (one, was) if one is not None else (other, would)
            assert match is not None
            yield PairChange(match.program, _whom(life, match.mentor_id), _whom(life, match.mentee_id), *states)


def _owners(was: Life, would: Life, programs: Collection[str]) -> Iterator[OwnerChange]:
    before = {(one.program, one.key): one for one in was.cases if one.program in programs}
    after = {(one.program, one.key): one for one in would.cases if one.program in programs}
    for name in sorted(before.keys() | after.keys()):
        one, other = before.get(name), after.get(name)
        owners = _owner(one), _owner(other)
        if owners[0] != owners[1]:
            case, life = (one, was) if one is not None else (other, would)
            assert case is not None
            yield OwnerChange(case.program, case.ladder, _about(case, life), *owners)


def _owner(case: Case | None) -> str:
    return case.owner if case is not None and case.closed_at is None else ""


def _about(case: Case, life: Life) -> tuple[Whom, ...]:
    match = next((one for one in life.matches if one.id == case.match_id), None)
    numbers = [match.mentor_id, match.mentee_id] if match is not None else [case.subject_id] if case.subject_id else []
    return tuple(_whom(life, number) for number in numbers)
