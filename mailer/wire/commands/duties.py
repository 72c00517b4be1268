"""Argument grammars of a coordinator's and the staff's words about people: REASSIGN, COVER, RECALL, FORGET."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailer.wire.commands.arguments import Arguments, Read, Rest
from mailer.wire.commands.keys import keys_of
from mailer.wire.commands.people import named, people, person
from mailer.wire.commands.phrases import Token, without_politeness
from mailer.wire.dates.read import read_date
from mailer.wire.words import Grammar, listed

_TO = listed("to -> → by with an a")
_FOR = listed("for von für por pour")
_UNTIL = listed("until till til through thru bis hasta to")


def _reassign(rest: Rest) -> Read:
    """ "REASSIGN Ana Ruiz to Nora Lind", "REASSIGN mentor=ana@… coordinator=nora@…": `mentor`, `coordinator`, `text`."""
    head, keys = keys_of(rest)
    tokens = without_politeness(head)
    arguments: Arguments = {name: keys[name] for name in ("mentor", "coordinator") if keys.get(name)}
    if tokens and (rest.shouted or named(tokens, rest.line)):
        pair = _two(tokens, rest.line)
        arguments.setdefault("mentor", pair[0])
        if len(pair) > 1:
            arguments.setdefault("coordinator", pair[1])
        arguments["text"] = rest.line[tokens[0].start : tokens[-1].end]
    return (arguments, len(rest.tokens)) if arguments else None


def _cover(rest: Rest) -> Read:
    """ "COVER Nora Lind until 3 May", "COVER Klaus Berg by Nora Lind until …", "COVER Nora Lind for Klaus Berg …".

    `who` covers; `for` is covered. One name alone is `who`.
    """
    found = rest.day(future=True)
    tokens = without_politeness(rest.tokens[: found[1]] if found else rest.tokens)
    while tokens and tokens[-1].core in _UNTIL:
        tokens = tokens[:-1]
    head, keys = keys_of(Rest(rest.line, tokens, rest.sent, rest.order, rest.shouted, rest.phrase))
    arguments: Arguments = {}
    until = (
        found[0] if found else read_date(keys["until"], sent=rest.sent, order=rest.order, future=True) if "until" in keys else None
    )
    if until is not None:
        arguments["until"] = until
    if head and (rest.shouted or named(head, rest.line)):
        for at, token in enumerate(head):
            if token.core in _FOR and 0 < at < len(head) - 1:
                arguments["who"], arguments["for"] = _span(head[:at], rest.line), _span(head[at + 1 :], rest.line)
                break
        else:
            pair = _two(head, rest.line) if any(token.core in _TO for token in head) else (_span(head, rest.line),)
            arguments["who"] = pair[-1]
            if len(pair) > 1:
                arguments["for"] = pair[0]
    for name, key in (("who", "by"), ("who", "coordinator"), ("for", "for")):
        if keys.get(key):
            arguments[name] = keys[key]
    return (arguments, len(rest.tokens)) if arguments.get("who") or until is not None else None


def _whom(rest: Rest) -> Read:
    """ "RECALL K7F3", "RECALL Ana Ruiz": one person and no word more; no sentence ("Recall what I wrote") is such a word."""
    tokens = without_politeness(rest.tokens)
    who, used = person(tokens, rest.line)
    return ({"who": who}, len(rest.tokens)) if who and used == len(tokens) else None


def _two(tokens: tuple[Token, ...], line: str) -> tuple[str, ...]:
    for at, token in enumerate(tokens):
        if token.core in _TO and 0 < at < len(tokens) - 1:
            return _span(tokens[:at], line), _span(tokens[at + 1 :], line)
    return people(tokens, line)


def _span(tokens: tuple[Token, ...], line: str) -> str:
    return line[tokens[0].start : tokens[-1].end]


GRAMMARS: Mapping[Grammar, Callable[[Rest], Read]] = {
    Grammar.REASSIGN: _reassign,
    Grammar.COVER: _cover,
    Grammar.WHOM: _whom,
}
