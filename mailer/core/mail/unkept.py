"""Words that a program does not keep: taken out of a message before anybody reads it, and said so to who wrote them.

A program whose policy says `log.narrative = "forbidden"` notes conversations without their content (R-300, CONTRACT.md section 9,
Not kept): of a member's mail only words of ours, lines of the log and answers by number are left.
"""

from __future__ import annotations

import re
from dataclasses import replace

from db.records import Person
from mailer.core.telling.activity import verdict
from mailer.core.telling.transcript import Transcript
from mailer.core.world.scene import Scene
from mailer.core.world.who import MEMBERS
from mailer.model.consent import NotKept
from mailer.model.decision import Say
from mailer.model.mail import Command, IncomingMessage

_ITEM = re.compile(r"#?(\d{1,2})\s{0,3}[.:)=-]?\s{0,3}(\D{1,16})")
_SUBJECT_WORDS = 3  # a longer subject of a mail that answers nothing may tell something


def withheld(scene: Scene, person: Person) -> bool:
    """Whether this person's own words are kept nowhere."""
    return scene.policy.values.get("log.narrative") == "forbidden" and bool(person.roles & set(MEMBERS))


def without(message: IncomingMessage, person: Person) -> tuple[IncomingMessage, bool, bool]:
    """A message without its free words; whether there were any; and whether the message itself must go.

    The writer's own name below the text is none of them.
    """
    named = {number: answer for line in message.besides for number, answer in _answered(line)}
    message = replace(message, answers={**named, **message.answers})
    names = {person.name.casefold(), *(part.casefold() for part in person.name.split())}
    rest = [line for line in message.besides if line.strip(" .,-").casefold() not in names and not _answered(line)]
    short = {number: verdict(answer) or answer[:12] for number, answer in message.answers.items()}
    wordy = any(len(answer.split()) > 3 for answer in message.answers.values())
    spoken = bool(rest) or wordy or bool(message.attachments) or any(_more(command) for command in message.commands)
    subject = not message.in_reply_to and len(message.subject.split()) > _SUBJECT_WORDS
    clean = replace(
        message,
        new_text="",
        answers=short,
        about={},
        form=(),
        unknown_lines=tuple(f"- ~ {line.partition(' ~ ')[2]}" for line in message.unknown_lines),
        commands=tuple(_bare(command) for command in message.commands),
    )
    return clean, spoken, spoken or subject


def _answered(line: str) -> tuple[tuple[str, str], ...]:
    """ "2 no", "3 not sure": an item answered in a word of its own."""
    found = _ITEM.fullmatch(line)
    return ((str(int(found[1])), verdict(found[2])),) if found is not None and verdict(found[2]) else ()


def _more(command: Command) -> bool:
    return bool(command.arguments.get("besides") or command.arguments.get("text"))


def _bare(command: Command) -> Command:
    """A word with its arguments, but not the line in which it stood."""
    arguments = {key: value for key, value in command.arguments.items() if key not in ("besides", "text")}
    return replace(command, text=command.word, arguments=arguments)


def tell(account: Transcript, message: IncomingMessage, *, taken: bool, spoken: bool, unread: bool) -> None:
    """Say that words were dropped, beside what was done, or alone where there was nothing else; and keep nothing of the message."""
    if unread:
        account.does(NotKept("the program keeps no words about conversations"))
    if message.answers and not taken:
        account.refuse(" ".join(f"{number} {answer}" for number, answer in message.answers.items()), "items_not_asked")
    if not spoken:
        return
    if account.lines:
        account.tell([{"said": "…", "done": Say("rest_dropped"), "offered": False}])
    else:
        account.refused.append({"said": "…", "why": Say("rest_dropped_alone"), "choices": []})
