"""Reads settings.toml: where the database, the mail servers, the editable folders and the programs are."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mailer.files.fields import Table
from mailer.files.servers import OFFICE, Mail, MailTables, Servers, read_mail, read_servers
from mailer.files.toml_lines import Toml, read_toml
from mailer.files.values import Override, nearest
from mailer.model.errors import Bad, BadSettings, Flaw
from mailer.model.program import Program

TOP_KEYS = ("database", "templates", "rules", "key_file", "key_env", "turn_seconds", "mail", "programs")
PROGRAM_KEYS = ("profile", "name", "inbox", "timezone", "trusted_server", "date_order", "list_id", "admin", "emergency")
_PROGRAM_KEY = re.compile(r"[a-z][a-z0-9_]{0,30}")
_DEFAULT_DATABASE = "sqlite:///var/mentorpost.db"


@dataclass(frozen=True, slots=True)
class Settings:
    """settings.toml as it was read; relative paths in it are relative to its folder."""

    file: str
    database: str = field(repr=False)  # SQLAlchemy URL, SQLite paths made absolute; may hold a password
    database_env: str  # environment variable the URL came from, "" where it stands in the file
    templates: Path  # folder with common/ and one folder for each profile
    rules: Path
    key_file: Path  # holds the key that seals tokens; made at the first start
    key_env: str  # environment variable that holds the key instead, as 64 hexadecimal digits
    turn_seconds: int  # the longest pause between two turns
    mail: Mail
    programs: tuple[Program, ...]

    def program(self, key: str) -> Program:
        """The program of that key; KeyError if there is none."""
        return {program.key: program for program in self.programs}[key]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(program.key for program in self.programs)


def read_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Reads and checks the whole file; raises BadSettings with every flaw in it."""
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as trouble:
        raise BadSettings(Flaw(file, 0, "there is no such file", "name another with --settings FILE")) from trouble
    except (OSError, UnicodeDecodeError) as trouble:
        raise BadSettings(
            Flaw(file, 0, "it cannot be read", "it must be a file of UTF-8 text that this user may read")
        ) from trouble
    source = read_toml(text, file, BadSettings)
    root = Table(source, (), source.data, [])
    settings = _read(root, path.resolve().parent, os.environ if environment is None else environment)
    if root.flaws:
        raise BadSettings(*sorted(dict.fromkeys(root.flaws), key=lambda flaw: flaw.line))
    return settings


def _read(root: Table, folder: Path, environment: Mapping[str, str]) -> Settings:
    root.refuse_unknown(TOP_KEYS)
    database, database_env = _database(root, folder, environment)
    rules = folder / root.text("rules", "inbox_rules")
    templates = folder / root.text("templates", "templates/email")
    for key, place in (("rules", rules), ("templates", templates)):
        if not place.is_dir():
            root.complain(
                key, f"the folder {place} does not exist", f"write the path of the folder, relative to {root.source.file}"
            )
    tables = read_mail(root, folder)
    programs, servers = _programs(root, tables, rules)
    return Settings(
        file=root.source.file,
        database=database,
        database_env=database_env,
        templates=templates,
        rules=rules,
        key_file=folder / root.text("key_file", "var/key"),
        key_env=root.text("key_env", ""),
        turn_seconds=root.number("turn_seconds", 60, 1, 3600),
        mail=servers if tables.mode == "servers" else tables.embedded,
        programs=programs,
    )


def _database(root: Table, folder: Path, environment: Mapping[str, str]) -> tuple[str, str]:
    """The URL and the variable it came from. `env:NAME` keeps a URL with a password in it out of the file."""
    url = root.text("database", _DEFAULT_DATABASE)
    name = url.removeprefix("env:") if url.startswith("env:") else ""
    if name:
        url = environment.get(name, "")
        if not url:
            root.complain("database", f"the environment variable {name} is not set", "set it to the database URL")
            return _DEFAULT_DATABASE, name
    if url.startswith("sqlite:///"):
        place = url.removeprefix("sqlite:///")
        return (url if place in ("", ":memory:") else f"sqlite:///{folder / place}"), name
    if url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        where = url.split("//", 1)[1]
        if not name and ":" in where.split("@", 1)[0] and "@" in where:
            root.complain("database", "a password stands in the file", 'write database = "env:DATABASE_URL" and set that variable')
        return f"postgresql+psycopg://{where}", name
    root.complain("database", "this is no database that can be used", 'write "sqlite:///var/mentorpost.db" or "postgresql://…"')
    return _DEFAULT_DATABASE, name


