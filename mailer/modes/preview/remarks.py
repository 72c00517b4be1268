"""What is allowed in a letter and yet a reader may stumble over: words our rules do not know, lines too long for mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from mailer.letters.template import LetterTemplate
from mailer.model.program import Vocabulary
from mailer.wire.commands.read import read_commands
from mailer.wire.kit import read_links
from mailer.wire.words import WORDS

_LONGEST = 78  # columns; RFC 5322 section 2.1.1
_LONGEST_SUBJECT = 60  # about two lines in the list of a telephone
_LINK_TO_FILL = re.compile(r"^(.*): \([^()\n]*\blink\b[^()\n]*\)$", re.MULTILINE)
_DAY = date(2027, 10, 15)


def remarks_on(template: LetterTemplate, text: str, subject: str, vocabulary: Vocabulary) -> Iterator[str]:
    """Remarks on a letter; `text` and `subject` are those of its first sample."""
    for word in sorted(template.answers):
        if not is_read(word, vocabulary):
            yield f"It offers “{word}”, which the rules do not know: whoever sends it back is asked what was meant."
    lines = _LINK_TO_FILL.findall(text)
    filled = "\n".join(f"{label}: https://example.org/{number}" for number, label in enumerate(lines))
    if lines and len(read_links(filled, vocabulary)) < len(lines):
        yield f"Its lines {', '.join(f'“{label}: …”' for label in lines)} are not understood when they come back filled in."
    long = [line for line in text.split("\n") if len(line) > _LONGEST and "<mailto:" not in line and "://" not in line]
    if long:
        yield f"A line of its plain text is {max(map(len, long))} columns wide; some mail programs break it: “{long[0][:40]}…”."
    if len(subject) > _LONGEST_SUBJECT:
        yield f"The subject has {len(subject)} characters; telephones show about {_LONGEST_SUBJECT}."


def is_read(offered: str, vocabulary: Vocabulary) -> bool:
    """Whether an answer means something to the rules: it is a word of ours, or begins with one that its writer completes."""
    commands, _ = read_commands(offered, vocabulary, sent=_DAY, order="mdy")
    ours = (*WORDS, *(way for ways in vocabulary.words.values() for way in ways))
    return bool(commands) or any(f"{offered.casefold()} ".startswith(f"{word.casefold()} ") for word in ours)
