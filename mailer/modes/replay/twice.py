"""The recorded past under edited rules, letters or settings: lived as it was and lived with the edit, and the two compared."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from db.engine import Connection, Store
from db.past import Recorded, read_past
from mailer.model.errors import Bad
from mailer.modes.replay.differences import Differences, LetterChange, compare, not_as_recorded
from mailer.modes.replay.live import Life, live_again
from mailer.modes.replay.retold import Said
from mailer.steps.book import Book
from mailer.steps.kept_books import kept

Progress = Callable[[str, int, int], None]  # what is being lived, moments done, moments in all


@dataclass(frozen=True, slots=True)
class Replayed:
    """A past, what it would have been, and how far the replay can be trusted; moments are UTC."""

    since: datetime
    until: datetime
    recorded: int  # letters that left in that time
    was: Life
    would: Life
    differences: Differences
    astray: int  # recorded messages that came after the first difference: they answer a correspondence that would have been another
    edited: tuple[str, ...]  # files and settings that are not what was last in force
    not_lived: tuple[LetterChange, ...]  # letters in which the past, lived again without the edit, is not as recorded
    not_kept: tuple[Said, ...]  # what was taken as it was recorded
    undone: tuple[Said, ...]  # operators' acts that only with the edit would have found nothing to act on
    books_not_kept: tuple[tuple[str, datetime, datetime], ...]  # program, from, to: rules of that time are taken as they lie now


async def replay(
    store: Store,
    lying: Mapping[str, Book],
    edited: Mapping[str, Book],
    key: bytes,
    *,
    since: datetime | None = None,
    programs: Collection[str] = (),
    progress: Progress = lambda what, done, total: None,
) -> Replayed | None:
    """Live the past of a database twice; None where nothing is recorded. The database is only read.

    `lying`: the books as they lie in the service's own folders, for times whose own are not kept. `edited` holds from `since` on.
    """
    with store.reading() as connection, TemporaryDirectory(prefix="mentorpost-") as place:
        past = read_past(connection)
        shelf = _shelf(connection, past, lying, edited, Path(place))
    marks = _marks(past, lying)
    if not marks:
        return None
    begin, end = max(since or marks[0], marks[0]), max(*marks, *past.awake)

    def then(program: str, at: datetime) -> Book:
        return shelf.at(program, at)

    def other(program: str, at: datetime) -> Book:
        return edited[program] if since is None or at >= since else shelf.at(program, at)

    names = tuple(lying)
    was = await live_again(past, store, names, then, key, progress=partial(progress, "the past as it was"))
    would = was
    if any(book.digest != edited[name].digest for name in names for book in shelf.since(name, begin)):
        would = await live_again(past, store, names, other, key, downs=was.downs, progress=partial(progress, "with the edit"))
    shown = frozenset(programs or lying)
    zones = {name: book.program.timezone for name, book in edited.items()}
    recorded = [one for one in past.letters if one.sent_at is not None and one.sent_at >= begin and one.program in shown]
    differences = compare(was, would, begin, shown, zones)
    return Replayed(
        since=begin,
        until=end,
        recorded=len(recorded),
        was=was,
        would=would,
        differences=differences,
        astray=_astray(past, differences.first, shown),
        edited=tuple(sorted({name for program in shown for name in _edits(shelf.since(program, end)[0], edited[program])})),
        not_lived=not_as_recorded(past, was, begin, shown, zones),
        not_kept=tuple(said for said in was.not_kept if said[0] >= begin and said[1] in shown),
        undone=tuple(said for said in would.undone if said[0] >= begin and said[1] in shown and said not in was.undone),
        books_not_kept=tuple(item for item in shelf.missing if item[0] in shown and item[2] >= begin),
    )


def _astray(past: Recorded, first: datetime | None, programs: Collection[str]) -> int:
    return sum(first is not None and row["received_at"] >= first and row["program"] in programs for row in past.messages)


def _marks(past: Recorded, programs: Collection[str]) -> list[datetime]:
    return sorted(row["at"] for row in (*past.acts, *past.decisions) if row["program"] in programs)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Which book was in force when."""

    moments: Mapping[str, list[datetime]]  # program -> since when
    books: Mapping[str, list[Book]]
    missing: tuple[tuple[str, datetime, datetime], ...]

    def at(self, program: str, at: datetime) -> Book:
        return self.books[program][max(0, bisect_right(self.moments[program], at) - 1)]

    def since(self, program: str, at: datetime) -> list[Book]:
        return self.books[program][max(0, bisect_right(self.moments[program], at) - 1) :]


def _shelf(connection: Connection, past: Recorded, lying: Mapping[str, Book], edited: Mapping[str, Book], folder: Path) -> _Shelf:
    moments: dict[str, list[datetime]] = {name: [] for name in lying}
    books: dict[str, list[Book]] = {name: [] for name in lying}
    missing: list[tuple[str, datetime, datetime]] = []
    known: dict[tuple[str, str], Book | None] = {}
    for name, digests in _digests(past, lying).items():
        known |= {(name, book.digest): book for book in (lying[name], edited[name])}
        for since, until, digest in digests:
            if (name, digest) not in known:
                known[name, digest] = _kept(connection, digest, folder / name / digest)
            book = known[name, digest]
            if book is None:
                missing.append((name, since, until))
            moments[name].append(since)
            books[name].append(book or lying[name])
        if not digests:
            books[name].append(lying[name])
    return _Shelf(moments, books, tuple(missing))


def _digests(past: Recorded, programs: Collection[str]) -> dict[str, list[tuple[datetime, datetime, str]]]:
    """(from, to, digest) for each time during which one version was in force."""
    found: dict[str, list[tuple[datetime, datetime, str]]] = {name: [] for name in programs}
    for row in sorted(past.decisions, key=lambda row: (row["at"], row["id"])):
        times = found.get(row["program"])
        if times is None:
            continue
        if times and times[-1][2] == row["rules"]:
            times[-1] = (times[-1][0], row["at"], row["rules"])
        else:
            times.append((row["at"], row["at"], row["rules"]))
    return found


def _kept(connection: Connection, digest: str, folder: Path) -> Book | None:
    try:
        book = kept(connection, digest, folder)
    except Bad:
        return None  # what was in force then is not understood any more
    return book if book is None or book.digest == digest else replace(book, digest=digest)


def _edits(was: Book, now: Book) -> set[str]:
    """What differs between two versions: files, policy keys set over them, and settings of the program."""
    found = {path for path in was.files.keys() | now.files.keys() if was.files.get(path) != now.files.get(path)}
    before, after = was.rules.overrides, now.rules.overrides
    found |= {f"policy {key}" for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    names = [
        name
        for name in type(now.program).__dataclass_fields__
        if name not in ("admin", "places") and getattr(was.program, name) != getattr(now.program, name)
    ]
    return found | {f"settings.toml: {name}" for name in names}