def _programs(root: Table, tables: MailTables, rules: Path) -> tuple[tuple[Program, ...], Mapping[str, Servers]]:
    found: list[Program] = []
    servers: dict[str, Servers] = {}
    outer = root.table("programs")
    if outer is None or not outer.data:
        root.complain("programs", "there is no program", "add a table [programs.m2m] with profile, name, inbox and timezone")
        return (), servers
    for key in outer.data:
        table = outer.table(key)
        if table is None:
            continue
        if not _PROGRAM_KEY.fullmatch(key):
            outer.complain(
                key, f"{key!r} cannot be the key of a program", "use small letters, digits and _, beginning with a letter"
            )
        table.refuse_unknown((*PROGRAM_KEYS, "smtp", "imap"))
        program = read_program(key, table, OFFICE if tables.mode == "embedded" else "")
        _check_profile(table, program.profile, rules)
        if program.inbox and any(other.inbox.lower() == program.inbox.lower() for other in found):
            table.complain(
                "inbox", f"another program has the inbox {program.inbox} already", "give each program an inbox of its own"
            )
        found.append(program)
        if tables.mode == "servers":
            servers[key] = read_servers(tables, table, program.inbox)
    return tuple(found), servers


def read_program(key: str, table: Table, trusted: str = "") -> Program:
    """One program's table; complaints go to the table's list. `trusted` is whom to trust where the table does not say."""
    inbox = table.address("inbox")
    return Program(
        key=key,
        profile=table.text("profile"),
        name=table.text("name"),
        inbox=inbox,
        timezone=table.zone("timezone"),
        trusted_server=table.text("trusted_server", trusted),
        date_order=table.choice("date_order", ("mdy", "dmy"), "mdy"),
        list_id=table.text("list_id", f"updates.{inbox.rpartition('@')[2]}" if inbox else "updates"),
        admin=table.address("admin", ""),
        emergency=table.text("emergency", ""),
        places={name: (table.source.file, table.source.line(*table.place, name)) for name in PROGRAM_KEYS if table.has(name)},
    )


def _check_profile(table: Table, profile: str, rules: Path) -> None:
    if not profile or not rules.is_dir():
        return
    known = sorted(place.parent.name for place in rules.glob("*/policy.toml"))
    if profile not in known:
        table.complain(
            "profile",
            f"there is no profile {profile!r}",
            nearest(profile, known) if known else f"add {rules}/{profile}/policy.toml",
        )


def override_program(program: Program, overrides: Sequence[Override], error: type[Bad] = BadSettings) -> Program:
    """The program with keys of its table set anew, as a story's `[settings]` does; raises `error` with every flaw.

    A key may be written as it stands in the table, or whole: `timezone`, `programs.m2m.timezone`.
    """
    if not overrides:
        return program
    overrides = [replace(override, key=override.key.removeprefix(f"programs.{program.key}.")) for override in overrides]
    data: dict[str, object] = {
        one.name: getattr(program, one.name) for one in dataclasses.fields(program) if one.name in PROGRAM_KEYS
    }
    data["timezone"] = program.timezone.key
    data.update({override.key: override.value for override in overrides})
    file = overrides[0].file
    # A dotted key is one word here: no key of a program's table is a table itself, but the servers', which a story has none of.
    source = Toml(file, data, {("settings", override.key): override.line for override in overrides})
    table = Table(source, ("settings",), data, [])
    table.refuse_unknown(PROGRAM_KEYS)
    changed = read_program(program.key, table)
    if table.flaws:
        raise error(*table.flaws)
    return replace(changed, places={**program.places, **{one.key: (one.file, one.line) for one in overrides}})
