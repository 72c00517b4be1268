"""Why a letter cannot leave as it is: each of these holds one letter, never the turn."""

from __future__ import annotations


class Unsendable(Exception):
    """A letter that must be held for a human; the text names the letter and the cause, never a person's data."""

    def __init__(self, letter: str, why: str) -> None:
        super().__init__(f"{letter}: {why}")
        self.letter = letter
        self.why = why


class EmptyPlaceholder(Unsendable):
    """A placeholder has nothing to say: the fact is missing or empty (line 1-based, in the template's source)."""

    def __init__(self, letter: str, name: str, line: int) -> None:
        super().__init__(letter, f"nothing to put for {{{{ {name} }}}} in line {line}")
        self.name = name
        self.line = line


class NotNeutral(Unsendable):
    """A rendered subject holds a word that would tell a bystander what the program is about (R 7.2, 2)."""

    def __init__(self, letter: str, word: str) -> None:
        super().__init__(letter, f"the subject says “{word}”")
        self.word = word


class UnsafeLink(Unsendable):
    """A fact used as a link is no plain http(s) address."""

    def __init__(self, letter: str) -> None:
        super().__init__(letter, "a fact used as a link is no http or https address")


class UnsafeHeader(Unsendable):
    """A value would change the headers of a message, or the finished message does not hold exactly the headers meant (A6)."""

    def __init__(self, header: str, why: str) -> None:
        super().__init__(header, why)
        self.header = header
