"""Answer: each journalled message is understood, classified and decided; effects and the message's end are one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from db import cases, evidence, journal, outbox, people, releases
from db.engine import Connection
from db.records import DUTIES, Case, EventKind, JournalledMessage, Letter, MessageState, Person
from db.situation import load
from mailer.core.decide import decide
from mailer.core.words.undo import speaks_of
from mailer.core.world.moments import local_day
from mailer.model.consent import NotKept
from mailer.model.decision import MailArrived, RosterRow
from mailer.model.mail import Classified, IncomingMessage, Origin, Proof
from mailer.steps.asked import named_in, offers_of, questions_of
from mailer.steps.book import Book
from mailer.steps.consents import had_left
from mailer.steps.desk import Desk
from mailer.steps.journalled import journal_unkept
from mailer.steps.record import effect_names, record
from mailer.wire.classify import classify
from mailer.wire.commands.offered import may_copy
from mailer.wire.roster import is_roster, sift_rows
from mailer.wire.tokens import of_message_id, unseal
from mailer.wire.understand import Context, Opened, opened, understand

_MOST_TRIES = 3
_ROUNDS = 8  # an answer may make an earlier message to be answered again
_TOKEN_LASTS = timedelta(days=180)  # an older letter's token proves nothing: mailboxes change hands
# Only these look at everybody: whose rows a sheet holds is not known before.
_NAMING = frozenset(
    {"word:MATCH", "word:RELEASE SIGNED", "word:ELIGIBLE", "word:EVALUATION"}
    | {"word:RESCIND", "word:DECLINE", "word:STOP"}  # whoever is told, or is being asked on the writer's behalf is asked no more
)
_WHOLE = frozenset({"roster", "results", "kit", "form"})
# Words that name, or show, people with whom the sender has no match yet.
_OF_EVERYBODY = frozenset(
    {"DIRECTORY", "CHOOSE", "STARTED", "ANOTHER", "NOTICE", "RELAY", "VERIFY", "REFUSE", "WAIVE", "CONCERN", "DAY"}
)
_ABOUT_ANYBODY = frozenset(
    {"REASSIGN", "COVER", "SWAP", "ATTEMPT", "CONTACT", "REHEARSE SURVEY", "RECALL", "FORGET"}
    | {"PROBLEM", "FLAG", "END MATCH", "REMATCH"}
)
_FOR_ALL = frozenset({"mwoc", "staff", "admin"})


def answer_all(desk: Desk, until: datetime | None = None) -> int:
    """Answer what waits, and what that makes wait again; gives how many."""
    answered = 0
    for _ in range(_ROUNDS):
        count = answer(desk, until=until)
        answered += count
        if not count:
            break
    return answered


def answer(desk: Desk, limit: int = 100, until: datetime | None = None) -> int:
    """Decide the waiting messages, oldest first; gives how many. A message that fails is parked, never lost.

    `until`: only those that came up to then.
    """
    with desk.store.reading() as connection:
        waiting = journal.waiting(connection, limit, until)
    for message in waiting:
        book = desk.books.get(message.program)
        if book is not None:
            _one(desk, book, message)
    return len(waiting)


def _one(desk: Desk, book: Book, message: JournalledMessage) -> None:
    if message.tries >= _MOST_TRIES:
        _park(desk, book, message, "", "three attempts to read it did not end")
        desk.watcher.trouble(book.program, f"message {message.id} is parked: three attempts to read it did not end")
        return
    if message.tries or len(message.raw) > 200_000:
        with desk.store.transaction() as connection:
            journal.count_try(connection, message.id)
    sender = ""
    try:
        taken_apart = opened(message.raw)
        understood = understand(taken_apart, received_at=message.received_at, book=context_of(book, desk.key))
        sender = understood.from_address
        with desk.store.transaction() as connection:
            classified, because, effects = _decide(connection, desk, book, message, taken_apart, understood)
    except Exception as error:  # one of the two places that catch: around one message
        _park(desk, book, message, sender, f"{type(error).__name__} while deciding")
        desk.watcher.trouble(book.program, f"message {message.id} is parked: {type(error).__name__}: {error}")
        return
    desk.watcher.understood(book.program, message.id, classified, because, effects)


def _park(desk: Desk, book: Book, message: JournalledMessage, sender: str, because: str) -> None:
    """Set a message aside for a human. Whoever wrote it did write: nobody calls them silent meanwhile."""
    now = desk.now()
    program = book.program.key
    with desk.store.transaction() as connection:
        journal.decided(connection, message.id, MessageState.PARKED, because=because)
        for person in people.by_address(connection, program, (sender,)):
            evidence.add_event(
                connection,
                program,
                person.id,
                EventKind.SIGN_OF_LIFE,
                local_day(now, book.program.timezone),
                now,
                "parked mail",
                message.id,
            )
        for person in people.holding(connection, program, "staff"):
            evidence.add_note(connection, program, person.id, "message_parked", {"number": message.id}, now)


def context_of(book: Book, key: bytes | None) -> Context:
    return Context(
        key=key,
        program=book.program,
        vocabulary=book.rules.vocabulary,
        inboxes=frozenset({book.program.inbox.lower()}),
        besides=book.rules.policy.values.get("log.narrative") == "forbidden",
    )


def _decide(
    connection: Connection,
    desk: Desk,
    book: Book,
    message: JournalledMessage,
    taken_apart: Opened,
    understood: IncomingMessage,
) -> tuple[Classified, str, tuple[str, ...]]:
    program = book.program.key
    now = desk.now()
    letter = letter_answered(connection, desk.key, understood)
    if letter is not None and letter.program != program:
        letter = None  # a token of another program means nothing here
    senders = people.by_address(connection, program, (understood.from_address,))
    proof = proof_of(understood, senders, letter, now, confirmed=message.confirmed, dead=_dead(connection, book, letter))
    letter = letter or _left_after_all(connection, book, desk.key, understood, senders)
    person = _likely(senders, letter)
    answered = letter if understood.origin is Origin.HUMAN and person is not None else None
    asked, offered = questions_of(book, answered), offers_of(book, answered)
    named = named_in(connection, book, understood.new_text) if person is not None else frozenset()
    if asked or named or may_copy(understood.new_text, offered):
        context = replace(context_of(book, desk.key), questions=asked, offered=offered, named=named)
        understood = understand(taken_apart, received_at=message.received_at, book=context)
    classified = classify(
        understood,
        book.rules.rules,
        roles=person.roles if person is not None else frozenset().union(*(item.roles for item in senders)),
        proof=proof,
        letter=letter.name if letter is not None and person is not None and letter.to_id == person.id else "",
    )
    rows, problems = _roster(connection, book, understood, classified.means)
    situation = load(
        connection,
        program,
        now,
        sender_ids=tuple(item.id for item in senders),
        addresses=_named_addresses(understood, senders),
        letter_=letter,
        case_=_case(connection, letter),
        whole=bool(rows)
        or _looks_at_everybody(classified.means, understood, senders)
        or _looks_around(connection, book, understood, senders),
        consents=book.consents,
        mentioned=_words_of(understood),
        disclosed=any(command.word == "RECALL" for command in understood.commands),
    )
    spoken_of = speaks_of(situation, understood)  # a line to be taken back may have written to people far from its writer
    if spoken_of:
        situation = replace(situation, letters=(*situation.letters, *outbox.by_keys(connection, program, spoken_of)))
    stimulus = MailArrived(message.id, message.received_at, classified, proof, rows, problems)
    decision = decide(situation, stimulus, book.rules, now)
    parked = record(
        connection,
        book,
        desk.key,
        situation,
        decision,
        now,
        stimulus="mail",
        drafts=desk.drafts,
        journal_id=message.id,
        case_id=letter.case_id if letter is not None else None,
        person_id=person.id if person is not None else None,
    )
    if any(isinstance(effect, NotKept) for effect in decision.effects):
        journal_unkept(connection, program, message.id, decision, now)
    journal.decided(
        connection,
        message.id,
        MessageState.PARKED if parked else MessageState.DONE,
        person_id=person.id if person is not None else None,
        letter_id=letter.id if letter is not None else None,
        means=classified.means,
        rule=classified.rule,
        considered=[[item.rule, item.hit, item.because] for item in classified.considered],
        because=decision.because,
    )
    return classified, decision.because, effect_names(decision)


def _looks_around(connection: Connection, book: Book, message: IncomingMessage, senders: Iterable[Person]) -> bool:
    """Whether a mail may concern anybody of the program: its words name people or look for somebody, or answer such a walk."""
    wide = {item.name: item.opens for item in book.rules.ladders.values() if item.everybody}
    words = {f"word:{command.word}" for command in message.commands}
    if (book.consents and words & _NAMING) or words & set(wide.values()):
        return True
    return bool(wide) and cases.stands_in(connection, book.program.key, tuple(wide), [item.id for item in senders])


def letter_answered(connection: Connection, key: bytes, message: IncomingMessage) -> Letter | None:
    """The letter a message is about: by its token, then by thread, for a report by the Message-ID that came back."""
    if message.bounce is not None and message.bounce.original_message_id:
        found = outbox.by_message_id(connection, [message.bounce.original_message_id])
        if found is not None:
            return found
    number = _number_answered(key, message)
    if number is not None:
        return outbox.by_id(connection, number)
    return outbox.by_message_id(connection, [*message.in_reply_to, *message.references])


def _number_answered(key: bytes, message: IncomingMessage) -> int | None:
    number = unseal(key, message.token) if message.token else None
    if number is not None:
        return number
    threaded = (of_message_id(key, value) for value in reversed((*message.references, *message.in_reply_to)))
    return next((item for item in threaded if item is not None), None)


def _left_after_all(
    connection: Connection, book: Book, key: bytes, message: IncomingMessage, senders: Iterable[Person]
) -> Letter | None:
    """An answer to a letter of ours that a restored database does not know: it is the one decided anew, which may have left.

    Its reader holds it, so it did. It is known by its subject, and so proves nothing about who writes.
    """
    if message.origin is not Origin.HUMAN or _number_answered(key, message) is None:
        return None
    subject = message.subject.casefold()
    for found in outbox.unsure(connection, [person.id for person in senders]):
        if found.subject and subject.endswith(found.subject.casefold()):
            outbox.count_as_sent(connection, found, perhaps_twice=False)
            had_left(connection, book, found.id)
            return outbox.by_id(connection, found.id)
    return None


def proof_of(
    message: IncomingMessage,
    senders: Iterable[Person],
    letter: Letter | None,
    now: datetime,
    *,
    confirmed: bool,
    dead: bool = False,
) -> Proof:
    """How well the sender is proved (CONTRACT.md section 9): a letter's token counts only from its addressee, and not for ever.

    `dead`: it told something under a release that was rescinded since.
    """
    known = tuple(senders)
    if not known:
        return Proof.UNKNOWN
    if confirmed:
        return Proof.CONFIRMED
    fresh = letter is not None and now - letter.date <= _TOKEN_LASTS and not dead
    if message.token and letter is not None and fresh and any(person.id == letter.to_id for person in known):
        return Proof.TOKEN
    return Proof.AUTHENTICATED if message.authenticated else Proof.CLAIMED


def _dead(connection: Connection, book: Book, letter: Letter | None) -> bool:
    return letter is not None and book.consents and releases.under_rescinded(connection, letter.id)


def _likely(senders: tuple[Person, ...], letter: Letter | None) -> Person | None:
    if letter is not None:
        for person in senders:
            if person.id == letter.to_id:
                return person
    return senders[0] if len(senders) == 1 else None


def _looks_at_everybody(means: str, message: IncomingMessage, senders: Iterable[Person]) -> bool:
    """Whether anybody of the program may be meant; a coordinator's form is about mentors who come with the coordinator."""
    if means == "form" and not any(person.roles & _FOR_ALL for person in senders):
        return _names_anybody(message, senders)
    return means in _WHOLE or _names_anybody(message, senders)


