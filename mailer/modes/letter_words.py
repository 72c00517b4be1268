"""The words of a letter in the outbox, exactly as they were or will be sent: from the template version it was frozen with."""

from __future__ import annotations

from db.records import Letter
from mailer.files.keys import read_key
from mailer.files.settings import Settings
from mailer.letters.errors import Unsendable
from mailer.letters.template import Rendered, render
from mailer.steps.bookshelf import compile_kept
from mailer.steps.stationery import SHEET
from mailer.wire.tokens import reply_address, seal


def words_of(settings: Settings, letter: Letter, source: str | None) -> Rendered | None:
    """Subject and both parts; `source` is the kept template. None where that is gone or cannot be rendered any more.

    Links are sealed with the key, so without one the answer links lead to the inbox itself.
    """
    template = compile_kept(source) if source is not None else None
    if template is None or letter.program not in settings.keys:
        return None
    inbox = settings.program(letter.program).inbox
    key = read_key(settings)
    facts = {name: value for name, value in letter.facts.items() if name != SHEET}
    try:
        return render(template, facts, reply_address(inbox, seal(key, letter.id)) if key is not None else inbox)
    except Unsendable:
        return None
