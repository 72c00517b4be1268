"""Programs in which every private field of everybody, and every word anybody writes, is a canary: unique, and known again anywhere."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

START = date(2027, 1, 4)
CODE = re.compile(r"\bzq[a-z]{4}\b")
NUMBER = re.compile(r"555\D{0,3}7\d\d\D{0,3}\d{4}")
_FIRST = (
    "Ana",
    "Ben",
    "Cleo",
    "Dora",
    "Emil",
    "Fay",
    "Gus",
    "Hana",
    "Ivo",
    "Jule",
    "Kai",
    "Lea",
    "Moe",
    "Nele",
    "Otto",
    "Pia",
    "Rolf",
)


@dataclass
class Being:
    """Somebody in a program; `own` are the person's canaries: code or number -> field."""

    first: str
    surname: str
    email: str
    phone: str
    role: str
    coordinator: str = ""
    mentor: str = ""
    more: tuple[str, ...] = ()  # further lines of the [[person]] table

    @property
    def name(self) -> str:
        return f"{self.first} {self.surname}"


@dataclass
class Aviary:
    """A program of one profile, its people, a year of random mail, and whose each canary is."""

    profile: str
    random: Random
    people: list[Being] = field(default_factory=list)
    canaries: dict[str, tuple[Being | None, str]] = field(default_factory=dict)  # code or number -> (whose, field)
    said: dict[str, tuple[str, str]] = field(default_factory=dict)  # code of a text -> (sender's address, what kind of text)
    lines: list[str] = field(default_factory=list)
    released: list[tuple[date, str, str]] = field(default_factory=list)  # day of the paper, giver, recipient
    _codes: Iterator[str] = field(default_factory=lambda: _every_code())

    def code(self) -> str:
        return next(self._codes)

    def add(self, role: str, *more: str, secret_first: bool = False, **keys: str) -> Being:
        number = len(self.people)
        first = self.code().capitalize() if secret_first else _FIRST[number % len(_FIRST)]
        surname, local = self.code().capitalize(), self.code()
        being = Being(first, surname, f"{local}@example.org", f"+1 555 7{number:02} {1000 + number:04}", role, more=more, **keys)
        self.people.append(being)
        self.canaries[surname.lower()] = (being, "name")
        self.canaries[local] = (being, "email")
        self.canaries[digits(being.phone)[-10:]] = (being, "phone")
        if secret_first:
            self.canaries[first.lower()] = (being, "first_name")
        return being

    def each(self, role: str) -> list[Being]:
        return [being for being in self.people if being.role == role]

    def one(self, role: str) -> Being:
        return self.random.choice(self.each(role))

    def word(self, sender: str, kind: str) -> str:
        """A word that nobody has written before; `kind` says what it stands in."""
        code = self.code()
        self.said[code] = (sender, kind)
        return code

    def mail(self, day: date, sender: str, body: str) -> None:
        moment = f"{day}T{self.random.randint(7, 20):02}:{self.random.randint(0, 59):02}"
        self.lines += ["", "[[arrive]]", f'at = "{moment}"', f'from = "{sender}"', 'subject = "A word"', f'body = """\n{body}\n"""']

    def story(self, end: date) -> str:
        """The whole as a rehearsal story."""
        head = [
            f'title = "Canaries of {self.profile}"',
            f'profile = "{self.profile}"',
            f'start = "{START}T08:00"',
            f'end = "{end}T18:00"',
        ]
        for being in self.people:
            head += ["", "[[person]]", f'name = "{being.name}"', f'email = "{being.email}"', f'role = "{being.role}"']
            head += [f'phone = "{being.phone}"', *being.more]
            head += [f'{key} = "{value}"' for key, value in (("coordinator", being.coordinator), ("mentor", being.mentor)) if value]
        return "\n".join([*head, *self.lines]) + "\n"


def _every_code() -> Iterator[str]:
    for letters in itertools.product("bdfgklmnprst", "aeiou", "bdfgklmnprst", "aeiou"):
        yield "zq" + "".join(letters)


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def days(months: int) -> Iterator[date]:
    """Every day of so many months from the start."""
    day, last = START, START + timedelta(days=30 * months)
    while day < last:
        yield day
        day += timedelta(days=1)


def m2m(seed: int, months: int) -> Aviary:
    """Two coordinators, their mentors and these mentors' mentees."""
    here = Aviary("m2m", Random(seed))
    mwoc, _ = here.add("mwoc"), here.add("staff")
    for coordinator in [here.add("coordinator") for _ in range(2)]:
        for mentor in [here.add("mentor", coordinator=coordinator.email) for _ in range(3)]:
            for _ in range(2):
                here.add("mentee", mentor=mentor.email)
    for day in days(months):
        if day.day == 1:
            links = "Mentor survey: https://survey.example/m\nMentee survey: https://survey.example/e"
            here.mail(day - timedelta(days=1) if day > START else day, mwoc.email, links)
        if here.random.random() < 0.6:
            _m2m_mail(here, day)
    return here


