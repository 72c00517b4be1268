"""What a replay found, in plain words: the sum first, then what to keep in mind when reading it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mailer.core.world.moments import in_words, local_day
from mailer.model.counted import count
from mailer.modes.replay.differences import Change, Differences, PairChange
from mailer.modes.replay.twice import Replayed

_MOST_NAMED = 5


def in_sum(found: Differences) -> str:
    """ "3 letters more, 1 fewer, 2 on another day; 1 match would be closed that is open." """
    parts = [(found.count(change), change.value) for change in Change if found.count(change)]
    letters = ", ".join(
        f"{count(number, 'letter')} {word}" if at == 0 else f"{number} {word}" for at, (number, word) in enumerate(parts)
    )
    closed, opened = [one for one in found.pairs if one.closes], [one for one in found.pairs if one.reopens]
    rest = len(found.pairs) - len(closed) - len(opened)
    further = [
        f"{count(len(closed), 'match', 'matches')} would be closed that {_is(closed)} open" if closed else "",
        f"{count(len(opened), 'match', 'matches')} would be open that {_is(opened)} closed" if opened else "",
        f"{count(rest, 'match', 'matches')} would stand otherwise" if rest else "",
        f"{count(len(found.owners), 'case')} would wait for somebody else" if found.owners else "",
    ]
    said = "; ".join(part for part in (letters, *further) if part)
    return f"{said}." if said else "Nothing would have been different."


def _is(pairs: Sequence[PairChange]) -> str:
    return "is" if len(pairs) == 1 else "are"


def day_in_words(at: datetime, zone: ZoneInfo) -> str:
    return in_words(local_day(at, zone))


def cautions(found: Replayed, zone: ZoneInfo) -> Iterator[str]:
    """What to keep in mind, one sentence or two each."""
    if found.differences.first is not None and found.astray:
        yield (
            f"From {day_in_words(found.differences.first, zone)} on, replies were written to other letters: "
            f"{count(found.astray, 'message')} that came after that would perhaps never have been written, "
            "or would have said something else."
        )
    if found.not_kept:
        named = ", ".join(what for _, _, what in found.not_kept[:_MOST_NAMED])
        more = f" and {len(found.not_kept) - _MOST_NAMED} more" if len(found.not_kept) > _MOST_NAMED else ""
        yield f"Not kept: {named}{more}. What was decided about it then is taken as it was."
    for program, first, last in found.books_not_kept:
        yield (
            f"The rules and letters in force in {program} from {day_in_words(first, zone)} to {day_in_words(last, zone)} were not "
            "kept. They are taken as they lie in the service's folders now."
        )
    for at, _, what in found.undone:
        yield f"An operator's act of {day_in_words(at, zone)} would have found nothing to act on: {what}."
    if found.not_lived:
        names = sorted({f"{one.letter} to {one.whom} on {day_in_words(one.at, zone)}" for one in found.not_lived})
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        yield (
            f"{count(len(found.not_lived), 'letter')} of this past cannot be lived again as recorded, also without any edit: "
            f"{'; '.join(names[:_MOST_NAMED])}{more}. Read what is said about these people with care."
        )
