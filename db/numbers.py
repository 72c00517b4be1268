"""Ids in a past that is lived again: what was recorded once gets the id it had, so that refs, keys and answers mean the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

_NUMBERS = "mentorpost_numbers"
_UNDONE = re.compile(r"(/undone \d+)+\Z")  # the key of a letter that was taken back was free again
Key = tuple[object, ...]


@dataclass(slots=True)
class Numbers:
    """The ids of a record by natural key, each given once, oldest first; what the record does not know comes behind all of them."""

    known: dict[Key, list[int]] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    given: set[tuple[str, int]] = field(default_factory=set)

    def knows(self, table: str, number: int, *keys: Key) -> None:
        """One row of the record; where it goes by several keys, the first that fits is taken."""
        for key in keys:
            self.known.setdefault((table, *key), []).append(number)
        self.last[table] = max(number, self.last.get(table, 0))

    def of(self, table: str, *keys: Key) -> int:
        """The id for a new row."""
        for key in keys:
            for number in self.known.get((table, *key), ()):
                if (table, number) not in self.given:
                    self.given.add((table, number))
                    return number
        self.last[table] = self.last.get(table, 0) + 1
        return self.last[table]


def person_keys(program: str, address: str, name: str) -> tuple[Key, ...]:
    """A person is known again by address and name, and by the name alone where the address has changed since."""
    return (program, address, name), (program, name)


def letter_key(program: str, key: str) -> Key:
    return program, _UNDONE.sub("", key)


def number_as(connection: Connection, numbers: Numbers) -> None:
    """From now on rows written through this connection get these ids. Only for a database in memory that a past is lived in."""
    connection.info[_NUMBERS] = numbers


def as_recorded(connection: Connection, table: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a new row, with its id where a past is lived again."""
    numbers: Numbers | None = connection.info.get(_NUMBERS)
    if numbers is None:
        return values
    match table:
        case "person":
            return {**values, "id": numbers.of(table, *person_keys(values["program"], values["address"], values["name"]))}
        case "match":
            return {**values, "id": numbers.of(table, (values["mentor_id"], values["mentee_id"]))}
        case _:
            return values


def letter_numbers(connection: Connection, program: str, keys: Sequence[str]) -> list[int] | None:
    """Ids for new letters; None in service, where they are simply the next ones."""
    numbers: Numbers | None = connection.info.get(_NUMBERS)
    return [numbers.of("letter", letter_key(program, key)) for key in keys] if numbers is not None else None
