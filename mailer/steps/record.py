"""A decision becomes memory, in the transaction of the caller: walks, people, evidence, and letters with their exact words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import assert_never

from db import cases, conversations, evidence, forgetting, journal, outbox, people
from db.engine import Connection
from db.records import Letter, LetterState, Situation
from mailer.core.world.leaks import Leak
from mailer.letters.errors import Unsendable
from mailer.model.classes import permits
from mailer.model.consent import AddRelease, CountAnswers, EndRelease, NotKept
from mailer.model.decision import (
    AddAgreement,
    AddAlias,
    AddEvent,
    AddMatch,
    AddNote,
    AddPerson,
    AnswerAgain,
    BringForward,
    Decision,
    Effect,
    Enqueue,
    Forget,
    LetterBounced,
    NotesTold,
    Park,
    PutAnswers,
    PutCase,
    PutConversation,
    PutForm,
    PutLetter,
    PutMatch,
    PutPerson,
    Say,
    TakeBack,
    Withdraw,
)
from mailer.model.disclosure import TOLD
from mailer.steps.book import Book
from mailer.steps.consents import DISCLOSES, had_left, keep_consent, real_ids
from mailer.steps.drafts import Draft, Drafts
from mailer.steps.held import tell_held
from mailer.steps.samples import with_samples
from mailer.steps.second_look import Told, leaks, told_by, veiled_facts, watch_of
from mailer.steps.stationery import NOTICE, SHEET, SHEET_NAME, UNDO, finish, identity, needed, row_of, spoken
from mailer.steps.stopped import state_of


def record(
    connection: Connection,
    book: Book,
    key: bytes,
    situation: Situation,
    decision: Decision,
    now: datetime,
    *,
    stimulus: str,
    journal_id: int | None = None,
    case_id: int | None = None,
    person_id: int | None = None,
    drafts: Drafts | None = None,
) -> bool:
    """Write everything a decision asks for; True if the message it is about is parked for a human."""
    program = book.program.key
    parked = False
    letters: list[Enqueue] = []
    numbers: dict[int, int] = {}  # what stands for an id in this decision -> the id
    for effect in decision.effects:
        match effect:
            case Enqueue():
                letters.append(effect)
            case Park():
                parked = True
            case Withdraw():
                # Letters of this same decision are written below, after what they replace was withdrawn.
                number = cases.id_of(connection, program, effect.case_key) if effect.case_key else None
                if not effect.case_key or number is not None:
                    outbox.withdraw(
                        connection, program, case_id=number, to_id=effect.to_id, names=effect.letters, because=effect.because
                    )
            case _:
                _remember(connection, book, key, effect, now, journal_id, numbers)
    number = evidence.add_decision(
        connection,
        program,
        now,
        stimulus,
        decision.because,
        [_named(effect) for effect in decision.effects],
        book.digest,
        message_id=journal_id,
        case_id=case_id,
        person_id=person_id,
    )
    if letters:
        if numbers:
            letters = [replace(item, undo=real_ids(item.undo, numbers)) for item in letters]
        _enqueue(connection, book, key, situation, letters, now, number, drafts)
    return parked


def _remember(
    connection: Connection, book: Book, key: bytes, effect: Effect, now: datetime, journal_id: int | None, numbers: dict[int, int]
) -> None:
    program = book.program.key
    match effect:
        case PutCase():
            values = {
                "ladder": effect.ladder,
                "state": effect.state,
                "owner": effect.owner,
                "about": effect.about,
                "subject_id": effect.subject_id,
                "match_id": numbers.get(effect.match_id or 0, effect.match_id),
                "due_at": effect.due_at,
                "entered_at": effect.entered_at,
                "data": dict(effect.data),
            }
            cases.put_case(connection, program, effect.key, values, now, closed=effect.closed)
        case PutLetter():
            outbox.put_letter(connection, effect.id, effect.state, effect.not_before, effect.because, now if effect.anew else None)
            if effect.state == LetterState.SENT.value:
                had_left(connection, book, effect.id)
        case PutPerson():
            people.change_person(connection, effect.id, effect.changes)
        case AddPerson():
            _add_person(connection, program, effect, state_of(connection, key, program, effect))
        case AddAlias():
            people.add_alias(connection, program, effect.person_id, effect.address)
        case AddMatch():
            _add_match(connection, program, effect, numbers, now)
        case PutMatch():
            people.change_match(connection, numbers.get(effect.id, effect.id), effect.state, effect.handed_over_on)
        case AddEvent():
            evidence.add_event(
                connection, program, effect.person_id, effect.kind, effect.on, now, effect.how, journal_id, effect.letter_id
            )
        case AddAgreement():
            given = (effect.person_id, effect.kind, effect.version, effect.text, effect.on)
            evidence.add_agreement(connection, program, *given, now, journal_id, effect.answer)
        case PutAnswers():
            evidence.add_answers(
                connection, program, effect.person_id, effect.letter, effect.month, effect.answers, effect.text, now, journal_id
            )
        case PutForm():
            evidence.put_form(connection, program, _form(book, effect))
        case PutConversation():
            row = {**asdict(effect), "message_id": journal_id}
            (conversations.add_row if row.pop("new") else conversations.change_row)(connection, program, row)
        case AddNote():
            facts = spoken(book.notes, effect.facts)
            assert isinstance(facts, dict)
            evidence.add_note(connection, program, effect.to_id, effect.kind, facts, now)
        case NotesTold():
            evidence.notes_told(connection, effect.ids, now)
            if book.consents:
                evidence.forget_notes(connection, effect.ids)
        case LetterBounced():
            evidence.letter_bounced(connection, effect.letter_id, now)
        case BringForward():
            cases.bring_forward(connection, program, effect.ladder, effect.state, effect.due_at, effect.match_id)
        case AnswerAgain():
            journal.answer_again(connection, effect.journal_id)
        case AddRelease() | EndRelease() | CountAnswers():
            keep_consent(connection, program, effect, now)
        case NotKept():
            assert journal_id is not None
            journal.forget_bytes(connection, journal_id)
        case Forget():
            value = f"{effect.by_id} {now.isoformat()}" if effect.wanted else ""
            evidence.set_fact(connection, forgetting.wish_name(program, effect.person_id), value)
        case TakeBack():
            outbox.take_back(connection, program, effect.letters, effect.message)
            for letter_id, state in effect.withdrawn:
                outbox.set_state(connection, letter_id, LetterState(state), only_from=(LetterState.CANCELLED,), last_error="")
            evidence.take_back(connection, program, effect.message, effect.at, effect.events, effect.notes)
        case Enqueue() | Withdraw() | Park():
            return
        case _:
            assert_never(effect)


def _add_match(connection: Connection, program: str, effect: AddMatch, numbers: dict[int, int], now: datetime) -> None:
    pair = [people.by_address(connection, program, (address,)) for address in (effect.mentor, effect.mentee)]
    mentors = [person for person in pair[0] if "mentor" in person.roles]
    mentees = [person for person in pair[1] if person.roles & {"mentee", "participant"}]
    if not mentors or not mentees:
        return
    if effect.proposed:
        numbers[effect.number] = people.propose_match(connection, program, mentors[0].id, mentees[0].id, effect.since)
    else:
        people.add_match(connection, program, mentors[0].id, mentees[0].id, effect.since, effect.handed_over_on)
        if effect.release is not None:
            paper = replace(effect.release, giver_id=mentees[0].id, recipient_id=mentors[0].id)
            keep_consent(connection, program, paper, now)


def _add_person(connection: Connection, program: str, effect: AddPerson, state: str) -> None:
    row = effect.row
    coordinators = people.by_address(connection, program, (row.coordinator,)) if row.coordinator else ()
    coordinator = next((person.id for person in coordinators if person.roles & {"coordinator", "clinical_coordinator"}), None)
    approved = row.extra.get("approved_on")
    people.add_person(
        connection,
        program,
        name=row.name,
        email=row.email,
        role=row.role,
        state=state,
        phone=row.phone,
        timezone=row.timezone,
        since=row.since,
        coordinator_id=coordinator,
        approved_on=date.fromisoformat(str(approved)) if approved else None,
        extra={key: value for key, value in row.extra.items() if key != "approved_on"},
    )


def _form(book: Book, effect: PutForm) -> dict[str, object]:
    return {
        "month": effect.month,
        "coordinator_id": effect.coordinator_id,
        "mentor_id": effect.mentor_id,
        "attempted": [day.isoformat() for day in effect.attempted],
        "contact_made": effect.contact_made,
        "mentees": list(effect.mentees),
        "summary": effect.summary,
        "issues": effect.issues,
        "sent_at": effect.sent_at,
        **({"noted": [[kind, str(spoken(book.notes, words))] for kind, words in effect.noted]} if effect.noted is not None else {}),
    }


def _named(effect: Effect) -> str:
    """An effect for the journal of decisions: its word and its natural key, never anybody's words."""
    for name in ("key", "case_key", "kind", "ladder"):
        value = getattr(effect, name, "")
        if value:
            return f"{type(effect).__name__} {value}"
    return type(effect).__name__


