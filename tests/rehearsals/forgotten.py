"""What the proof of forgetting needs: a life with canaries kept in a database, an end put to what runs, and a look at every cell."""

from __future__ import annotations

import asyncio
import base64
import gzip
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from db import forgetting, journal, people
from db.engine import Store, open_store
from db.tables import case, letter, message, metadata
from mailer.files.settings import read_settings
from mailer.files.stories import story_from
from mailer.modes.rehearse import rehearse
from mailer.steps.book import Book
from mailer.steps.bookshelf import open_book
from tests.rehearsals.canaries import START, Aviary, Being, digits

ROOT = Path(__file__).resolve().parents[2]
END = datetime(START.year, START.month, START.day, 12, tzinfo=UTC) + timedelta(days=70)


def lived(aviary: Aviary, url: str) -> tuple[Store, dict[str, Book]]:
    """The database after ten weeks of this program."""
    settings = read_settings(ROOT / "settings.toml", {})
    told = story_from(aviary.story(date(END.year, END.month, END.day)), ROOT / "canaries.toml", settings)
    with closing(open_store(url)) as made:
        metadata.create_all(made.engine)
    asyncio.run(rehearse(told, settings.rules, settings.templates, open_store(url)))
    return open_store(url), {told.program.key: open_book(told.program, settings.rules, settings.templates)}


def written_besides(store: Store, program: str, aviary: Aviary, being: Being, other: Being) -> None:
    """Mail in every dress: theirs, and a colleague's that names them, in base64, quoted-printable, HTML and an attached table."""
    word = aviary.word(being.email, "besides")
    text = f"I am {being.name}, call {being.phone}: {word} is what I say."
    quoted = "".join(f"={byte:02X}" for byte in text.encode())
    page = "".join(f"&#{ord(sign)};" for sign in text)
    rows = f"Name,Email\n{being.name},{being.email}\n"
    parts = (
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{base64.b64encode(text.encode()).decode()}",
        f"Content-Type: text/html; charset=utf-8\n\n<p>{page}</p>",
        f'Content-Type: text/csv; name="roster.csv"\nContent-Transfer-Encoding: base64\n\n{base64.b64encode(rows.encode()).decode()}',
        f"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n{quoted}",
    )
    with store.transaction() as connection:
        for number, sender in enumerate((being, other, Being("No", "Body", "stranger@example.net", "", ""))):
            head = f"From: <{sender.email}>\nMessage-ID: <besides.{number}@example.net>\nSubject: About\n"
            body = "".join(f"--x\n{part}\n" for part in parts)
            raw = f'{head}Content-Type: multipart/mixed; boundary="x"\n\n{body}--x--\n'.replace("\n", "\r\n").encode()
            known = people.by_address(connection, program, (sender.email,))
            kept, _ = journal.keep(
                connection, program, 7, 900 + 10 * aviary.people.index(being) + number, f"besides {being.role} {number}", END, raw
            )
            values = {"state": "done", "person_id": known[0].id if known else None}
            connection.execute(update(message).where(message.c.id == kept).values(**values))


def settle(store: Store, program: str, being: Being) -> None:
    """End what runs, as their own words and those of others would have."""
    with store.transaction() as connection:
        who = people.by_address(connection, program, (being.email,))[0]
        for number, state, _ in forgetting.matches_of(connection, [who.id]):
            if state in ("active", "paused"):
                people.change_match(connection, number, "ended")
        for item in people.everybody(connection, program):
            if item.coordinator_id == who.id:
                people.change_person(connection, item.id, {"coordinator_id": None})
        people.change_person(connection, who.id, {"held_by_safety": False})
        if being.role == "clinical_coordinator":
            people.add_person(connection, program, name="Next One", email="next@example.org", role=being.role, state="active")
        waiting = letter.c.state.in_(("waiting", "held"))
        connection.execute(update(letter).where(waiting, letter.c.to_id != who.id).values(state="cancelled"))
        connection.execute(update(letter).where(waiting, letter.c.to_id.is_(None)).values(state="cancelled"))
        connection.execute(update(message).where(message.c.state.in_(("new", "parked"))).values(state="done"))


def canaries_of(aviary: Aviary, being: Being) -> set[str]:
    """Every word that is this person's alone: parts of the name, address, number, and what they wrote."""
    own = {code for code, (whose, _) in aviary.canaries.items() if whose is being}
    return own | {code for code, (sender, _) in aviary.said.items() if sender == being.email} | {being.surname.lower()}


def cells(store: Store) -> Iterator[tuple[str, str]]:
    """(table.column, text) of every cell of every table there is, whatever it holds; bytes also as what they may be packed in."""
    with store.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(table.select()):
                for column, value in row._mapping.items():
                    yield f"{table.name}.{column}", _text(value)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = gzip.decompress(value) if value[:2] == b"\x1f\x8b" else value
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return value if isinstance(value, str) else repr(value)


def found(cells_: Iterable[tuple[str, str]], wanted: Iterable[str]) -> list[tuple[str, str]]:
    """(where, canary) for every cell in which one of these stands: plain, in base64 or in quoted-printable."""
    packed = {form: one for one in wanted for form in _forms(one)}
    pattern = re.compile("|".join(re.escape(form) for form in sorted(packed, key=len, reverse=True)))
    hits: list[tuple[str, str]] = []
    for where, text in cells_:
        low = text.lower()
        hits += [(where, packed[hit]) for hit in set(pattern.findall(low))]
        hits += [(where, one) for one in wanted if one.isdigit() and one in digits(text) and _is_number(one, text)]
    return hits


def _is_number(one: str, text: str) -> bool:
    return re.search(r"[\s().\-]*".join(one), text) is not None


def _forms(one: str) -> Iterator[str]:
    yield one
    for spelled in (one, one.capitalize()):
        yield "".join(f"={byte:02x}" for byte in spelled.encode())
        for shift in range(3):  # whatever stands in front of it
            packed = base64.b64encode(b"\0" * shift + spelled.encode()).decode().lower()
            inner = packed[-(-shift * 8 // 6) : len(packed) - 4]
            if len(inner) >= 6:
                yield inner


def settled_cases(store: Store) -> Mapping[int, object]:
    """Every walk by id, and when it ended."""
    with store.reading() as connection:
        return {row.id: row.closed_at for row in connection.execute(case.select())}