def _words_of(message: IncomingMessage) -> str:
    """Everything in which a message can name somebody: its text, its commands and what they were read from, rows of a form."""
    told = [str(value) for command in message.commands for value in (command.about, command.text, *command.arguments.values())]
    rows = [text for row in message.form for text in (row.mentor, *row.mentees)]
    return "\n".join((" ".join(message.new_text.split()), message.subject, *told, *message.about, *rows))


def _case(connection: Connection, letter: Letter | None) -> Case | None:
    if letter is None or letter.case_id is None:
        return None
    return cases.by_id(connection, letter.case_id)


def _names_anybody(message: IncomingMessage, senders: Iterable[Person]) -> bool:
    """Whether a mail may name anybody, as some words do, and the lines of those with a duty: then everybody is looked at."""
    if any(command.word in _OF_EVERYBODY for command in message.commands):
        return True
    if not any(person.roles & DUTIES for person in senders):
        return False
    return any(command.word in _ABOUT_ANYBODY or command.about for command in message.commands)


def _named_addresses(message: IncomingMessage, senders: Iterable[Person]) -> tuple[str, ...]:
    """Addresses that a mail's commands and form rows name, so that the people behind them can be looked at.

    Of somebody with a duty also those it was written to: it may be a copy of their own mail.
    """
    found = [str(value) for command in message.commands for value in command.arguments.values() if "@" in str(value)]
    found += [row.mentor for row in message.form if "@" in row.mentor]
    if any(person.roles & DUTIES for person in senders):
        found += message.addressed[:20]
    return tuple(value.strip("<> ").lower() for value in found)


def _roster(
    connection: Connection, book: Book, message: IncomingMessage, means: str
) -> tuple[tuple[RosterRow, ...], tuple[str, ...]]:
    if means not in ("roster", "kit") or not message.sheets:
        return (), ()
    rows: list[RosterRow] = []
    problems: list[str] = []
    for sheet in message.sheets:
        if not is_roster(sheet.rows):
            continue
        known = frozenset(person.email.lower() for person in people.everybody(connection, book.program.key))
        found, flaws = sift_rows(sheet.rows, sheet.source, known, order=book.program.date_order)
        rows.extend(found)
        problems.extend(f"{flaw.what} ({flaw.advice})" for flaw in flaws)
    return tuple(rows), tuple(problems)
