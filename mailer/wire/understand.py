"""Reads one raw message as a careful person would: who or what wrote it, and what is meant by the words.

Bytes in, `IncomingMessage` out; nothing is looked up and nothing is raised. Nothing a machine wrote is read as words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from mailer.model.mail import Attachment, Command, IncomingMessage, Origin, Parsed, Sheet
from mailer.model.program import Program, Vocabulary
from mailer.wire import safety
from mailer.wire.addresses import addresses, message_ids, parse_date, sender
from mailer.wire.answers import find as answers_in
from mailer.wire.authres import passes
from mailer.wire.autoreply import away_until
from mailer.wire.bounces.read import read_bounce
from mailer.wire.by_hand import by_hand
from mailer.wire.commands.offered import Offered
from mailer.wire.commands.phrases import fold, greets, only_polite, tokens_of
from mailer.wire.commands.read import read_commands
from mailer.wire.commands.small import with_capitals
from mailer.wire.forms.find import Form, find_form
from mailer.wire.forms.headings import is_results, is_roster
from mailer.wire.forms.tables import cells_of, comma_cells
from mailer.wire.kit import read_links
from mailer.wire.machines import OwnMail, origin
from mailer.wire.parse import parse
from mailer.wire.parting import would_rather_stop
from mailer.wire.quoting.split import Split, split
from mailer.wire.sheets.read import read_sheets
from mailer.wire.spoken import about_lines, spoken_days
from mailer.wire.tokens import find as find_tokens
from mailer.wire.understand_body import Tables, body_of, tables_of
from mailer.wire.words import listed

# Everyday words that are no commands where they answer a question of ours.
_EVERYDAY = listed("YES NO OK RIGHT DONE AGREE SINCE TEAM FULL AGAIN END RETURN KIND DAY REFUSE CLOSE") | {
    "NOT DONE",
    "NOT NOW",
}
_REPLY = re.compile(
    r"\s{0,4}(?:re|aw|sv|antw|antwort|odp|rif|ref|vs|fw|fwd|wg|tr|rv|enc|回复|答复)\s{0,2}(?:\[\d{1,3}\])?\s{0,2}[:：]\s{0,4}",
    re.IGNORECASE,
)
_FURTHER_ADDRESSES = ("cc", "delivered-to", "x-original-to", "envelope-to")


@dataclass(frozen=True, slots=True)
class Context:
    """What understanding needs to know beside the bytes."""

    key: bytes | None = None  # of our tokens; None where it is unknown
    program: Program | None = None
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    inboxes: frozenset[str] = frozenset()  # every inbox address of ours
    questions: tuple[str, ...] = ()  # of the letter it answers, where that is known
    offered: Offered = field(default_factory=dict)  # the answers that this letter offers, and what it says of each
    named: frozenset[str] = frozenset()  # people of the program whose names the text holds in small letters
    besides: bool = False  # whether lines that are neither words nor answers are wanted by themselves

    @property
    def order(self) -> str:
        return self.program.date_order if self.program else "mdy"

    @property
    def domain(self) -> str:
        """The domain of our Message-IDs."""
        inbox = self.program.inbox if self.program else next(iter(sorted(self.inboxes)), "")
        return inbox.rpartition("@")[2].lower()

    @property
    def addresses(self) -> frozenset[str]:
        return self.inboxes | ({self.program.inbox} if self.program else frozenset())


class Opened(NamedTuple):
    """A message taken apart, to be read more than once: again when it is known which letter it answers."""

    parsed: Parsed
    words: Split


def opened(raw: bytes) -> Opened:
    """A message taken apart. Never raises."""
    parsed = parse(raw)
    return Opened(parsed, split(parsed))


def understand(raw: bytes | Opened, *, received_at: datetime, book: Context) -> IncomingMessage:
    """All that can be understood of a message without looking anything up.

    `received_at` is aware; days are read relative to the message's own Date, or to it where there is none. Never raises;
    takes less than a second for a megabyte.
    """
    message = opened(raw) if isinstance(raw, bytes) else raw
    parsed, words = message.parsed, message.words
    name, address = sender(parsed)
    headers = parsed.by_name

    def first(header: str) -> str:
        return headers[header][0] if header in headers else ""

    dated = parse_date(first("date"))
    sent = _day(dated or received_at, book)
    subject = " ".join(first("subject").split())
    kind, because = origin(parsed, words.new_text, OwnMail(book.addresses, book.domain, book.key or b""))
    human = kind is Origin.HUMAN
    read = _human(parsed, words, subject, sent, book) if human else _Read()
    trusted = book.program.trusted_server if book.program else ""
    addressed = dict.fromkeys([one for value in headers.get("to", ()) for one in addresses(value)])
    return IncomingMessage(
        message_id=next(iter(message_ids(first("message-id"))), ""),
        from_address=address,
        from_name=name,
        to=tuple(
            addressed
            | dict.fromkeys([one for header in _FURTHER_ADDRESSES for value in headers.get(header, ()) for one in addresses(value)])
        ),
        subject=subject,
        date=dated,
        in_reply_to=message_ids(first("in-reply-to")),
        references=message_ids(first("references")),
        origin=kind,
        origin_because=because,
        by_hand=by_hand(parsed, kind),
        token=_token(parsed, book),
        authenticated=bool(address) and passes(parsed, address, trusted) is True,
        authentication_given="authentication-results" in headers,
        new_text=words.new_text,
        quoted_text=words.quoted_text,
        forwarded=words.forwarded,
        commands=read.commands,
        unknown_lines=read.unknown,
        answers=read.answers,
        sure=read.sure,
        form=read.form.rows,
        about=read.about,
        spoke=read.spoke,
        besides=read.besides,
        bounce=read_bounce(parsed) if kind is Origin.BOUNCE else None,
        away_until=_away(kind, read.commands, words, subject, sent, book),
        safety=read.safety,
        links=read.links,
        sheets=read.sheets,
        attachments=_attachments(parsed, read),
        problems=(*parsed.problems, *read.problems, *read.form.problems),
        parting=read.parting,
        addressed=tuple(addressed),
    )


def _day(moment: datetime, book: Context) -> date:
    """The sender's own day; the program's where the mail program wrote UTC, as Outlook and web mail do."""
    return moment.astimezone(book.program.timezone).date() if book.program and not moment.utcoffset() else moment.date()


_NONE: Mapping[str, str] = {}
_NO_DAY: Mapping[str, date] = {}
_NO_FORM = Form()


class _Read(NamedTuple):
    """What was read from a person's own words and attachments."""

    commands: tuple[Command, ...] = ()
    unknown: tuple[str, ...] = ()
    answers: Mapping[str, str] = _NONE
    sure: Mapping[str, str] = _NONE
    form: Form = _NO_FORM
    about: Mapping[str, str] = _NONE
    spoke: Mapping[str, date] = _NO_DAY
    besides: tuple[str, ...] = ()
    links: Mapping[str, str] = _NONE
    safety: bool = False
    parting: bool = False
    sheets: tuple[Sheet, ...] = ()
    problems: tuple[str, ...] = ()