def effect_names(decision: Decision) -> tuple[str, ...]:
    """What a decision does, for people who watch."""
    return tuple(_named(effect) for effect in decision.effects)


def _enqueue(
    connection: Connection,
    book: Book,
    key: bytes,
    situation: Situation,
    letters: Sequence[Enqueue],
    now: datetime,
    decision_id: int,
    drafts: Drafts | None,
) -> None:
    program = book.program
    known = outbox.known_keys(connection, program.key, [item.key for item in letters])
    fresh = list({item.key: item for item in reversed(letters) if item.key not in known}.values())[::-1]
    case_ids = {name: cases.id_of(connection, program.key, name) for name in {item.case_key for item in fresh if item.case_key}}
    rows: list[dict[str, object]] = []
    kept: set[str] = set()
    watch = watch_of(connection, book)
    for wanted, number in zip(fresh, outbox.next_ids(connection, program.key, [item.key for item in fresh]), strict=True):
        item = wanted
        template = book.letters.get(item.letter)
        person = situation.people.get(item.to_id) if item.to_id is not None else None
        facts: dict[str, object] = {}
        trouble = ""
        if template is None:
            trouble = f"there is no letter {item.letter} in templates/email"
        elif not permits(book.rules.policy.word("involvement"), template.kind):
            trouble = f"letters of the class {template.kind or 'none'} are not sent by this program (involvement)"
        told: Told = []
        leaked: tuple[Leak, ...] = ()
        if template is not None:
            if item.sheet:
                item = replace(item, sheet=tuple(tuple(str(spoken(book.notes, cell)) for cell in row) for row in item.sheet))
            veiled = veiled_facts(watch, book, item, template.kind)
            item = item if veiled is item.facts else replace(item, facts=veiled)
            chosen = with_samples(book, needed(item.facts, template))
            told = told_by(book, template, chosen)
            read = spoken(book.notes, chosen)
            assert isinstance(read, dict)
            facts = {**read, TOLD: told} if told else read
            if template.digest not in kept:
                kept.add(template.digest)
                outbox.keep_template(connection, template.digest, program.key, item.letter, book.sources[template.digest])
        if item.discloses is not None:
            facts[DISCLOSES] = asdict(item.discloses)
            if book.rules.policy.values.get("covered_program"):  # 42 CFR 2.32: with every disclosure made with consent
                facts[NOTICE] = str(spoken(book.notes, Say("part2_notice")))
        if item.sheet:
            facts[SHEET] = [list(row) for row in item.sheet]
            facts[SHEET_NAME] = item.sheet_name or f"form-{item.not_before:%Y-%m}"
        if item.undo:
            facts[UNDO] = dict(item.undo)
        letter = Letter(
            id=number,
            program=program.key,
            key=item.key,
            name=item.letter,
            to_address=item.to_address or (person.email if person is not None else program.inbox),
            state=LetterState.HELD if item.hold or trouble else LetterState.WAITING,
            message_id=identity(program, key, number),
            date=max(item.not_before, now),
            not_before=item.not_before,
            to_id=item.to_id,
            case_id=case_ids.get(item.case_key),
            attempt=item.attempt,
            facts=facts,
            template=template.digest if template is not None else "",
            in_reply_to=item.answers_message or item.thread,
            because=item.because,
            last_error=trouble or (item.because if item.hold else ""),
        )
        if template is not None:
            try:
                done = finish(book, template, key, letter)
                letter = replace(letter, sha256=done.sha256, subject=done.rendered.subject)
                leaked = leaks(watch, book, template, item, told, done.rendered)
                for leak in leaked:
                    trouble = f"it would say the {leak.field} of somebody: {leak.rule}"
                    letter = replace(letter, state=LetterState.HELD, last_error=trouble)
                if drafts is not None:
                    drafts.keep(number, Draft(done.raw, done.sha256, done.reply_to))
            except Unsendable as error:
                letter = replace(letter, state=LetterState.HELD, last_error=str(error))
                trouble = letter.last_error
        if trouble:
            tell_held(connection, program.key, letter.name, trouble, now, digests_too=bool(leaked))
        rows.append(row_of(letter, decision_id))
    outbox.add_letters(connection, rows)
