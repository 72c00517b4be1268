"""Deliver: letters whose moment has come are checked once more, handed over on one connection, and recorded in small groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from db import outbox, people, releases
from db.engine import Connection
from db.records import Letter, LetterState, Person
from db.situation import load
from mailer.core.decide import decide
from mailer.core.rounds.lateness import LATE
from mailer.core.telling.writing import may_write_to, reachable
from mailer.core.world.absent import waits_for_return
from mailer.core.world.disclosure import still_allowed
from mailer.core.world.moments import local_day
from mailer.letters.errors import Unsendable
from mailer.letters.template import UNTIL_SENT, LetterTemplate
from mailer.model.classes import permits
from mailer.model.decision import LetterInDoubt, LetterRefused
from mailer.model.disclosure import TOLD
from mailer.model.post import Fate, HandedOver, Outgoing
from mailer.steps.book import Book
from mailer.steps.bookshelf import compile_kept
from mailer.steps.consents import DISCLOSES, account, release_for
from mailer.steps.desk import Desk
from mailer.steps.held import tell_held
from mailer.steps.record import record
from mailer.steps.stationery import finish
from mailer.wire.bounces.texts import Stage, verdict

# Results of one group and the claim of the next are one transaction: after a crash at most this many letters are of unknown fate.
GROUP = 25
_BACKOFF = (60, 300, 900, 1800, 3600, 7200, 14400)  # seconds
_GIVE_UP = timedelta(days=5)
_REST = timedelta(seconds=30)


async def deliver(desk: Desk) -> int:
    """Hand over everything that is due; gives how many letters left."""
    sent = 0
    with desk.store.reading() as connection:
        total = outbox.waiting_count(connection, desk.now())
    if not total:
        return 0
    values: list[dict[str, Any]] = []
    refused: list[tuple[Letter, HandedOver]] = []
    told: list[Letter] = []  # letters that have left and told something of somebody by a release
    while True:
        now = desk.now()
        with desk.store.transaction() as connection:
            outbox.settle(connection, values)
            for letter in told:
                account(connection, letter, local_day(now, desk.books[letter.program].program.timezone), now)
            for letter, result in refused:
                if result.fate is Fate.UNSURE:
                    ask_about(connection, desk, letter, now)
                else:
                    _refuse(connection, desk, letter, result, now)
            claimed = () if desk.stopping() else outbox.claim(connection, now, GROUP)
            addressees = people.by_ids(connection, [number for item in claimed for number in _named(item)])
            ready = [item for item in claimed if _still_wanted(connection, desk, item, addressees, now)]
        values, refused, told = [], [], []
        if total > GROUP:
            desk.watcher.progress(sent, max(total, sent))
        if not claimed:
            return sent
        for program in sorted({item.program for item in ready}):
            group = [item for item in ready if item.program == program]
            count, paused = await _hand_over(desk, desk.books[program], group, values, refused)
            left = {value["id"] for value in values if value["state"] == LetterState.SENT.value}
            told += [item for item in group if item.id in left and DISCLOSES in item.facts]
            sent += count
            if paused:
                desk.paused_until[program] = desk.now() + _REST
        if all(program in desk.paused_until for program in {item.program for item in ready}) and ready and not _any_sent(values):
            with desk.store.transaction() as connection:
                outbox.settle(connection, values)
            return sent


def _any_sent(values: Sequence[dict[str, Any]]) -> bool:
    return any(value["state"] != LetterState.WAITING.value for value in values)


def _still_wanted(connection: Connection, desk: Desk, letter: Letter, addressees: Mapping[int, Person], now: datetime) -> bool:
    """The state is checked again at send time: a letter that may not go any more does not leave (HOUSE.md law 5)."""
    rest = desk.paused_until.get(letter.program)
    if letter.program not in desk.books or (rest is not None and rest > now):
        again = rest if rest is not None and rest > now else now + _REST
        outbox.settle(
            connection, [{"id": letter.id, "state": LetterState.WAITING.value, "not_before": again, "tries": letter.tries}]
        )
        return False
    desk.paused_until.pop(letter.program, None)
    rules = desk.books[letter.program].rules
    kind = rules.classes.get(letter.name)
    if kind is not None and not permits(rules.policy.word("involvement"), kind):
        why = f"letters of the class {kind} are not sent by this program (involvement)"
        outbox.settle(connection, [{"id": letter.id, "state": LetterState.HELD.value, "last_error": why}])
        tell_held(connection, letter.program, letter.name, why, now)
        return False
    told = letter.facts.get(TOLD)
    if isinstance(told, list):
        grants = releases.around(connection, _named(letter)) if desk.books[letter.program].consents else ()
        today = local_day(now, rules.program.timezone)
        said = still_allowed(rules, letter.name, told, addressees, reader_id=letter.to_id, grants=grants, on=today)
        if not said.allowed:
            why = f"it may not be told any more: {said.rule}"
            outbox.settle(connection, [{"id": letter.id, "state": LetterState.HELD.value, "last_error": why}])
            tell_held(connection, letter.program, letter.name, why, now, digests_too=True)
            return False
    if letter.to_id is None:
        return True
    person = addressees.get(letter.to_id)
    today = local_day(now, desk.books[letter.program].program.timezone)
    under = release_for(connection, letter, today)
    if isinstance(under, str):
        outbox.settle(connection, [{"id": letter.id, "state": LetterState.CANCELLED.value, "last_error": under}])
        return False
    late = letter.tries == 0 and not letter.perhaps_twice and now - letter.not_before > LATE
    away = person is not None and waits_for_return(rules, letter, person, today)
    if person is not None and may_write_to(reachable(person, letter), kind) and not late and not away:
        return True
    situation = load(connection, letter.program, now, letter_=letter)
    decision = decide(situation, LetterInDoubt(), rules, now)
    if not decision.effects:
        if person is not None:
            return True
        gone = {"id": letter.id, "state": LetterState.CANCELLED.value, "last_error": "its addressee is not known any more"}
        outbox.settle(connection, [gone])
        return False
    # Claimed and not handed over: it has been tried as often as before.
    outbox.settle(connection, [{"id": letter.id, "tries": letter.tries}])
    record(
        connection,
        desk.books[letter.program],
        desk.key,
        situation,
        decision,
        now,
        stimulus="late",
        case_id=letter.case_id,
        person_id=letter.to_id,
    )
    return False


def _named(letter: Letter) -> Iterator[int]:
    """The people a letter goes to and speaks of."""
    if letter.to_id is not None:
        yield letter.to_id
    told = letter.facts.get(TOLD)
    yield from (item[0] for item in told) if isinstance(told, list) else ()


async def _hand_over(
    desk: Desk, book: Book, letters: Sequence[Letter], values: list[dict[str, Any]], refused: list[tuple[Letter, HandedOver]]
) -> tuple[int, bool]:
    by_id: dict[int, tuple[Letter, Outgoing]] = {}
    for letter in letters:
        made = _bytes_of(desk, book, letter)
        if isinstance(made, str):
            values.append({"id": letter.id, "state": LetterState.HELD.value, "last_error": made})
            desk.watcher.trouble(book.program, f"letter {letter.id} ({letter.name}) is held: {made}")
        else:
            by_id[letter.id] = (made[0], made[1])
            if made[0].sha256 != letter.sha256:
                values.append(
                    {"id": letter.id, "sha256": made[0].sha256, "template": made[0].template, "state": LetterState.SENDING.value}
                )
    sent, paused = 0, False
    if not by_id:
        return 0, False
    async for result in desk.posts[book.program.key].send([outgoing for _, outgoing in by_id.values()]):
        letter, outgoing = by_id.pop(result.letter_id)
        value, is_refused, is_paused = _outcome(book, letter, result, desk.now())
        values.append(value)
        paused = paused or is_paused
        if is_refused:
            refused.append((letter, result))
        if result.fate is Fate.SENT:
            if (template := book.letters.get(letter.name)) is not None and template.keep == UNTIL_SENT:
                value["facts"] = {}
            sent += 1
            desk.contacts[f"smtp/{book.program.key}"] = desk.now()
            desk.watcher.left(book.program, replace(letter, sent_at=value["sent_at"]), outgoing.raw)
        elif result.fate is not Fate.PAUSED or not by_id:
            desk.watcher.trouble(
                book.program, f"letter {letter.id} ({letter.name}): {result.fate.value} {result.code} {result.status}".strip()
            )
    return sent, paused


def _bytes_of(desk: Desk, book: Book, letter: Letter) -> tuple[Letter, Outgoing] | str:
    """The frozen letter's bytes, exactly those decided; a sentence instead where they cannot be had."""
    draft = desk.drafts.take(letter.id)
    if draft is not None and draft.sha256 == letter.sha256:
        return letter, Outgoing(letter.id, draft.reply_to, letter.to_address, draft.raw)
    template = _template(desk, book, letter)
    if template is None:
        return "the words it was written from are gone"
    try:
        done = finish(book, template, desk.key, letter)
    except Unsendable as error:
        return str(error)
    if done.sha256 != letter.sha256:
        if letter.tries or letter.perhaps_twice:
            return "its bytes would differ from those already handed over"
        letter = replace(letter, sha256=done.sha256, template=template.digest)
    return letter, Outgoing(letter.id, done.reply_to, letter.to_address, done.raw)


