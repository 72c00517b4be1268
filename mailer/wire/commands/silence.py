"""Free sentences that report a silent person, "Mel hasn't answered for three weeks" (REQUIREMENTS.md 4B, R-029), or one reached."""

from __future__ import annotations

import re

from mailer.wire.commands.people import person
from mailer.wire.commands.phrases import Token
from mailer.wire.words import listed

_NOT = listed("hasn't haven't didn't doesn't isn't never")
_NOT_PARTED = listed("has have had did does is")  # followed by "not" or "never"
_ANSWERED = listed("answered answer answering replied reply replying responded respond responding")
_BETWEEN = listed("yet still been ever even once to my any me of messages letters calls mails emails back")
_STRUCK = re.compile(r"~~[^~\n]{1,200}~~")
# A name and no more in front: "Mel reached"; not "Agreement was reached", "She reached".
_NAME_REACHED = re.compile(
    r"[\s*•-]{0,6}(?!I |We |She |He |They |Not |Who |All |Both |None |Nobody |Yes |No |Just "
    r"|Finally |Have |Goals? |Limit |Agreement )"
    r"([A-ZÀ-ÞŁŚŽČА-ЯІЇЄ][\w'’.-]{1,30}(?: [A-ZÀ-ÞŁŚŽČА-ЯІЇЄ][\w'’.-]{1,30}){0,2})"
    r" ((?:(?:[Nn]ot|NOT) )?(?:[Rr]eached|REACHED))\s?[.!]?\s*"
)


def unstruck(text: str) -> str:
    """The text without what somebody took back, "~~so~~"; its lines stay where they are."""
    return _STRUCK.sub("", text) if "~~" in text else text


def name_first(line: str) -> str:
    """ "Mel reached", "Tom not reached" with the colon that people leave out; any other line as it is."""
    found = _NAME_REACHED.fullmatch(line)
    return f"{found[1]}: {found[2]}" if found is not None else line


def silent_person(tokens: tuple[Token, ...], line: str) -> tuple[str, int]:
    """Who is said not to answer, and the index of the token behind the verb; ("", 0) where the line says nothing of the kind.

    The line must begin with the person's name: "I fear that she does not answer" is left to a human.
    """
    who, at = person(tokens, line)
    if not who or at >= len(tokens):
        return "", 0
    at += tokens[at].core == "still"
    if at < len(tokens) and tokens[at].core in _NOT:
        at += 1
    elif at + 1 < len(tokens) and tokens[at].core in _NOT_PARTED and tokens[at + 1].core in ("not", "never"):
        at += 2
    else:
        return "", 0
    while at < len(tokens) and tokens[at].core in _BETWEEN:
        at += 1
    if at >= len(tokens) or tokens[at].core not in _ANSWERED or "?" in tokens[-1].tail:
        return "", 0
    at += 1
    while at < len(tokens) and tokens[at].core in _BETWEEN:
        at += 1
    return who, at
