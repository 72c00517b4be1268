"""Twelve months of 500 people rehearsed, with where the time goes; and the same seed told twice, to the byte.

Run: python -m tests.live.bench_year [--people 500] [--seed 1] [--keep STORY.toml]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from mailer.modes.rehearse import Lived, rehearse
from tests.live.year import year_story

PEOPLE, WATCHED, SMALL = 500, 100, 40
GOAL = 60.0  # seconds for PEOPLE people
_ROOT = Path(__file__).parent.parent.parent
_STEPS = {
    "mailer.steps.collect": "collect",
    "mailer.steps.answer": "answer",
    "mailer.steps.chase": "chase",
    "mailer.steps.deliver": "deliver",
    "mailer.modes.story_mail": "write the mail that arrives",
    "mailer.modes.rehearse": "see what comes next",
}
_FLOORS = ("sqlalchemy", "db", "mailer.core", "mailer.wire", "mailer.letters", "mailer.steps", "mailer.files", "mailer.modes")


class _Shares:
    """Looks at the main thread every few milliseconds: in which step it is, and on which floor the work is done."""

    def __init__(self) -> None:
        self.steps: Counter[str] = Counter()
        self.floors: Counter[str] = Counter()
        self._ended = threading.Event()
        self._watched = threading.main_thread().ident
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Shares:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.01):
            frame: FrameType | None = sys._current_frames().get(self._watched or 0)
            modules: list[str] = []
            while frame is not None:
                modules.append(str(frame.f_globals.get("__name__", "")))
                frame = frame.f_back
            self.steps[next((_STEPS[name] for name in modules if name in _STEPS), "read the story and the rules")] += 1
            floor = next((item for name in modules for item in _FLOORS if name == item or name.startswith(f"{item}.")), "other")
            self.floors[floor] += 1


def digest(lived: Lived) -> str:
    """One value for every byte of every letter and every moment at which one left."""
    found = hashlib.sha256()
    for letter in lived.letters:
        found.update(f"{letter.at.isoformat()} {letter.to_address} {len(letter.raw)}\n".encode() + letter.raw)
    return found.hexdigest()


def live(people: int, seed: int, keep: Path | None = None) -> Lived:
    """Make up, read and live a year."""
    with tempfile.TemporaryDirectory() as folder:
        story = year_story(people, seed, keep or Path(folder))
        return asyncio.run(rehearse(story, _ROOT / "inbox_rules", _ROOT / "templates" / "email"))


def _told(counts: Counter[str]) -> str:
    total = sum(counts.values()) or 1
    return ", ".join(f"{name} {count * 100 // total} %" for name, count in counts.most_common(6))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the story and its sheets there")
    given = parser.parse_args()
    one, two, other = (digest(live(SMALL, seed)) for seed in (given.seed, given.seed, given.seed + 1))
    print(f"  {SMALL} people twice with seed {given.seed}: {one[:16]} and {two[:16]}; with another seed: {other[:16]}")
    assert one == two != other, "the same seed gave other letters"
    with _Shares() as shares:  # in a run of its own: who looks on takes the lock from whoever works
        live(WATCHED, given.seed)
    wall, cpu = time.perf_counter(), time.process_time()
    lived = live(given.people, given.seed, given.keep)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    letters, messages = len(lived.letters), len(lived.messages)
    print(f"  of {WATCHED} people, in the step: {_told(shares.steps)}")
    print(f"  on the floor: {_told(shares.floors)}")
    print(f"  troubles: {len(lived.troubles)}; the letters' digest: {digest(lived)[:16]}")
    print(
        f"12 months of {given.people} people: {wall:.1f} s ({cpu:.1f} s CPU; goal {GOAL:.0f} s for {PEOPLE}), {letters} letters, "
        f"{messages} messages, {cpu / (letters + messages) * 1000:.2f} ms each"
    )


if __name__ == "__main__":
    main()
