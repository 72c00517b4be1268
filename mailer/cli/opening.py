"""What commands open before they can do anything: settings, a program, the database, the present moment."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mailer.cli.printing import complain

if TYPE_CHECKING:
    from datetime import datetime

    from db.engine import Store
    from mailer.files.settings import Settings
    from mailer.model.program import Program

_NAME = "settings.toml"


def settings_of(arguments: argparse.Namespace) -> Settings:
    """The settings the user named, or settings.toml in this folder, or, said on standard error, the one beside the program.

    Raises BadSettings.
    """
    from mailer.files.settings import read_settings

    if arguments.settings:
        return read_settings(Path(arguments.settings))
    beside = Path(__file__).resolve().parents[2] / _NAME
    here = Path(_NAME)
    if here.exists() or not beside.exists():
        return read_settings(here)
    complain(f"{beside}: these settings are used, for there is no {_NAME} in this folder")
    return read_settings(beside)


def program_of(settings: Settings, key: str) -> Program:
    """The program of that key, or the only one. Raises BadSettings where the user must say which."""
    from mailer.model.errors import BadSettings, Flaw

    if key in settings.keys:
        return settings.program(key)
    known = ", ".join(settings.keys)
    if key:
        raise BadSettings(Flaw(settings.file, 0, f"there is no program {key!r}", f"known are: {known}"))
    if len(settings.programs) > 1:
        raise BadSettings(Flaw(settings.file, 0, "there are several programs", f"say which: --program KEY, one of {known}"))
    return settings.programs[0]


@contextmanager
def database(settings: Settings, *, create: bool = False) -> Iterator[Store]:
    """The database, closed afterwards. Looking at one that has not been made yet shows an empty one and makes none."""
    from db.engine import open_store
    from db.schema import upgrade
    from mailer.modes.library import database_of, open_database

    url = database_of(settings)
    absent = url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()
    if absent and not create:
        store = open_store("sqlite://")
        upgrade(store)
    else:
        store = open_database(settings)
    try:
        yield store
    finally:
        store.close()


def moment_of(store: Store) -> datetime:
    """The present moment, UTC: the machine's, but in the sample program, whose month is imagined, its own."""
    from mailer.clock import SystemClock
    from mailer.modes.health import sample_moment

    return sample_moment(store) or SystemClock().now()