def _template(desk: Desk, book: Book, letter: Letter) -> LetterTemplate | None:
    current = book.letters.get(letter.name)
    if current is not None and current.digest == letter.template:
        return current
    with desk.store.reading() as connection:
        source = outbox.template_source(connection, letter.template)
    kept = compile_kept(source) if source is not None else None
    if kept is not None and kept.digest == letter.template:
        return kept
    return None if letter.tries else current  # another renderer by now, and never tried: written anew


def _outcome(book: Book, letter: Letter, result: HandedOver, now: datetime) -> tuple[dict[str, Any], bool, bool]:
    said = f"{result.code} {result.status}".strip()
    match result.fate:
        case Fate.SENT:
            return {"id": letter.id, "state": LetterState.SENT.value, "sent_at": now, "last_error": ""}, False, False
        case Fate.TRY_AGAIN:
            if now - letter.date > _GIVE_UP:
                return {"id": letter.id, "state": LetterState.FAILED.value, "last_error": f"given up after {said}"}, True, False
            again = now + timedelta(seconds=_BACKOFF[min(letter.tries, len(_BACKOFF) - 1)])
            return {"id": letter.id, "state": LetterState.WAITING.value, "not_before": again, "last_error": said}, False, False
        case Fate.REFUSED:
            return {"id": letter.id, "state": LetterState.FAILED.value, "last_error": said}, True, False
        case Fate.UNSURE:
            held = book.rules.policy.word("uncertain") == "ask"
            state = LetterState.HELD if held else LetterState.WAITING
            again = now + timedelta(seconds=_BACKOFF[0])
            value = {"id": letter.id, "state": state.value, "not_before": again, "perhaps_twice": True, "last_error": said}
            return value, held, False
        case Fate.PAUSED:
            value = {
                "id": letter.id,
                "state": LetterState.WAITING.value,
                "not_before": now + _REST,
                "tries": max(0, letter.tries),
                "last_error": said,
            }
            return value, False, True


def ask_about(connection: Connection, desk: Desk, letter: Letter, now: datetime) -> None:
    """A letter of which nobody knows whether it left is its owner's to decide (policy `uncertain = "ask"`)."""
    situation = load(connection, letter.program, now, letter_=outbox.by_id(connection, letter.id))
    book = desk.books[letter.program]
    decision = decide(situation, LetterInDoubt(), book.rules, now)
    record(connection, book, desk.key, situation, decision, now, stimulus="unsure", case_id=letter.case_id, person_id=letter.to_id)


def _refuse(connection: Connection, desk: Desk, letter: Letter, result: HandedOver, now: datetime) -> None:
    book = desk.books[letter.program]
    failed = outbox.by_id(connection, letter.id)
    situation = load(connection, letter.program, now, letter_=failed)
    found = verdict((f"{result.code} {result.status} {result.text}",), result.status, str(result.code), Stage.RCPT)
    stimulus = LetterRefused(result.status or str(result.code), permanent=found.permanent, cause=found.cause.value)
    decision = decide(situation, stimulus, book.rules, now)
    record(connection, book, desk.key, situation, decision, now, stimulus="refused", case_id=letter.case_id, person_id=letter.to_id)
