"""A decided letter becomes exact words and bytes: facts filtered to what the template reads, identity derived from its row."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.records import Letter
from mailer.core.world.disclosure import OF
from mailer.letters.errors import Unsendable
from mailer.letters.mime import Enclosure, Envelope, compose
from mailer.letters.notes import Notes
from mailer.letters.template import LetterTemplate, Rendered, render
from mailer.model.decision import Say
from mailer.model.program import Program
from mailer.steps.book import Book
from mailer.wire.tokens import message_id, reply_address, seal

SHEET = "_sheet"
SHEET_NAME = "_sheet_name"
NOTICE = "_notice"  # beside the facts of a letter that discloses something: the notice that ends it
UNDO = "_undo"  # kept with a receipt, never said in it
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Finished:
    """A letter ready for the wire."""

    rendered: Rendered
    raw: bytes
    sha256: str
    reply_to: str


def spoken(notes: Notes, value: object) -> object:
    """Every `Say` in a fact becomes the admins' sentence; a kind nobody wrote a sentence for stays its own plain words."""
    match value:
        case str() | int() | None:
            return value
        case Say(kind=kind, facts=facts):
            said = {key: spoken(notes, item) for key, item in facts.items()}
            if kind in notes.sentences:
                try:
                    return notes.say(kind, said)
                except Unsendable:
                    pass  # a sentence that lacks a fact must not cost a decision: its plain words serve
            return kind.partition(" ")[2] or kind.replace("_", " ")
        case dict() | Mapping():
            return {str(key): spoken(notes, item) for key, item in value.items()}
        case list() | tuple() | Sequence():
            return [spoken(notes, item) for item in value]
        case _:
            return value


def needed(facts: Mapping[str, object], template: LetterTemplate) -> dict[str, object]:
    """Only what the template reads: what a letter does not say is not kept with it (HOUSE.md law 9)."""
    tops = {name.partition(".")[0] for name in template.reads}
    found: dict[str, object] = {}
    for key, value in facts.items():
        if key not in tops:
            continue
        if isinstance(value, Mapping):
            found[key] = {
                name: item
                for name, item in value.items()
                if f"{key}.{name}" in template.reads or key in template.reads or name == OF
            }
        else:
            found[key] = value
    return found


def finish(book: Book, template: LetterTemplate, key: bytes, letter: Letter) -> Finished:
    """Words and bytes of an outbox row; the same row gives the same bytes. Raises letters.errors.Unsendable."""
    program = book.program
    token = seal(key, letter.id)
    reply_to = reply_address(program.inbox, token)
    facts = {name: value for name, value in letter.facts.items() if not name.startswith("_")}
    rendered = render(template, facts, reply_to, notice=str(letter.facts.get(NOTICE, "")))
    references = (letter.in_reply_to,) if letter.in_reply_to else ()
    envelope = Envelope(
        message_id=letter.message_id,
        date=letter.date,
        from_name=program.name,
        from_address=program.inbox,
        to_address=letter.to_address,
        reply_to=reply_to,
        letter_token=token,
        in_reply_to=letter.in_reply_to,
        references=references,
        list_id=program.list_id,
        auto_submitted="auto-replied"
        if letter.key.startswith(("receipt/", "not_understood/", "safety", "confirm/"))
        else "auto-generated",
        unsubscribe=reply_to,
    )
    raw = compose(rendered, envelope, _enclosures(letter.facts.get(SHEET), letter))
    return Finished(rendered, raw, hashlib.sha256(raw).hexdigest(), reply_to)


def identity(program: Program, key: bytes, number: int) -> str:
    """The Message-ID of a row, fixed before the row is written."""
    return message_id(key, number, program.inbox.rpartition("@")[2])


def _enclosures(rows: object, letter: Letter) -> tuple[Enclosure, ...]:
    if not isinstance(rows, list) or not rows:
        return ()
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_safe(str(cell)) for cell in row])
    name = letter.facts.get(SHEET_NAME) or f"form-{letter.date:%Y-%m}"
    return (Enclosure(f"{name}.csv", "text/csv", out.getvalue().encode()),)


def _safe(cell: str) -> str:
    """A cell that no spreadsheet program takes for a formula (reliability: formula injection)."""
    return "'" + cell if cell.lstrip().startswith(_DANGEROUS) else cell


def row_of(letter: Letter, decision_id: int) -> dict[str, object]:
    """A letter as the outbox keeps it."""
    return {
        "id": letter.id,
        "program": letter.program,
        "key": letter.key,
        "name": letter.name,
        "to_id": letter.to_id,
        "to_address": letter.to_address,
        "case_id": letter.case_id,
        "decision_id": decision_id,
        "state": letter.state.value,
        "attempt": letter.attempt,
        "facts": dict(letter.facts),
        "template": letter.template,
        "sha256": letter.sha256,
        "subject": letter.subject,
        "message_id": letter.message_id,
        "in_reply_to": letter.in_reply_to,
        "date": letter.date,
        "not_before": letter.not_before,
        "because": letter.because,
        "last_error": letter.last_error,
    }
