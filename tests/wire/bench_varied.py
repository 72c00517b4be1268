"""Replies in which every message has words, letter lines and people of its own, so that nothing remembered from one helps with another.

Seeded: the same number always gives the same message.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from mailer.wire.words import listed

_WORDS = tuple(
    sorted(
        listed(
            """about above across afternoon already although always among animal another apple around asked autumn away beautiful because
            bicycle bird blue book bread breakfast bridge brother building busy called calm careful chair cheerful child church city
            class clear clothes coffee cold colour conversation cook corner country cousin daughter decided different dinner difficult
            doctor drawing dream early earth easily eight enough evening every family famous farm father favourite field film first
            flower forest forgot friend from garden gave gentle glad grandmother great green guitar had happy harbour heard heart hill
            history holiday homework hope hospital hour house hundred idea important inside interview journey kitchen knew lake laughed
            learned letter library listened little long looked lunch many market matter maybe meadow memory milk minute money month
            moon morning mother mountain moved much music neighbour never new nice night noise number ocean office often old orange
            other painted paper parents park patient people perhaps phone piano picture plans played pleased poem pretty project quiet
            quickly rain ready really remember rice river road room school season second seemed sentence several shared she shop short
            silver simple sister sky slowly small smiled soccer some song soon spoke spring station story street strong student summer
            swim table talked teacher tennis than that their there they thing thought thousand together told tomorrow town train travel
            tree tried uncle under useful usually valley very village visited voice waited walked wanted warm water weather week weekend
            went while white whole window winter with woman wonderful word work world wrote yard year yellow young"""
        )
    )
)
_SYLLABLES = tuple(sorted(listed("an bel cor da el fi gra hol in jo ka li mar ne or pe ri sa to ul ve wi ya zo")))


@dataclass(frozen=True, slots=True)
class Scene:
    """Who writes, what, and below which letter of ours."""

    name: str
    address: str
    when: str  # a Date header
    attribution: str
    words: str
    answers: str
    questions: tuple[str, ...]
    letter: tuple[str, ...]
    thread: str  # the Message-ID of our letter
    seal: str  # sixty letters, as a signature has


def _sentence(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(_WORDS, k=words)).capitalize()


def _name(dice: random.Random) -> str:
    return "".join(dice.choices(_SYLLABLES, k=dice.randint(2, 3))).capitalize()


def scene(number: int) -> Scene:
    """The people, words and letter of one message."""
    dice = random.Random(f"scene {number}")
    first, last = _name(dice), _name(dice)
    domain = f"{_name(dice).lower()}.example.org"
    weekday, day, clock = dice.choice(("Mon", "Tue", "Wed")), dice.randint(10, 18), f"{dice.randint(10, 21)}:{dice.randint(10, 59)}"
    sizes = [dice.randint(2, 14) for _ in range(8)]
    return Scene(
        f"{first} {last}",
        f"{first}.{last}@{domain}".lower(),
        f"{weekday}, {day} Oct 2027 {clock}:{dice.randint(10, 59)} {dice.choice(('-0400', '-0700', '+0000', '+0200', '-0500'))}",
        f"On {weekday}, Oct {day - 2}, 2027 at {clock} MC update <mc+{number}@example.org> wrote:",
        " ".join(f"{_sentence(dice, dice.randint(7, 16))}, {_sentence(dice, 5).lower()}." for _ in range(4)),
        "\n".join(f"{at}: {_sentence(dice, size)}" for at, size in enumerate(sizes, 1)),
        tuple(f"{at}. {_sentence(dice, dice.randint(8, 15))}?" for at in range(1, 9)),
        tuple(f"{_sentence(dice, 8)}, {_sentence(dice, 7).lower()}." for _ in range(14)),
        f"m.{number}.abc@example.org",
        "".join(dice.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", k=60)),
    )
