"""A year of a whole program as a rehearsal story, made up from a seed: the same seed tells the same story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from mailer.files.settings import Settings
from mailer.files.stories import Story, story_from

YEAR = 2026
CHECK_IN = 17  # the last day on which a month's check-ins leave: the 15th, or the Monday behind it
MWOC, STAFF = "wanda.orr@example.org", "sven.dahl@example.org"
_GIVEN = tuple(
    one + two for one in ("An", "Be", "Co", "Di", "El", "Fa", "Gre", "Ha", "I", "Jo") for two in ("na", "ra", "lo", "mir", "ssa")
)
_FAMILY = tuple(
    one + two for one in ("Ab", "Be", "Cor", "Dor", "Ei", "Fal", "Gra", "Hol") for two in ("ers", "mann", "ling", "sen", "by")
)
_STYLES = ("plain", "gmail", "outlook", "apple", "bottom")
_GOOD = (
    "All good, thanks! We talk every week.",
    "Hello,\n\nwe met on Tuesday and are doing well. More next month.\n\nKind regards",
    "1: all of them\n2: yes, every week\n3: no\n4: we talk by telephone",
    "Yes, contact was made. It is going well, thank you for asking.",
)
_MENTEE = ("Thank you, I am fine.", "We spoke last week. All is well.", "Thanks for the survey, I have filled it in.")


@dataclass(slots=True)
class _Year:
    """Who is in the program, and the story's lines as they grow."""

    random: Random
    coordinators: list[tuple[str, str]]
    mentors: list[tuple[str, str]]
    mentees: list[tuple[str, str]]
    lines: list[str] = field(default_factory=list)
    spoken_of: set[tuple[int, str]] = field(default_factory=set)  # month, mentor: a call was told before the check-in's day

    def moment(self, day: date) -> str:
        return f"{day}T{self.random.randint(8, 21):02}:{self.random.randint(0, 59):02}"

    def arrive(self, day: date, sender: str, body: str = "", **more: str) -> None:
        self.lines += ["", "[[arrive]]", f'at = "{self.moment(day)}"', f'from = "{sender}"']
        self.lines += [f'{key} = "{value}"' for key, value in more.items()]
        if body:
            self.lines.append(f'body = """\n{body}\n"""')

    def mentees_of(self, number: int) -> list[tuple[str, str]]:
        return self.mentees[number :: len(self.mentors)]


def year_story(people: int, seed: int, folder: Path, settings: Settings | None = None) -> Story:
    """Twelve months of this many people; sheets that arrive are written into `folder`."""
    path = folder / f"year_{people}_{seed}.toml"
    path.write_text(year_text(people, seed, folder), encoding="utf-8")
    return story_from(path.read_text(encoding="utf-8"), path, settings)