def _human(parsed: Parsed, words: Split, subject: str, sent: date, book: Context) -> _Read:
    sheets, problems = read_sheets(parsed)
    body = body_of(words, bool(book.questions))
    found_tables = tables_of(parsed)
    form = find_form(found_tables, body, sheets, sent=sent, order=book.order)
    answers = answers_in.find_answers(body, book.questions) if not form.rows else answers_in.Answers()
    left = body.new_text.split("\n")
    if form.lines:
        left = ["" if number in form.lines else line for number, line in enumerate(left, 1)]
    if book.named:
        left = [with_capitals(line, book.named) for line in left]
    said = "" if words.unsure else "\n".join(left)  # below an attribution nothing is a command, even if all else is empty
    commands, unknown = read_commands(said, book.vocabulary, sent=sent, order=book.order, offered=book.offered)
    if answers.lines:
        commands = tuple(one for one in commands if one.word not in _EVERYDAY or one.text not in answers.lines)
        unknown = tuple(line for line in unknown if line.partition(" ~ ")[0] not in answers.lines)
    replies = _REPLY.match(subject) is not None
    if not replies and not words.new_text.strip():
        # A letter's link "stop these letters" may put the word into the subject and nothing into the body.
        commands, unknown = read_commands(subject, book.vocabulary, sent=sent, order=book.order)
    taken = {number for one in commands for number in _lines_of(one)}
    about = about_lines(left, taken, answers.lines)
    own = words.own_text
    if answers.values or form.rows or not replies:
        rows = [f"{row.summary}\n{row.issues}" for row in form.rows]
        own = "\n".join([own, *answers.values.values(), *rows, *(() if replies else (subject,))])
    return _Read(
        commands,
        unknown,
        answers.values,
        answers.sure,
        form,
        about,
        spoken_days(about, sent=sent, order=book.order),
        _besides(left, taken, {*answers.lines, *(line.partition(" ~ ")[0] for line in unknown)})
        if book.besides or commands
        else (),
        read_links(body.new_text, book.vocabulary),
        bool(safety.find(own, book.vocabulary)),
        not form.rows and all(one.word != "STOP" for one in commands) and would_rather_stop(words.own_text, book.vocabulary),
        (*sheets, *_pasted(found_tables, body.new_text)),
        (*problems, *body.problems, *_contradictions(commands)),
    )