def _m2m_mail(here: Aviary, day: date) -> None:
    mentor, mentee, coordinator, mwoc = (here.one(role) for role in ("mentor", "mentee", "coordinator", "mwoc"))
    own = [being for being in here.each("mentee") if being.mentor == mentor.email]
    led = [being for being in here.each("mentor") if being.coordinator == coordinator.email]
    match here.random.randint(0, 14):
        case 0:
            body = f"I called {own[0].name} at {own[0].phone} and wrote to {own[1].email}, {here.word(mentor.email, 'answer')}"
            here.mail(day, mentor.email, body)
        case 1 | 2:
            here.mail(
                day, mentor.email, f"All goes well, {here.word(mentor.email, 'answer')}.\n\n-- \n{mentor.name}\n{mentor.phone}"
            )
        case 3:
            here.mail(day, mentor.email, f"1: {own[0].first}\n2: yes, {here.word(mentor.email, 'answer')}\n7: no")
        case 4:
            here.mail(day, mentor.email, f"NO ANSWER {own[0].first}")
        case 5:
            here.mail(
                day, mentor.email, here.random.choice(["SINCE 2 weeks\nNOT REACHED", "REACHED", "NEED STAFF", "STATUS", "HELP"])
            )
        case 6 | 7:
            here.mail(day, mentee.email, f"I am fine, {here.word(mentee.email, 'answer')}.\n\n{mentee.name}, {mentee.phone}")
        case 8:
            here.mail(day, mentee.email, here.random.choice(["NO ANSWER", "YES", "NEED STAFF", "HELP", "NEW MENTOR"]))
        case 9:
            row = f"Mentor: {led[0].name}\nAttempted: {day}\nSummary: well, {here.word(coordinator.email, 'form')}\nIssues: none\nSEND"
            here.mail(day, coordinator.email, row)
        case 10:
            name = here.random.choice(led).name
            here.mail(
                day, coordinator.email, f"CONTACT {name} today by phone\nPROBLEM {name} {here.word(coordinator.email, 'problem')}"
            )
        case 11:
            here.mail(day, mwoc.email, here.random.choice(["STATUS", "CONFIRM", "HOLD 7", "TAKE", "SEND"]))
        case 12:
            here.mail(day, mentor.email, f"PROBLEM {own[0].first} {here.word(mentor.email, 'problem')}")
        case _:
            here.mail(
                day, "stranger@example.net", f"Is {mentee.name} in your program? {here.word('stranger@example.net', 'stranger')}"
            )


def icb(seed: int, months: int) -> Aviary:
    """A directory in which nobody has published a telephone number, and some no address."""
    here = Aviary("icb", Random(seed))
    here.add("staff")
    for number in range(5):
        publish = '["name", "topics", "region", "email"]' if number % 2 else '["name", "topics", "region"]'
        entry = ('certification = "CADC"', 'certified_until = "2030-01-01"', "years = 12", 'topics = ["career"]', 'region = "east"')
        here.add("mentor", *entry, f"publish = {publish}")
    for number in range(4):
        here.add("mentee", secret_first=False, mentor=here.each("mentor")[number].email if number < 2 else "")
    for day in days(months):
        if here.random.random() < 0.4:
            _icb_mail(here, day)
    return here


def _icb_mail(here: Aviary, day: date) -> None:
    mentor, mentee, staff = (here.one(role) for role in ("mentor", "mentee", "staff"))
    match here.random.randint(0, 9):
        case 0:
            here.mail(
                day, mentee.email, here.random.choice(["DIRECTORY", "DIRECTORY career east", "ANOTHER", "END", "HELP", "STATUS"])
            )
        case 1 | 2:
            here.mail(day, mentee.email, f"CHOOSE {mentor.name}")
        case 3:
            here.mail(day, mentee.email, f"RELAY I would like to talk, {here.word(mentee.email, 'relay')}")
        case 4:
            here.mail(day, mentee.email, f"STARTED {mentor.name}")
        case 5:
            here.mail(
                day,
                mentor.email,
                here.random.choice(["END", "FULL", "RETURN", "YES", "AGREE", f"NOTICE {day + timedelta(days=20)}"]),
            )
        case 6:
            here.mail(day, mentee.email, f"CONCERN {mentor.name} {here.word(mentee.email, 'concern')}")
        case 7:
            here.mail(day, mentor.email, f"Thank you, {here.word(mentor.email, 'answer')}\n\n{mentor.name}, {mentor.phone}")
        case 8:
            applicant = Being(_FIRST[3], here.code().capitalize(), f"{here.code()}@example.net", "+1 555 799 9999", "applicant")
            lines = (
                f"MENTORSHIP APPLICATION\nName: {applicant.name}\nCertification: CADC\nYears: 11\nTopics: training\nRegion: west"
            )
            here.canaries[applicant.surname.lower()] = (applicant, "name")
            here.canaries[applicant.email.partition("@")[0]] = (applicant, "email")
            here.mail(
                day, applicant.email, f"{lines}\nSetting: {here.word(applicant.email, 'application')}\nPublish: topics, region"
            )
        case _:
            here.mail(day, staff.email, here.random.choice(["STATUS", "HELP", "VERIFY years=12 domain=SUD", "REFUSE"]))


