"""Everything that can be wrong before a letter leaves, found at once: `mentorpost check`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mailer.core.ladders.parse import parse_ladder
from mailer.core.telling.periods import PERIODS
from mailer.files.keys import read_key
from mailer.files.policy_keys import KEYS
from mailer.files.rulebook import read_rulebook
from mailer.files.servers import SecretKind, Server, Servers
from mailer.files.settings import Settings
from mailer.files.toml_lines import Toml, read_toml
from mailer.files.values import nearest
from mailer.letters.errors import EmptyPlaceholder, Unsendable
from mailer.letters.facts import sample
from mailer.letters.links import GOES_ON
from mailer.letters.template import LetterTemplate, render
from mailer.model.counted import listed
from mailer.model.errors import Bad, BadSettings, Flaw
from mailer.model.program import Policy, Program, Rulebook
from mailer.modes.preview.remarks import is_read
from mailer.modes.servers import lines_to
from mailer.steps.book import Book
from mailer.steps.bookshelf import examples_of, open_book
from mailer.wire.classify_rules import parse_rules
from mailer.wire.tokens import LENGTH
from mailer.wire.words import WORDS

_FROM_THE_SEED = re.compile(r"\bR-\d+")
_ANSWER = re.compile(r"\]\(answer:([^()\n]+)\)")
_LONGEST_LOCAL = 64  # RFC 5321 section 4.5.3.1.1


@dataclass(slots=True)
class Checked:
    """What was looked at and what was found."""

    books: dict[str, Book] = field(default_factory=dict)
    rulebooks: dict[str, Rulebook] = field(default_factory=dict)  # also of programs whose letters cannot be used
    flaws: list[Flaw] = field(default_factory=list)
    servers: list[Answered] = field(default_factory=list)
    remarks: list[Flaw] = field(default_factory=list)  # what could be better and stops nothing

    def complain(self, flaws: Iterable[Flaw]) -> None:
        """Keep flaws, each once: common files are read for every program."""
        self.flaws.extend(flaw for flaw in flaws if flaw not in self.flaws)


@dataclass(frozen=True, slots=True)
class Answered:
    """What a mail server said when it was asked."""

    program: str
    protocol: str  # "SMTP" or "IMAP"
    host: str
    port: int
    trouble: str = ""  # empty: all is well


def check_files(settings: Settings) -> Checked:
    """Books of every program, the examples of the rules, every letter with sample facts, the addresses, the key."""
    found = Checked()
    for program in settings.programs:
        try:
            book = open_book(program, settings.rules, settings.templates)
        except Bad as bad:
            found.complain(bad.flaws)
            _rules_alone(settings, program, found)
            continue
        found.books[program.key] = book
        found.rulebooks[program.key] = book.rules
        for template in book.letters.values():
            found.complain(_letter(template, program))
            found.complain(_unread(template, book))
        found.remarks.extend(outdated_periods(book))
    for rulebook in found.rulebooks.values():
        found.complain(examples_of(rulebook))
    found.complain(_addresses(settings))
    try:
        if read_key(settings) is None and settings.key_env:
            line = lines_of(settings).line("key_env")
            what = f"the environment variable {settings.key_env}, which holds the key, is not set"
            found.complain([Flaw(settings.file, line, what, "set it for the service and for every command")])
    except BadSettings as bad:
        found.complain(bad.flaws)
    found.remarks += _nobody_told(settings)
    return found


def _nobody_told(settings: Settings) -> list[Flaw]:
    """Programs in which nobody may be told of an edit that cannot be used: a remark, for the service works without."""
    keys = [program.key for program in settings.programs if not program.admin]
    if not keys:
        return []
    what = f"no `admin` is set for {listed(keys)}: unless a roster names one, nobody is told by mail of an edit that cannot be used"
    line = lines_of(settings).line("programs", keys[0])
    return [Flaw(settings.file, line, what, 'write admin = "somebody@example.org" into the table of each program')]


def _rules_alone(settings: Settings, program: Program, found: Checked) -> None:
    """Where letters cannot be used the rules may be sound; their examples are run all the same."""
    try:
        found.rulebooks[program.key] = read_rulebook(
            program, settings.rules, parse_rules=parse_rules, parse_ladder=parse_ladder, known_words=WORDS
        )
    except Bad as bad:
        found.complain(bad.flaws)


def _letter(template: LetterTemplate, program: Program) -> list[Flaw]:
    """Render a letter as it would leave, with sample facts: both parts say something, the subject tells a bystander nothing."""
    local, _, domain = program.inbox.rpartition("@")
    try:
        rendered = render(template, sample(template.name), f"{local}+{'a' * LENGTH}@{domain}")
    except EmptyPlaceholder as error:
        advice = "name a fact this letter has, or put it between {% if … %} and {% endif %}"
        return [Flaw(template.file, error.line, error.why.removesuffix(f" in line {error.line}"), advice)]
    except Unsendable as error:
        return [Flaw(template.file, 1, error.why, "mend the letter: as it is, each one would be held for a human")]
    empty = [name for name, words in (("plain text", rendered.text), ("HTML", rendered.html)) if not words.strip()]
    return [Flaw(template.file, 1, f"its {name} part says nothing", "write the letter under the headings") for name in empty]


def _unread(template: LetterTemplate, book: Book) -> Iterator[Flaw]:
    """Answers that a letter offers and that nothing reads: who taps one is asked what was meant."""
    source: str = json.loads(book.sources[template.digest])["source"]
    for number, line in enumerate(source.splitlines(), 1):
        for answer in _ANSWER.finditer(line):
            word = answer[1].partition("{{")[0].strip().removesuffix(GOES_ON).rstrip()
            if word and not is_read(word, book.rules.vocabulary):
                advice = nearest(word.upper(), WORDS, "CONFIRM")
                yield Flaw(template.file, number, f"nothing reads the answer “{word}”", f"{advice} (docs/words.md has them all)")


def outdated_periods(book: Book) -> tuple[Flaw, ...]:
    """Letters that say in so many words what was the policy's default, where the policy has another number by now (R-035).

    Only letters for which that time is at hand as a fact, and which do not read it: of no other "a week" is it known what it means.
    """
    doubts: list[Flaw] = []
    for name, (fact, key) in PERIODS.items():
        template = book.letters.get(name)
        if template is None or key not in book.rules.policy.changed or fact in template.reads:
            continue
        said = _as_written(int(str(KEYS[key].default)))
        source: str = json.loads(book.sources[template.digest])["source"]
        for number, line in enumerate(source.splitlines(), 1):
            if hit := said.search(line):
                what = f"it says “{hit[0]}”, and the policy says {key} = {book.rules.policy.number(key)}"
                doubts.append(Flaw(template.file, number, what, f"write {{{{ {fact} }}}}, which follows the policy"))
    return tuple(doubts)


def _as_written(days: int) -> re.Pattern[str]:
    """A number of days as people write it: 7 is "7 days", "a week", "one week"."""
    ways = [f"{days} days", *{7: ("a week", "one week", "1 week"), 14: ("two weeks", "2 weeks")}.get(days, ())]
    return re.compile(rf"\b(?:{'|'.join(ways)})\b", re.IGNORECASE)


def _addresses(settings: Settings) -> list[Flaw]:
    """Inboxes must have room for a token behind a plus (RFC 5233); nobody's letters may go round in a circle."""
    flaws: list[Flaw] = []
    lines = lines_of(settings)
    inboxes = {program.inbox.lower() for program in settings.programs}
    for program in settings.programs:
        local = program.inbox.rpartition("@")[0]
        line = lines.line("programs", program.key, "inbox")
        if "+" in local:
            flaws.append(
                Flaw(
                    settings.file,
                    line,
                    f"the inbox {program.inbox} has a + already",
                    "replies need it: give an address without one",
                )
            )
        elif len(local) + 1 + LENGTH > _LONGEST_LOCAL:
            most = _LONGEST_LOCAL - 1 - LENGTH
            what = f"the inbox {program.inbox} leaves no room for a token: {len(local)} characters before the @"
            flaws.append(Flaw(settings.file, line, what, f"{most} are the most (RFC 5321 allows {_LONGEST_LOCAL} with the token)"))
        if program.admin.lower() in inboxes:
            line = lines.line("programs", program.key, "admin")
            flaws.append(
                Flaw(settings.file, line, "the admin's address is an inbox of the service", "name the address of a person")
            )
    return flaws


