"""What letters may not say, by what they are for: the fixed words, never facts, links or headings."""

from __future__ import annotations

import pytest

from mailer.letters.wording import compile_wording, wrongly_worded
from mailer.model.classes import LetterClass
from mailer.model.errors import BadTemplate
from tests.letters.shelf import read, sources

SHIPPED = compile_wording(read("common/wording.toml"), "wording.toml")
HEAD = "subject: hello\nclass: x\n\n"


@pytest.mark.parametrize(
    ("kind", "line", "keys", "refused"),
    [
        (LetterClass.CLOSING, "Your mentor has not answered.", (), True),
        (LetterClass.CLOSING, "The match ended at the\trequest of your mentor.", (), True),
        (LetterClass.CLOSING, "There were complaints.", (), True),
        (LetterClass.CLOSING, "This is not because of anything you did.", (), False),
        (LetterClass.CONTACT, "Your mentee has not answered.", (), False),
        (LetterClass.EVALUATION, "1. How do you feel about your mentor?", (), True),
        (LetterClass.EVALUATION, "We do not ask about your mentor.", (), False),  # no question
        (LetterClass.EVALUATION, "2. How clear are our letters?", (), False),
        (LetterClass.ACTIVITY, "You should answer soon.", ("tone.nondirective",), True),
        (LetterClass.ACTIVITY, "You MUST answer.", ("tone.nondirective",), True),
        (LetterClass.ACTIVITY, "You must answer.", (), False),
        (LetterClass.ACTIVITY, "A shoulder of mustard.", ("tone.nondirective",), False),
        (LetterClass.ACTIVITY, "{{ must }} [yes](answer:SHOULD)", ("tone.nondirective",), False),
        (LetterClass.DUTY, "You should look at it now.", ("tone.nondirective",), False),
    ],
)
def test_what_is_refused(kind: LetterClass, line: str, keys: tuple[str, ...], refused: bool) -> None:
    flaws = wrongly_worded(HEAD + line, "some.md", kind, SHIPPED, keys)
    assert [(flaw.file, flaw.line) for flaw in flaws] == ([("some.md", 4)] if refused else [])


def test_no_shipped_letter_of_the_common_folder_tells_anybody_what_to_do() -> None:
    for name, path in sources().items():
        if path.startswith("common/"):
            source = read(path)
            kind = next(LetterClass(line[7:].strip()) for line in source.splitlines() if line.startswith("class: "))
            assert wrongly_worded(source, path, kind, SHIPPED, ("tone.nondirective",)) == (), name


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("[[never]]\nwords = [", 0, "not readable"),
        ('[[always]]\nwords = ["x"]', 1, "besides [[never]]"),
        ('# why\n[[never]]\nwords = ["x"]', 2, "needs words and because"),
        ('[[never]]\nclasses = ["chat"]\nwords = ["x"]\nbecause = "y"', 1, "'chat' is no class of letters"),
        ('[[never]]\nwords = []\nbecause = "y"', 1, "words names none"),
        ('[[never]]\nwords = "x"\nbecause = "y"', 1, "words must be a list of texts"),
    ],
)
def test_a_rule_nobody_can_read_is_told_by_its_line(source: str, line: int, says: str) -> None:
    with pytest.raises(BadTemplate) as found:
        compile_wording(source, "wording.toml")
    assert [flaw.line for flaw in found.value.flaws] == [line] and says in found.value.flaws[0].what
