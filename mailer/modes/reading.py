"""What the service would understand of one message, without a database: `mentorpost read`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mailer.core.ladders.parse import parse_ladder
from mailer.files.keys import read_key
from mailer.files.rulebook import read_rulebook
from mailer.files.settings import Settings
from mailer.model.errors import BadSettings
from mailer.model.mail import Classified, IncomingMessage, Proof
from mailer.model.program import Program, Rulebook
from mailer.wire.addresses import addresses
from mailer.wire.classify import classify
from mailer.wire.classify_rules import parse_rules
from mailer.wire.parse import parse
from mailer.wire.quoting.split import Cut, split
from mailer.wire.understand import Context, understand

_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")


@dataclass(frozen=True, slots=True)
class Assumed:
    """What no message can tell by itself, where the reader says so."""

    roles: frozenset[str] = frozenset()  # empty: whoever the rules ask for
    proof: Proof | None = None  # None: as far as the bytes tell
    letter: str = ""  # name of our letter it answers


class Reader:
    """Reads messages by the rules of the programs in the settings; a program's rules are read once, when first needed."""

    def __init__(self, settings: Settings, program: str = "") -> None:
        self._settings = settings
        self._wanted = program
        self._key = _key(settings)
        self._books: dict[str, Rulebook] = {}

    def read(self, raw: bytes, received_at: datetime, assumed: Assumed) -> tuple[Classified, Program]:
        """The message and the program it is for. Never raises for its bytes; BadRules for rules that cannot be used."""
        program = self._program(raw)
        book = self._book(program)
        inboxes = frozenset(each.inbox.lower() for each in self._settings.programs)
        message = understand(raw, received_at=received_at, book=Context(self._key, program, book.vocabulary, inboxes))
        proof = assumed.proof or proof_told(message)
        roles = assumed.roles or _asked_for(book)
        return classify(message, book.rules, roles=roles, proof=proof, letter=assumed.letter), program

    def cuts(self, raw: bytes) -> Sequence[Cut]:
        """What was taken for quotation, signature or footer, and why."""
        return split(parse(raw)).cut

    def _program(self, raw: bytes) -> Program:
        """The one that was asked for; else the one whose inbox the message went to; else the first."""
        programs = self._settings.programs
        if self._wanted:
            return self._settings.program(self._wanted)
        if len(programs) > 1:
            parsed = parse(raw)
            reached = {_without_token(one).lower() for name in _TO for value in parsed.all(name) for one in addresses(value)}
            for program in programs:
                if program.inbox.lower() in reached:
                    return program
        return programs[0]

    def _book(self, program: Program) -> Rulebook:
        if program.key not in self._books:
            self._books[program.key] = read_rulebook(
                program, self._settings.rules, parse_rules=parse_rules, parse_ladder=parse_ladder
            )
        return self._books[program.key]


def proof_told(message: IncomingMessage) -> Proof:
    """How well the bytes alone prove the sender; whose address it is only the roster knows."""
    if message.token:
        return Proof.TOKEN
    if message.authenticated:
        return Proof.AUTHENTICATED
    return Proof.CLAIMED if message.from_address else Proof.UNKNOWN


def _key(settings: Settings) -> bytes | None:
    """The sealing key; reading a message goes on without it, as on a machine where the service has never run."""
    try:
        return read_key(settings)
    except BadSettings:
        return None


def _asked_for(book: Rulebook) -> frozenset[str]:
    """Every role a rule asks for: where nobody knows the sender's, the words of the message decide alone."""
    found: set[str] = set()
    for rule in book.rules:
        wanted = rule.when.get("role", ())
        found.update(
            [wanted] if isinstance(wanted, str) else [str(one) for one in wanted] if isinstance(wanted, (list, tuple)) else []
        )
    return frozenset(found)


def _without_token(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