def lines_of(settings: Settings) -> Toml:
    """Where the keys of settings.toml stand; of an empty file if it has gone meanwhile."""
    try:
        return read_toml(Path(settings.file).read_text(encoding="utf-8-sig"), settings.file, BadSettings)
    except (OSError, BadSettings):
        return Toml(settings.file, {})


def seeds_numbers(policy: Policy) -> tuple[tuple[str, object], ...]:
    """Policy keys that the program's own description gives a number for, as far as the admins left them there."""
    return tuple(
        (name, value)
        for name, value in policy.values.items()
        if name in KEYS and _FROM_THE_SEED.search(KEYS[name].meaning) and name not in policy.changed
    )


async def ask_servers(settings: Settings, mail: Mapping[str, Servers], found: Checked) -> None:
    """Connect, secure and log in to every server once, one after the other; nothing is sent and nothing is read."""
    lines = lines_of(settings)
    for key, servers in mail.items():
        missing = [flaw for server in (servers.smtp, servers.imap) for flaw in _secret(server)]
        if missing:
            found.complain(missing)
            continue
        try:
            clients = lines_to(servers)
        except OSError as trouble:  # the file of a private authority
            what = f"ca_file cannot be used: {trouble.strerror or trouble}"
            found.complain([Flaw(settings.file, lines.line("mail", "smtp", "ca_file"), what, "name a PEM file this user may read")])
            continue
        for name, server, client in (("SMTP", servers.smtp, clients.post), ("IMAP", servers.imap, clients.inbox)):
            try:
                trouble_said = await client.probe()
            except BadSettings as bad:  # a secret that is fetched only when a connection asks
                found.complain(bad.flaws)
                continue
            found.servers.append(Answered(key, name, server.host, server.port, trouble_said or ""))
            if trouble_said:
                found.complain([_unreachable(settings, lines, key, name, server, trouble_said)])
        await clients.close()


def _secret(server: Server) -> tuple[Flaw, ...]:
    """What is wrong with a password's place; a token's command is run by the probe itself."""
    if server.secret is None or server.secret.kind is SecretKind.OAUTH:
        return ()
    try:
        server.secret.read()
    except BadSettings as bad:
        return bad.flaws
    return ()


def _unreachable(settings: Settings, lines: Toml, key: str, name: str, server: Server, said: str) -> Flaw:
    table = name.lower()
    line = (
        lines.line("programs", key, table, "host") if ("programs", key, table) in lines.lines else lines.line("mail", table, "host")
    )
    advice = "see host, port, security and the login; --offline leaves the servers out"
    return Flaw(settings.file, line, f"{name} {server.host}:{server.port} cannot be used: {said}", advice)
