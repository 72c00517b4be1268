"""What must hold of a ladder as a whole before it is used, with the path that shows where it does not (R 4.1, 4A).

Every letter and sentence exists, every state can be reached and left, every path comes to an end or to a day of the month,
nobody is written to for ever, nobody is told that a match is over before a human's word, no question about somebody goes to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from mailer.core.world.who import MEMBERS
from mailer.model.classes import CLOSING, LetterClass
from mailer.model.errors import Flaw
from mailer.model.program import Exit, Ladder, Policy, State

# Conditions that hold only so many times: a circle with one of them on it comes to its end by itself.
_BOUNDED = frozenset({"attempts_left", "handover_attempts_left", "mentee_attempts_left", "candidate_left", "below"})
_BY_TIME = frozenset({"time", "blast_done", "results", "kit"})
_OTHERS = frozenset({"bring", "bring_own", "suspend", "resume", "close"})  # verbs whose first word names a ladder
_NOT_FOR = frozenset({*MEMBERS, "subject", "mentees"})  # whom a question about somebody could be about
Tell = Callable[[int, str, str], None]


def prove(
    ladder: Ladder,
    policy: Policy,
    letters: Mapping[str, LetterClass | None],
    all_names: frozenset[str],
    sentences: frozenset[str] | None = None,
) -> tuple[Flaw, ...]:
    """What is wrong with a ladder as a whole, each flaw with its line and, where one shows it, the path.

    `letters` says what each letter with a template is for; `sentences` are the kinds of `notes.toml` (None: not looked at).
    """
    flaws: list[Flaw] = []

    def tell(line: int, what: str, advice: str) -> None:
        flaws.append(Flaw(ladder.file, line, what, advice))

    if ladder.first not in ladder.states:
        tell(1, f"first = {ladder.first!r} is no state of this ladder", "name one of its [[state]] tables")
        return tuple(flaws)
    for state in ladder.states.values():
        _names(state, policy, letters, tell)
        _leads_on(state, tell)
    for exit in _all_exits(ladder):
        _exit(exit, ladder, policy, tell)
    for line, action in _actions(ladder):
        _action(line, action, all_names, sentences, tell)
    if not flaws:
        reached = paths(ladder, lambda exit: True)
        _unreached(ladder, reached, tell)
        _ends(ladder, reached, tell)
        _for_ever(ladder, reached, tell)
        _told_before_gate(ladder, letters, tell)
        _about_themselves(ladder, letters, reached, tell)
    return tuple(flaws)


# ---------------------------------------------------------------- names


def _names(state: State, policy: Policy, letters: Mapping[str, LetterClass | None], tell: Tell) -> None:
    for letter in (*(sending.letter for sending in state.sends), *state.blast.values()):
        if letter not in letters:
            advice = f"write templates/email/…/{letter}.md"
            tell(state.line, f"state {state.name!r} sends {letter!r}, which has no template", advice)
    for key in _policy_keys(state):
        if key not in policy.values and not key.isdigit():
            tell(state.line, f"state {state.name!r} waits by {key!r}, which is no policy key", "see policy.toml")


def _policy_keys(state: State) -> Iterator[str]:
    for part in (*state.wait.split("-"), state.within):
        if part.strip() and part.strip() != "hold":
            yield part.strip()
    yield from (word for word in state.until.split() if "." in word)


def _leads_on(state: State, tell: Tell) -> None:
    timed = any(exit.when in ("time", "blast_done") and not exit.conditions for exit in state.exits)
    if not (timed or state.gate or state.final or any(exit.when in ("results", "kit") for exit in state.exits)):
        what = f"nothing leads out of state {state.name!r} when nobody writes"
        tell(state.line, what, 'add an exit with when = "time", or mark it gate or final')
    if timed and not (state.wait or state.until or state.blast):
        tell(state.line, f"state {state.name!r} has an exit by time but neither wait nor until", "say how long it waits")


def _exit(exit: Exit, ladder: Ladder, policy: Policy, tell: Tell) -> None:
    if exit.to and exit.to not in ladder.states:
        what = f"an exit leads to {exit.to!r}, which is no state of this ladder"
        tell(exit.line, what, "name one of its [[state]] tables")
    for condition in exit.conditions:
        name, *words = condition.removeprefix("not ").split()
        keys = words[:1] if name == "policy" else words[1:] if name == "below" else []
        for key in keys:
            if key not in policy.values:
                tell(exit.line, f"if = {condition!r}: {key!r} is no policy key", "see policy.toml")


def _all_exits(ladder: Ladder) -> Iterator[Exit]:
    for state in ladder.states.values():
        yield from state.exits
    yield from (*ladder.anywhere, *ladder.doors)


def _actions(ladder: Ladder) -> Iterator[tuple[int, str]]:
    for state in ladder.states.values():
        yield from ((state.line, action) for action in state.do)
        marks = (mark.split() for sending in state.sends for mark in sending.marks)
        yield from ((state.line, f"note {' '.join(words[1:])}") for words in marks)
    for exit in _all_exits(ladder):
        yield from ((exit.line, action) for action in (*exit.do, *((f"refuse {exit.refuse}",) if exit.refuse else ())))


def _action(line: int, action: str, all_names: frozenset[str], sentences: frozenset[str] | None, tell: Tell) -> None:
    verb, *words = action.split()
    if verb in _OTHERS and words[0] not in all_names:
        tell(line, f"do = {action!r}: no ladder of that name", "see the ladder_*.toml files")
    said = {"note": words[1:], "refuse": words, "form": [f"form {word}" for word in words]}.get(verb, [])
    for kind in said:
        if sentences is not None and kind not in sentences:
            what = f"{action!r} says {kind!r}, and there is no such sentence"
            tell(line, what, "write it in templates/email/common/notes.toml")


# ---------------------------------------------------------------- paths


def beginnings(ladder: Ladder) -> tuple[str, ...]:
    """The states at which a walk may begin."""
    return tuple(dict.fromkeys((ladder.first, *(door.to for door in ladder.doors if door.to))))


def exits_of(ladder: Ladder, state: State) -> tuple[Exit, ...]:
    return (*state.exits, *(ladder.anywhere if not state.final else ()))


def paths(ladder: Ladder, taken: Callable[[Exit], bool]) -> dict[str, tuple[str, ...]]:
    """A shortest path to every state that can be reached by such exits."""
    found: dict[str, tuple[str, ...]] = {name: (name,) for name in beginnings(ladder)}
    todo = list(found)
    while todo:
        name = todo.pop(0)
        for exit in exits_of(ladder, ladder.states[name]):
            if exit.to and exit.to not in found and taken(exit):
                found[exit.to] = (*found[name], exit.to)
                todo.append(exit.to)
    return found


def _way(names: Iterable[str]) -> str:
    return " > ".join(names)


def _unreached(ladder: Ladder, reached: Mapping[str, tuple[str, ...]], tell: Tell) -> None:
    for name, state in ladder.states.items():
        if name not in reached:
            tell(state.line, f"state {name!r} can never be reached", "remove it, or let an exit lead to it")


def _ends(ladder: Ladder, reached: Mapping[str, tuple[str, ...]], tell: Tell) -> None:
    """From every state some way leads to an end, or to a day of the month on which the walk goes round again."""
    done = {name for name, state in ladder.states.items() if state.final or state.until}
    before = 0
    while len(done) != before:
        before = len(done)
        done |= {
            name for name, state in ladder.states.items() if any(exit.to in done for exit in exits_of(ladder, state) if exit.to)
        }
    for name, path in reached.items():
        if name not in done:
            what = f"no way leads from state {name!r} to an end: {_way(path)}"
            tell(ladder.states[name].line, what, "let an exit lead to a final state")


def _for_ever(ladder: Ladder, reached: Mapping[str, tuple[str, ...]], tell: Tell) -> None:
    """By time alone nobody is written to again and again: a circle passes a day of the month, or comes to its end."""
    told: set[frozenset[str]] = set()
    for name, state in ladder.states.items():
        if not _says_something(state) or state.until:
            continue
        circle = _circle(ladder, name)
        if circle is not None and frozenset(circle) not in told:
            told.add(frozenset(circle))
            path = (*reached.get(name, (name,)), *circle)
            what = f"state {name!r} writes again and again while nobody answers: {_way(path)}"
            tell(state.line, what, "let time lead on to a state that waits for a human (gate), or to an end")


def _says_something(state: State) -> bool:
    return bool(state.sends or state.blast) or any(action.startswith("note ") for action in state.do)


def _circle(ladder: Ladder, start: str) -> tuple[str, ...] | None:
    """A way by time from a state back to itself that passes no day of the month and nothing that happens only so often."""
    todo: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while todo:
        way = todo.pop(0)
        for exit in ladder.states[way[-1]].exits:
            bounded = any(condition.split()[0] in _BOUNDED for condition in exit.conditions)
            if exit.when not in _BY_TIME or not exit.to or bounded:
                continue
            if exit.to == start:
                return (*way[1:], start)
            if exit.to not in seen and not ladder.states[exit.to].until:
                seen.add(exit.to)
                todo.append((*way, exit.to))
    return None


# ---------------------------------------------------------------- who is told


def _human(exit: Exit) -> bool:
    return (
        exit.when.startswith("word:")
        or exit.when in ("stop", "parts")
        or any("confirm_before_closing" in condition for condition in exit.conditions)
    )


def _told_before_gate(ladder: Ladder, letters: Mapping[str, LetterClass | None], tell: Tell) -> None:
    """A path from the start to a closing letter that passes no human's word (4.1 Gate, 4A invariant b)."""
    for name, path in paths(ladder, lambda exit: not _human(exit)).items():
        if any(letters[sending.letter] in CLOSING for sending in ladder.states[name].sends):
            what = f"state {name!r} tells somebody that a match is over without a human's word: {_way(path)}"
            tell(ladder.states[name].line, what, "lead to it only by word:CONFIRM from a gate")


def _about_themselves(
    ladder: Ladder, letters: Mapping[str, LetterClass | None], reached: Mapping[str, tuple[str, ...]], tell: Tell
) -> None:
    """What a duty has to know or to decide about somebody does not go to them, and they do not decide it (4.1 Conflict)."""
    for name, state in ladder.states.items():
        for sending in state.sends:
            kind = letters[sending.letter]
            if kind in (LetterClass.DUTY, LetterClass.GATE) and sending.to in _NOT_FOR:
                what = f"{sending.letter!r} goes to the {sending.to}, whom it is about: {_way(reached[name])}"
                tell(state.line, what, "send it to somebody who holds a duty: coordinator, mwoc, staff")
        if not any(letters[sending.letter] is LetterClass.GATE for sending in state.sends):
            continue
        for exit in state.exits:
            if exit.when == "word:CONFIRM" and (not exit.by or _NOT_FOR & set(exit.by)):
                what = f"at the gate {name!r} the person it is about may CONFIRM: {_way(reached[name])}"
                tell(exit.line, what, 'say whose word it is: by = ["mwoc", "staff"]')