def year_text(people: int, seed: int, folder: Path) -> str:
    """The story as an admin would write it. Three mentors of ten people, one coordinator for about twenty mentors."""
    random = Random(f"{people} people, seed {seed}")
    mentors = max(2, people * 3 // 10)
    coordinators = max(1, mentors // 19)
    names = _names(random)
    year = _Year(
        random,
        [next(names) for _ in range(coordinators)],
        [next(names) for _ in range(mentors)],
        [next(names) for _ in range(people - mentors - coordinators - 2)],
    )
    year.lines += [f'title = "A year of {people} people"', 'profile = "m2m"']
    year.lines += [f'start = "{YEAR}-01-02T08:00"', f'end = "{YEAR}-12-31T18:00"', "", "[settings]", 'timezone = "America/Chicago"']
    _people(year)
    for month in range(1, 13):
        _office(year, month, folder)
        for number in range(len(year.mentors)):
            _mentor(year, month, number)
        for name, email in year.mentees:
            _mentee(year, month, name, email)
        _newcomers(year, month, names)
    return "\n".join(year.lines) + "\n"


def _names(random: Random) -> Iterator[tuple[str, str]]:
    found = [(given, family) for given in _GIVEN for family in _FAMILY]
    random.shuffle(found)
    for given, family in found:
        yield f"{given} {family}", f"{given}.{family}@example.org".lower()


def _people(year: _Year) -> None:
    rows = [("Wanda Orr", MWOC, "mwoc", ""), ("Sven Dahl", STAFF, "staff", "")]
    rows += [(name, email, "coordinator", "") for name, email in year.coordinators]
    for number, (name, email) in enumerate(year.mentors):
        rows.append((name, email, "mentor", f'coordinator = "{year.coordinators[number % len(year.coordinators)][1]}"'))
    for number, (name, email) in enumerate(year.mentees):
        rows.append((name, email, "mentee", f'mentor = "{year.mentors[number % len(year.mentors)][1]}"'))
    for name, email, role, further in rows:
        year.lines += [
            "",
            "[[person]]",
            f'name = "{name}"',
            f'email = "{email}"',
            f'role = "{role}"',
            *([further] if further else []),
        ]


def _office(year: _Year, month: int, folder: Path) -> None:
    """The kit, the results, the coordinators' lines and forms, the word on who is silent."""
    random, first = year.random, date(YEAR, month, 1)
    kit = first + timedelta(days=1 if month == 1 else random.choice((-2, -1, 1)))
    links = f"Mentor survey: https://survey.example/{month}-m\nMentee survey: https://survey.example/{month}-e"
    year.arrive(kit, MWOC, links, subject="The survey links")
    if random.random() < 0.75:
        sheet = folder / f"results_{month:02}.csv"
        rows = [f"{email},{random.choice(('well', 'very well', 'so so'))},no" for _, email in year.mentors + year.mentees]
        sheet.write_text("\n".join(["Email,How is it going?,Do you need support?", *random.sample(rows, len(rows) * 6 // 10)]))
        day = first + timedelta(days=random.randint(8, 12))
        year.lines += ["", "[[arrive]]", f'at = "{year.moment(day)}"', f'from = "{MWOC}"', 'subject = "Survey results"']
        year.lines += ['body = "The results are attached."', f'attach = ["{sheet.name}"]']
    for number, (_, email) in enumerate(year.coordinators):
        own = year.mentors[number :: len(year.coordinators)]
        for week in range(4):
            day = first + timedelta(days=7 * week + random.randint(0, 6))
            name, mentor = random.choice(own)
            if day.day <= CHECK_IN:
                year.spoken_of.add((month, mentor))
            year.arrive(
                max(day, date(YEAR, 1, 3)), email, f"{name}: spoke {first:%Y-%m}-{day.day:02}, going well", subject="A call"
            )
        told = "\n".join(
            f"{name}: spoke {first:%Y-%m}-{random.randint(2, 20):02}, fine" for name, _ in random.sample(own, min(3, len(own)))
        )
        year.arrive(first.replace(day=28), email, f"{told}\nSEND", answers="contact_form_draft")
    for days in range(3, 28, 3):
        at = first + timedelta(days=days)
        if at > date(YEAR, 2, 22):
            year.arrive(at, MWOC, random.choice(("CONFIRM", "CONFIRM", "CONFIRM", "HOLD 7", "REOPEN")), answers="closing_gate")
    year.arrive(first + timedelta(days=14), MWOC, "STATUS", subject="What is open?")


def _mentor(year: _Year, month: int, number: int) -> None:
    """What one mentor does about a month's check-in; the first one never writes, so that there is always a gate.

    Nor does anybody write who is not asked, because their coordinator told of a call.
    """
    random = year.random
    (_, email), luck, style = year.mentors[number], random.random(), random.choice(_STYLES)
    early, late = (date(YEAR, month, random.randint(*days)) for days in ((18, 20), (21, 27)))
    mentees = year.mentees_of(number)
    if number == 0 or (month, email) in year.spoken_of:
        return
    if luck < 0.62:
        year.arrive(early, email, random.choice(_GOOD), answers="check_in", style=style)
    elif luck < 0.77:
        year.arrive(late, email, random.choice(_GOOD), answers="check_in", style=style)
    elif luck < 0.82 and mentees:
        year.arrive(early, email, f"NO ANSWER {random.choice(mentees)[0]}", answers="check_in", style=style)
    elif luck < 0.84:
        year.arrive(early, email, f"Away until {date(YEAR, month, 28)}", answers="check_in")
    elif luck < 0.86:
        year.arrive(early, email, bounce_of="check_in", status="4.2.2")
    elif luck < 0.865:
        year.arrive(early, email, bounce_of="check_in", status="5.1.1")
    elif luck < 0.88 and mentees:
        year.arrive(late, email, f"PROBLEM {mentees[0][0]} We cannot find a time.", subject="A question")
    elif luck < 0.89:
        year.arrive(late, email, random.choice(("STATUS", "HELP")), subject="A question")
    elif luck < 0.891:
        year.arrive(late, email, "STOP", subject="Enough")


def _mentee(year: _Year, month: int, name: str, email: str) -> None:
    luck, day = year.random.random(), date(YEAR, month, year.random.randint(8, 27))
    if luck < 0.06:
        year.arrive(day, email, year.random.choice(_MENTEE), answers="survey_mentee", style=year.random.choice(_STYLES))
    elif luck < 0.10:
        year.arrive(day, email, year.random.choice(_MENTEE), subject="Hello")
    elif luck < 0.105:
        year.arrive(day, email, "NO ANSWER", subject="My mentor")
    elif luck < 0.106:
        year.arrive(day, email, "STOP", subject="Enough")


def _newcomers(year: _Year, month: int, names: Iterator[tuple[str, str]]) -> None:
    """Every month a few new mentors, one for about a hundred people."""
    for _ in range(len(year.mentors) // 30):
        name, email = next(names)
        coordinator = year.random.choice(year.coordinators)[1]
        day = date(YEAR, month, year.random.randint(3, 26))
        year.arrive(day, MWOC, f"APPROVE {name} {email} coordinator={coordinator}", subject="A new mentor")
