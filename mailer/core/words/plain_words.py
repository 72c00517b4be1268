"""Plain words that are none of ours: who would rather stop is asked what is meant, and a question is thanked for.

Neither does anything to a walk: a person reads the words, and the writer is not left to wonder whether anybody has.
"""

from __future__ import annotations

import re
from dataclasses import replace

from db.records import Letter, Person
from mailer.core.ladders.act import duty_note
from mailer.core.people.contact import named_in
from mailer.core.telling.offered import as_written
from mailer.core.telling.transcript import Transcript
from mailer.core.telling.writing import PARTICIPANTS, answer, said
from mailer.core.words.help import waits_for_a_word
from mailer.core.world.scene import Scene
from mailer.core.world.who import named
from mailer.model.decision import Effect
from mailer.model.mail import Command, IncomingMessage
from mailer.model.program import Sending

# What may be told besides words of ours: a mail with any other word is not passed on, as it may be about its usual reader.
_TELLS = frozenset({"NO ANSWER", "SINCE", "REACHED", "NOT REACHED", "AWAY", "RETURN", "TEAM", "YES", "OK", "NEED TRAINING", "DONE"})
_SENTENCE = 4  # words of a line that says something; a name or a greeting is shorter
_SAYS_NO = re.compile(
    r"\W*(?:no|nope|nah|none|nothing|nobody|not|never|nein|nicht|keine?|non|rien|nada|ninguno|n/?a|nil|ok|okay|fine|good|all|"
    r"(?:i )?(?:don['’]?t|do not|doesn['’]?t|can['’]?t think))\b",
    re.IGNORECASE,
)
_PASSIVE = frozenset({"OK", "YES", "RIGHT", "DONE"})
_NUMBER = re.compile(r"\+?\(?\d[\d \t()./-]{4,22}\d")
_PARTING = "parting"  # what a no means to a letter that asks whether somebody still takes part


def ask_who_would_stop(account: Transcript, message: IncomingMessage) -> None:
    """Two words to choose from, and that a person reads what was written; nothing is closed by it (OPTED_OUT needs STOP)."""
    account.lead = "lead parting"
    first = message.new_text.strip().split("\n")[0][:120]
    account.tell([{"said": first, "done": said("parting_read"), "offered": False}])
    account.tell([{"said": as_written(word), "done": said(f"parting {word}"), "offered": True} for word in ("STOP", "AWAY")])
    account.because.append("would rather stop: asked")


def thanked(scene: Scene, person: Person, message: IncomingMessage, letter: Letter | None) -> tuple[Effect, ...]:
    """A short answer to a free question that no letter of ours asked for; at most one a person and day."""
    if scene.policy.word("involvement") != "monthly":
        return ()  # a program that leaves its pairs alone writes as little as it can
    text = message.new_text.strip()
    on_duty = not person.roles & PARTICIPANTS
    asks = "?" in text or (on_duty and (message.parting or (letter is not None and len(text.split()) >= _SENTENCE)))
    if not asks or (letter is not None and (person.roles & PARTICIPANTS or waits_for_a_word(scene, person))):
        return ()
    key = f"receipt/thanks/{person.id}/{scene.today}"
    if any(item.key == key for item in scene.situation.letters):
        return ()
    said_first = next((line.strip() for line in text.split("\n") if "?" in line), text.split("\n")[0])[:120]
    line = {"said": said_first, "done": said("question_read"), "offered": False}
    facts: dict[str, object] = {
        "lead": said("lead question"), "lines": [line], "next": [], "undo": False, "numbered": False, "offers": False,
        "until": "", "samples": [],
    }  # fmt: skip
    return (answer(scene, key, "receipt", person, facts),)