# Words of which only one can be meant, for the same person.
_OPPOSITES = (
    ("CONFIRM", "REOPEN"), ("CONFIRM", "HOLD"), ("YES", "NO"), ("REACHED", "NOT REACHED"), ("DONE", "NOT DONE"),
    ("AGREE", "REFUSE"), ("RESOLVED", "REMAINING"), ("FULL", "RETURN"),
)  # fmt: skip


def _contradictions(commands: Sequence[Command]) -> tuple[str, ...]:
    """A sentence for each two words that contradict each other; both are told, as nobody can know which was meant."""
    if len(commands) < 2:
        return ()
    about: dict[tuple[str, object], set[str]] = {}
    for command in commands:
        about.setdefault((command.about, command.arguments.get("who")), set()).add(command.word)
    return tuple(
        f"the message says both {one} and {other}: write again the one that is meant, alone"
        for said in about.values()
        for one, other in _OPPOSITES
        if one in said and other in said
    )


def _lines_of(command: Command) -> range:
    """The lines of new_text a command took, as far as "about" lines must be kept from them."""
    below = (
        len(command.arguments) if command.word == "MENTORSHIP APPLICATION" else str(command.arguments.get("text", "")).count("\n")
    )
    return range(command.line, command.line + below + 1)


def _besides(lines: Sequence[str], taken: set[int], read: set[str]) -> tuple[str, ...]:
    """The lines that are left when words, answers, greetings, thanks and kept quotations are taken out."""
    found: list[str] = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text in ("--", ""):
            if text and line in ("-- ", "--"):
                break
            continue
        if (
            number not in taken
            and text not in read
            and text[0] != ">"
            and not greets(text)
            and not only_polite(tokens_of(text[:200]))
        ):
            found.append(text)
    return tuple(found)


def _pasted(found_tables: Tables, new_text: str) -> tuple[Sheet, ...]:
    """Rosters pasted into the message itself, as an HTML table or as rows of text."""
    for table in found_tables:
        if table and is_roster(table[0]):
            return (Sheet("html", table),)
    folded = fold(new_text).replace("'", "")
    if "mail" not in folded and "address" not in folded:  # every roster has a heading with one of these: see `is_roster`
        return ()
    lines = new_text.split("\n")
    for at, line in enumerate(lines[:200]):
        head = cells_of(line) or comma_cells(line)
        if head and is_roster(head):
            barred = bool(cells_of(line))
            rows: list[tuple[str, ...]] = [head]
            for following in lines[at + 1 : at + 5000]:
                cells = cells_of(following) if barred else comma_cells(following)
                if not cells:
                    break
                if any(letter.isalnum() for letter in following):
                    rows.append(cells)
            return (Sheet("text", tuple(rows)),) if len(rows) > 1 else ()
    return ()


def _token(parsed: Parsed, book: Context) -> str:
    if book.key is None:
        return ""
    for inbox in sorted(book.addresses):
        found = find_tokens(parsed, book.key, inbox)
        if found:
            return found[0].token
    return ""


def _away(kind: Origin, commands: Sequence[Command], words: Split, subject: str, sent: date, book: Context) -> date | None:
    """The last day away: an automatic reply's, or the one a person named with AWAY."""
    if kind is Origin.AUTO_REPLY:
        return away_until(words.new_text or words.quoted_text, subject, sent, book.order)
    for command in commands:
        until = command.arguments.get("until")
        if command.word == "AWAY" and isinstance(until, date):
            return until
    return None


def _attachments(parsed: Parsed, read: _Read) -> tuple[Attachment, ...]:
    uses: dict[str, str] = {}
    for sheet in read.sheets:
        if sheet.source in read.form.sources:
            uses[sheet.source] = "contact form"
        elif is_roster(sheet.rows[0]):
            uses.setdefault(sheet.source, "roster")
        elif is_results(sheet.rows):
            uses.setdefault(sheet.source, "survey results")
    return tuple(
        Attachment(part.filename, part.type, uses.get(part.filename, ""), len(part.content))
        for part in parsed.parts
        if not part.in_message and (part.filename or part.disposition == "attachment")
    )
