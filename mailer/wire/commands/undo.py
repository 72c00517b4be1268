"""Words that are heard in the middle of a line: UNDO in alarm ("hang on, that was the wrong one, UNDO please"), and RESCIND.

The one is harmless; of the other any sign is honoured at once, rather too much than too little (R-121).
"""

from __future__ import annotations

from mailer.model.mail import Command
from mailer.wire.commands.phrases import only_polite, tokens_of
from mailer.wire.words import listed

_LONGEST = 120  # characters of such a line
_NOT_MEANT = listed("not don't didn't doesn't never cannot can't won't without what how whether if about")
_MENTIONED = _NOT_MEANT | listed("can could may might wrote said says word words")
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


def taken_back(line: str) -> Command | None:
    """RESCIND in capitals anywhere in a line that neither denies it, in the same sentence, nor asks about it."""
    if "RESCIND" not in line or len(line) > 2 * _LONGEST:
        return None
    tokens = tokens_of(line)
    at = next((index for index, token in enumerate(tokens) if token.text == "RESCIND"), -1)
    begins = max((index + 1 for index, token in enumerate(tokens[: max(at, 0)]) if set(".!;:") & set(token.tail)), default=0)
    if at < 0 or any(token.core in _MENTIONED for token in tokens[begins:at]) or any("?" in token.tail for token in tokens[at:]):
        return None
    return Command("RESCIND", {})
