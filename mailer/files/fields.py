"""Reads the keys of one table by type, and collects everything that is wrong with them instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from mailer.files.toml_lines import Place, Toml
from mailer.files.values import Override, nearest, read_address, read_zone, shown
from mailer.model.errors import Flaw

_Default = TypeVar("_Default")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a TOML file. Readers return a harmless value where they complain, so that reading can go on."""

    source: Toml
    place: Place
    data: Mapping[str, object]
    flaws: list[Flaw]

    @property
    def name(self) -> str:
        """How the table is called in complaints: `[programs.m2m]`, `[[arrive]]`."""
        words = [str(part) for part in self.place if isinstance(part, str)]
        if not words:
            return "this file"
        array = isinstance(self.place[-1], int)
        return f"[[{'.'.join(words)}]]" if array else f"[{'.'.join(words)}]"

    @property
    def line(self) -> int:
        return self.source.line(*self.place)

    def complain(self, key: str, what: str, advice: str) -> None:
        """Notes a flaw on the line of `key`, or of the table where the key is not there."""
        self.flaws.append(Flaw(self.source.file, self.source.line(*self.place, key), what, advice))

    def refuse_unknown(self, allowed: Iterable[str]) -> None:
        """Complains of every key that means nothing here, naming the nearest that does."""
        names = list(allowed)
        for key in self.data:
            if key not in names:
                self.complain(key, f"{key!r} is no key of {self.name}", nearest(key, names))

    def has(self, key: str) -> bool:
        return key in self.data

    def text(self, key: str, default: str | None = None) -> str:
        """A text of one line; required where there is no default."""
        value = self._value(key, default)
        if not isinstance(value, str):
            return self._wrong(key, "a text in quotes", value, default or "")
        if "\n" in value.strip() or any(ord(character) < 32 and character not in "\n\t" for character in value):
            self.complain(key, f"{key!r} must be one line", "write it without line breaks or control characters")
            return default or ""
        if default is None and not value.strip() and key in self.data:
            self.complain(key, f"{key!r} is empty", "write a text between the quotes")
        return value.strip()

    def long_text(self, key: str, default: str = "") -> str:
        """A text of any number of lines, exactly as written."""
        value = self._value(key, default)
        return value if isinstance(value, str) else self._wrong(key, "a text in quotes", value, default)

    def number(self, key: str, default: int, low: int, high: int) -> int:
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            return self._wrong(key, "a whole number", value, default)
        if not low <= value <= high:
            self.complain(key, f"{key} = {value} is out of bounds", f"write a number from {low} to {high}")
            return default
        return value

    def flag(self, key: str, default: bool) -> bool:
        value = self._value(key, default)
        return value if isinstance(value, bool) else self._wrong(key, "true or false, without quotes", value, default)

    def words(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = self._value(key, default)
        if isinstance(value, str):
            return (value,)
        if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
            return tuple(str(item) for item in value)
        return self._wrong(key, 'a text or a list of texts, ["a", "b"]', value, default)

    def choice(self, key: str, choices: Iterable[str], default: str | None = None) -> str:
        names = list(choices)
        value = self.text(key, default)
        if value not in names and (key in self.data) and value:
            self.complain(key, f"{key} = {value!r} is not possible", nearest(value, names))
            return default or ""
        return value

    def address(self, key: str, default: str | None = None) -> str:
        """A mail address, its domain in lower case; syntax only, nobody is asked whether it exists (RFC 5321, RFC 5322)."""
        value = self.text(key, default)
        if not value:
            return ""
        address, trouble = read_address(value)
        if trouble:
            self.complain(key, f"{key} = {value!r} is no mail address: {trouble}", "write it as name@example.org")
        return address

    def zone(self, key: str) -> ZoneInfo:
        """An IANA time zone; UTC where it cannot be read."""
        value = self.text(key)
        zone = read_zone(value)
        if zone is None:
            if value:
                self.complain(
                    key, f"{key} = {value!r} is no time zone", nearest(value, available_timezones(), "America/New_York", 0.8)
                )
            return ZoneInfo("UTC")
        return zone

    def day(self, key: str) -> Day | None:
        """A whole day, as a TOML date or a text; None where there is none."""
        value = self.data.get(key)
        if value is None or (isinstance(value, Day) and not isinstance(value, datetime)):
            return value
        if isinstance(value, str) and len(value) == 10:
            try:
                return Day.fromisoformat(value)
            except ValueError:
                pass
        self.complain(key, f"{key} = {shown(value)} is no day", 'write "2027-10-01"')
        return None

    def moment(self, key: str, zone: ZoneInfo) -> datetime | None:
        """A moment in the program's local time, made aware with `zone`; None, with a complaint, if missing or unreadable."""
        value = self.data.get(key)
        if key not in self.data:
            self.complain(key, f"{self.name} has no {key!r}", f'write {key} = "2027-10-01T08:00", the program\'s local time')
            return None
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                pass
        if isinstance(value, Day) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)
        if not isinstance(value, datetime):
            self.complain(key, f"{key} = {shown(value)} is no date and time", 'write "2027-10-01T08:00"')
            return None
        if value.tzinfo is not None:
            self.complain(key, f"{key} has a zone of its own", "leave the offset out: times are the program's local time")
            return None
        return value.replace(tzinfo=zone)

    def table(self, key: str) -> Table | None:
        """The table below `key`, or None where there is none."""
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.complain(
                key, f"{key!r} must be a table", f"write a line [{'.'.join(map(str, (*self.place, key)))}] and its keys below it"
            )
            return None
        return Table(self.source, (*self.place, key), value, self.flaws)

    def tables(self, key: str) -> list[Table]:
        """The elements of an array of tables, `[[key]]`."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.complain(key, f"{key!r} must be written [[{key}]]", "double brackets: there may be several")
            return []
        return [Table(self.source, (*self.place, key, number), item, self.flaws) for number, item in enumerate(value)]

    def overrides(self, key: str) -> tuple[Override, ...]:
        """Every key below the table `key`, dotted, with its line: `attempt.count` whether quoted, dotted or nested."""
        table = self.table(key)
        return flat(table) if table is not None else ()

    def _value(self, key: str, default: object) -> object:
        if key in self.data:
            return self.data[key]
        if default is None:
            self.complain(key, f"{self.name} has no {key!r}", "add it")
            return ""
        return default

    def _wrong(self, key: str, wanted: str, value: object, default: _Default) -> _Default:
        self.complain(key, f"{key} = {shown(value)} cannot be used", f"write {wanted}")
        return default


def flat(table: Table, before: str = "") -> tuple[Override, ...]:
    """Every key at any depth below a table, dotted, with its line."""
    found: list[Override] = []
    for key, value in table.data.items():
        if isinstance(value, dict):
            found += flat(Table(table.source, (*table.place, key), value, table.flaws), f"{before}{key}.")
        else:
            found.append(Override(f"{before}{key}", value, table.source.file, table.source.line(*table.place, key)))
    return tuple(found)
