"""Sentences that hold another program's word: "It has been renewed until May" says no SINCE where no ladder knows SINCE.

A word written as such is always one, and is refused with its reason. What only means the same as a word of ours, in a program
that has no use for it, is what it looks like: a sentence for a person.
"""

from __future__ import annotations

from dataclasses import replace

from mailer.model.mail import Command, IncomingMessage
from mailer.model.program import Rulebook

# Words that do something in ladders alone, and for which people write sentences of their own.
_OF_LADDERS = frozenset(
    {"SINCE", "REACHED", "NOT REACHED", "NO ANSWER", "RIGHT", "DONE", "NOT DONE", "RESOLVED", "REMAINING", "PLAN", "DAY", "KIND"}
)


def as_sentences(message: IncomingMessage, book: Rulebook) -> IncomingMessage:
    """The message without such words that this program's ladders do not know and that were not written as words."""
    if not any(command.word in _OF_LADDERS for command in message.commands):
        return message
    known = _known(book)
    kept = tuple(command for command in message.commands if command.word in known or _is_written(command))
    return message if len(kept) == len(message.commands) else replace(message, commands=kept)


def _known(book: Rulebook) -> frozenset[str]:
    found: set[str] = set()
    for ladder in book.ladders.values():
        exits = (*ladder.anywhere, *ladder.doors, *(exit for state in ladder.states.values() for exit in state.exits))
        found.update(exit.when.removeprefix("word:") for exit in exits)
        found.add(ladder.opens.removeprefix("word:"))
    return frozenset(found)


def _is_written(command: Command) -> bool:
    return command.word not in _OF_LADDERS or command.word.casefold() in command.text.casefold()
