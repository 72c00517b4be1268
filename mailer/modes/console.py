"""What the service says on its terminal or log while it works: letters as they leave, messages as they are understood."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TextIO

from db.people import ref_of
from db.records import Letter
from mailer.model.mail import Classified
from mailer.model.program import Program
from mailer.modes.sent import SentLetter, read_sent


class Console:
    """Prints a line for everything that happens. With `plain_names` (the sample only) it shows addresses, else opaque refs:
    a log holds nobody's name, address or words."""

    def __init__(self, now: Callable[[], datetime], *, plain_names: bool, quiet: bool = False, out: TextIO | None = None) -> None:
        self._now, self._plain, self._quiet, self._out = now, plain_names, quiet, out or sys.stdout
        self._tenth = -1
        self.letters: list[SentLetter] = []

    def left(self, program: Program, letter: Letter, raw: bytes) -> None:
        to = letter.to_address if self._plain else (ref_of(letter.to_id) if letter.to_id is not None else "inbox")
        subject = f'  "{letter.subject}"' if self._plain else ""
        self._line(program, f"-> {letter.name:<24} to {to}{subject}")
        if self._plain:
            self.letters.append(read_sent(letter, raw))

    def understood(self, program: Program, number: int, classified: Classified, because: str, effects: Sequence[str]) -> None:
        sender = f" from {classified.message.from_address}" if self._plain else ""
        self._line(program, f"<- message m{number}{sender}: {classified.means} [{classified.rule}] {because}")

    def trouble(self, program: Program, what: str) -> None:
        self._line(program, f"!! {program.key}: {what}", always=True)

    def progress(self, done: int, total: int) -> None:
        """A line for a blast; on a terminal one that counts up in place."""
        if self._quiet:
            return
        if self._out.isatty():
            print(f"\r   {done:,} of {total:,} letters have left", end="\n" if done >= total else "", file=self._out, flush=True)
        elif done >= total or done * 10 // total != self._tenth:
            self._tenth = done * 10 // total
            print(f"   {done:,} of {total:,} letters have left", file=self._out, flush=True)

    def say(self, text: str = "") -> None:
        """A line for the person at the terminal."""
        if not self._quiet:
            print(text, file=self._out, flush=True)

    def _line(self, program: Program, text: str, *, always: bool = False) -> None:
        if self._quiet and not always:
            return
        moment = self._now().astimezone(program.timezone)
        print(f"{moment:%a %d %b %Y %H:%M}  {text}", file=self._out, flush=True)
