"""The contact form as a block of labelled lines, one mentor below the other (REQUIREMENTS.md 4.3 item 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from mailer.model.mail import FormRow
from mailer.wire.commands.phrases import only_polite, tokens_of
from mailer.wire.forms.headings import Column, plain
from mailer.wire.forms.labels import Label, first_column, label_of
from mailer.wire.forms.rows import make_row, nothing
from mailer.wire.words import listed

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
    weak: bool = False  # a label stands in it without a colon
    numbers: list[int] = field(default_factory=list)

    def row(self, sent: date, order: str) -> FormRow:
        texts = {column: "\n".join(lines).strip() for column, lines in self.texts.items()}
        return make_row(texts, {key: " ".join(lines) for key, lines in self.extra.items()}, sent=sent, order=order)

    @property
    def is_form(self) -> bool:
        if Column.MENTOR not in self.texts or not any(self.texts[Column.MENTOR]):
            return False
        if self.weak:  # "Mentor - mentee meetings": two more columns must bear it out
            return len(self.texts) >= 3 and bool(self.texts.keys() & {Column.MADE, Column.ATTEMPTED, Column.SUMMARY})
        return len(self.texts) >= 2


def read_blocks(
    lines: Sequence[BlockLine], *, sent: date, order: str, weakly: bool = False
) -> tuple[tuple[FormRow, ...], tuple[bool, ...], frozenset[int]]:
    """The rows found, for each whether the sender wrote in it now, and the `number`s of the lines used.

    `weakly`: labels need no colon ("Mentor - Ana Ruiz").
    """
    labels = [label_of(line.text.strip(), weakly=weakly) for line in lines]
    opening = first_column(labels)
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
        found = labels[at]
        known = found.column if found else None
        if found and known is opening and plain(found.text) != "name":
            block = _Block()
            blocks.append(block)
        elif found is None and (known is None) and column is not None and block is not None and _ends(text):
            block, column, extra = None, None, ""
            continue
        if block is None:
            continue
        if found and known is not None and (known is opening or known not in block.texts or not any(block.texts[known])):
            column, extra = known, ""
            block.texts[known] = [found.value] if found.value else []
            block.numbers.append(line.number)
            block.weak = block.weak or found.weak
            block.fresh = block.fresh or (line.fresh and bool(found.value) and known is not Column.MENTOR)
        elif found and known is None and column is not Column.SUMMARY and len(found.text.split()) <= 3 and not extra and gap <= 1:
            extra = " ".join(found.text.split())
            block.extra[extra] = [found.value] if found.value else []
            block.numbers.append(line.number)
        elif column is not None or extra:
            if (gap and not _goes_on(labels, at, column, text)) or _closes(text):
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
    """Whether a line is the end of the letter and no part of a field: "Thanks", "Many thanks, Ana", "PS: …"."""
    if text[:3].upper() == "PS:" or text[:4].upper() == "P.S.":
        return True
    return len(text) <= 40 and text.count(" ") <= 3 and only_polite(tokens_of(text)) and not nothing(text)


def _goes_on(labels: Sequence[Label | None], at: int, column: Column | None, text: str) -> bool:
    """Whether a paragraph behind a blank line still belongs to the field: only to a summary, and never a mere greeting."""
    if column is not Column.SUMMARY:
        return False
    for found in labels[at : at + 60]:
        known = found.column if found else None
        if known is Column.MENTOR:
            break
        if known is not None:
            return True
    return len(text.split()) > 4 and not only_polite(tokens_of(text)) and not text.endswith(",")
