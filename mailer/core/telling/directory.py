"""The directory of mentors: who is shown to whom, which of their fields, and in which order (R-201, R-207, R-219)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from db.records import Case, Person, PersonState
from mailer.core.world.disclosure import OF, view
from mailer.core.world.moments import in_words, month_in_words
from mailer.core.world.scene import Scene
from mailer.core.world.who import match_of
from mailer.model.decision import Say

# Fields of an entry in the order in which letters show them; the name is its title.
FIELDS = ("certification", "years", "topics", "region", "setting", "email", "phone")
PUBLISHED = ("name", "certification", "topics", "region", "email")  # what an application publishes that says nothing else
# Letters about a listing or a pair of the directory: what they may say is made by `listing_facts`.
LISTING_LETTERS = frozenset(
    {"listed", "not_listed", "starter_guide", "relay", "notice_question", "notice_receipt", "mentor_gave_notice"}
    | {"notice_withdrawn", "mentoring_ended", "reconfirm_listing"}
)
_MOST_SHOWN = 60  # entries a letter; more is no letter, and a further word makes it shorter


def texts(value: object) -> tuple[str, ...]:
    """A field that holds one text or several, as texts."""
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else ()


def is_past(person: Person, mark: str, today: date) -> bool:
    """Whether a remembered day (the last one of a certification) has gone by."""
    day = person.extra.get(mark)
    return bool(day) and date.fromisoformat(str(day)) < today


def is_shown(person: Person, today: date) -> bool:
    """Whether a mentor stands in the directory today: listed, not full, not away, certified, and writing with us."""
    return (
        bool(person.extra.get("listed"))
        and not person.extra.get("full")
        and person.state is PersonState.ACTIVE
        and "mentor" in person.roles
        and (person.away_until is None or person.away_until < today)
        and not is_past(person, "certified_until", today)
    )


def shown(scene: Scene, reader: Person | None, without: Iterable[int] = ()) -> tuple[Person, ...]:
    """Everybody in the directory but the reader and `without`; for a reader of known setting those of another one first."""
    left_out = {*without, reader.id if reader is not None else 0}
    found = [item for item in scene.situation.people.values() if item.id not in left_out and is_shown(item, scene.today)]
    own = _setting(reader)
    return tuple(sorted(found, key=lambda item: (bool(own) and _setting(item) in ("", own), item.name.casefold(), item.id)))


def _setting(person: Person | None) -> str:
    return str(person.extra.get("setting") or "").strip().casefold() if person is not None else ""


def tags_of(person: Person) -> frozenset[str]:
    """The words by which a mentor is found: topics and region."""
    return frozenset(tag.casefold() for name in ("topics", "region") for tag in texts(person.extra.get(name)))


def fitting(people: Iterable[Person], tags: Iterable[str]) -> tuple[Person, ...]:
    """Those who have every tag."""
    wanted = {tag.casefold() for tag in tags}
    return tuple(person for person in people if wanted <= tags_of(person))


def title(person: Person) -> str | Say:
    """What an entry is called: the name, where the mentor publishes it, else a code without meaning."""
    return person.name if "name" in texts(person.extra.get("publish")) else Say("entry_without_name", {"ref": person.ref})


def entry(person: Person) -> dict[str, object]:
    """What the mentor has agreed to publish of themselves, and nothing else."""
    publish = texts(person.extra.get("publish"))
    values: Mapping[str, object] = {**person.extra, "email": person.email, "phone": person.phone}
    lines = [
        {"label": Say(f"field {name}"), "value": ", ".join(texts(values.get(name))) or str(values.get(name) or "")}
        for name in FIELDS
        if name in publish and values.get(name)
    ]
    told = [name for name in (*FIELDS, "name") if name in publish]
    call = person.name if "name" in publish else person.ref
    return {"title": title(person), "call": call, "lines": lines, OF: [person.id, "anybody", "mentor", told]}


def directory_facts(
    scene: Scene, reader: Person | None, tags: tuple[str, ...] = (), without: Iterable[int] = ()
) -> dict[str, object]:
    """The directory as one reader may see it today; where nobody fits, the words that would find somebody."""
    everybody = shown(scene, reader, without)
    found = fitting(everybody, tags)
    known: Mapping[str, set[str]] = {
        name: {
            tag
            for person in (() if found else everybody)
            if name in texts(person.extra.get("publish"))
            for tag in texts(person.extra.get(name))
        }
        for name in ("topics", "region")
    }
    return {
        "entries": [entry(person) for person in found[:_MOST_SHOWN]],
        "more": max(0, len(found) - _MOST_SHOWN),
        "tags": ", ".join(tags),
        "date": in_words(scene.today),
        "known_topics": ", ".join(sorted(known["topics"])),
        "known_regions": ", ".join(sorted(known["region"])),
    }


def listing_facts(scene: Scene, case: Case, to: Person | None) -> dict[str, object]:
    """What letters of a listing or of a pair say: the entry, the days, the numbers of the policy."""
    pair = match_of(scene.situation, case)
    mentor = scene.person(pair[0] if pair else case.subject_id)
    found: dict[str, object] = {
        "min_years": scene.policy.number("eligibility.min_years"),
        "domain": scene.policy.word("eligibility.domain"),
        "notice_days": scene.policy.number("end.mentor_notice_days"),
        "hold_minutes": scene.policy.number("send.hold_minutes"),
        "earliest": in_words(earliest_end(scene)),
        "ends_on": _in_words(case.data.get("date")),
        "words": str(scene.words.get("text") or ""),
    }
    if mentor is not None:
        found["entry"] = entry(mentor)
        past = is_past(mentor, "certified_until", scene.today)
        found["lapsed"] = _in_words(mentor.extra.get("certified_until")) if past else ""
    if pair is not None:
        found |= directory_facts(scene, scene.person(pair[1]), without=(pair[0],))
        other = scene.person(pair[0] if to is not None and to.id == pair[1] else pair[1])
        found["reader"] = reader = "mentee" if to is not None and to.id == pair[1] else "mentor"
        found["other"] = view(scene, reader, "mentor" if reader == "mentee" else "mentee", other)
    return found


def application_facts(scene: Scene, person: Person) -> dict[str, object]:
    """An application as staff reads it, line by line, and which of its lines are missing."""
    values: Mapping[str, object] = {"name": person.name, "phone": person.phone, **person.extra}
    lines = [
        {"label": Say(f"field {name}"), "value": ", ".join(texts(values.get(name))) or str(values[name])}
        for name in ("name", "certification", "years", "topics", "region", "setting", "phone", "publish")
        if values.get(name)
    ]
    missing = [Say(f"field {name}") for name in ("certification", "years", "topics", "region") if not values.get(name)]
    return {
        "applicant": view(scene, "staff", "applicant", person),
        "application": lines,
        "missing": missing,
    }


def subject_mark(scene: Scene, case: Case, name: str) -> object:
    """What is remembered about the person a walk is about."""
    subject = scene.person(case.subject_id)
    return subject.extra.get(name) if subject is not None else None


def refusal_facts(scene: Scene, case: Case) -> dict[str, object]:
    """Numbers and days that a sentence may need which says why a word cannot be done now."""
    month = scene.text(case, "month")
    told: dict[str, object] = {"month": month_in_words(month)} if month else {}
    if "end.mentor_notice_days" not in scene.policy.values:
        return told
    days = scene.policy.number("end.mentor_notice_days")
    return told | {"earliest": in_words(earliest_end(scene)), "days": days, "domain": scene.policy.word("eligibility.domain")}


def earliest_end(scene: Scene) -> date:
    """The first day on which a mentor's notice, written when the mail in hand came, can end a pair (R-218)."""
    return date.fromordinal(scene.said_on.toordinal() + scene.policy.number("end.mentor_notice_days"))


def _in_words(day: object) -> str:
    return in_words(date.fromisoformat(str(day))) if day else ""
