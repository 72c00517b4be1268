"""What came from outside in a recorded past, told again in its order: mail, operators' acts, mail that was not kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from db import cases, evidence, forgetting, journal, outbox, people, story
from db import past as records
from db.engine import Connection, Store
from db.past import Recorded, Row
from db.records import EventKind, Letter, LetterState, MessageState, Situation
from mailer.core.world.forgetting import GONE
from mailer.core.world.moments import local_day
from mailer.model.decision import Decision, RosterRow
from mailer.modes.outbox_desk import Refused, answer_parked, drop_parked, move_letter
from mailer.steps.book import Book
from mailer.steps.forget import part
from mailer.steps.forget_wanted import TOLD, tell
from mailer.steps.journalled import NOT_KEPT, ROSTER, from_plain, take_roster
from mailer.steps.record import record
from mailer.steps.stationery import row_of

_ONE_TURN = timedelta(seconds=2)  # what lies closer together than this was one turn
_LONGEST_TURN = timedelta(seconds=60)


Said = tuple[datetime, str, str]  # when, of which program, what


@dataclass(slots=True)
class Moment:
    """One turn of the record, or one act of an operator between two turns."""

    at: datetime
    act: Row | None = None
    messages: list[tuple[Row, Row | None]] = field(default_factory=list)  # decided in this turn, each with its decision


def schedule(past: Recorded, programs: frozenset[str]) -> list[Moment]:
    """The moments of a record in their order; those of one turn are one, and it has the last of them as its own."""
    marks: list[tuple[datetime, int, Row | None]] = [
        (row["at"], 0, row) for row in past.acts if row["program"] in programs and row["what"] != NOT_KEPT
    ]
    marks += [(row["at"], 1, None) for row in past.decisions if row["program"] in programs]
    marks += [(row["at"], 1, None) for row in past.notes if row["program"] in programs]
    marks += [(one.sent_at, 1, None) for one in past.letters if one.sent_at is not None and one.program in programs]
    found: list[Moment] = []
    first: datetime | None = None
    for at, _, act in sorted(marks, key=lambda mark: mark[:2]):
        last = found[-1] if found else None
        together = last is not None and last.act is None and first is not None and at - last.at <= _ONE_TURN
        if act is not None:
            found.append(Moment(at, act))
            first = None
        elif together and last is not None and first is not None and at - first <= _LONGEST_TURN:
            last.at = at
        else:
            found.append(Moment(at))
            first = at
    _spread(found, past, programs)
    return found


def _spread(moments: Sequence[Moment], past: Recorded, programs: frozenset[str]) -> None:
    """Each message to the turn in which it was first decided; one that is not kept, to each in which it was."""
    decided: dict[int, list[Row]] = defaultdict(list)
    for made in past.decisions:
        if made["message_id"] is not None:
            decided[made["message_id"]].append(made)
    turns = [moment for moment in moments if moment.act is None]
    waiting: list[tuple[datetime, int, Row, Row | None]] = []
    for row in past.messages:
        if row["program"] in programs:
            about: Sequence[Row | None] = decided.get(row["id"]) or [None]
            for one in about if not row["is_kept"] else about[:1]:
                waiting.append((one["at"] if one is not None else row["received_at"], row["id"], row, one))
    at = 0
    for due, _, came, decision in sorted(waiting, key=lambda item: item[:2]):
        while at < len(turns) and turns[at].at < due:
            at += 1
        if at < len(turns):
            turns[at].messages.append((came, decision))
    for moment in turns:
        moment.messages.sort(key=lambda item: int(item[0]["id"]))


def _addressed(row: RosterRow) -> RosterRow:
    """Of whoever was forgotten since, only the ref is left: it stands for the name and, like this, for the address."""
    known = {name: value for name, value in row.extra.items() if value != GONE}
    return replace(row, email=_address(row.email), coordinator=_address(row.coordinator), mentor=_address(row.mentor), extra=known)


def _address(written: str) -> str:
    return f"{written.lower()}@forgotten.invalid" if written and "@" not in written else written


def _as_they_stand(past: Recorded, program: str) -> list[RosterRow]:
    """Everybody as they are known today, where the rows of an import were not kept."""
    mentors = {one.mentee_id: past.people[one.mentor_id].email for one in past.matches}
    found: list[RosterRow] = []
    for one in past.people.values():
        looks_after = past.people.get(one.coordinator_id or 0)
        coordinator = looks_after.email if looks_after is not None else ""
        for role in sorted(one.roles) if one.program == program else ():
            mentor = mentors.get(one.id, "") if role in ("mentee", "participant") else ""
            row = RosterRow(one.name, one.email, role, coordinator, mentor, one.phone, one.since, one.timezone, 0, one.extra)
            found.append(row)
    return found


@dataclass(slots=True)
class Teller:
    """Tells acts and unkept mail of a record to the database that lives it, and says what it could not tell."""

    past: Recorded
    twin: Store
    key: bytes
    not_kept: list[Said] = field(default_factory=list)
    undone: list[Said] = field(default_factory=list)
    as_recorded: list[Letter] = field(default_factory=list)  # letters that left, and whose words are gone
    _unkept: Mapping[tuple[int, datetime], Row] = field(init=False)  # by message and moment
    _letters: Mapping[int, Sequence[Letter]] = field(init=False)  # decision -> letters

    def __post_init__(self) -> None:
        self._unkept = {(row["details"]["message"], row["at"]): row for row in self.past.acts if row["what"] == NOT_KEPT}
        letters: dict[int, list[Letter]] = defaultdict(list)
        for letter in self.past.letters:
            letters[self.past.decided_by.get(letter.id, 0)].append(letter)
        self._letters = letters

    def act(self, book: Book, row: Row) -> None:
        """What an operator did."""
        details, at = row["details"], row["at"]
        try:
            match row["what"]:
                case str(what) if what == ROSTER:
                    rows = from_plain(details["people"]) if "people" in details else _as_they_stand(self.past, book.program.key)
                    if "people" not in details:
                        self.not_kept.append((at, row["program"], "the rows of an import"))
                    with self.twin.transaction() as connection:
                        take_roster(
                            connection, book, self.key, [_addressed(row) for row in rows], details.get("by", "operator"), at
                        )
                case "forget":
                    with self.twin.transaction() as connection:
                        found = [story.person_by_ref(connection, ref) for ref in details["refs"]]
                        forgetting.erase_own(connection, [person.id for person in found if person is not None], at)
                case "end matches":
                    with self.twin.transaction() as connection:
                        part(connection, book, self.key, details["person"], at)
                case str(what) if what == TOLD:
                    with self.twin.transaction() as connection:
                        tell(connection, book, self.key, details, at)
                case "export":
                    pass  # nothing was changed by it
                case "admin":
                    with self.twin.transaction() as connection:
                        given = {"name": details["name"], "email": details["email"]}
                        people.add_person(connection, book.program.key, **given, role="admin", state="active")
                case "bad edit":
                    with self.twin.transaction() as connection:
                        for person in people.holding(connection, book.program.key, "admin"):
                            evidence.add_note(connection, book.program.key, person.id, "bad_edit", details, at)
                case "parked answer":
                    answer_parked(self.twin, details["message"], at, confirmed=details["confirmed"])
                case "parked drop":
                    drop_parked(self.twin, details["message"], at)
                case str(what) if what.startswith("outbox "):
                    move_letter(self.twin, details["letter"], what.removeprefix("outbox "), at)
                case str(what):
                    self.not_kept.append((at, row["program"], f"{what} by an operator"))
        except Refused as refusal:
            self.undone.append((at, row["program"], f"{row['what']}: {refusal}"))

    def message(self, connection: Connection, book: Book, row: Row, decision: Row | None, raw: bytes) -> None:
        """A recorded message comes. Where its words are gone, what is known of its decision is taken as it was."""
        if raw:
            state = MessageState.DONE if row["means"] == "duplicate" else MessageState.NEW
            records.put_message(connection, row, raw, state)
            return
        if journal.by_id(connection, row["id"]) is None:
            records.put_message(connection, row, raw, MessageState(row["state"]))
            if row["means"] != "duplicate":
                self.not_kept.append((row["received_at"], row["program"], f"message m{row['id']}"))
        if decision is not None:
            with records.where_it_fits(connection):
                self._unread(connection, book, row, decision)

    def _unread(self, connection: Connection, book: Book, row: Row, decision: Row) -> None:
        program, at = book.program.key, decision["at"]
        act = self._unkept.get((row["id"], at))
        if act is not None:
            done = Decision(tuple(from_plain(act["details"]["effects"])), decision["because"])
            record(connection, book, self.key, Situation(program), done, at, stimulus="mail", journal_id=row["id"])
        elif row["person_id"] is not None:  # whoever wrote did write: nobody calls them silent
            day = local_day(at, book.program.timezone)
            evidence.add_event(connection, program, row["person_id"], EventKind.SIGN_OF_LIFE, day, at, "not kept", row["id"])
        noted = {str(name).removeprefix("AddNote ") for name in decision["effects"] if str(name).startswith("AddNote ")}
        for note in self.past.notes:
            if note["at"] == at and note["program"] == program and note["kind"] in noted:
                records.put_note(connection, note, at)
        self._write(connection, self._letters.get(decision["id"], ()))

    def _write(self, connection: Connection, letters: Sequence[Letter]) -> None:
        """Letters of a decision that cannot be made again, as they were; one whose words are gone has left already."""
        for letter in letters:
            case = self.past.cases.get(letter.case_id or 0)
            number = cases.id_of(connection, case.program, case.key) if case is not None else None
            (own,) = outbox.next_ids(connection, letter.program, [letter.key])
            gone = letter.state is LetterState.SENT and not letter.facts
            state = LetterState.SENT if gone else LetterState.HELD if letter.state is LetterState.HELD else LetterState.WAITING
            values = row_of(replace(letter, id=own, case_id=number, state=state, last_error=""), 0)
            outbox.add_letters(connection, [values | ({"sent_at": letter.sent_at} if gone else {})])
            if gone:
                self.as_recorded.append(letter)
