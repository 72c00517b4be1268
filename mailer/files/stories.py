"""Reads a story for rehearsal: people, messages that arrive, days the service is down, what is expected (CONTRACT.md section 4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from datetime import date as Day
from pathlib import Path
from zoneinfo import ZoneInfo

from mailer.files.fields import Table
from mailer.files.policy import default_policy, override_policy, read_policy
from mailer.files.settings import Settings, override_program
from mailer.files.story_people import StoryPerson, read_people
from mailer.files.toml_lines import read_toml
from mailer.files.values import Override, nearest
from mailer.model.errors import BadRules, BadStory, Flaw
from mailer.model.program import Program

STORY_KEYS = ("title", "profile", "start", "end", "settings", "policy", "roster", "person", "arrive", "down", "expect", "never")
ARRIVE_KEYS = ("at", "from", "subject", "body", "html", "attach", "answers", "style", "bounce_of", "status", "file", "authentic")
DOWN_KEYS = ("from", "until")
LETTER_KEYS = ("letter", "to", "from", "by", "count", "contains", "lacks")
MATCH_KEYS = ("match", "is", "at")
NEVER_KEYS = ("letter", "to", "from", "by", "contains", "lacks")
STYLES = ("plain", "gmail", "outlook", "apple", "inline", "bottom")
MATCH_STATES = ("active", "paused", "rematch_needed", "ended")
# In every story these are the program's own (CONTRACT.md section 9, "Proof of the sender").
STORY_INBOX = "mc@example.org"
STORY_TRUSTED = "mx.example.org"
_INVOLVEMENT = {"m2m": "monthly", "mphp": "handoff", "icb": "directory", "peer": "log"}  # where the profile is not at hand
_NEVER = datetime.min.replace(tzinfo=UTC)  # stands for a moment that could not be read, until the flaws are raised
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")  # RFC 3463


@dataclass(frozen=True, slots=True)
class Arrive:
    """A message that reaches the program inbox. Exactly one of: written here, an answer, a delivery report, a file."""

    at: datetime  # UTC
    sender: str  # "" where a file brings its own
    subject: str = ""
    body: str = ""
    html: bool = False
    attach: tuple[Path, ...] = ()
    answers: str = ""  # name of the letter that is answered
    style: str = "plain"
    bounce_of: str = ""  # name of the letter that comes back
    status: str = "5.1.1"
    file: Path | None = None  # raw bytes, as they are
    authentic: bool = True  # whether the trusted server vouches for the sender
    line: int = 0


@dataclass(frozen=True, slots=True)
class Down:
    """The service is not running from a moment until another (UTC)."""

    since: datetime
    until: datetime
    line: int = 0


@dataclass(frozen=True, slots=True)
class Expect:
    """What must be true of the letters, or of a match at the end of a day."""

    letter: str = ""  # "" means any
    to: str = ""
    first: Day | None = None  # whole local days, both included
    last: Day | None = None
    count: int | None = None  # None: at least one
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    match: tuple[str, str] | None = None  # mentor's and mentee's address
    state: str = ""  # of the match
    at: Day | None = None  # end of that day; None: end of the story
    line: int = 0


@dataclass(frozen=True, slots=True)
class Never:
    """A letter that must not leave."""

    letter: str = ""
    to: str = ""
    first: Day | None = None
    last: Day | None = None
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Story:
    title: str
    program: Program  # with the story's settings applied
    start: datetime  # UTC
    end: datetime
    policy: tuple[Override, ...] = ()  # for override_policy
    people: tuple[StoryPerson, ...] = ()
    roster: Path | None = None
    arrivals: tuple[Arrive, ...] = ()  # as written, not sorted
    downs: tuple[Down, ...] = ()
    expects: tuple[Expect, ...] = ()
    nevers: tuple[Never, ...] = ()
    file: str = ""


def read_story(path: Path, settings: Settings | None = None, letters: frozenset[str] = frozenset()) -> Story:
    """Reads one story; raises BadStory with every flaw in it.

    `settings` gives the program's zone and texts where the story has none of its own. `letters` are the names there are
    templates for: a story that waits for, or forbids, a letter that does not exist would prove nothing. Empty: not checked.
    """
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as trouble:
        raise BadStory(Flaw(file, 0, "this story cannot be read", "name a file of UTF-8 text, in TOML")) from trouble
    return story_from(text, path, settings, letters)


def story_from(text: str, path: Path, settings: Settings | None = None, letters: frozenset[str] = frozenset()) -> Story:
    """The story that a TOML text tells; `path` names it in complaints, and files it mentions lie beside it."""
    source = read_toml(text, str(path), BadStory)
    root = Table(source, (), source.data, [])
    root.refuse_unknown(STORY_KEYS)
    profile = _profile(root, settings)
    program = _program(root, profile, settings)
    zone, folder = program.timezone, path.parent
    start, end = root.moment("start", zone), root.moment("end", zone)
    if start and end and end <= start:
        root.complain("end", "the story ends before it begins", "write an end after the start")
    rostered = root.has("roster")
    story = Story(
        title=root.text("title", path.stem),
        program=program,
        start=(start or _NEVER).astimezone(UTC),
        end=(end or _NEVER).astimezone(UTC),
        policy=_policy(root, profile, settings),
        people=read_people(root.tables("person"), profile, rostered),
        roster=_beside(root, "roster", root.text("roster"), folder) if rostered else None,
        arrivals=tuple(_arrive(table, zone, folder, letters) for table in root.tables("arrive")),
        downs=tuple(_down(table, zone) for table in root.tables("down")),
        expects=tuple(_expect(table, letters) for table in root.tables("expect")),
        nevers=tuple(_never(table, letters) for table in root.tables("never")),
        file=source.file,
    )
    if start and end:
        for table, arrive in zip(root.tables("arrive"), story.arrivals, strict=True):
            if arrive.at != _NEVER and not story.start <= arrive.at <= story.end:
                table.complain("at", "this message arrives outside the story", "move it, or the story's start or end")
    if root.flaws:
        raise BadStory(*sorted(dict.fromkeys(root.flaws), key=lambda flaw: flaw.line))
    return story


def _profile(root: Table, settings: Settings | None) -> str:
    profile = root.text("profile", "m2m")
    if settings is not None and settings.rules.is_dir():
        known = sorted(place.parent.name for place in settings.rules.glob("*/policy.toml"))
        if profile not in known:
            root.complain("profile", f"there is no profile {profile!r}", nearest(profile, known))
    return profile


def _program(root: Table, profile: str, settings: Settings | None) -> Program:
    """The settings' program of this profile, under the address every story uses, with the story's own `[settings]`."""
    own = next((program for program in settings.programs if program.profile == profile), None) if settings else None
    program = replace(
        own or Program(profile, profile, "MC update", STORY_INBOX, ZoneInfo("America/New_York")),
        inbox=STORY_INBOX,
        trusted_server=STORY_TRUSTED,
        list_id="updates.example.org",
    )
    try:
        return override_program(program, root.overrides("settings"), BadStory)
    except BadStory as bad:
        root.flaws.extend(bad.flaws)
        return program


def _policy(root: Table, profile: str, settings: Settings | None) -> tuple[Override, ...]:
    """The story's `[policy]`, tried on the profile's own so that its flaws are told with the story's others."""
    overrides = root.overrides("policy")
    place = settings.rules / profile / "policy.toml" if settings is not None else None
    try:
        base = read_policy(place) if place is not None and place.is_file() else default_policy(_INVOLVEMENT.get(profile, "monthly"))
        override_policy(base, overrides, BadStory)
    except BadStory as bad:
        root.flaws.extend(bad.flaws)
    except BadRules:
        pass  # the profile's own mistake: opening its rulebook tells it
    return overrides


