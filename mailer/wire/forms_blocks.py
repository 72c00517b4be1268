"""The contact form as a block of labelled lines, one mentor below the other (REQUIREMENTS.md 4.3 item 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from mailer.model.mail import FormRow
from mailer.wire.commands_phrases import only_polite, tokens_of
from mailer.wire.forms_headings import Column, column_of, plain
from mailer.wire.forms_rows import make_row, nothing
from mailer.wire.words import listed

_LABEL_LIMIT = 60  # characters of a label
# Words that end the last text of a form when they stand alone on a line in capitals.
_ENDS = listed("SEND STOP HELP UNDO STATUS WHY DONE EDIT HOLD CONFIRM YES NO OK AWAY")


@dataclass(frozen=True, slots=True)
class BlockLine:
    """One line handed to the reader; `fresh` where the sender wrote it now, not quoted."""

    text: str
    fresh: bool = True
    number: int = 0


@dataclass(slots=True)
class _Block:
    texts: dict[Column, list[str]] = field(default_factory=dict)
    extra: dict[str, list[str]] = field(default_factory=dict)
    fresh: bool = False  # a filled-in line was written now
    numbers: list[int] = field(default_factory=list)

    def row(self, sent: date, order: str) -> FormRow:
        texts = {column: "\n".join(lines).strip() for column, lines in self.texts.items()}
        return make_row(texts, {key: " ".join(lines) for key, lines in self.extra.items()}, sent=sent, order=order)

    @property
    def is_form(self) -> bool:
        return Column.MENTOR in self.texts and len(self.texts) >= 2 and any(self.texts[Column.MENTOR])


def label_of(line: str) -> tuple[str, str] | None:
    """("Contact made", "21 March") of "Contact made: 21 March"; None where no short label stands in front."""
    colon = line.find(":", 0, _LABEL_LIMIT)
    if colon <= 0:
        equals = line.find("=", 0, 30)
        if equals <= 0:
            return None
        colon = equals
    label = line[:colon].strip(" \t*_•·-–>\"'")
    if not label or len(label.split()) > 8 or not any(letter.isalpha() for letter in label):
        return None
    value = line[colon + 1 :].strip()
    if value.startswith("//") or (colon + 1 < len(line) and line[colon + 1].isdigit() and label[-1:].isdigit()):
        return None
    return label, value.removeprefix("**").removeprefix("*").strip() if line.lstrip()[:1] == "*" else value


def read_blocks(
    lines: Sequence[BlockLine], *, sent: date, order: str
) -> tuple[tuple[FormRow, ...], tuple[bool, ...], frozenset[int]]:
    """The rows found, for each whether the sender wrote in it now, and the `number`s of the lines used."""
    blocks: list[_Block] = []
    block: _Block | None = None
    column: Column | None = None
    extra = ""
    gap = 0
    for at, line in enumerate(lines):
        text = line.text.strip()
        if not text:
            gap += 1
            continue
        found = label_of(text)
        known = column_of(found[0]) if found else None
        if found and known is Column.MENTOR and plain(found[0]) != "name":
            block = _Block()
            blocks.append(block)
        elif found is None and (known is None) and column is not None and block is not None and _ends(text):
            block, column, extra = None, None, ""
            continue
        if block is None:
            continue
        if found and known is not None and (known is Column.MENTOR or known not in block.texts or not any(block.texts[known])):
            column, extra = known, ""
            block.texts[known] = [found[1]] if found[1] else []
            block.numbers.append(line.number)
            block.fresh = block.fresh or (line.fresh and bool(found[1]) and known is not Column.MENTOR)
        elif found and known is None and column is not Column.SUMMARY and len(found[0].split()) <= 3 and not extra and gap <= 1:
            extra = " ".join(found[0].split())
            block.extra[extra] = [found[1]] if found[1] else []
            block.numbers.append(line.number)
        elif column is not None or extra:
            if (gap and not _goes_on(lines, at, column, text)) or _closes(text):
                block, column, extra = None, None, ""
                continue
            target = block.extra[extra] if extra else block.texts[column] if column is not None else []
            target.append(text)
            block.numbers.append(line.number)
            block.fresh = block.fresh or line.fresh
        gap = 0
    forms = [block for block in blocks if block.is_form]
    numbers = frozenset(number for block in forms for number in block.numbers)
    return tuple(block.row(sent, order) for block in forms), tuple(block.fresh for block in forms), numbers


def _ends(text: str) -> bool:
    """Whether a line is a word of ours by itself: "SEND" below the form."""
    head = text.split()[0].strip(".,!*")
    return head in _ENDS and len(text.split()) <= 3


def _closes(text: str) -> bool:
    """Whether a line is the end of the letter and no part of a field: "Thanks", "Many thanks, Ana"."""
    return len(text) <= 40 and text.count(" ") <= 3 and only_polite(tokens_of(text)) and not nothing(text)


def _goes_on(lines: Sequence[BlockLine], at: int, column: Column | None, text: str) -> bool:
    """Whether a paragraph behind a blank line still belongs to the field: only to a summary, and never a mere greeting."""
    if column is not Column.SUMMARY:
        return False
    for later in lines[at : at + 60]:
        found = label_of(later.text.strip())
        known = column_of(found[0]) if found else None
        if known is Column.MENTOR:
            break
        if known is not None:
            return True
    return len(text.split()) > 4 and not only_polite(tokens_of(text)) and not text.endswith(",")