def told_besides(message: IncomingMessage) -> str:
    """What a mail with words of ours says besides them, for whoever reads the answers; "" where it says nothing, or must not."""
    if not all(command.word in _TELLS for command in message.commands):
        return ""
    lines = list(message.besides)
    while lines and len(lines[-1].split()) < _SENTENCE:
        lines.pop()
    return "\n".join(lines) if any(len(line.split()) >= _SENTENCE for line in lines) else ""


def number_given(message: IncomingMessage) -> str:
    """The telephone number that stands beside PHONE ME; "" where there is none."""
    found = _NUMBER.search(message.new_text)
    return " ".join(found[0].split()) if found is not None else ""


def plainly(scene: Scene, message: IncomingMessage, letter: Letter | None) -> IncomingMessage:
    """A plain yes or no in answer to a letter that asks a question of its own, as the word it means there (`read_as`)."""
    meant = dict(item.split(" ", 1) for sending in sendings(scene, letter) for item in sending.read_as)
    if not meant or not any(command.word in meant for command in message.commands):
        return message
    said_too = {command.word for command in message.commands}
    commands: list[Command] = []
    for command in message.commands:
        word = meant.get(command.word, command.word)
        if word == command.word or (word != _PARTING and word not in said_too):
            commands.append(replace(command, word=word))
    parting = any(meant.get(command.word) == _PARTING for command in message.commands)
    return replace(message, commands=tuple(commands), parting=message.parting or parting)


def sendings(scene: Scene, letter: Letter | None) -> tuple[Sending, ...]:
    """Where the ladder of the letter that is answered sends it."""
    case = scene.situation.case
    ladder = scene.ladder(case) if case is not None and letter is not None and case.id == letter.case_id else None
    if ladder is None or letter is None:
        return ()
    return tuple(item for state in ladder.states.values() for item in state.sends if item.letter == letter.name)


def marked(scene: Scene, person: Person, message: IncomingMessage, letter: Letter | None) -> tuple[Effect, ...]:
    """Numbered answers that a ladder marks for staff: that there is one, never its words (R-018)."""
    found: list[Effect] = []
    for role, kind in flags_in(scene, message, letter):
        found += duty_note(scene, role, kind, {"person": {"name": person.name}})
    return tuple(found)


def flags_in(scene: Scene, message: IncomingMessage, letter: Letter | None) -> list[tuple[str, str]]:
    """(who is told, of what) for each marked answer that does not say no."""
    if not message.answers:
        return []
    marks = dict.fromkeys(mark for sending in sendings(scene, letter) for mark in sending.marks)
    found: list[tuple[str, str]] = []
    for number, role, kind in (mark.split() for mark in marks):
        said_there = message.answers.get(number, "").strip()
        if any(sign.isalnum() for sign in said_there) and not _SAYS_NO.match(said_there):
            found.append((role, kind))
    return found


def decides_nothing(scene: Scene, person: Person, word: str) -> bool:
    """Whether "yes" answers a question that only a word of its own decides: nobody may believe it was done."""
    case = scene.situation.case
    ladder = scene.ladder(case) if case is not None else None
    if word not in _PASSIVE or ladder is None or case is None or not waits_for_a_word(scene, person):
        return False
    state = ladder.states[case.state]
    return state.gate or case.about == "coordinator"


def as_meant(scene: Scene, person: Person, command: Command) -> Command:
    """ "PROBLEM Ana Mel never calls": of several capitalised words in a row those that name somebody are the name."""
    who, words = str(command.arguments.get("who", "")), str(command.arguments.get("who", "")).split()
    people = tuple(item for item in scene.situation.people.values() if item.id != person.id)
    if "text" not in command.arguments or len(words) < 2 or named(people, named_in(command)):
        return command
    for count in range(len(words) - 1, 0, -1):
        shorter = " ".join(words[:count])
        if len(named(people, shorter)) == 1:
            rest = f"{who[len(shorter) :].strip()} {command.arguments['text']}"
            return Command(command.word, {**command.arguments, "who": shorter, "text": rest}, command.line, command.text)
    return command