def _beside(table: Table, key: str, name: str, folder: Path) -> Path | None:
    place = folder / name
    if name and place.is_file():
        return place
    if name:
        table.complain(key, f"there is no file {name}", "write its path relative to the story")
    return None


def _arrive(table: Table, zone: ZoneInfo, folder: Path, letters: frozenset[str]) -> Arrive:
    table.refuse_unknown(ARRIVE_KEYS)
    kinds = [key for key in ("file", "answers", "bounce_of") if table.has(key)]
    if len(kinds) > 1:
        table.complain(kinds[1], f"a message has either {kinds[0]!r} or {kinds[1]!r}", "make two messages of it")
    if not table.has("from") and "file" not in kinds:
        table.complain("from", "this message comes from nobody", 'add from = "ana@example.org"')
    status = table.text("status", "5.1.1")
    if not _STATUS.fullmatch(status):
        table.complain("status", f"status = {status!r} is no status code", 'write one such as "5.1.1" (RFC 3463)')
    at = table.moment("at", zone)
    attached = [_beside(table, "attach", name, folder) for name in table.words("attach")]
    return Arrive(
        at=(at or _NEVER).astimezone(UTC),
        sender=table.address("from", ""),
        subject=table.text("subject", ""),
        body=table.long_text("body"),
        html=table.flag("html", False),
        attach=tuple(place for place in attached if place is not None),
        answers=_letter(table, "answers", letters),
        style=table.choice("style", STYLES, "plain"),
        bounce_of=_letter(table, "bounce_of", letters),
        status=status,
        file=_beside(table, "file", table.text("file"), folder) if "file" in kinds else None,
        authentic=table.flag("authentic", True),
        line=table.line,
    )


