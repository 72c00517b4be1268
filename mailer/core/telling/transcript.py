"""The account of one mail: what was said line by line, what it did, what could not be done, and the answer that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zlib import crc32

from db.records import Letter, Person
from mailer.core.telling.inverse import piece_of
from mailer.core.telling.writing import PARTICIPANTS, answer, answers, said
from mailer.core.world.fold import after
from mailer.core.world.moments import in_words, local_day
from mailer.core.world.scene import Scene
from mailer.model.decision import Effect, Enqueue, PutCase, PutConversation, Say, Withdraw
from mailer.model.shown import Shown

UNDO = "_undo"  # beside a receipt's facts: what it takes to go back


# Reasons that say by themselves what is possible, so that a list of words below would only bury them.
_SAYS_ALL = ("form_", "snooze_", "undo_")


def _says_all(refused: Mapping[str, object]) -> bool:
    why = refused["why"]
    return isinstance(why, Say) and why.kind.startswith(_SAYS_ALL)


def undo_of(letter: Letter) -> Mapping[str, Any] | None:
    """What was kept with a receipt to take its lines back; None for other letters and where nothing can be."""
    found = letter.facts.get(UNDO)
    return found if letter.name == "receipt" and isinstance(found, Mapping) else None


def answered_already(scene: Scene, person: Person, effects: Sequence[Effect]) -> bool:
    """Whether a letter of its own answers what a person wrote: then a receipt would only say the same again."""
    return any(isinstance(item, Enqueue) and item.to_id == person.id and answers(scene.book, item.letter) for item in effects)


def _takes_back(effect: Withdraw, letter: Enqueue) -> bool:
    """Whether a withdrawal is meant for a letter."""
    if effect.letters and letter.letter not in effect.letters:
        return False
    if effect.case_key and effect.case_key != letter.case_key:
        return False
    return bool(effect.case_key or effect.to_id) and effect.to_id in (None, letter.to_id)


@dataclass(slots=True)
class Transcript:
    """Grows while a mail is read; `scene` always shows the world as the lines so far leave it."""

    scene: Scene
    effects: list[Effect] = field(default_factory=list)
    lines: list[dict[str, object]] = field(default_factory=list)
    refused: list[dict[str, object]] = field(default_factory=list)
    because: list[str] = field(default_factory=list)
    further: list[Say] = field(default_factory=list)  # what comes next, besides the letters that wait
    samples: list[Shown] = field(default_factory=list)  # letters shown in the receipt
    loose: set[str] = field(default_factory=set)  # words that nothing took: a person reads them as they stand
    lead: str = ""  # the kind of the receipt's first sentence, where it is not the usual one
    _before: Scene | None = None  # the world before what the next line will tell
    _told: int = 0  # effects that belong to lines already
    _did: list[tuple[Scene, list[Effect]] | None] = field(default_factory=list)  # beside `lines`

    def does(self, *effects: Effect) -> None:
        if self._before is None:
            self._before = self.scene
        self.effects.extend(effects)
        self.scene = after(self.scene, effects)

    def line(self, text: str, kind: str, *, undoable: bool = True, **facts: object) -> None:
        """One line understood and done, told in the receipt: what was done since the line before is what it says."""
        self.tell([{"said": text, "done": said(kind, **facts), "offered": False}])
        self._did[-1] = (self._before or self.scene, self.effects[self._told :]) if undoable else None
        self._told, self._before = len(self.effects), None

    def tell(self, lines: Sequence[dict[str, object]]) -> None:
        """Lines that say something and did nothing."""
        self.lines += lines
        self._did += [None] * len(lines)

    def settle(self, since: int) -> None:
        """What was done after the last line still belongs to it, if it is a newer one than the first `since` lines."""
        last = self._did[-1] if len(self.lines) > since else None
        if last is not None:
            last[1].extend(self.effects[self._told :])
        self._told, self._before = len(self.effects), None

    def refuse(self, text: str, kind: str, choices: Sequence[str] = (), **facts: object) -> None:
        """One line not understood or not possible; nothing of it was done. `choices`: what could be written instead."""
        self.refused.append({"said": text, "why": said(kind, **facts), "choices": list(choices)})

    def reply(
        self, person: Person, journal_id: int, letter: Letter | None, words: list[dict[str, object]], subject: str = ""
    ) -> tuple[Effect, ...]:
        """The receipt of what was done, and `not_understood` for what was not (4.3); nothing where there is nothing to say.

        `not_understood` leaves at most once a thread and day: what a second one would say stands in the receipt.
        """
        thread: object = letter.id if letter is not None else f"new/{crc32(subject.casefold().encode())}" if subject else "new"
        key = f"not_understood/{person.id}/{self.scene.today}/{thread}"
        told = any(item.key == key for item in self.scene.situation.letters)
        case_key = self._case_key(letter)
        found: list[Effect] = []
        if self.lines:
            late = [
                {"said": item["said"], "done": said("not_done", why=item["why"]), "offered": False} for item in self.refused if told
            ]
            undo = self._undo(journal_id)
            facts: dict[str, object] = {
                "lines": [*self.lines, *late],
                "next": [*self._next(person), *self.further],
                "undo": self._pieces(undo) > 0,
                "numbered": self._pieces(undo) > 1,
                "offers": all(line["offered"] for line in self.lines),
                "until": self._until() if self._pieces(undo) else "",
                "samples": list(self.samples),
                "lead": said(self.lead if self.lead and not self.refused else "lead"),
            }
            found.append(replace(answer(self.scene, f"receipt/{journal_id}", "receipt", person, facts, case_key), undo=undo))
        if self.refused and not told:
            facts = {"lines": self.refused, "words": [] if all(_says_all(item) for item in self.refused) else words}
            found.append(answer(self.scene, key, "not_understood", person, facts, case_key))
        return tuple(found)

    def standing(self) -> tuple[Effect, ...]:
        """What the mail does in the end: a letter that a later line of the same mail takes back is not even written."""
        gone = self._gone()
        return tuple(effect for effect in self.effects if not (isinstance(effect, Enqueue) and effect.key in gone))

    def _gone(self) -> frozenset[str]:
        keys: set[str] = set()
        before: list[Enqueue] = []
        for effect in self.effects:
            if isinstance(effect, Enqueue):
                before.append(effect)
            elif isinstance(effect, Withdraw):
                keys |= {item.key for item in before if _takes_back(effect, item)}
        return frozenset(keys)

    def _undo(self, journal_id: int) -> Mapping[str, object]:
        gone = self._gone()
        lasting = [
            (did[0], [item for item in did[1] if not (isinstance(item, Enqueue) and item.key in gone)]) if did is not None else None
            for did in self._did
        ]
        pieces = [
            piece_of(did[0], did[1], self._left(at, did[1])) if did is not None and not self._leaves_now(did[1]) else None
            for at, did in enumerate(lasting)
        ]
        if not any(pieces) and not any(isinstance(effect, PutConversation) for effect in self.effects):
            return {}  # rows of a log stay as told, but what came before them is no longer the last receipt
        lines = [
            {"said": str(line["said"]) if isinstance(line["said"], str) else "", "piece": piece}
            for line, piece in zip(self.lines, pieces, strict=True)
        ]
        return {"message": journal_id, "at": self.scene.now.isoformat(), "lines": lines}

    def _left(self, at: int, effects: Sequence[Effect]) -> Scene:
        """The world as a line leaves it: where a later line moves the same walk, as it was before that line; else in the end."""
        moved = {effect.key for effect in effects if isinstance(effect, PutCase)}
        for later in self._did[at + 1 :]:
            if later is not None and any(isinstance(effect, PutCase) and effect.key in moved for effect in later[1]):
                return later[0]
        return self.scene

    def _pieces(self, undo: Mapping[str, object]) -> int:
        """How many lines of a receipt can be taken back one by one."""
        lines = undo.get("lines")
        return sum(line["piece"] is not None for line in lines) if isinstance(lines, list) else 0

    def _leaves_now(self, effects: Sequence[Effect]) -> bool:
        """Whether a letter goes out in this very turn: what it tells cannot be taken back."""
        return any(
            isinstance(effect, Enqueue) and effect.not_before <= self.scene.now and not answers(self.scene.book, effect.letter)
            for effect in effects
        )

    def _until(self) -> str:
        """The time of day until which everything can be taken back, where that is today; else nothing presses."""
        moments: list[datetime] = []
        for effect in (item for did in self._did if did is not None for item in did[1]):
            if isinstance(effect, Enqueue) and not answers(self.scene.book, effect.letter):
                moments.append(effect.not_before)
            elif isinstance(effect, PutCase) and effect.due_at is not None:
                moments.append(effect.due_at)
        first = min(moments, default=None)
        if first is None or local_day(first, self.scene.zone) != self.scene.today:
            return ""
        return f"{max(first, self.scene.now).astimezone(self.scene.zone):%H:%M}"

    def _next(self, person: Person) -> list[Say]:
        """The letters that wait; mentors and mentees read of their own alone, what goes to others is not theirs to know."""
        found: list[Say] = []
        for effect in self.standing():
            if isinstance(effect, Enqueue) and not answers(self.scene.book, effect.letter):
                if effect.to_id != person.id and not person.roles - PARTICIPANTS:
                    continue
                on = in_words(local_day(effect.not_before, self.scene.zone))
                line = said("next_letter", letter=said(f"letter {effect.letter}"), date=on)
                if line not in found:
                    found.append(line)
        return found

    def _case_key(self, letter: Letter | None) -> str:
        case = self.scene.situation.case
        return case.key if case is not None and letter is not None and case.id == letter.case_id else ""
