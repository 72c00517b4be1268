"""Ladders as admins write them: TOML data to `Ladder` values, and the proof that every walk ends and tells nobody too early."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mailer.core.ladders.conditions import CONDITIONS
from mailer.core.ladders.verbs import VERBS
from mailer.core.world.who import MEMBERS
from mailer.model.errors import BadRules, Flaw
from mailer.model.program import Exit, Ladder, Sending, State

# "armed": SEND and the code of a rehearsal. "read": a coordinator's OK to a letter that went to all of them.
# "answers" and "text": numbered answers, or free words, from a person who has a part in the walk (and no word did anything).
# "release", "rescinded", "placed" and "declined": what a coordinator or participant wrote about releases and matches
# (core/words/consent_words.py). "parts": an operator was asked to forget one of the two (core/ladders/parting.py).
EVENTS = frozenset(
    {"time", "contact", "sign_of_life", "stop", "results", "kit", "blast_done", "answers", "text", "read", "armed"}
    | {"release", "rescinded", "placed", "declined", "parts", "handed_on"}
)
ROLES = frozenset(
    {"subject", "asker", "mentor", "mentee", "mentees", "coordinator", "coordinators", "mwoc", "staff", "admin", "inbox"}
    | {"clinical_coordinator", "participant", "specialist", "trainer"}
)
OWNERS = (ROLES - {"mentees", "coordinators", "inbox"}) | {"none"}  # exactly one of them has to act while a walk is open
_SWEPT = frozenset(
    {"begin", "assigned", "approved", "coordinates", "role", "matched", "unconfirmed", "held", "marked …", "outdated …"}
)
SWEPT = frozenset(opens.partition(" ")[0] for opens in _SWEPT)  # ladders that begin by themselves, as soon as somebody lacks a walk
ABOUT = frozenset({"match", "program", "coordinator", "person", *MEMBERS})

_STATE_KEYS = frozenset(
    {
        "name",
        "owner",
        "says",
        "asks",
        "send",
        "waits_for",
        "wait",
        "within",
        "overdue",
        "until",
        "month",
        "blast",
        "do",
        "exit",
        "gate",
        "final",
    }
)
_EXIT_KEYS = frozenset({"when", "to", "by", "if", "do", "refuse", "tell"})
_SEND_KEYS = frozenset({"letter", "to", "attempt", "at_once", "read_by", "wording", "marks", "read_as"})

LineOf = Callable[[str], int]


def parse_ladder(data: Mapping[str, object], file: str, line_of: LineOf) -> Ladder:
    """Read one ladder file.

    `line_of` gives the line of a dotted key such as "state.2.exit.0.to". Raises BadRules with every flaw found.
    """
    flaws: list[Flaw] = []

    def flaw(path: str, what: str, advice: str) -> None:
        flaws.append(Flaw(file, line_of(path), what, advice))

    head = data.get("ladder")
    if not isinstance(head, dict) or not {"name", "about", "opens", "first"} <= set(head):
        raise BadRules(
            Flaw(file, 1, "a ladder needs [ladder] with name, about, opens and first", "copy the head of another ladder file")
        )
    if head["about"] not in ABOUT:
        flaw("ladder.about", f"about = {head['about']!r} is not known", "write one of " + ", ".join(sorted(ABOUT)))
    opens = str(head["opens"])
    how, space, what = opens.partition(" ")
    if f"{how} …" * bool(space and what) + how * (not space) not in _SWEPT and not opens.startswith("word:"):
        flaw("ladder.opens", f"opens = {opens!r} is not known", "write word:SOMETHING or one of " + ", ".join(sorted(_SWEPT)))
    by = _texts(head.get("by"))
    for role in by:
        if role not in ROLES:
            flaw("ladder.by", f"by = {role!r} is no role", "write one of " + ", ".join(sorted(ROLES)))
    states: dict[str, State] = {}
    for number, raw in enumerate(_tables(data.get("state"))):
        path = f"state.{number}"
        for key in sorted(set(raw) - _STATE_KEYS):
            flaw(f"{path}.{key}", f"a state has no key {key!r}", "known keys: " + ", ".join(sorted(_STATE_KEYS)))
        name = str(raw.get("name", ""))
        if not name or name in states:
            flaw(path, "a state needs a name of its own", "give each [[state]] another name")
            continue
        states[name] = _state(raw, name, path, line_of, flaw)
    anywhere = tuple(_exit(raw, f"anywhere.{number}", line_of, flaw) for number, raw in enumerate(_tables(data.get("anywhere"))))
    doors = tuple(_exit(raw, f"door.{number}", line_of, flaw) for number, raw in enumerate(_tables(data.get("door"))))
    name, about, first = str(head["name"]), str(head["about"]), str(head["first"])
    pair, everybody = bool(head.get("pair", False)), bool(head.get("everybody", False))
    ladder = Ladder(name, about, opens, first, states, anywhere, file, doors, pair, by, everybody)
    if flaws:
        raise BadRules(*flaws)
    return ladder


def _tables(value: object) -> Sequence[Mapping[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _state(raw: Mapping[str, object], name: str, path: str, line_of: LineOf, flaw: Callable[[str, str, str], None]) -> State:
    sends = []
    for number, item in enumerate(_tables(raw.get("send"))):
        place = f"{path}.send"
        for key in sorted(set(item) - _SEND_KEYS):
            flaw(place, f"send has no key {key!r}", "known keys: " + ", ".join(sorted(_SEND_KEYS)))
        if item.get("read_by", "coordinator") not in ROLES:
            flaw(place, f"answers to send number {number + 1} are read by {item['read_by']!r}, which is no role", "see to")
        for mark in _texts(item.get("marks")):
            words = mark.split()
            if len(words) != 3 or not words[0].isdecimal() or words[1] not in ROLES:
                flaw(
                    place,
                    f"marks = {mark!r} does not say which answer is marked for whom",
                    "write it like '7 staff concern_marked'",
                )
        for meant in _texts(item.get("read_as")):
            plain, _, word = meant.partition(" ")
            if plain not in ("YES", "NO", "OK") or not word:
                flaw(place, f"read_as = {meant!r} does not say what a yes or no means", "write it like 'YES NEW MENTOR'")
        if item.get("to") not in ROLES:
            flaw(
                place,
                f"send number {number + 1} goes to {item.get('to')!r}, which is no role",
                "write one of " + ", ".join(sorted(ROLES)),
            )
        sends.append(
            Sending(
                str(item.get("letter", "")),
                str(item.get("to", "")),
                bool(item.get("attempt", False)),
                bool(item.get("at_once", False)),
                str(item.get("read_by", "")),
                str(item.get("wording", "")),
                _texts(item.get("marks")),
                _texts(item.get("read_as")),
            )
        )
    owner = str(raw.get("owner", ""))
    if owner not in OWNERS:
        flaw(f"{path}.owner", f"owner = {owner!r} is no role", "write one of " + ", ".join(sorted(OWNERS)))
    blast = raw.get("blast")
    do = _texts(raw.get("do"))
    _check_actions(do, f"{path}.do", flaw)
    return State(
        name=name,
        owner=owner,
        says=str(raw.get("says", "")),
        asks=str(raw.get("asks", "")),
        sends=tuple(sends),
        waits_for=str(raw.get("waits_for", "")),
        wait=str(raw.get("wait", "")),
        within=str(raw.get("within", "")),
        overdue=str(raw.get("overdue", "")),
        until=str(raw.get("until", "")),
        month=str(raw.get("month", "")),
        blast={str(key): str(value) for key, value in blast.items()} if isinstance(blast, dict) else {},
        do=do,
        exits=tuple(_exit(item, f"{path}.exit.{number}", line_of, flaw) for number, item in enumerate(_tables(raw.get("exit")))),
        gate=bool(raw.get("gate", False)),
        final=bool(raw.get("final", False)),
        line=line_of(path),
    )


def _exit(raw: Mapping[str, object], path: str, line_of: LineOf, flaw: Callable[[str, str, str], None]) -> Exit:
    for key in sorted(set(raw) - _EXIT_KEYS):
        flaw(path, f"an exit has no key {key!r}", "known keys: " + ", ".join(sorted(_EXIT_KEYS)))
    when = str(raw.get("when", ""))
    if when not in EVENTS and not when.startswith("word:"):
        flaw(path, f"when = {when!r} is not known", "write word:SOMETHING or one of " + ", ".join(sorted(EVENTS)))
    conditions = _texts(raw.get("if"))
    for condition in conditions:
        bare = condition.removeprefix("not ")
        name, *words = bare.split() or [""]
        if bare.startswith("policy "):
            continue
        if name not in CONDITIONS or CONDITIONS[name].words != len(words):
            known = ", ".join(f"{name}{' …' * item.words}" for name, item in sorted(CONDITIONS.items()))
            flaw(path, f"if = {condition!r} is not known", "write 'policy KEY' or one of " + known)
    do = _texts(raw.get("do"))
    _check_actions(do, path, flaw)
    return Exit(
        when,
        str(raw.get("to", "")),
        _texts(raw.get("by")),
        conditions,
        do,
        str(raw.get("refuse", "")),
        line_of(path),
        str(raw.get("tell", "")),
    )


def _check_actions(actions: Sequence[str], path: str, flaw: Callable[[str, str, str], None]) -> None:
    for action in actions:
        verb, *rest = action.split() or [""]
        if verb not in VERBS or VERBS[verb].words != len(rest):
            flaw(
                path,
                f"do = {action!r} is not known",
                "write one of " + ", ".join(f"{name}{' …' * item.words}" for name, item in sorted(VERBS.items())),
            )