def mphp(seed: int, months: int) -> Aviary:
    """Participants whose very first name is a secret until it is released."""
    here = Aviary("mphp", Random(seed))
    coordinator, _ = here.add("clinical_coordinator"), here.add("staff")
    for _ in range(4):
        here.add("mentor", coordinator=coordinator.email, secret_first=True)
    for number in range(6):
        more = ("surveyed = true", f"peer_willing = {'true' if number % 2 else 'false'}")
        here.add("participant", *more, coordinator=coordinator.email, secret_first=True)
    for day in days(months):
        if here.random.random() < 0.5:
            _mphp_mail(here, day)
    return here


def _mphp_mail(here: Aviary, day: date) -> None:
    mentor, person, coordinator = (here.one(role) for role in ("mentor", "participant", "clinical_coordinator"))
    other = here.one("participant")
    match here.random.randint(0, 11):
        case 0 | 1:
            here.mail(day, coordinator.email, f"MATCH {person.email} {mentor.email}")
        case 2 | 3:
            here.released.append((day, person.email, mentor.email))
            signed = f"RELEASE SIGNED {person.email} {mentor.email} {day}"
            here.mail(day, coordinator.email, f"MATCH {person.email} {mentor.email}\n{signed}")
        case 4:
            here.released.append((day, person.email, other.email))
            signed = f"RELEASE SIGNED {person.email} {other.email} {day}"
            here.mail(day, coordinator.email, here.random.choice(["CONFIRM", "STATUS", "EVALUATION", "HELP", signed, signed]))
        case 5:
            here.mail(day, person.email, f"REQUEST MENTOR\n1: {here.word(person.email, 'survey')}")
        case 6:
            here.mail(day, mentor.email, f"We spoke, {here.word(mentor.email, 'report')}.\n\n{mentor.name}, {mentor.phone}")
        case 7:
            here.mail(day, person.email, f"It does me good, {here.word(person.email, 'passed on')}.")
        case 8:
            here.mail(day, person.email, here.random.choice(["RESCIND", "END", "NEW MENTOR", "DECLINE"]))
        case 9:
            here.mail(day, person.email, here.random.choice(["TALK TO A MENTEE", "YES", "NO", "1: 4\n2: 5\n3: 4"]))
        case 10:
            here.mail(day, mentor.email, here.random.choice(["END", "I UNDERSTAND\nPRIVATE MAILBOX", "SHOW MY NAME", "1: 3\n2: 4"]))
        case _:
            here.mail(day, "stranger@example.net", f"Is {person.name} with you? {here.word('stranger@example.net', 'stranger')}")


def peer(seed: int, months: int) -> Aviary:
    """Specialists who write more than the lines of their log."""
    here = Aviary("peer", Random(seed))
    here.add("trainer"), here.add("staff")
    for _ in range(4):
        here.add("specialist", f'enrolled = "{START + timedelta(days=2)}"')
    for day in days(months):
        if here.random.random() < 0.5:
            _peer_mail(here, day)
    return here


def _peer_mail(here: Aviary, day: date) -> None:
    person, trainer = here.one("specialist"), here.one("trainer")
    match here.random.randint(0, 6):
        case 0 | 1 | 2:
            line = f"{day} C-{here.random.randint(1, 9)} {here.random.choice('SM')} 25 T"
            here.mail(day, person.email, f"{line}\n\nWe spoke about {here.word(person.email, 'narrative')} and more.")
        case 3:
            here.mail(
                day, person.email, here.random.choice(["1 Y 2 N 3 ?", "4 Y 5 N 6 Y 7 N", "8 Y 9 N 10 ?", "AGAIN", "HELP", "STATUS"])
            )
        case 4:
            here.mail(day, person.email, here.random.choice([f"CORRECT 1 {day} C-3 M 30 F", "VOID 1", f"{day} C-4 SM 20 O", "YES"]))
        case 5:
            here.mail(day, trainer.email, here.random.choice(["STATUS", "HELP"]))
        case _:
            here.mail(day, person.email, f"Thank you, {here.word(person.email, 'narrative')}.\n\n{person.name}, {person.phone}")


MADE = {"m2m": m2m, "icb": icb, "mphp": mphp, "peer": peer}
