"""Finds the words of the reply grammar in what a person wrote: strict enough that no sentence ever acts as a command.

REQUIREMENTS.md 4.3 item 2, CONTRACT.md sections 5, 7 and 8. The caller hands in new words only, nothing quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from mailer.model.mail import Command
from mailer.model.program import Vocabulary
from mailer.wire.commands.application import read_application
from mailer.wire.commands.arguments import Arguments, Rest
from mailer.wire.commands.lengths import length, may_be_length
from mailer.wire.commands.offered import Offered, copied
from mailer.wire.commands.people import in_front
from mailer.wire.commands.phrases import (
    GREETINGS,
    Found,
    Phrasebook,
    Token,
    behind_greeting,
    closes,
    first_core,
    first_cores,
    holds_back,
    nearest,
    only_polite,
    phrasebook,
    tokens_of,
)
from mailer.wire.commands.quiet import is_quiet, may_have_shape
from mailer.wire.commands.records import GRAMMARS, LONG, log_line, only_day, only_kind
from mailer.wire.commands.silence import name_first, silent_person, unstruck
from mailer.wire.commands.undo import asked_back, taken_back
from mailer.wire.commands.when import SEPARATED, without_time
from mailer.wire.words import WORDS, Grammar, listed

COMMAND_LIMIT = 200  # commands a message; more is no letter
_UNKNOWN_LIMIT = 10
_GUESS_LIMIT = 40  # lines a message that are measured against every word
_HEAD_LIMIT = 60  # characters in which the word itself must begin
_LABEL_LIMIT = 200  # characters in which the colon behind a name must stand
_LINE_LIMIT = 600  # characters in which a word may stand with its arguments; text behind it may be longer
_CLAUSE = re.compile(r"[;,.!/]+(?=\s|$)|\s+(?:and|y|und|et|&)\s+", re.IGNORECASE)
_GLUED = re.compile(r"[\s*_]{0,4}(hold|snooze|undo|void)[=#]?(?=\d{1,3}\b)", re.IGNORECASE)  # "HOLD7"
_DASHED = re.compile(r"[\s*_•-]{0,6}([^\W\d_][^\n:<>|=–—]{0,40}?)[*_]{0,2}(?:\s+[-–—]\s*|[–—]\s*)(\S.*)")  # "Ana - confirm"
_NAMING = frozenset({Grammar.MAYBE_WHO, Grammar.UNHEARD, Grammar.DAYS})  # words that are said of somebody
_LEADS_TEXT = re.compile(r"\s*[:–—-]")
_ANEW = re.compile(r"[\s*_]{0,4}#?(\d{1,2})\s?=\s{0,3}(?=\S)")
_NUMBERED = re.compile(r"\s{0,4}\d{1,2}[.):]\s{0,3}(?=[^\W\d])")
_POINTS = frozenset({"SINCE", "REACHED", "NOT REACHED"})
_CLIENT = re.compile(r"(?:^|\s)[Cc]-\d", re.ASCII)
_ANSWERS = re.compile(r"\b(?:answer|repl|respond)", re.IGNORECASE)
_ASKING = frozenset({"HELP", "WHY", "STATUS", "UNDO"})  # "Why?" is the word itself, and so is "Can you undo that?"
_EVERYDAY = frozenset({"OK", "YES", "NO"})
_NO_MORE = listed(
    """stop sending send mailing emailing writing contacting me us these this those all any more your the to now please and thanks
    thank you email emails e-mail e-mails mail mails letter letters message messages reminder reminders notifications"""
)
_LOUD = re.compile(r"[^\W\d_a-z][^\W\d_a-z]|\b[^\W\d_a-z]\b")  # a word in capitals
_LETTERS = re.compile(r"[^\W\d_]")


_NONE: Offered = MappingProxyType({})


def read_commands(
    new_text: str, vocabulary: Vocabulary, *, sent: date, order: str, offered: Offered = _NONE
) -> tuple[tuple[Command, ...], tuple[str, ...]]:
    """The commands in `new_text`, in order, and the lines that look like one but are none ("CONFRIM ~ CONFIRM").

    `sent` is the local day of the message and `order` how its dates are written ("mdy" or "dmy"). `offered` are the answers
    that the letter it replies to offers: such a line copied whole, "NOT NOW: not at the moment", is that answer. Never raises.
    """
    reader = _Reader(phrasebook(vocabulary), sent, order, offered)
    lines = unstruck(new_text).split("\n")
    filled_lines = [line for line in lines[:50] if line.strip()] if len(lines) < 50 else []
    reader.alone = len(filled_lines) == 1
    reader.lone = filled_lines[0] if filled_lines and all(closes(line) for line in filled_lines[1:]) else ""
    commands: list[Command] = []
    unknown: list[str] = []
    at = filled = 0
    while at < len(lines) and len(commands) < COMMAND_LIMIT:
        line = lines[at]
        at += 1
        if line in ("-- ", "--"):
            break
        if line.lstrip()[:1] in ("", ">") or "|" in line:  # a quotation kept, a row of a table
            continue
        filled += 1
        found = reader.read(line)
        if not found and (rescinded := taken_back(line)) is not None:
            found = (rescinded,)
        for command in found:
            number = at
            if command.word == "MENTORSHIP APPLICATION":
                fields, at = read_application(lines, at)
                command = replace(command, arguments={**command.arguments, **fields})
            elif WORDS[command.word].grammar in LONG and len(found) == 1:
                more, at = reader.below(lines, at)
                command = _with_text(command, more)
            commands.append(replace(command, line=number, text=line.strip()[:_LINE_LIMIT]))
        if not found and len(unknown) < _UNKNOWN_LIMIT:
            doubtful = reader.doubtful(line, first=not commands and not unknown and filled <= 3)
            if doubtful:
                unknown.append(doubtful)
    return tuple(commands), tuple(unknown)


def _with_text(command: Command, more: str) -> Command:
    text = "\n".join(part for part in (str(command.arguments.get("text", "")), more) if part)
    return replace(command, arguments={**command.arguments, "text": text}) if text else command


class _Reader:
    """Reads single lines with one vocabulary, on one day."""

    __slots__ = ("alone", "book", "guesses", "lone", "offered", "order", "sent")

    def __init__(self, book: Phrasebook, sent: date, order: str, offered: Offered) -> None:
        self.book = book
        self.offered = offered
        self.sent = sent
        self.order = order
        self.alone = False
        self.lone = ""  # the only line, but for thanks and a name below it
        self.guesses = _GUESS_LIMIT

    def read(self, line: str) -> tuple[Command, ...]:
        """The commands of one line: the whole line, the line behind a name, or every clause of it."""
        if self.offered and (choice := copied(line, self.offered)):
            line = self.lone = choice  # as if it had been answered with the word alone
        if line != self.lone and not self.alone and is_quiet(line, self.book):
            return ()
        if "=" in line[:8] and (anew := _ANEW.match(line)) is not None and _ANEW.match(line, anew.end()) is None:
            return tuple(replace(command, corrects=int(anew[1])) for command in self.read(line[anew.end() :]))
        if line[:5].lstrip()[:1].isdigit() and (head := _NUMBERED.match(line)) is not None:  # "2. NOT REACHED": by points
            return tuple(command for command in self.read(line[head.end() :]) if command.word in _POINTS)
        if "eached" in line[-12:]:
            line = name_first(line)
        cores = first_cores(line)
        if cores and (cores[0] in GREETINGS or not cores[0].isalnum()) and (rest := behind_greeting(line)):
            line, cores = rest, first_cores(rest)
        begins = self.book.may_begin(cores)
        if (
            not begins
            and not self.alone
            and line != self.lone
            and ":" not in line
            and "-" not in line
            and "–" not in line
            and not line[-1:].isdigit()
            and "UNDO" not in line
            and not may_have_shape(cores, line)
        ):
            return ()
        shaped = asked_back(line) or self._shape(line, cores[0] if cores else "")
        if shaped is not None:
            return (shaped,)
        if begins:
            whole = self._command(line)
            if whole is not None:
                return (whole,)
        if not begins and (glued := _GLUED.match(line)) is not None:
            return self.read(f"{glued[1]} {line[glued.end() :]}")
        if ":" in line[:_LABEL_LIMIT]:
            name, rest = in_front(line[:_LINE_LIMIT])
            if name:
                one = self._command(rest)
                found = (one,) if one is not None else self._clauses(rest)
                return tuple(replace(command, about=name) for command in found)
        elif ("-" in line or "–" in line) and len(line) <= _HEAD_LIMIT and (dashed := _DASHED.match(line)) is not None:
            name, rest = in_front(f"{dashed[1]}: {dashed[2]}")
            one = self._command(rest) if name else None
            if one is not None and WORDS[one.word].grammar in _NAMING:
                return (replace(one, about=name),)
        return self._clauses(line) if begins and len(line) <= 200 else ()

    def below(self, lines: Sequence[str], at: int) -> tuple[str, int]:
        """The text that goes on below a word: until the next word or the end; and the first line behind it."""
        end = at
        while end < len(lines) and end - at < 200:
            line = lines[end]
            if line in ("-- ", "--") or line.lstrip()[:1] == ">":
                break
            if line.strip() and len(line) <= 200 and any(self._upper(command, line) for command in self.read(line)):
                break
            end += 1
        return "\n".join(lines[at:end]).strip(), end

    def _upper(self, command: Command, line: str) -> bool:
        """Inside free text only a word in capitals is one: "PLAN …" is followed by sentences."""
        head = tokens_of(line[:80])
        return (bool(head) and (head[0].upper or bool(command.about))) or command.word in ("STOP", "LOG")

    def _shape(self, line: str, head: str) -> Command | None:
        """Lines known by their shape: a conversation, a length of time alone, a day or a kind alone."""
        if len(line) > 300:
            return None
        if len(line) <= 200 and ("answ" in (low := line.lower()) or "repl" in low or "respo" in low) and _ANSWERS.search(line):
            silent = self._silence(line)
            if silent is not None:
                return silent
        if "-" in line and _CLIENT.search(line[:60]) and self.book.find(tokens_of(line[:60])) is None:
            row = log_line(line, sent=self.sent, order=self.order)
            if row is not None:
                return Command("LOG", row)
        if line == self.lone and len(line) <= 40:
            day, kind = only_day(line, sent=self.sent, order=self.order), only_kind(line)
            if day is not None:
                return Command("DAY", {"date": day})
            if kind:
                return Command("KIND", {"kind": kind})
        if len(line) <= 60 and may_be_length(head, line):
            tokens = tokens_of(line)
            read = length(tokens)
            if read is not None and read[1] > 1 and 0 < read[0] <= 3660 and tokens[read[1] - 1].core.isalpha():
                behind = tokens[read[1] :]
                if all(token.core in ("now", "ago", "already") for token in behind) and tokens[0].core not in ("at", "of", "in"):
                    return Command("SINCE", {"days": read[0]})
        return None

    def _silence(self, line: str) -> Command | None:
        """ "Mel hasn't answered for three weeks": a report in a sentence of one's own."""
        tokens = tokens_of(line)
        who, at = silent_person(tokens, line)
        if not who:
            return None
        behind = tokens[at + 1 :] if at < len(tokens) and tokens[at].core in ("since", "for", "in") else ()
        since = GRAMMARS[Grammar.SINCE](Rest(line, behind, self.sent, self.order, False, ("since",))) if behind else None
        return Command("NO ANSWER", {"who": who, **(since[0] if since else {})})

    def _command(self, line: str) -> Command | None:
        """The line as one command, or None where it is anything else."""
        head = line if len(line) <= _HEAD_LIMIT else line[:_HEAD_LIMIT].rpartition(" ")[0]
        found = self.book.find(tokens_of(head))
        if found is None:
            return None
        tokens = tokens_of(line[:_LINE_LIMIT])
        rule = WORDS[found.word]
        if rule.prevails and "need" in found.phrase:
            return Command(found.word)
        if len(line) > _LINE_LIMIT and rule.grammar not in LONG:
            return None
        behind = tokens[found.after :]
        last = tokens[found.after - 1]
        if ("?" in last.tail and found.word not in _ASKING) or (found.word == "TEAM" and "," in last.tail):  # "Team," greets
            return None
        shouted = all(token.upper for token in tokens[found.first : found.after])
        arguments = self._arguments(found, rule.grammar, line, last, behind, shouted)
        if arguments is None:
            return None
        values, used = arguments
        left = behind[used:]
        if left and found.word == "STOP" and "?" not in left[-1].tail and all(token.core in _NO_MORE for token in left):
            return Command("STOP", values)  # "stop sending me these emails": nobody should have to say it twice
        if left and not rule.strict:
            left, used = without_time(left, used)
        for at in range(1, 0 if only_polite(left) else min(5, len(left))):  # "Reopen please, she wrote to me today"
            if only_polite(left[:at]) and SEPARATED & set(left[at - 1].tail):
                left, used = left[at:], used + at
                break
        if left and not only_polite(left):
            before = behind[used - 1] if used else last
            loud = shouted and not found.first and not rule.strict  # "SWAP I have too many already"
            separated = loud or bool(SEPARATED & set(before.tail)) or _dashed(line, before, left[0])
            if (
                not separated
                or (holds_back(left) and not (found.word in ("STOP", "RESCIND") and shouted))
                or (rule.strict and not (shouted and "," not in before.tail))
            ):
                return None
        elif left and "?" in left[-1].tail and (rule.strict or not values):
            return None
        return Command(found.word, values)

    def _arguments(
        self, found: Found, grammar: Grammar, line: str, last: Token, behind: tuple[Token, ...], shouted: bool
    ) -> tuple[Arguments, int] | None:
        if grammar is Grammar.APPLICATION:
            return ({}, 0) if only_polite(behind) else None
        opened = shouted or bool(_LEADS_TEXT.match(line[last.end :])) or not behind
        rest = Rest(line, behind, self.sent, self.order, opened, found.phrase)
        if grammar in LONG and not opened and found.first:
            return None
        return GRAMMARS[grammar](rest)

    def _clauses(self, line: str) -> tuple[Command, ...]:
        """ "SINCE 3 weeks, NOT REACHED": every clause a command or a polite word, or the line is none at all."""
        parts = [part for part in _CLAUSE.split(line) if part and part.strip()]
        if not 2 <= len(parts) <= 6:
            return ()
        commands: list[Command] = []
        for part in parts:
            if only_polite(tokens_of(part)):
                continue
            command = self._command(part) or (self._shape(part, first_core(part)) if commands else None)
            if command is None or WORDS[command.word].grammar in LONG:
                return ()
            commands.append(command)
        return tuple(commands)

    def doubtful(self, line: str, *, first: bool) -> str:
        """The line with the nearest word, where it looks like a command; empty where it is ordinary text."""
        text = line.strip()
        if not 4 <= len(text) <= 60 or text[-1] == "," or self.guesses <= 0:
            return ""
        if (not first or text.count(" ") > 2) and not text.split(" ", 1)[0].isupper():
            return ""
        if not first and not _LOUD.search(text):
            return ""
        tokens = tokens_of(text)
        if not 1 <= len(tokens) <= 6:
            return ""
        upper = all(token.upper or not _LETTERS.search(token.core) for token in tokens) and bool(_LETTERS.search(text))
        found = self.book.find(tokens)
        if found is not None and found.word in _EVERYDAY and not upper:
            return ""  # "OK sounds good" is an answer in words
        # "I am back from hospital" begins with no capitals but those of English; "I agree, and will sign" is a word of weight.
        loud = tokens[0].upper and (len(tokens[0].core) > 1 or (found is not None and found.word in _OF_WEIGHT))
        if found is not None and tokens[found.first].upper and ((found.first == 0 and loud) or upper):
            return f"{text} ~ {found.word}"
        if not upper and not (first and len(tokens) <= 3) and not loud:
            return ""
        for count in range(min(4, len(tokens)), 0, -1):
            if count < len(tokens) and not upper and not loud and not tokens[-1].core.isdigit():
                continue
            self.guesses -= 1
            near = nearest(" ".join(token.core for token in tokens[:count]), self.book)
            if near:
                return f"{text} ~ {near}"
        if upper and first and len(tokens) == 1 and len(tokens[0].core) >= 4 and tokens[0].core.isalpha():
            return text
        return ""


_OF_WEIGHT = frozenset({"AGREE", "I UNDERSTAND"})  # what binds its writer is never read out of a sentence, but asked about


def _dashed(line: str, before: Token, after: Token) -> bool:
    """Whether a dash stands between two tokens: "CONFIRM - she has moved away"."""
    between = line[before.end : after.start]
    return any(mark in "-–—:;" for mark in between)
