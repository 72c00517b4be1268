"""Ladders as admins write them: TOML data to `Ladder` values, and the proof that every walk ends and tells nobody too early."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mailer.core.conditions import CONDITIONS
from mailer.core.verbs import VERBS
from mailer.core.who import MEMBERS
from mailer.model.classes import CLOSING, LetterClass
from mailer.model.errors import BadRules, Flaw
from mailer.model.program import Exit, Ladder, Policy, Sending, State

# "read": a coordinator's OK to a letter that went to all of them.
# "answers" and "text": numbered answers, or free words, from a person who has a part in the walk (and no word did anything).
EVENTS = frozenset({"time", "contact", "sign_of_life", "stop", "results", "kit", "blast_done", "answers", "text", "read"})
ROLES = frozenset(
    {"subject", "mentor", "mentee", "mentees", "coordinator", "coordinators", "mwoc", "staff", "admin", "inbox"}
    | {"clinical_coordinator", "participant", "specialist", "trainer"}
)
_SWEPT = frozenset({"begin", "assigned", "approved", "coordinates", "role", "matched", "marked …", "outdated …"})
ABOUT = frozenset({"match", "program", "coordinator", *MEMBERS})

_STATE_KEYS = frozenset(
    {
        "name",
        "owner",
        "says",
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
_EXIT_KEYS = frozenset({"when", "to", "by", "if", "do", "refuse"})
_SEND_KEYS = frozenset({"letter", "to", "attempt", "at_once", "read_by", "wording"})

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
    ladder = Ladder(name, about, opens, first, states, anywhere, file, doors, bool(head.get("pair", False)), by)
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
            )
        )
    blast = raw.get("blast")
    do = _texts(raw.get("do"))
    _check_actions(do, f"{path}.do", flaw)
    return State(
        name=name,
        owner=str(raw.get("owner", "")),
        says=str(raw.get("says", "")),
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
    return Exit(when, str(raw.get("to", "")), _texts(raw.get("by")), conditions, do, str(raw.get("refuse", "")), line_of(path))


def _check_actions(actions: Sequence[str], path: str, flaw: Callable[[str, str, str], None]) -> None:
    for action in actions:
        verb, *rest = action.split() or [""]
        if verb not in VERBS or VERBS[verb].words != len(rest):
            flaw(
                path,
                f"do = {action!r} is not known",
                "write one of " + ", ".join(f"{name}{' …' * item.words}" for name, item in sorted(VERBS.items())),
            )


def prove(ladder: Ladder, policy: Policy, letters: Mapping[str, LetterClass | None], all_names: frozenset[str]) -> tuple[Flaw, ...]:
    """What is wrong with a ladder as a whole: unknown states, letters, keys; a state nobody leaves; closing without a gate.

    `letters` says what each letter with a template is for.
    """
    flaws: list[Flaw] = []

    def flaw(line: int, what: str, advice: str) -> None:
        flaws.append(Flaw(ladder.file, line, what, advice))

    if ladder.first not in ladder.states:
        flaw(1, f"first = {ladder.first!r} is no state of this ladder", "name one of its [[state]] tables")
        return tuple(flaws)
    for state in ladder.states.values():
        for sending in state.sends:
            if sending.letter not in letters:
                flaw(
                    state.line,
                    f"state {state.name!r} sends {sending.letter!r}, which has no template",
                    "write templates/email/…/" + sending.letter + ".md",
                )
        for letter in state.blast.values():
            if letter not in letters:
                flaw(
                    state.line,
                    f"state {state.name!r} sends {letter!r}, which has no template",
                    "write templates/email/…/" + letter + ".md",
                )
        for key in _policy_keys(state):
            if key not in policy.values and not key.isdigit():
                flaw(state.line, f"state {state.name!r} waits by {key!r}, which is no policy key", "see policy.toml")
        for exit in (*state.exits, *ladder.anywhere, *ladder.doors):
            if exit.to and exit.to not in ladder.states:
                flaw(
                    exit.line, f"an exit leads to {exit.to!r}, which is no state of this ladder", "name one of its [[state]] tables"
                )
            for condition in exit.conditions:
                key = condition.removeprefix("not ").removeprefix("policy ")
                if condition.removeprefix("not ").startswith("policy ") and key not in policy.values:
                    flaw(exit.line, f"if = {condition!r}: {key!r} is no policy key", "see policy.toml")
            for action in exit.do:
                if action.startswith("bring ") and action.split()[1] not in all_names:
                    flaw(exit.line, f"do = {action!r}: no ladder of that name", "see the ladder_*.toml files")
        timed = any(exit.when in ("time", "blast_done") and not exit.conditions for exit in state.exits)
        if not (timed or state.gate or state.final or any(exit.when in ("results", "kit") for exit in state.exits)):
            flaw(
                state.line,
                f"nothing leads out of state {state.name!r} when nobody writes",
                'add an exit with when = "time", or mark it gate or final',
            )
        if timed and not (state.wait or state.until or state.blast):
            flaw(state.line, f"state {state.name!r} has an exit by time but neither wait nor until", "say how long it waits")
    if not flaws:
        flaws.extend(_unreached(ladder))
        flaws.extend(_told_before_gate(ladder, letters))
    return tuple(flaws)


def _policy_keys(state: State) -> tuple[str, ...]:
    keys: list[str] = [part.strip() for part in state.wait.split("-") if part.strip() and part.strip() != "hold"]
    keys += [word for word in state.until.split() if "." in word]
    return tuple(keys)


def _beginnings(ladder: Ladder) -> list[str]:
    """The states at which a walk may begin."""
    return list(dict.fromkeys((ladder.first, *(door.to for door in ladder.doors))))


def _unreached(ladder: Ladder) -> list[Flaw]:
    todo = _beginnings(ladder)
    seen = set(todo)
    while todo:
        state = ladder.states[todo.pop()]
        for exit in (*state.exits, *(ladder.anywhere if not state.final else ())):
            if exit.to and exit.to not in seen:
                seen.add(exit.to)
                todo.append(exit.to)
    return [
        Flaw(ladder.file, state.line, f"state {name!r} can never be reached", "remove it, or let an exit lead to it")
        for name, state in ladder.states.items()
        if name not in seen
    ]


def _told_before_gate(ladder: Ladder, letters: Mapping[str, LetterClass | None]) -> list[Flaw]:
    """A path from the start to a closing letter that passes no human's word."""
    todo = _beginnings(ladder)
    paths: dict[str, tuple[str, ...]] = {name: (name,) for name in todo}
    while todo:
        name = todo.pop(0)
        for exit in (*ladder.states[name].exits, *ladder.anywhere):
            human = (
                exit.when.startswith("word:")
                or exit.when == "stop"
                or any("confirm_before_closing" in item for item in exit.conditions)
            )
            if exit.to and not human and exit.to not in paths:
                paths[exit.to] = (*paths[name], exit.to)
                todo.append(exit.to)
    return [
        Flaw(
            ladder.file,
            ladder.states[name].line,
            f"state {name!r} tells somebody that a match is over without a human's word: {' > '.join(path)}",
            "lead to it only by word:CONFIRM from a gate",
        )
        for name, path in paths.items()
        if any(letters[sending.letter] in CLOSING for sending in ladder.states[name].sends)
    ]
