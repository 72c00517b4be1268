"""Everything about one person, gathered to be handed to that person, and of others nothing they may not know (`mentorpost export`).

Default deny, once more: the other side of a match is what the rules of disclosure let this person read; words of others about
them come veiled; what others set going about them in confidence, a worry or a report, is not told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from db import conversations, evidence, outbox, people, releases, story
from db.engine import Connection, Store
from db.records import DUTIES, Case, Letter, Person, PersonState, Release
from mailer.core.world.disclosure import OF, shown
from mailer.core.world.leaks import HIDDEN, found_in, veiled
from mailer.files.settings import Settings
from mailer.model.classes import LetterClass
from mailer.modes.explain import Unknown
from mailer.modes.explain_words import Words
from mailer.modes.forget import find
from mailer.modes.letter_words import words_of
from mailer.steps.answer import context_of
from mailer.steps.book import Book
from mailer.steps.second_look import watch_of
from mailer.wire.understand import understand

Told = dict[str, object]

_TOKEN = re.compile(r"(?:\+|%2B)[a-z2-7]{20,}(?=@)")  # in a link: it proves a sender, and is no word of a letter
_WITHHELD = "It speaks of other people; its words are not handed over."
_ISSUES = "One line about open issues is kept; it may rest on what others said in confidence. Please ask the program."


def gather(store: Store, settings: Settings, books: Mapping[str, Book], ref: str, now: datetime) -> Told:
    """All of it as plain values for JSON, by program. Raises explain.Unknown."""
    with store.reading() as connection:
        found = find(connection, ref)
        if found[0].state is PersonState.FORGOTTEN:
            raise Unknown(f"{found[0].ref} is forgotten — nothing is kept that could be handed over")
        known = [(person, books[person.program]) for person in found if person.program in books]
        return {
            "person": {"ref": found[0].ref, "name": found[0].name, "address": found[0].email},
            "made_on": now.date().isoformat(),
            "programs": [_Gathering(connection, settings, book, person, now).all() for person, book in known],
        }


def handed_over(store: Store, ref: str, now: datetime) -> None:
    """Journal that it was."""
    with store.transaction() as connection:
        for person in find(connection, ref):
            evidence.add_act(connection, person.program, now, "export", {"person": person.id})


class _Gathering:
    """One person in one program."""

    def __init__(self, connection: Connection, settings: Settings, book: Book, person: Person, now: datetime) -> None:
        self._connection, self._settings, self._book, self._person = connection, settings, book, person
        self._today = now.astimezone(book.program.timezone).date()
        self._watch = watch_of(connection, book)
        self._grants = releases.around(connection, (person.id,))
        self._everybody = {item.id: item for item in people.everybody(connection, book.program.key)}
        self._words = Words({book.program.key: book.program}, {book.program.key: book.rules}, dict(self._everybody))
        self._messages = story.messages_of(connection, person_ids=(person.id,))
        self._own = {item["id"] for item in self._messages}
        self._pairs = story.matches_of(connection, person.id)

    def all(self) -> Told:
        cases = self._cases()
        return {
            "program": self._book.program.name,
            "who_you_are_to_us": self._known(),
            "matches": self._matches(),
            "letters_we_sent": self._letters(),
            "messages_you_sent": self._said(),
            "answers": self._answers(),
            "contacts_noted": [
                {"what": event.kind.value.replace("_", " "), "on": event.on.isoformat()}
                for event in story.events_of(self._connection, (self._person.id,))
            ],
            "contact_forms": self._forms(),
            "agreements": [
                {"to": item.kind.replace("_", " "), "version": item.version, "on": item.on.isoformat()}
                for item in evidence.agreements_of(self._connection, self._person.id)
            ],
            "releases_you_gave": [self._release(item) for item in self._grants if item.giver_id == self._person.id],
            "told_of_you": self._disclosures(),
            "conversation_log": self._log(),
            "cases": [self._case(item) for item in cases],
            "decisions": self._decisions(cases),
            "acts_of_operators": [
                {"at": self._at(act["at"]), "what": act["what"]}
                for act in story.acts(self._connection, self._book.program.key)
                if act["details"].get("person") == self._person.id
            ],
        }

    def _at(self, at: datetime | None) -> str | None:
        return at.astimezone(self._book.program.timezone).isoformat(timespec="minutes") if at is not None else None

    def _other(self, reader: str, about: str, other: Person | None) -> Told:
        """What this person, in a role, may know of somebody now."""
        if other is None:
            return {}
        view = shown(self._book.rules, reader, "", about, other, reader_id=self._person.id, grants=self._grants, on=self._today)
        return {name: value for name, value in view.items() if name != OF}

    def _veiled(self, text: str) -> str:
        return veiled(self._book.rules, self._watch, "", text, reader_id=self._person.id, writer=self._person.name)

    def _by_others(self, text: str) -> str:
        """What somebody else wrote: first names go as well, but of those whom this person knows."""
        return re.sub(r"[^\W\d_]+", lambda word: HIDDEN if word[0] in self._hidden else word[0], self._veiled(text))

    @cached_property
    def _hidden(self) -> frozenset[str]:
        """First names that this person may not know."""
        known = {str(self._first_name_of(other)) for other in self._everybody.values()} | set(self._person.name.split())
        return frozenset({other.first_name for other in self._everybody.values()} - known - {""})

    def _first_name_of(self, other: Person) -> object:
        """Of whom this person may know it: the other side of a match, and who serves the program."""
        pairs = {(match.mentor_id, match.mentee_id) for match in self._pairs}
        if not other.roles & DUTIES and not pairs & {(self._person.id, other.id), (other.id, self._person.id)}:
            return ""
        views = (self._other(reader, about, other) for reader in self._person.roles for about in other.roles)
        return next((view["first_name"] for view in views if "first_name" in view), "")

    def _known(self) -> Told:
        one = self._person
        coordinator = self._everybody.get(one.coordinator_id or 0)
        duty = next((role for role in ("clinical_coordinator", "coordinator") if coordinator and role in coordinator.roles), "")
        role = next(iter(sorted(one.roles - DUTIES)), "") or next(iter(sorted(one.roles)), "")
        days = {"since": one.since, "approved_on": one.approved_on, "away_until": one.away_until}
        days["address_broken_on"] = one.address_broken_on
        return {
            "ref": one.ref,
            "roles": sorted(one.roles),
            "state": one.state.value,
            "further_addresses": list(story.aliases_of(self._connection, (one.id,))),
            "phone": one.phone,
            "timezone": one.timezone,
            **{name: day.isoformat() for name, day in days.items() if day is not None},
            "coordinator": self._other(role, duty, coordinator) if duty else {},
            "further": {name: self._plain(value) for name, value in one.extra.items()},
        }

    def _plain(self, value: object) -> object:
        match value:
            case str():
                return self._veiled(value)
            case list() | tuple():
                return [self._plain(item) for item in value]
            case Mapping():
                return {str(name): self._plain(item) for name, item in value.items()}
            case _:
                return value

    def _matches(self) -> list[Told]:
        found: list[Told] = []
        for match in self._pairs:
            mentor = match.mentor_id == self._person.id
            other = self._everybody.get(match.mentee_id if mentor else match.mentor_id)
            mentee = "participant" if {*self._person.roles, *(other.roles if other else ())} & {"participant"} else "mentee"
            reader, about = ("mentor", mentee) if mentor else (mentee, "mentor")
            known = {
                "state": match.state.value,
                "you_are": reader,
                "since": _day(match.since),
                "handed_over_on": _day(match.handed_over_on),
            }
            found.append({**known, "the_other": self._other(reader, about, other)})
        return found

    def _letters(self) -> list[Told]:
        letters = story.letters_of(self._connection, person_ids=(self._person.id,))
        return [self._letter(letter) for letter, _ in letters]

    def _letter(self, letter: Letter) -> Told:
        told: Told = {"at": self._at(letter.sent_at or letter.not_before), "letter": letter.name, "state": letter.state.value}
        told["subject"] = letter.subject
        source = outbox.template_source(self._connection, letter.template)
        rendered = words_of(self._settings, letter, source) if letter.facts else None
        if rendered is None:
            return {**told, "text": None, "remark": "Its words are not kept."}
        if self._person.roles & DUTIES and (self._of_duty(letter) or found_in(self._watch, rendered.text)):
            return {**told, "subject": self._veiled(letter.subject), "text": None, "remark": _WITHHELD}
        return {**told, "text": _TOKEN.sub("", rendered.text)}

    def _of_duty(self, letter: Letter) -> bool:
        """Whether it was written to them for the sake of others: then its words are not about them."""
        kind = self._book.rules.classes.get(letter.name)
        return kind in (LetterClass.DIGEST, LetterClass.FORM, LetterClass.GATE, LetterClass.DUTY, LetterClass.PROBLEM)

    def _said(self) -> list[Told]:
        raws = story.raw_of(self._connection, self._own)
        return [self._message(item, raws.get(item["id"], b"")) for item in self._messages]

    def _message(self, row: Mapping[str, Any], raw: bytes) -> Told:
        told: Told = {"at": self._at(row["received_at"]), "taken_as": row["means"]}
        told["because"] = self._words.reasons(self._book.program.key, row["because"] or "", plainly=True)
        if not raw:
            return {**told, "text": None, "remark": "Its words are not kept."}
        read = understand(raw, received_at=row["received_at"], book=context_of(self._book, None))
        files = [item.name or item.type for item in read.attachments]
        return {**told, "subject": self._veiled(read.subject), "text": self._veiled(read.new_text), "attached": files}

    def _answers(self) -> list[Told]:
        return [
            {
                "at": self._at(row["at"]),
                "to": row["letter"],
                "month": row["month"],
                "answers": self._plain(row["answers"]),
                "text": self._veiled(row["text"]),
            }
            for row in story.answers_of(self._connection, (self._person.id,))
        ]

    def _forms(self) -> list[Told]:
        """The coordinator's rows about them: an assessment is theirs to read, what may come of others' confidence is not."""
        return [
            {
                "month": row["month"],
                "attempted": list(row["attempted"]),
                "contact_made": _day(row["contact_made"]),
                "summary": self._by_others(row["summary"]),
                **({"issues": _ISSUES} if row["issues"] else {}),
            }
            for row in story.forms_about(self._connection, (self._person.id,))
        ]

    def _release(self, release: Release) -> Told:
        return {
            "to": self._role_of(release.recipient_id),
            "fields": list(release.fields),
            "for": release.purpose,
            "signed_on": release.signed_on.isoformat(),
            "good_until": release.expires_on.isoformat(),
            "taken_back": self._at(release.rescinded_at),
        }

    def _disclosures(self) -> list[Told]:
        return [
            {"at": self._at(item.at), "to": self._role_of(item.recipient_id), "fields": list(item.fields)}
            for item in releases.disclosures_of(self._connection, (self._person.id,))
            if item.giver_id == self._person.id
        ]

    def _role_of(self, number: int) -> str:
        other = self._everybody.get(number)
        return " and ".join(sorted(other.roles)) if other is not None and other.roles else "somebody forgotten since"

    def _log(self) -> list[Told]:
        return [
            {
                "number": row.number,
                "on": row.on.isoformat(),
                "client": row.client,
                "kind": row.kind,
                "minutes": row.minutes,
                "how": row.how,
                "skill": row.skill,
                "broker": row.broker,
                "struck": row.voided,
            }
            for row in conversations.log_of(self._connection, (self._person.id,))
        ]

    def _cases(self) -> tuple[Case, ...]:
        """The walks about them that time or they themselves began: what others began in confidence is not told."""
        matches = [match.id for match in self._pairs]
        about = story.cases_of(self._connection, person_ids=(self._person.id,), match_ids=matches)
        began = story.begun_by(self._connection, self._book.program.key, [case.key for case in about])
        return tuple(case for case in about if began.get(case.key) is None or began[case.key] in self._own)

    def _case(self, case: Case) -> Told:
        ladder = self._book.rules.ladders.get(case.ladder)
        state = ladder.states.get(case.state) if ladder is not None else None
        return {
            "about": case.ladder.replace("_", " "),
            "stands_at": state.says if state is not None else case.state.replace("_", " "),
            "opened": self._at(case.opened_at),
            "closed": self._at(case.closed_at),
        }

    def _decisions(self, cases: Sequence[Case]) -> list[Told]:
        """What was decided about them by time, or about mail of theirs, and why; nothing that mail of others brought about."""
        found = story.decisions_of(
            self._connection, case_ids=[case.id for case in cases], message_ids=sorted(self._own), person_ids=[self._person.id]
        )
        return [
            {"at": self._at(row["at"]), "what": self._words.decision(row, plainly=True).text}
            for row in found
            if row["message_id"] is None or row["message_id"] in self._own
        ]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