def _down(table: Table, zone: ZoneInfo) -> Down:
    table.refuse_unknown(DOWN_KEYS)
    since, until = table.moment("from", zone), table.moment("until", zone)
    if since is None or until is None:
        return Down(_NEVER, _NEVER, table.line)
    if until <= since:
        table.complain("until", "the service comes back before it stops", "write an until after the from")
    return Down(since.astimezone(UTC), until.astimezone(UTC), table.line)


def _expect(table: Table, letters: frozenset[str]) -> Expect:
    of_match = any(table.has(key) for key in ("match", "is", "at"))
    if of_match and (mixed := [key for key in LETTER_KEYS if table.has(key)]):
        table.complain(
            mixed[0], f"{mixed[0]!r} is about a letter, but this expects something of a match", "make two [[expect]] of it"
        )
    table.refuse_unknown((*LETTER_KEYS, *MATCH_KEYS))
    first, last = _window(table)
    count = table.number("count", 0, 0, 1_000_000) if table.has("count") else None
    pair = table.words("match")
    if of_match and len(pair) != 2:
        table.complain("match", "a match is a pair", 'write match = ["mentor@example.org", "mentee@example.org"]')
    state = table.choice("is", MATCH_STATES, None if of_match else "")
    return Expect(
        letter=_letter(table, "letter", letters),
        to=table.address("to", ""),
        first=first,
        last=last,
        count=count,
        contains=table.words("contains"),
        lacks=table.words("lacks"),
        match=(pair[0], pair[1]) if len(pair) == 2 else None,
        state=state,
        at=table.day("at"),
        line=table.line,
    )


def _never(table: Table, letters: frozenset[str]) -> Never:
    table.refuse_unknown(NEVER_KEYS)
    first, last = _window(table)
    return Never(
        _letter(table, "letter", letters),
        table.address("to", ""),
        first,
        last,
        table.words("contains"),
        table.words("lacks"),
        table.line,
    )


def _window(table: Table) -> tuple[Day | None, Day | None]:
    first, last = table.day("from"), table.day("by")
    if first and last and last < first:
        table.complain("by", "this window ends before it begins", "write a by on or after the from")
    return first, last


def _letter(table: Table, key: str, letters: frozenset[str]) -> str:
    name = table.text(key, "")
    if name and letters and name not in letters:
        table.complain(key, f"there is no letter {name!r}", nearest(name, letters, "check_in"))
    return name


def in_order(arrivals: Sequence[Arrive]) -> tuple[Arrive, ...]:
    """The arrivals as they come: by moment, and as written where two come at once."""
    return tuple(sorted(arrivals, key=lambda arrive: arrive.at))
