"""The account of one mail: what was said line by line, what it did, what could not be done, and the answer that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from db.records import Letter, Person
from mailer.core.fold import after
from mailer.core.moments import in_words, local_day
from mailer.core.scene import Scene
from mailer.core.writing import answer, answers, said
from mailer.model.decision import Effect, Enqueue, Say


@dataclass(slots=True)
class Transcript:
    """Grows while a mail is read; `scene` always shows the world as the lines so far leave it."""

    scene: Scene
    effects: list[Effect] = field(default_factory=list)
    lines: list[dict[str, object]] = field(default_factory=list)
    refused: list[dict[str, object]] = field(default_factory=list)
    because: list[str] = field(default_factory=list)

    def does(self, *effects: Effect) -> None:
        self.effects.extend(effects)
        self.scene = after(self.scene, effects)

    def line(self, text: str, kind: str, **facts: object) -> None:
        """One line understood and done, told in the receipt."""
        self.lines.append({"said": text, "done": said(kind, **facts), "offered": False})

    def refuse(self, text: str, kind: str, choices: Sequence[str] = (), **facts: object) -> None:
        """One line not understood or not possible; nothing of it was done. `choices`: what could be written instead."""
        self.refused.append({"said": text, "why": said(kind, **facts), "choices": list(choices)})

    def reply(self, person: Person, journal_id: int, letter: Letter | None, words: list[dict[str, object]]) -> tuple[Effect, ...]:
        """The receipt of what was done, and `not_understood` for what was not (4.3); nothing where there is nothing to say.

        `not_understood` leaves at most once a thread and day: what a second one would say stands in the receipt.
        """
        thread = letter.id if letter is not None else "new"
        key = f"not_understood/{person.id}/{self.scene.today}/{thread}"
        told = any(item.key == key for item in self.scene.situation.letters)
        case_key = self._case_key(letter)
        found: list[Effect] = []
        if self.lines:
            late = [
                {"said": item["said"], "done": said("not_done", why=item["why"]), "offered": False} for item in self.refused if told
            ]
            facts: dict[str, object] = {"lines": [*self.lines, *late], "next": self._next(), "undo": False}
            found.append(answer(self.scene, f"receipt/{journal_id}", "receipt", person, facts, case_key))
        if self.refused and not told:
            facts = {"lines": self.refused, "words": words}
            found.append(answer(self.scene, key, "not_understood", person, facts, case_key))
        return tuple(found)

    def _next(self) -> list[Say]:
        found: list[Say] = []
        for effect in self.effects:
            if isinstance(effect, Enqueue) and not answers(self.scene.book, effect.letter):
                on = in_words(local_day(effect.not_before, self.scene.zone))
                line = said("next_letter", letter=said(f"letter {effect.letter}"), date=on)
                if line not in found:
                    found.append(line)
        return found

    def _case_key(self, letter: Letter | None) -> str:
        case = self.scene.situation.case
        return case.key if case is not None and letter is not None and case.id == letter.case_id else ""
