"""UNDO in the middle of an alarmed line: "hang on, that was the wrong one, UNDO please" is one wish, and a harmless one."""

from __future__ import annotations

from mailer.model.mail import Command
from mailer.wire.commands_phrases import only_polite, tokens_of
from mailer.wire.words import listed

_LONGEST = 120  # characters of such a line
_NOT_MEANT = listed("not don't didn't doesn't never cannot can't won't without what how whether if about")
_IT = listed("it that this them all everything again")


def asked_back(line: str) -> Command | None:
    """UNDO, and the number behind it, where the line ends with the word in capitals and nothing before it denies it."""
    if "UNDO" not in line or len(line) > _LONGEST:
        return None
    tokens = tokens_of(line)
    at = next((index for index, token in enumerate(tokens) if token.text == "UNDO"), 0)
    if not at or tokens[at - 1].core == "no" or any(token.core in _NOT_MEANT for token in tokens[:at]):
        return None
    behind = tokens[at + 1 :]
    number = int(behind[0].core) if behind and behind[0].core.isdigit() and len(behind[0].core) <= 3 else None
    if not only_polite(tuple(token for token in behind[number is not None :] if token.core not in _IT)):
        return None
    return Command("UNDO", {"number": number} if number is not None else {})
