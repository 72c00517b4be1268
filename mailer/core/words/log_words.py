"""The words of the conversation log: a line of it, CORRECT and VOID, from whoever keeps one (CONTRACT.md section 8, peer)."""

from __future__ import annotations

from dataclasses import replace

from db.records import Conversation, Letter, Person
from mailer.core.ladders.walk import Moved, begin, happened, roles_on
from mailer.core.telling.transcript import Transcript
from mailer.core.world.conversations import PIECES, as_line, draft_of, lacks, row_line, row_of, rows_of, told, wrong
from mailer.model.decision import PutConversation, Say
from mailer.model.mail import Command
from mailer.model.program import Ladder

WORDS = frozenset({"LOG", "CORRECT", "VOID"})


def keep(account: Transcript, person: Person, command: Command, letter: Letter | None, journal_id: int) -> bool:
    """Do what a word of the log says; False where it is none, or this program keeps no log.

    Only the pieces of a line are repeated to its writer, never the line as written.
    """
    ladder = next((item for item in account.scene.book.ladders.values() if item.opens == "word:LOG"), None)
    if command.word not in WORDS or ladder is None:
        return False
    if ladder.about not in person.roles:
        account.refuse(_shown(command), "not_your_word", word=_called(command))
        return True
    key = f"{ladder.name}/{person.id}/{journal_id}/{command.line}"
    match command.word:
        case "LOG":
            _line(account, person, command, letter, ladder, key)
        case "CORRECT":
            _correct(account, person, command, ladder, key)
        case _:
            _void(account, person, command)
    return True


def _called(command: Command) -> str:
    return "a line of the log" if command.word == "LOG" else command.word


def _shown(command: Command) -> str:
    number = command.arguments.get("number")
    words = ["" if command.word == "LOG" else command.word, str(number or ""), as_line(command.arguments)]
    return " ".join(word for word in words if word)


def _line(account: Transcript, person: Person, command: Command, letter: Letter | None, ladder: Ladder, key: str) -> None:
    scene = account.scene
    pieces = {name: command.arguments[name] for name in PIECES if command.arguments.get(name)}
    shown = _shown(command)
    if trouble := wrong(scene, command.arguments):
        account.refuse(shown, trouble)
        return
    draft = draft_of(scene, person, command, letter)
    if draft is not None:
        moved = happened(scene, draft, "word:LOG", roles_on(scene, person, draft), scene.now)
        if isinstance(moved, Moved):
            account.does(*moved.effects)
            _tell(account, moved.effects, shown)
            return
    if not lacks(pieces):
        row = row_of(scene, person.id, pieces)
        account.does(row)
        _tell(account, (row,), shown)
        return
    account.does(*begin(scene, ladder, key, subject=person, at=scene.now))
    account.line(shown, "line_waits")


def _tell(account: Transcript, effects: tuple[object, ...], shown: str) -> None:
    lines = told(account.scene, tuple(effect for effect in effects if isinstance(effect, PutConversation)))
    for line, said in lines or ((shown, Say("line_waits")),):
        account.tell([{"said": line, "done": said, "offered": False}])


def _correct(account: Transcript, person: Person, command: Command, ladder: Ladder, key: str) -> None:
    """A row said anew; a piece that is left out stays as it was."""
    shown = _shown(command)
    row = _own_row(account, person, command, shown)
    if row is None:
        return
    before = {**{name: getattr(row, name) for name in ("client", "kind", "minutes", "how", "skill", "broker")}, "date": row.on}
    pieces = {**before, **{name: command.arguments[name] for name in PIECES if command.arguments.get(name)}}
    if trouble := wrong(account.scene, pieces):
        account.refuse(shown, trouble)
        return
    if "halves" in lacks(pieces) and row.kind != "SM":
        scene = replace(account.scene, words={**pieces, "number": row.number})
        account.does(*begin(scene, ladder, key, subject=person, at=scene.now))
        account.line(shown, "line_waits")
        return
    changed = replace(row_of(account.scene, person.id, pieces), new=False)
    account.does(changed)
    for line, said in told(account.scene, (changed,)):
        account.tell([{"said": line, "done": said, "offered": False}])


def _void(account: Transcript, person: Person, command: Command) -> None:
    row = _own_row(account, person, command, _shown(command))
    if row is None:
        return
    struck = PutConversation(
        person.id, row.number, row.on, row.client, row.kind, row.minutes, row.how, row.skill, row.broker, voided=True, new=False
    )
    account.does(struck)
    said = Say("row_struck", {"number": row.number, "half": ""})
    account.tell([{"said": f"VOID {row.number}: {row_line(row)}", "done": said, "offered": False}])


def _own_row(account: Transcript, person: Person, command: Command, shown: str) -> Conversation | None:
    number = command.arguments.get("number")
    if not number:
        account.refuse(shown, "row_which")
        return None
    row = next((item for item in rows_of(account.scene, person.id) if item.number == number), None)
    if row is None or row.voided:
        account.refuse(shown, "row_unknown" if row is None else "row_struck_before", number=number)
        return None
    return row
