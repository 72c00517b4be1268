"""UNDO and corrections: what the lines of a receipt did is taken back while nothing of it has left (reply grammar 6)."""

from __future__ import annotations

from collections.abc import Mapping

from db.records import Letter, Person, Situation
from mailer.core.telling.inverse import going_back, too_late
from mailer.core.telling.transcript import Transcript, undo_of
from mailer.core.telling.writing import PARTICIPANTS, said
from mailer.model.mail import IncomingMessage


def receipt_meant(account: Transcript, person: Person, letter: Letter | None) -> Letter | None:
    """The receipt a person speaks of: the one they answer, else the last one that can be undone."""
    if letter is not None and undo_of(letter):
        return letter
    own = [item for item in account.scene.situation.letters if item.to_id == person.id and undo_of(item)]
    return max(own, key=lambda item: (item.not_before, item.id), default=None)


def speaks_of(situation: Situation, message: IncomingMessage) -> tuple[str, ...]:
    """The keys of letters that a mail may take back and that the situation lacks: they are to people far from its sender."""
    if not any(command.word == "UNDO" or command.corrects for command in message.commands):
        return ()
    known = {letter.key for letter in situation.letters}
    receipts = [item for item in situation.letters if item.to_id in situation.sender_ids]
    if situation.letter is not None:
        receipts.append(situation.letter)
    lines = [line for receipt in receipts if (told := undo_of(receipt)) is not None for line in told["lines"]]
    keys = [str(key) for line in lines if line["piece"] is not None for key in line["piece"]["letters"]]
    return tuple(key for key in dict.fromkeys(keys) if key not in known)


def undo(account: Transcript, person: Person, letter: Letter | None, number: int | None, text: str) -> bool:
    """Take back one line of the receipt, or all of them, the last first; True if anything was taken back."""
    receipt = receipt_meant(account, person, letter)
    told = undo_of(receipt) if receipt is not None else None
    if told is None:
        account.refuse(text, "undo_nothing")
        return False
    lines = told["lines"]
    if number is not None and not 0 < number <= len(lines):
        account.refuse(text, "undo_no_such_line", count=len(lines))
        return False
    chosen = [lines[number - 1]] if number is not None else [line for line in reversed(lines) if line["piece"] is not None]
    if not chosen:
        account.refuse(text, "undo_log", said=str(lines[0]["said"]))
    done = False
    for line in chosen:
        done = _one(account, person, line, int(told["message"]), str(told["at"]), text) or done
    return done


def _one(account: Transcript, person: Person, line: Mapping[str, object], message: int, at: str, text: str) -> bool:
    piece = line["piece"]
    what = str(line["said"])
    if not isinstance(piece, Mapping):
        account.refuse(text, "undo_not_this", said=what)
        return False
    late = too_late(account.scene, piece)
    if late is not None:
        kind, facts = late
        own = facts.get("to") == person.id or bool(person.roles - PARTICIPANTS)  # what went to others is not theirs to know
        name = facts.get("letter") if own else ""
        account.refuse(text, kind, said=what, letter=said(f"letter {name}") if name else "")
        return False
    effects = going_back(piece, message, at)
    account.does(*effects)
    account.because.append("taken back")
    account.line(text, "undone", undoable=False, said=what)
    return True
