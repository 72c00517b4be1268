"""Corrections of a receipt by reply: "2 = HOLD 14" says line 2 anew, "1 = they write every week" rewrites a row of the form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from db.records import Letter, Person
from mailer.core.people.form_mail import take_form
from mailer.core.telling.inverse import mentor_of_row, walks_of
from mailer.core.telling.transcript import Transcript, undo_of
from mailer.core.words.undo import undo
from mailer.core.world.who import subject_of
from mailer.model.mail import Command, IncomingMessage

_ANEW = re.compile(r"[\s*_]{0,4}#?(\d{1,2})\s?=\s{0,3}(\S.*)")
Obey = Callable[[Command], None]


def anew(message: IncomingMessage, letter: Letter | None) -> Mapping[int, str]:
    """The lines of a receipt that a reply to it says anew, by number; empty for any other mail."""
    if letter is None or letter.name != "receipt":
        return {}
    found = (_ANEW.fullmatch(line) for line in message.new_text.split("\n"))
    return {int(hit[1]): hit[2].strip() for hit in found if hit is not None}


def correct(account: Transcript, person: Person, message: IncomingMessage, letter: Letter | None, obey: Obey) -> None:
    """Take the old meaning of each line back, then do what is said now. Neither where the old one cannot be taken back."""
    for number, text in anew(message, letter).items():
        told = undo_of(letter) if letter is not None else None
        lines = told["lines"] if told is not None else []
        said = f"{number} = {text}"
        piece = lines[number - 1]["piece"] if 0 < number <= len(lines) else None
        mentor = account.scene.person(mentor_of_row(piece)) if isinstance(piece, Mapping) else None
        commands = [command for command in message.commands if command.corrects == number]
        if not 0 < number <= len(lines):
            account.refuse(said, "undo_no_such_line", count=len(lines))
        elif commands:
            if undo(account, person, letter, number, said):
                for command in commands:
                    obey(replace(command, corrects=0, about=command.about or _about(account, piece), text=text))
        elif mentor is not None:
            take_form(account, person, message, ((mentor, text, None),))
        else:
            account.refuse(said, "correct_how")


def _about(account: Transcript, piece: Mapping[str, object] | None) -> str:
    """Whom the line was about, where its one walk tells."""
    keys = walks_of(piece) if piece is not None else ()
    cases = [case for case in account.scene.situation.cases if case.key in keys]
    subject = subject_of(account.scene.situation, cases[0]) if len(cases) == 1 else None
    return subject.name if subject is not None else ""
