"""The several ways one letter can go: a sample of its facts changed as little as possible, so that each branch is reached once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

from jinja2 import nodes

from mailer.letters.placeholders import syntax_of

_MOST = 40  # ways of one letter: more than anybody would look through
_TWO = re.compile(r"(\w+) and (\w+)")  # a text that lists two names
_Path = tuple[str, ...]
_Condition = tuple[nodes.Node, bool]


@dataclass(frozen=True, slots=True)
class Way:
    """Facts of one way; `changed` says in which of them they differ from the sample: ("again: yes",)."""

    changed: tuple[str, ...]
    facts: Mapping[str, object]


class _Unknown(Exception):
    """A condition this module cannot bring about; its branch is left to the reader's imagination."""


def ways(source: str, sample: Mapping[str, object]) -> tuple[Way, ...]:
    """The sample itself, then one for each branch of the template's conditions, for lists with none, one and three entries.

    Raises jinja2's TemplateSyntaxError for a source that no letter can be made of.
    """
    found: dict[tuple[str, ...], Way] = {(): Way((), sample)}
    for conditions, scope in _routes(syntax_of(source).body, (), {}):
        if len(found) < _MOST and (facts := _brought_about(conditions, scope, sample)) is not None:
            way = Way(tuple(_differences(sample, facts)), facts)
            found.setdefault(way.changed, way)
    for path, value in _numbers(source, sample):
        facts = deepcopy(dict(sample))
        _put(facts, path, value)
        way = Way(tuple(_differences(sample, facts)), facts)
        if len(found) < _MOST and way.changed:
            found.setdefault(way.changed, way)
    return tuple(found.values())


def _routes(
    body: Sequence[nodes.Node], behind: tuple[_Condition, ...], scope: Mapping[str, _Path]
) -> Iterator[tuple[tuple[_Condition, ...], Mapping[str, _Path]]]:
    """What must hold for each branch to be read, outer conditions first; `scope`: what the names of loops stand for."""
    for node in body:
        match node:
            case nodes.If():
                before = behind
                for branch in (node, *node.elif_):
                    yield (*before, (branch.test, True)), scope
                    yield from _routes(branch.body, (*before, (branch.test, True)), scope)
                    before = (*before, (branch.test, False))
                yield before, scope
                yield from _routes(node.else_, before, scope)
            case nodes.For() if isinstance(node.target, nodes.Name):
                yield (*behind, (node.iter, False)), scope
                yield from _routes(node.body, (*behind, (node.iter, True)), {**scope, node.target.name: _path(node.iter, scope)})


def _brought_about(
    conditions: Sequence[_Condition], scope: Mapping[str, _Path], sample: Mapping[str, object]
) -> dict[str, object] | None:
    facts = deepcopy(dict(sample))
    try:
        for test, wanted in conditions:
            _make(test, wanted, facts, scope)
        if all(_holds(test, facts, scope) is wanted for test, wanted in conditions):
            return facts
    except _Unknown:
        pass
    return None


def _make(test: nodes.Node, wanted: bool, facts: dict[str, object], scope: Mapping[str, _Path]) -> None:
    if _holds(test, facts, scope) is wanted:
        return
    match test:
        case nodes.Not():
            _make(test.node, not wanted, facts, scope)
        case nodes.And() | nodes.Or():
            _make(test.left, wanted, facts, scope)
            _make(test.right, wanted, facts, scope)
        case nodes.Compare(expr=expr, ops=[nodes.Operand(op=op, expr=nodes.Const(value=value))]):
            if isinstance(_get(facts, _path(expr, scope)), (list, Mapping)):
                raise _Unknown
            _put(facts, _path(expr, scope), value if wanted is (op == "eq") else f"not {value}")
        case _:
            path = _path(test, scope)
            _put(facts, path, _full(_get(facts, path)) if wanted else _empty(_get(facts, path)))


def _holds(test: nodes.Node, facts: Mapping[str, object], scope: Mapping[str, _Path]) -> bool:
    match test:
        case nodes.Not():
            return not _holds(test.node, facts, scope)
        case nodes.And():
            return _holds(test.left, facts, scope) and _holds(test.right, facts, scope)
        case nodes.Or():
            return _holds(test.left, facts, scope) or _holds(test.right, facts, scope)
        case nodes.Compare(expr=expr, ops=[nodes.Operand(op="eq" | "ne" as op, expr=nodes.Const(value=value))]):
            return (_get(facts, _path(expr, scope)) == value) is (op == "eq")
        case _:
            return bool(_get(facts, _path(test, scope)))


def _path(node: nodes.Node, scope: Mapping[str, _Path]) -> _Path:
    """`row.who` inside `for row in rows`: ("rows", "who")."""
    match node:
        case nodes.Name():
            return scope.get(node.name, (node.name,))
        case nodes.Getattr():
            return (*_path(node.node, scope), node.attr)
    raise _Unknown


def _get(facts: object, path: _Path) -> object:
    """The fact at a path; of a list the first entry's."""
    for name in path:
        if isinstance(facts, list):
            facts = facts[0] if facts else {}
        if not isinstance(facts, Mapping):
            raise _Unknown
        facts = facts.get(name, "")
    return facts


def _put(facts: dict[str, object], path: _Path, value: object) -> None:
    holder: object = facts
    for name in path[:-1]:
        if isinstance(holder, list):
            holder = holder[0] if holder else None
        holder = holder.get(name) if isinstance(holder, dict) else None
    if isinstance(holder, list):
        holder = holder[0] if holder else None
    if not isinstance(holder, dict):
        raise _Unknown
    holder[path[-1]] = value


def _full(value: object) -> object:
    match value:
        case bool():
            return True
        case int():
            return 2
        case str():
            return "some words"
    raise _Unknown  # an empty list: nobody knows what would be in it


def _empty(value: object) -> object:
    match value:
        case bool():
            return False
        case int():
            return 0
        case list():
            return []
        case Mapping():
            return {}
    return ""


def _numbers(source: str, sample: Mapping[str, object]) -> Iterator[tuple[_Path, object]]:
    """Lists that the letter goes through, with one and with three entries; texts that name two people, with one and with three."""
    loops = [node.iter for node in syntax_of(source).find_all(nodes.For) if isinstance(node.iter, nodes.Name)]
    for name in dict.fromkeys(loop.name for loop in loops):
        entries = sample.get(name)
        if isinstance(entries, list) and entries:
            yield (name,), entries[:1]
            yield (name,), (entries * 3)[:3]
    for name in dict.fromkeys(node.name for node in syntax_of(source).find_all(nodes.Name)):
        if found := _TWO.fullmatch(str(sample.get(name, ""))):
            yield (name,), found[1]
            yield (name,), f"{found[1]}, {found[2]} and Kim"


def _differences(sample: Mapping[str, object], facts: Mapping[str, object], before: str = "") -> Iterator[str]:
    for name, value in facts.items():
        was = sample.get(name)
        if value == was:
            continue
        said = f"{before}{name}".replace("_", " ")
        if isinstance(value, dict) and value and isinstance(was, Mapping):
            yield from _differences(was, value, f"{before}{name}.")
        elif isinstance(value, list) and isinstance(was, list) and len(value) == len(was) and isinstance(value[0], dict):
            yield from _differences(was[0], value[0], f"{before}{name}.")
        elif isinstance(value, list):
            yield f"{said}: {len(value) or 'none'}"
        else:
            yield f"{said}: {_in_words(value)}"


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value or value == 0 else "nothing"
